//! Lays one layer over the layers below it.
//!
//! Tables merge key by key, everything else replaces. Three things go beyond that:
//!
//! - the key `"*"` stands for every entry the layers below hold in that table;
//! - `remove = true` in a table drops the entry the layers below hold under its name;
//! - a plain number over `{ base, low, high, ... }` replaces `base` alone, and such a table over a
//!   plain number keeps that number as its `base` unless it brings its own.

use super::problem::Problem;
use super::reader::suggestion;
use super::tree::{Entries, Node, Value, join};

/// Lays `above` over `below`; `path` is the path of the table they are.
pub fn merge(below: &mut Entries, mut above: Entries, path: &str, problems: &mut Vec<Problem>) {
    if let Some(pattern) = above.remove("*") {
        merge_every(below, &pattern, path, problems);
    }
    for (key, node) in above {
        merge_entry(below, key, node, path, problems);
    }
}

/// Applies `pattern` to every entry of its kind: a table to tables, a value to values.
fn merge_every(below: &mut Entries, pattern: &Node, path: &str, problems: &mut Vec<Problem>) {
    let alike = |node: &Node| node.is_leaf() == pattern.is_leaf();
    let keys: Vec<String> = below
        .iter()
        .filter(|(_, node)| alike(node))
        .map(|(key, _)| key.clone())
        .collect();
    if keys.is_empty() {
        let message = "`*` stands for entries of the layers below, which have none here";
        let problem = Problem::of_key(pattern.key_place, &join_star(path), message);
        let other = if pattern.is_leaf() {
            "tables"
        } else {
            "values"
        };
        problems.push(problem.hint(if below.is_empty() {
            "write the name of an entry instead of `*`".to_owned()
        } else {
            format!("the entries here are {other}: write their names instead of `*`")
        }));
    }
    for key in keys {
        let key_place = below[&key].key_place;
        merge_entry(
            below,
            key,
            Node {
                key_place,
                ..pattern.clone()
            },
            path,
            problems,
        );
    }
}

fn merge_entry(
    below: &mut Entries,
    key: String,
    above: Node,
    path: &str,
    problems: &mut Vec<Problem>,
) {
    let path = join(path, &key);
    let remove = above.table().and_then(|entries| entries.get("remove"));
    if let Some(remove) = remove {
        match remove_entry(below, &key, &above, remove, &path) {
            Ok(()) => {}
            Err(problem) => problems.push(problem),
        }
        return;
    }
    let Some(existing) = below.get_mut(&key) else {
        let mut node = above;
        if let Value::Table(entries) = &mut node.value {
            let above = std::mem::take(entries);
            merge(entries, above, &path, problems);
        }
        below.insert(key, node);
        return;
    };
    merge_node(existing, above, &path, problems);
}

fn merge_node(existing: &mut Node, above: Node, path: &str, problems: &mut Vec<Problem>) {
    let Node {
        value,
        place,
        key_place,
    } = above;
    match (&mut existing.value, value) {
        (Value::Table(below), Value::Table(above)) => merge(below, above, path, problems),
        (Value::Table(below), scalar) if below.contains_key("base") && is_scalar(&scalar) => {
            below.insert(
                "base".to_owned(),
                Node {
                    value: scalar,
                    place,
                    key_place,
                },
            );
        }
        (scalar, Value::Table(above)) if is_scalar(scalar) => {
            let base = existing.clone();
            let mut entries = Entries::from([("base".to_owned(), base)]);
            merge(&mut entries, above, path, problems);
            existing.value = Value::Table(entries);
            existing.place = place;
        }
        (_, value) => {
            existing.value = value;
            existing.place = place;
        }
    }
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Text(_) | Value::Integer(_) | Value::Float(_))
}

fn remove_entry(
    below: &mut Entries,
    key: &str,
    above: &Node,
    remove: &Node,
    path: &str,
) -> Result<(), Problem> {
    if remove.value != Value::Boolean(true) {
        let message = format!("`remove` can only be true, found {}", remove.describe());
        return Err(Problem::of_key(remove.place, path, message)
            .hint("to keep the entry, leave `remove` out"));
    }
    if above.table().is_some_and(|entries| entries.len() > 1) {
        let problem = Problem::of_key(
            remove.key_place,
            path,
            "an entry is either removed or changed, not both",
        );
        return Err(problem.hint("drop `remove`, or the other keys"));
    }
    if below.remove(key).is_none() {
        let problem = Problem::of_key(
            remove.key_place,
            path,
            "there is nothing to remove in the layers below",
        );
        let known = below.keys().map(String::as_str);
        return Err(match suggestion(key, known) {
            Some(name) => problem.hint(format!("did you mean `{name}`?")),
            None => problem.hint("drop this line, or correct the name"),
        });
    }
    Ok(())
}

