//! What one `--vary` says: a key and the values that it takes.

use crate::scenario::Scenario;
use crate::scenario::reader::{Kind, Unit, number_in};
use crate::scenario::variant::UnknownNumber;
use std::fmt;

/// Most values of one key; the limit on paths is far below.
const MOST_VALUES: f64 = 1e6;

/// A key and its values, each as one writes it after `--set key=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The key, in which `*` stands for any one part.
    pub key: String,
    /// The values in order.
    pub values: Vec<String>,
}

/// Something wrong with one `--vary`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisError {
    /// The argument as written.
    pub argument: String,
    /// What is wrong with it.
    pub mistake: AxisMistake,
}

/// The mistake in a `--vary`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AxisMistake {
    /// No key, no `=`, or nothing after it.
    Form,
    /// Between two commas there is nothing.
    EmptyValue,
    /// A value stands twice.
    Twice(String),
    /// Not three numbers.
    Range,
    /// A range of a key that is not a number.
    NotANumber(UnknownNumber),
    /// One of the three cannot be read.
    Number(String, &'static str),
    /// The step is 0.
    NoStep,
    /// The step leads away from the end.
    WrongWay,
    /// More values than anyone waits for.
    TooMany,
}

impl fmt::Display for AxisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--vary {}: ", self.argument)?;
        match &self.mistake {
            AxisMistake::Form => f.write_str(
                "write KEY=a:b:step or KEY=v1,v2, for example sub_funds.requested_share_mean=12%:30%:3%",
            ),
            AxisMistake::EmptyValue => f.write_str("a value is missing between the commas"),
            AxisMistake::Twice(value) => write!(f, "the value {value} stands twice"),
            AxisMistake::Range => f.write_str("a range is a:b:step, for example 0.1:0.3:0.05"),
            AxisMistake::NotANumber(unknown) => {
                write!(f, "a range needs a number: {unknown}")
            }
            AxisMistake::Number(text, advice) => write!(f, "`{text}` is no number here; {advice}"),
            AxisMistake::NoStep => f.write_str("a step of 0 never arrives; write one above 0"),
            AxisMistake::WrongWay => f.write_str(
                "the range is empty: the step leads away from its end; swap the ends or the sign of the step",
            ),
            AxisMistake::TooMany => f.write_str("the range holds more than a million values; use a larger step"),
        }
    }
}

impl std::error::Error for AxisError {}

impl Axis {
    /// Reads `KEY=a:b:step` (both ends included) or `KEY=v1,v2`, with keys and units of `scenario`.
    ///
    /// # Errors
    ///
    /// See [`AxisMistake`]. Whether a listed value suits its key shows when the point is read.
    pub fn parse(argument: &str, scenario: &Scenario) -> Result<Self, AxisError> {
        let of = |mistake| AxisError {
            argument: argument.to_owned(),
            mistake,
        };
        let split = argument.split_once('=');
        let (key, written) = split.ok_or_else(|| of(AxisMistake::Form))?;
        let (key, written) = (key.trim(), written.trim());
        if key.is_empty() || written.is_empty() {
            return Err(of(AxisMistake::Form));
        }
        let values = if written.contains(':') && !written.contains('"') {
            range(key, written, scenario)
        } else {
            list(written)
        };
        Ok(Self {
            key: key.to_owned(),
            values: values.map_err(of)?,
        })
    }
}

/// Whether some key may be meant by both, of which parts may be `*`.
pub fn overlap(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split('.'), other.split('.'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || a == "*" || b == "*" => {}
            _ => return false,
        }
    }
}

/// The values between commas that stand outside of brackets.
fn list(written: &str) -> Result<Vec<String>, AxisMistake> {
    let mut values: Vec<String> = Vec::new();
    let mut depth = 0_i32;
    let between = |c: char| {
        depth += i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}'));
        c == ',' && depth == 0
    };
    for value in written.split(between) {
        let value = value.trim().to_owned();
        if value.is_empty() {
            return Err(AxisMistake::EmptyValue);
        }
        if values.contains(&value) {
            return Err(AxisMistake::Twice(value));
        }
        values.push(value);
    }
    Ok(values)
}

/// The values of `a:b:step`, in the unit that all three are written in, else in the key's own.
fn range(key: &str, written: &str, scenario: &Scenario) -> Result<Vec<String>, AxisMistake> {
    let parts: Vec<&str> = written.split(':').map(str::trim).collect();
    let &[first, last, step] = parts.as_slice() else {
        return Err(AxisMistake::Range);
    };
    let unit = unit_of(key, scenario)?;
    let read = |text: &str| {
        number_in(text, unit).map_err(|advice| AxisMistake::Number(text.to_owned(), advice))
    };
    let (from, to, by) = (read(first)?, read(last)?, read(step)?);
    let suffix = suffix_of(first);
    let common = [last, step].iter().all(|text| suffix_of(text) == suffix);
    let (scale, suffix) = if common {
        (from_suffix(suffix, unit), suffix)
    } else {
        (1.0, "")
    };
    let count = steps(from, to, by)?;
    let value = |index: u32| {
        let number = (from + f64::from(index) * by) / scale;
        format!("{}{suffix}", rounded(number))
    };
    Ok((0..=count).map(value).collect())
}

