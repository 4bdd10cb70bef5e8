//! Companies' lives, many at once: from a first cheque through stages to an end.
//!
//! A life does not depend on money. Lives of a block of sub-funds wait, meet an event and move on stage
//! by stage: first all waits and events of a stage in loops that the compiler turns into vectors, then
//! lives are sorted by event and only those that need a value draw it. Every draw stands at its own
//! address, so that neither the block nor the order matters.

mod kernels;

use super::economy::{Economy, EventFactors};
use crate::random::{Purpose, Streams, tag};
use crate::scenario::Event;
use crate::structure::companies::{CompanyModel, EVENT_LANES};
use kernels::{DrawEvents, GoOn, Sell};
use pulp::Arch;

/// Most rounds within one stage; a company that has had as many is held to the term as it is.
const MAX_REPEATS: u32 = 256;

/// Codes that sort lives after a stage: the events, and one for no event before the term.
const CODES: usize = Event::COUNT + 1;

/// The code of a life that no event ends before the term.
const ALIVE: u32 = Event::COUNT as u32;

/// Lives in one stage, one entry per company in each list.
#[derive(Clone, Debug, Default)]
pub struct Lives {
    /// Index of the sub-fund in its block.
    pub fund: Vec<u32>,
    /// Address in random draws.
    pub entity: Vec<u32>,
    /// Date of the last event, in years.
    pub time: Vec<f32>,
    /// Cost to the sub-fund, in yuan.
    pub cost: Vec<f32>,
    /// The sub-fund's fraction of the company.
    pub own: Vec<f32>,
    /// Worth after the last round, in yuan at cycle 0 and index 1.
    pub worth: Vec<f32>,
}

impl Lives {
    /// How many lives.
    pub fn len(&self) -> usize {
        self.fund.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.fund.is_empty()
    }

    /// Removes all lives.
    pub fn clear(&mut self) {
        self.fund.clear();
        self.entity.clear();
        self.time.clear();
        self.cost.clear();
        self.own.clear();
        self.worth.clear();
    }
}

/// Ends of companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Route {
    /// Listed on an exchange.
    Listing = 0,
    /// Sold to another company.
    TradeSale = 1,
    /// Wound up.
    WoundUp = 2,
    /// Without growth, still held.
    Stalled = 3,
    /// Alive, still held.
    Alive = 4,
}

impl Route {
    /// How many routes there are.
    pub const COUNT: usize = 5;
    /// All routes.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Listing,
        Self::TradeSale,
        Self::WoundUp,
        Self::Stalled,
        Self::Alive,
    ];

    /// The route's name in metrics.
    pub fn key(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::TradeSale => "trade_sale",
            Self::WoundUp => "wound_up",
            Self::Stalled => "stalled",
            Self::Alive => "alive",
        }
    }

    /// Whether the company is still held at the term.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Stalled | Self::Alive)
    }
}

/// Companies that ended by one route, one entry per company in each list.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// Index of the sub-fund in its block.
    pub fund: Vec<u32>,
    /// Quarter of the end; the last one for what is held at the term.
    pub quarter: Vec<u32>,
    /// Cost to the sub-fund, in yuan.
    pub cost: Vec<f32>,
    /// Proceeds, or value of what is held at the term, in yuan.
    pub amount: Vec<f32>,
}

impl Ends {
    fn clear(&mut self) {
        self.fund.clear();
        self.quarter.clear();
        self.cost.clear();
        self.amount.clear();
    }

    /// Appends the chosen lives with their stake, at the quarter of `time` or the last one.
    fn take(
        &mut self,
        lives: &Lives,
        chosen: &[u32],
        quarters: usize,
        quarter: impl Fn(usize) -> u32,
    ) {
        let last = quarters as u32 - 1;
        let each = || chosen.iter().map(|&i| i as usize);
        self.fund.extend(each().map(|i| lives.fund[i]));
        self.quarter.extend(each().map(|i| quarter(i).min(last)));
        self.cost.extend(each().map(|i| lives.cost[i]));
        self.amount
            .extend(each().map(|i| lives.own[i] * lives.worth[i]));
    }
}

