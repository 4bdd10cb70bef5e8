//! Candidates of the deal pool: what a first cheque would be, many at once or one alone.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::{DealContext, NOT_FUNDED};
use crate::math::elementary::{exp, floor_to_i32};
use crate::path::lanes::{at, look_up, normals, quantiles, room, whole};
use crate::path::sorting::ByCode;
use crate::random::{Purpose, tag, unit_f32};
use crate::structure::companies::{ByStage, DealModel, LogNormals, MAX_STAGES};
use crate::units::QUARTERS_PER_YEAR;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// A sub-fund that looks for companies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Buyer {
    /// Index in its block.
    pub fund: u32,
    /// Start of the investment period, in years.
    pub launch: f32,
    /// Length of it.
    pub years: f32,
    /// First row of the sector in the economy's tables.
    pub row: u32,
}

/// Candidates of a block, one entry per candidate in each list.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    /// Address in random draws.
    pub entity: Vec<u32>,
    /// Index of the sub-fund in its block, and the rest of [`Buyer`].
    pub fund: Vec<u32>,
    pub launch: Vec<f32>,
    pub years: Vec<f32>,
    row: Vec<u32>,
    /// Date of the cheque, in years.
    pub time: Vec<f32>,
    /// Its quarter.
    pub quarter: Vec<u32>,
    /// Stage of the company.
    pub stage: Vec<u32>,
    /// The cheque, in yuan.
    pub cheque: Vec<f32>,
    /// Fraction of the company that it buys.
    pub own: Vec<f32>,
    /// Worth after the round, in yuan at cycle 0 and index 1.
    pub worth: Vec<f32>,
    /// Price before the round, in yuan.
    pub price: Vec<f32>,
    /// The four words of a draw.
    words: [Vec<u32>; 4],
    normal: Vec<f32>,
    /// What the laws of the candidates' stages say.
    law: [Vec<f32>; 2],
}

/// Candidates that follow those which rules refuse, drawn together: one drawn alone costs some twenty times as much.
#[derive(Clone, Debug, Default)]
pub(super) struct Retries {
    /// Early-stage candidates by how many were too dear before them: each follows a late one, should that give way to
    /// the floor.
    early: [Batch; Self::FOLLOWED as usize],
    /// Candidates that follow those which are too dear.
    next: Batch,
    /// Slots whose candidate is early and too dear.
    dear: Vec<u32>,
    division: Division,
}

/// Places of candidates that a rule may refuse.
#[derive(Clone, Debug, Default)]
struct Division {
    code: Vec<u32>,
    sorted: ByCode,
}

/// The candidates of one [`Draw`].
#[derive(Clone, Debug, Default)]
struct Batch {
    slots: Vec<u32>,
    candidates: Candidates,
    /// Where a slot stands in these lists, if it does.
    places: Vec<u32>,
}

impl Retries {
    /// Candidates of one company that are drawn together; what comes after is too rare.
    const FOLLOWED: u32 = 3;

    /// Puts the next candidates in the place of those that are too dear, whoever asks, and draws those that would
    /// follow late ones.
    #[inline(always)]
    fn draw<S: Simd>(
        &mut self,
        simd: S,
        context: &DealContext,
        first: &mut Candidates,
        from: usize,
        [plain, refused]: [&mut [u32]; 2],
    ) {
        self.forget();
        let (deals, rules) = (&context.structure.companies.deals, &context.scenario.rules);
        let floor = rules.early_stage_min.is_enforced();
        if !floor && !rules.valuation_max.is_enforced() {
            return;
        }
        let drawn = (&first.stage[from..], &first.price[from..]);
        let slots = first.entity.len() - from;
        let [late, dear] = self.division.divide(simd, deals, drawn, slots);
        let slot = |&place: &u32| from as u32 + place;
        self.dear.clear();
        self.dear.extend(dear.iter().map(slot));
        self.early[0].slots.extend(late.iter().map(slot));
        let early_stages = bits(deals.laws.early);
        let pool = context.scenario.deployment.candidates;
        for (repeat, early) in (0..pool).zip(&mut self.early) {
            if repeat > 0 {
                let next = &mut self.next;
                std::mem::swap(&mut next.slots, &mut self.dear);
                next.draw(simd, context, first, Draw::new(repeat, false));
                for (place, &slot) in next.slots.iter().enumerate() {
                    first.copy(slot as usize, &next.candidates, place);
                    refused[slot as usize] = repeat;
                    let (stage, price) =
                        (next.candidates.stage[place], next.candidates.price[place]);
                    plain[slot as usize] =
                        plain_stage(early_stages, deals.valuation_max, stage, price);
                }
                let drawn = (&next.candidates.stage[..], &next.candidates.price[..]);
                let slots = next.slots.len();
                let [late, dear] = self.division.divide(simd, deals, drawn, slots);
                let slot = |&place: &u32| next.slots[place as usize];
                self.dear.clear();
                self.dear.extend(dear.iter().map(slot));
                early.slots.extend(late.iter().map(slot));
            }
            if floor {
                early.draw(simd, context, first, Draw::new(repeat, true));
            } else {
                early.slots.clear();
            }
        }
    }

