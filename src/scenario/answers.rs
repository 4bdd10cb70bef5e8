//! What a [`Table`] can be asked in words, lists and dates.

use super::reader::{Bounds, Kind, Pair, Table, Unit, suggestion, text_of};
use super::tree::{Date, Node, Value, join};

impl Table<'_> {
    /// Text.
    pub fn text(&self, key: &str) -> String {
        let node = self.ask(key, Kind::Text, false);
        node.and_then(|node| self.text_in(&self.key_path(key), node))
            .unwrap_or_default()
    }

    /// Text, if there is any.
    pub fn optional_text(&self, key: &str) -> Option<String> {
        let node = self.ask(key, Kind::Text, true)?;
        self.text_in(&self.key_path(key), node)
    }

    /// A list of texts; `None` if it is missing or any of it is something else.
    pub fn text_list(&self, key: &str) -> Option<Vec<String>> {
        let node = self.ask(key, Kind::TextList, false)?;
        self.texts_in(key, node)
    }

    /// A list of texts, if there is one.
    pub fn optional_text_list(&self, key: &str) -> Option<Vec<String>> {
        let node = self.ask(key, Kind::TextList, true)?;
        self.texts_in(key, node)
    }

    /// A list of pairs of keys with their correlations; those that are something else are left out.
    pub fn pair_list(&self, key: &str) -> Vec<Pair> {
        let Some(node) = self.ask(key, Kind::PairList, false) else {
            return Vec::new();
        };
        let path = self.key_path(key);
        let pairs = self.items(&path, node).iter();
        pairs.filter_map(|pair| self.pair(&path, pair)).collect()
    }

    fn pair(&self, path: &str, node: &Node) -> Option<Pair> {
        if let Value::List(parts) = &node.value
            && let [first, second, number] = parts.as_slice()
            && let (Some(first), Some(second)) = (text_of(first), text_of(second))
        {
            let bounds = Bounds::open(-1.0, 1.0);
            return Some(Pair {
                first: first.to_owned(),
                second: second.to_owned(),
                number: self.bounded(path, number, Unit::Number, bounds)?,
            });
        }
        let rule = "two keys and their correlation belong here";
        self.refuse(path, node, rule, "write [\"one key\", \"another\", 0.5]");
        None
    }

    fn texts_in(&self, key: &str, node: &Node) -> Option<Vec<String>> {
        let path = self.key_path(key);
        let Value::List(items) = &node.value else {
            let _ = self.items(&path, node);
            return None;
        };
        let texts: Vec<Option<String>> = items.iter().map(|i| self.text_in(&path, i)).collect();
        texts.into_iter().collect()
    }

    /// One of several words.
    ///
    /// # Panics
    ///
    /// If there is no word to choose from.
    pub fn choice<T: Clone>(&self, key: &str, words: &[(&str, T)]) -> T {
        self.decision(key, words)
            .unwrap_or_else(|| words[0].1.clone())
    }

    /// One of several words; `None` after a mistake, for whom other keys depend on the word.
    pub fn decision<T: Clone>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let Some(node) = self.ask(key, Kind::Choice(words_of(words)), false) else {
            return self.surveyed(words);
        };
        self.chosen(&self.key_path(key), node, words, "one of")
    }

    /// One of several words, if there is one.
    pub fn optional_choice<T: Clone>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let Some(node) = self.ask(key, Kind::Choice(words_of(words)), true) else {
            return self.surveyed(words);
        };
        self.chosen(&self.key_path(key), node, words, "one of")
    }

    /// The word that a survey gives in this turn.
    fn surveyed<T: Clone>(&self, words: &[(&str, T)]) -> Option<T> {
        let mut circle = words.iter().cycle();
        circle
            .nth(self.turn()?.word)
            .map(|(_, value)| value.clone())
    }

    /// `true` or `false`; `false` after a mistake.
    pub fn flag(&self, key: &str) -> bool {
        let node = self.ask(key, Kind::Flag, false);
        node.is_some_and(|node| self.flag_in(key, node))
    }

    /// `true` or `false`, if there is either.
    pub fn optional_flag(&self, key: &str) -> Option<bool> {
        let node = self.ask(key, Kind::Flag, true)?;
        Some(self.flag_in(key, node))
    }

    fn flag_in(&self, key: &str, node: &Node) -> bool {
        if let Value::Boolean(flag) = node.value {
            return flag;
        }
        self.refuse(
            &self.key_path(key),
            node,
            "true or false belongs here",
            "write it without quotes",
        );
        false
    }

    /// A day; the first of 2000 after a mistake.
    pub fn date(&self, key: &str) -> Date {
        const PLACEHOLDER: Date = Date {
            year: 2000,
            month: 1,
            day: 1,
        };
        let Some(node) = self.ask(key, Kind::Date, false) else {
            return PLACEHOLDER;
        };
        if let Value::Date(date) = node.value {
            return date;
        }
        self.refuse(
            &self.key_path(key),
            node,
            "a date belongs here",
            "write 2025-01-01, without quotes",
        );
        PLACEHOLDER
    }

    pub(super) fn key_path(&self, key: &str) -> String {
        join(self.path(), key)
    }

    pub(super) fn text_in(&self, path: &str, node: &Node) -> Option<String> {
        let text = text_of(node).map(str::to_owned);
        if text.is_none() {
            self.refuse(path, node, "text belongs here", "write it in quotes");
        }
        text
    }

    pub(super) fn items<'n>(&self, path: &str, node: &'n Node) -> &'n [Node] {
        if let Value::List(items) = &node.value {
            return items;
        }
        self.refuse(
            path,
            node,
            "a list belongs here",
            "write it in brackets: [a, b]",
        );
        &[]
    }

    pub(super) fn chosen<T: Clone>(
        &self,
        path: &str,
        node: &Node,
        words: &[(&str, T)],
        rule: &str,
    ) -> Option<T> {
        let written = text_of(node);
        let chosen = words.iter().find(|(word, _)| Some(*word) == written);
        if chosen.is_none() {
            let all: Vec<String> = words
                .iter()
                .map(|(word, _)| format!("\"{word}\""))
                .collect();
            let known = words.iter().map(|(word, _)| *word);
            let hint = match suggestion(written.unwrap_or_default(), known) {
                Some(word) => format!("did you mean \"{word}\"?"),
                None if words.len() == 1 => format!("write \"{}\"", words[0].0),
                None => format!("write one of them, such as \"{}\"", words[0].0),
            };
            self.refuse(
                path,
                node,
                &format!("{rule} {} belongs here", all.join(", ")),
                hint,
            );
        }
        chosen.map(|(_, value)| value.clone())
    }
}

