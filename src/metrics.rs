//! What one path yields: a row of named numbers.
//!
//! [`record`] writes every metric once, in one order, to a [`Sink`]: one sink keeps names and units, the
//! other the values. So a name and its value cannot drift apart.

mod cash;
pub mod co_investment;
mod direct;
mod fiscal;
mod funds;
pub mod ladder;
pub mod lookup;
mod lps;
mod market;
mod returns;
mod rounds;
mod rules;
pub mod target;

use crate::path::Programme;
use crate::path::company::Route;
use crate::path::economy::Economy;
use crate::path::ledger::{Ledger, RegionFlows, Series};
use crate::scenario::Scenario;
use crate::structure::Structure;
use funds::Funds;

/// What a metric counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricUnit {
    /// Money over money.
    Multiple,
    /// Per year, annual effective.
    Rate,
    /// A part of a whole.
    Share,
    /// Yuan.
    Money,
    /// A number of things.
    Count,
    /// Years.
    Years,
}

/// What a missing value means for quantiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingRank {
    /// It is left out (a multiple of no money).
    Omitted,
    /// It ranks below every value (an IRR that does not exist).
    Lowest,
    /// It ranks above every value (a date that never comes).
    Highest,
}

/// One column of the results.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricSpec {
    /// Name as in `docs/model.md`, for example `leverage.consolidated`.
    pub name: String,
    /// What it counts in.
    pub unit: MetricUnit,
    /// What a missing value (NaN) means for quantiles.
    pub missing: MissingRank,
}

/// The rungs of the leverage ladder in their order: metric name without `.drawn`.
pub const LADDER: [&str; 7] = [
    "leverage.regional",
    "leverage.sub_fund",
    "leverage.consolidated",
    "leverage.summed",
    "leverage.social",
    "leverage.private",
    "leverage.fiscal",
];

/// Thresholds k of the printed probabilities P(leverage >= k).
pub const THRESHOLDS: [f64; 5] = [4.0, 6.0, 8.0, 10.0, 12.0];

/// Takes one metric after another. A name comes in parts, so that a path need not join them.
pub trait Sink {
    /// The next metric; NaN is missing.
    fn put(&mut self, name: &[&str], unit: MetricUnit, missing: MissingRank, value: f64);
}

impl Sink for Vec<f64> {
    fn put(&mut self, _: &[&str], _: MetricUnit, _: MissingRank, value: f64) {
        self.push(value);
    }
}

impl Sink for Vec<MetricSpec> {
    fn put(&mut self, name: &[&str], unit: MetricUnit, missing: MissingRank, _: f64) {
        self.push(MetricSpec {
            name: name.concat(),
            unit,
            missing,
        });
    }
}

/// `amount / base`, or NaN where there is no base.
fn ratio(amount: f64, base: f64) -> f64 {
    if base > 0.0 { amount / base } else { f64::NAN }
}

/// Digits of the number of a year.
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Writes one metric for each year: `name` and the year's number in two digits.
fn put_years(name: &str, unit: MetricUnit, years: impl Iterator<Item = f64>, sink: &mut impl Sink) {
    for (year, value) in (1..).zip(years) {
        let name = [name, DIGITS[year / 10 % 10], DIGITS[year % 10]];
        sink.put(&name, unit, MissingRank::Omitted, value);
    }
}

/// Writes all metrics of a path.
pub fn record(
    scenario: &Scenario,
    structure: &Structure,
    economy: &Economy,
    programme: &Programme,
    sink: &mut impl Sink,
) {
    let committed = ladder::committed(scenario, programme, f64::INFINITY);
    let drawn = ladder::drawn(scenario, programme);
    ladder::record(scenario, &committed, &drawn, sink);
    co_investment::record(scenario, programme, &committed, &drawn, sink);
    let funds = Funds::of(programme);
    returns::record(scenario, economy, programme, funds.size, sink);
    funds.record_quartiles(sink);
    lps::record(scenario, economy, &programme.ledger, sink);
    fiscal::record_calls(&programme.ledger, sink);
    fiscal::record_account(&scenario.national, &programme.ledger, sink);
    record_concessions(scenario, &programme.ledger, sink);
    cash::record(scenario, programme, sink);
    record_structure(scenario, programme, &funds, sink);
    record_companies(scenario, programme, sink);
    direct::record(scenario, programme, sink);
    record_exits(programme, scenario, sink);
    rounds::record(scenario, programme, funds.size, sink);
    market::record(scenario, &programme.market, sink);
    rules::record(scenario, structure, programme, &committed, sink);
}

