//! Companies' lives, many at once: from a first cheque through stages to an end.
//!
//! A life does not depend on money. Lives of a block of sub-funds wait, meet an event and move on stage
//! by stage: first all waits and events of a stage in loops that the compiler turns into vectors, then
//! lives are sorted by event and only those that need a value draw it. Every draw stands at its own
//! address, so that neither the block nor the order matters.

mod kernels;
pub mod rounds;
mod tail;

use super::deployment::Mandate;
use super::economy::{Economy, EventFactors};
use super::journal::{Journal, LifeStep};
use super::lanes::{Column, List, Spot, room, whole};
use super::nav::{BookSpells, Holdings};
use super::sorting::ByCode;
use crate::random::{Purpose, Streams, tag};
use crate::scenario::Event;
use crate::structure::companies::CompanyModel;
use crate::structure::exits::ExitModel;
use kernels::{DrawEvents, EndLives, GoOn, Weigh};
use pulp::{Arch, Simd};
use rounds::{FollowOns, OthersInRounds, RoundDraws, TakePart};

/// Most rounds within one stage; a company that has had as many is held to the term as it is.
const MAX_REPEATS: u32 = 256;

/// Sorts lives after a stage, beside the events: no event before the term.
const ALIVE: u32 = Event::COUNT as u32;

/// How many kinds lives are sorted into.
const KINDS: usize = Event::COUNT + 1;

/// Lives in one stage, one entry per company in each list.
#[derive(Clone, Debug, Default)]
pub struct Lives {
    /// Index of the sub-fund in its block.
    pub fund: List<u32>,
    /// Address in random draws.
    pub entity: List<u32>,
    /// Date of the last event, in years.
    pub time: List<f32>,
    /// Cost to the sub-fund, in yuan.
    pub cost: List<f32>,
    /// The sub-fund's fraction of the company.
    pub own: List<f32>,
    /// Worth after the last round, in yuan at cycle 0 and index 1.
    pub worth: List<f32>,
    /// Date of the first cheque, in years; kept only where an exit depends on it.
    pub since: List<f32>,
    /// Money raised in all rounds since, with the one of the first cheque, in yuan; kept only where trade
    /// sales pay investors first.
    pub raised: List<f32>,
}

/// What the round of a first cheque `cost` for the fraction `own` brings in: the price after it less the `price`
/// before it, at least the cheque.
#[inline(always)]
#[allow(clippy::inline_always)] // takes the instruction set of the loop around it
pub fn money_of_round(cost: f32, own: f32, price: f32) -> f32 {
    (cost / own - price).max(cost)
}

/// A company at its first cheque.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Entrant {
    /// Address in random draws.
    pub entity: u32,
    /// Date from which on it lives, in years: that of the cheque, or a later one up to which its past is data.
    pub time: f32,
    /// Date of the cheque, in years.
    pub since: f32,
    /// The cheque, in yuan.
    pub cost: f32,
    /// Fraction of the company that it buys.
    pub own: f32,
    /// Worth after the round, in yuan at cycle 0 and index 1.
    pub worth: f32,
    /// Price before the round, in yuan.
    pub price: f32,
}

