//! Candidates of the deal pool: what a first cheque would be, many at once or one alone.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::DealContext;
use crate::math::elementary::{exp, normal_quantile};
use crate::random::{Entity, LANES, Purpose, tag, unit_f32};
use crate::structure::companies::{LogStep, MAX_STAGES};
use crate::units::QUARTERS_PER_YEAR;
use pulp::{Simd, WithSimd};

/// A sub-fund that looks for companies, as the kernel needs it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Buyer {
    /// Address of its first company.
    pub first_entity: u32,
    /// Start of its investment period, in years.
    pub launch: f32,
    /// Length of it.
    pub years: f32,
    /// First row of its sector in the economy's tables.
    pub row: u32,
}

/// One candidate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    time: f32,
    stage: u32,
    cheque: f32,
    own: f32,
    worth: f32,
    price: f32,
}

/// Candidates of a block, one entry per candidate in each list.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    /// Address in random draws.
    pub entity: Vec<u32>,
    /// Index of the sub-fund in its block.
    pub fund: Vec<u32>,
    /// Date of the cheque, in years.
    pub time: Vec<f32>,
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
}

impl Candidates {
    pub fn clear(&mut self) {
        self.entity.clear();
        self.fund.clear();
        self.resize();
    }

    /// Makes room for what the listed companies will draw.
    pub fn resize(&mut self) {
        let n = self.entity.len();
        self.stage.resize(n, 0);
        for list in [
            &mut self.time,
            &mut self.cheque,
            &mut self.own,
            &mut self.worth,
            &mut self.price,
        ] {
            list.resize(n, 0.0);
        }
    }

    /// Adds one more company; its slot.
    pub fn push(&mut self, entity: u32, fund: u32, candidate: Candidate) -> usize {
        let slot = self.entity.len();
        self.entity.push(entity);
        self.fund.push(fund);
        self.resize();
        self.set(slot, candidate);
        slot
    }

    pub fn set(&mut self, slot: usize, candidate: Candidate) {
        self.time[slot] = candidate.time;
        self.stage[slot] = candidate.stage;
        self.cheque[slot] = candidate.cheque;
        self.own[slot] = candidate.own;
        self.worth[slot] = candidate.worth;
        self.price[slot] = candidate.price;
    }
}

impl Buyer {
    /// Candidate number `repeat` for one company, drawn alone; an early-stage one if `early`.
    pub fn candidate(
        &self,
        context: &DealContext,
        entity: u32,
        repeat: u32,
        early: bool,
    ) -> Candidate {
        let address = tag(Purpose::FirstCheque, u32::from(early), repeat);
        let words = context
            .streams
            .words(context.path, Entity::from_word(entity), address, 0);
        let deals = &context.structure.companies.deals;
        let cumulative = if early {
            &deals.early_cumulative
        } else {
            &deals.cumulative
        };
        let lanes = draw(
            context,
            cumulative,
            &[*self; LANES],
            &words.map(|word| [word; LANES]),
        );
        Candidate {
            time: lanes.time[0],
            stage: lanes.stage[0],
            cheque: lanes.cheque[0],
            own: lanes.own[0],
            worth: lanes.worth[0],
            price: lanes.price[0],
        }
    }
}

/// Draws the first candidate of every listed company.
pub(super) struct DrawCandidates<'a> {
    pub context: &'a DealContext<'a>,
    pub buyers: &'a [Buyer],
    pub candidates: &'a mut Candidates,
}

