//! Listed shares: locked up, then sold at the legal pace.

use super::{ExitBuffers, last_quarter, take};
use crate::math::elementary::exp;
use crate::path::company::{Ends, LifeContext, OfLife, Route};
use crate::path::lanes::{normals, room};
use crate::random::Purpose;
use crate::structure::exits::SellDownModel;
use std::ops::Range;

impl ExitBuffers {
    /// Replaces listings by the sales of their shares: equal parts of the stake in the quarters from the end of
    /// the lock-up on, each at the market's return since the listing times the shares' own.
    pub(super) fn sell_down(
        &mut self,
        context: &LifeContext,
        law: SellDownModel,
        ends: &mut [Ends; Route::COUNT],
    ) {
        let listed = take(ends, Route::Listing, &mut self.taken);
        let details = &listed.details;
        let n = listed.fund.len();
        self.draws.draw(context, &details.entity, Purpose::SellDown);
        let z = room(&mut self.draws.normal, n);
        normals(z, &self.draws.words[0]);
        for (i, z) in z.iter().enumerate() {
            let quarter = listed.quarter[i];
            let parts = law.quarters(details.own[i], details.time[i] - details.since[i]);
            let own_return = f64::from(exp(law.noise * z - 0.5 * law.noise * law.noise));
            let sale = Sale {
                fund: listed.fund[i],
                part: 1.0 / f64::from(parts),
                shares: f64::from(listed.amount[i]) / self.index[quarter as usize] * own_return,
                cost: f64::from(listed.cost[i]),
                life: context.model.exits.by_company.then(|| OfLife {
                    entity: details.entity[i],
                    since: details.since[i],
                }),
            };
            let first = quarter + law.lock_up;
            let last = last_quarter(context, sale.fund);
            let rest = match context.model.exits.settlement {
                Some(_) => Route::Listing,
                None => Route::Unsold,
            };
            sale.book(&self.index, first..first + parts, (last, rest), ends);
        }
        self.taken = listed;
    }
}

/// The shares of one stake.
struct Sale {
    fund: u32,
    /// Part of them that is sold in a quarter.
    part: f64,
    /// All of them, in units of the market index.
    shares: f64,
    cost: f64,
    /// Where ends say which company they belong to.
    life: Option<OfLife>,
}

impl Sale {
    /// Sells a part in each of `quarters` up to the fund's last one; what is left then is sold or valued there.
    fn book(
        &self,
        index: &[f64],
        quarters: Range<u32>,
        (last, rest): (u32, Route),
        ends: &mut [Ends; Route::COUNT],
    ) {
        let start = quarters.start.min(last + 1);
        let parts = quarters.end.min(last + 1) - start;
        let listing = &mut ends[Route::Listing as usize];
        self.sell(index, start..start + parts, listing);
        // Every listing is one company: a stake of which nothing was sold has an entry, too.
        if parts == 0 && rest != Route::Listing {
            self.push(index, last, 0.0, listing);
        }
        let left = f64::from(quarters.len() as u32 - parts) * self.part;
        if left > 0.0 {
            self.push(index, last, left, &mut ends[rest as usize]);
        }
        let unsold = u64::from(left > 0.0 && rest == Route::Unsold);
        let sales = u64::from(parts) + u64::from(left > 0.0) - unsold;
        ends[Route::Unsold as usize].further += unsold;
        ends[Route::Listing as usize].further += sales.max(1) - 1;
    }

    /// Sells a part in each of `quarters`.
    fn sell(&self, index: &[f64], quarters: Range<u32>, ends: &mut Ends) {
        let n = quarters.len();
        let prices = &index[quarters.start as usize..][..n];
        ends.fund.grow(n).fill(self.fund);
        if let Some(life) = self.life {
            ends.details.entity.grow(n).fill(life.entity);
            ends.details.since.grow(n).fill(life.since);
        }
        ends.cost.grow(n).fill((self.cost * self.part) as f32);
        let entries = ends.quarter.grow(n).iter_mut().zip(ends.amount.grow(n));
        for ((entry, amount), (quarter, price)) in entries.zip(quarters.zip(prices)) {
            *entry = quarter;
            *amount = (self.shares * self.part * price) as f32;
        }
    }

    /// One entry for a part of the shares.
    fn push(&self, index: &[f64], quarter: u32, part: f64, ends: &mut Ends) {
        let amount = self.shares * part * index[quarter as usize];
        let cost = (self.cost * part) as f32;
        ends.push(self.fund, quarter, cost, amount as f32, self.life);
    }
}
