//! What a [`Table`] can be asked in numbers, each plain or with its range:
//! `{ base = 0.5, low = 0.3, high = 0.6, source = "A-07" }`.

use std::ops::RangeInclusive;

use super::answers::words_of;
use super::problem::{Place, Problem};
use super::quantity::{self, Bounds, Law, Parameter, Unit};
use super::reader::{Kind, Table, base_of, suggestion, text_of};
use super::tree::{Entries, Node, RANGE_KEYS, Value, join};

/// A quarter in years.
const QUARTER: f64 = 0.25;

/// A number and where it was written.
type Number<'n> = (f64, &'n Node);

/// The methods for one unit: the required key and the optional one.
macro_rules! quantities {
    ($($unit:ident: $name:ident, $optional:ident, $what:literal;)*) => {
        impl Table<'_> {
            $(
                #[doc = concat!($what, ".")]
                pub fn $name(&self, key: &str, bounds: Bounds) -> f64 {
                    self.quantity(key, Unit::$unit, bounds, false).unwrap_or(bounds.placeholder())
                }

                #[doc = concat!($what, ", if there is one.")]
                pub fn $optional(&self, key: &str, bounds: Bounds) -> Option<f64> {
                    self.quantity(key, Unit::$unit, bounds, true)
                }
            )*
        }
    };
}

quantities! {
    Money: money, optional_money, "An amount in yuan: `1000000` or `\"1000亿\"`";
    Share: share, optional_share, "A part of a whole: `0.65` or `\"65%\"`";
    Rate: rate, optional_rate, "A rate per year: `0.03` or `\"3%\"`";
    Years: years, optional_years, "A duration in years";
    Number: number, optional_number, "A number without unit";
    Multiple: multiple, optional_multiple, "A multiple: `2.5` or `\"2.5x\"`";
}