/// Writes what public LPs passed on, by the tier at which they did.
fn record_concessions(scenario: &Scenario, ledger: &Ledger, sink: &mut impl Sink) {
    let terms = &scenario.terms;
    let mut put = |name, conceded| {
        sink.put(&[name], MetricUnit::Money, MissingRank::Omitted, conceded);
    };
    let total = |of: fn(&RegionFlows) -> &Series| ledger.regions.iter().flat_map(of).sum::<f64>();
    if terms.sub_fund.concession.is_some() {
        put(
            "concession.sub_fund",
            total(|region| &region.sub_fund_conceded),
        );
    }
    if terms.region.concession.is_some() {
        put(
            "concession.region",
            total(|region| &region.national_conceded),
        );
    }
}

fn record_structure(
    scenario: &Scenario,
    programme: &Programme,
    funds: &Funds,
    sink: &mut impl Sink,
) {
    let omitted = MissingRank::Omitted;
    for (region, closes) in scenario.region.iter().zip(&programme.closes) {
        let size: f64 = closes.iter().map(|close| close.total).sum();
        let national: f64 = closes.iter().map(|close| close.national).sum();
        sink.put(
            &["region.", &region.id, ".size"],
            MetricUnit::Money,
            omitted,
            size,
        );
        sink.put(
            &["region.", &region.id, ".others_share"],
            MetricUnit::Share,
            omitted,
            ratio(size - national, size),
        );
    }
    let count = programme.funds.len() as f64;
    let approved: u32 = programme.raising.iter().map(|r| r.approved).sum();
    let failed: u32 = programme.raising.iter().map(|r| r.failed).sum();
    let targets: f64 = programme.raising.iter().map(|r| r.targets_of_closed).sum();
    let size = funds.size;
    for (name, unit, value) in [
        ("sub_funds.approved", MetricUnit::Count, f64::from(approved)),
        ("sub_funds.closed", MetricUnit::Count, count),
        ("sub_funds.failed", MetricUnit::Count, f64::from(failed)),
        (
            "sub_funds.failed_share",
            MetricUnit::Share,
            ratio(f64::from(failed), f64::from(failed) + count),
        ),
        ("sub_funds.mean_size", MetricUnit::Money, ratio(size, count)),
        (
            "sub_funds.raised_of_target",
            MetricUnit::Share,
            ratio(size, targets),
        ),
        (
            "sub_funds.regional_share",
            MetricUnit::Share,
            ratio(funds.regional, size),
        ),
        (
            "sub_funds.early_stage_share",
            MetricUnit::Share,
            ratio(funds.early, size),
        ),
    ] {
        sink.put(&[name], unit, omitted, value);
    }
    let early = ratio(funds.early, size);
    for (name, unit, value) in [
        ("early_stage.money", MetricUnit::Money, funds.early),
        ("early_stage.share", MetricUnit::Share, early),
    ] {
        sink.put(&[name], unit, omitted, value);
    }
    let ledger = &programme.ledger;
    let fees: f64 = ledger.sub_funds.fees.iter().sum();
    let carry: f64 = ledger.sub_funds.carry.iter().sum();
    let proceeds: f64 = ledger.sub_funds.proceeds.iter().sum();
    sink.put(
        &["sub_funds.fee_load"],
        MetricUnit::Share,
        omitted,
        ratio(fees, size),
    );
    sink.put(
        &["sub_funds.carry_of_proceeds"],
        MetricUnit::Share,
        omitted,
        ratio(carry, proceeds),
    );
}

