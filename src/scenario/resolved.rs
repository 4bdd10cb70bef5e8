//! A scenario as text again: for people, for fingerprints, for comparison.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::layers::Document;
use super::problem::Place;
use super::quantity::any_amount;
use super::reader::base_of;
use super::set;
use super::tree::{Entries, Node, Value, culprit, in_file_order, join, quoted};

/// One value in which two scenarios differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDifference {
    /// Path of the key.
    pub path: String,
    /// How the first scenario wrote it, if it has it.
    pub left: Option<String>,
    /// How the second scenario wrote it, if it has it.
    pub right: Option<String>,
}

impl Document {
    /// The whole scenario after inheritance as one TOML file without `extends`, in the order of its
    /// layers.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        if let Some(entries) = self.root.table() {
            write_table(&mut text, entries, "");
        }
        text
    }

    /// One `path = value` a line, sorted: the same text for scenarios that mean the same.
    ///
    /// Amounts are numbers here (`"1000亿"` and `100000000000` are one), and a number with a range
    /// of nothing is that number. Left out are the texts that no result depends on: `title*`,
    /// `description*`, `name`, `country`, `source` and `note`, and the table `[sweep]`. Ranges are kept, because sampled assumptions
    /// read them.
    pub fn canonical(&self) -> String {
        let leaves = self.leaves();
        let counted = leaves.iter().filter(|(path, node)| !is_comment(path, node));
        let mut lines: Vec<String> = counted
            .map(|(path, node)| format!("{path} = {}\n", canonical(node)))
            .collect();
        lines.sort();
        lines.concat()
    }

    /// SHA-256 of [`canonical`](Self::canonical), in hexadecimal.
    pub fn sha256(&self) -> String {
        Sha256::digest(self.canonical())
            .iter()
            .fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }

    /// The values in which `self` and `other` differ, by path; texts that no result depends on
    /// included.
    pub fn difference(&self, other: &Self) -> Vec<KeyDifference> {
        let (left, right) = (self.leaves(), other.leaves());
        let paths: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        let differs = |path: &&String| {
            left.get(*path).map(|node| canonical(node))
                != right.get(*path).map(|node| canonical(node))
        };
        paths
            .into_iter()
            .filter(differs)
            .map(|path| KeyDifference {
                path: path.clone(),
                left: left.get(path).map(|node| inline(node)),
                right: right.get(path).map(|node| inline(node)),
            })
            .collect()
    }

    /// The name of the layer that set the value (or wrote the table) at `path`: a file, or a
    /// `--set` argument.
    pub fn origin(&self, path: &str) -> Option<&str> {
        let place = self.place(path)?;
        self.layers
            .get(place.layer)
            .map(|layer| layer.name.as_str())
    }

    /// Where the value at `path` was set.
    pub fn place(&self, path: &str) -> Option<Place> {
        let mut node = &self.root;
        let mut rest = path;
        while !rest.is_empty() {
            let (key, length) = set::key(rest).ok()?;
            node = node.table()?.get(&key)?;
            rest = rest[length..].strip_prefix('.').unwrap_or(&rest[length..]);
        }
        let node = if node.is_range() { base_of(node) } else { node };
        Some(node.place)
    }

    /// What to blame for a problem with the key `path`: where a layer last changed it, or the first
    /// table around it that is there.
    pub fn blamed(&self, path: &str) -> Place {
        let (mut node, mut rest) = (&self.root, path);
        while let Ok((key, length)) = set::key(rest) {
            let Some(inner) = node.table().and_then(|entries| entries.get(&key)) else {
                break;
            };
            node = inner;
            rest = rest[length..].strip_prefix('.').unwrap_or(&rest[length..]);
        }
        culprit(node)
    }

    /// Every value by its path; the base of a range goes by the path of the range.
    fn leaves(&self) -> BTreeMap<String, &Node> {
        let mut leaves = BTreeMap::new();
        collect(&self.root, "", &mut leaves);
        leaves
    }
}

fn collect<'n>(node: &'n Node, path: &str, leaves: &mut BTreeMap<String, &'n Node>) {
    match node.table() {
        Some(entries) if !entries.is_empty() => {
            for (key, inner) in entries {
                let base = key == "base" && node.is_range();
                collect(
                    inner,
                    &if base {
                        path.to_owned()
                    } else {
                        join(path, key)
                    },
                    leaves,
                );
            }
        }
        _ if path.is_empty() => {}
        _ => {
            leaves.insert(path.to_owned(), node);
        }
    }
}

fn is_comment(path: &str, node: &Node) -> bool {
    if path.starts_with("sweep.") {
        return true; // what is asked of a scenario is no part of it
    }
    let key = path.rsplit('.').next().unwrap_or(path);
    let prose = key.starts_with("title")
        || key.starts_with("description")
        || ["name", "country", "source", "note"].contains(&key);
    prose && matches!(node.value, Value::Text(_))
}

