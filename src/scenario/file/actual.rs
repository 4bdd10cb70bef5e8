//! Keys of actual sub-funds and projects: what is signed already, so that simulated ones fill only the rest.

use super::money::listed_group;
use super::{LONGEST, MONEY, amount};
use crate::random::MAX_COMPANIES;
use crate::scenario::reader::{Bounds, Table};
use crate::scenario::{
    ActualProjects, AtTerm, ListedSubFunds, Region, Scenario, SoFar, SubFundStructure,
    UnplacedCapital,
};
use crate::units::{Money, Years};

/// The groups of `key` in a region's `table`, if there are any.
fn groups<'r>(table: &Table<'r>, key: &str) -> Vec<(String, Table<'r>)> {
    let there = table.optional_table(key);
    there.map(|_| table.named_tables(key)).unwrap_or_default()
}

/// Money from nothing on: what is paid or held so far.
const SO_FAR: Bounds = Bounds::closed(0.0, 1e14);

/// Beyond this multiple of what was paid in, a value is a mistake in its unit.
const MOST_TIMES: f64 = 100.0;

/// Where keys of what is there by then have a meaning.
const BEFORE_AS_OF: &str = "national.as_of to a date after this one";

/// Whether what is dated `date` is there by `as_of`.
fn is_there(date: Years, as_of: Option<Years>) -> bool {
    as_of.is_some_and(|as_of| date.years() < as_of.years())
}

/// Actual sub-funds of a region.
pub fn sub_funds(table: &Table, as_of: Option<Years>) -> Vec<ListedSubFunds> {
    let group = |(id, group): (String, Table)| {
        let terms = listed_group(id, &group);
        let so_far = is_there(terms.launch, as_of).then(|| SoFar {
            paid_in: Money::yuan(group.money("paid_in", SO_FAR)),
            nav: Money::yuan(group.money("nav", SO_FAR)),
            distributed: Money::yuan(group.optional_money("distributed", SO_FAR).unwrap_or(0.0)),
        });
        if so_far.is_none() {
            group.only_with(BEFORE_AS_OF, &["paid_in", "nav", "distributed"]);
        }
        ListedSubFunds { so_far, ..terms }
    };
    groups(table, "fund").into_iter().map(group).collect()
}

/// Actual direct projects of a region.
pub fn projects(table: &Table, as_of: Option<Years>) -> Vec<ActualProjects> {
    let group = |(id, group): (String, Table)| {
        let date = Years::new(group.years("date", Bounds::closed(0.0, LONGEST)));
        let nav = is_there(date, as_of).then(|| Money::yuan(group.money("nav", SO_FAR)));
        if nav.is_none() {
            group.only_with(BEFORE_AS_OF, &["nav"]);
        }
        ActualProjects {
            id,
            count: group.count("count", 1..=MAX_COMPANIES),
            cheque: Money::yuan(group.money("cheque", MONEY)),
            date,
            nav,
        }
    };
    groups(table, "project").into_iter().map(group).collect()
}

/// Rules between what is signed and the rest of the scenario.
pub fn check(root: &Table, scenario: &Scenario) {
    let tables = root.named_tables("region");
    if let Some(as_of) = scenario.national.as_of {
        check_as_of(root, scenario, as_of.years());
    }
    for (region, (_, table)) in scenario.region.iter().zip(&tables) {
        if !region.actual.is_empty() {
            check_sub_funds(table, scenario, region);
        }
        if !region.projects.is_empty() {
            check_projects(table, scenario, region);
        }
    }
}

/// Up to `as_of` everything is data, so that nothing may be drawn before it.
fn check_as_of(root: &Table, scenario: &Scenario, as_of: f64) {
    let (national, regions) = (root.table("national"), root.table("regions"));
    let term = scenario.national.term.years();
    if as_of >= term {
        let message = format!("nothing is left to simulate: the term is {term} years");
        national.problem_at("as_of", &message, "give it an earlier date");
    }
    if matches!(scenario.sub_funds.structure, SubFundStructure::Listed) {
        let message = "actual sub-funds stand beside raised ones, and this scenario lists them all";
        let hint = "drop it, or set sub_funds.structure = \"raised\"";
        national.problem_at("as_of", message, hint);
    }
    let unplaced = scenario.national.unplaced_capital;
    let tables = root.named_tables("region");
    for (region, (_, table)) in scenario.region.iter().zip(&tables) {
        let launch = region.launch.years();
        let first = region.first_close.is_some();
        if !first && unplaced == UnplacedCapital::SecondBatch && launch < as_of {
            let message = format!(
                "the first close in year {launch} lies before year {as_of}, up to which everything is data"
            );
            let hint = "add `first_close`, or launch the region at or after national.as_of";
            table.problem_at("launch", &message, hint);
        }
        let mut later = scenario.regions.later_closes.iter();
        let drawn = later.find(|close| launch + close.years() < as_of);
        if let (true, UnplacedCapital::LaterCloses, Some(close)) = (first, unplaced, drawn) {
            let message = format!(
                "the close in year {} of {} lies before year {as_of}, up to which everything is data",
                launch + close.years(),
                region.id
            );
            let hint = "if it is still to come, give it a date at or after national.as_of; if it was held, drop it and add its money to first_close";
            return regions.problem_at("later_closes", &message, hint);
        }
    }
}

