//! The vector loops of companies' lives.
//!
//! Each is a struct that [`pulp`] runs with the widest instructions of the processor. The code is plain
//! loops over lists, so that any width gives the same bits.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::rounds::{OthersInRounds, price_rounds};
use super::{ALIVE, Drawn, Ends, Funds, KINDS, Kept, LifeContext, Lives, Route};
use crate::math::elementary::{exp, floor_to_i32, ln};
use crate::path::economy::EventFactors;
use crate::path::lanes::{Column, Spot, at, gather, normals, room, whole};
use crate::path::sorting::ByCode;
use crate::random::unit_f32;
use crate::scenario::Event;
use crate::structure::companies::{LogStep, StageModel, Wait32};
use pulp::{Simd, WithSimd};

/// Event weights of a stage by sub-fund.
pub(super) struct Weigh<'a> {
    pub funds: &'a mut Funds,
    pub base: &'a EventFactors,
    pub skill_factors: &'a [EventFactors],
}

impl WithSimd for Weigh<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (weights, skill) in self.funds.weights.iter_mut().zip(self.skill_factors) {
            *weights = std::array::from_fn(|event| self.base[event] * skill[event]);
        }
    }
}

/// Draws the date and kind of the next event of every life, and the words that its value will need.
pub(super) struct DrawEvents<'a> {
    pub context: &'a LifeContext<'a>,
    pub funds: &'a Funds,
    pub wait: Wait32,
    pub address: u32,
    pub lives: &'a Lives,
    pub drawn: &'a mut Drawn,
    pub sorted: &'a mut ByCode,
}

impl WithSimd for DrawEvents<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            context,
            funds,
            lives,
            drawn,
            ..
        } = self;
        let n = whole(lives.len());
        let [wait, event, value, noise] = &mut drawn.words;
        let words = [
            room(wait, n),
            room(event, n),
            room(value, n),
            room(noise, n),
        ];
        let (path, entity) = (context.path, &lives.entity);
        context
            .streams
            .fill_words(simd, path, entity, self.address, 0, words);
        let time = room(&mut drawn.time, n);
        draw_waits(time, room(&mut drawn.normal, n), &wait[..n], self.wait);
        let quarter = room(&mut drawn.quarter, n);
        date_events(time, quarter, &lives.time, &lives.fund, &funds.clock);
        let row = room(&mut drawn.row, n);
        let spots = room(&mut drawn.spots, n);
        for (spot, &fund) in spots.iter_mut().zip(&lives.fund[..]) {
            *spot = funds.spots.of(fund);
        }
        find_rows(row, quarter, spots, funds.quarters - 1);
        let weights = room(&mut drawn.weights, n);
        let factors = &context.economy.event_factors;
        weigh_events(weights, row, &lives.fund, &funds.weights, factors);
        let code = room(&mut drawn.code, n);
        choose_events(code, weights, &event[..n], quarter, funds.quarters);
        if context.model.exits.settlement.is_some() {
            hold_to_the_end(code, quarter, spots);
        }
        self.sorted.sort(simd, code, lives.len(), KINDS);
    }
}

#[inline(always)]
fn draw_waits(time: &mut [f32], normal: &mut [f32], words: &[u32], wait: Wait32) {
    match wait {
        Wait32::Exponential(mean) => {
            for (time, &word) in time.iter_mut().zip(words) {
                *time = -mean * ln(unit_f32(word));
            }
        }
        Wait32::LogNormal(law) => {
            normals(normal, words);
            for (time, z) in time.iter_mut().zip(normal) {
                *time = exp(law.mu + law.sigma * *z);
            }
        }
    }
}

/// From waits to dates and their quarters.
#[inline(always)]
fn date_events(
    time: &mut [f32],
    quarter: &mut [u32],
    since: &[f32],
    fund: &[u32],
    clock: &Column<f32>,
) {
    for ((time, quarter), (since, &fund)) in
        time.iter_mut().zip(quarter).zip(since.iter().zip(fund))
    {
        *time = since + *time * clock.of(fund);
        *quarter = floor_to_i32(*time * 4.0) as u32;
    }
}