/// What all lives of a block share.
#[derive(Clone, Copy, Debug)]
pub struct LifeContext<'a> {
    /// Laws of lives.
    pub model: &'a CompanyModel,
    /// The path's economy.
    pub economy: &'a Economy,
    /// The source of draws.
    pub streams: Streams,
    /// The path's number.
    pub path: u32,
    /// Effect of each sub-fund's skill on event weights, by sub-fund of the block.
    pub skill_factors: &'a [EventFactors],
    /// Sector of each sub-fund of the block.
    pub sectors: &'a [u32],
}

/// Lists that lives pass through; kept from block to block so that nothing is allocated anew.
#[derive(Clone, Debug, Default)]
pub struct LifeBuffers {
    /// Companies by the stage of their first cheque: filled before [`LifeBuffers::run`], empty after it.
    pub entrants: Vec<Lives>,
    /// Ends by [`Route`].
    pub ends: [Ends; Route::COUNT],
    funds: Funds,
    again: Lives,
    drawn: Drawn,
    sorted: [Vec<u32>; CODES],
    words: [Vec<u32>; 2],
}

/// What the kernels look up by sub-fund.
#[derive(Clone, Debug, Default)]
struct Funds {
    /// First row of the sub-fund's sector in the economy's tables.
    row: Vec<u32>,
    /// Waiting-time factor.
    clock: Vec<f32>,
    /// Event weights of the stage, times the effect of skill.
    weights: Vec<[f32; EVENT_LANES]>,
}

/// What a stage drew for each of its lives.
#[derive(Clone, Debug, Default)]
struct Drawn {
    /// Date of the event, in years, and its quarter.
    time: Vec<f32>,
    quarter: Vec<u32>,
    /// What happens.
    code: Vec<u32>,
    /// The four words of the draw.
    wait: Vec<u32>,
    event: Vec<u32>,
    value: Vec<u32>,
    noise: Vec<u32>,
}

impl Drawn {
    fn resize(&mut self, n: usize) {
        self.time.resize(n, 0.0);
        let words = [
            &mut self.wait,
            &mut self.event,
            &mut self.value,
            &mut self.noise,
        ];
        for list in words.into_iter().chain([&mut self.quarter, &mut self.code]) {
            list.resize(n, 0);
        }
    }
}

impl LifeBuffers {
    /// Lives all entrants to their ends, which stand in [`LifeBuffers::ends`] afterwards.
    pub fn run(&mut self, context: &LifeContext) {
        self.ends.iter_mut().for_each(Ends::clear);
        self.funds.fill(context);
        for stage in 0..context.model.stages.len() {
            self.funds.weigh(context, stage);
            let mut lives = std::mem::take(&mut self.entrants[stage]);
            for repeat in 0..MAX_REPEATS {
                if lives.is_empty() {
                    break;
                }
                self.step(context, stage, repeat, &lives);
                std::mem::swap(&mut lives, &mut self.again);
                self.again.clear();
            }
            self.hold_all(context, &lives);
            lives.clear();
            self.entrants[stage] = lives;
        }
    }

    /// One wait and one event for all `lives` of a stage.
    fn step(&mut self, context: &LifeContext, stage: usize, repeat: u32, lives: &Lives) {
        let arch = Arch::new();
        let model = &context.model.stages[stage];
        arch.dispatch(DrawEvents {
            context,
            funds: &self.funds,
            wait: model.wait,
            address: tag(Purpose::Life, stage as u32, repeat),
            lives,
            drawn: &mut self.drawn,
        });
        sort_by_code(&self.drawn.code[..lives.len()], &mut self.sorted);
        let (drawn, words) = (&self.drawn, &mut self.words[0]);
        let mut go_on = |event: Event, step, next: &mut Lives| {
            let chosen = &self.sorted[event as usize];
            arch.dispatch(GoOn {
                model,
                step,
                lives,
                drawn,
                chosen,
                words: &mut *words,
                next,
            });
        };
        if let Some(next) = self.entrants.get_mut(stage + 1) {
            go_on(Event::UpRound, model.step_up, next);
        }
        go_on(Event::DownRound, model.step_down, &mut self.again);
        self.end_lives(context, arch, lives);
    }

