//! One number at a time at the ends of its range, against the base on the same luck.

use crate::measure::Measure;
use crate::metrics::MissingRank;
use crate::summary::estimate::Estimate;
use serde::Serialize;

/// A change of a measure's mean against the base, paired path by path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Mean difference.
    pub difference: f64,
    /// Its standard error.
    pub se: f64,
}

/// A number at both ends of its range.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// Path of the number.
    pub key: String,
    /// Lower end of its range.
    pub low: f64,
    /// Upper end of its range.
    pub high: f64,
    /// What the lower end changes; `None` where that scenario has no solution or some path no value.
    pub at_low: Option<Change>,
    /// What the upper end changes.
    pub at_high: Option<Change>,
}

impl Bar {
    /// The larger of the two changes, whatever its sign.
    pub fn size(&self) -> f64 {
        let sizes = [self.at_low, self.at_high].into_iter().flatten();
        sizes
            .map(|change| change.difference.abs())
            .fold(0.0, f64::max)
    }
}

/// The change from scores at the base to scores at a point.
pub fn change(measure: &Measure, point: &[f64], base: &[f64]) -> Option<Change> {
    let difference: Vec<f64> = point.iter().zip(base).map(|(a, b)| a - b).collect();
    let of = Estimate::new(&difference, measure.score_unit(), MissingRank::Omitted);
    Some(Change {
        difference: of.mean?,
        se: of.se?,
    })
}
