//! Metrics by the names that users write.

use super::MetricSpec;
use crate::scenario::reader::suggestion;
use std::fmt;

/// A name that no metric of a scenario has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMetric {
    /// The name as written.
    pub name: String,
    /// The name that was perhaps meant.
    pub meant: Option<String>,
}

impl fmt::Display for UnknownMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no metric of this scenario", self.name)?;
        match &self.meant {
            Some(meant) => write!(f, "; did you mean `{meant}`?"),
            None => f.write_str("; `tierfund run --format json` has the names of all"),
        }
    }
}

/// The number of the column that is called `name`.
///
/// # Errors
///
/// No metric has this name.
pub fn column(specs: &[MetricSpec], name: &str) -> Result<usize, UnknownMetric> {
    let found = specs.iter().position(|spec| spec.name == name);
    found.ok_or_else(|| UnknownMetric {
        name: name.to_owned(),
        meant: suggestion(name, specs.iter().map(|spec| spec.name.as_str())).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{MetricUnit, MissingRank};

    #[test]
    fn a_misspelt_metric_gets_the_nearest_name() {
        let spec = |name: &str| MetricSpec {
            name: name.to_owned(),
            unit: MetricUnit::Multiple,
            missing: MissingRank::Omitted,
        };
        let specs = ["leverage.consolidated", "national.dpi"].map(spec);
        assert_eq!(column(&specs, "national.dpi"), Ok(1));
        let unknown = column(&specs, "national.dip").map_err(|error| error.to_string());
        let expected = "`national.dip` is no metric of this scenario; did you mean `national.dpi`?";
        assert_eq!(unknown, Err(expected.to_owned()));
        assert!(column(&specs, "x").is_err_and(|error| error.meant.is_none()));
    }
}
