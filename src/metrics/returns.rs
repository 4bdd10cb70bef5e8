//! Returns of one tier: multiples, rates, the comparison with the public market, the J-curve.
//!
//! Rates and the public market see the flows of a quarter, and the index, at the quarter's start; what is still held counts with the
//! last quarter's flows. Dates on the J-curve are ends of quarters, in years from the start of the quarter of the tier's first call.

use super::{MetricUnit, MissingRank, Sink, ratio};
use crate::math::irr::{Irr, irr};
use crate::path::Programme;
use crate::path::economy::Economy;
use crate::path::fundraising::closes::Close;
use crate::scenario::Scenario;

/// Length of a period of the ledger, in years.
const QUARTER: f64 = 0.25;

/// Part of its size that a tier must have called before a DPI of 1 counts.
const CALLED_BEFORE_DPI_COUNTS: f64 = 0.5;

/// What one tier called, paid back and still holds, in yuan by quarter.
#[derive(Clone, Copy)]
pub(super) struct Flows<'a> {
    pub calls: &'a [f64],
    pub distributions: &'a [f64],
    /// Value held at the term.
    pub residual: f64,
}

/// One tier: its name in two parts, its commitments in yuan and its flows.
struct Tier<'a> {
    name: [&'a str; 2],
    size: f64,
    flows: Flows<'a>,
}

/// Writes the returns of the national company, of every region, of all sub-funds pooled, whose sizes come to `sub_funds` yuan, and of all
/// direct projects, where there are any.
pub fn record(
    scenario: &Scenario,
    economy: &Economy,
    programme: &Programme,
    sub_funds: f64,
    sink: &mut impl Sink,
) {
    let ledger = &programme.ledger;
    let discounts = discounts(economy);
    let mut net = Vec::with_capacity(discounts.len());
    let mut put = |tier: Tier| tier.record(&discounts, &mut net, sink);
    let closes = || programme.closes.iter();
    let placed: f64 = closes().flatten().map(|close| close.national).sum();
    let running: f64 = ledger.national.running_cost.iter().sum();
    put(Tier {
        name: ["national", ""],
        size: placed + running,
        flows: Flows {
            calls: &ledger.national.calls,
            distributions: &ledger.national.distributions,
            residual: ledger.national_residual,
        },
    });
    let size = |closes: &Vec<Close>| closes.iter().map(|close| close.total).sum();
    let regions = ledger.regions.iter().zip(&ledger.region_residual);
    for ((region, closes), (flows, &residual)) in scenario.region.iter().zip(closes()).zip(regions)
    {
        put(Tier {
            name: ["region.", &region.id],
            size: size(closes),
            flows: Flows {
                calls: &flows.calls,
                distributions: &flows.distributions,
                residual,
            },
        });
    }
    put(Tier {
        name: ["sub_fund.pooled", ""],
        size: sub_funds,
        flows: Flows {
            calls: &ledger.sub_funds.calls,
            distributions: &ledger.sub_funds.distributions,
            residual: ledger.sub_fund_residual,
        },
    });
    if scenario.direct.is_some() {
        put(Tier {
            name: ["direct", ""],
            size: programme.direct.budget,
            flows: Flows {
                calls: &ledger.direct.cheques,
                distributions: &ledger.direct.proceeds,
                residual: ledger.direct.residual.iter().sum(),
            },
        });
    }
}

/// What a yuan of each quarter is worth in units of the public market.
pub(super) fn discounts(economy: &Economy) -> Vec<f64> {
    let logs = economy.log_index.iter();
    logs.map(|&log| libm::exp(-log)).collect()
}

impl Tier<'_> {
    /// Writes the tier's columns; `net` is a list to work in.
    fn record(&self, discounts: &[f64], net: &mut Vec<f64>, sink: &mut impl Sink) {
        use MetricUnit::{Money, Multiple, Rate, Share, Years};
        use MissingRank::{Highest, Lowest, Omitted};
        let flows = self.flows;
        let (paid_in, distributed) = (flows.paid_in(), flows.distributed());
        let residual = flows.residual;
        let [first, second] = self.name;
        let mut put = |measure, unit, missing, value| {
            sink.put(&[first, second, measure], unit, missing, value);
        };
        put(".paid_in", Money, Omitted, paid_in);
        put(".distributed", Money, Omitted, distributed);
        put(".residual", Money, Omitted, residual);
        put(".dpi", Multiple, Omitted, ratio(distributed, paid_in));
        put(".rvpi", Multiple, Omitted, ratio(residual, paid_in));
        let total = distributed + residual;
        put(".tvpi", Multiple, Omitted, ratio(total, paid_in));
        let found = flows.irr(net);
        put(".irr", Rate, Lowest, value_of(found));
        let several = f64::from(u8::from(found == Irr::Multiple));
        put(".irr_multiple", Share, Omitted, several);
        put(".pme_ks", Multiple, Omitted, flows.pme_ks(discounts));
        let alpha = flows.direct_alpha(discounts, net);
        put(".direct_alpha", Rate, Lowest, value_of(alpha));
        let curve = JCurve::of(flows, self.size);
        put(".years_to_dpi_1", Years, Highest, curve.years_to_dpi_1);
        put(
            ".jcurve_trough",
            Share,
            Omitted,
            ratio(curve.trough, self.size),
        );
        put(".years_to_trough", Years, Omitted, curve.years_to_trough);
    }
}

