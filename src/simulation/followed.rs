//! Series of every path at the end of each year: what a fan chart shows the spread of.

use crate::outcomes::Followed;
use crate::path::ledger::Ledger;
use crate::scenario::Scenario;
use crate::structure::Structure;

/// The series of no path.
pub(super) fn empty(scenario: &Scenario, structure: &Structure) -> Vec<Followed> {
    let years = structure.quarters.div_ceil(4);
    let of = |name: &&str| Followed {
        name: (*name).to_owned(),
        years,
        values: Vec::new(),
    };
    names(scenario).iter().map(of).collect()
}

/// Distributions less calls so far, of the nation and of all sub-funds; then what the nation holds, where NAV is asked for.
fn names(scenario: &Scenario) -> &'static [&'static str] {
    let all = &[
        "national.net_cumulated",
        "sub_fund.net_cumulated",
        "national.nav",
    ];
    if scenario.nav { all } else { &all[..2] }
}

/// Adds one path.
pub(super) fn add_path(scenario: &Scenario, ledger: &Ledger, followed: &mut [Followed]) {
    let (national, sub_funds) = (&ledger.national, &ledger.sub_funds);
    let series = [
        (&national.calls, &national.distributions),
        (&sub_funds.calls, &sub_funds.distributions),
    ];
    for (kept, (calls, distributions)) in followed.iter_mut().zip(series) {
        let mut net = 0.0;
        for (call, distribution) in calls.chunks(4).zip(distributions.chunks(4)) {
            net += distribution.iter().sum::<f64>() - call.iter().sum::<f64>();
            kept.values.push(libm::round(net) as f32);
        }
    }
    if scenario.nav
        && let Some(kept) = followed.last_mut()
    {
        let ends = national.nav.chunks(4).filter_map(|year| year.last());
        kept.values.extend(ends.map(|nav| libm::round(*nav) as f32));
    }
}