impl Table<'_> {
    /// A duration in whole quarters, in years.
    pub fn quarters(&self, key: &str, bounds: Bounds) -> f64 {
        let years = self.years(key, bounds);
        self.hold_to_quarters(key, years);
        years
    }

    /// A duration in whole quarters, in years, if there is one.
    pub fn optional_quarters(&self, key: &str, bounds: Bounds) -> Option<f64> {
        let years = self.optional_years(key, bounds)?;
        self.hold_to_quarters(key, years);
        Some(years)
    }

    /// Refuses years that are not whole quarters, and marks the number as one of them.
    fn hold_to_quarters(&self, key: &str, years: f64) {
        let was_read = self.mark_grid(&self.key_path(key), QUARTER);
        if was_read && (years / QUARTER).fract() != 0.0 {
            let message = format!("time runs in quarters, and {years} years are not whole ones");
            self.problem_at(key, &message, "use a multiple of 0.25");
        }
    }

    /// A whole number.
    pub fn count(&self, key: &str, range: RangeInclusive<u32>) -> u32 {
        self.whole(key, &range, false).unwrap_or(*range.start())
    }

    /// A whole number, if there is one.
    pub fn optional_count(&self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        self.whole(key, &range, true)
    }

    /// A list of plain numbers, each within `bounds`; those that are something else are left out.
    pub fn number_list(&self, key: &str, bounds: Bounds) -> Vec<f64> {
        let node = self.ask(key, Kind::NumberList(bounds), false);
        let items = node
            .map(|node| self.items(&self.key_path(key), node))
            .unwrap_or_default();
        items
            .iter()
            .filter_map(|item| self.bounded(&self.key_path(key), item, Unit::Number, bounds))
            .collect()
    }

    /// A number, given to `number`, or one of several words.
    pub fn number_or_choice<T: Clone>(
        &self,
        key: &str,
        bounds: Bounds,
        number: impl Fn(f64) -> T,
        words: &[(&str, T)],
    ) -> T {
        let Some(node) = self.ask(key, Kind::NumberOrChoice(bounds, words_of(words)), false) else {
            return number(bounds.placeholder());
        };
        let chosen = match base_of(node).value {
            Value::Text(_) => {
                let path = self.key_path(key);
                if let Some(entries) = node.table() {
                    self.range_keys(&path, entries);
                }
                self.chosen(&path, base_of(node), words, "a number or one of")
            }
            _ => self
                .ranged(self.key_path(key), node, Unit::Number, bounds)
                .map(&number),
        };
        chosen.unwrap_or_else(|| number(bounds.placeholder()))
    }

    fn whole(&self, key: &str, range: &RangeInclusive<u32>, optional: bool) -> Option<u32> {
        let bounds = Bounds::closed(f64::from(*range.start()), f64::from(*range.end()));
        self.quantity(key, Unit::Count, bounds, optional)
            .map(|count| count as u32)
    }

    fn quantity(&self, key: &str, unit: Unit, bounds: Bounds, optional: bool) -> Option<f64> {
        let Some(node) = self.ask(key, Kind::Quantity(unit, bounds), optional) else {
            let is_there = self.turn().is_some_and(|turn| turn.optional);
            return (optional && is_there).then(|| bounds.placeholder());
        };
        self.ranged(self.key_path(key), node, unit, bounds)
    }

    /// A number with or without its range, which is recorded as a parameter.
    fn ranged(&self, path: String, node: &Node, unit: Unit, bounds: Bounds) -> Option<f64> {
        let Some(entries) = node.table() else {
            let base = self.bounded(&path, node, unit, bounds)?;
            self.record(Parameter {
                path,
                unit,
                base,
                low: None,
                high: None,
                law: None,
                source: None,
                bounds,
                grid: grid_of(unit),
            });
            return Some(base);
        };
        self.range_keys(&path, entries);
        let number = |name: &str| {
            let node = entries.get(name)?;
            let path = if name == "base" {
                path.clone()
            } else {
                join(&path, name)
            };
            self.bounded(&path, node, unit, bounds)
                .map(|number| (number, node))
        };
        let (base, low, high) = (number("base"), number("low"), number("high"));
        let source = entries
            .get("source")
            .and_then(|source| self.text_in(&join(&path, "source"), source));
        let words = [("triangular", Law::Triangular), ("uniform", Law::Uniform)];
        let law = entries
            .get("law")
            .and_then(|law| self.chosen(&join(&path, "law"), law, &words, "one of"));
        if !entries.contains_key("base") {
            let problem =
                Problem::of_key(node.place, &path, "a number with a range needs its `base`");
            self.push(problem.hint("write { base = 0.5, low = 0.3, high = 0.6 }"));
        }
        let base = base?;
        self.in_order(&path, base, low, high);
        let (low, high) = (low.map(|(low, _)| low), high.map(|(high, _)| high));
        self.record(Parameter {
            path,
            unit,
            base: base.0,
            low,
            high,
            law,
            source,
            bounds,
            grid: grid_of(unit),
        });
        Some(base.0)
    }

    /// Refuses what is not part of a range.
    fn range_keys(&self, path: &str, entries: &Entries) {
        for (name, node) in entries
            .iter()
            .filter(|(name, _)| !RANGE_KEYS.contains(&name.as_str()))
        {
            let problem = Problem::of_key(
                node.key_place,
                &join(path, name),
                "no such key beside a number",
            );
            self.push(
                problem.hint(match suggestion(name, RANGE_KEYS.into_iter()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("a number takes {}", RANGE_KEYS.join(", ")),
                }),
            );
        }
    }

    /// Refuses a range whose ends are in the wrong order, and a base outside the range that its own
    /// layer gave it. (A layer above may leave the range: it then asks a question the range was not
    /// made for.)
    fn in_order(
        &self,
        path: &str,
        base: Number<'_>,
        low: Option<Number<'_>>,
        high: Option<Number<'_>>,
    ) {
        if let (Some((low, node)), Some((high, above))) = (low, high)
            && low > high
        {
            let rule = format!("the low end {low} lies above the high end {high}");
            let place = later(node.place, above.place);
            return self.push(Problem::of_key(place, path, rule).hint("swap the two"));
        }
        let below = low
            .filter(|(low, _)| base.0 < *low)
            .map(|low| ("below its low end", low));
        let above = high
            .filter(|(high, _)| base.0 > *high)
            .map(|high| ("above its high end", high));
        for (side, (end, node)) in below.into_iter().chain(above) {
            if base.1.place.layer <= node.place.layer {
                let rule = format!("the base {} lies {side} {end}", base.0);
                let place = later(base.1.place, node.place);
                let hint = "a range holds its base: move the one or the other";
                self.push(Problem::of_key(place, path, rule).hint(hint));
            }
        }
    }

    /// The number in `node`, if it is one and lies within `bounds`.
    pub(super) fn bounded(
        &self,
        path: &str,
        node: &Node,
        unit: Unit,
        bounds: Bounds,
    ) -> Option<f64> {
        let number = match quantity::read(&node.value, unit) {
            Ok(number) => number,
            Err(advice) => {
                self.refuse(path, node, &format!("{unit} belongs here"), advice);
                return None;
            }
        };
        if bounds.contains(number) {
            return Some(number);
        }
        let problem = Problem::of_key(
            node.place,
            path,
            format!("{unit} {bounds}, found {}", node.describe()),
        );
        let percent = number / 100.0;
        let share = matches!(unit, Unit::Share | Unit::Rate) && text_of(node).is_none();
        let remedy = if share && number >= 2.0 && bounds.contains(percent) {
            format!("write {percent} or \"{number}%\"")
        } else {
            bounds.remedy(number)
        };
        self.push(problem.hint(remedy));
        None
    }
}

