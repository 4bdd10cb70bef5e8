//! A scenario as a tree of values, each of which knows where it was written.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem};

/// Tables nested deeper than this are refused: no scenario needs them, and no reader overflows its
/// stack on them.
const DEPTH: usize = 16;

/// The keys of a number written with its range: `{ base = 0.5, low = 0.3, high = 0.6, source =
/// "A-07" }`.
pub const RANGE_KEYS: [&str; 6] = ["base", "low", "high", "law", "source", "note"];

/// The entries of a table by key; [`in_file_order`] gives them as written.
pub type Entries = BTreeMap<String, Node>;

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where the value stands; for `[table]`, its header.
    pub place: Place,
    /// Where its key stands.
    pub key_place: Place,
}

/// A TOML value a scenario may hold: numbers are finite, integers fit 64 bits, dates have no time.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `[table]` or `{ inline = "table" }`.
    Table(Entries),
    /// `[1, 2]`.
    List(Vec<Node>),
    /// `"text"`.
    Text(String),
    /// `1`.
    Integer(i64),
    /// `1.5`.
    Float(f64),
    /// `true`.
    Boolean(bool),
    /// `2025-01-01`.
    Date(Date),
}

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year of the common era.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Node {
    /// The entries, if this is a table.
    pub fn table(&self) -> Option<&Entries> {
        match &self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether this is a number with its range, or part of one.
    pub fn is_range(&self) -> bool {
        let range_key = |key: &String| RANGE_KEYS.contains(&key.as_str());
        self.table()
            .is_some_and(|entries| !entries.is_empty() && entries.keys().all(range_key))
    }

    /// Whether this is a value rather than a table of further keys; a number with its range is a
    /// value.
    pub fn is_leaf(&self) -> bool {
        self.table().is_none() || self.is_range()
    }

    /// What kind of value this is, in words: `text "money"`.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Table(_) => "a table".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Text(text) => format!("the text {text:?}"),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => format!("{number:?}"),
            Value::Boolean(flag) => flag.to_string(),
            Value::Date(date) => date.to_string(),
        }
    }
}

/// The entries of a table in the order of their keys in the layers, base first.
pub fn in_file_order(entries: &Entries) -> Vec<(&str, &Node)> {
    let mut list: Vec<_> = entries
        .iter()
        .map(|(key, node)| (key.as_str(), node))
        .collect();
    list.sort_by_key(|(_, node)| node.key_place);
    list
}

/// A key as it reads in a path: plain, or quoted if it holds anything but letters, digits, `_` and
/// `-`.
pub fn key_text(key: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(plain) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// `parent.key`, without the dot at the root.
pub fn join(parent: &str, key: &str) -> String {
    if parent.is_empty() {
        key_text(key)
    } else {
        format!("{parent}.{}", key_text(key))
    }
}

/// Text as a one-line TOML string.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Turns what the TOML parser saw in one layer into nodes, refusing values that no scenario can
/// hold.
pub struct Planter<'a> {
    /// The layer's index.
    pub layer: usize,
    /// Where the parsed text starts within the layer's text.
    pub offset: usize,
    /// Where refusals go.
    pub problems: &'a mut Vec<Problem>,
}

