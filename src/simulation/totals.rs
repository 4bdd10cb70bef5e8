//! What a path adds to the programme's totals: series by quarter, money flows, thresholds reached by year.

use crate::metrics::ladder::{Mobilised, committed_by_year};
use crate::metrics::{LADDER, THRESHOLDS};
use crate::outcomes::{CurveTotal, FlowTotal, ReachedTotal, Totals};
use crate::path::Programme;
use crate::path::company::Route;
use crate::path::ledger::Ledger;
use crate::scenario::Scenario;
use crate::structure::Structure;

/// Leverage curves are kept in millionths.
const MILLIONTHS: f64 = 1e6;

/// Rungs that are followed by year, by their place in [`LADDER`].
const FOLLOWED: [usize; 3] = [2, 3, 4];

/// Totals of no path.
pub fn empty(scenario: &Scenario, structure: &Structure) -> Totals {
    let years = structure.quarters.div_ceil(4);
    let mut totals = Totals::default();
    let curve = |name: &str, points: usize, yearly_multiple: bool| CurveTotal {
        name: name.to_owned(),
        sum: vec![0; points],
        squares: vec![0; points],
        yearly_multiple,
    };
    series(&Ledger::default(), |name, _| {
        totals.curves.push(curve(name, structure.quarters, false));
    });
    for rung in FOLLOWED {
        totals.curves.push(curve(LADDER[rung], years, true));
        totals
            .reached
            .extend(THRESHOLDS.iter().map(|&threshold| ReachedTotal {
                metric: LADDER[rung].to_owned(),
                threshold,
                by_year: vec![0; years],
            }));
    }
    let mut programme = Programme::default();
    programme.clear(scenario, structure);
    flows(scenario, &programme, |from, to, _| {
        totals.flows.push(FlowTotal {
            from: from.concat(),
            to: to.concat(),
            sum: 0,
        });
    });
    totals
}

/// Adds one path.
pub fn add_path(scenario: &Scenario, programme: &Programme, totals: &mut Totals) {
    let mut curves = totals.curves.iter_mut();
    series(&programme.ledger, |_, values| {
        if let Some(curve) = curves.next() {
            add_points(curve, values.iter().copied());
        }
    });
    let mut reached = totals.reached.iter_mut();
    let by_year = by_year(scenario, programme);
    for rung in FOLLOWED {
        if let Some(curve) = curves.next() {
            add_points(curve, by_year.iter().map(|rungs| rungs[rung] * MILLIONTHS));
        }
        for counts in reached.by_ref().take(THRESHOLDS.len()) {
            for (count, rungs) in counts.by_year.iter_mut().zip(&by_year) {
                *count += u64::from(rungs[rung] >= counts.threshold);
            }
        }
    }
    let mut sums = totals.flows.iter_mut();
    flows(scenario, programme, |_, _, amount| {
        if let Some(flow) = sums.next() {
            flow.sum += whole(amount);
        }
    });
}

fn add_points(curve: &mut CurveTotal, values: impl Iterator<Item = f64>) {
    for ((sum, squares), value) in curve.sum.iter_mut().zip(&mut curve.squares).zip(values) {
        let value = whole(value);
        *sum += value;
        *squares += value * value;
    }
}

/// To whole units, so that sums do not depend on their order; nothing for NaN.
fn whole(amount: f64) -> i128 {
    libm::round(amount) as i128
}

/// The ladder at the end of each year, over national money placed by the term, so that it never falls.
fn by_year(scenario: &Scenario, programme: &Programme) -> Vec<[f64; LADDER.len()]> {
    let years = programme.ledger.national.calls.len().div_ceil(4);
    let closes = programme.closes.iter().flatten();
    let placed = closes.map(|close| close.national).sum::<f64>();
    let at = |mut money: Mobilised| {
        let early = money.national;
        money.national = placed;
        let mut rungs = money.rungs();
        // Summed counts the national tier's own money as of then.
        rungs[3] -= (placed - early) / placed.max(f64::MIN_POSITIVE);
        rungs
    };
    let money = committed_by_year(scenario, programme, years);
    money.into_iter().map(at).collect()
}

fn series(ledger: &Ledger, mut put: impl FnMut(&str, &[f64])) {
    put("national.calls", &ledger.national.calls);
    put("national.distributions", &ledger.national.distributions);
    put("sub_fund.calls", &ledger.sub_funds.calls);
    put("sub_fund.distributions", &ledger.sub_funds.distributions);
    put("sub_fund.fees", &ledger.sub_funds.fees);
    put("sub_fund.carry", &ledger.sub_funds.carry);
    put("companies.first_cheques", &ledger.sub_funds.cheques);
    put("companies.proceeds", &ledger.sub_funds.proceeds);
}

/// Money from holder to holder over the life of the programme, in yuan.
fn flows(scenario: &Scenario, programme: &Programme, mut put: impl FnMut(&[&str], &[&str], f64)) {
    let ledger = &programme.ledger;
    let total = |series: &[f64]| series.iter().sum::<f64>();
    put(&["treasury"], &["national"], total(&ledger.national.calls));
    put(
        &["national"],
        &["running_cost"],
        total(&ledger.national.running_cost),
    );
    put(
        &["national"],
        &["treasury"],
        total(&ledger.national.distributions),
    );
    for (region, flows) in scenario.region.iter().zip(&ledger.regions) {
        let name: &[&str] = &["region.", &region.id];
        put(&["national"], name, total(&flows.national_calls));
        put(
            &["regional_lps"],
            name,
            total(&flows.calls) - total(&flows.national_calls),
        );
        put(name, &["sub_funds"], total(&flows.sub_fund_calls));
        put(name, &["fees"], total(&flows.fees));
        put(&["sub_funds"], name, total(&flows.sub_fund_distributions));
        put(name, &["carry"], total(&flows.carry));
        put(name, &["national"], total(&flows.national_distributions));
        put(
            name,
            &["regional_lps"],
            total(&flows.distributions) - total(&flows.national_distributions),
        );
    }
    let sub = &ledger.sub_funds;
    let regional: f64 = ledger
        .regions
        .iter()
        .map(|r| total(&r.sub_fund_calls))
        .sum();
    let to_regions: f64 = ledger
        .regions
        .iter()
        .map(|r| total(&r.sub_fund_distributions))
        .sum();
    put(
        &["sub_fund_lps"],
        &["sub_funds"],
        total(&sub.calls) - regional,
    );
    for (stage, &cheques) in scenario.stage.iter().zip(&programme.cheques_by_stage) {
        put(&["sub_funds"], &["stage.", &stage.id], cheques);
    }
    put(&["sub_funds"], &["fees"], total(&sub.fees));
    put(&["sub_funds"], &["carry"], total(&sub.carry));
    put(
        &["sub_funds"],
        &["sub_fund_lps"],
        total(&sub.distributions) - to_regions,
    );
    for route in [Route::Listing, Route::TradeSale, Route::WoundUp] {
        put(
            &["exits.", route.key()],
            &["sub_funds"],
            programme.proceeds[route as usize],
        );
    }
    for route in [Route::Stalled, Route::Alive] {
        put(
            &["held.", route.key()],
            &["sub_funds"],
            programme.proceeds[route as usize],
        );
    }
}
