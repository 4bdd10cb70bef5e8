//! The typed cursor over a [`Document`]: asking is declaring.
//!
//! Domain code asks a [`Table`] for its keys. A missing, mistyped or out-of-range value becomes a
//! problem and the answer is a harmless placeholder within the bounds, so that reading goes on.
//! What nobody asked for is an unknown key. [`Reader::finish`] gives every problem at once, or the
//! parameters that were read.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::layers::Document;
use super::problem::{Place, Problem, Problems};
use super::tree::{Entries, Node, RANGE_KEYS, Value, culprit, in_file_order, join};

pub use super::quantity::{Bounds, Law, Parameter, Unit, number_in};
pub use super::tree::Date;

/// Two keys and a number between them, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The first key.
    pub first: String,
    /// The second key.
    pub second: String,
    /// The number.
    pub number: f64,
}

/// A key that domain code asked for, to compare with the documentation.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedKey {
    /// Path with `*` for the names of named tables: `region.*.take_up_mean`.
    pub path: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be left out.
    pub optional: bool,
}

/// What a key holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A table of keys.
    Table,
    /// A table of tables that the author names.
    NamedTables,
    /// A number, plain or with its range.
    Quantity(Unit, Bounds),
    /// A list of numbers.
    NumberList(Bounds),
    /// A list of pairs of keys, each with a number.
    PairList,
    /// Text.
    Text,
    /// A list of texts.
    TextList,
    /// One of these words.
    Choice(Vec<String>),
    /// A number or one of these words.
    NumberOrChoice(Bounds, Vec<String>),
    /// `true` or `false`.
    Flag,
    /// A day.
    Date,
}

impl Kind {
    /// How to write the key `path`, which is missing.
    fn remedy(&self, path: &str) -> String {
        let key = path.rsplit('.').next().unwrap_or(path);
        match self {
            Self::Table => format!("add [{path}]"),
            Self::NamedTables => format!("add one: [{path}.name]"),
            Self::Quantity(unit, _) => {
                format!("add `{key} = ...`: {unit} such as {}", unit.example())
            }
            Self::NumberList(_) => {
                format!("add `{key} = [...]`: a list of numbers, which may be empty")
            }
            Self::PairList => {
                format!("add `{key} = [[\"one key\", \"another\", 0.5]]`")
            }
            Self::Text => format!("add `{key} = \"...\"`"),
            Self::TextList => format!("add `{key} = [\"...\", \"...\"]`"),
            Self::Choice(words) => format!("add `{key} = ...`: {}", one_of(words)),
            Self::NumberOrChoice(_, words) => {
                format!("add `{key} = ...`: a number or {}", one_of(words))
            }
            Self::Flag => format!("add `{key} = true` or `{key} = false`"),
            Self::Date => format!("add `{key} = 2025-01-01`, the day that is meant"),
        }
    }
}

fn one_of(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Reads one document. Ask [`root`](Self::root) for everything, then [`finish`](Self::finish).
#[derive(Debug)]
pub struct Reader<'d> {
    document: &'d Document,
    survey: Option<Turn>,
    state: RefCell<State>,
}

/// How a survey answers what decides about other keys. Over all turns every branch is taken and left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// Whether optional numbers are there.
    pub(super) optional: bool,
    /// Which word of a choice is given, counted in a circle.
    pub(super) word: usize,
}

#[derive(Debug, Default)]
struct State {
    problems: Vec<Problem>,
    parameters: Vec<Parameter>,
    asked: BTreeMap<String, AskedKey>,
    /// Paths of the keys that were asked for, by the path of their table.
    known: BTreeMap<String, BTreeSet<String>>,
    /// Paths of the keys that are missing, each with the index of its problem.
    missing: BTreeMap<String, usize>,
}

impl<'d> Reader<'d> {
    /// A reader that has asked for nothing yet.
    pub fn new(document: &'d Document) -> Self {
        Self {
            document,
            survey: None,
            state: RefCell::default(),
        }
    }

    /// A reader that finds every table, whatever is in `document`, with two entries `*` where the author names them:
    /// to hear what domain code asks for. All other answers are placeholders; nothing is a problem.
    pub(super) fn survey(document: &'d Document, turn: Turn) -> Self {
        Self {
            survey: Some(turn),
            ..Self::new(document)
        }
    }