/// The rate; NaN where there is none.
fn value_of(found: Irr) -> f64 {
    found.rate().unwrap_or(f64::NAN)
}

impl Flows<'_> {
    pub(super) fn paid_in(self) -> f64 {
        self.calls.iter().sum()
    }

    pub(super) fn distributed(self) -> f64 {
        self.distributions.iter().sum()
    }

    /// IRR of the net flows, with the value still held as a last flow, per year.
    pub(super) fn irr(self, net: &mut Vec<f64>) -> Irr {
        net.clear();
        net.extend(
            self.distributions
                .iter()
                .zip(self.calls)
                .map(|(d, c)| d - c),
        );
        if let Some(last) = net.last_mut() {
            *last += self.residual;
        }
        irr(net, QUARTER)
    }

    /// Public market equivalent of Kaplan and Schoar: distributions and residual value over calls, each divided by the index of its date.
    ///
    /// Above 1 the tier did better than the index. Calls that a later close gave back count as negative calls, as in paid-in money.
    pub(super) fn pme_ks(self, discounts: &[f64]) -> f64 {
        let worth =
            |flows: &[f64]| -> f64 { flows.iter().zip(discounts).map(|(f, v)| f * v).sum() };
        let held = self.residual * discounts.last().copied().unwrap_or(f64::NAN);
        ratio(worth(self.distributions) + held, worth(self.calls))
    }

    /// Direct alpha of Gredil, Griffiths and Stucke: IRR of the net flows divided by the index, per year and discrete.
    pub(super) fn direct_alpha(self, discounts: &[f64], net: &mut Vec<f64>) -> Irr {
        let flows = self.distributions.iter().zip(self.calls);
        net.clear();
        net.extend(flows.zip(discounts).map(|((d, c), v)| (d - c) * v));
        if let (Some(last), Some(discount)) = (net.last_mut(), discounts.last()) {
            *last += self.residual * discount;
        }
        irr(net, QUARTER)
    }
}

/// How cumulated net flows run; NaN where there is no call.
#[derive(Clone, Copy, Debug, PartialEq)]
struct JCurve {
    /// Least cumulated net flow at the end of a quarter, in yuan.
    trough: f64,
    /// When it is reached first.
    years_to_trough: f64,
    /// When distributions have first reached calls, at least half of the size being called; NaN for never.
    years_to_dpi_1: f64,
}

