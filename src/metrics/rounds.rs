//! Money beyond first cheques, and sales of parts of stakes, where the scenario has them.

use super::{MetricUnit, MissingRank, Sink, ratio};
use crate::path::Programme;
use crate::scenario::Scenario;

/// Writes what sub-funds of `size` yuan in all did beyond first cheques and whole sales.
pub fn record(scenario: &Scenario, programme: &Programme, size: f64, sink: &mut impl Sink) {
    if scenario.deployment.follow_on.is_some() {
        record_follow_ons(scenario, programme, size, sink);
    }
    let mut put = |name, unit, value| sink.put(&[name], unit, MissingRank::Omitted, value);
    if scenario.deployment.recycling.is_some() {
        let money = programme.recycled;
        put("sub_funds.recycled_money", MetricUnit::Money, money);
        let share = ratio(money, size);
        put("sub_funds.recycled_share", MetricUnit::Share, share);
    }
    if scenario.exit.transfer.is_some() {
        let count = programme.partial_transfers as f64;
        put("exits.transfer.partial_count", MetricUnit::Count, count);
    }
}

fn record_follow_ons(scenario: &Scenario, programme: &Programme, size: f64, sink: &mut impl Sink) {
    let mut put = |name: &[&str], unit, value| sink.put(name, unit, MissingRank::Omitted, value);
    let (money, by_stage) = (programme.follow_on, &programme.follow_ons_by_stage);
    let count = by_stage.iter().sum::<u64>() as f64;
    let mean = ratio(money, count);
    put(&["sub_funds.follow_on_money"], MetricUnit::Money, money);
    let share = ratio(money, size);
    put(&["sub_funds.follow_on_share"], MetricUnit::Share, share);
    put(&["companies.follow_on_mean"], MetricUnit::Money, mean);
    put(&["companies.follow_ons"], MetricUnit::Count, count);
    for (stage, &count) in scenario.stage.iter().zip(by_stage) {
        let name = ["companies.follow_ons.", &stage.id];
        put(&name, MetricUnit::Count, count as f64);
    }
}