    /// Ends the lives whose event ends them.
    fn end_lives(&mut self, context: &LifeContext, arch: Arch, lives: &Lives) {
        let quarters = context.economy.quarters;
        let drawn = &self.drawn;
        for (event, route, step) in [
            (Event::TradeSale, Route::TradeSale, context.model.trade_sale),
            (Event::Listing, Route::Listing, context.model.listing),
        ] {
            let chosen = &self.sorted[event as usize];
            let ends = &mut self.ends[route as usize];
            let first = ends.amount.len();
            ends.take(lives, chosen, quarters, |i| drawn.quarter[i]);
            let words = &mut self.words;
            arch.dispatch(Sell {
                context,
                funds: &self.funds,
                step,
                drawn,
                chosen,
                words,
                ends,
                first,
            });
        }
        let failed = &mut self.ends[Route::WoundUp as usize];
        let first = failed.amount.len();
        failed.take(lives, &self.sorted[Event::Fail as usize], quarters, |i| {
            drawn.quarter[i]
        });
        for (amount, cost) in failed.amount[first..].iter_mut().zip(&failed.cost[first..]) {
            *amount = context.model.fail_recovery * cost;
        }
        self.hold(
            context,
            Route::Stalled,
            Event::Stalled as u32,
            lives,
            |drawn, i| drawn.quarter[i],
        );
        self.hold(context, Route::Alive, ALIVE, lives, |_, _| u32::MAX);
    }

    /// Holds the lives with `code` at their price in `quarter`.
    fn hold(
        &mut self,
        context: &LifeContext,
        route: Route,
        code: u32,
        lives: &Lives,
        quarter: impl Fn(&Drawn, usize) -> u32,
    ) {
        let ends = &mut self.ends[route as usize];
        let first = ends.amount.len();
        let chosen = &self.sorted[code as usize];
        ends.take(lives, chosen, context.economy.quarters, |i| {
            quarter(&self.drawn, i)
        });
        for i in first..ends.amount.len() {
            let row = self.funds.row[ends.fund[i] as usize] + ends.quarter[i];
            ends.amount[i] *= context.economy.price[row as usize];
        }
    }

    /// Companies that have used up their rounds in one stage are held as they are.
    fn hold_all(&mut self, context: &LifeContext, lives: &Lives) {
        let all = &mut self.sorted[ALIVE as usize];
        all.clear();
        all.extend(0..lives.len() as u32);
        self.hold(context, Route::Alive, ALIVE, lives, |_, _| u32::MAX);
    }
}

impl Funds {
    fn fill(&mut self, context: &LifeContext) {
        let quarters = context.economy.quarters as u32;
        self.row.clear();
        self.row
            .extend(context.sectors.iter().map(|sector| sector * quarters));
        self.clock.clear();
        self.clock.extend(
            context
                .sectors
                .iter()
                .map(|&sector| context.model.clock[sector as usize]),
        );
    }

    fn weigh(&mut self, context: &LifeContext, stage: usize) {
        let base = &context.model.stages[stage].weights;
        self.weights.clear();
        self.weights.extend(
            context
                .skill_factors
                .iter()
                .map(|skill| std::array::from_fn(|event| base[event] * skill[event])),
        );
    }
}

/// Lists the lanes of each code, in their order and without a branch on the code.
fn sort_by_code(codes: &[u32], sorted: &mut [Vec<u32>; CODES]) {
    for list in sorted.iter_mut() {
        list.resize(codes.len(), 0);
    }
    let mut lengths = [0; CODES];
    for (i, &code) in codes.iter().enumerate() {
        let length = &mut lengths[code as usize];
        sorted[code as usize][*length] = i as u32;
        *length += 1;
    }
    for (list, length) in sorted.iter_mut().zip(lengths) {
        list.truncate(length);
    }
}
