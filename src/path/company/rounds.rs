//! The fund's part in an up round: old shares sold to the new investors, or a follow-on cheque.
//!
//! Both change the stake and not the company, so they come after the round itself. Sales need no money and are
//! drawn company by company. Follow-on cheques share one reserve per fund and are served in the order in which
//! rounds are simulated: stage, repeat, company. That order is the same within a fund whatever block it is in.

use super::kernels::draw_chosen;
use super::{Drawn, Ends, LifeContext, Lives, Route};
use crate::math::elementary::{exp, floor_to_i32};
use crate::path::BLOCK;
use crate::path::cash::table::Table;
use crate::path::deployment::Mandate;
use crate::path::lanes::{Column, List, at, gather, room, whole};
use crate::path::ledger::{LANES, fixed_order_widened_sum, join};
use crate::path::sorting::ByCode;
use crate::random::{Purpose, tag, unit_f32};
use crate::structure::companies::StageModel;
use crate::structure::rounds::{FollowOnModel, TransferModel};
use pulp::{Simd, WithSimd};

/// Keeps an amount that is rounded to single precision within what is left.
const BELOW: f64 = 1.0 - 1e-7;

/// Reserves of a block's sub-funds, and the follow-on cheques that they wrote.
#[derive(Clone, Debug, Default)]
pub struct FollowOns {
    /// Reserve left by sub-fund, in yuan.
    pub left: Column<f64>,
    /// Quarter after the last one in which the sub-fund writes a cheque.
    until: Column<u32>,
    /// Index of the sub-fund in its block, one entry per cheque in this and the next lists.
    pub fund: List<u32>,
    /// Address of the company in random draws.
    pub entity: List<u32>,
    /// Quarter of the cheque.
    pub quarter: List<u32>,
    /// The cheque, in yuan.
    pub amount: List<f32>,
    /// Stage that the round leads into: the one that it finances.
    pub stage: List<u32>,
    /// Cheques above the limit of a rule that is measured and not enforced.
    pub large: u64,
}

impl FollowOns {
    /// The whole reserves of the sub-funds with these mandates.
    pub fn begin(&mut self, mandates: &[Mandate]) {
        self.left.fill_from(mandates.iter().map(|m| m.reserve));
        self.until.fill_from(mandates.iter().map(|m| m.ends));
    }

    /// Forgets the cheques, not what is left.
    pub(super) fn clear(&mut self) {
        self.fund.clear();
        self.entity.clear();
        self.quarter.clear();
        self.amount.clear();
        self.stage.clear();
        self.large = 0;
    }

    /// Books the cheques: by quarter and sub-fund, by stage, and those into early stages by sub-fund; their
    /// amount in all, in yuan.
    pub fn book(
        &self,
        early_stages: &[bool],
        cheques: &mut Table,
        by_stage: &mut [f64],
        early: &mut [f64],
    ) -> f64 {
        cheques.add(&self.quarter, &self.fund, &self.amount);
        let mut all = 0.0;
        for ((&fund, &stage), &amount) in
            self.fund.iter().zip(&self.stage[..]).zip(&self.amount[..])
        {
            let (amount, stage) = (f64::from(amount), stage as usize);
            all += amount;
            by_stage[stage] += amount;
            if early_stages[stage] {
                early[fund as usize] += amount;
            }
        }
        all
    }

    /// Keeps the first `n` cheques.
    fn shorten(&mut self, n: usize) {
        self.fund.shorten(n);
        self.entity.shorten(n);
        self.quarter.shorten(n);
        self.amount.shorten(n);
        self.stage.shorten(n);
    }
}

/// The amount in single precision, or a little less where that would be more.
#[inline(always)]
#[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
fn rounded_down(amount: f64) -> f32 {
    let rounded = amount as f32;
    if f64::from(rounded) > amount {
        (amount * BELOW) as f32
    } else {
        rounded
    }
}

/// Other investors' money in rounds of companies that funds hold, in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OthersInRounds {
    /// In rounds in which the fund writes a cheque.
    pub beside: f64,
    /// In later rounds without the fund, its fraction before the round of each.
    pub relay: f64,
}

impl OthersInRounds {
    /// First rounds of `lives`: all that they bring in but the cheque.
    pub fn enter(&mut self, lives: &Lives) {
        let cheques = fixed_order_widened_sum(&lives.cost);
        self.beside += fixed_order_widened_sum(&lives.raised) - cheques;
    }