    /// Drops them all.
    pub fn forget(&mut self) {
        for batch in &mut self.early {
            batch.slots.clear();
        }
    }

    /// Puts the candidate for `slot` that is meant by `draw` there, if it is drawn and not there yet.
    pub fn put(&self, slot: usize, draw: Draw, candidates: &mut Candidates) -> bool {
        let batch = self.early.get(draw.repeat as usize);
        let place = batch.and_then(|batch| batch.place(slot));
        let (Some(batch), Some(place), true) = (batch, place, draw.early) else {
            return false;
        };
        candidates.copy(slot, &batch.candidates, place);
        true
    }
}

impl Batch {
    /// Draws candidates for the slots, whose companies stand in `first`.
    #[inline(always)]
    fn draw<S: Simd>(&mut self, simd: S, context: &DealContext, first: &Candidates, draw: Draw) {
        self.candidates.clear();
        let places = room(&mut self.places, first.entity.len());
        for (place, &slot) in self.slots.iter().enumerate() {
            places[slot as usize] = place as u32;
            let (buyer, entity) = first.listed(slot as usize);
            self.candidates.list(buyer, entity..entity + 1);
        }
        let all = 0..whole(self.slots.len());
        self.candidates.draw(simd, context, all, draw);
    }

    fn place(&self, slot: usize) -> Option<usize> {
        // A slot that is not listed has a place that is not its own.
        let place = *self.places.get(slot)? as usize;
        (self.slots.get(place) == Some(&(slot as u32))).then_some(place)
    }
}

impl Division {
    /// Places of the first `n` candidates that are late, and that are early and too dear.
    #[inline(always)]
    fn divide<S: Simd>(
        &mut self,
        simd: S,
        deals: &DealModel,
        (stages, prices): (&[u32], &[f32]),
        n: usize,
    ) -> [&[u32]; 2] {
        let code = room(&mut self.code, whole(n));
        let early = bits(deals.laws.early);
        let drawn = stages.iter().zip(prices);
        for (code, (&stage, &price)) in code.iter_mut().zip(drawn) {
            let dear = if price >= deals.valuation_max { 1 } else { 2 };
            *code = if has(early, stage) { dear } else { 0 };
        }
        self.sorted.sort(simd, code, n, 2);
        [self.sorted.of(0), self.sorted.of(1)]
    }
}

/// A bit for each stage that is early: a look-up that becomes a vector's shift.
fn bits(early: ByStage<bool>) -> u32 {
    let bits = early
        .iter()
        .zip(0..)
        .map(|(&early, bit)| u32::from(early) << bit);
    bits.sum()
}

/// Whether the stage has its bit.
#[inline(always)]
fn has(bits: u32, stage: u32) -> bool {
    bits.wrapping_shr(stage) & 1 != 0
}

/// Which candidate of a company is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Draw {
    /// How many candidates were refused before it.
    pub repeat: u32,
    /// Whether only early stages are left.
    pub early: bool,
}

impl Draw {
    const fn new(repeat: u32, early: bool) -> Self {
        Self { repeat, early }
    }
}

impl Candidates {
    pub fn clear(&mut self) {
        self.entity.clear();
        self.fund.clear();
        self.launch.clear();
        self.years.clear();
        self.row.clear();
    }

    /// Adds companies that one sub-fund looks for, not yet drawn.
    pub fn list(&mut self, buyer: Buyer, entities: Range<u32>) {
        let n = self.entity.len() + entities.len();
        self.fund.resize(n, buyer.fund);
        self.launch.resize(n, buyer.launch);
        self.years.resize(n, buyer.years);
        self.row.resize(n, buyer.row);
        self.entity.extend(entities);
    }

    /// Who looks for the company in `slot`, and its address.
    fn listed(&self, slot: usize) -> (Buyer, u32) {
        let buyer = Buyer {
            fund: self.fund[slot],
            launch: self.launch[slot],
            years: self.years[slot],
            row: self.row[slot],
        };
        (buyer, self.entity[slot])
    }

    /// Makes the candidate in `slot` that in slot `other` of `from`.
    fn copy(&mut self, slot: usize, from: &Self, other: usize) {
        self.time[slot] = from.time[other];
        self.quarter[slot] = from.quarter[other];
        self.stage[slot] = from.stage[other];
        self.cheque[slot] = from.cheque[other];
        self.own[slot] = from.own[other];
        self.worth[slot] = from.worth[other];
        self.price[slot] = from.price[other];
    }