/// Rows of the economy's tables.
#[inline(always)]
fn find_rows(row: &mut [u32], quarter: &[u32], spots: &[Spot], last: u32) {
    for (row, (&quarter, spot)) in row.iter_mut().zip(quarter.iter().zip(spots)) {
        *row = spot.place() + quarter.min(last);
    }
}

/// Weights of the events: the stage's and the manager's by the economy's. One row per life, looked up one
/// after the other; rows turn into columns where they are read.
#[inline(always)]
fn weigh_events(
    out: &mut [EventFactors],
    row: &[u32],
    fund: &[u32],
    weights: &Column<EventFactors>,
    factors: &[EventFactors],
) {
    for (out, (&row, &fund)) in out.iter_mut().zip(row.iter().zip(fund)) {
        let (weights, factors) = (weights.of(fund), &factors[row as usize]);
        *out = std::array::from_fn(|event| weights[event] * factors[event]);
    }
}

/// The event by the inverse distribution function over [`Event::ALL`].
#[inline(always)]
fn choose_events(
    code: &mut [u32],
    weights: &[EventFactors],
    words: &[u32],
    quarter: &[u32],
    quarters: u32,
) {
    let draws = weights.iter().zip(words).zip(quarter);
    for (code, ((weights, &word), &quarter)) in code.iter_mut().zip(draws) {
        let mut sums: [f32; Event::COUNT] = std::array::from_fn(|event| weights[event]);
        for event in 1..Event::COUNT {
            sums[event] += sums[event - 1];
        }
        // No uniform exceeds 1 - 2^-24, so that the target stays below the last sum, and an event of no weight is not chosen.
        let target = unit_f32(word) * sums[Event::COUNT - 1];
        let mut chosen = 0;
        for below in &sums[..Event::COUNT - 1] {
            chosen += u32::from(target >= *below);
        }
        *code = if quarter < quarters { chosen } else { ALIVE };
    }
}

/// No event comes after the sub-fund's end.
#[inline(always)]
fn hold_to_the_end(code: &mut [u32], quarter: &[u32], spots: &[Spot]) {
    for (code, (&quarter, spot)) in code.iter_mut().zip(quarter.iter().zip(spots)) {
        *code = if quarter < spot.quarter() {
            *code
        } else {
            ALIVE
        };
    }
}

/// Takes the chosen lives through a round into the next stage, or the same again.
pub(super) struct GoOn<'a> {
    pub context: &'a LifeContext<'a>,
    pub model: &'a StageModel,
    pub step: LogStep,
    /// Whether the price before the round is asked for.
    pub priced: bool,
    pub lives: &'a Lives,
    pub drawn: &'a mut Drawn,
    pub chosen: &'a [u32],
    pub next: &'a mut Lives,
    pub others: &'a mut OthersInRounds,
}