impl WithSimd for DrawCandidates<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let address = tag(Purpose::FirstCheque, 0, 0);
        let cumulative = &self.context.structure.companies.deals.cumulative;
        let all = self.candidates;
        for start in (0..all.entity.len()).step_by(LANES) {
            let lanes = (all.entity.len() - start).min(LANES);
            let mut entity = [0; LANES];
            let mut buyer = [Buyer::default(); LANES];
            entity[..lanes].copy_from_slice(&all.entity[start..start + lanes]);
            for (buyer, &fund) in buyer.iter_mut().zip(&all.fund[start..start + lanes]) {
                *buyer = self.buyers[fund as usize];
            }
            let streams = self.context.streams;
            let words = streams.words16(self.context.path, &entity, address, 0);
            let drawn = draw(self.context, cumulative, &buyer, &words);
            let range = start..start + lanes;
            all.time[range.clone()].copy_from_slice(&drawn.time[..lanes]);
            all.stage[range.clone()].copy_from_slice(&drawn.stage[..lanes]);
            all.cheque[range.clone()].copy_from_slice(&drawn.cheque[..lanes]);
            all.own[range.clone()].copy_from_slice(&drawn.own[..lanes]);
            all.worth[range.clone()].copy_from_slice(&drawn.worth[..lanes]);
            all.price[range].copy_from_slice(&drawn.price[..lanes]);
        }
    }
}

/// Sixteen candidates.
struct Lanes {
    time: [f32; LANES],
    stage: [u32; LANES],
    cheque: [f32; LANES],
    own: [f32; LANES],
    worth: [f32; LANES],
    price: [f32; LANES],
}

/// Largest `f32` below 1: no quantile is asked beyond it.
const BELOW_ONE: f32 = 1.0 - f32::EPSILON / 2.0;

/// The candidates that four words each make: date, stage, cheque, worth and, from spare bits, price noise.
#[inline(always)]
fn draw(
    context: &DealContext,
    cumulative: &[f32; MAX_STAGES],
    buyer: &[Buyer; LANES],
    words: &[[u32; LANES]; 4],
) -> Lanes {
    let deals = &context.structure.companies.deals;
    let last = context.structure.quarters as u32 - 1;
    let sigma = context.structure.companies.price_noise;
    let mut time = [0.0; LANES];
    let mut stage = [0; LANES];
    for lane in 0..LANES {
        time[lane] = buyer[lane].launch + buyer[lane].years * unit_f32(words[0][lane]);
        for bound in cumulative {
            stage[lane] += u32::from(unit_f32(words[1][lane]) >= *bound);
        }
    }
    let mut market = [0.0; LANES];
    let (mut cheque_law, mut worth_law) =
        ([LogStep::default(); LANES], [LogStep::default(); LANES]);
    let (mut low, mut width, mut round) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for lane in 0..LANES {
        let quarter = ((time[lane] * QUARTERS_PER_YEAR as f32) as u32).min(last);
        market[lane] = context.economy.price[(buyer[lane].row + quarter) as usize];
        let law = &deals.stage[stage[lane] as usize % MAX_STAGES];
        (cheque_law[lane], worth_law[lane]) = (law.cheque, law.worth);
        (low[lane], width[lane], round[lane]) = (law.cheque_low, law.cheque_width, law.round);
    }
    let mut drawn = Lanes {
        time,
        stage,
        cheque: [0.0; LANES],
        own: [0.0; LANES],
        worth: [0.0; LANES],
        price: [0.0; LANES],
    };
    for lane in 0..LANES {
        // Each uniform leaves the low nine bits of its word: together they make a fifth.
        let spare = |word: usize| words[word][lane] & 0x1ff;
        let spare = spare(0) << 23 | spare(1) << 14 | spare(2) << 5 | spare(3) >> 4;
        let within = low[lane] + width[lane] * unit_f32(words[2][lane]);
        let within = within.max(f32::EPSILON / 2.0).min(BELOW_ONE);
        let (law, value) = (cheque_law[lane], worth_law[lane]);
        let cheque = exp(law.mu + law.sigma * normal_quantile(within));
        let worth = exp(value.mu + value.sigma * normal_quantile(unit_f32(words[3][lane])));
        let noise = exp(sigma * normal_quantile(unit_f32(spare)) - 0.5 * sigma * sigma);
        let price = worth * noise * market[lane];
        // The round takes in the cheque, and at least the part that rounds of this stage sell.
        let after = price + cheque.max(round[lane] * price);
        drawn.cheque[lane] = cheque;
        drawn.own[lane] = cheque / after;
        drawn.worth[lane] = worth * (after / price);
        drawn.price[lane] = price;
    }
    drawn
}
