//! Dependencies point one way, and rayon stands in one file.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the bottom up: a file may use its own module and those before it.
const ORDER: [&str; 27] = [
    "instructions",
    "units",
    "table",
    "random",
    "sampling",
    "math",
    "scenario",
    "structure",
    "path",
    "metrics",
    "outcomes",
    "measure",
    "simulation",
    "trace",
    "derived",
    "summary",
    "comparison",
    "marginal",
    "goal",
    "sweep",
    "assumptions",
    "sensitivity",
    "evidence",
    "validation",
    "calibration",
    "report",
    "cli",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Every (file, module used) below `src/`.
fn uses() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut found = Vec::new();
    for file in files {
        let name = file
            .strip_prefix(&root)
            .expect("below src")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&file).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
        for (at, _) in code.match_indices("crate::") {
            let used: String = code[at + 7..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            found.push((name.clone(), used));
        }
    }
    found
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == module)
}

/// The module of a file: `path/cash.rs` is of `path`.
fn module(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or(file)
}

#[test]
fn no_module_uses_one_above_it() {
    let uses = uses();
    assert!(uses.len() > 50, "the sources were read");
    for (file, used) in uses {
        if matches!(module(&file), "lib" | "main") {
            continue;
        }
        let (Some(own), Some(other)) = (rank(module(&file)), rank(&used)) else {
            panic!("{file} uses {used}: add both to ORDER");
        };
        assert!(other <= own, "{file} uses {used}, which stands above it");
    }
}

#[test]
fn only_the_simulation_names_rayon() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let naming: Vec<String> = files
        .iter()
        .filter(|file| {
            fs::read_to_string(file)
                .expect("a source file")
                .contains("rayon::")
        })
        .map(|file| {
            file.strip_prefix(&root)
                .expect("below src")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(naming, ["simulation.rs"]);
}
