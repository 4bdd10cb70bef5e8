//! Keys of direct projects.

use super::{CV, LONGEST, MONEY, mix};
use crate::scenario::reader::{Bounds, Table};
use crate::scenario::{Direct, Scenario, Stage};
use crate::units::{Money, Years};

/// Direct projects, if the scenario has any.
pub fn direct(root: &Table, stages: &[Stage]) -> Option<Direct> {
    let table = root.optional_table("direct")?;
    let pace = Bounds::closed(0.25, LONGEST);
    Some(Direct {
        mix: mix(&table, "mix", stages.iter().map(|stage| stage.id.as_str())),
        cheque_mean: Money::yuan(table.money("cheque_mean", MONEY)),
        cheque_cv: table.number("cheque_cv", CV),
        pace: Years::new(table.years("pace_years", pace)),
        skill: table.number("skill", Bounds::closed(-5.0, 5.0)),
    })
}

/// Rules between keys of direct projects and others.
pub fn check(root: &Table, scenario: &Scenario) {
    if scenario.direct.is_none() {
        return;
    }
    if scenario.regions.sub_fund_share.fraction() >= 1.0 {
        let message = "sub-funds take all of every regional fund, so that nothing is left for direct projects";
        let hint = "lower it, or drop the table [direct]";
        root.table("regions")
            .problem_at("sub_fund_share", message, hint);
    }
    let closes = scenario.regions.later_closes.len();
    let most = crate::random::MAX_DIRECT_VEHICLES as usize - 2;
    if closes > most {
        let message = format!(
            "beside direct projects at most {most} later closes are possible, found {closes}"
        );
        let hint = "join closes that are near each other, or drop the table [direct]";
        root.table("regions")
            .problem_at("later_closes", &message, hint);
    }
}
