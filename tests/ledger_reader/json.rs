//! Reading the trace: numbers, series and texts of a JSON value, without any type of the library.

use crate::command::printed;
use serde_json::Value;

/// The trace of `path` of a scenario file, as the command prints it.
pub fn trace(scenario: &str, path: u32, sets: &[&str]) -> Value {
    let path = path.to_string();
    let mut arguments = vec!["trace", scenario, "--format", "json", "--path", &path];
    for set in sets {
        arguments.extend(["--set", set]);
    }
    serde_json::from_str(&printed(&arguments)).expect("one JSON object")
}

/// The number at `key`.
pub fn number(value: &Value, key: &str) -> f64 {
    value[key]
        .as_f64()
        .unwrap_or_else(|| panic!("{key}: no number"))
}

/// The whole number at `key`.
pub fn index(value: &Value, key: &str) -> usize {
    value[key]
        .as_u64()
        .unwrap_or_else(|| panic!("{key}: no whole number")) as usize
}

/// The text at `key`.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key}: no text"))
}

/// The list at `key`.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("{key}: no list"))
}

/// The series at `key`, which begins in quarter `first`, over all `quarters`.
pub fn series(value: &Value, key: &str, first: usize, quarters: usize) -> Vec<f64> {
    let mut series = vec![0.0; quarters];
    for (i, amount) in list(value, key).iter().enumerate() {
        series[first + i] = amount
            .as_f64()
            .unwrap_or_else(|| panic!("{key}[{i}]: no number"));
    }
    series
}

/// Fails on anything that is neither a number nor one of the nulls that the page on the format names.
pub fn no_number_is_missing(value: &Value, key: &str) {
    match value {
        Value::Null => assert!(
            [
                "irr",
                "dpi",
                "tvpi",
                "multiple",
                "opening",
                "as_of",
                "close",
                "concession",
                "first_quarter",
                "tranche",
                "investing_until",
                "listed",
                "nav"
            ]
            .contains(&key),
            "{key} is null"
        ),
        Value::Array(entries) => entries
            .iter()
            .for_each(|entry| no_number_is_missing(entry, key)),
        Value::Object(entries) => {
            entries
                .iter()
                .for_each(|(key, entry)| no_number_is_missing(entry, key));
        }
        _ => {}
    }
}