    /// The table that holds everything.
    pub fn root(&self) -> Table<'_> {
        let root = Table {
            reader: self,
            node: self.survey.is_none().then_some(&self.document.root),
            path: String::new(),
            pattern: String::new(),
            meant: None,
        };
        root.open();
        root
    }

    /// Whether anything was wrong so far.
    pub fn has_problems(&self) -> bool {
        !self.state.borrow().problems.is_empty()
    }

    /// Every key asked for so far, by path.
    pub fn asked(&self) -> Vec<AskedKey> {
        self.state.borrow().asked.values().cloned().collect()
    }

    /// Ends reading: the numbers that were asked for, in order of asking.
    ///
    /// # Errors
    ///
    /// Everything that was wrong, unknown keys included.
    pub fn finish(self) -> Result<Vec<Parameter>, Problems> {
        let State {
            mut problems,
            parameters,
            known,
            missing,
            ..
        } = self.state.into_inner();
        let mut unknown = Vec::new();
        let mut meant: BTreeSet<usize> = BTreeSet::new();
        unknown_keys(&self.document.root, "", &known, &mut |problem, name| {
            meant.extend(name.and_then(|name| missing.get(&name).copied()));
            unknown.push(problem);
        });
        // A misspelt key is one mistake: the key that was meant is not missing as well.
        let mut index = 0..;
        problems.retain(|_| index.next().is_some_and(|at| !meant.contains(&at)));
        problems.append(&mut unknown);
        if problems.is_empty() {
            Ok(parameters)
        } else {
            Err(Problems::new(self.document.layers.clone(), problems))
        }
    }
}

/// One problem for each key of `node`, and of the tables in it, that is not among the `known`, with the
/// path of the key that was probably meant.
fn unknown_keys(
    node: &Node,
    path: &str,
    known: &BTreeMap<String, BTreeSet<String>>,
    found: &mut impl FnMut(Problem, Option<String>),
) {
    let (Some(entries), Some(asked)) = (node.table(), known.get(path)) else {
        return;
    };
    for (key, node) in entries {
        let inner = join(path, key);
        if asked.contains(key) {
            unknown_keys(node, &inner, known, found);
            continue;
        }
        let problem = Problem::of_key(node.key_place, &inner, "no such key");
        let elsewhere = known
            .iter()
            .find(|(_, keys)| keys.contains(key))
            .map(|(table, _)| table);
        let likely = suggestion(key, asked.iter().map(String::as_str));
        let hint = match (likely, elsewhere) {
            (Some(name), _) => format!("did you mean `{name}`?"),
            (None, Some(table)) if table.is_empty() => {
                format!("`{key}` belongs above all tables")
            }
            (None, Some(table)) => format!("`{key}` belongs into a table such as [{table}]"),
            (None, None) if asked.is_empty() => "drop it: nothing belongs here".to_owned(),
            (None, None) => {
                let keys: Vec<&str> = asked.iter().map(String::as_str).collect();
                format!("the keys here are {}", keys.join(", "))
            }
        };
        let meant = likely.map(|name| join(path, name));
        found(problem.hint(hint), meant);
    }
}