/// What the key counts in: that of its number, or of the number that it may be given.
fn unit_of(key: &str, scenario: &Scenario) -> Result<Unit, AxisMistake> {
    let unknown = match scenario.numbers(key) {
        Ok(numbers) => return Ok(numbers.first().map_or(Unit::Number, |number| number.unit)),
        Err(unknown) => unknown,
    };
    let asked = scenario
        .asked
        .iter()
        .filter(|asked| overlap(&asked.path, key));
    let mut units = asked.filter_map(|asked| match asked.kind {
        Kind::Quantity(unit, _) => Some(unit),
        Kind::NumberOrChoice(..) => Some(Unit::Number),
        _ => None,
    });
    units.next().ok_or(AxisMistake::NotANumber(unknown))
}

/// Number of steps from `from` that do not pass `to`.
fn steps(from: f64, to: f64, by: f64) -> Result<u32, AxisMistake> {
    if by == 0.0 {
        return Err(AxisMistake::NoStep);
    }
    // A hair more, so that 0.1 : 0.3 : 0.1 ends at 0.3.
    let count = libm::floor((to - from) / by + 1e-9);
    if count < 0.0 {
        return Err(AxisMistake::WrongWay);
    }
    if count >= MOST_VALUES {
        return Err(AxisMistake::TooMany);
    }
    Ok(count as u32)
}

/// What stands after the digits.
fn suffix_of(text: &str) -> &str {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '-' | '+');
    text.trim_start_matches(digits).trim()
}

/// What one of `suffix` is in the key's own unit.
fn from_suffix(suffix: &str, unit: Unit) -> f64 {
    number_in(&format!("1{suffix}"), unit).unwrap_or(1.0)
}

/// To 12 digits: 0.1 + 2 x 0.1 is meant to be 0.3.
fn rounded(number: f64) -> f64 {
    let text = format!("{number:.11e}");
    text.parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn values(argument: &str) -> Result<Vec<String>, String> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/national-2025.toml");
        let scenario = Scenario::read(&file, &[]).expect("a valid scenario");
        let axis = Axis::parse(argument, &scenario);
        axis.map(|axis| axis.values)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_range_holds_both_ends_in_the_unit_it_is_written_in() {
        for (argument, expected) in [
            (
                "regions.sub_fund_share=0.8:0.95:0.05",
                vec!["0.8", "0.85", "0.9", "0.95"],
            ),
            (
                "regions.sub_fund_share=80%:90%:5%",
                vec!["80%", "85%", "90%"],
            ),
            (
                "regions.sub_fund_share=80%:0.9:5%",
                vec!["0.8", "0.85", "0.9"],
            ),
            (
                "national.capital=1000亿:1200亿:100亿",
                vec!["1000亿", "1100亿", "1200亿"],
            ),
            (
                "national.capital = 900亿 : 1000亿 : 80亿",
                vec!["900亿", "980亿"],
            ),
            ("sub_funds.lp_count=8:4:-2", vec!["8", "6", "4"]),
            ("economy.start=-0.5:-0.5:1", vec!["-0.5"]),
            (
                "region.*.take_up_mean=0.1:0.3:0.1",
                vec!["0.1", "0.2", "0.3"],
            ),
        ] {
            assert_eq!(
                values(argument).as_deref(),
                Ok(&expected.map_to_owned()[..]),
                "{argument}"
            );
        }
    }

    trait Owned {
        fn map_to_owned(&self) -> Vec<String>;
    }

    impl Owned for Vec<&str> {
        fn map_to_owned(&self) -> Vec<String> {
            self.iter().map(|text| (*text).to_owned()).collect()
        }
    }

    #[test]
    fn a_list_may_hold_words_and_lists() {
        let expected = ["share", "money"].map(str::to_owned).to_vec();
        assert_eq!(values("sub_funds.ticket=share, money"), Ok(expected));
        let lists = ["[1.5, 3.0]", "[2.0]"].map(str::to_owned).to_vec();
        assert_eq!(values("regions.later_closes=[1.5, 3.0],[2.0]"), Ok(lists));
    }

    #[test]
    fn every_mistake_is_told() {
        for (argument, what) in [
            ("national.capital", "write KEY=a:b:step"),
            ("=1,2", "write KEY=a:b:step"),
            ("national.capital=", "write KEY=a:b:step"),
            ("national.bond_rate=1%,,2%", "a value is missing"),
            ("national.bond_rate=1%,1%", "the value 1% stands twice"),
            ("national.bond_rate=1%:2%", "a range is a:b:step"),
            ("national.bond_rate=1%:2%:1%:1%", "a range is a:b:step"),
            (
                "national.bond_rat=1%:2%:1%",
                "did you mean `national.bond_rate`?",
            ),
            ("sub_funds.ticket=1:2:1", "is not a number of this scenario"),
            ("national.bond_rate=low:2%:1%", "`low` is no number here"),
            ("national.bond_rate=1%:2%:0", "a step of 0 never arrives"),
            ("national.bond_rate=2%:1%:1%", "the range is empty"),
            ("national.bond_rate=1%:2%:-1%", "the range is empty"),
            (
                "national.bond_rate=0:1:0.0000001",
                "more than a million values",
            ),
        ] {
            let error = values(argument).expect_err(argument);
            assert!(error.contains(what), "{argument}: {error}");
        }
    }

    #[test]
    fn keys_overlap_where_some_key_is_meant_by_both() {
        assert!(overlap("region.*.take_up_mean", "region.gba.take_up_mean"));
        assert!(overlap("a.b", "a.b") && overlap("*.b", "a.*"));
        assert!(!overlap("a.b", "a.c") && !overlap("a.*", "a") && !overlap("*.b", "a.c"));
    }
}