/// A value such that equal meanings have equal text.
fn canonical(node: &Node) -> String {
    match &node.value {
        Value::Integer(number) if (*number as f64) as i64 == *number => number_text(*number as f64),
        Value::Float(number) => number_text(*number),
        Value::Text(text) => any_amount(text).map_or_else(|| quoted(text), number_text),
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(canonical).collect::<Vec<_>>().join(", ")
        ),
        Value::Table(entries) => {
            let entry =
                |(key, node): (&String, &Node)| format!("{} = {}", toml_key(key), canonical(node));
            format!(
                "{{{}}}",
                entries.iter().map(entry).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Integer(_) | Value::Boolean(_) | Value::Date(_) => inline(node),
    }
}

/// Shortest text that reads back as the same number; minus zero is zero.
fn number_text(number: f64) -> String {
    format!("{:?}", number + 0.0)
}

/// Values first, then the tables below, as TOML demands.
fn write_table(text: &mut String, entries: &Entries, path: &str) {
    let (values, tables): (Vec<_>, Vec<_>) = in_file_order(entries)
        .into_iter()
        .partition(|(_, node)| node.is_leaf());
    if !path.is_empty() && (!values.is_empty() || tables.is_empty()) {
        let gap = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{gap}[{path}]");
    }
    for (key, node) in values {
        let _ = writeln!(text, "{} = {}", toml_key(key), inline(node));
    }
    for (key, node) in tables {
        let dot = if path.is_empty() { "" } else { "." };
        if let Some(entries) = node.table() {
            write_table(text, entries, &format!("{path}{dot}{}", toml_key(key)));
        }
    }
}

/// A value on one line, as it was written.
fn inline(node: &Node) -> String {
    match &node.value {
        Value::Table(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Table(entries) => {
            let entry =
                |(key, node): (&str, &Node)| format!("{} = {}", toml_key(key), inline(node));
            let mut list = in_file_order(entries);
            list.sort_by_key(|(key, _)| *key != "base");
            format!(
                "{{ {} }}",
                list.into_iter().map(entry).collect::<Vec<_>>().join(", ")
            )
        }
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(inline).collect::<Vec<_>>().join(", ")
        ),
        Value::Text(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(flag) => flag.to_string(),
        Value::Date(date) => date.to_string(),
    }
}

/// A key as a TOML file takes it: Chinese ones quoted.
fn toml_key(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !key.is_empty() && key.bytes().all(plain) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::parse("a.toml", text, &[]).unwrap()
    }

    #[test]
    fn the_resolved_text_keeps_order_and_reads_back_as_the_same_tree() {
        let text = "\
title = \"a \\\"quoted\\\" title\\n\"

[region.gba]
capital = \"1000亿\"
take_up_mean = { base = 0.5, low = 0.3, law = \"uniform\" }

[region.\"大湾区\"]
start = 2025-01-01
list = [1, 2.5, \"x\"]

[alone]
";
        assert_eq!(document(text).to_toml(), text);
        assert_eq!(document("").to_toml(), "");
    }

    #[test]
    fn scenarios_that_mean_the_same_have_one_fingerprint() {
        let left = document(
            "title = \"A\"\ny = 2\nx = { base = \"1000亿\", source = \"A-1\" }\nz = \"51%\"",
        );
        let right = document("x = 1e11\nz = 0.51\ny = 2.0\n");
        assert_eq!(left.canonical(), "x = 100000000000.0\ny = 2.0\nz = 0.51\n");
        assert_eq!(left.sha256(), right.sha256());
        assert_eq!(left.sha256().len(), 64);
        assert_ne!(
            left.sha256(),
            document("x = 1e11\nz = 0.51\ny = 2.5\n").sha256()
        );
    }

    #[test]
    fn a_seed_keeps_all_its_digits() {
        assert_eq!(
            document("seed = 9007199254740993").canonical(),
            "seed = 9007199254740993\n"
        );
    }

    #[test]
    fn a_difference_names_each_key_and_both_values() {
        let left = document("same = \"1亿\"\nx = { base = 1, low = 0 }\n[t]\ngone = true\n");
        let right = document("same = 100000000\nx = { base = 2, low = 0 }\n");
        let pair = |path: &str, left: Option<&str>, right: Option<&str>| KeyDifference {
            path: path.to_owned(),
            left: left.map(str::to_owned),
            right: right.map(str::to_owned),
        };
        let expected = [
            pair("t.gone", Some("true"), None),
            pair("x", Some("1"), Some("2")),
        ];
        assert_eq!(left.difference(&right), expected);
    }

    #[test]
    fn an_unknown_path_has_no_origin() {
        assert_eq!(document("x = 1").origin("y"), None);
        assert_eq!(
            document("[a.\"b.c\"]\nx = 1").origin("a.\"b.c\".x"),
            Some("a.toml")
        );
    }
}
