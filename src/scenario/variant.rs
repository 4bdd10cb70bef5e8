//! A scenario with some of its numbers changed, and the numbers that can be.

use super::layers::Document;
use super::problem::Problems;
use super::quantity::{Parameter, Unit};
use super::reader::suggestion;
use super::{Scenario, file};

/// A key that no number of a scenario has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownNumber {
    /// The key as written.
    pub key: String,
    /// The key that was perhaps meant.
    pub meant: Option<String>,
    /// Whether the scenario has this key, with something else than a number.
    pub is_choice: bool,
}

impl std::fmt::Display for UnknownNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = &self.key;
        if self.is_choice {
            return write!(f, "`{key}` is not a number of this scenario");
        }
        write!(f, "`{key}` is no key of this scenario")?;
        match &self.meant {
            Some(meant) => write!(f, "; did you mean `{meant}`?"),
            None => f.write_str("; `tierfund check --resolved` prints all keys"),
        }
    }
}

impl Scenario {
    /// The numbers of `key`, in which `*` stands for any one part: `region.*.take_up_mean`.
    ///
    /// # Errors
    ///
    /// No number has this key.
    pub fn numbers(&self, key: &str) -> Result<Vec<&Parameter>, UnknownNumber> {
        let found: Vec<&Parameter> = self
            .parameters
            .iter()
            .filter(|parameter| matches(key, &parameter.path))
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let paths = self.parameters.iter().map(|number| number.path.as_str());
        Err(UnknownNumber {
            key: key.to_owned(),
            meant: suggestion(key, paths).map(str::to_owned),
            is_choice: self.document.holds(key),
        })
    }

    /// This scenario with the overrides `sets` (`key=value`) on top of its own.
    ///
    /// # Errors
    ///
    /// As [`Scenario::read`].
    pub fn with(&self, sets: &[String]) -> Result<Self, Problems> {
        let all: Vec<String> = self.overrides.iter().chain(sets).cloned().collect();
        file::scenario(&self.document.with(sets)?, &all)
    }
}

/// The argument of `--set` that gives `parameter` the value `number`, in its own unit; counts are rounded.
pub fn assignment(parameter: &Parameter, number: f64) -> String {
    match parameter.unit {
        Unit::Count => format!("{}={}", parameter.path, libm::round(number)),
        _ => format!("{}={number:?}", parameter.path),
    }
}

/// Whether `pattern`, with `*` for any one part, stands for `path`.
pub fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('.'), path.split('.'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == "*" || one == other => {}
            _ => return false,
        }
    }
}

impl Document {
    /// Whether `key` has a value.
    fn holds(&self, key: &str) -> bool {
        let mut node = &self.root;
        for part in key.split('.') {
            match node.table().and_then(|entries| entries.get(part)) {
                Some(below) => node = below,
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn national() -> Scenario {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/national-2025.toml");
        Scenario::read(&file, &[]).expect("a valid scenario")
    }

    #[test]
    fn a_star_stands_for_any_one_part() {
        let scenario = national();
        let found = scenario.numbers("region.*.take_up_mean").expect("numbers");
        assert_eq!(found.len(), 3);
        assert_eq!(
            scenario.numbers("national.bond_rate").map(|n| n.len()),
            Ok(1)
        );
    }

    #[test]
    fn what_is_no_number_is_told() {
        let scenario = national();
        let unknown = |key| scenario.numbers(key).expect_err("no number").to_string();
        assert_eq!(
            unknown("national.bond_rat"),
            "`national.bond_rat` is no key of this scenario; did you mean `national.bond_rate`?"
        );
        assert_eq!(
            unknown("sub_funds.ticket"),
            "`sub_funds.ticket` is not a number of this scenario"
        );
    }

    /// An override on top is what it is in the list of overrides, to the fingerprint.
    #[test]
    fn overrides_on_top_are_overrides() {
        let scenario = national();
        for parameter in &scenario.parameters {
            let set = assignment(parameter, parameter.base);
            let same = scenario.with(&[set]).expect("its own value");
            let again = same.numbers(&parameter.path).expect("the number");
            assert_eq!(again[0].base, parameter.base, "{}", parameter.path);
        }
        let other = scenario.with(&["sub_funds.ticket=money".to_owned()]);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/national-2025.toml");
        let read = Scenario::read(&file, &["sub_funds.ticket=money".to_owned()]);
        let (other, read) = (other.expect("valid"), read.expect("valid"));
        assert_eq!(other.document.sha256(), read.document.sha256());
        assert_eq!(other.overrides, read.overrides);
    }
}