impl Lives {
    /// One more company, of the fund at place `fund` of the block, with what `exits` will ask for.
    pub fn push(&mut self, fund: u32, entrant: &Entrant, exits: &ExitModel) {
        self.fund.push(fund);
        self.entity.push(entrant.entity);
        self.time.push(entrant.time);
        self.cost.push(entrant.cost);
        self.own.push(entrant.own);
        self.worth.push(entrant.worth);
        if exits.follows_lives() {
            self.since.push(entrant.since);
        }
        if exits.follows_rounds {
            let raised = money_of_round(entrant.cost, entrant.own, entrant.price);
            self.raised.push(raised);
        }
    }

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
        self.since.clear();
        self.raised.clear();
    }

    /// Of the lives from `first` on keeps only those of `code`, one of `codes` each.
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
    fn keep<S: Simd>(&mut self, simd: S, first: usize, codes: &[u32], code: u32) {
        for list in [&mut self.fund, &mut self.entity] {
            list.keep(simd, first, codes, code);
        }
        let floats = [
            &mut self.time,
            &mut self.cost,
            &mut self.own,
            &mut self.worth,
        ];
        for list in floats
            .into_iter()
            .chain([&mut self.since, &mut self.raised])
        {
            list.keep(simd, first, codes, code);
        }
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
    /// Listed, and these shares still held.
    Unsold = 5,
    /// Stake sold to another investor.
    Transfer = 6,
    /// Stake bought back by the founder, in part or in full.
    Redemption = 7,
    /// Sold to another fund at the sub-fund's end.
    Secondary = 8,
    /// Given up at the sub-fund's end.
    WrittenOff = 9,
}

impl Route {
    /// How many routes there are.
    pub const COUNT: usize = 10;
    /// All routes.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Listing,
        Self::TradeSale,
        Self::WoundUp,
        Self::Stalled,
        Self::Alive,
        Self::Unsold,
        Self::Transfer,
        Self::Redemption,
        Self::Secondary,
        Self::WrittenOff,
    ];

    /// Those that bring money.
    pub const PAYING: [Self; 6] = [
        Self::Listing,
        Self::TradeSale,
        Self::Transfer,
        Self::Redemption,
        Self::Secondary,
        Self::WoundUp,
    ];

    /// Those that leave value at the term.
    pub const HELD: [Self; 3] = [Self::Stalled, Self::Alive, Self::Unsold];

    /// The route's name in metrics.
    pub fn key(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::TradeSale => "trade_sale",
            Self::WoundUp => "wound_up",
            Self::Stalled => "stalled",
            Self::Alive => "alive",
            Self::Unsold => "unsold",
            Self::Transfer => "transfer",
            Self::Redemption => "redemption",
            Self::Secondary => "secondary",
            Self::WrittenOff => "written_off",
        }
    }

    /// Whether it brings money.
    pub fn pays(self) -> bool {
        Self::PAYING.contains(&self)
    }

    /// Whether it is still held at the term.
    pub fn is_held(self) -> bool {
        Self::HELD.contains(&self)
    }
}

/// Companies that ended by one route, one entry per company in each list.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// Index of the sub-fund in its block.
    pub fund: List<u32>,
    /// Quarter of the end; the last one for what is held at the term.
    pub quarter: List<u32>,
    /// Cost to the sub-fund, in yuan.
    pub cost: List<f32>,
    /// Proceeds, or value of what is held at the term, in yuan.
    pub amount: List<f32>,
    /// What exits need beside, where they need it.
    pub details: Details,
    /// Entries that are a further part of a company counted already.
    pub further: u64,
}

/// Which company an end belongs to.
#[derive(Clone, Copy, Debug)]
pub struct OfLife {
    /// Address in random draws.
    pub entity: u32,
    /// Date of the first cheque, in years.
    pub since: f32,
}

/// Which details of its ends a route keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // one for each list
pub struct Kept {
    /// Address in random draws.
    pub entity: bool,
    /// Date of the first cheque.
    pub since: bool,
    /// Date of the end.
    pub time: bool,
    /// The sub-fund's fraction.
    pub own: bool,
    /// Money raised.
    pub raised: bool,
    /// Own x worth.
    pub stake: bool,
}

impl Kept {
    /// What `exits` ask of ends by `route`: listed shares wait, are sold over time and may end in a trade sale; claims
    /// on stalled companies have dates; investors are paid first in trade sales.
    pub fn of(exits: &ExitModel, route: Route) -> Self {
        let follows = exits.follows_lives();
        let (listed, stalled) = (route == Route::Listing, route == Route::Stalled);
        let sold = listed || route == Route::TradeSale;
        Self {
            entity: exits.by_company || follows && route != Route::WoundUp,
            since: exits.by_company || follows && (listed || stalled),
            time: follows && (listed || stalled),
            own: follows && (sold || exits.by_company && route != Route::WoundUp),
            raised: exits.follows_rounds && sold,
            stake: exits.nav && (listed || stalled),
        }
    }
}

