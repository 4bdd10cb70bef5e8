//! Stalled companies: bought back on a claim, or sold or written off at the sub-fund's end.

use super::{Draws, Fates};
use crate::math::elementary::floor_to_i32;
use crate::path::company::{Ends, LifeContext, Route};
use crate::path::lanes::{at, room, whole};
use crate::path::nav::{Holdings, Unit};
use crate::random::unit_f32;
use crate::structure::exits::ExitModel;
use pulp::{Simd, WithSimd};

/// Years from stalling to the earliest claim.
const FIRST_CLAIM: f32 = 1.0;

/// Where stalled companies go, in the order of codes.
const ROUTES: [Route; 4] = [
    Route::Redemption,
    Route::Transfer,
    Route::WrittenOff,
    Route::Stalled,
];

/// Codes below this one end a company.
const HELD: u32 = 3;

/// Books stalled companies as held up to what becomes of them: at the prices of their sector where funds settle, and
/// otherwise at the value with which they stalled, as they are reported at the term.
pub(super) fn book_until_the_end(
    stalled: &Ends,
    fates: &Fates,
    exits: &ExitModel,
    holdings: &mut Holdings,
) {
    let settles = exits.settlement.is_some();
    for (i, &fund) in stalled.fund.iter().enumerate() {
        let quarters = stalled.quarter[i]..fates.quarter[i];
        if settles {
            holdings.hold(Unit::Worth, fund, quarters, stalled.details.stake[i]);
        } else if fates.code[i] < HELD {
            holdings.hold(Unit::Fixed, fund, quarters, stalled.amount[i]);
        } else {
            book_fixed(stalled, i, holdings);
        }
    }
}

/// Books stalled companies of which nothing becomes.
pub(super) fn book_for_good(stalled: &Ends, holdings: &mut Holdings) {
    (0..stalled.fund.len()).for_each(|i| book_fixed(stalled, i, holdings));
}

fn book_fixed(stalled: &Ends, i: usize, holdings: &mut Holdings) {
    let (fund, quarter) = (stalled.fund[i], stalled.quarter[i]);
    holdings.change(Unit::Fixed, fund, quarter, f64::from(stalled.amount[i]));
}

/// Ends stalled companies, or holds them where nothing is claimed and nothing settled.
pub(super) struct EndStalled<'a> {
    pub context: &'a LifeContext<'a>,
    pub stalled: &'a Ends,
    pub draws: &'a Draws,
    pub fates: &'a mut Fates,
    pub ends: &'a mut [Ends; Route::COUNT],
}

impl WithSimd for EndStalled<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { stalled, fates, .. } = self;
        let exits = &self.context.model.exits;
        let settles = exits.settlement.is_some();
        let claims = exits.redemption.unwrap_or_default();
        let sales = exits.settlement.unwrap_or_default();
        let price = &self.context.economy.price;
        let n = stalled.fund.len();
        let code = room(&mut fates.code, whole(n));
        let amounts = room(&mut fates.amount, n);
        let quarters = room(&mut fates.quarter, n);
        let [w0, w1, w2, w3] = self.draws.words.each_ref().map(|words| &words[..n]);
        let (funds, dates) = (&stalled.fund[..n], &stalled.quarter[..n]);
        let (costs, values) = (&stalled.cost[..n], &stalled.amount[..n]);
        let (times, since) = (&stalled.details.time[..n], &stalled.details.since[..n]);
        for i in 0..n {
            let (last, row) = (fates.last.of(funds[i]), fates.row.of(funds[i]));
            let claimed = unit_f32(w0[i]) < claims.probability;
            let due = (times[i] + FIRST_CLAIM).max(since[i] + claims.after);
            let date = due.min((last + 1) as f32 * 0.25);
            let claim = costs[i] * (1.0 + claims.rate * (date - since[i]).max(0.0));
            let negotiated = claims.part_low + (1.0 - claims.part_low) * unit_f32(w2[i]);
            let part = if unit_f32(w1[i]) < claims.negotiated {
                negotiated
            } else {
                claims.litigated
            };
            let claim_quarter = (floor_to_i32(date * 4.0) as u32).max(dates[i]).min(last);
            let sold = unit_f32(w3[i]) < sales.stalled_probability;
            let since_stalled = at(price, row + last) / at(price, row + dates[i]);
            let sale = values[i] * since_stalled * sales.stalled_price;
            let settled = if sold { (1, sale) } else { (2, 0.0) };
            let kept = if settles { settled } else { (3, values[i]) };
            (code[i], amounts[i]) = if claimed { (0, claim * part) } else { kept };
            let end = if settles { last } else { dates[i] };
            quarters[i] = if claimed { claim_quarter } else { end };
        }
        fates.hand_over(simd, stalled, &ROUTES, self.ends);
    }
}
