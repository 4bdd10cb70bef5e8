//! What one path yields: a row of named numbers.
//!
//! [`record`] writes every metric once, in one order, to a [`Sink`]: one sink keeps names and units, the
//! other the values. So a name and its value cannot drift apart.

pub mod ladder;
mod rules;

use crate::math::irr::{Irr, irr};
use crate::path::Programme;
use crate::path::company::Route;
use crate::scenario::Scenario;
use crate::structure::Structure;

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

/// Writes all metrics of a path.
pub fn record(
    scenario: &Scenario,
    structure: &Structure,
    programme: &Programme,
    sink: &mut impl Sink,
) {
    ladder::record(scenario, programme, sink);
    record_returns(scenario, programme, sink);
    record_structure(scenario, programme, sink);
    record_exits(programme, sink);
    rules::record(scenario, structure, programme, sink);
}

/// Money paid in, distributed and still held by one tier, and what follows from it.
struct Returns<'a> {
    calls: &'a [f64],
    distributions: &'a [f64],
    residual: f64,
}

impl Returns<'_> {
    fn record(&self, tier: &[&str], sink: &mut impl Sink) {
        let paid_in: f64 = self.calls.iter().sum();
        let distributed: f64 = self.distributions.iter().sum();
        let omitted = MissingRank::Omitted;
        let mut put = |metric, unit, missing, value| {
            let [a, b] = [
                tier.first().copied().unwrap_or(""),
                tier.get(1).copied().unwrap_or(""),
            ];
            sink.put(&[a, b, metric], unit, missing, value);
        };
        put(".paid_in", MetricUnit::Money, omitted, paid_in);
        put(".distributed", MetricUnit::Money, omitted, distributed);
        put(".residual", MetricUnit::Money, omitted, self.residual);
        put(
            ".dpi",
            MetricUnit::Multiple,
            omitted,
            ratio(distributed, paid_in),
        );
        put(
            ".rvpi",
            MetricUnit::Multiple,
            omitted,
            ratio(self.residual, paid_in),
        );
        put(
            ".tvpi",
            MetricUnit::Multiple,
            omitted,
            ratio(distributed + self.residual, paid_in),
        );
        put(".irr", MetricUnit::Rate, MissingRank::Lowest, self.irr());
    }

    /// IRR of the net flows, with the value still held as a last flow; NaN where there is none.
    fn irr(&self) -> f64 {
        let mut flows: Vec<f64> = self
            .distributions
            .iter()
            .zip(self.calls)
            .map(|(d, c)| d - c)
            .collect();
        if let Some(last) = flows.last_mut() {
            *last += self.residual;
        }
        match irr(&flows, 0.25) {
            Irr::Rate(rate) => rate,
            _ => f64::NAN,
        }
    }
}

fn record_returns(scenario: &Scenario, programme: &Programme, sink: &mut impl Sink) {
    let ledger = &programme.ledger;
    let national = Returns {
        calls: &ledger.national.calls,
        distributions: &ledger.national.distributions,
        residual: ledger.national_residual,
    };
    national.record(&["national"], sink);
    let yearly = ledger
        .national
        .calls
        .chunks(4)
        .map(|year| year.iter().sum::<f64>());
    let peak = yearly.fold(0.0_f64, f64::max);
    sink.put(
        &["national.peak_annual_call"],
        MetricUnit::Money,
        MissingRank::Omitted,
        peak,
    );
    for (i, region) in scenario.region.iter().enumerate() {
        let flows = &ledger.regions[i];
        let returns = Returns {
            calls: &flows.calls,
            distributions: &flows.distributions,
            residual: ledger.region_residual[i],
        };
        returns.record(&["region.", &region.id], sink);
    }
    let sub_funds = Returns {
        calls: &ledger.sub_funds.calls,
        distributions: &ledger.sub_funds.distributions,
        residual: ledger.sub_fund_residual,
    };
    sub_funds.record(&["sub_fund.pooled"], sink);
}

fn record_structure(scenario: &Scenario, programme: &Programme, sink: &mut impl Sink) {
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
    let funds = &programme.funds;
    let count = funds.len() as f64;
    let sum = |of: &dyn Fn(&crate::path::FundOutcome) -> f64| funds.iter().map(of).sum::<f64>();
    let approved: u32 = programme.raising.iter().map(|r| r.approved).sum();
    let failed: u32 = programme.raising.iter().map(|r| r.failed).sum();
    let targets: f64 = programme.raising.iter().map(|r| r.targets_of_closed).sum();
    let size = sum(&|f| f.fund.size);
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
            ratio(sum(&|f| f.fund.regional), size),
        ),
        (
            "sub_funds.early_stage_share",
            MetricUnit::Share,
            ratio(sum(&|f| f.early), size),
        ),
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
    let funded: u64 = programme.funded_by_stage.iter().sum();
    let cheques: f64 = programme.cheques_by_stage.iter().sum();
    sink.put(
        &["companies.funded"],
        MetricUnit::Count,
        omitted,
        funded as f64,
    );
    for (stage, &count) in scenario.stage.iter().zip(&programme.funded_by_stage) {
        sink.put(
            &["companies.funded.", &stage.id],
            MetricUnit::Count,
            omitted,
            count as f64,
        );
    }
    sink.put(
        &["companies.first_cheque_mean"],
        MetricUnit::Money,
        omitted,
        ratio(cheques, funded as f64),
    );
}

fn record_exits(programme: &Programme, sink: &mut impl Sink) {
    let omitted = MissingRank::Omitted;
    let of = |route: Route| {
        let i = route as usize;
        (
            programme.ends[i] as f64,
            programme.proceeds[i],
            programme.cost[i],
        )
    };
    for route in [
        Route::Listing,
        Route::TradeSale,
        Route::WoundUp,
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
    }
    let unrealised = of(Route::Stalled).0 + of(Route::Alive).0;
    sink.put(
        &["companies.unrealised_at_term"],
        MetricUnit::Count,
        omitted,
        unrealised,
    );
}
