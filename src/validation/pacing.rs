//! The pacing of sub-funds against the model of Takahashi and Alexander (2002), which many LPs plan by.
//!
//! Their fund of commitment 1 calls a rate of what is left each year, grows at G and distributes (t / L)^B of its value. Of the
//! model's sub-funds together the rates of the first years are read off the calls, G is the IRR (an identity of their model) and L
//! the last year with money; the bow B is fitted to the cumulated net flow.

use crate::math::irr::irr;
use crate::path::Workspace;
use crate::path::journal::Journal;
use crate::units::QUARTERS_PER_YEAR;
use serde::Serialize;

/// Longest life that is followed, in years.
const LONGEST: usize = 40;

/// Where the bow is looked for.
const BOWS: [f64; 2] = [0.2, 12.0];

/// Yearly calls and distributions of all sub-funds by age, and their commitments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgeCurves {
    calls: Vec<f64>,
    distributions: Vec<f64>,
    size: f64,
}

impl AgeCurves {
    /// Those of one path.
    pub fn of(workspace: &Workspace, journal: &Journal) -> Self {
        let mut curves = Self {
            calls: vec![0.0; LONGEST],
            distributions: vec![0.0; LONGEST],
            size: 0.0,
        };
        let funds = workspace.programme.funds.iter();
        let books = journal.mandates.iter().zip(&journal.cash.funds);
        for (fund, (mandate, cash)) in funds.zip(books) {
            let first = mandate.first_quarter as usize;
            for (age, flows) in cash.iter().skip(first).enumerate() {
                let year = (age / QUARTERS_PER_YEAR).min(LONGEST - 1);
                curves.calls[year] += flows.calls;
                curves.distributions[year] += flows.to_lps;
            }
            curves.size += fund.size;
        }
        curves
    }
}

/// Pacing by age, and the fund of Takahashi and Alexander that is nearest to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pacing {
    /// Called by the end of each year of age, over commitments.
    pub called: Vec<f64>,
    /// Distributed by then, over commitments.
    pub distributed: Vec<f64>,
    /// Their rates of contribution in years 1, 2 and 3 and later.
    pub rates: [f64; 3],
    /// Their growth rate, the IRR of the mean flows.
    pub growth: Option<f64>,
    /// Their life in years.
    pub life: usize,
    /// Their bow.
    pub bow: Option<f64>,
    /// Share of the variation of the cumulated net flow that their fund explains.
    pub r_squared: Option<f64>,
}

impl Pacing {
    /// The pacing of some paths; `None` where nothing is called.
    pub fn new(paths: &[&AgeCurves]) -> Option<Self> {
        let size: f64 = paths.iter().map(|path| path.size).sum();
        let total = |of: fn(&AgeCurves) -> &[f64], year: usize| {
            paths.iter().map(|path| of(path)[year]).sum::<f64>() / size
        };
        let calls: Vec<f64> = (0..LONGEST).map(|y| total(|p| &p.calls, y)).collect();
        let back: Vec<f64> = (0..LONGEST)
            .map(|y| total(|p| &p.distributions, y))
            .collect();
        let last = |series: &[f64]| series.iter().rposition(|&amount| amount > 1e-9);
        let life = last(&calls)?.max(last(&back).unwrap_or(0)) + 1;
        let (calls, back) = (&calls[..life], &back[..life]);
        let called = cumulated(calls);
        let rates = rates(calls, &called);
        let net: Vec<f64> = back.iter().zip(calls).map(|(b, c)| b - c).collect();
        let growth = irr(&net, 1.0).rate();
        let target = cumulated(&net);
        let bow = growth.map(|growth| nearest_bow(&rates, growth, life, &target));
        let r_squared = growth.zip(bow).map(|(growth, bow)| {
            let mean = target.iter().sum::<f64>() / life as f64;
            let around: f64 = target.iter().map(|x| (x - mean) * (x - mean)).sum();
            1.0 - miss(&rates, growth, life, bow, &target) / around
        });
        Some(Self {
            distributed: cumulated(back),
            called,
            rates,
            growth,
            life,
            bow,
            r_squared,
        })
    }
}

fn cumulated(series: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let add = |amount: &f64| {
        sum += amount;
        sum
    };
    series.iter().map(add).collect()
}

