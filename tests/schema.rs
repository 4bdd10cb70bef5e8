//! The JSON Schema of scenario files: it knows every key that the reader knows, accepts what is valid and refuses single mistakes.

use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tierfund::report::schema::{File, schema, write};
use tierfund::scenario::Scenario;
use tierfund::scenario::keys::keys;
use tierfund::scenario::variant::matches;

/// The words of JSON Schema that the schemas use: another one would go unheeded here.
const WORDS: [&str; 19] = [
    "$schema",
    "title",
    "description",
    "definitions",
    "$ref",
    "type",
    "properties",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "required",
    "items",
    "minItems",
    "maxItems",
    "enum",
    "const",
    "pattern",
    "format",
    "anyOf",
];

/// Further words: bounds of numbers, and a list of one schema.
const BOUNDS: [&str; 5] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "allOf",
];

/// What of `value` at `path` breaks `rule`, a part of the schema `root`.
fn broken(root: &Value, rule: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let Some(rule) = rule.as_object() else {
        if rule == false {
            found.push(format!("{path}: not here"));
        }
        return;
    };
    let holds = |rule: &Value| {
        let mut inner = Vec::new();
        broken(root, rule, value, path, &mut inner);
        inner.is_empty()
    };
    for (word, says) in rule {
        let known = WORDS.contains(&word.as_str()) || BOUNDS.contains(&word.as_str());
        assert!(known, "{word} is not heeded");
        let number = value.as_f64();
        let limit = says.as_f64();
        let fine = match word.as_str() {
            "$ref" => {
                let pointer = says.as_str().and_then(|name| name.strip_prefix('#'));
                let definition = root.pointer(pointer.expect("within the schema"));
                holds(definition.unwrap_or_else(|| panic!("{says}")))
            }
            "type" => match says.as_str().expect("one type") {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "number" => value.is_number(),
                "integer" => number.is_some_and(|number| number.fract() == 0.0),
                other => panic!("{other}"),
            },
            "enum" => says.as_array().expect("a list").contains(value),
            "const" => says == value,
            "pattern" => {
                let pattern = Regex::new(says.as_str().expect("text")).expect("a pattern");
                value.as_str().is_none_or(|text| pattern.is_match(text))
            }
            "minimum" => number.is_none_or(|number| number >= limit.expect("a number")),
            "maximum" => number.is_none_or(|number| number <= limit.expect("a number")),
            "exclusiveMinimum" => number.is_none_or(|number| number > limit.expect("a number")),
            "exclusiveMaximum" => number.is_none_or(|number| number < limit.expect("a number")),
            "minItems" => value
                .as_array()
                .is_none_or(|items| items.len() as f64 >= limit.expect("a number")),
            "maxItems" => value
                .as_array()
                .is_none_or(|items| items.len() as f64 <= limit.expect("a number")),
            "minProperties" => value
                .as_object()
                .is_none_or(|keys| keys.len() as f64 >= limit.expect("a number")),
            "anyOf" => says.as_array().expect("a list").iter().any(holds),
            "allOf" => says.as_array().expect("a list").iter().all(holds),
            _ => true,
        };
        if !fine {
            found.push(format!("{path}: {word}"));
        }
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        let rule = match &rule.get("items") {
            Some(Value::Array(rules)) => rules.get(at),
            rule => *rule,
        };
        if let Some(rule) = rule {
            broken(root, rule, item, path, found);
        }
    }
    let Some(keys) = value.as_object() else {
        return;
    };
    for key in rule
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if !keys.contains_key(key.as_str().expect("a name")) {
            found.push(format!("{path}: {key} is missing"));
        }
    }
    for (key, inner) in keys {
        let own = rule.get("properties").and_then(|all| all.get(key));
        let path = format!("{path}.{key}");
        if let Some(names) = rule.get("propertyNames") {
            broken(root, names, &Value::from(key.as_str()), &path, found);
        }
        if let Some(rule) = own.or(rule.get("additionalProperties")) {
            broken(root, rule, inner, &path, found);
        }
    }
}

/// A TOML file as JSON, days as text.
fn object(text: &str) -> Value {
    fn of(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(day) => Value::from(day.to_string()),
            toml::Value::Array(items) => items.into_iter().map(of).collect(),
            toml::Value::Table(keys) => keys
                .into_iter()
                .map(|(key, value)| (key, of(value)))
                .collect(),
            plain => serde_json::to_value(plain).expect("a plain value"),
        }
    }
    of(toml::Value::Table(text.parse().expect("TOML")))
}

/// What of `text` the schema for such a file refuses.
fn refused(text: &str) -> Vec<String> {
    let object = object(text);
    let file = if object.get("extends").is_some() {
        File::Overlay
    } else {
        File::Whole
    };
    let (schema, mut found) = (schema(file), Vec::new());
    broken(&schema, &schema, &object, "", &mut found);
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The scenarios in `folder`.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    paths
}