/// What exits need to know of companies that ended, as [`Kept`] says; empty where the scenario's exits depend on value
/// and date alone. Addresses and dates of first cheques have one entry for every end where the scenario reports by
/// company; otherwise, as the rest, only until exits have used them.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Address in random draws.
    pub entity: List<u32>,
    /// Date of the end, in years.
    pub time: List<f32>,
    /// Date of the first cheque, in years.
    pub since: List<f32>,
    /// The sub-fund's fraction of the company.
    pub own: List<f32>,
    /// Money raised since the first cheque, in yuan.
    pub raised: List<f32>,
    /// Own x worth, in yuan at cycle 0 and index 1; kept only where NAV is followed.
    pub stake: List<f32>,
}

impl Ends {
    /// Removes all ends.
    pub fn clear(&mut self) {
        self.fund.clear();
        self.quarter.clear();
        self.cost.clear();
        self.amount.clear();
        self.details.clear();
        self.further = 0;
    }

    /// Takes over entry `place` of `from`, as the only one.
    pub fn copy(&mut self, from: &Self, place: usize, kept: Kept) {
        self.clear();
        self.append(from, &[place as u32], kept);
    }

    /// One more entry, with its company where ends say which one they belong to.
    pub fn push(&mut self, fund: u32, quarter: u32, cost: f32, amount: f32, life: Option<OfLife>) {
        if let Some(life) = life {
            self.details.entity.push(life.entity);
            self.details.since.push(life.since);
        }
        self.fund.push(fund);
        self.quarter.push(quarter);
        self.cost.push(cost);
        self.amount.push(amount);
    }

    /// Keeps the first `n` entries, of which exits have used all other details.
    pub fn shorten(&mut self, n: usize) {
        self.fund.shorten(n);
        self.quarter.shorten(n);
        self.cost.shorten(n);
        self.amount.shorten(n);
        self.details.entity.shorten(n);
        self.details.since.shorten(n);
    }

    /// Appends the entries of `from` at `index`, with those details that are kept.
    pub fn append(&mut self, from: &Self, index: &[u32], kept: Kept) {
        self.fund.append(&from.fund, index);
        self.quarter.append(&from.quarter, index);
        self.cost.append(&from.cost, index);
        self.amount.append(&from.amount, index);
        self.details.append(&from.details, index, kept);
    }

    /// How many companies these are.
    pub fn companies(&self) -> u64 {
        self.fund.len() as u64 - self.further
    }
}

impl Details {
    fn clear(&mut self) {
        self.entity.clear();
        self.time.clear();
        self.since.clear();
        self.own.clear();
        self.raised.clear();
        self.stake.clear();
    }

