//! The JSON Schema of a scenario file, for editors: keys as the reader asks for them, told as `scenarios/README.md` tells them.

use crate::scenario::keys::keys;
use crate::scenario::reader::{AskedKey, Bounds, Kind, Unit};
use crate::scenario::variant::matches;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Bound::{Excluded, Included, Unbounded};

/// Where each key is told.
const README: &str = include_str!("../../scenarios/README.md");

/// Names that an author may give, as a regular expression; the reader is stricter about characters beyond ASCII.
const NAME: &str = "([a-z0-9_-]|[^\\x00-\\x7f])+";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// A whole scenario.
    Whole,
    /// A few keys over another file, which it names with `extends`.
    Overlay,
}

/// Writes the schema (draft 7, as editors read it) of such a `file`.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(file: File, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &schema(file))?;
    writeln!(out)
}

/// The schema as an object.
pub fn schema(file: File) -> Value {
    let mut root = Entry::default();
    for key in keys() {
        let mut place = &mut root;
        for part in key.path.split('.') {
            place = place.inner.entry(part.to_owned()).or_default();
        }
        place.key = Some(key);
    }
    let mut making = Making {
        file,
        told: told(),
        numbers: Map::new(),
    };
    let mut whole = Map::new();
    whole.insert(
        "$schema".to_owned(),
        json!("http://json-schema.org/draft-07/schema#"),
    );
    let title = match file {
        File::Whole => "Scenario of tierfund",
        File::Overlay => "Overlay of tierfund: a few keys over another scenario",
    };
    whole.insert("title".to_owned(), json!(title));
    whole.extend(making.table(&root, ""));
    whole.insert("definitions".to_owned(), Value::Object(making.numbers));
    Value::Object(whole)
}

/// A key with the keys in it.
#[derive(Default)]
struct Entry {
    key: Option<AskedKey>,
    inner: BTreeMap<String, Entry>,
}

/// What is said of a key or table: its path, with `*` for any part, and the text.
type Told = Vec<(String, String)>;

