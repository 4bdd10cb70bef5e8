//! From deals to the treasury: what is left of a return at each tier, on the money of the regional funds.
//!
//! Sub-funds also invest others' money, and direct projects have no sub-fund above them. So that each step sees the same money, the
//! first counts companies of sub-funds at the regions' part of all calls and distributions, and direct projects in full.

use super::{Measured, jackknife};
use crate::math::irr::irr;
use crate::path::ledger::{Ledger, Series};
use serde::Serialize;

/// The links of the chain, from the deals up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Cheques to companies and what they bring, before fees and carry.
    Deals,
    /// Calls and distributions of sub-funds, and direct projects.
    SubFunds,
    /// Calls and distributions of regional funds.
    Regions,
    /// What the treasury pays and gets.
    National,
}

impl Link {
    /// All of them, from the deals up.
    pub const ALL: [Self; 4] = [Self::Deals, Self::SubFunds, Self::Regions, Self::National];
}

/// Flows of one path by link: paid and got back, by quarter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChainSums {
    paid: [Series; 4],
    back: [Series; 4],
    /// Fees and carry of sub-funds over what their LPs paid in, and over what companies brought.
    fees: [f64; 2],
    carry: [f64; 2],
}

fn added(series: &[&[f64]]) -> Series {
    let quarters = series.iter().map(|one| one.len()).max().unwrap_or(0);
    let at = |quarter| series.iter().filter_map(|one| one.get(quarter)).sum();
    (0..quarters).map(at).collect()
}

fn scaled(series: &[f64], factor: f64) -> Series {
    series.iter().map(|amount| amount * factor).collect()
}

fn part(of: f64, all: f64) -> f64 {
    if all > 0.0 { of / all } else { 0.0 }
}

fn sum(series: &[f64]) -> f64 {
    series.iter().sum()
}

impl ChainSums {
    /// Those of one path.
    pub fn of(ledger: &Ledger) -> Self {
        let (funds, direct) = (&ledger.sub_funds, &ledger.direct);
        let regions = |of: fn(&crate::path::ledger::RegionFlows) -> &Series| {
            let all: Vec<&[f64]> = ledger.regions.iter().map(|r| of(r).as_slice()).collect();
            added(&all)
        };
        let in_funds = regions(|region| &region.sub_fund_calls);
        let from_funds = regions(|region| &region.sub_fund_distributions);
        let paid_part = part(sum(&in_funds), sum(&funds.calls));
        let back_part = part(sum(&from_funds), sum(&funds.distributions));
        Self {
            paid: [
                added(&[&scaled(&funds.cheques, paid_part), &direct.cheques]),
                added(&[&in_funds, &direct.cheques]),
                regions(|region| &region.calls),
                ledger.national.calls.clone(),
            ],
            back: [
                added(&[&scaled(&funds.proceeds, back_part), &direct.proceeds]),
                added(&[&from_funds, &direct.proceeds]),
                regions(|region| &region.distributions),
                ledger.national.distributions.clone(),
            ],
            fees: [sum(&funds.fees), sum(&funds.calls)],
            carry: [sum(&funds.carry), sum(&funds.proceeds)],
        }
    }
}

/// One link.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LinkReturn {
    /// Which.
    pub link: Link,
    /// Cash back over cash paid; `None` where nothing is paid.
    pub multiple: Option<Measured>,
    /// IRR of the flows averaged over paths, per year.
    pub irr: Option<f64>,
    /// Multiple lost since the link before.
    pub drag: Option<Measured>,
}

/// The chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chain {
    /// Links from the deals up.
    pub links: Vec<LinkReturn>,
    /// Fees of sub-funds over what is paid into them.
    pub fee_load: Option<Measured>,
    /// Carry of sub-funds over what companies bring.
    pub carry_load: Option<Measured>,
}

impl Chain {
    /// The chain of some paths.
    pub fn new(paths: &[ChainSums]) -> Self {
        let ratio = |of: &dyn Fn(&ChainSums) -> Vec<f64>, value: fn(&[f64]) -> Option<f64>| {
            let sums: Vec<Vec<f64>> = paths.iter().map(of).collect();
            let sums: Vec<&[f64]> = sums.iter().map(Vec::as_slice).collect();
            jackknife(&sums, value)
        };
        let totals = |link: usize| {
            move |path: &ChainSums| vec![sum(&path.back[link]), sum(&path.paid[link])]
        };
        let links = Link::ALL
            .into_iter()
            .enumerate()
            .map(|(at, link)| LinkReturn {
                link,
                multiple: ratio(&totals(at), quotient),
                irr: mean_irr(paths, at),
                drag: at.checked_sub(1).and_then(|below| {
                    let both = |path: &ChainSums| [totals(below)(path), totals(at)(path)].concat();
                    ratio(&both, |sums| {
                        Some(quotient(&sums[..2])? - quotient(&sums[2..])?)
                    })
                }),
            });
        Self {
            links: links.collect(),
            fee_load: ratio(&|path| path.fees.to_vec(), quotient),
            carry_load: ratio(&|path| path.carry.to_vec(), quotient),
        }
    }
}

fn quotient(sums: &[f64]) -> Option<f64> {
    let value = sums.first()? / sums.get(1)?;
    value.is_finite().then_some(value)
}

/// The IRR of the flows of one link, summed over paths.
fn mean_irr(paths: &[ChainSums], link: usize) -> Option<f64> {
    let all = |of: fn(&ChainSums) -> &[Series; 4]| {
        let series: Vec<&[f64]> = paths.iter().map(|p| of(p)[link].as_slice()).collect();
        added(&series)
    };
    let (paid, back) = (all(|path| &path.paid), all(|path| &path.back));
    let net: Vec<f64> = back
        .iter()
        .zip(&paid)
        .map(|(back, paid)| back - paid)
        .collect();
    irr(&net, 0.25).rate()
}
