//! Numbers with a unit: how they may be written, and between which bounds they lie.

use std::fmt;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

use super::tree::Value;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Yuan, written `1000000` or `"1000亿"`.
    Money,
    /// A part of a whole, written `0.65` or `"65%"`.
    Share,
    /// A rate per year, written `0.03` or `"3%"`.
    Rate,
    /// A duration in years.
    Years,
    /// A number without unit.
    Number,
    /// A whole number of things.
    Count,
    /// A multiple of what was paid in, written `2.5` or `"2.5x"`.
    Multiple,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Money => "an amount of money",
            Self::Share => "a share",
            Self::Rate => "a yearly rate",
            Self::Years => "a number of years",
            Self::Number => "a number",
            Self::Count => "a count",
            Self::Multiple => "a multiple",
        })
    }
}

impl Unit {
    /// A number in this unit as one writes it.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Money => "\"100亿\"",
            Self::Share => "0.65 or \"65%\"",
            Self::Rate => "0.03 or \"3%\"",
            Self::Years => "2.5",
            Self::Number => "0.5",
            Self::Count => "5",
            Self::Multiple => "2.5 or \"2.5x\"",
        }
    }
}

/// The numbers a key accepts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower end.
    pub low: Bound<f64>,
    /// Upper end.
    pub high: Bound<f64>,
}

impl Bounds {
    /// Every finite number.
    pub const fn any() -> Self {
        Self {
            low: Unbounded,
            high: Unbounded,
        }
    }

    /// `low <= x <= high`.
    pub const fn closed(low: f64, high: f64) -> Self {
        Self {
            low: Included(low),
            high: Included(high),
        }
    }

    /// `low < x < high`.
    pub const fn open(low: f64, high: f64) -> Self {
        Self {
            low: Excluded(low),
            high: Excluded(high),
        }
    }

    /// `low < x <= high`.
    pub const fn above_up_to(low: f64, high: f64) -> Self {
        Self {
            low: Excluded(low),
            high: Included(high),
        }
    }

    /// `low <= x < high`.
    pub const fn from_below(low: f64, high: f64) -> Self {
        Self {
            low: Included(low),
            high: Excluded(high),
        }
    }

    /// `low <= x`.
    pub const fn at_least(low: f64) -> Self {
        Self {
            low: Included(low),
            high: Unbounded,
        }
    }

    /// `x > low`.
    pub const fn above(low: f64) -> Self {
        Self {
            low: Excluded(low),
            high: Unbounded,
        }
    }

    /// `x > 0`.
    pub const fn positive() -> Self {
        Self::above(0.0)
    }

    /// `x >= 0`.
    pub const fn non_negative() -> Self {
        Self::at_least(0.0)
    }

    /// Whether `x` is accepted.
    pub fn contains(self, x: f64) -> bool {
        std::ops::RangeBounds::contains(&(self.low, self.high), &x)
    }

    /// Some accepted number, for reading on after a mistake.
    pub fn placeholder(self) -> f64 {
        let step = |x: f64| x.abs().max(1.0);
        match (self.low, self.high) {
            (Included(low) | Excluded(low), Included(high) | Excluded(high)) => {
                low + (high - low) / 2.0
            }
            (Included(low) | Excluded(low), Unbounded) => low + step(low),
            (Unbounded, Included(high) | Excluded(high)) => high - step(high),
            (Unbounded, Unbounded) => 1.0,
        }
    }
}

/// Reads as the end of "a share ...": `lies between 0 and 1, both excluded`.
impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = (self.low.map(Short), self.high.map(Short));
        match (low, high) {
            (Included(low), Included(high)) => write!(f, "lies between {low} and {high}"),
            (Excluded(low), Excluded(high)) => {
                write!(f, "lies between {low} and {high}, both excluded")
            }
            (Included(low), Excluded(high)) => {
                write!(f, "lies between {low} and {high}, {high} excluded")
            }
            (Excluded(low), Included(high)) => {
                write!(f, "lies between {low} and {high}, {low} excluded")
            }
            (Included(low), Unbounded) => write!(f, "is at least {low}"),
            (Excluded(low), Unbounded) => write!(f, "is above {low}"),
            (Unbounded, Included(high)) => write!(f, "is at most {high}"),
            (Unbounded, Excluded(high)) => write!(f, "is below {high}"),
            (Unbounded, Unbounded) => f.write_str("is finite"),
        }
    }
}