/// The step of numbers of a unit.
fn grid_of(unit: Unit) -> Option<f64> {
    (unit == Unit::Count).then_some(1.0)
}

/// The one that a layer further up set; the first if one layer set both.
fn later(first: Place, second: Place) -> Place {
    if second.layer > first.layer {
        second
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::layers::Document;
    use super::super::reader::Reader;
    use super::*;

    fn read(text: &str, sets: &[&str], ask: impl Fn(&Table<'_>)) -> Result<Vec<Parameter>, String> {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        let document =
            Document::parse("a.toml", text, &sets).map_err(|problems| problems.to_string())?;
        let reader = Reader::new(&document);
        ask(&reader.root());
        reader.finish().map_err(|problems| problems.to_string())
    }

    fn share(text: &str, sets: &[&str]) -> Result<Vec<Parameter>, String> {
        read(text, sets, |root| {
            let share = root.share("share", Bounds::closed(0.0, 1.0));
            assert!((0.0..=1.0).contains(&share));
        })
    }

    #[test]
    fn a_number_out_of_bounds_names_the_rule_and_the_remedy() {
        let expected = "\
error: `share`: a share lies between 0 and 1, found 65
 --> a.toml:1:9
  |
1 | share = 65
  |         ^^
  |
help: write 0.65 or \"65%\"";
        assert_eq!(share("share = 65", &[]).unwrap_err(), expected);
        assert!(
            share("share = \"150%\"", &[])
                .unwrap_err()
                .contains("found the text \"150%\"")
        );
    }

    #[test]
    fn money_in_an_unknown_unit_lists_the_units() {
        let ask = |root: &Table<'_>| {
            root.money("capital", Bounds::positive());
        };
        let expected = "\
error: `capital`: an amount of money belongs here, found the text \"10 yi\"
 --> a.toml:1:11
  |
1 | capital = \"10 yi\"
  |           ^^^^^^^
  |
help: write yuan as a plain number, or text with a unit: \"1000亿\", 元 万 千万 亿 万亿 k m bn tn";
        assert_eq!(read("capital = \"10 yi\"", &[], ask).unwrap_err(), expected);
        let negative = read("capital = \"-1亿\"", &[], ask).unwrap_err();
        assert!(
            negative.contains("an amount of money is above 0, found the text \"-1亿\""),
            "{negative}"
        );
    }

    #[test]
    fn a_mistake_in_a_set_argument_points_into_it() {
        let expected = "\
error: `share`: a share belongs here, found the text \"half\"
 |
 | --set share=half
 |             ^^^^
 |
help: write a fraction such as 0.65, or \"65%\"";
        assert_eq!(share("share = 0.5", &["share=half"]).unwrap_err(), expected);
    }

    #[test]
    fn a_range_is_recorded_with_its_source() {
        let text = "share = { base = 0.5, low = \"30%\", high = 0.6, source = \"A-07\", note = \"n\", law = \"uniform\" }";
        let parameter = share(text, &[]).unwrap().remove(0);
        assert_eq!(
            (parameter.base, parameter.low, parameter.high),
            (0.5, Some(0.3), Some(0.6))
        );
        assert_eq!(
            (parameter.law, parameter.source.as_deref()),
            (Some(Law::Uniform), Some("A-07"))
        );
    }

    #[test]
    fn every_mistake_in_a_range_is_found() {
        for (text, rule) in [
            (
                "{ low = 0.3 }",
                "`share`: a number with a range needs its `base`",
            ),
            (
                "{ base = 0.5, low = 0.6, high = 0.4 }",
                "the low end 0.6 lies above the high end 0.4",
            ),
            (
                "{ base = 0.5, low = 0.6 }",
                "the base 0.5 lies below its low end 0.6",
            ),
            (
                "{ base = 0.5, high = 0.4 }",
                "the base 0.5 lies above its high end 0.4",
            ),
            (
                "{ base = 0.5, low = -1 }",
                "`share.low`: a share lies between 0 and 1, found -1",
            ),
            ("{ base = 0.5, hihg = 0.6 }", "did you mean `high`?"),
            (
                "{ base = 0.5, law = \"normal\" }",
                "one of \"triangular\", \"uniform\" belongs here",
            ),
            (
                "{ base = 0.5, source = 7 }",
                "`share.source`: text belongs here, found 7",
            ),
            ("[0.5]", "a share belongs here, found a list"),
            ("{}", "needs its `base`"),
        ] {
            let shown = share(&format!("share = {text}"), &[]).unwrap_err();
            assert!(shown.contains(rule), "{text}: {shown}");
            assert!(
                !shown.contains("problems"),
                "one mistake, one problem: {shown}"
            );
        }
    }

    #[test]
    fn a_layer_above_may_leave_the_range() {
        let text = "share = { base = 0.5, low = 0.4, high = 0.6 }";
        assert_eq!(share(text, &["share=0.9"]).unwrap()[0].base, 0.9);
        assert!(
            share(text, &["share.low=0.55"])
                .unwrap_err()
                .contains("below its low end 0.55")
        );
    }

    #[test]
    fn a_count_is_whole() {
        let ask = |root: &Table<'_>| assert!((1..=9).contains(&root.count("n", 1..=9)));
        assert_eq!(read("n = 3", &[], ask).unwrap()[0].base, 3.0);
        for (value, rule) in [
            ("2.5", "a count belongs here"),
            ("10", "a count lies between 1 and 9"),
            ("\"3\"", "a count"),
        ] {
            let shown = read(&format!("n = {value}"), &[], ask).unwrap_err();
            assert!(shown.contains(rule), "{shown}");
        }
    }

    #[test]
    fn a_number_or_a_word_is_either() {
        let start = |text: &str| {
            let document = Document::parse("a.toml", text, &[]).unwrap();
            let reader = Reader::new(&document);
            let start = reader.root().number_or_choice(
                "start",
                Bounds::any(),
                Some,
                &[("stationary", None)],
            );
            (start, reader.finish().is_ok())
        };
        assert_eq!(start("start = \"stationary\""), (None, true));
        assert_eq!(start("start = { base = -2, low = -3 }"), (Some(-2.0), true));
        assert_eq!(start("start = \"x\""), (Some(1.0), false));
        assert_eq!(start(""), (Some(1.0), false));
    }

    #[test]
    fn the_blame_falls_on_the_layer_that_set_the_value() {
        let base = |_: &Path| Ok(b"share = { base = 7, low = 0.1 }".to_vec());
        let text = "extends = \"base.toml\"\nshare = { low = 8 }\n";
        let document = Document::parse_with("top.toml", text, &[], &base).unwrap();
        let reader = Reader::new(&document);
        reader.root().share("share", Bounds::closed(0.0, 1.0));
        let shown = reader.finish().unwrap_err().to_string();
        assert!(
            shown.contains("base.toml:1:18") && shown.contains("top.toml:2:17"),
            "{shown}"
        );
    }
}
