//! Companies' lives, many at once: from a first cheque through stages to an end.
//!
//! A life does not depend on money. Lives of a batch of sub-funds wait, meet an event and move on stage
//! by stage: first all waits and events of a stage in loops that the compiler turns into vectors, then
//! the survivors are picked out and only they draw what their event needs. Every draw stands at its own
//! address, so that neither the batch nor the order matters.

use super::economy::{Economy, EventFactors};
use crate::math::elementary::{exp, ln, normal_quantile};
use crate::random::{LANES, Purpose, Streams, tag, unit_f32};
use crate::scenario::Event;
use crate::structure::companies::{CompanyModel, EVENT_LANES, LogStep, StageModel, Wait32};
use pulp::Arch;

/// Code of a life that no event ends before the term; follows the events.
const ALIVE: u8 = Event::COUNT as u8;

/// Most rounds within one stage; a company that has had as many is left alive as it is.
const MAX_REPEATS: u32 = 256;

/// Lives in one stage, one entry per company in each list.
#[derive(Clone, Debug, Default)]
pub struct Lives {
    /// Index of the sub-fund in its batch.
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

/// How a company ended, and what its sub-fund got.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// Index of the sub-fund in its batch.
    pub fund: u32,
    /// Quarter of the end; the number of quarters for what is held at the term.
    pub quarter: u32,
    /// Cost to the sub-fund, in yuan.
    pub cost: f32,
    /// Proceeds, or value of what is held at the term, in yuan.
    pub amount: f32,
    /// Which end.
    pub route: Route,
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
}

/// What all lives of a batch share.
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
    /// Effect of each sub-fund's skill on event weights, by sub-fund of the batch.
    pub skill_factors: &'a [EventFactors],
    /// Sector of each sub-fund of the batch.
    pub sectors: &'a [u32],
}

/// Lists that lives pass through; kept from batch to batch so that nothing is allocated anew.
#[derive(Clone, Debug, Default)]
pub struct LifeBuffers {
    /// Companies by the stage of their first cheque: filled before [`LifeBuffers::run`], empty after it.
    pub entrants: Vec<Lives>,
    /// Ends, in the order in which stages produce them.
    pub ends: Vec<End>,
    again: Lives,
    drawn: Drawn,
    chosen: Vec<u32>,
    values: Vec<u32>,
}

/// What a stage drew for each of its lives.
#[derive(Clone, Debug, Default)]
struct Drawn {
    time: Vec<f32>,
    event: Vec<u8>,
    value: Vec<u32>,
    noise: Vec<u32>,
}

impl Drawn {
    fn resize(&mut self, n: usize) {
        self.time.resize(n, 0.0);
        self.event.resize(n, 0);
        self.value.resize(n, 0);
        self.noise.resize(n, 0);
    }
}

impl LifeBuffers {
    /// Lives all entrants to their ends, which are appended to [`LifeBuffers::ends`].
    pub fn run(&mut self, context: &LifeContext) {
        self.ends.clear();
        let arch = Arch::new();
        for stage in 0..context.model.stages.len() {
            let mut lives = std::mem::take(&mut self.entrants[stage]);
            for repeat in 0..MAX_REPEATS {
                if lives.is_empty() {
                    break;
                }
                self.step(context, arch, stage, repeat, &lives);
                std::mem::swap(&mut lives, &mut self.again);
                self.again.clear();
            }
            self.hold_to_term(context, &lives);
            lives.clear();
            self.entrants[stage] = lives;
        }
    }