    /// Later rounds as if without the fund, at `price` before each; `own` is the fraction that it leaves.
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the kernel around it
    pub(super) fn pass_on(&mut self, model: &StageModel, own: &[f32], price: &[f32]) {
        let part = f64::from(model.dilution * model.round_growth / model.keep);
        let mut lanes = [0.0; LANES];
        let (owns, rest) = own.as_chunks::<LANES>();
        let (prices, last) = price[..own.len()].as_chunks::<LANES>();
        for (own, price) in owns.iter().zip(prices) {
            for lane in 0..LANES {
                lanes[lane] += f64::from(own[lane] * price[lane]);
            }
        }
        let rest = rest
            .iter()
            .zip(last)
            .map(|(own, price)| f64::from(own * price));
        self.relay += part * (join(lanes) + rest.sum::<f64>());
    }

    /// The fund writes a cheque of `amount` in a round of which `full` is the part of its fraction `own`.
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the kernel around it
    fn join(&mut self, own: f64, full: f64, amount: f64) {
        self.beside += full / own - amount;
        self.relay -= full;
    }
}

/// What one round's draws are worked out in, one entry per company in each list.
#[derive(Clone, Debug, Default)]
pub(super) struct RoundDraws {
    words: [Vec<u32>; 4],
    quarter: Vec<u32>,
    /// The fund's fraction before the round.
    own: Vec<f32>,
    /// Part of its stake that each fund sells.
    sold: Vec<f32>,
    /// Addresses of the companies of which shares were sold.
    pub(super) sellers: Vec<u32>,
    /// Whether something is done of a company, by code.
    code: Vec<u32>,
    sorted: ByCode,
    /// The companies of which something may be done: their addresses.
    entity: Vec<u32>,
    takers: Takers,
}

/// Companies in whose rounds a fund wants to take part, one entry per company in each list.
#[derive(Clone, Debug, Default)]
struct Takers {
    /// Whether one of those that are asked wants to, by code.
    code: Vec<u32>,
    sorted: ByCode,
    /// Its place in the round.
    place: Vec<u32>,
    /// What the fund's full part in the round costs, in yuan, and what of it no rule forbids.
    full: Vec<f64>,
    allowed: Vec<f64>,
    /// The second of these, if the reserve has it.
    whole: Vec<f32>,
}

/// Code of companies of which something is done, and of the others.
const WANTED: u32 = 0;
const OTHER: u32 = 1;

/// The code of a company.
#[inline(always)]
#[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
fn code_of(wanted: bool) -> u32 {
    if wanted { WANTED } else { OTHER }
}

/// Lets funds take part in the up rounds of the `chosen` lives, which stand at the end of `next`.
pub(super) struct TakePart<'a> {
    pub context: &'a LifeContext<'a>,
    /// The stage before the round, and its number.
    pub model: &'a StageModel,
    pub stage: usize,
    pub repeat: u32,
    pub lives: &'a Lives,
    pub drawn: &'a Drawn,
    pub chosen: &'a [u32],
    pub next: &'a mut Lives,
    pub draws: &'a mut RoundDraws,
    pub follow_ons: &'a mut FollowOns,
    pub others: &'a mut OthersInRounds,
    pub ends: &'a mut [Ends],
}

impl WithSimd for TakePart<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch
    fn with_simd<S: Simd>(mut self, simd: S) {
        let Some(laws) = self.context.model.rounds else {
            return;
        };
        let n = self.chosen.len();
        let first = self.next.len() - n;
        room(&mut self.draws.sold, n).fill(0.0);
        let quarter = room(&mut self.draws.quarter, n);
        for (quarter, time) in quarter.iter_mut().zip(&self.next.time[first..]) {
            *quarter = floor_to_i32(*time * 4.0) as u32;
        }
        gather(room(&mut self.draws.own, n), &self.lives.own, self.chosen);
        if let Some(law) = laws.transfer {
            self.sell(simd, law, first);
        }
        if let Some(law) = laws.follow_on {
            self.follow(simd, &law, first);
        }
        if laws.transfer.is_some() {
            self.drop_sold(simd, first);
        }
    }
}

