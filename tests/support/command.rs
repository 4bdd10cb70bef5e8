//! The built command, as a user starts it, and folders for what it writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The command at the root of the package, with nothing to read.
pub fn tierfund() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierfund"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null());
    command
}

/// What comes of these arguments.
pub fn run(arguments: &[&str]) -> Output {
    tierfund()
        .args(arguments)
        .output()
        .expect("the command starts")
}

/// What the command prints; it has to succeed.
pub fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    stdout(&output).to_owned()
}

pub fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("output is UTF-8")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that `arguments` are refused as a mistake, without a panic and with nothing printed, and that the message says `what`.
pub fn refused(arguments: &[&str], what: &str) {
    let output = run(arguments);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(message.contains(what), "{arguments:?}: {message}");
    assert!(!message.contains("panicked"), "{message}");
    assert!(
        !message.contains('\u{1b}'),
        "colour without a terminal: {message}"
    );
    assert!(output.stdout.is_empty(), "{arguments:?}");
}

/// A folder for one test, deleted at its end.
pub struct Place(PathBuf);

impl Place {
    pub fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0
            .join(name)
            .to_str()
            .expect("the path is UTF-8")
            .to_owned()
    }

    /// The names of what is in it.
    pub fn names(&self) -> Vec<String> {
        names(&self.0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The names of what is in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
