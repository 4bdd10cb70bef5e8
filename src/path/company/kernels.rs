//! The vector loops of companies' lives.
//!
//! Each is a struct that [`pulp`] runs with the widest instructions of the processor. The code is plain
//! loops over lists, so that any width gives the same bits.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::{ALIVE, Drawn, Ends, Funds, LifeContext, Lives};
use crate::math::elementary::{exp, floor_to_i32, ln, normal_quantile};
use crate::random::unit_f32;
use crate::scenario::Event;
use crate::structure::companies::{LogStep, StageModel, Wait32};
use pulp::{Simd, WithSimd};

/// Draws the date and kind of the next event of every life, and the words that its value will need.
pub(super) struct DrawEvents<'a> {
    pub context: &'a LifeContext<'a>,
    pub funds: &'a Funds,
    pub wait: Wait32,
    pub address: u32,
    pub lives: &'a Lives,
    pub drawn: &'a mut Drawn,
}

impl WithSimd for DrawEvents<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        self.drawn.resize(self.lives.len());
        self.draw_words();
        self.add_waits();
        self.choose_events();
    }
}

impl DrawEvents<'_> {
    #[inline(always)]
    fn draw_words(&mut self) {
        let Drawn {
            wait,
            event,
            value,
            noise,
            ..
        } = &mut *self.drawn;
        let (streams, path) = (self.context.streams, self.context.path);
        let words = [&mut wait[..], event, value, noise];
        streams.fill_words(path, &self.lives.entity, self.address, 0, words);
    }

    #[inline(always)]
    fn add_waits(&mut self) {
        let Drawn {
            time,
            quarter,
            wait,
            ..
        } = &mut *self.drawn;
        match self.wait {
            Wait32::Exponential(mean) => {
                for (time, &word) in time.iter_mut().zip(&*wait) {
                    *time = -mean * ln(unit_f32(word));
                }
            }
            Wait32::LogNormal(law) => {
                for (time, &word) in time.iter_mut().zip(&*wait) {
                    *time = exp(law.mu + law.sigma * normal_quantile(unit_f32(word)));
                }
            }
        }
        let clock = &self.funds.clock[..];
        for (time, &fund) in time.iter_mut().zip(&self.lives.fund) {
            *time *= clock[fund as usize];
        }
        let since = time.iter_mut().zip(&self.lives.time);
        for ((time, since), quarter) in since.zip(quarter) {
            *time += since;
            *quarter = floor_to_i32(*time * 4.0) as u32;
        }
    }

    /// The event by the inverse distribution function over [`Event::ALL`].
    #[inline(always)]
    fn choose_events(&mut self) {
        let quarters = self.context.economy.quarters as u32;
        let factors = &self.context.economy.event_factors[..];
        let Drawn {
            quarter,
            event,
            code,
            ..
        } = &mut *self.drawn;
        let draws = quarter.iter().zip(&*event).zip(&self.lives.fund);
        for (code, ((&quarter, &word), &fund)) in code.iter_mut().zip(draws) {
            let row = self.funds.row[fund as usize] + quarter.min(quarters - 1);
            let (weights, factors) = (&self.funds.weights[fund as usize], &factors[row as usize]);
            let mut sums = [0.0; Event::COUNT];
            let mut sum = 0.0;
            for event in 0..Event::COUNT {
                sum += weights[event] * factors[event];
                sums[event] = sum;
            }
            let target = unit_f32(word) * sum;
            let mut chosen = 0;
            for below in &sums[..Event::COUNT - 1] {
                // The second condition keeps rounding from choosing an event of no weight at the end.
                chosen += u32::from((target >= *below) && (*below < sum));
            }
            *code = if quarter < quarters { chosen } else { ALIVE };
        }
    }
}

/// Takes the chosen lives through a round into the next stage, or the same again.
pub(super) struct GoOn<'a> {
    pub model: &'a StageModel,
    pub step: LogStep,
    pub lives: &'a Lives,
    pub drawn: &'a Drawn,
    pub chosen: &'a [u32],
    pub words: &'a mut Vec<u32>,
    pub next: &'a mut Lives,
}

impl WithSimd for GoOn<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            model,
            lives,
            drawn,
            next,
            ..
        } = self;
        let each = || self.chosen.iter().map(|&i| i as usize);
        next.fund.extend(each().map(|i| lives.fund[i]));
        next.entity.extend(each().map(|i| lives.entity[i]));
        next.time.extend(each().map(|i| drawn.time[i]));
        next.cost.extend(each().map(|i| lives.cost[i]));
        next.own.extend(each().map(|i| lives.own[i] * model.keep));
        let first = next.worth.len();
        next.worth.extend(each().map(|i| lives.worth[i]));
        self.words.clear();
        self.words.extend(each().map(|i| drawn.value[i]));
        for (worth, &word) in next.worth[first..].iter_mut().zip(&*self.words) {
            let z = normal_quantile(unit_f32(word));
            *worth *= exp(self.step.mu + self.step.sigma * z) * model.round_growth;
        }
    }
}

/// Turns the stakes of sold companies, from entry `first` on, into proceeds.
pub(super) struct Sell<'a> {
    pub context: &'a LifeContext<'a>,
    pub funds: &'a Funds,
    pub step: LogStep,
    pub drawn: &'a Drawn,
    pub chosen: &'a [u32],
    pub words: &'a mut [Vec<u32>; 2],
    pub ends: &'a mut Ends,
    pub first: usize,
}

impl WithSimd for Sell<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let each = || self.chosen.iter().map(|&i| i as usize);
        let [values, noises] = self.words;
        values.clear();
        values.extend(each().map(|i| self.drawn.value[i]));
        noises.clear();
        noises.extend(each().map(|i| self.drawn.noise[i]));
        let sigma = self.context.model.price_noise;
        let amounts = &mut self.ends.amount[self.first..];
        for ((amount, &value), &noise) in amounts.iter_mut().zip(&*values).zip(&*noises) {
            let value = self.step.mu + self.step.sigma * normal_quantile(unit_f32(value));
            let noise = sigma * normal_quantile(unit_f32(noise)) - 0.5 * sigma * sigma;
            *amount *= exp(value + noise);
        }
        let places = self.ends.fund[self.first..]
            .iter()
            .zip(&self.ends.quarter[self.first..]);
        for (amount, (&fund, &quarter)) in amounts.iter_mut().zip(places) {
            let row = self.funds.row[fund as usize] + quarter;
            *amount *= self.context.economy.price[row as usize];
        }
    }
}