    /// One wait and one event for all `lives` of a stage.
    fn step(
        &mut self,
        context: &LifeContext,
        arch: Arch,
        stage: usize,
        repeat: u32,
        lives: &Lives,
    ) {
        let model = &context.model.stages[stage];
        let address = tag(Purpose::Life, stage as u32, repeat);
        self.drawn.resize(lives.len().next_multiple_of(LANES));
        arch.dispatch(|| draw_events(context, model, address, lives, &mut self.drawn));
        choose(
            &self.drawn.event[..lives.len()],
            Event::UpRound as u8,
            &mut self.chosen,
        );
        if let Some(next) = self.entrants.get_mut(stage + 1) {
            arch.dispatch(|| {
                go_on(
                    model,
                    model.step_up,
                    lives,
                    &self.drawn,
                    &self.chosen,
                    &mut self.values,
                    next,
                )
            });
        }
        choose(
            &self.drawn.event[..lives.len()],
            Event::DownRound as u8,
            &mut self.chosen,
        );
        let (values, again) = (&mut self.values, &mut self.again);
        arch.dispatch(|| {
            go_on(
                model,
                model.step_down,
                lives,
                &self.drawn,
                &self.chosen,
                values,
                again,
            )
        });
        self.end_lives(context, lives);
    }

    /// Ends the lives whose event ends them.
    fn end_lives(&mut self, context: &LifeContext, lives: &Lives) {
        let economy = context.economy;
        let quarters = economy.quarters;
        let model = context.model;
        let variance = 0.5 * model.price_noise * model.price_noise;
        for (i, &event) in self.drawn.event[..lives.len()].iter().enumerate() {
            if event <= Event::DownRound as u8 {
                continue;
            }
            let fund = lives.fund[i];
            let row = context.sectors[fund as usize] as usize * quarters;
            let quarter = ((self.drawn.time[i] * 4.0) as usize).min(quarters - 1);
            let stake = lives.own[i] * lives.worth[i];
            let sale = |step: LogStep| {
                let value = step.mu + step.sigma * normal_quantile(unit_f32(self.drawn.value[i]));
                let noise =
                    model.price_noise * normal_quantile(unit_f32(self.drawn.noise[i])) - variance;
                stake * economy.price[row + quarter] * exp(value + noise)
            };
            let (route, quarter, amount) = if event == Event::Fail as u8 {
                (Route::WoundUp, quarter, model.fail_recovery * lives.cost[i])
            } else if event == Event::TradeSale as u8 {
                (Route::TradeSale, quarter, sale(model.trade_sale))
            } else if event == Event::Listing as u8 {
                (Route::Listing, quarter, sale(model.listing))
            } else if event == Event::Stalled as u8 {
                (
                    Route::Stalled,
                    quarters,
                    stake * economy.price[row + quarter],
                )
            } else {
                (
                    Route::Alive,
                    quarters,
                    stake * economy.price[row + quarters - 1],
                )
            };
            self.ends.push(End {
                fund,
                quarter: quarter as u32,
                cost: lives.cost[i],
                amount,
                route,
            });
        }
    }

    /// Companies that have used up their rounds in one stage are held as they are.
    fn hold_to_term(&mut self, context: &LifeContext, lives: &Lives) {
        let quarters = context.economy.quarters;
        for i in 0..lives.len() {
            let row = context.sectors[lives.fund[i] as usize] as usize * quarters;
            let amount = lives.own[i] * lives.worth[i] * context.economy.price[row + quarters - 1];
            let end = End {
                fund: lives.fund[i],
                quarter: quarters as u32,
                cost: lives.cost[i],
                amount,
                route: Route::Alive,
            };
            self.ends.push(end);
        }
    }
}

/// Draws the date and kind of the next event of every life, and the words that its value will need.
#[inline(always)]
#[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
fn draw_events(
    context: &LifeContext,
    model: &StageModel,
    address: u32,
    lives: &Lives,
    drawn: &mut Drawn,
) {
    let mut start = 0;
    while start < lives.len() {
        let lanes = (lives.len() - start).min(LANES);
        let mut entity = [0; LANES];
        let mut time = [0.0; LANES];
        let mut fund = [0; LANES];
        entity[..lanes].copy_from_slice(&lives.entity[start..start + lanes]);
        time[..lanes].copy_from_slice(&lives.time[start..start + lanes]);
        fund[..lanes].copy_from_slice(&lives.fund[start..start + lanes]);
        let words = context.streams.words16(context.path, &entity, address, 0);
        add_wait(context, model.wait, &fund, &words[0], &mut time);
        let event = draw_event_codes(context, &model.weights, &fund, &time, &words[1]);
        drawn.time[start..start + LANES].copy_from_slice(&time);
        drawn.event[start..start + LANES].copy_from_slice(&event);
        drawn.value[start..start + LANES].copy_from_slice(&words[2]);
        drawn.noise[start..start + LANES].copy_from_slice(&words[3]);
        start += LANES;
    }
}

