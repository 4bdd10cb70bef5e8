//! Listed shares: locked up, then sold at the legal pace.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::Draws;
use crate::math::elementary::exp;
use crate::path::company::{Ends, LifeContext, OfLife};
use crate::path::lanes::{Column, at, normals, room};
use crate::path::nav::{Holdings, Unit};
use crate::structure::exits::SellDownModel;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Replaces listings by the sales of their shares: equal parts of the stake in the quarters from the end of the
/// lock-up on, each at the market's return since the listing times the shares' own. What is left at the
/// sub-fund's end is sold there, or held where nothing is settled.
pub(super) struct SellShares<'a> {
    pub context: &'a LifeContext<'a>,
    pub law: SellDownModel,
    pub listed: &'a Ends,
    pub draws: &'a mut Draws,
    /// The public market index by quarter.
    pub index: &'a [f32],
    /// The last quarter of each sub-fund.
    pub last: &'a Column<u32>,
    pub plan: &'a mut Plan,
    /// Told of the shares until they are sold, where NAV is followed.
    pub holdings: Option<&'a mut Holdings>,
    /// The sales, none before.
    pub sold: &'a mut Ends,
    /// Shares that are held at the end.
    pub unsold: &'a mut Ends,
}

/// How each stake is sold.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// How many quarters it takes.
    parts: Vec<u32>,
    /// Shares of one of them, in units of the market index.
    shares: Vec<f32>,
}

impl WithSimd for SellShares<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let n = self.listed.fund.len();
        let z = room(&mut self.draws.normal, n);
        normals(z, &self.draws.words[0]);
        self.plan.fill(self.law, self.listed, self.index, z);
        self.book();
    }
}

impl Plan {
    #[inline(always)]
    fn fill(&mut self, law: SellDownModel, listed: &Ends, index: &[f32], z: &[f32]) {
        let n = z.len();
        let (parts, shares) = (room(&mut self.parts, n), room(&mut self.shares, n));
        let details = &listed.details;
        let (own, time, since) = (&details.own[..n], &details.time[..n], &details.since[..n]);
        let (amount, quarter) = (&listed.amount[..n], &listed.quarter[..n]);
        let drift = 0.5 * law.noise * law.noise;
        for i in 0..n {
            parts[i] = law.quarters(own[i], time[i] - since[i]);
            let own_return = exp(law.noise * z[i] - drift);
            shares[i] = amount[i] * own_return / (at(index, quarter[i]) * parts[i] as f32);
        }
    }
}

impl SellShares<'_> {
    /// One entry for each sale. Every listing is one company, and has at least one.
    #[inline(always)]
    fn book(self) {
        let Self {
            law,
            listed,
            index,
            mut holdings,
            ..
        } = self;
        let settles = self.context.model.exits.settlement.is_some();
        let parts = &self.plan.parts[..listed.fund.len()];
        let by_company = self.context.model.exits.by_company;
        let most = parts.iter().sum::<u32>() as usize;
        let mut sales = Sales::new(self.sold, most, by_company);
        for (i, &parts) in parts.iter().enumerate() {
            let (fund, shares) = (listed.fund[i], self.plan.shares[i]);
            let life = OfLife {
                entity: listed.details.entity[i],
                since: listed.details.since[i],
            };
            let cost = listed.cost[i] / parts as f32;
            let last = self.last.of(fund);
            let start = listed.quarter[i] + law.lock_up;
            let [start, end] = [start, start + parts].map(|quarter| quarter.min(last + 1));
            sales.sell((fund, life), start..end, cost, shares, index);
            let left = parts - (end - start);
            if let Some(holdings) = &mut holdings {
                let mut change = |quarter, parts| {
                    let shares = f64::from(shares) * f64::from(parts);
                    holdings.change(Unit::Shares, fund, quarter, shares);
                };
                change(listed.quarter[i], parts as i32);
                (start..end).for_each(|quarter| change(quarter, -1));
                if settles {
                    change(last, -(left as i32));
                }
            }
            if left > 0 {
                let (cost, shares) = (cost * left as f32, shares * left as f32);
                if settles {
                    sales.sell((fund, life), last..last + 1, cost, shares, index);
                } else {
                    let amount = shares * at(index, last);
                    self.unsold
                        .push(fund, last, cost, amount, by_company.then_some(life));
                    self.unsold.further += 1;
                    if end == start {
                        sales.sell((fund, life), last..last + 1, 0.0, 0.0, index);
                    }
                }
            }
        }
        let sold = sales.n;
        self.sold.shorten(sold);
        self.sold.further = (sold - parts.len()) as u64;
    }
}

/// A list while it is filled, with room for all that comes.
struct Sales<'a> {
    n: usize,
    fund: &'a mut [u32],
    quarter: &'a mut [u32],
    cost: &'a mut [f32],
    amount: &'a mut [f32],
    entity: &'a mut [u32],
    since: &'a mut [f32],
}

impl<'a> Sales<'a> {
    #[inline(always)]
    fn new(ends: &'a mut Ends, most: usize, by_company: bool) -> Self {
        let details = if by_company { most } else { 0 };
        Self {
            n: 0,
            fund: ends.fund.grow(most),
            quarter: ends.quarter.grow(most),
            cost: ends.cost.grow(most),
            amount: ends.amount.grow(most),
            entity: ends.details.entity.grow(details),
            since: ends.details.since.grow(details),
        }
    }

    /// Sells `shares` at the index in each of `quarters`.
    #[inline(always)]
    fn sell(
        &mut self,
        (fund, life): (u32, OfLife),
        quarters: Range<u32>,
        cost: f32,
        shares: f32,
        index: &[f32],
    ) {
        let entries = self.n..self.n + quarters.len();
        self.n = entries.end;
        self.fund[entries.clone()].fill(fund);
        if !self.entity.is_empty() {
            self.entity[entries.clone()].fill(life.entity);
            self.since[entries.clone()].fill(life.since);
        }
        self.cost[entries.clone()].fill(cost);
        let dates = self.quarter[entries.clone()].iter_mut();
        for ((date, amount), quarter) in dates.zip(&mut self.amount[entries]).zip(quarters) {
            *date = quarter;
            *amount = shares * at(index, quarter);
        }
    }
}