    fn append(&mut self, from: &Self, places: &[u32], kept: Kept) {
        if kept.entity {
            self.entity.append(&from.entity, places);
        }
        if kept.since {
            self.since.append(&from.since, places);
        }
        if kept.time {
            self.time.append(&from.time, places);
        }
        if kept.own {
            self.own.append(&from.own, places);
        }
        if kept.raised {
            self.raised.append(&from.raised, places);
        }
        if kept.stake {
            self.stake.append(&from.stake, places);
        }
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
    /// The instruction set of the loops.
    pub arch: Arch,
    /// Effect of each sub-fund's skill on event weights, by sub-fund of the block.
    pub skill_factors: &'a [EventFactors],
    /// Sector of each sub-fund of the block.
    pub sectors: &'a [u32],
    /// The sub-funds' calendars.
    pub mandates: &'a [Mandate],
}

/// Lists that lives pass through; kept from block to block so that nothing is allocated anew.
#[derive(Clone, Debug, Default)]
pub struct LifeBuffers {
    /// Companies by the stage of their first cheque: filled before [`LifeBuffers::run`], empty after it.
    pub entrants: Vec<Lives>,
    /// Ends by [`Route`].
    pub ends: [Ends; Route::COUNT],
    /// Reserves of the sub-funds, set before [`LifeBuffers::run`], and what they paid in it.
    pub follow_ons: FollowOns,
    /// Other investors' money in rounds, added up in [`LifeBuffers::run`]; nothing where nobody asks for it.
    pub others: OthersInRounds,
    round_draws: RoundDraws,
    funds: Funds,
    again: Lives,
    drawn: Drawn,
    sorted: ByCode,
}

/// What the kernels look up by sub-fund.
#[derive(Clone, Debug, Default)]
struct Funds {
    quarters: u32,
    /// First row of the sub-fund's sector in the economy's tables, and the quarter after the last in which it holds
    /// anything.
    spots: Column<Spot>,
    /// Waiting-time factor.
    clock: Column<f32>,
    /// Event weights of the stage, times the effect of skill.
    weights: Column<EventFactors>,
}

/// What a stage drew for each of its lives. No list is ever cut: the first entries are the lives'.
#[derive(Clone, Debug, Default)]
struct Drawn {
    /// Date of the event, in years, and its quarter.
    time: Vec<f32>,
    quarter: Vec<u32>,
    /// The sub-fund's spot, and the event's row in the economy's tables.
    spots: Vec<Spot>,
    row: Vec<u32>,
    /// What happens.
    code: Vec<u32>,
    weights: Vec<EventFactors>,
    /// The four words of the draw: wait, event, value and noise.
    words: [Vec<u32>; 4],
    /// Words of the lives that share an event, and normal draws.
    chosen: Vec<u32>,
    normal: Vec<f32>,
    /// Logs of values.
    log: Vec<f32>,
    /// Prices of companies before the rounds of one event; kept only where funds take part in rounds.
    price: Vec<f32>,
    /// Words of the tail's draws.
    tail: [Vec<u32>; 4],
}

impl LifeBuffers {
    /// Lives all entrants to their ends, which stand in [`LifeBuffers::ends`] afterwards; `holdings` books what is held
    /// meanwhile, `journal` looks on.
    pub fn run(
        &mut self,
        context: &LifeContext,
        mut holdings: Option<&mut Holdings>,
        mut journal: Option<&mut Journal>,
    ) {
        self.ends.iter_mut().for_each(Ends::clear);
        self.follow_ons.clear();
        self.others = OthersInRounds::default();
        self.funds.fill(context);
        for stage in 0..context.model.stages.len() {
            context.arch.dispatch(Weigh {
                funds: &mut self.funds,
                base: &context.model.stages[stage].weights,
                skill_factors: context.skill_factors,
            });
            let mut lives = std::mem::take(&mut self.entrants[stage]);
            for repeat in 0..MAX_REPEATS {
                if lives.is_empty() {
                    break;
                }
                self.step(context, stage, repeat, &lives, journal.as_deref_mut());
                self.book_spells(context, &lives, holdings.as_deref_mut());
                std::mem::swap(&mut lives, &mut self.again);
                self.again.clear();
            }
            self.hold_all(context, stage, &lives);
            self.book_spells(context, &lives, holdings.as_deref_mut());
            if let Some(journal) = &mut journal {
                journal.held(&lives);
            }
            lives.clear();
            self.entrants[stage] = lives;
        }
    }