impl Bounds {
    /// What to do about `x`, which lies outside.
    pub fn remedy(self, x: f64) -> String {
        let above = |low: f64| match self.low {
            Included(_) => format!("write {} or more", Short(low)),
            _ => format!("write more than {}", Short(low)),
        };
        match (self.low, self.high) {
            (Included(low), _) if x < low => above(low),
            (Excluded(low), _) if x <= low => above(low),
            (_, Included(high)) => format!("write {} or less", Short(high)),
            (_, Excluded(high)) => format!("write less than {}", Short(high)),
            _ => "write a plain number".to_owned(),
        }
    }
}

/// A number as a person writes it: no long rows of zeros.
pub(super) struct Short(pub f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size != 0.0 && !(1e-4..1e7).contains(&size) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

/// How a sampled number is spread over its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Most likely at the base.
    Triangular,
    /// Equally likely everywhere.
    Uniform,
}

/// A number that was asked for, with the range its author gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Path of the key, `region.gba.take_up_mean`.
    pub path: String,
    /// What it counts.
    pub unit: Unit,
    /// The value, in yuan, fractions or years.
    pub base: f64,
    /// The lowest plausible value.
    pub low: Option<f64>,
    /// The highest plausible value.
    pub high: Option<f64>,
    /// How it is spread between the two.
    pub law: Option<Law>,
    /// Where the number is from: `A-07`.
    pub source: Option<String>,
    /// What the model accepts.
    pub bounds: Bounds,
    /// The step of which values are multiples: 1 for counts, 0.25 for years that must be whole quarters.
    pub grid: Option<f64>,
}

impl Parameter {
    /// The ends of the range that the author gave it, the base standing for an end that is missing; `None` for a number without a range,
    /// or whose base was moved out of it.
    pub fn range(&self) -> Option<(f64, f64)> {
        let (low, high) = (
            self.low.unwrap_or(self.base),
            self.high.unwrap_or(self.base),
        );
        (low < high && low <= self.base && self.base <= high).then_some((low, high))
    }

    /// The nearest value to `number` that the grid allows.
    pub fn on_grid(&self, number: f64) -> f64 {
        self.grid
            .map_or(number, |step| libm::round(number / step) * step)
    }
}

/// Units of money and the power of ten of each, in yuan.
const MONEY: [(&str, i32); 13] = [
    ("元", 0),
    ("万", 4),
    ("万元", 4),
    ("千万", 7),
    ("千万元", 7),
    ("亿", 8),
    ("亿元", 8),
    ("万亿", 12),
    ("万亿元", 12),
    ("k", 3),
    ("m", 6),
    ("bn", 9),
    ("tn", 12),
];

impl Unit {
    /// The texts that stand for a number in this unit, as a regular expression; none where only plain numbers do.
    pub fn text_pattern(self) -> Option<String> {
        let names = match self {
            Self::Money => MONEY.map(|(name, _)| name).join("|"),
            Self::Share | Self::Rate => "%".to_owned(),
            Self::Multiple => "x".to_owned(),
            Self::Years | Self::Number | Self::Count => return None,
        };
        Some(format!(
            "^\\s*[-+]?[0-9][0-9_,]*(\\.[0-9]+)?\\s*({names})\\s*$"
        ))
    }
}

/// The number `value` stands for in `unit`; the error says how to write one.
///
/// # Errors
///
/// A value of another kind, text without a number, an unknown unit.
pub fn read(value: &Value, unit: Unit) -> Result<f64, &'static str> {
    let advice = match unit {
        Unit::Money => {
            "write yuan as a plain number, or text with a unit: \"1000亿\", 元 万 千万 亿 万亿 k m bn tn"
        }
        Unit::Share | Unit::Rate => "write a fraction such as 0.65, or \"65%\"",
        Unit::Multiple => "write a plain number such as 2.5, or \"2.5x\"",
        Unit::Count => "write a whole number without quotes or decimals",
        Unit::Years | Unit::Number => "write a plain number, without quotes or unit",
    };
    match value {
        Value::Integer(number) => Ok(*number as f64),
        Value::Float(number) if unit != Unit::Count => Ok(*number),
        Value::Text(text) => power_of_unit(text, unit)
            .and_then(|(digits, power)| decimal(digits, power))
            .ok_or(advice),
        _ => Err(advice),
    }
}