    /// Draws a candidate for each of the listed companies in `range`, which may end beyond the last one.
    #[inline(always)]
    pub fn draw<S: Simd>(
        &mut self,
        simd: S,
        context: &DealContext,
        range: Range<usize>,
        draw: Draw,
    ) {
        let (total, n) = (range.end.max(self.entity.len()), range.len());
        let deals = &context.structure.companies.deals;
        let laws = &deals.laws;
        let each = || range.clone();
        let listed = range.start..range.end.min(self.entity.len());
        let (entity, row) = (&self.entity[listed.clone()], &self.row[listed.clone()]);
        let period = (&self.launch[listed.clone()], &self.years[listed]);
        let [w0, w1, w2, w3] = self.words.each_mut().map(|word| room(word, n));
        context.streams.fill_words(
            simd,
            context.path,
            entity,
            tag(Purpose::FirstCheque, u32::from(draw.early), draw.repeat),
            0,
            [&mut *w0, &mut *w1, &mut *w2, &mut *w3],
        );
        let quarter = &mut room(&mut self.quarter, total)[each()];
        let last = context.structure.quarters as u32 - 1;
        draw_dates(
            &mut room(&mut self.time, total)[each()],
            quarter,
            w0,
            period,
            last,
        );
        let stage = &mut room(&mut self.stage, total)[each()];
        let cumulative = if draw.early {
            &deals.early_cumulative
        } else {
            &deals.cumulative
        };
        draw_stages(stage, w1, cumulative);
        let [one, other] = self.law.each_mut().map(|law| room(law, n));
        let z = room(&mut self.normal, n);
        let cheque = &mut room(&mut self.cheque, total)[each()];
        if laws.cheque.varies {
            look_up(simd, one, &laws.cheque_low, stage);
            look_up(simd, other, &laws.cheque_width, stage);
            bounded_normals(z, w2, one, other);
        }
        laws.cheque
            .draw(simd, cheque, z, stage, [&mut *one, &mut *other]);
        let worth = &mut room(&mut self.worth, total)[each()];
        if laws.worth.varies {
            normals(z, w3);
        }
        laws.worth
            .draw(simd, worth, z, stage, [&mut *one, &mut *other]);
        let price = &mut room(&mut self.price, total)[each()];
        let noise = context.structure.companies.price_noise;
        if noise > 0.0 {
            uniforms_of_spare_bits(z, [&*w0, &*w1, &*w2, &*w3]);
            quantiles(z);
            add_noise(price, worth, z, noise);
        } else {
            price.copy_from_slice(worth);
        }
        multiply_by_market(price, row, quarter, &context.economy.price);
        if !context.crowding.is_empty() {
            crowd(price, stage, quarter, bits(laws.early), context.crowding);
        }
        let own = &mut room(&mut self.own, total)[each()];
        look_up(simd, one, &laws.round, stage);
        close_rounds(own, worth, cheque, price, one);
    }
}

/// Draws the first candidate of every company listed from a slot on.
pub(super) struct DrawAll<'a> {
    pub context: &'a DealContext<'a>,
    pub from: usize,
    pub candidates: &'a mut Candidates,
    pub retries: &'a mut Retries,
    /// Becomes the stage of candidates that are not too dear, [`NOT_FUNDED`] for the others.
    pub plain: &'a mut [u32],
    /// How many candidates were too dear before the one that stands in a slot; none yet.
    pub refused: &'a mut [u32],
}

impl WithSimd for DrawAll<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            context,
            from,
            candidates,
            ..
        } = self;
        let listed = from..from + whole(candidates.entity.len() - from);
        candidates.draw(simd, context, listed, Draw::default());
        let deals = &context.structure.companies.deals;
        let early = bits(deals.laws.early);
        let drawn = candidates.stage[from..]
            .iter()
            .zip(&candidates.price[from..]);
        for (plain, (&stage, &price)) in self.plain[from..].iter_mut().zip(drawn) {
            *plain = plain_stage(early, deals.valuation_max, stage, price);
        }
        let found = [self.plain, self.refused];
        self.retries.draw(simd, context, candidates, from, found);
    }
}

/// Each uniform leaves the low nine bits of its word: together they make a fifth word.
#[inline(always)]
fn uniforms_of_spare_bits(out: &mut [f32], [w0, w1, w2, w3]: [&[u32]; 4]) {
    let words = w0.iter().zip(w1).zip(w2.iter().zip(w3));
    for (out, ((w0, w1), (w2, w3))) in out.iter_mut().zip(words) {
        let spare = |word: &u32| word & 0x1ff;
        *out = unit_f32(spare(w0) << 23 | spare(w1) << 14 | spare(w2) << 5 | spare(w3) >> 4);
    }
}