/// The name among `known` that `name` is most likely a misspelling of.
pub fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace(['-', ' '], "_");
    let name = plain(name);
    known
        .map(|candidate| {
            let other = plain(candidate);
            // One letter wrong, left out, added or swapped is always near, in short names too.
            let near = name.len() > 2 && strsim::osa_distance(&name, &other) == 1;
            let likeness = strsim::jaro_winkler(&name, &other);
            (if near { likeness.max(0.9) } else { likeness }, candidate)
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// One table of the document. A table that is missing answers every question with a placeholder and
/// says no more.
#[derive(Debug, Clone)]
pub struct Table<'r> {
    reader: &'r Reader<'r>,
    node: Option<&'r Node>,
    path: String,
    pattern: String,
    /// The entry of a lower layer that the name of this one may be a misspelling of.
    meant: Option<String>,
}

impl<'r> Table<'r> {
    /// The path of this table: `region.gba`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether nothing was wrong so far, so that fields may be checked against one another.
    pub fn ok(&self) -> bool {
        !self.reader.has_problems()
    }

    /// The place of this table's own name.
    fn place(&self) -> Place {
        self.node.map_or(Place::whole(0), |node| node.place)
    }

    /// Blames `key`, or the table if the key is absent, for a rule that only the domain knows.
    pub fn problem_at(&self, key: &str, message: &str, hint: &str) {
        if let Some(table) = self.node {
            let node = table.table().and_then(|entries| entries.get(key));
            let place = node.map_or(table.place, culprit);
            self.push(Problem::of_key(place, &join(&self.path, key), message).hint(hint));
        }
    }

    /// Blames the table as a whole.
    pub fn problem(&self, message: &str, hint: &str) {
        if let Some(table) = self.node {
            self.push(Problem::of_key(culprit(table), &self.path, message).hint(hint));
        }
    }

    /// Refuses those of `keys` that are there: they have a meaning only with `setting`.
    pub fn only_with(&self, setting: &str, keys: &[&str]) {
        for key in keys {
            let Some(node) = self.node.and_then(|table| table.table()?.get(*key)) else {
                continue;
            };
            self.know(key);
            let path = join(&self.path, key);
            let problem = Problem::of_key(node.key_place, &path, "this key has no meaning here");
            self.push(problem.hint(format!("drop it, or set {setting}")));
        }
    }

    /// Accepts every key but misspellings of `key`: after a mistake in it nobody knows which ones
    /// belong here.
    pub fn accept_all_beside(&self, key: &str) {
        let entries = self.node.and_then(Node::table).into_iter().flatten();
        for (other, _) in entries {
            if suggestion(other, std::iter::once(key)).is_none() {
                self.know(other);
            }
        }
    }

    /// How to answer in a survey; `None` outside one.
    pub(super) fn turn(&self) -> Option<Turn> {
        self.reader.survey
    }

    fn know(&self, key: &str) {
        let mut state = self.reader.state.borrow_mut();
        let known = state.known.entry(self.path.clone()).or_default();
        known.insert(key.to_owned());
    }

    pub(super) fn push(&self, problem: Problem) {
        self.reader.state.borrow_mut().problems.push(problem);
    }

    pub(super) fn record(&self, parameter: Parameter) {
        self.reader.state.borrow_mut().parameters.push(parameter);
    }

    /// Says that the number last read is a multiple of `step`; false if it was not that of `path`, which then was a mistake.
    pub(super) fn mark_grid(&self, path: &str, step: f64) -> bool {
        let mut state = self.reader.state.borrow_mut();
        let last = state.parameters.last_mut();
        let parameter = last.filter(|last| last.path == path);
        parameter.map(|found| found.grid = Some(step)).is_some()
    }

    /// Says that this table may hold only what it will be asked for.
    pub(super) fn open(&self) {
        self.reader
            .state
            .borrow_mut()
            .known
            .entry(self.path.clone())
            .or_default();
    }

    /// Declares `key` and finds its value. `None` if there is none, which is a problem unless
    /// `optional`.
    pub(super) fn ask(&self, key: &str, kind: Kind, optional: bool) -> Option<&'r Node> {
        let pattern = join(&self.pattern, key);
        self.know(key);
        let found = self.node.and_then(|node| node.table()?.get(key));
        if found.is_none() && !optional {
            self.miss(&join(&self.path, key), &kind);
        }
        self.reader
            .state
            .borrow_mut()
            .asked
            .entry(pattern.clone())
            .or_insert(AskedKey {
                path: pattern,
                kind,
                optional,
            });
        found
    }

    /// Reports that the key `path` is missing, unless the whole table is.
    fn miss(&self, path: &str, kind: &Kind) {
        if self.node.is_none() {
            return;
        }
        let remedy = kind.remedy(path);
        let hint = match &self.meant {
            Some(name) => format!("{remedy}; or did you mean the entry `{name}`?"),
            None => remedy,
        };
        let problem = Problem::of_key(self.place(), path, "this key is missing").hint(hint);
        let mut state = self.reader.state.borrow_mut();
        let index = state.problems.len();
        state.missing.insert(path.to_owned(), index);
        state.problems.push(problem);
    }

    /// Reports that `node` at `path` breaks a rule and gives what was found.
    pub(super) fn refuse(&self, path: &str, node: &Node, rule: &str, hint: impl Into<String>) {
        let message = format!("{rule}, found {}", node.describe());
        self.push(Problem::of_key(node.place, path, message).hint(hint));
    }

    /// The table `key`.
    #[must_use]
    pub fn table(&self, key: &str) -> Table<'r> {
        let node = self.ask(key, Kind::Table, false);
        self.child(key, key, self.checked_table(key, node))
    }

    /// The table `key`, if there is one.
    pub fn optional_table(&self, key: &str) -> Option<Table<'r>> {
        let Some(node) = self.ask(key, Kind::Table, true) else {
            return self.turn().map(|_| self.child(key, key, None));
        };
        Some(self.child(key, key, self.checked_table(key, Some(node))))
    }

    /// The tables within `key` by the names their author gave them, in file order; at least one.
    pub fn named_tables(&self, key: &str) -> Vec<(String, Table<'r>)> {
        let node = self.ask(key, Kind::NamedTables, false);
        if self.turn().is_some() {
            let any = || {
                (
                    "*".to_owned(),
                    self.child(key, key, None).child("*", "*", None),
                )
            };
            return vec![any(), any()];
        }
        let Some(node) = self.checked_table(key, node) else {
            return Vec::new();
        };
        let outer = self.child(key, key, Some(node));
        let entries = node.table().map(in_file_order).unwrap_or_default();
        if entries.is_empty() {
            let hint = format!("add one: [{}.name]", outer.path);
            self.push(
                Problem::of_key(
                    node.place,
                    &outer.path,
                    "at least one named table is needed",
                )
                .hint(hint),
            );
        }
        entries
            .into_iter()
            .map(|(name, node)| (name.to_owned(), outer.named(name, node)))
            .collect()
    }

    fn named(&self, name: &str, node: &'r Node) -> Table<'r> {
        self.know(name);
        let plain = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-') || is_chinese(c)
        };
        if name.is_empty() || !name.chars().all(plain) {
            let rule = "a name holds lower-case letters, digits, `_`, `-` or Chinese characters";
            let problem = Problem::of_key(node.key_place, &join(&self.path, name), rule);
            let kept: String = name.to_lowercase().chars().filter(|c| plain(*c)).collect();
            self.push(problem.hint(format!(
                "write `{}`",
                if kept.is_empty() { "name" } else { &kept }
            )));
        } else if RANGE_KEYS.contains(&name) {
            let rule = "this is a part of a number's range and cannot be a name";
            let problem = Problem::of_key(node.key_place, &join(&self.path, name), rule);
            self.push(problem.hint(format!("write `{name}_1`")));
        }
        let mut table = self.child(name, name, self.checked_table(name, Some(node)));
        table.pattern = format!("{}.*", self.pattern);
        let entries = self.node.and_then(Node::table).into_iter().flatten();
        let below = entries.filter(|(_, other)| other.key_place.layer < node.key_place.layer);
        table.meant = suggestion(name, below.map(|(name, _)| name.as_str())).map(str::to_owned);
        table
    }

    fn checked_table(&self, key: &str, node: Option<&'r Node>) -> Option<&'r Node> {
        let node = node?;
        if node.table().is_none() {
            let path = join(&self.path, key);
            self.refuse(
                &path,
                node,
                "a table belongs here",
                format!("write [{path}]"),
            );
            return None;
        }
        Some(node)
    }

    fn child(&self, key: &str, pattern: &str, node: Option<&'r Node>) -> Table<'r> {
        let (path, pattern) = (join(&self.path, key), join(&self.pattern, pattern));
        let child = Table {
            reader: self.reader,
            node,
            path,
            pattern,
            meant: None,
        };
        child.open();
        child
    }
}

/// The number of a number with its range, and any other value itself.
pub(super) fn base_of(node: &Node) -> &Node {
    node.table()
        .and_then(|entries: &Entries| entries.get("base"))
        .unwrap_or(node)
}

/// The text of a text value.
pub(super) fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ask: impl Fn(&Table<'_>)) -> Result<Vec<Parameter>, String> {
        let document = Document::parse("a.toml", text, &[]).unwrap();
        let reader = Reader::new(&document);
        ask(&reader.root());
        reader.finish().map_err(|problems| problems.to_string())
    }

    fn regions(root: &Table<'_>) {
        for (_, region) in root.named_tables("region") {
            region.share("take_up_mean", Bounds::open(0.0, 1.0));
        }
        root.table("national").money("capital", Bounds::positive());
    }

    #[test]
    fn what_is_asked_for_becomes_parameters_in_order_of_asking() {
        let text = "[national]\ncapital = \"1000亿\"\n[region.b]\ntake_up_mean = 0.5\n[region.a]\ntake_up_mean = \"51%\"\n";
        let parameters = read(text, regions).unwrap();
        let found: Vec<_> = parameters
            .iter()
            .map(|p| (p.path.as_str(), p.base))
            .collect();
        let expected = [
            ("region.b.take_up_mean", 0.5),
            ("region.a.take_up_mean", 0.51),
            ("national.capital", 1e11),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn unknown_keys_come_with_the_key_that_was_meant() {
        let text = "\
[national]
capital = 1
take_up_mean = 0.4
zzz = 1
[region.gba]
take_up_mean = 0.5
tak_up_mean = 0.5
";
        let expected = "\
error: `national.take_up_mean`: no such key
 --> a.toml:3:1
  |
3 | take_up_mean = 0.4
  | ^^^^^^^^^^^^
  |
help: `take_up_mean` belongs into a table such as [region.gba]

error: `national.zzz`: no such key
 --> a.toml:4:1
  |
4 | zzz = 1
  | ^^^
  |
help: the keys here are capital

error: `region.gba.tak_up_mean`: no such key
 --> a.toml:7:1
  |
7 | tak_up_mean = 0.5
  | ^^^^^^^^^^^
  |
help: did you mean `take_up_mean`?

3 problems";
        assert_eq!(read(text, regions).unwrap_err(), expected);
    }

    #[test]
    fn a_missing_key_is_blamed_on_its_table_and_a_missing_table_once() {
        let expected = "\
error: `national`: this key is missing
--> a.toml:1:1
 |
help: add [national]

error: `region.gba.take_up_mean`: this key is missing
 --> a.toml:1:1
  |
1 | [region.gba]
  | ^^^^^^^^^^^^
  |
help: add `take_up_mean = ...`: a share such as 0.65 or \"65%\"

2 problems";
        assert_eq!(read("[region.gba]\n", regions).unwrap_err(), expected);
    }

    #[test]
    fn named_tables_are_tables_with_orderly_names() {
        let text = "[national]\ncapital = 1\n[region]\nx = 3\n[region.Big]\ntake_up_mean = 0.5\n";
        let shown = read(text, regions).unwrap_err();
        assert!(
            shown.contains("`region.x`: a table belongs here, found 3"),
            "{shown}"
        );
        assert!(
            shown.contains("`region.Big`: a name holds lower-case letters"),
            "{shown}"
        );
        let empty = read("[national]\ncapital = 1\n[region]\n", regions).unwrap_err();
        assert!(
            empty.contains("`region`: at least one named table is needed"),
            "{empty}"
        );
        assert!(empty.contains("help: add one: [region.name]"), "{empty}");
        assert!(
            read("region = 3\n[national]\ncapital = 1\n", regions)
                .unwrap_err()
                .contains("write [region]")
        );
    }

    #[test]
    fn an_optional_table_may_be_left_out_and_is_read_if_there() {
        let ask = |root: &Table<'_>| {
            if let Some(economy) = root.optional_table("economy") {
                economy.rate("growth", Bounds::any());
            }
        };
        assert_eq!(read("", ask), Ok(Vec::new()));
        assert_eq!(
            read("economy.growth = 0.05", ask).unwrap()[0].path,
            "economy.growth"
        );
        assert!(read("economy = 1", ask).is_err());
    }

    #[test]
    fn the_domain_can_blame_a_key_or_else_its_table() {
        let ask = |root: &Table<'_>| {
            let table = root.table("t");
            assert_eq!(table.path(), "t");
            table.number("x", Bounds::any());
            table.problem_at("x", "x exceeds y", "lower x");
            table.problem_at("y", "y falls short of x", "raise y");
            assert!(!table.ok());
        };
        let shown = read("[t]\nx = { base = 7, low = 1 }\n", ask).unwrap_err();
        assert!(
            shown.contains("error: `t.y`: y falls short of x\n --> a.toml:1:1\n"),
            "{shown}"
        );
        assert!(
            shown.contains("error: `t.x`: x exceeds y\n --> a.toml:2:14\n"),
            "{shown}"
        );
        assert!(shown.contains("help: lower x"), "{shown}");
    }

    #[test]
    fn asked_keys_are_patterns_with_kinds() {
        let document =
            Document::parse("a.toml", "[national]\n[region.a]\n[region.b]\n", &[]).unwrap();
        let reader = Reader::new(&document);
        regions(&reader.root());
        assert!(reader.has_problems());
        let asked = reader.asked();
        let paths: Vec<&str> = asked.iter().map(|key| key.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "national",
                "national.capital",
                "region",
                "region.*.take_up_mean"
            ]
        );
        assert_eq!(
            asked[1].kind,
            Kind::Quantity(Unit::Money, Bounds::positive())
        );
    }
}
