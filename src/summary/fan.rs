//! The spread of a series over paths, year by year.

use crate::metrics::{MetricUnit, MissingRank};
use crate::outcomes::Followed;
use crate::outcomes::sketch::Sketch;
use crate::summary::estimate::Estimate;
use crate::summary::method::{Column, Method};
use serde::Serialize;

/// Quantiles over paths at the end of each year, in yuan.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Fan {
    /// `yuan`.
    pub unit: &'static str,
    /// `year`.
    pub period: &'static str,
    /// 5% quantile.
    pub p5: Vec<Option<f64>>,
    /// Lower quartile.
    pub p25: Vec<Option<f64>>,
    /// Median.
    pub p50: Vec<Option<f64>>,
    /// Upper quartile.
    pub p75: Vec<Option<f64>>,
    /// 95% quantile.
    pub p95: Vec<Option<f64>>,
}

impl Fan {
    /// The spread of `series`.
    pub fn of(series: &Followed, method: &Method) -> Self {
        let of_year = |year: usize| {
            let paths = series.values.chunks_exact(series.years);
            let values: Vec<f64> = paths.map(|path| f64::from(path[year])).collect();
            method.estimate(&values, MetricUnit::Money, MissingRank::Omitted)
        };
        Self::of_years((0..series.years).map(of_year))
    }

    /// The spread of a series of which each year has its sketch.
    pub fn sketched(years: &[Sketch], method: &Method) -> Self {
        let of_year = |year| {
            method.of_column(
                Column::Sketch(year),
                MetricUnit::Money,
                MissingRank::Omitted,
            )
        };
        Self::of_years(years.iter().map(of_year))
    }

    fn of_years(years: impl Iterator<Item = Estimate>) -> Self {
        let mut fan = Self {
            unit: "yuan",
            period: "year",
            ..Self::default()
        };
        for found in years {
            fan.p5.push(found.p5);
            fan.p25.push(found.p25);
            fan.p50.push(found.p50);
            fan.p75.push(found.p75);
            fan.p95.push(found.p95);
        }
        fan
    }

    /// The quantiles by their names.
    pub fn quantiles(&self) -> [(&'static str, &[Option<f64>]); 5] {
        [
            ("p5", &self.p5),
            ("p25", &self.p25),
            ("p50", &self.p50),
            ("p75", &self.p75),
            ("p95", &self.p95),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_year_has_the_quantiles_of_its_own_values() {
        let values = (0..100).flat_map(|path| [path as f32, 1000.0 + path as f32]);
        let series = Followed {
            name: "national.nav".into(),
            years: 2,
            values: values.collect(),
        };
        let fan = Fan::of(&series, &Method::independent(100));
        assert_eq!(fan.p50, [Some(49.0), Some(1049.0)]);
        assert_eq!(fan.p5, [Some(4.0), Some(1004.0)]);
        assert_eq!(fan.p95.len(), 2);
    }
}