#[inline(always)]
fn draw_dates(
    time: &mut [f32],
    quarter: &mut [u32],
    words: &[u32],
    (launch, years): (&[f32], &[f32]),
    last: u32,
) {
    let periods = launch.iter().zip(years);
    for (time, (&word, (launch, years))) in time.iter_mut().zip(words.iter().zip(periods)) {
        *time = launch + years * unit_f32(word);
    }
    find_quarters(quarter, time, last);
}

/// Quarters of dates, up to the last one.
#[inline(always)]
pub(super) fn find_quarters(quarter: &mut [u32], time: &[f32], last: u32) {
    for (quarter, time) in quarter.iter_mut().zip(time) {
        *quarter = (floor_to_i32(time * QUARTERS_PER_YEAR as f32) as u32).min(last);
    }
}

/// The stage of a candidate that no rule but the floor may refuse, [`NOT_FUNDED`] for any other.
#[inline(always)]
fn plain_stage(early: u32, valuation_max: f32, stage: u32, price: f32) -> u32 {
    // Two choices in turn, and no branch.
    let if_early = if price >= valuation_max {
        NOT_FUNDED
    } else {
        stage
    };
    if has(early, stage) { if_early } else { stage }
}

#[inline(always)]
fn draw_stages(stage: &mut [u32], words: &[u32], cumulative: &[f32; MAX_STAGES]) {
    for (stage, &word) in stage.iter_mut().zip(words) {
        *stage = 0;
        for bound in cumulative {
            *stage += u32::from(unit_f32(word) >= *bound);
        }
    }
}

/// Largest `f32` below 1: no quantile is asked beyond it.
const BELOW_ONE: f32 = 1.0 - f32::EPSILON / 2.0;

/// Normal draws between bounds.
#[inline(always)]
fn bounded_normals(z: &mut [f32], words: &[u32], low: &[f32], width: &[f32]) {
    for (z, (&word, (low, width))) in z.iter_mut().zip(words.iter().zip(low.iter().zip(width))) {
        let within = low + width * unit_f32(word);
        *z = within.clamp(f32::EPSILON / 2.0, BELOW_ONE);
    }
    quantiles(z);
}

impl LogNormals {
    /// Values of the stages' laws at normal draws `z`, which are not read where no law varies.
    #[inline(always)]
    fn draw<S: Simd>(
        &self,
        simd: S,
        out: &mut [f32],
        z: &[f32],
        stage: &[u32],
        [mu, sigma]: [&mut [f32]; 2],
    ) {
        if !self.varies {
            look_up(simd, out, &self.median, stage);
            return;
        }
        look_up(simd, mu, &self.mu, stage);
        look_up(simd, sigma, &self.sigma, stage);
        for (out, (z, (mu, sigma))) in out.iter_mut().zip(z.iter().zip(mu.iter().zip(sigma))) {
            *out = exp(*mu + *sigma * z);
        }
    }
}

/// From worth to price.
#[inline(always)]
fn add_noise(price: &mut [f32], worth: &[f32], z: &[f32], sigma: f32) {
    for (price, (worth, z)) in price.iter_mut().zip(worth.iter().zip(z)) {
        *price = worth * exp(sigma * z - 0.5 * sigma * sigma);
    }
}

#[inline(always)]
fn multiply_by_market(price: &mut [f32], row: &[u32], quarter: &[u32], market: &[f32]) {
    for (price, (&row, &quarter)) in price.iter_mut().zip(row.iter().zip(quarter)) {
        *price *= at(market, row + quarter);
    }
}

/// Prices of early deals where the programme takes many of them.
#[inline(always)]
fn crowd(price: &mut [f32], stage: &[u32], quarter: &[u32], early: u32, factors: &[f32]) {
    for (price, (&stage, &quarter)) in price.iter_mut().zip(stage.iter().zip(quarter)) {
        let dearer = at(factors, quarter);
        *price *= if has(early, stage) { dearer } else { 1.0 };
    }
}

/// The stakes that cheques buy, and worth after the rounds.
#[inline(always)]
fn close_rounds(own: &mut [f32], worth: &mut [f32], cheque: &[f32], price: &[f32], part: &[f32]) {
    let rounds = cheque.iter().zip(price).zip(part);
    for ((own, worth), ((&cheque, &price), part)) in own.iter_mut().zip(worth).zip(rounds) {
        // The round takes in the cheque, and at least the part that rounds of this stage sell.
        let least = part * price;
        let after = price + if cheque > least { cheque } else { least };
        *own = cheque / after;
        *worth *= after / price;
    }
}
