//! Companies that want to be listed and wait for a place.

use super::{ExitBuffers, take};
use crate::path::company::{Ends, Kept, LifeContext, Route};
use crate::path::lanes::at;
use crate::path::market::MarketUse;
use crate::path::nav::{Holdings, Unit};
use crate::scenario::Market;

impl ExitBuffers {
    /// Gives places to the block's companies in the order of their dates. Prices move on while they wait; those
    /// that find none are sold to another company. `holdings` books what waits.
    pub fn queue(
        &mut self,
        context: &LifeContext,
        market: &Market,
        places: &mut MarketUse,
        ends: &mut [Ends; Route::COUNT],
        mut holdings: Option<&mut Holdings>,
    ) {
        let mut listed = take(ends, Route::Listing, &mut self.taken);
        self.sort_by_date(&listed.quarter, context.economy.quarters);
        self.placed.clear();
        self.refused.clear();
        let wait = market.longest_wait.quarters() as u32;
        for &entry in &self.order {
            let i = entry as usize;
            let (quarter, fund) = (listed.quarter[i], listed.fund[i] as usize);
            let last = (quarter + wait).min(context.mandates[fund].holds_until - 1);
            let place = places.list(quarter, last);
            let date = place.unwrap_or(last);
            if date > quarter {
                if let Some(holdings) = &mut holdings {
                    let (place, stake) = (listed.fund[i], listed.details.stake[i]);
                    holdings.hold(Unit::Worth, place, quarter..date, stake);
                }
                let row = context.sectors[fund] * context.economy.quarters as u32;
                let prices = &context.economy.price;
                listed.amount[i] *= at(prices, row + date) / at(prices, row + quarter);
                listed.quarter[i] = date;
                listed.details.time[i] += (date - quarter) as f32 * 0.25;
            }
            if place.is_some() {
                self.placed.push(entry);
            } else {
                listed.amount[i] *= market.fallback_price as f32;
                self.refused.push(entry);
            }
        }
        for (route, places) in [
            (Route::Listing, &self.placed),
            (Route::TradeSale, &self.refused),
        ] {
            let kept = Kept::of(&context.model.exits, route);
            ends[route as usize].append(&listed, places, kept);
        }
        self.taken = listed;
    }
    /// Lists places by their quarters, those of one quarter in their order.
    fn sort_by_date(&mut self, dates: &[u32], quarters: usize) {
        self.starts.clear();
        self.starts.resize(quarters + 1, 0);
        for &quarter in dates {
            self.starts[quarter as usize + 1] += 1;
        }
        for quarter in 1..=quarters {
            self.starts[quarter] += self.starts[quarter - 1];
        }
        self.order.clear();
        self.order.resize(dates.len(), 0);
        for (&quarter, place) in dates.iter().zip(0..) {
            let start = &mut self.starts[quarter as usize];
            self.order[*start as usize] = place;
            *start += 1;
        }
    }
}
