//! Counting a quantity on paths: a few sums per path, and what they come to.

use super::financings::Financings;
use crate::evidence::Quantity;
use crate::metrics::MetricSpec;
use crate::path::Workspace;
use crate::path::company::Route;
use crate::path::journal::{CompanyLife, Journal, LifeEvent, Receipt};
use crate::scenario::{Event, Scenario};
use crate::units::QUARTERS_PER_YEAR;
use serde::Serialize;

/// Bins of a histogram of years, and how many there are to a year.
const YEAR_BINS: usize = 80;
const BINS_PER_YEAR: f64 = 4.0;

/// Events that are rounds.
const ROUNDS: [Event; 2] = [Event::UpRound, Event::DownRound];

/// Routes by which holders leave for money.
const EXITS: [Route; 4] = [
    Route::Listing,
    Route::TradeSale,
    Route::Transfer,
    Route::Redemption,
];

/// Why a scenario has no such quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmeasured {
    /// Its paths have no metric of this name.
    NoMetric(String),
    /// It has no stage of this name.
    NoStage(String),
    /// There is no event of this name.
    NoEvent(String),
    /// There is no route of this name by which holders leave for money.
    NoRoute(String),
    /// Nothing of what is counted happens on its paths.
    Nothing,
}

/// What a path shows.
pub struct Seen<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The path.
    pub workspace: &'a Workspace,
    /// Its metrics.
    pub row: &'a [f64],
    /// The lives of sub-funds' companies, each with its financings.
    pub companies: &'a [(&'a CompanyLife, Financings)],
    /// Its journal.
    pub journal: &'a Journal,
}

/// A quantity, ready to be counted on paths of one scenario.
#[derive(Clone, Debug)]
pub struct Counter {
    what: What,
}

/// Which multiples belong, and in how many years money counts.
#[derive(Clone, Copy, Debug)]
struct Band {
    from: f64,
    to: f64,
    years: f64,
}

#[derive(Clone, Debug)]
enum What {
    Columns {
        over: Vec<usize>,
        under: Vec<usize>,
    },
    Financings(Band),
    FinancedMoney(Band),
    Tail(Band),
    FurtherRounds {
        stage: usize,
        at_least: u32,
    },
    YearsToRound {
        stage: usize,
    },
    Dilution {
        stage: usize,
    },
    Event {
        stage: usize,
        events: Vec<Event>,
        years: f64,
    },
    ExitsBy {
        route: Route,
        redemption_from: f32,
    },
    ListingSwing {
        years: usize,
    },
    CalledBy {
        quarters: usize,
    },
    DistributedBy {
        quarters: usize,
    },
}

impl Counter {
    /// The counter of `quantity` on paths of `scenario`, whose metrics are `specs`.
    ///
    /// # Errors
    ///
    /// See [`Unmeasured`].
    pub fn new(
        quantity: &Quantity,
        scenario: &Scenario,
        specs: &[MetricSpec],
    ) -> Result<Self, Unmeasured> {
        let column = |name: &String| {
            let found = specs.iter().position(|spec| spec.name == *name);
            found.ok_or_else(|| Unmeasured::NoMetric(name.clone()))
        };
        let columns = |names: &[String]| names.iter().map(column).collect::<Result<Vec<_>, _>>();
        let stage = |id: &String| {
            let found = scenario.stage.iter().position(|stage| stage.id == *id);
            found.ok_or_else(|| Unmeasured::NoStage(id.clone()))
        };
        let event = |key: &String| {
            let found = Event::ALL.into_iter().find(|known| known.key() == key);
            found.ok_or_else(|| Unmeasured::NoEvent(key.clone()))
        };
        let route = |key: &String| {
            let found = EXITS.into_iter().find(|known| known.key() == key);
            found.ok_or_else(|| Unmeasured::NoRoute(key.clone()))
        };
        let band = |from: f64, to: Option<f64>, years: f64| Band {
            from,
            to: to.unwrap_or(f64::INFINITY),
            years,
        };
        let what = match quantity {
            Quantity::Metric { name } => What::Columns {
                over: vec![column(name)?],
                under: Vec::new(),
            },
            Quantity::Ratio { over, under } => What::Columns {
                over: columns(over)?,
                under: columns(under)?,
            },
            &Quantity::Financings {
                from,
                to,
                within_years,
            } => What::Financings(band(from, to, within_years)),
            &Quantity::FinancedMoney {
                from,
                to,
                within_years,
            } => What::FinancedMoney(band(from, to, within_years)),
            &Quantity::TailExponent {
                from,
                to,
                within_years,
            } => What::Tail(band(from, Some(to), within_years)),
            Quantity::FurtherRounds {
                stage: id,
                at_least,
            } => What::FurtherRounds {
                stage: stage(id)?,
                at_least: *at_least,
            },
            Quantity::FurtherRoundWithin { stage: id, years } => What::Event {
                stage: stage(id)?,
                events: ROUNDS.to_vec(),
                years: *years,
            },
            Quantity::YearsToRound { stage: id } => What::YearsToRound { stage: stage(id)? },
            Quantity::Dilution { stage: id } => What::Dilution { stage: stage(id)? },
            Quantity::Event {
                stage: id,
                events,
                within_years,
            } => What::Event {
                stage: stage(id)?,
                events: events.iter().map(event).collect::<Result<_, _>>()?,
                years: within_years.unwrap_or(f64::INFINITY),
            },
            Quantity::ExitsBy {
                route: key,
                redemption_from,
            } => What::ExitsBy {
                route: route(key)?,
                redemption_from: *redemption_from as f32,
            },
            &Quantity::ListingSwing { years } => What::ListingSwing { years },
            &Quantity::CalledBy { years } => What::CalledBy {
                quarters: years * QUARTERS_PER_YEAR,
            },
            &Quantity::DistributedBy { years } => What::DistributedBy {
                quarters: years * QUARTERS_PER_YEAR,
            },
        };
        Ok(Self { what })
    }