/// The words of a choice.
pub(super) fn words_of<T>(words: &[(&str, T)]) -> Vec<String> {
    words.iter().map(|(word, _)| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::layers::Document;
    use super::super::reader::{Bounds, Parameter, Reader};
    use super::*;

    fn read(text: &str, sets: &[&str], ask: impl Fn(&Table<'_>)) -> Result<Vec<Parameter>, String> {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        let document =
            Document::parse("a.toml", text, &sets).map_err(|problems| problems.to_string())?;
        let reader = Reader::new(&document);
        ask(&reader.root());
        reader.finish().map_err(|problems| problems.to_string())
    }

    #[test]
    fn a_choice_is_one_of_its_words() {
        let ask = |root: &Table<'_>| {
            root.choice("model", &[("fixed", 1), ("logistic", 2)]);
        };
        let expected = "\
error: `model`: one of \"fixed\", \"logistic\" belongs here, found the text \"logisitc\"
 --> a.toml:1:9
  |
1 | model = \"logisitc\"
  |         ^^^^^^^^^^
  |
help: did you mean \"logistic\"?";
        assert_eq!(
            read("model = \"logisitc\"", &[], ask).unwrap_err(),
            expected
        );
        assert!(
            read("model = 3", &[], ask)
                .unwrap_err()
                .contains("such as \"fixed\"")
        );
    }

    #[test]
    fn lists_flags_dates_and_texts_are_checked() {
        let ask = |root: &Table<'_>| {
            root.text("title");
            root.text_list("order");
            root.number_list("years", Bounds::positive());
            root.flag("early");
            root.date("start");
            root.optional_text("note");
            root.optional_count("n", 1..=2);
        };
        let good =
            "title = \"t\"\norder = [\"a\"]\nyears = [1, 2.5]\nearly = true\nstart = 2025-01-31\n";
        assert_eq!(read(good, &[], ask), Ok(Vec::new()));
        let bad = "title = 1\norder = [\"a\", 2]\nyears = [1, -2.5]\nearly = \"yes\"\nstart = \"2025\"\nnote = 1\n";
        let shown = read(bad, &[], ask).unwrap_err();
        for rule in [
            "`title`: text belongs here, found 1",
            "a.toml:2:15",
            "`years`: a number is above 0, found -2.5",
            "`early`: true or false belongs here",
            "`start`: a date belongs here",
            "6 problems",
        ] {
            assert!(shown.contains(rule), "{rule}: {shown}");
        }
    }

    const VALID: &str = "title = \"国家队\"\nshare = { base = 0.5, low = 0.3 }\nmoney = \"1,000亿\"\nn = 3\n\
        model = \"fixed\"\nlist = [1, 2]\nstart = 2025-01-01\n[region.\"大湾区\"]\nx = 1\n";

    proptest! {
        #[test]
        fn whatever_is_written_the_answers_lie_within_their_bounds(
            changes in prop::collection::vec((0..VALID.len(), any::<u8>()), 1..6),
        ) {
            let mut bytes = VALID.as_bytes().to_vec();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            let _ = read(&String::from_utf8_lossy(&bytes), &[], |root| {
                root.text("title");
                assert!((0.0..=1.0).contains(&root.share("share", Bounds::closed(0.0, 1.0))));
                assert!(root.money("money", Bounds::positive()) > 0.0);
                assert!((2..=4).contains(&root.count("n", 2..=4)));
                root.choice("model", &[("fixed", ())]);
                assert!(root.number_list("list", Bounds::positive()).iter().all(|x| *x > 0.0));
                root.date("start");
                for (_, region) in root.named_tables("region") {
                    region.number("x", Bounds::any());
                }
            });
        }
    }
}
