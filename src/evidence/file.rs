//! Rows from files.

use super::Row;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// The files that are part of the program.
const SHIPPED: [(&str, &str); 4] = [
    ("china.toml", include_str!("../../evidence/china.toml")),
    ("pacing.toml", include_str!("../../evidence/pacing.toml")),
    (
        "programmes.toml",
        include_str!("../../evidence/programmes.toml"),
    ),
    ("us.toml", include_str!("../../evidence/us.toml")),
];

/// Why rows cannot be used.
#[derive(Debug)]
pub enum EvidenceError {
    /// A folder or file cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A folder holds no file of rows.
    Empty(PathBuf),
    /// A file is not made of rows.
    Form {
        /// The file.
        file: String,
        /// What is wrong, with its place.
        message: String,
    },
    /// A row says something that cannot be.
    Row {
        /// The file.
        file: String,
        /// The row.
        id: String,
        /// What is wrong.
        message: &'static str,
    },
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, error } => {
                write!(f, "cannot read {}: {error}", path.display())
            }
            Self::Empty(path) => write!(
                f,
                "{} holds no .toml file; give a folder of evidence files, or leave --evidence out for the program's own rows",
                path.display()
            ),
            Self::Form { file, message } => write!(f, "{file}: {}", message.trim_end()),
            Self::Row { file, id, message } => write!(f, "{file}: row `{id}`: {message}"),
        }
    }
}

impl std::error::Error for EvidenceError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    #[serde(default)]
    row: Vec<Row>,
}

/// The rows that are part of the program, in the order of their files' names.
///
/// # Errors
///
/// None for the files of this version: a test reads them.
pub fn shipped() -> Result<Vec<Row>, EvidenceError> {
    let files = SHIPPED.map(|(name, text)| (name.to_owned(), text.to_owned()));
    of_files(files)
}

/// The rows of all `.toml` files in `folder`, in the order of their names.
///
/// # Errors
///
/// See [`EvidenceError`].
pub fn read(folder: &Path) -> Result<Vec<Row>, EvidenceError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| EvidenceError::Unreadable { path, error }
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(EvidenceError::Empty(folder.to_owned()));
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
        files.push((path.display().to_string(), text));
    }
    of_files(files)
}

fn of_files(files: impl IntoIterator<Item = (String, String)>) -> Result<Vec<Row>, EvidenceError> {
    let (mut rows, mut ids) = (Vec::new(), BTreeSet::new());
    for (file, text) in files {
        let read: Rows = toml::from_str(&text).map_err(|error| EvidenceError::Form {
            file: file.clone(),
            message: error.to_string(),
        })?;
        for row in read.row {
            let wrong = mistake(&row).or_else(|| {
                let twice = !ids.insert(row.id.clone());
                twice.then_some("another row has this id")
            });
            if let Some(message) = wrong {
                let id = row.id;
                return Err(EvidenceError::Row { file, id, message });
            }
            rows.push(row);
        }
    }
    Ok(rows)
}

/// What is wrong with a row that has the right form.
fn mistake(row: &Row) -> Option<&'static str> {
    let texts = [
        &row.id,
        &row.title,
        &row.title_zh,
        &row.source,
        &row.unit,
        &row.reason,
    ];
    if texts.iter().any(|text| text.trim().is_empty()) {
        return Some(
            "a text is empty; every row says what it is, whose it is and why it may be missed",
        );
    }
    if !row.published.is_finite() {
        return Some("`published` is no number");
    }
    (!row.tolerance.is_finite() || row.tolerance <= 0.0)
        .then_some("`tolerance` has to be above 0: no figure is exact")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"
[[row]]
id = "a"
title = "t"
title_zh = "t"
source = "s"
year = 2020
country = "china"
unit = "u"
quantity = { of = "metric", name = "national.dpi" }
scale = "number"
published = 1.5
tolerance = 0.5
reason = "r"
use = "held_out"
reliability = "low"
"#;

    fn refusal(text: &str) -> String {
        let files = [("x.toml".to_owned(), text.to_owned())];
        of_files(files).expect_err("a refusal").to_string()
    }

    #[test]
    fn the_rows_of_the_program_are_read() {
        let rows = shipped().expect("rows");
        assert!(rows.len() > 30, "{}", rows.len());
    }

    #[test]
    fn what_is_no_row_is_refused_with_its_place() {
        let twice = format!("{ROW}{ROW}");
        assert!(refusal(&twice).contains("another row has this id"));
        let no_tolerance = ROW.replace("tolerance = 0.5", "tolerance = 0.0");
        assert!(refusal(&no_tolerance).contains("no figure is exact"));
        let misspelt = ROW.replace("metric\"", "metrik\"");
        let said = refusal(&misspelt);
        assert!(said.contains("x.toml") && said.contains("metrik"), "{said}");
        let unknown = ROW.replace("reason", "raison");
        assert!(refusal(&unknown).contains("raison"));
        assert!(refusal(&ROW.replace("\"s\"", "\" \"")).contains("a text is empty"));
    }
}