/// Splits `1000亿` into `1000` and 8.
fn power_of_unit(text: &str, unit: Unit) -> Option<(&str, i32)> {
    let text = text.trim();
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '-' | '+');
    let (digits, name) = text.split_at(text.find(|c| !numeric(c)).unwrap_or(text.len()));
    let name = name.trim_start();
    let power = match unit {
        Unit::Money => MONEY.iter().find(|(known, _)| *known == name)?.1,
        Unit::Share | Unit::Rate if name == "%" => -2,
        Unit::Multiple if name == "x" => 0,
        _ => return None,
    };
    Some((digits, power))
}

/// Digits, grouped by `_` or by `,` in threes, times ten to the `power`, rounded once: `"0.57亿"` is
/// exactly 57000000.
pub fn decimal(digits: &str, power: i32) -> Option<f64> {
    let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let all_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = groups.all(|group| group.len() == 3 && all_digits(group))
        && (first == whole || first.len() <= 3);
    if !grouped
        || !all_digits(&first.replace('_', ""))
        || first.starts_with('_')
        || !all_digits(fraction)
    {
        return None;
    }
    let plain: String = digits.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    format!("{plain}e{power}")
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// The number that `text` stands for in `unit`, written as in a file but without quotes: `0.05`, `5%`, `1200亿`.
///
/// # Errors
///
/// How to write one.
pub fn number_in(text: &str, unit: Unit) -> Result<f64, &'static str> {
    let text = text.trim();
    let value = match decimal(text, 0) {
        Some(number) if unit == Unit::Count && number.fract() == 0.0 => {
            Value::Integer(number as i64)
        }
        Some(number) => Value::Float(number),
        None => Value::Text(text.to_owned()),
    };
    read(&value, unit)
}

/// The number that text such as `1000亿` or `51%` stands for, whatever the unit: to compare
/// scenarios by.
pub fn any_amount(text: &str) -> Option<f64> {
    [Unit::Money, Unit::Share, Unit::Multiple]
        .into_iter()
        .find_map(|unit| {
            power_of_unit(text, unit).and_then(|(digits, power)| decimal(digits, power))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Option<f64> {
        read(&Value::Text(text.to_owned()), Unit::Money).ok()
    }

    #[test]
    fn money_is_exact_in_every_unit() {
        let written = [
            "25元",
            "3000万",
            "2千万元",
            "0.57亿",
            "1000 亿",
            "1,000亿",
            "1_000亿元",
            "1万亿",
            "20k",
            "50m",
            "100bn",
        ];
        let yuan = [
            25.0, 3e7, 2e7, 5.7e7, 1e11, 1e11, 1e11, 1e12, 2e4, 5e7, 1e11,
        ];
        for (text, expected) in written.iter().zip(yuan) {
            assert_eq!(money(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn money_with_a_wrong_unit_or_number_is_refused() {
        for text in [
            "10 yi",
            "10e",
            "1000",
            "亿",
            "",
            "1,00亿",
            "10,0000亿",
            "1.2.3亿",
            "--1亿",
            "1e3亿",
            "inf亿",
            ".5亿",
            "_1亿",
        ] {
            assert_eq!(money(text), None, "{text}");
        }
    }

    #[test]
    fn a_percentage_is_exact() {
        let share = read(&Value::Text("51%".to_owned()), Unit::Share);
        assert_eq!(share, Ok(0.51));
        assert!(read(&Value::Text("51%".to_owned()), Unit::Years).is_err());
    }

    #[test]
    fn a_count_has_no_decimals() {
        assert!(read(&Value::Float(2.0), Unit::Count).is_err());
    }

    #[test]
    fn placeholders_lie_within_their_bounds() {
        let all = [
            Bounds::any(),
            Bounds::open(0.0, 1.0),
            Bounds::closed(3.0, 3.0),
            Bounds::positive(),
            Bounds::non_negative(),
            Bounds::above(1e300),
            Bounds::above_up_to(-5.0, -4.0),
            Bounds {
                low: Unbounded,
                high: Excluded(-7.0),
            },
        ];
        for bounds in all {
            assert!(bounds.contains(bounds.placeholder()), "{bounds}");
        }
    }
}