    /// The sums of one path.
    pub fn count(&self, seen: &Seen) -> Vec<f64> {
        match &self.what {
            What::Columns { over, under } => columns(seen.row, over, under),
            What::Financings(band) => of_financings(
                seen,
                |_, multiple| (f64::from(u8::from(band.holds(multiple))), 1.0),
                band.years,
            ),
            What::FinancedMoney(band) => of_financings(
                seen,
                |cost, multiple| (if band.holds(multiple) { cost } else { 0.0 }, cost),
                band.years,
            ),
            What::Tail(band) => of_financings(
                seen,
                |_, multiple| {
                    let above = |x| f64::from(u8::from(multiple >= x));
                    (above(band.from), above(band.to))
                },
                band.years,
            ),
            What::FurtherRounds { stage, at_least } => {
                share(seen, *stage, |life| reaches(life, *at_least))
            }
            What::Event {
                stage,
                events,
                years,
            } => share(seen, *stage, |life| Some(meets(life, events, *years))),
            What::ExitsBy {
                route,
                redemption_from,
            } => {
                let mut sums = [0.0; 2];
                for (life, _) in seen.companies {
                    for (exit, count) in EXITS.into_iter().zip(exits_of(life, *redemption_from)) {
                        sums[0] += if exit == *route { count } else { 0.0 };
                        sums[1] += count;
                    }
                }
                sums.to_vec()
            }
            What::YearsToRound { stage } => years_to_round(seen, *stage),
            What::Dilution { stage } => dilution(seen, *stage),
            What::ListingSwing { years } => listing_swing(seen, *years),
            What::CalledBy { quarters } => of_funds(seen, *quarters, |flows| flows.calls),
            What::DistributedBy { quarters } => of_funds(seen, *quarters, |flows| flows.to_lps),
        }
    }

    /// What sums over paths come to; nothing where nothing was counted.
    pub fn value(&self, sums: &[f64]) -> Option<f64> {
        let value = match (&self.what, sums) {
            (What::YearsToRound { .. }, bins) => median(bins)?,
            (What::Tail(band), [from, to]) => libm::log(from / to) / libm::log(band.to / band.from),
            (_, [over, under]) => over / under,
            _ => return None,
        };
        value.is_finite().then_some(value)
    }
}

impl Band {
    fn holds(&self, multiple: f64) -> bool {
        self.from <= multiple && multiple < self.to
    }
}

/// A ratio of sums, or a mean where there is nothing below the line; a path with a missing value counts for nothing.
fn columns(row: &[f64], over: &[usize], under: &[usize]) -> Vec<f64> {
    let sum = |columns: &[usize]| columns.iter().map(|&column| row[column]).sum::<f64>();
    let below = if under.is_empty() { 1.0 } else { sum(under) };
    let pair = vec![sum(over), below];
    if pair.iter().all(|sum| sum.is_finite()) {
        pair
    } else {
        vec![0.0, 0.0]
    }
}

/// Sums of `of(cost, multiple)` over financings whose end is known.
fn of_financings(seen: &Seen, of: impl Fn(f64, f64) -> (f64, f64), years: f64) -> Vec<f64> {
    let mut sums = [0.0; 2];
    for (_, financings) in seen.companies.iter().filter(|(_, f)| !f.held) {
        for (cost, multiple) in financings.multiples(years) {
            let (one, other) = of(cost, multiple);
            sums[0] += one;
            sums[1] += other;
        }
    }
    sums.to_vec()
}

/// How many companies first funded in `stage` are as `is` says, and how many there are; those of which it cannot say are left out.
fn share(seen: &Seen, stage: usize, is: impl Fn(&CompanyLife) -> Option<bool>) -> Vec<f64> {
    let mut sums = [0.0; 2];
    for (life, _) in seen
        .companies
        .iter()
        .filter(|(life, _)| life.stage as usize == stage)
    {
        if let Some(is) = is(life) {
            sums[0] += f64::from(u8::from(is));
            sums[1] += 1.0;
        }
    }
    sums.to_vec()
}

/// Whether a company meets one of `events` within so many years of its first cheque.
pub(super) fn meets(life: &CompanyLife, events: &[Event], years: f64) -> bool {
    let mut met = life
        .events
        .iter()
        .filter(|met| events.contains(&came_of(life, met)));
    met.any(|met| f64::from(met.time - life.time) <= years)
}