/// Companies with a first cheque, of sub-funds and direct projects alike: in all, by stage, by sector and by region.
fn record_companies(scenario: &Scenario, programme: &Programme, sink: &mut impl Sink) {
    let omitted = MissingRank::Omitted;
    let direct = &programme.direct;
    let per_company = funds_per_company(scenario);
    let stakes = programme
        .funded_by_stage
        .iter()
        .chain(&direct.funded_by_stage);
    let stakes = stakes.sum::<u64>() as f64;
    for (name, count) in [
        ("companies.stakes", stakes),
        ("companies.funded", stakes / per_company),
    ] {
        sink.put(&[name], MetricUnit::Count, omitted, count);
    }
    let mut put = |name, id: &str, [of_funds, own]: [u64; 2]| {
        let count = (of_funds + own) as f64 / per_company;
        sink.put(&[name, id], MetricUnit::Count, omitted, count);
    };
    for (i, stage) in scenario.stage.iter().enumerate() {
        let counts = [programme.funded_by_stage[i], direct.funded_by_stage[i]];
        put("companies.funded.", &stage.id, counts);
    }
    for (i, sector) in scenario.sector.iter().enumerate() {
        let counts = [programme.funded_by_sector[i], direct.funded_by_sector[i]];
        put("companies.funded_by_sector.", &sector.id, counts);
    }
    for (i, region) in scenario.region.iter().enumerate() {
        let counts = [programme.funded_by_region[i], direct.funded_by_region[i]];
        put("companies.funded_by_region.", &region.id, counts);
    }
    let cheques = programme.cheques_by_stage.iter().sum::<f64>()
        + direct.cheques_by_stage.iter().sum::<f64>();
    sink.put(
        &["companies.first_cheque_mean"],
        MetricUnit::Money,
        omitted,
        ratio(cheques - programme.follow_on, stakes),
    );
}

/// Stakes of the programme in one company, on average.
fn funds_per_company(scenario: &Scenario) -> f64 {
    scenario
        .market
        .map_or(1.0, |market| market.funds_per_company)
}

/// Exits are counted by stake, as holders record them.
fn record_exits(programme: &Programme, scenario: &Scenario, sink: &mut impl Sink) {
    let omitted = MissingRank::Omitted;
    let of = |route: Route| {
        let i = route as usize;
        let direct = &programme.direct;
        (
            (programme.ends[i] + direct.ends[i]) as f64,
            programme.proceeds[i] + direct.proceeds[i],
            programme.cost[i] + direct.cost[i],
        )
    };
    for route in [
        Route::Listing,
        Route::TradeSale,
        Route::Transfer,
        Route::Redemption,
        Route::Secondary,
        Route::WoundUp,
        Route::WrittenOff,
        Route::Stalled,
    ] {
        let (count, proceeds, cost) = of(route);
        sink.put(
            &["exits.", route.key(), ".count"],
            MetricUnit::Count,
            omitted,
            count,
        );
        let amount = if route.is_held() {
            ".residual"
        } else {
            ".proceeds"
        };
        sink.put(
            &["exits.", route.key(), amount],
            MetricUnit::Money,
            omitted,
            proceeds,
        );
        sink.put(
            &["exits.", route.key(), ".multiple"],
            MetricUnit::Multiple,
            omitted,
            ratio(proceeds, cost),
        );
        if let Some(realised) = &programme.realised {
            let years = ratio(realised.yuan_years[route as usize], cost);
            let name = ["exits.", route.key(), ".years_held"];
            sink.put(&name, MetricUnit::Years, omitted, years);
        }
    }
    if let Some(realised) = &programme.realised {
        let mut put = |name, unit, value| sink.put(&[name], unit, omitted, value);
        put(
            "proceeds.top_1_share",
            MetricUnit::Share,
            realised.top_1_share,
        );
        put(
            "proceeds.top_5_share",
            MetricUnit::Share,
            realised.top_5_share,
        );
        let unicorns = realised.unicorns as f64;
        put("companies.unicorns", MetricUnit::Count, unicorns);
    }
    let unrealised = (of(Route::Stalled).0 + of(Route::Alive).0) / funds_per_company(scenario);
    sink.put(
        &["companies.unrealised_at_term"],
        MetricUnit::Count,
        omitted,
        unrealised,
    );
}