impl Planter<'_> {
    /// Converts a table without the key `extends`, which belongs to the layer and not to the
    /// scenario.
    pub fn root(&mut self, table: &DeTable<'_>) -> Entries {
        let kept = table.iter().filter(|(key, _)| key.get_ref() != "extends");
        kept.map(|(key, value)| self.entry(key, value, "", 1))
            .collect()
    }

    /// Converts the value of the key `path`, which stands at `key_place`.
    pub fn value(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        key_place: Place,
        path: &str,
        depth: usize,
    ) -> Node {
        let place = self.place(value);
        let value = self
            .converted(value.get_ref(), place, path, depth)
            .unwrap_or_else(|(refusal, hint)| {
                self.problems
                    .push(Problem::of_key(place, path, refusal).hint(hint));
                Value::Boolean(false)
            });
        Node {
            value,
            place,
            key_place,
        }
    }

    fn entry<T: AsRef<str>>(
        &mut self,
        key: &Spanned<T>,
        value: &Spanned<DeValue<'_>>,
        parent: &str,
        depth: usize,
    ) -> (String, Node) {
        let (key_place, key) = (self.place(key), key.get_ref().as_ref());
        let path = join(parent, key);
        (key.to_owned(), self.value(value, key_place, &path, depth))
    }

    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        let span = spanned.span();
        Place::new(self.layer, self.offset + span.start..self.offset + span.end)
    }

    fn converted(
        &mut self,
        value: &DeValue<'_>,
        place: Place,
        path: &str,
        depth: usize,
    ) -> Result<Value, (String, &'static str)> {
        if depth > DEPTH {
            let rule = format!("values nest at most {DEPTH} deep");
            return Err((rule, "no scenario needs as many: drop the inner ones"));
        }
        Ok(match value {
            DeValue::Table(table) => Value::Table(
                table
                    .iter()
                    .map(|(key, value)| self.entry(key, value, path, depth + 1))
                    .collect(),
            ),
            DeValue::Array(list) => Value::List(
                list.iter()
                    .map(|item| self.value(item, place, path, depth + 1))
                    .collect(),
            ),
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map(Value::Integer)
                .map_err(|_| {
                    let rule = "a whole number this large cannot be kept exactly".to_owned();
                    (rule, "write it with an exponent: 1e20")
                })?,
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(finite) if finite.is_finite() => Value::Float(finite),
                _ => {
                    let rule = format!("a number is finite, found {}", number.as_str());
                    return Err((rule, "write a plain number"));
                }
            },
            DeValue::Boolean(flag) => Value::Boolean(*flag),
            DeValue::Datetime(datetime) => {
                if let (Some(day), None) = (datetime.date, datetime.time) {
                    Value::Date(Date {
                        year: day.year,
                        month: day.month,
                        day: day.day,
                    })
                } else {
                    let rule = format!("a date is a day such as 2025-01-01, found {datetime}");
                    return Err((rule, "write the day alone"));
                }
            }
        })
    }
}

/// What the TOML parser did not understand in `text`, which stands at byte `offset` of its layer: all of
/// it at once.
pub fn parse_errors(
    errors: &[toml::de::Error],
    text: &str,
    layer: usize,
    offset: usize,
    problems: &mut Vec<Problem>,
) {
    problems.extend(errors.iter().map(|error| {
        let place = error.span().map_or(Place::whole(layer), |span| {
            let end = span.end.max(span.start + 1);
            Place::new(layer, offset + span.start..offset + end)
        });
        let written = error.span().and_then(|span| text.get(span)).unwrap_or("");
        let said = error.message();
        let message = if said.contains("duplicate key") {
            format!("the key `{written}` stands twice")
        } else {
            format!("this is not TOML: {said}")
        };
        let next = error
            .span()
            .and_then(|span| text.get(span.start..)?.chars().next());
        Problem::new(place, message).hint(match next {
            Some(
                '“' | '”' | '‘' | '’' | '\u{ff1d}' | '\u{ff0c}' | '\u{3002}' | '\u{ff1a}'
                | '\u{ff3b}' | '\u{ff3d}',
            ) => "write plain `=`, `\"`, `,` and brackets, not full-width ones",
            _ => syntax_hint(said, written),
        })
    }));
}

/// What to write instead, by what the parser says and what stands there.
fn syntax_hint(said: &str, written: &str) -> &'static str {
    let says = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
    let written = written.trim();
    if says(&["duplicate key"]) {
        "keep one of the two"
    } else if says(&["unquoted key"]) {
        "write such a key in quotes"
    } else if says(&["unclosed", "missing comma"]) {
        "each bracket and brace is closed, and commas stand between the values of a list"
    } else if says(&["basic string", "multi-line"]) {
        "end the text with the quote it starts with"
    } else if says(&["must be quoted", "boolean", "invalid float"]) && !written.is_empty() {
        "text, percentages and amounts with a unit stand in quotes: \"raised\", \"20%\", \"1000亿\""
    } else if says(&["must be quoted"]) {
        "write a value after the `=`"
    } else {
        "write one `key = value` a line; a number has a point, not a comma: 0.3"
    }
}

/// What to blame for a value: the base of a number; a table as a whole or, where a layer above its own
/// changed it, what that layer set last.
pub fn culprit(node: &Node) -> Place {
    if let Some(base) = node.table().and_then(|entries| entries.get("base")) {
        return base.place;
    }
    let last = last_place(node);
    if last.layer > node.place.layer {
        last
    } else {
        node.place
    }
}

fn last_place(node: &Node) -> Place {
    let inner = node.table().into_iter().flat_map(Entries::values);
    inner.map(last_place).fold(node.place, Place::max)
}
