//! What a sub-fund holds at its end: sold to another fund, or written off.

use super::{Draws, Fates};
use crate::math::elementary::exp;
use crate::path::company::{Ends, LifeContext, Route};
use crate::path::lanes::{at, room, whole};
use crate::random::unit_f32;
use crate::structure::exits::SettlementModel;
use pulp::{Simd, WithSimd};

/// Where companies that are alive at the end go, in the order of codes.
const ROUTES: [Route; 2] = [Route::Secondary, Route::WrittenOff];

/// Ends the companies that are alive, whose amounts are their values at the fund's end.
pub(super) struct Settle<'a> {
    pub context: &'a LifeContext<'a>,
    pub law: SettlementModel,
    pub alive: &'a Ends,
    pub draws: &'a Draws,
    pub fates: &'a mut Fates,
    pub ends: &'a mut [Ends; Route::COUNT],
}

impl WithSimd for Settle<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            law, alive, fates, ..
        } = self;
        let prices = &mut fates.prices;
        prices.clear();
        let price = |&x: &f64| exp(law.log_price + law.cycle_loading * x as f32);
        prices.extend(self.context.economy.cycle.iter().map(price));
        let n = alive.fund.len();
        let code = room(&mut fates.code, whole(n));
        let amount = room(&mut fates.amount, n);
        let quarter = room(&mut fates.quarter, n);
        quarter.copy_from_slice(&alive.quarter);
        let draws = alive.amount.iter().zip(&self.draws.words[0]);
        let fate = code.iter_mut().zip(amount).zip(quarter);
        for (((code, amount), quarter), (&value, &word)) in fate.zip(draws) {
            let sold = unit_f32(word) < law.probability;
            *code = u32::from(!sold);
            let price = at(prices, *quarter);
            *amount = if sold { value * price } else { 0.0 };
        }
        fates.hand_over(simd, alive, &ROUTES, self.ends);
    }
}