#[allow(clippy::inline_always)] // takes the instruction set of the dispatch
impl TakePart<'_> {
    /// Sells old shares: all of them, which ends the life for the fund, or a part.
    #[inline(always)]
    fn sell<S: Simd>(&mut self, simd: S, law: TransferModel, first: usize) {
        let n = self.chosen.len();
        let RoundDraws {
            words,
            quarter,
            own,
            sold,
            sellers,
            code,
            sorted,
            ..
        } = &mut *self.draws;
        let address = tag(Purpose::Transfer, self.stage as u32, self.repeat);
        let (streams, path) = (self.context.streams, self.context.path);
        let entity = &self.next.entity[first..];
        let filled = words.each_mut().map(|word| room(word, n));
        streams.fill_words(simd, path, entity, address, 0, filled);
        let code = room(code, whole(n));
        let (probability, draws) = (law.probability[self.stage], &*words);
        let fates = code.iter_mut().zip(&mut sold[..n]);
        for ((code, sold), (&sells, &all)) in fates.zip(draws[0].iter().zip(&draws[1])) {
            let sells = unit_f32(sells) < probability;
            let all = unit_f32(all) < law.full;
            let part = if all { 1.0 } else { law.part };
            *code = code_of(sells);
            *sold = if sells { part } else { 0.0 };
        }
        sorted.sort(simd, code, n, 1);
        let selling = sorted.of(WANTED as usize);
        let ends = &mut self.ends[Route::Transfer as usize];
        ends.fund.append(&self.next.fund[first..], selling);
        ends.quarter.append(quarter, selling);
        if self.context.model.exits.by_company {
            ends.details.entity.append(entity, selling);
            let since = &self.next.since[first..];
            ends.details.since.append(since, selling);
        }
        let costs = ends.cost.grow(selling.len()).iter_mut();
        let amounts = ends.amount.grow(selling.len());
        let (cost, price) = (&self.next.cost[first..], &self.drawn.price);
        for ((out, amount), &i) in costs.zip(amounts).zip(selling) {
            let sold = at(sold, i);
            *out = sold * at(cost, i);
            *amount = sold * at(own, i) * (law.price * at(price, i));
        }
        let from = sellers.len();
        sellers.resize(from + selling.len(), 0);
        gather(&mut sellers[from..], entity, selling);
        // Where only a part is sold, the company is counted where the rest of the stake ends.
        let parts = selling.iter().filter(|&&i| at(sold, i) < 1.0);
        ends.further += parts.count() as u64;
        let (own, cost) = (&mut self.next.own[first..], &mut self.next.cost[first..]);
        for ((own, cost), sold) in own.iter_mut().zip(cost).zip(&*sold) {
            *own *= 1.0 - sold;
            *cost *= 1.0 - sold;
        }
    }

    /// Writes follow-on cheques of funds that have sold nothing, as long as their reserves last.
    #[inline(always)]
    fn follow<S: Simd>(&mut self, simd: S, law: &FollowOnModel, first: usize) {
        let n = self.chosen.len();
        let RoundDraws {
            words,
            quarter,
            own,
            sold,
            code,
            sorted,
            entity,
            takers,
            ..
        } = &mut *self.draws;
        let (fund, quarter) = (&self.next.fund[first..], &quarter[..n]);
        let code = room(code, whole(n));
        let follow_ons = &mut *self.follow_ons;
        let dates = quarter.iter().zip(&sold[..n]);
        for ((code, &fund), (&quarter, &sold)) in code.iter_mut().zip(fund).zip(dates) {
            // What the reserve has left only falls: who cannot pay now cannot pay after the cheques of others.
            let pays = follow_ons.left.of(fund) >= law.smallest;
            *code = code_of((sold == 0.0) & pays & (quarter < follow_ons.until.of(fund)));
        }
        sorted.sort(simd, code, n, 1);
        let asked = sorted.of(WANTED as usize);
        let n = asked.len();
        let entity = room(entity, n);
        gather(entity, &self.next.entity[first..], asked);
        let address = tag(Purpose::FollowOn, self.stage as u32, self.repeat);
        let (streams, path) = (self.context.streams, self.context.path);
        let filled = words.each_mut().map(|word| room(word, n));
        streams.fill_words(simd, path, entity, address, 0, filled);
        let asks = room(&mut takers.code, whole(n));
        for (code, &word) in asks.iter_mut().zip(&words[0][..n]) {
            *code = code_of(unit_f32(word) < law.participation);
        }
        takers.sorted.sort(simd, asks, n, 1);
        let wanted = takers.sorted.of(WANTED as usize);
        let n = wanted.len();
        let place = room(&mut takers.place, n);
        gather(place, asked, wanted);
        // What others pay per unit of price, and what a stake gains that pays in full.
        let round = f64::from(self.model.dilution * self.model.round_growth);
        let stage = self.stage + 1;
        let full = room(&mut takers.full, n);
        let allowed = room(&mut takers.allowed, n);
        let in_full = room(&mut takers.whole, n);
        let limit = if law.early[stage] {
            law.cheque_max
        } else {
            f64::INFINITY
        };
        let parts = full.iter_mut().zip(&mut *allowed).zip(&mut *in_full);
        for (((full, allowed), in_full), &place) in parts.zip(&*place) {
            let price = f64::from(at(&self.drawn.price, place));
            *full = f64::from(at(own, place)) * round * price;
            let most = if price < law.small_below {
                limit
            } else {
                f64::INFINITY
            };
            *allowed = full.min(most);
            *in_full = rounded_down(*allowed);
        }
        let start = follow_ons.amount.len();
        let to_fund = follow_ons.fund.grow(n);
        let to_entity = follow_ons.entity.grow(n);
        let to_quarter = follow_ons.quarter.grow(n);
        let to_amount = follow_ons.amount.grow(n);
        let mut written = 0;
        let (next_own, next_cost) = (&mut self.next.own[first..], &mut self.next.cost[first..]);
        let cheques = place.iter().zip(&*full).zip(allowed.iter().zip(&*in_full));
        for ((&place, &full), (&allowed, &in_full)) in cheques {
            let place = place as usize;
            let left = &mut follow_ons.left[fund[place] as usize % BLOCK];
            if *left < law.smallest {
                continue;
            }
            // One fund's cheques follow each other, so that what the reserve needs comes first.
            let amount = if allowed <= *left {
                in_full
            } else {
                rounded_down(*left)
            };
            if amount <= 0.0 {
                continue;
            }
            *left -= f64::from(amount);
            let part = f64::from(amount) / full;
            self.others
                .join(f64::from(own[place]), full, f64::from(amount));
            next_own[place] *= (1.0 + part * round) as f32;
            next_cost[place] += amount;
            let small = law.early[stage] & (f64::from(self.drawn.price[place]) < law.small_below);
            follow_ons.large += u64::from(small & (f64::from(amount) > law.large));
            to_fund[written] = fund[place];
            to_entity[written] = self.next.entity[first + place];
            to_quarter[written] = quarter[place];
            to_amount[written] = amount;
            written += 1;
        }
        follow_ons.stage.grow(written).fill(stage as u32);
        follow_ons.shorten(start + written);
    }

    /// Takes the companies out of which the fund has sold everything.
    #[inline(always)]
    fn drop_sold<S: Simd>(&mut self, simd: S, first: usize) {
        let RoundDraws { sold, code, .. } = &mut *self.draws;
        let n = self.chosen.len();
        let code = room(code, n);
        for (code, &sold) in code.iter_mut().zip(&*sold) {
            *code = code_of(sold < 1.0);
        }
        self.next.keep(simd, first, code, WANTED);
    }
}

/// Prices of the chosen companies before their rounds, each with noise of its own, from their worth after them.
#[inline(always)]
#[allow(clippy::inline_always)] // takes the instruction set of the kernel around it
pub(super) fn price_rounds(
    context: &LifeContext,
    model: &StageModel,
    worth: &[f32],
    chosen: &[u32],
    drawn: &mut Drawn,
) {
    let n = whole(chosen.len());
    let price = room(&mut drawn.price, n);
    let rows = room(&mut drawn.chosen, n);
    gather(rows, &drawn.row, chosen);
    let (before, market) = (1.0 / model.round_growth, &context.economy.price);
    for (price, (worth, &row)) in price.iter_mut().zip(worth.iter().zip(&*rows)) {
        *price = before * worth * at(market, row);
    }
    let noise = context.model.price_noise;
    if noise > 0.0 {
        let z = room(&mut drawn.normal, n);
        draw_chosen(z, rows, &drawn.words[3], chosen);
        for (price, z) in price.iter_mut().zip(z) {
            *price *= exp(noise * *z - 0.5 * noise * noise);
        }
    }
}
