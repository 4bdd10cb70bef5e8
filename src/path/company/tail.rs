//! The tail of values at a listing or trade sale.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::Route;
use super::kernels::EndLives;
use crate::path::lanes::{gather, room};
use crate::random::unit_f32;
use crate::scenario::Event;
use crate::structure::tail::TailModel;
use pulp::Simd;

impl EndLives<'_> {
    /// Multiplies some sales by a factor of the tail, and keeps the price of every company within its limit.
    #[inline(always)]
    pub(super) fn stretch<S: Simd>(
        &mut self,
        simd: S,
        tail: &TailModel,
        event: Event,
        route: Route,
        first: usize,
    ) {
        let chosen = self.sorted.of(event as usize);
        let n = chosen.len();
        let entity = room(&mut self.drawn.chosen, n);
        gather(entity, &self.lives.entity, chosen);
        let own = room(&mut self.drawn.log, n);
        gather(own, &self.lives.own, chosen);
        let words = self.drawn.tail.each_mut().map(|word| room(word, n));
        let (streams, path) = (self.context.streams, self.context.path);
        streams.fill_words(simd, path, entity, self.address, 0, words);
        let share = tail.share[self.stage];
        let amount = &mut self.ends[route as usize].amount[first..];
        let [whether, value, ..] = &self.drawn.tail;
        let draws = whether.iter().zip(value);
        for ((amount, own), (&whether, &value)) in amount.iter_mut().zip(own).zip(draws) {
            let factor = tail.factor(unit_f32(value));
            let factor = if unit_f32(whether) < share {
                factor
            } else {
                1.0
            };
            *amount = (*amount * factor).min(*own * tail.value_cap);
        }
    }
}