    /// One wait and one event for all `lives` of a stage.
    fn step(
        &mut self,
        context: &LifeContext,
        stage: usize,
        repeat: u32,
        lives: &Lives,
        journal: Option<&mut Journal>,
    ) {
        let arch = context.arch;
        let waiting = self.entrants.get(stage + 1).map_or(0, Lives::len);
        let follow_ons_before = self.follow_ons.amount.len();
        self.round_draws.sellers.clear();
        let model = &context.model.stages[stage];
        arch.dispatch(DrawEvents {
            context,
            funds: &self.funds,
            wait: model.wait,
            address: tag(Purpose::Life, stage as u32, repeat),
            lives,
            drawn: &mut self.drawn,
            sorted: &mut self.sorted,
        });
        let (drawn, sorted) = (&mut self.drawn, &self.sorted);
        let (rounds, follows_rounds) = (
            context.model.rounds.is_some(),
            context.model.exits.follows_rounds,
        );
        let others = &mut self.others;
        let mut go_on = |event: Event, step, next: &mut Lives| {
            arch.dispatch(GoOn {
                context,
                model,
                step,
                // Money raised in a round enters by its price.
                priced: rounds && (event == Event::UpRound || follows_rounds),
                lives,
                drawn,
                chosen: sorted.of(event as usize),
                next,
                others,
            });
        };
        go_on(Event::DownRound, model.step_down, &mut self.again);
        if let Some(next) = self.entrants.get_mut(stage + 1) {
            go_on(Event::UpRound, model.step_up, next);
            if context.model.rounds.is_some() {
                arch.dispatch(TakePart {
                    context,
                    model,
                    stage,
                    repeat,
                    lives,
                    drawn,
                    chosen: sorted.of(Event::UpRound as usize),
                    next,
                    draws: &mut self.round_draws,
                    follow_ons: &mut self.follow_ons,
                    others,
                    ends: &mut self.ends,
                });
            }
        }
        self.end_lives(context, stage, repeat, lives);
        if let Some(journal) = journal {
            journal.stepped(&LifeStep {
                stage: stage as u32,
                lives,
                time: &self.drawn.time,
                quarter: &self.drawn.quarter,
                sorted: &self.sorted,
                alive: ALIVE,
                up: self.entrants.get(stage + 1).map(|next| (next, waiting)),
                again: &self.again,
                sellers: &self.round_draws.sellers,
                follow_ons: &self.follow_ons,
                follow_ons_before,
            });
        }
    }

    /// Books the stakes of `lives` up to the events that were just drawn for them.
    fn book_spells(&self, context: &LifeContext, lives: &Lives, holdings: Option<&mut Holdings>) {
        if let Some(holdings) = holdings.filter(|_| !lives.is_empty()) {
            context.arch.dispatch(BookSpells {
                holdings,
                lives,
                next: &self.drawn.quarter[..lives.len()],
                settles: context.model.exits.settlement.is_some(),
            });
        }
    }

    fn end_lives(&mut self, context: &LifeContext, stage: usize, repeat: u32, lives: &Lives) {
        context.arch.dispatch(EndLives {
            context,
            funds: &self.funds,
            stage,
            address: tag(Purpose::Tail, stage as u32, repeat),
            lives,
            drawn: &mut self.drawn,
            sorted: &self.sorted,
            ends: &mut self.ends,
        });
    }

    /// Companies that have used up their rounds in one stage are held as they are.
    fn hold_all(&mut self, context: &LifeContext, stage: usize, lives: &Lives) {
        if lives.is_empty() {
            return;
        }
        let n = lives.len();
        let code = room(&mut self.drawn.code, whole(n));
        code.fill(ALIVE);
        room(&mut self.drawn.quarter, n).fill(u32::MAX);
        self.sorted.sort(pulp::Scalar, code, n, KINDS);
        self.end_lives(context, stage, MAX_REPEATS - 1, lives);
    }
}

impl Funds {
    fn fill(&mut self, context: &LifeContext) {
        self.quarters = context.economy.quarters as u32;
        let sectors = || context.sectors.iter();
        let clock = |&sector: &u32| context.model.clock[sector as usize];
        let spots = sectors().zip(context.mandates);
        let spot = |(sector, mandate): (&u32, &Mandate)| {
            Spot::new(sector * self.quarters, mandate.holds_until)
        };
        self.spots.fill_from(spots.map(spot));
        self.clock.fill_from(sectors().map(clock));
    }
}