/// What is called of what was left in years 1 and 2, and on average in years 3 to 5.
fn rates(calls: &[f64], called: &[f64]) -> [f64; 3] {
    let left = |year: usize| 1.0 - if year > 0 { called[year - 1] } else { 0.0 };
    let rate = |years: std::ops::Range<usize>| {
        let years = years.start..years.end.min(calls.len());
        let paid: f64 = calls.get(years.clone()).unwrap_or_default().iter().sum();
        let base: f64 = years.map(left).sum();
        if base > 0.0 {
            (paid / base).clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    [rate(0..1), rate(1..2), rate(2..5)]
}

/// Calls and distributions of their fund by year, for a commitment of 1. A year's calls earn nothing in it.
pub fn takahashi_alexander(rates: &[f64; 3], growth: f64, life: usize, bow: f64) -> Vec<[f64; 2]> {
    let (mut paid_in, mut nav) = (0.0, 0.0);
    (1..=life)
        .map(|year| {
            let rate = rates[(year - 1).min(2)];
            let call = rate * (1.0 - paid_in);
            let grown = nav * (1.0 + growth);
            let distribution = libm::pow(year as f64 / life as f64, bow) * grown;
            paid_in += call;
            nav = grown + call - distribution;
            [call, distribution]
        })
        .collect()
}

/// Squared distance of their cumulated net flow from `target`.
fn miss(rates: &[f64; 3], growth: f64, life: usize, bow: f64, target: &[f64]) -> f64 {
    let flows = takahashi_alexander(rates, growth, life, bow);
    let net: Vec<f64> = flows.iter().map(|[call, back]| back - call).collect();
    let pairs = cumulated(&net).into_iter().zip(target);
    pairs
        .map(|(own, target)| (own - target) * (own - target))
        .sum()
}

/// The bow of the least miss: a grid, then golden section around its best point.
fn nearest_bow(rates: &[f64; 3], growth: f64, life: usize, target: &[f64]) -> f64 {
    let at = |bow: f64| miss(rates, growth, life, bow, target);
    let step = (BOWS[1] - BOWS[0]) / 59.0;
    let grid = (0..60).map(|i| BOWS[0] + step * f64::from(i));
    let best = grid
        .min_by(|a, b| at(*a).total_cmp(&at(*b)))
        .unwrap_or(BOWS[0]);
    let (mut low, mut high) = ((best - step).max(BOWS[0]), (best + step).min(BOWS[1]));
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..40 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if at(a) < at(b) {
            high = b;
        } else {
            low = a;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published base case of a venture fund: 25%, 33.3%, 50%, G 13%, L 12, B 2.5.
    #[test]
    fn their_published_fund_comes_out_to_the_printed_digits() {
        let flows = takahashi_alexander(&[0.25, 0.333, 0.5], 0.13, 12, 2.5);
        let printed = [
            0.0, 0.32, 1.87, 6.01, 12.69, 21.33, 30.09, 35.78, 35.01, 26.69, 14.19, 4.01,
        ];
        for ([_, distribution], printed) in flows.iter().zip(printed) {
            assert!(
                (100.0 * distribution - printed).abs() < 0.0051,
                "{distribution}"
            );
        }
    }

    #[test]
    fn a_fund_that_is_theirs_is_found_again() {
        let flows = takahashi_alexander(&[0.25, 1.0 / 3.0, 0.5], 0.13, 12, 2.5);
        let mut curves = AgeCurves {
            calls: vec![0.0; LONGEST],
            distributions: vec![0.0; LONGEST],
            size: 1.0,
        };
        for (year, [call, distribution]) in flows.into_iter().enumerate() {
            curves.calls[year] = call;
            curves.distributions[year] = distribution;
        }
        let pacing = Pacing::new(&[&curves]).expect("calls");
        assert_eq!(pacing.life, 12);
        assert!((pacing.rates[2] - 0.5).abs() < 1e-12, "{:?}", pacing.rates);
        // What is left of the last calls is not distributed, so that the IRR of cash alone is a little low.
        assert!((pacing.growth.expect("a rate") - 0.13).abs() < 0.001);
        assert!(
            (pacing.bow.expect("a bow") - 2.5).abs() < 0.05,
            "{:?}",
            pacing.bow
        );
        assert!(pacing.r_squared.expect("a fit") > 0.9999);
    }
}
