//! Companies that want to be listed and wait for a place.

use super::{ExitBuffers, take};
use crate::path::company::{Ends, Kept, LifeContext, Route};
use crate::path::lanes::at;
use crate::path::market::MarketUse;
use crate::path::nav::{Holdings, Unit};
use crate::scenario::Market;

/// Room for the position beside the quarter.
const POSITIONS: u32 = 20;

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
        let dates = listed.quarter.iter().zip(0..);
        self.order.clear();
        self.order
            .extend(dates.map(|(quarter, position): (_, u32)| quarter << POSITIONS | position));
        self.order.sort_unstable();
        self.placed.clear();
        self.refused.clear();
        let wait = market.longest_wait.quarters() as u32;
        for entry in &self.order {
            let i = (entry & ((1 << POSITIONS) - 1)) as usize;
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
                self.placed.push(i as u32);
            } else {
                listed.amount[i] *= market.fallback_price as f32;
                self.refused.push(i as u32);
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
}