impl WithSimd for GoOn<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            context,
            model,
            step,
            priced,
            lives,
            drawn,
            chosen,
            next,
            others,
        } = self;
        let first = next.own.len();
        next.fund.append(&lives.fund, chosen);
        next.entity.append(&lives.entity, chosen);
        next.time.append(&drawn.time, chosen);
        next.cost.append(&lives.cost, chosen);
        let own = next.own.grow(chosen.len());
        gather(own, &lives.own, chosen);
        for own in own {
            *own *= model.keep;
        }
        let n = whole(chosen.len());
        let growth = room(&mut drawn.normal, n);
        draw_chosen(growth, room(&mut drawn.chosen, n), &drawn.words[2], chosen);
        for growth in &mut *growth {
            *growth = exp(step.mu + step.sigma * *growth) * model.round_growth;
        }
        let worth = next.worth.grow(chosen.len());
        gather(worth, &lives.worth, chosen);
        for (worth, growth) in worth.iter_mut().zip(growth) {
            *worth *= *growth;
        }
        if context.model.exits.follows_lives() {
            next.since.append(&lives.since, chosen);
        }
        if priced {
            price_rounds(context, model, worth, chosen, drawn);
            if context
                .model
                .rounds
                .is_some_and(|rounds| rounds.co_investment)
            {
                others.pass_on(model, &next.own[first..], &drawn.price);
            }
            if context.model.exits.follows_rounds {
                let raised = next.raised.grow(chosen.len());
                gather(raised, &lives.raised, chosen);
                let part = model.dilution * model.round_growth;
                for (raised, price) in raised.iter_mut().zip(&drawn.price) {
                    *raised += part * *price;
                }
            }
        } else if context.model.exits.follows_rounds {
            let raised = next.raised.grow(chosen.len());
            gather(raised, &lives.raised, chosen);
            let rows = room(&mut drawn.chosen, n);
            gather(rows, &drawn.row, chosen);
            add_new_money(raised, worth, rows, &context.economy.price, model.dilution);
        }
    }
}

/// Adds what a round brings in: its part of the worth after it, at the price of its date.
#[inline(always)]
fn add_new_money(raised: &mut [f32], worth: &[f32], rows: &[u32], prices: &[f32], part: f32) {
    for (raised, (worth, &row)) in raised.iter_mut().zip(worth.iter().zip(rows)) {
        *raised += part * worth * at(prices, row);
    }
}

/// Normal draws of the chosen lives.
#[inline(always)]
pub(super) fn draw_chosen(z: &mut [f32], kept: &mut [u32], words: &[u32], chosen: &[u32]) {
    gather(kept, words, chosen);
    normals(z, kept);
}

/// Adds normal draws of this spread, less a drift, to logs of values.
#[inline(always)]
fn add_spread(log: &mut [f32], z: &[f32], sigma: f32, drift: f32) {
    for (log, z) in log.iter_mut().zip(z) {
        *log += sigma * z - drift;
    }
}

/// Ends the lives whose event ends them.
pub(super) struct EndLives<'a> {
    pub context: &'a LifeContext<'a>,
    pub funds: &'a Funds,
    pub stage: usize,
    /// Of the draws of the tail.
    pub address: u32,
    pub lives: &'a Lives,
    pub drawn: &'a mut Drawn,
    pub sorted: &'a ByCode,
    pub ends: &'a mut [Ends; Route::COUNT],
}

impl WithSimd for EndLives<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let model = self.context.model;
        self.sell(simd, Event::TradeSale, Route::TradeSale, model.trade_sale);
        self.sell(simd, Event::Listing, Route::Listing, model.listing);
        self.wind_up();
        self.hold(Event::Stalled as usize, Route::Stalled);
        self.hold(ALIVE as usize, Route::Alive);
    }
}