fn join_star(path: &str) -> String {
    if path.is_empty() {
        "*".to_owned()
    } else {
        format!("{path}.*")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::layers::Document;
    use super::super::problem::Problems;

    const BASE: &str = "\
[region.gba]
capital = \"100亿\"
take_up_mean = { base = 0.5, low = 0.3, high = 0.6, source = \"A-07\" }
[region.jjj]
capital = \"80亿\"
take_up_mean = 0.4
";

    fn over(overlay: &str, sets: &[&str]) -> Result<Document, Problems> {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        let text = format!("extends = \"base.toml\"\n{overlay}");
        Document::parse_with("over.toml", &text, &sets, &|_: &Path| {
            Ok(BASE.as_bytes().to_vec())
        })
    }

    fn merged(overlay: &str, sets: &[&str]) -> String {
        over(overlay, sets).unwrap().to_toml()
    }

    fn refusal(overlay: &str, sets: &[&str]) -> String {
        over(overlay, sets).unwrap_err().to_string()
    }

    #[test]
    fn tables_merge_key_by_key() {
        let text = merged(
            "[region.gba]\ncapital = 1\n[region.new]\ncapital = 2\n",
            &[],
        );
        assert!(
            text.contains("[region.gba]\ncapital = 1\ntake_up_mean = { base = 0.5,"),
            "{text}"
        );
        assert!(
            text.contains("[region.jjj]\ncapital = \"80亿\"")
                && text.ends_with("[region.new]\ncapital = 2\n")
        );
    }

    #[test]
    fn a_plain_number_replaces_the_base_and_keeps_the_range() {
        let document = over("", &["region.gba.take_up_mean=0.45"]).unwrap();
        let text = document.to_toml();
        assert!(
            text.contains(
                "take_up_mean = { base = 0.45, low = 0.3, high = 0.6, source = \"A-07\" }"
            ),
            "{text}"
        );
        assert_eq!(
            document.origin("region.gba.take_up_mean"),
            Some("--set region.gba.take_up_mean=0.45")
        );
        assert_eq!(
            document.origin("region.gba.take_up_mean.low"),
            Some("base.toml")
        );
    }

    #[test]
    fn a_range_over_a_plain_number_keeps_it_as_its_base() {
        let text = merged(
            "region.jjj.take_up_mean = { low = 0.2 }",
            &["region.jjj.take_up_mean.high=0.7"],
        );
        assert!(
            text.contains("take_up_mean = { base = 0.4, low = 0.2, high = 0.7 }"),
            "{text}"
        );
        assert!(merged("", &["region.jjj.take_up_mean.base=0.6"]).contains("{ base = 0.6 }"));
    }

    #[test]
    fn a_star_applies_to_every_entry_below_before_the_named_ones() {
        let text = merged(
            "[region.gba]\ntake_up_mean = 0.1\n[region.\"*\"]\ntake_up_mean = 0.2\n",
            &[],
        );
        assert!(
            text.contains("base = 0.1") && text.contains("take_up_mean = 0.2\n"),
            "{text}"
        );
        assert_eq!(
            merged("", &["region.*.capital=1"])
                .matches("capital = 1\n")
                .count(),
            2
        );
        assert_eq!(
            merged("", &["region.*.take_up_mean.low=0.1"])
                .matches("low = 0.1")
                .count(),
            2
        );
    }

    #[test]
    fn a_star_without_entries_is_a_problem() {
        let shown = refusal("[stage.\"*\"]\nx = 1\n", &[]);
        let rule =
            "error: `stage.*`: `*` stands for entries of the layers below, which have none here";
        assert!(
            shown.starts_with(rule) && shown.contains("over.toml:2:8"),
            "{shown}"
        );
    }

    #[test]
    fn an_entry_can_be_removed() {
        assert!(!merged("[region.gba]\nremove = true\n", &[]).contains("gba"));
        assert!(!merged("", &["region.gba.remove=true"]).contains("gba"));
        assert_eq!(
            merged("", &["region.*.remove=true"]),
            "\n[region]\n".trim_start()
        );
    }

    #[test]
    fn removing_what_is_not_there_suggests_what_is() {
        let expected = "\
error: `region.gbb`: there is nothing to remove in the layers below
 |
 | --set region.gbb.remove=true
 |                  ^^^^^^
 |
help: did you mean `gba`?";
        assert_eq!(refusal("", &["region.gbb.remove=true"]), expected);
        assert!(
            refusal("[region.gba]\nremove = false", &[])
                .contains("`remove` can only be true, found false")
        );
        assert!(
            refusal("[region.gba]\nremove = true\nx = 1", &[])
                .contains("either removed or changed")
        );
    }
}