/// What `scenarios/README.md` says of keys, in its tables, and of tables, in its headings.
fn told() -> Told {
    let mut told = Told::new();
    for line in README.lines() {
        if let Some((names, text)) = line.strip_prefix("## `[").and_then(|l| l.split_once("`: ")) {
            let names = names.trim_end_matches(']').split("]`, `[");
            let tables = names.map(|name| (pattern(name), text.to_owned()));
            told.extend(tables);
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ["", key, meaning, unit, range, note, ""] = cells[..]
            && let Some(key) = key.strip_prefix('`').and_then(|key| key.strip_suffix('`'))
        {
            let text = format!("{meaning} ({unit}: {range}) {note}");
            told.push((pattern(key), text.trim_end().replace('`', "")));
        }
    }
    told
}

/// `path` as README writes it, with `*` for `<name>` and the like.
fn pattern(path: &str) -> String {
    let parts = path.split('.');
    let parts = parts.map(|part| if part.starts_with('<') { "*" } else { part });
    parts.collect::<Vec<&str>>().join(".")
}

struct Making {
    file: File,
    told: Told,
    /// Definitions of numbers, by what they count and accept.
    numbers: Map<String, Value>,
}

impl Making {
    /// An object with what is said of `path` in it.
    fn described(&self, path: &str) -> Map<String, Value> {
        let said = self.told.iter().find(|(key, _)| matches(key, path));
        let said = said.map(|(_, text)| ("description".to_owned(), json!(text)));
        said.into_iter().collect()
    }

    /// The table that `entry` is.
    fn table(&mut self, entry: &Entry, path: &str) -> Map<String, Value> {
        let mut table = self.described(path);
        table.insert("type".to_owned(), json!("object"));
        let (mut properties, mut required) = (Map::new(), Vec::new());
        let mut others = json!(false);
        for (name, inner) in &entry.inner {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            let value = self.value(inner, &path);
            if name == "*" {
                others = value;
                continue;
            }
            if inner.key.as_ref().is_some_and(|key| !key.optional) {
                required.push(name.clone());
            }
            properties.insert(name.clone(), value);
        }
        let named = entry.inner.contains_key("*");
        let mut names = NAME.to_owned();
        if self.file == File::Overlay {
            names = format!("({NAME}|\\*)");
            if path.is_empty() {
                let text = "The file that this one is laid over, relative to its own folder.";
                let extends = json!({ "type": "string", "description": text });
                properties.insert("extends".to_owned(), extends);
                required = vec!["extends".to_owned()];
            } else {
                required.clear();
                properties.insert("remove".to_owned(), json!({ "const": true }));
            }
            if !named {
                properties.insert("*".to_owned(), json!(true));
            }
        } else if named
            && entry
                .key
                .as_ref()
                .is_some_and(|key| key.kind == Kind::NamedTables)
        {
            table.insert("minProperties".to_owned(), json!(1));
        }
        if named {
            table.insert(
                "propertyNames".to_owned(),
                json!({ "pattern": format!("^{names}$") }),
            );
        }
        if !required.is_empty() {
            table.insert("required".to_owned(), json!(required));
        }
        table.insert("properties".to_owned(), Value::Object(properties));
        table.insert("additionalProperties".to_owned(), others);
        table
    }

    /// What may stand at `path`.
    fn value(&mut self, entry: &Entry, path: &str) -> Value {
        let mut value = match &entry.key {
            Some(key) if entry.inner.is_empty() => {
                let mut value = self.described(path);
                value.extend(self.leaf(&key.kind));
                value
            }
            _ => return Value::Object(self.table(entry, path)),
        };
        if self.file == File::Overlay {
            let description = value.remove("description");
            let either = json!([Value::Object(value), { "$ref": "#/definitions/remove" }]);
            self.define("remove", || {
                json!({
                    "type": "object",
                    "properties": { "remove": { "const": true } },
                    "required": ["remove"],
                    "additionalProperties": false,
                })
            });
            value = Map::new();
            value.extend(description.map(|text| ("description".to_owned(), text)));
            value.insert("anyOf".to_owned(), either);
        }
        Value::Object(value)
    }

    fn leaf(&mut self, kind: &Kind) -> Map<String, Value> {
        let value = match kind {
            Kind::Table | Kind::NamedTables => json!({ "type": "object" }),
            Kind::Quantity(unit, bounds) => json!({ "allOf": [self.number(*unit, *bounds)] }),
            Kind::NumberList(bounds) => {
                json!({ "type": "array", "items": plain(Unit::Number, *bounds) })
            }
            Kind::PairList => {
                let key = json!({ "type": "string" });
                let number = plain(Unit::Number, Bounds::open(-1.0, 1.0));
                let pair = json!({ "type": "array", "items": [key, key, number], "minItems": 3, "maxItems": 3 });
                json!({ "type": "array", "items": pair })
            }
            Kind::Text => json!({ "type": "string" }),
            Kind::TextList => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Choice(words) => json!({ "enum": words }),
            Kind::NumberOrChoice(bounds, words) => {
                json!({ "anyOf": [self.number(Unit::Number, *bounds), { "enum": words }] })
            }
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Date => json!({ "type": "string", "format": "date" }),
        };
        match value {
            Value::Object(value) => value,
            _ => Map::new(),
        }
    }

    /// A number, plain or with its range.
    fn number(&mut self, unit: Unit, bounds: Bounds) -> Value {
        let slug = |text: String| text.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let name = slug(format!("{unit} {bounds}").replace('-', "minus "));
        let whole = self.file == File::Whole;
        self.define(&name, || {
            let plain = plain(unit, bounds);
            let mut range = json!({
                "type": "object",
                "properties": {
                    "base": plain,
                    "low": plain,
                    "high": plain,
                    "law": { "enum": ["triangular", "uniform"] },
                    "source": { "type": "string", "description": "An id of scenarios/ASSUMPTIONS.md, or a source of your own." },
                    "note": { "description": "Free text." },
                },
                "additionalProperties": false,
            });
            if whole {
                range["required"] = json!(["base"]);
            }
            json!({ "anyOf": [plain, range] })
        });
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    fn define(&mut self, name: &str, definition: impl FnOnce() -> Value) {
        if !self.numbers.contains_key(name) {
            self.numbers.insert(name.to_owned(), definition());
        }
    }
}

/// A number without its range: a plain one, or text with its unit.
fn plain(unit: Unit, bounds: Bounds) -> Value {
    let kind = if unit == Unit::Count {
        "integer"
    } else {
        "number"
    };
    let mut number = json!({ "type": kind });
    match bounds.low {
        Included(low) => number["minimum"] = json!(low),
        Excluded(low) => number["exclusiveMinimum"] = json!(low),
        Unbounded => {}
    }
    match bounds.high {
        Included(high) => number["maximum"] = json!(high),
        Excluded(high) => number["exclusiveMaximum"] = json!(high),
        Unbounded => {}
    }
    match unit.text_pattern() {
        Some(pattern) => json!({ "anyOf": [number, { "type": "string", "pattern": pattern }] }),
        None => number,
    }
}
