//! The IRR of a tier's flows averaged over paths: what a holder of all paths would earn.
//!
//! It is one number beside the distribution of the paths' own IRRs, of which it is not the mean: a good path has large distributions and
//! weighs more. Flows are the exact sums of the curves `<tier>.calls` and `<tier>.distributions`; what is held at the term is a last flow.

use crate::math::irr::{Irr, irr};
use crate::outcomes::CurveTotal;
use crate::summary::estimate::Estimate;
use crate::summary::named::Named;
use serde::Serialize;

/// Length of a period of the curves, in years.
const QUARTER: f64 = 0.25;

/// The IRR of mean flows, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MeanFlowsIrr {
    /// The rate per year.
    pub rate: Option<f64>,
    /// `rate`, `multiple`, `no_call`, `never_negative` or `no_root`.
    pub found: &'static str,
}

impl From<Irr> for MeanFlowsIrr {
    fn from(irr: Irr) -> Self {
        let found = match irr {
            Irr::Rate(_) => "rate",
            Irr::Multiple => "multiple",
            Irr::NoCall => "no_call",
            Irr::NeverNegative => "never_negative",
            Irr::NoRoot => "no_root",
        };
        Self {
            rate: irr.rate(),
            found,
        }
    }
}

/// The IRR of mean flows of every tier that has curves of calls and distributions and a mean of `<tier>.residual`.
pub fn irrs(curves: &[CurveTotal], paths: u64, metrics: &Named<Estimate>) -> Named<MeanFlowsIrr> {
    let sums = |name: &str| curves.iter().find(|curve| curve.name == name);
    let of_tier = |calls: &CurveTotal| {
        let curve = calls.name.strip_suffix(".calls")?;
        let distributions = sums(&format!("{curve}.distributions"))?;
        let tier = if curve == "sub_fund" {
            "sub_fund.pooled"
        } else {
            curve
        };
        let residual = metrics.get(&format!("{tier}.residual"))?.mean?;
        let mean = |sum: i128| sum as f64 / paths as f64;
        let pairs = distributions.sum.iter().zip(&calls.sum);
        let mut net: Vec<f64> = pairs.map(|(d, c)| mean(d - c)).collect();
        if let Some(last) = net.last_mut() {
            *last += residual;
        }
        Some((tier.to_owned(), irr(&net, QUARTER).into()))
    };
    curves.iter().filter_map(of_tier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{MetricUnit, MissingRank};

    fn curve(name: &str, sum: &[i128]) -> CurveTotal {
        CurveTotal {
            name: name.into(),
            sum: sum.to_vec(),
            squares: vec![0; sum.len()],
            yearly_multiple: false,
        }
    }

    fn residual(values: &[f64]) -> Estimate {
        Estimate::new(values, MetricUnit::Money, MissingRank::Omitted)
    }

    /// Two paths call 100 each; one gets nothing (-100%), the other 180 and holds 40: 220 for 200 after a year.
    #[test]
    fn mean_flows_have_an_irr_of_their_own() {
        let curves = [
            curve("sub_fund.calls", &[200, 0, 0, 0, 0]),
            curve("sub_fund.distributions", &[0, 0, 0, 0, 180]),
            curve("sub_fund.net_cumulated", &[-200, -200, -200, -200, -20]),
        ];
        let metrics = [(
            "sub_fund.pooled.residual".to_owned(),
            residual(&[0.0, 40.0]),
        )];
        let found = irrs(&curves, 2, &metrics.into_iter().collect());
        assert_eq!(found.len(), 1);
        let pool = found.get("sub_fund.pooled").unwrap();
        assert!((pool.rate.unwrap() - 0.1).abs() < 1e-12);
        assert_eq!(pool.found, "rate");
    }

    #[test]
    fn a_tier_without_calls_says_why_it_has_no_rate() {
        let curves = [
            curve("region.gba.calls", &[0, 0]),
            curve("region.gba.distributions", &[0, 0]),
        ];
        let metrics = [("region.gba.residual".to_owned(), residual(&[0.0]))];
        let found = irrs(&curves, 1, &metrics.into_iter().collect());
        let region = found.get("region.gba").unwrap();
        assert_eq!((region.rate, region.found), (None, "no_call"));
    }
}
