//! What a path adds to the programme's totals: series by quarter, money flows, thresholds reached by year.

use crate::metrics::ladder::{Mobilised, committed_by_year};
use crate::metrics::{LADDER, THRESHOLDS};
use crate::outcomes::{CurveTotal, FlowTotal, ReachedTotal, Totals};
use crate::path::Programme;
use crate::path::company::Route;
use crate::path::ledger::Ledger;
use crate::path::realised::Realised;
use crate::scenario::{CallPolicy, Scenario};
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
    let mut programme = Programme::default();
    programme.clear(scenario, structure);
    series(scenario, &programme.ledger, |name, _| {
        totals
            .curves
            .push(curve(&name.concat(), structure.quarters, false));
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
    series(scenario, &programme.ledger, |_, series| {
        if let Some(curve) = curves.next() {
            match series {
                Series::Flow(flow) => add_points(curve, flow.iter().copied()),
                Series::Sum(one, other) => {
                    add_points(curve, one.iter().zip(other).map(|(a, b)| a + b));
                }
                Series::NetCumulated(calls, distributions) => {
                    add_points(curve, net_cumulated(calls, distributions));
                }
            }
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
        // Series have long stretches of nothing.
        if value == 0.0 {
            continue;
        }
        let rounded = libm::round(value);
        if rounded.abs() < SMALL {
            // The same as below, in numbers of the machine: the square has at most 124 bits.
            let value = i128::from(rounded as i64);
            *sum += value;
            *squares = squares.saturating_add(value * value);
        } else {
            let value = whole(value);
            *sum += value;
            *squares = squares.saturating_add(value.saturating_mul(value));
        }
    }
}

/// Below this a whole number fits into 64 bits.
const SMALL: f64 = (1_u64 << 62) as f64;

/// Largest amount that is added up: 2^32 paths of it stay within 127 bits.
const LARGEST: f64 = (1_u128 << 94) as f64;

/// To whole units, so that sums do not depend on their order; nothing for NaN.
fn whole(amount: f64) -> i128 {
    libm::round(amount.clamp(-LARGEST, LARGEST)) as i128
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

/// A series by quarter.
enum Series<'a> {
    /// As it stands in the ledger: a flow, or cash at quarters' ends.
    Flow(&'a [f64]),
    /// One and another, added up.
    Sum(&'a [f64], &'a [f64]),
    /// Distributions less calls up to the end of the quarter, from calls and distributions.
    NetCumulated(&'a [f64], &'a [f64]),
}

fn net_cumulated<'a>(
    calls: &'a [f64],
    distributions: &'a [f64],
) -> impl Iterator<Item = f64> + use<'a> {
    let flows = distributions.iter().zip(calls);
    flows.scan(0.0, |net, (distribution, call)| {
        *net += distribution - call;
        Some(*net)
    })
}

/// Every series that is followed by quarter: calls, distributions and their balance by tier, idle cash of regional funds that call in
/// tranches, then what sub-funds charge, what all companies receive and bring, in all and by route, and NAV by tier where it is asked for.
fn series(scenario: &Scenario, ledger: &Ledger, mut put: impl FnMut(&[&str], Series)) {
    let mut tier = |name: [&str; 2], calls, distributions| {
        let [first, second] = name;
        put(&[first, second, ".calls"], Series::Flow(calls));
        put(
            &[first, second, ".distributions"],
            Series::Flow(distributions),
        );
        let net = Series::NetCumulated(calls, distributions);
        put(&[first, second, ".net_cumulated"], net);
    };
    let national = &ledger.national;
    tier(["national", ""], &national.calls, &national.distributions);
    for (region, flows) in scenario.region.iter().zip(&ledger.regions) {
        tier(["region.", &region.id], &flows.calls, &flows.distributions);
    }
    let sub_funds = &ledger.sub_funds;
    tier(["sub_fund", ""], &sub_funds.calls, &sub_funds.distributions);
    if scenario.direct.is_some() {
        let direct = &ledger.direct;
        tier(["direct", ""], &direct.cheques, &direct.proceeds);
    }
    if scenario.regions.call_policy != CallPolicy::AsNeeded {
        for (region, flows) in scenario.region.iter().zip(&ledger.regions) {
            put(&["region.", &region.id, ".cash"], Series::Flow(&flows.cash));
        }
    }
    put(&["sub_fund.fees"], Series::Flow(&sub_funds.fees));
    put(&["sub_fund.carry"], Series::Flow(&sub_funds.carry));
    let direct = &ledger.direct;
    let all = Series::Sum(&sub_funds.cheques, &direct.cheques);
    put(&["companies.cheques"], all);
    let all = Series::Sum(&sub_funds.proceeds, &direct.proceeds);
    put(&["companies.proceeds"], all);
    for route in Route::PAYING {
        let proceeds = Series::Flow(&ledger.proceeds_by_route[route as usize]);
        put(&["exits.", route.key(), ".proceeds"], proceeds);
    }
    if scenario.nav {
        nav_series(scenario, ledger, put);
    }
}

/// NAV by tier at the end of each quarter.
fn nav_series(scenario: &Scenario, ledger: &Ledger, mut put: impl FnMut(&[&str], Series)) {
    put(&["national.nav"], Series::Flow(&ledger.national.nav));
    for (region, flows) in scenario.region.iter().zip(&ledger.regions) {
        put(&["region.", &region.id, ".nav"], Series::Flow(&flows.nav));
    }
    put(&["sub_fund.nav"], Series::Flow(&ledger.sub_funds.nav));
    if scenario.direct.is_some() {
        put(&["direct.nav"], Series::Flow(&ledger.direct.nav));
    }
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
        if scenario.regions.call_policy != CallPolicy::AsNeeded {
            put(&["interest"], name, total(&flows.interest));
        }
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
    for route in Route::PAYING {
        put(
            &["exits.", route.key()],
            &["sub_funds"],
            programme.proceeds[route as usize],
        );
    }
    for route in Route::HELD {
        put(
            &["held.", route.key()],
            &["sub_funds"],
            programme.proceeds[route as usize],
        );
    }
    if scenario.direct.is_some() {
        direct_flows(scenario, programme, &mut put);
    }
    if let Some(realised) = &programme.realised {
        flows_by_stage(scenario, realised, &mut put);
    }
}

/// What companies brought by route, by the stage in which they were first funded.
fn flows_by_stage(
    scenario: &Scenario,
    realised: &Realised,
    put: &mut impl FnMut(&[&str], &[&str], f64),
) {
    let paid = Route::PAYING.map(|route| ("exits.", route));
    let held = Route::HELD.map(|route| ("held.", route));
    for (number, stage) in scenario.stage.iter().enumerate() {
        for (kind, route) in paid.into_iter().chain(held) {
            let amount = realised.by_stage[route as usize][number];
            put(&["stage.", &stage.id], &[kind, route.key()], amount);
        }
    }
}

/// Money between regional funds, their direct projects and where these end.
fn direct_flows(
    scenario: &Scenario,
    programme: &Programme,
    put: &mut impl FnMut(&[&str], &[&str], f64),
) {
    let direct = &programme.direct;
    for (region, flows) in scenario.region.iter().zip(&programme.ledger.regions) {
        let name: &[&str] = &["region.", &region.id];
        put(name, &["direct"], flows.direct_cheques.iter().sum());
        put(&["direct"], name, flows.direct_proceeds.iter().sum());
    }
    for (stage, &cheques) in scenario.stage.iter().zip(&direct.cheques_by_stage) {
        put(&["direct"], &["stage.", &stage.id], cheques);
    }
    for route in Route::PAYING {
        let proceeds = direct.proceeds[route as usize];
        put(&["exits.", route.key()], &["direct"], proceeds);
    }
    for route in Route::HELD {
        let value = direct.proceeds[route as usize];
        put(&["held.", route.key()], &["direct"], value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total() -> CurveTotal {
        CurveTotal {
            name: "national.calls".into(),
            sum: vec![0; 3],
            squares: vec![0; 3],
            yearly_multiple: false,
        }
    }

    #[test]
    fn points_are_whole_numbers_and_their_squares_whatever_their_size() {
        let mut curve = total();
        let large = (1_u64 << 63) as f64;
        add_points(&mut curve, [-2.5, 1e11, large].into_iter());
        add_points(&mut curve, [f64::NAN, 0.4, -large].into_iter());
        assert_eq!(curve.sum, [-3, 100_000_000_000, 0]);
        assert_eq!(curve.squares[..2], [9, 10_i128.pow(22)]);
        assert_eq!(curve.squares[2], i128::MAX); // 2^127 would not fit
    }

    #[test]
    fn net_flows_are_cumulated_to_the_end_of_each_quarter() {
        let net: Vec<f64> = net_cumulated(&[10.0, 5.0, 0.0], &[0.0, 2.0, 20.0]).collect();
        assert_eq!(net, [-10.0, -13.0, 7.0]);
    }
}