/// How often a company's holder leaves by each of [`EXITS`]: once in a listing, however many sales of its shares follow.
pub(super) fn exits_of(life: &CompanyLife, redemption_from: f32) -> [f64; EXITS.len()] {
    EXITS.map(|route| {
        let counts = |receipt: &&Receipt| {
            let paid =
                route != Route::Redemption || receipt.amount >= redemption_from * receipt.cost;
            receipt.route == route && paid
        };
        let count = life.receipts.iter().filter(counts).count();
        let once = route == Route::Listing;
        (if once { count.min(1) } else { count }) as f64
    })
}

/// What came of an event: a company that found no place for its listing was sold to another.
fn came_of(life: &CompanyLife, met: &LifeEvent) -> Event {
    match met.event {
        Event::Listing if life.listed.is_none() => Event::TradeSale,
        event => event,
    }
}

fn is_round(event: Event) -> bool {
    ROUNDS.contains(&event)
}

/// Whether a company raises so many rounds; unknown where its fund sold out in an earlier one.
fn reaches(life: &CompanyLife, at_least: u32) -> Option<bool> {
    let mut rounds = life.events.iter().filter(|event| is_round(event.event));
    if rounds.clone().count() as u32 >= at_least {
        return Some(true);
    }
    let sold = rounds.next_back().is_some_and(|last| last.own == 0.0);
    (!sold).then_some(false)
}

/// A histogram of the time from one event, or the first cheque, to a round in `stage`.
fn years_to_round(seen: &Seen, stage: usize) -> Vec<f64> {
    let mut bins = vec![0.0; YEAR_BINS];
    for (life, _) in seen.companies {
        let mut before = life.time;
        for event in &life.events {
            let years = f64::from(event.time - before);
            before = event.time;
            if event.stage as usize == stage && is_round(event.event) {
                let bin = libm::floor(years * BINS_PER_YEAR) as usize;
                bins[bin.min(YEAR_BINS - 1)] += 1.0;
            }
        }
    }
    bins
}

/// The median of a histogram, even within each bin.
fn median(bins: &[f64]) -> Option<f64> {
    let half = bins.iter().sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (bin, &count) in bins.iter().enumerate() {
        if count > 0.0 && below + count >= half {
            return Some((bin as f64 + (half - below) / count) / BINS_PER_YEAR);
        }
        below += count;
    }
    None
}

/// Parts lost in up rounds out of `stage` in which the fund neither paid nor sold.
fn dilution(seen: &Seen, stage: usize) -> Vec<f64> {
    let mut sums = [0.0; 2];
    for (life, _) in seen.companies {
        let mut own = life.own;
        for event in &life.events {
            let sold = || {
                let mut receipts = life.receipts.iter();
                receipts.any(|r| r.route == Route::Transfer && r.quarter == event.quarter)
            };
            let counts = event.event == Event::UpRound && event.stage as usize == stage;
            if counts && event.paid == 0.0 && event.own > 0.0 && !sold() {
                sums[0] += 1.0 - f64::from(event.own) / f64::from(own);
                sums[1] += 1.0;
            }
            own = event.own;
        }
    }
    sums.to_vec()
}

/// Standard deviation over mean of the path's yearly listings, as the window and the cycle make them.
fn listing_swing(seen: &Seen, years: usize) -> Vec<f64> {
    let economy = &seen.workspace.economy;
    let loading = seen.scenario.event[Event::Listing as usize].cycle;
    let shut = seen.scenario.economy.window.shut_factor;
    let pace = economy
        .open
        .iter()
        .zip(&economy.cycle)
        .map(|(&open, x)| libm::exp(loading * x) * if open { 1.0 } else { shut });
    let pace: Vec<f64> = pace.collect();
    let by_year: Vec<f64> = pace
        .chunks_exact(QUARTERS_PER_YEAR)
        .take(years)
        .map(|year| year.iter().sum())
        .collect();
    if by_year.len() < years || years < 2 {
        return vec![0.0, 0.0];
    }
    let n = years as f64;
    let mean = by_year.iter().sum::<f64>() / n;
    let squares: f64 = by_year.iter().map(|x| (x - mean) * (x - mean)).sum();
    vec![(squares / (n - 1.0)).sqrt() / mean, 1.0]
}

/// A flow of all sub-funds up to an age of so many quarters, and their commitments.
fn of_funds(
    seen: &Seen,
    quarters: usize,
    of: fn(&crate::path::cash::sums::FundFlows<f64>) -> f64,
) -> Vec<f64> {
    let journal = seen.journal;
    let mut sums = [0.0; 2];
    let funds = seen.workspace.programme.funds.iter();
    let books = journal.mandates.iter().zip(&journal.cash.funds);
    for (fund, (mandate, cash)) in funds.zip(books) {
        let first = mandate.first_quarter as usize;
        sums[0] += cash.iter().skip(first).take(quarters).map(of).sum::<f64>();
        sums[1] += fund.size;
    }
    sums.to_vec()
}