impl EndLives<'_> {
    /// Stakes at their price, times the value that a sale adds.
    #[inline(always)]
    fn sell<S: Simd>(&mut self, simd: S, event: Event, route: Route, step: LogStep) {
        let chosen = self.sorted.of(event as usize);
        let first = self.take_stakes(event as usize, route);
        let amount = &mut self.ends[route as usize].amount[first..];
        let (n, noise) = (whole(chosen.len()), self.context.model.price_noise);
        let (z, kept) = (
            room(&mut self.drawn.normal, n),
            room(&mut self.drawn.chosen, n),
        );
        let log = room(&mut self.drawn.log, n);
        log.fill(step.mu);
        let [_, _, value_words, noise_words] = &self.drawn.words;
        if step.sigma > 0.0 {
            draw_chosen(z, kept, value_words, chosen);
            add_spread(log, z, step.sigma, 0.0);
        }
        if noise > 0.0 {
            draw_chosen(z, kept, noise_words, chosen);
            add_spread(log, z, noise, 0.5 * noise * noise);
        }
        for (amount, log) in amount.iter_mut().zip(log) {
            *amount *= exp(*log);
        }
        self.at_price(route, first);
        if let Some(tail) = &self.context.model.tail {
            self.stretch(simd, tail, event, route, first);
        }
    }

    #[inline(always)]
    fn wind_up(&mut self) {
        let first = self.take(Event::Fail as usize, Route::WoundUp);
        let Ends { amount, cost, .. } = &mut self.ends[Route::WoundUp as usize];
        let cost = &cost[first..];
        let recovery = self.context.model.fail_recovery;
        for (amount, cost) in amount.grow(cost.len()).iter_mut().zip(cost) {
            *amount = recovery * cost;
        }
    }

    #[inline(always)]
    fn hold(&mut self, code: usize, route: Route) {
        let first = self.take_stakes(code, route);
        self.at_price(route, first);
    }

    /// Appends the lives of `code` with what their stakes are worth; the first new entry.
    #[inline(always)]
    fn take_stakes(&mut self, code: usize, route: Route) -> usize {
        let first = self.take(code, route);
        let chosen = self.sorted.of(code);
        let ends = &mut self.ends[route as usize];
        let amount = ends.amount.grow(chosen.len());
        stakes(amount, &self.lives.own, &self.lives.worth, chosen);
        if Kept::of(&self.context.model.exits, route).stake {
            ends.details
                .stake
                .grow(chosen.len())
                .copy_from_slice(amount);
        }
        first
    }

    /// Appends the lives of `code`, without an amount; the first new entry.
    #[inline(always)]
    fn take(&mut self, code: usize, route: Route) -> usize {
        let chosen = self.sorted.of(code);
        let ends = &mut self.ends[route as usize];
        let first = ends.amount.len();
        ends.fund.append(&self.lives.fund, chosen);
        ends.cost.append(&self.lives.cost, chosen);
        let kept = Kept::of(&self.context.model.exits, route);
        let details = &mut ends.details;
        if kept.entity {
            details.entity.append(&self.lives.entity, chosen);
        }
        if kept.since {
            details.since.append(&self.lives.since, chosen);
        }
        if kept.time {
            details.time.append(&self.drawn.time, chosen);
        }
        if kept.own {
            details.own.append(&self.lives.own, chosen);
        }
        if kept.raised {
            details.raised.append(&self.lives.raised, chosen);
        }
        let quarter = ends.quarter.grow(chosen.len());
        gather(quarter, &self.drawn.quarter, chosen);
        if self.context.model.exits.settlement.is_some() {
            for (quarter, &fund) in quarter.iter_mut().zip(&ends.fund[first..]) {
                let until = self.funds.spots.of(fund).quarter();
                *quarter = (*quarter).min(until.wrapping_sub(1));
            }
        } else {
            for quarter in quarter {
                // What no event ends before the term stands in the last quarter.
                *quarter = (*quarter).min(self.funds.quarters - 1);
            }
        }
        first
    }

    /// From worth to price.
    #[inline(always)]
    fn at_price(&mut self, route: Route, first: usize) {
        let Ends {
            fund,
            quarter,
            amount,
            ..
        } = &mut self.ends[route as usize];
        let (fund, quarter) = (&fund[first..], &quarter[first..]);
        let prices = &self.context.economy.price;
        multiply_by_price(
            &mut amount[first..],
            fund,
            quarter,
            &self.funds.spots,
            prices,
        );
    }
}

#[inline(always)]
fn stakes(amount: &mut [f32], own: &[f32], worth: &[f32], chosen: &[u32]) {
    for (amount, &i) in amount.iter_mut().zip(chosen) {
        *amount = at(own, i) * at(worth, i);
    }
}

#[inline(always)]
fn multiply_by_price(
    amount: &mut [f32],
    fund: &[u32],
    quarter: &[u32],
    spots: &Column<Spot>,
    prices: &[f32],
) {
    for (amount, (&fund, &quarter)) in amount.iter_mut().zip(fund.iter().zip(quarter)) {
        *amount *= at(prices, spots.of(fund).place() + quarter);
    }
}