/// What is paid, held and paid back so far has to fit together.
fn check_so_far(table: &Table, scenario: &Scenario, group: &ListedSubFunds, so_far: &SoFar) {
    let (paid_in, size) = (so_far.paid_in.to_yuan(), group.size.to_yuan());
    if paid_in > size {
        let message = format!(
            "{} is more than the size of {}",
            amount(so_far.paid_in),
            amount(group.size)
        );
        table.problem_at("paid_in", &message, "a fund calls at most its size");
    }
    if so_far.distributed.to_yuan() > paid_in {
        let message = format!(
            "{} is more than the {} paid in, so that carry may be in it, which is not known",
            amount(so_far.distributed),
            amount(so_far.paid_in)
        );
        let hint = "give at most what was paid in";
        table.problem_at("distributed", &message, hint);
    }
    if paid_in == 0.0 && so_far.nav.to_yuan() > 0.0 {
        let message = "there is value, and nothing was paid for it";
        table.problem_at("nav", message, "give paid_in, or set it to 0");
    }
    if so_far.nav.to_yuan() > MOST_TIMES * paid_in && paid_in > 0.0 {
        let message = format!(
            "{} is more than {MOST_TIMES} times the {} paid in",
            amount(so_far.nav),
            amount(so_far.paid_in)
        );
        table.problem_at("nav", &message, "look at the units of both");
    }
    if scenario.national.at_term == AtTerm::HoldNav {
        return;
    }
    let deployment = &scenario.deployment;
    let extension = deployment.extension.quarters();
    let first = group.launch.quarter();
    let end = first + deployment.investment.quarters() + deployment.exit.quarters() + extension;
    let as_of = scenario.national.as_of.map_or(0, Years::quarters);
    if end <= as_of {
        let message = "the life of such a fund is over by national.as_of";
        table.problem_at("launch", message, "drop the group, or give a later date");
    }
}

fn check_sub_funds(table: &Table, scenario: &Scenario, region: &Region) {
    if matches!(scenario.sub_funds.structure, SubFundStructure::Listed) {
        let message = "actual sub-funds stand beside raised ones, and this scenario lists them all";
        let hint = "write them as `listed` groups, or set sub_funds.structure = \"raised\"";
        return table.problem_at("fund", message, hint);
    }
    if region.first_close.is_none() {
        let message = "the region has no first close yet, so that nothing can be signed";
        return table.problem_at("fund", message, "add `first_close`, or drop them");
    }
    let gp = scenario.sub_funds.gp_commitment.fraction();
    let term = scenario.national.term.years();
    for (group, (_, table)) in region.actual.iter().zip(table.named_tables("fund")) {
        if group.regional_share.fraction() + gp >= 1.0 {
            let message = "the region's share and the GP's commitment leave nothing for other LPs";
            let hint = "lower it or sub_funds.gp_commitment";
            table.problem_at("regional_share", message, hint);
        }
        check_date(&table, "launch", group.launch, region.launch, term);
        if let Some(so_far) = &group.so_far {
            check_so_far(&table, scenario, group, so_far);
        }
    }
}

fn check_projects(table: &Table, scenario: &Scenario, region: &Region) {
    if scenario.direct.is_none() {
        let message = "direct projects live by the table [direct], which this scenario has not";
        return table.problem_at("project", message, "add [direct], or drop them");
    }
    if region.first_close.is_none() {
        let message = "the region has no first close yet, so that nothing can be signed";
        return table.problem_at("project", message, "add `first_close`, or drop them");
    }
    let count: u64 = region.projects.iter().map(|g| u64::from(g.count)).sum();
    if count > u64::from(MAX_COMPANIES) {
        let message =
            format!("at most {MAX_COMPANIES} actual projects are possible, found {count}");
        table.problem_at("project", &message, "join small ones");
    }
    let last = scenario.national.investment_period.years();
    for (group, (_, table)) in region.projects.iter().zip(table.named_tables("project")) {
        check_date(&table, "date", group.date, region.launch, last);
        if group
            .nav
            .is_some_and(|nav| nav.to_yuan() > MOST_TIMES * group.cheque.to_yuan())
        {
            let message = format!(
                "the value is more than {MOST_TIMES} times the cheque of {}",
                amount(group.cheque)
            );
            table.problem_at("nav", &message, "look at the units of both");
        }
    }
}

/// Money is there from the region's launch on, and a commitment has to come before `until`.
fn check_date(table: &Table, key: &str, date: Years, launch: Years, until: f64) {
    let (date, launch) = (date.years(), launch.years());
    if date < launch {
        let message = format!("the region is launched in year {launch}, after year {date}");
        table.problem_at(key, &message, "give it a date at or after the launch");
    }
    if date >= until {
        let message = format!("year {date} is too late: the last date is before year {until}");
        table.problem_at(key, &message, "give it an earlier date");
    }
}
