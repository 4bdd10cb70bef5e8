//! The fund's part in an up round: old shares sold to the new investors, or a follow-on cheque.
//!
//! Both change the stake and not the company, so they come after the round itself. Sales need no money and are
//! drawn company by company. Follow-on cheques share one reserve per fund and are served in the order in which
//! rounds are simulated: stage, repeat, company. That order is the same within a fund whatever block it is in.

use super::kernels::draw_chosen;
use super::{Drawn, Ends, LifeContext, Lives, OfLife, Route};
use crate::math::elementary::exp;
use crate::path::BLOCK;
use crate::path::cash::table::Table;
use crate::path::deployment::Mandate;
use crate::path::lanes::{Column, List, at, gather, room, whole};
use crate::path::ledger::{LANES, fixed_order_widened_sum, join};
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

    /// What the sub-fund pays of its part `full` of a round at `price` in `quarter`; nothing if it has no
    /// money for it.
    fn pay(&self, law: &FollowOnModel, place: usize, quarter: u32, small: bool, full: f64) -> f32 {
        let left = self.left[place];
        if left < law.smallest || quarter >= self.until[place] {
            return 0.0;
        }
        let limit = if small { law.cheque_max } else { f64::INFINITY };
        let amount = full.min(left).min(limit);
        let rounded = amount as f32;
        if f64::from(rounded) > amount {
            (amount * BELOW) as f32
        } else {
            rounded
        }
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
    fn join(&mut self, own: f64, full: f64, amount: f64) {
        self.beside += full / own - amount;
        self.relay -= full;
    }
}

/// What one round's draws are worked out in.
#[derive(Clone, Debug, Default)]
pub(super) struct RoundDraws {
    words: [Vec<u32>; 4],
    /// Part of its stake that each fund sells.
    sold: Vec<f32>,
    /// Addresses of the companies of which shares were sold.
    pub(super) sellers: Vec<u32>,
    /// Positions of companies of which something is done.
    picked: Vec<u32>,
}

/// Fills `picked` with the positions below `n` that are wanted, without a branch: which ones cannot be foreseen.
#[inline(always)]
#[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
fn pick(picked: &mut Vec<u32>, n: usize, wanted: impl Fn(usize) -> bool) -> &[u32] {
    let places = room(picked, n);
    let mut count = 0;
    for i in 0..n {
        places[count] = i as u32;
        count += usize::from(wanted(i));
    }
    &places[..count]
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
        let first = self.next.len() - self.chosen.len();
        room(&mut self.draws.sold, self.chosen.len()).fill(0.0);
        if let Some(law) = laws.transfer {
            self.draw(simd, Purpose::Transfer, first);
            self.sell(law, first);
        }
        if let Some(law) = laws.follow_on {
            self.draw(simd, Purpose::FollowOn, first);
            self.follow(&law, first);
        }
        if laws.transfer.is_some() {
            self.drop_sold(first);
        }
    }
}

impl TakePart<'_> {
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch
    fn draw<S: Simd>(&mut self, simd: S, purpose: Purpose, first: usize) {
        let entities = &self.next.entity[first..];
        let n = entities.len();
        let words = self.draws.words.each_mut().map(|word| room(word, n));
        let tag = tag(purpose, self.stage as u32, self.repeat);
        let (streams, path) = (self.context.streams, self.context.path);
        streams.fill_words(simd, path, entities, tag, 0, words);
    }

    /// Sells old shares: all of them, which ends the life for the fund, or a part.
    fn sell(&mut self, law: TransferModel, first: usize) {
        let ends = &mut self.ends[Route::Transfer as usize];
        let [sells, takes_all, ..] = &self.draws.words;
        let probability = law.probability[self.stage];
        let (sells, n) = (&sells[..self.chosen.len()], self.chosen.len());
        let sellers = pick(&mut self.draws.picked, n, |i| {
            unit_f32(sells[i]) < probability
        });
        for &i in sellers {
            let i = i as usize;
            let from = self.chosen[i];
            let all = unit_f32(takes_all[i]) < law.full;
            let sold = if all { 1.0 } else { law.part };
            self.draws.sold[i] = sold;
            let price = law.price * self.drawn.price[i];
            let (cost, own) = (at(&self.lives.cost, from), at(&self.lives.own, from));
            let (fund, quarter) = (at(&self.lives.fund, from), at(&self.drawn.quarter, from));
            let entity = at(&self.lives.entity, from);
            let life = self.context.model.exits.by_company.then(|| OfLife {
                entity,
                since: at(&self.lives.since, from),
            });
            ends.push(fund, quarter, sold * cost, sold * own * price, life);
            self.draws.sellers.push(entity);
            if !all {
                // The company is counted where the rest of the stake ends.
                ends.further += 1;
                self.next.own[first + i] *= 1.0 - sold;
                self.next.cost[first + i] *= 1.0 - sold;
            }
        }
    }

    /// Writes follow-on cheques of funds that have sold nothing, as long as their reserves last.
    fn follow(&mut self, law: &FollowOnModel, first: usize) {
        // What others pay per unit of price, and what a stake gains that pays in full.
        let round = self.model.dilution * self.model.round_growth;
        let stage = self.stage + 1;
        let n = self.chosen.len();
        let (words, sold) = (&self.draws.words[0][..n], &self.draws.sold[..n]);
        let takers = pick(&mut self.draws.picked, n, |i| {
            (sold[i] == 0.0) & (unit_f32(words[i]) < law.participation)
        });
        for &i in takers {
            let i = i as usize;
            let from = self.chosen[i];
            let price = f64::from(self.drawn.price[i]);
            let full = f64::from(at(&self.lives.own, from)) * f64::from(round) * price;
            let (fund, quarter) = (at(&self.lives.fund, from), at(&self.drawn.quarter, from));
            let place = fund as usize % BLOCK;
            let small = law.early[stage] && price < law.small_below;
            let amount = self.follow_ons.pay(law, place, quarter, small, full);
            if amount <= 0.0 {
                continue;
            }
            let part = f64::from(amount) / full;
            self.others.join(
                f64::from(at(&self.lives.own, from)),
                full,
                f64::from(amount),
            );
            self.next.own[first + i] *= (1.0 + part * f64::from(round)) as f32;
            self.next.cost[first + i] += amount;
            let follow_ons = &mut *self.follow_ons;
            follow_ons.left[place] -= f64::from(amount);
            follow_ons.large += u64::from(small && f64::from(amount) > law.large);
            follow_ons.fund.push(fund);
            follow_ons.entity.push(at(&self.lives.entity, from));
            follow_ons.quarter.push(quarter);
            follow_ons.amount.push(amount);
            follow_ons.stage.push(stage as u32);
        }
    }

    /// Takes the companies out of which the fund has sold everything.
    fn drop_sold(&mut self, first: usize) {
        let sold = &self.draws.sold[..self.chosen.len()];
        let held = pick(&mut self.draws.picked, sold.len(), |i| sold[i] < 1.0);
        if held.len() < sold.len() {
            self.next.keep(first, held);
        }
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