impl JCurve {
    fn of(flows: Flows, size: f64) -> Self {
        let mut curve = Self {
            trough: f64::NAN,
            years_to_trough: f64::NAN,
            years_to_dpi_1: f64::NAN,
        };
        let Some(first) = flows.calls.iter().position(|&call| call != 0.0) else {
            return curve;
        };
        let enough = CALLED_BEFORE_DPI_COUNTS * size;
        let (mut called, mut distributed, mut lowest, mut lowest_at) =
            (0.0, 0.0, f64::INFINITY, first);
        let mut paid_back_at = None;
        let quarters = flows.calls.iter().zip(flows.distributions).enumerate();
        for (quarter, (call, distribution)) in quarters.skip(first) {
            called += call;
            distributed += distribution;
            let net = distributed - called;
            if net < lowest {
                (lowest, lowest_at) = (net, quarter);
            }
            if net >= 0.0 && called >= enough && paid_back_at.is_none() {
                paid_back_at = Some(quarter);
            }
        }
        let years = |quarter: usize| (quarter + 1 - first) as f64 * QUARTER;
        curve.trough = lowest;
        curve.years_to_trough = years(lowest_at);
        curve.years_to_dpi_1 = paid_back_at.map_or(f64::NAN, years);
        curve
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published example: periods 1 to 5, valuation 110, index 100 to 120.
    const PUBLISHED: Flows = Flows {
        calls: &[100.0, 50.0, 0.0, 0.0, 0.0],
        distributions: &[0.0, 0.0, 60.0, 10.0, 0.0],
        residual: 110.0,
    };

    fn discounts(index: &[f64]) -> Vec<f64> {
        index.iter().map(|level| 1.0 / level).collect()
    }

    /// A rate per year as a rate per quarter.
    fn per_quarter(found: Irr) -> f64 {
        libm::sqrt(libm::sqrt(1.0 + found.rate().expect("a rate"))) - 1.0
    }

    #[test]
    fn the_published_example_has_its_pme_its_direct_alpha_and_its_irr() {
        let index = discounts(&[100.0, 105.0, 115.0, 117.0, 120.0]);
        assert!((PUBLISHED.pme_ks(&index) - 1.032_303_02).abs() < 5e-9);
        let alpha = per_quarter(PUBLISHED.direct_alpha(&index, &mut Vec::new()));
        assert!((alpha - 0.010_898_450_8).abs() < 5e-11, "{alpha}");
        let irr = per_quarter(PUBLISHED.irr(&mut Vec::new()));
        assert!((irr - 0.064_338_606_2).abs() < 5e-11, "{irr}");
    }

    /// One call and one distribution that beats the index by 3% a year for four years: KS (1.03)^4, direct alpha 3%.
    #[test]
    fn a_known_excess_over_the_index_is_found() {
        let index: Vec<f64> = (0..17)
            .map(|q| 50.0 * libm::exp(0.02 * f64::from(q)))
            .collect();
        let (mut calls, mut distributions) = ([0.0; 17], [0.0; 17]);
        calls[0] = 80.0;
        distributions[16] = 80.0 * index[16] / index[0] * 1.125_508_81;
        let flows = Flows {
            calls: &calls,
            distributions: &distributions,
            residual: 0.0,
        };
        let index = discounts(&index);
        assert!((flows.pme_ks(&index) - 1.125_508_81).abs() < 1e-12);
        let alpha = flows.direct_alpha(&index, &mut Vec::new()).rate().unwrap();
        assert!((alpha - 0.03).abs() < 1e-11, "{alpha}");
    }

    #[test]
    fn flows_that_follow_the_index_have_pme_1_and_no_alpha_and_scales_do_not_matter() {
        let levels = [3.0, 2.4, 2.9, 3.3, 3.1];
        let flows = Flows {
            calls: &[3.0, 4.8, 0.0, 0.0, 0.0],
            distributions: &[0.0, 0.0, 2.9, 3.3, 0.0],
            residual: 3.1,
        };
        let index = discounts(&levels);
        assert!((flows.pme_ks(&index) - 1.0).abs() < 1e-15);
        let alpha = flows.direct_alpha(&index, &mut Vec::new()).rate().unwrap();
        assert!(alpha.abs() < 1e-12);
        let scaled = discounts(&levels.map(|level| 700.0 * level));
        assert!((PUBLISHED.pme_ks(&scaled) - PUBLISHED.pme_ks(&index)).abs() < 1e-14);
    }

    #[test]
    fn a_tier_that_calls_nothing_has_no_pme_no_rate_and_no_curve() {
        let nothing = Flows {
            calls: &[0.0; 4],
            distributions: &[0.0; 4],
            residual: 0.0,
        };
        let index = discounts(&[1.0; 4]);
        assert!(nothing.pme_ks(&index).is_nan());
        assert_eq!(nothing.direct_alpha(&index, &mut Vec::new()), Irr::NoCall);
        let curve = JCurve::of(nothing, 100.0);
        assert!(curve.trough.is_nan() && curve.years_to_trough.is_nan());
        assert!(curve.years_to_dpi_1.is_nan());
    }

    /// Cumulated: 0, -10, -4 (DPI above 1 would need less called), -30, -45, -45, 5.
    #[test]
    fn the_j_curve_has_its_trough_and_its_date_of_payback() {
        let flows = Flows {
            calls: &[0.0, 10.0, 0.0, 26.0, 20.0, 0.0, 0.0],
            distributions: &[0.0, 0.0, 6.0, 0.0, 5.0, 0.0, 50.0],
            residual: 7.0,
        };
        let curve = JCurve::of(flows, 100.0);
        assert_eq!((curve.trough, curve.years_to_trough), (-45.0, 1.0));
        assert_eq!(curve.years_to_dpi_1, 1.5);
    }

    /// An early sale pays back the first call of 10 of 100: that is no payback of the fund.
    #[test]
    fn a_dpi_of_1_counts_only_after_half_of_the_size_is_called() {
        let flows = Flows {
            calls: &[10.0, 0.0, 40.0, 0.0, 0.0],
            distributions: &[0.0, 12.0, 0.0, 30.0, 8.0],
            residual: 0.0,
        };
        assert_eq!(JCurve::of(flows, 100.0).years_to_dpi_1, 1.25);
        assert_eq!(JCurve::of(flows, 20.0).years_to_dpi_1, 0.5);
        assert!(JCurve::of(flows, 100.1).years_to_dpi_1.is_nan());
    }
}
