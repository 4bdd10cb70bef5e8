//! Idle cash of regional funds that call in tranches.

use super::{MetricUnit, MissingRank, Sink, ratio};
use crate::path::Programme;
use crate::scenario::{CallPolicy, Scenario};
use crate::structure::quarter_of;

/// Writes `regions.idle_share` and `regions.interest`; nothing where funds call as needed.
///
/// The share is that of an auditor who comes at a random quarter's end of a fund's investment period: cash held over all
/// that was paid in so far, both added up over funds and quarters.
pub fn record(scenario: &Scenario, programme: &Programme, sink: &mut impl Sink) {
    if scenario.regions.call_policy == CallPolicy::AsNeeded {
        return;
    }
    let period = scenario.national.investment_period.quarters();
    let (mut idle, mut paid_in, mut interest) = (0.0, 0.0, 0.0);
    for (flows, closes) in programme.ledger.regions.iter().zip(&programme.closes) {
        interest += flows.interest.iter().sum::<f64>();
        let Some(first) = closes.first() else {
            continue;
        };
        let mut called = 0.0;
        let quarters = flows.calls.iter().zip(&flows.cash);
        for (call, cash) in quarters.take(quarter_of(first.time) + period) {
            called += call;
            paid_in += called;
            idle += cash;
        }
    }
    let mut put = |name, unit, value| sink.put(&[name], unit, MissingRank::Omitted, value);
    put(
        "regions.idle_share",
        MetricUnit::Share,
        ratio(idle, paid_in),
    );
    put("regions.interest", MetricUnit::Money, interest);
}