#[inline(always)]
#[allow(clippy::inline_always)]
fn add_wait(
    context: &LifeContext,
    wait: Wait32,
    fund: &[u32; LANES],
    words: &[u32; LANES],
    time: &mut [f32; LANES],
) {
    let mut span = [0.0; LANES];
    match wait {
        Wait32::Exponential(mean) => {
            for lane in 0..LANES {
                span[lane] = -mean * ln(unit_f32(words[lane]));
            }
        }
        Wait32::LogNormal(law) => {
            for lane in 0..LANES {
                span[lane] = exp(law.mu + law.sigma * normal_quantile(unit_f32(words[lane])));
            }
        }
    }
    for lane in 0..LANES {
        time[lane] +=
            span[lane] * context.model.clock[context.sectors[fund[lane] as usize] as usize];
    }
}

/// The event of each lane by the inverse distribution function over [`Event::ALL`], or [`ALIVE`] past the term.
#[inline(always)]
#[allow(clippy::inline_always)]
fn draw_event_codes(
    context: &LifeContext,
    weights: &[f32; EVENT_LANES],
    fund: &[u32; LANES],
    time: &[f32; LANES],
    words: &[u32; LANES],
) -> [u8; LANES] {
    let quarters = context.economy.quarters;
    let term = quarters as f32 * 0.25;
    let mut codes = [0; LANES];
    let mut sums = [[0.0; LANES]; Event::COUNT];
    for lane in 0..LANES {
        let quarter = ((time[lane] * 4.0) as usize).min(quarters - 1);
        let fund = fund[lane] as usize;
        let factors =
            &context.economy.event_factors[context.sectors[fund] as usize * quarters + quarter];
        let skill = &context.skill_factors[fund];
        let mut sum = 0.0;
        for event in 0..Event::COUNT {
            sum += weights[event] * factors[event] * skill[event];
            sums[event][lane] = sum;
        }
    }
    for lane in 0..LANES {
        let target = unit_f32(words[lane]) * sums[Event::COUNT - 1][lane];
        let mut code = 0;
        for sum in &sums[..Event::COUNT - 1] {
            code += u8::from(target >= sum[lane]);
        }
        codes[lane] = if time[lane] < term { code } else { ALIVE };
    }
    codes
}

/// Lists the lanes whose event is `event`, without a branch on it.
fn choose(events: &[u8], event: u8, chosen: &mut Vec<u32>) {
    chosen.resize(events.len(), 0);
    let mut n = 0;
    for (i, &code) in events.iter().enumerate() {
        chosen[n] = i as u32;
        n += usize::from(code == event);
    }
    chosen.truncate(n);
}

/// Takes the chosen lives through a round into `next`; `values` is scratch.
#[inline(always)]
#[allow(clippy::inline_always)]
fn go_on(
    model: &StageModel,
    step: LogStep,
    lives: &Lives,
    drawn: &Drawn,
    chosen: &[u32],
    values: &mut Vec<u32>,
    next: &mut Lives,
) {
    next.fund
        .extend(chosen.iter().map(|&i| lives.fund[i as usize]));
    next.entity
        .extend(chosen.iter().map(|&i| lives.entity[i as usize]));
    next.time
        .extend(chosen.iter().map(|&i| drawn.time[i as usize]));
    next.cost
        .extend(chosen.iter().map(|&i| lives.cost[i as usize]));
    next.own
        .extend(chosen.iter().map(|&i| lives.own[i as usize] * model.keep));
    let first = next.worth.len();
    next.worth
        .extend(chosen.iter().map(|&i| lives.worth[i as usize]));
    values.clear();
    values.extend(chosen.iter().map(|&i| drawn.value[i as usize]));
    for (worth, &word) in next.worth[first..].iter_mut().zip(values.iter()) {
        *worth *= exp(step.mu + step.sigma * normal_quantile(unit_f32(word))) * model.round_growth;
    }
}