/// Scenarios that are shipped, in tests, and written by `init`.
fn valid() -> Vec<PathBuf> {
    let mut valid = files("scenarios");
    valid.extend(files("tests/scenarios"));
    valid.push(root().join("src/cli/templates/minimal.toml"));
    assert!(valid.len() > 15);
    valid
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_schemas_beside_the_scenarios_are_what_the_command_prints() {
    for (name, file) in [("scenario", File::Whole), ("overlay", File::Overlay)] {
        let mut printed = Vec::new();
        write(file, &mut printed).expect("memory");
        let kept = text_of(&root().join(format!("scenarios/{name}.schema.json")));
        assert!(
            kept == String::from_utf8(printed).expect("UTF-8"),
            "{name}: write it anew with `tierfund schema`"
        );
    }
}

#[test]
fn every_shipped_scenario_names_its_schema_in_its_first_line() {
    for path in valid()
        .iter()
        .filter(|path| !path.starts_with(root().join("tests")))
    {
        let text = text_of(path);
        let kind = if text.contains("\nextends = ") {
            "overlay"
        } else {
            "scenario"
        };
        let hint = format!("#:schema ./{kind}.schema.json\n");
        assert!(text.starts_with(&hint), "{}", path.display());
    }
}

#[test]
fn every_valid_scenario_is_accepted() {
    for path in valid() {
        let found = refused(&text_of(&path));
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}

#[test]
fn every_key_that_the_reader_asks_for_is_known_and_as_optional_as_it_says() {
    let known = keys();
    let find = |path: &str| known.iter().find(|key| matches(&key.path, path));
    let mut seen = BTreeSet::new();
    for path in valid() {
        for asked in Scenario::read(&path, &[]).expect("valid").asked {
            let key = find(&asked.path).unwrap_or_else(|| panic!("{}", asked.path));
            assert_eq!(key.kind, asked.kind, "{}", key.path);
            assert!(key.optional || !asked.optional, "{}", key.path);
            seen.insert(key.path.clone());
        }
    }
    let unseen: Vec<&String> = known
        .iter()
        .map(|key| &key.path)
        .filter(|path| !seen.contains(*path))
        .collect();
    assert!(unseen.is_empty(), "nobody asks for {unseen:#?}");
}

#[test]
fn every_key_is_explained() {
    fn unexplained(table: &Value, path: &str, found: &mut Vec<String>) {
        for (name, inner) in table["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            if inner.get("properties").is_some() {
                unexplained(inner, &path, found);
            } else if inner.get("description").is_none() {
                found.push(path);
            }
        }
        if table["additionalProperties"].is_object() {
            unexplained(&table["additionalProperties"], &format!("{path}.*"), found);
        }
    }
    let mut found = Vec::new();
    unexplained(&schema(File::Whole), "", &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn single_mistakes_are_refused_where_they_stand() {
    let text = text_of(&root().join("scenarios/national-2025.toml"));
    for (right, wrong, place) in [
        ("\nname = ", "\nnmae = ", ".nmae: not here"),
        ("\nname = ", "\nnmae = ", ": \"name\" is missing"),
        ("term = ", "term = 41 # ", ".national.term: allOf"),
        (
            "bond_draw = \"",
            "bond_draw = \"not_",
            ".national.bond_draw: enum",
        ),
        ("early = true", "early = 1", ": type"),
        ("[region.gba]", "[region.GBA]", ".region.GBA: pattern"),
        (
            "capital = { base = \"1000亿\"",
            "capital = { base = \"1000 yi\"",
            ".national.capital: allOf",
        ),
    ] {
        let found = refused(&text.replacen(right, wrong, 1));
        assert!(
            found.iter().any(|found| found.contains(place)),
            "{wrong}: {found:#?}"
        );
    }
}

#[test]
fn an_overlay_may_leave_out_remove_and_name_all_at_once() {
    let ok = "extends = \"a.toml\"\n[region.\"*\"]\ntake_up_mean.low = 0.2\n[stage.seed]\nremove = true\n[exit.listing]\ncv.remove = true\n";
    assert_eq!(refused(ok), Vec::<String>::new());
    for wrong in [
        "take_up_mean.low = 2",
        "remove = false",
        "take_up_men = 0.5",
    ] {
        let text = format!("extends = \"a.toml\"\n[region.gba]\n{wrong}\n");
        assert_eq!(refused(&text).len(), 1, "{wrong}");
    }
    let (whole, found) = (schema(File::Whole), &mut Vec::new());
    broken(&whole, &whole, &object(ok), "", found);
    assert!(
        found.iter().any(|found| found == ".extends: not here"),
        "{found:#?}"
    );
}

#[test]
fn of_the_bad_files_the_schema_refuses_those_that_one_key_makes_bad() {
    for name in [
        "key_misspelt",
        "key_in_the_wrong_table",
        "share_above_one",
        "share_in_words",
        "money_in_an_unknown_unit",
        "money_negative",
        "flag_is_text",
        "text_is_a_number",
        "list_out_of_bounds",
        "rule_of_an_unknown_mode",
        "range_unknown_part",
        "years_too_long",
        "table_is_a_number",
        "remove_false",
    ] {
        let text = text_of(&root().join(format!("tests/invalid/{name}.toml")));
        assert!(!refused(&text).is_empty(), "{name}");
    }
}
