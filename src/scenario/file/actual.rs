//! Keys of actual sub-funds and projects: what is signed already, so that simulated ones fill only the rest.

use super::money::listed_group;
use super::{LONGEST, MONEY};
use crate::random::MAX_COMPANIES;
use crate::scenario::reader::{Bounds, Table};
use crate::scenario::{ActualProjects, ListedSubFunds, Region, Scenario, SubFundStructure};
use crate::units::{Money, Years};

/// The groups of `key` in a region's `table`, if there are any.
fn groups<'r>(table: &Table<'r>, key: &str) -> Vec<(String, Table<'r>)> {
    let there = table.optional_table(key);
    there.map(|_| table.named_tables(key)).unwrap_or_default()
}

/// Actual sub-funds of a region.
pub fn sub_funds(table: &Table) -> Vec<ListedSubFunds> {
    let groups = groups(table, "fund").into_iter();
    groups.map(|(id, group)| listed_group(id, &group)).collect()
}

/// Actual direct projects of a region.
pub fn projects(table: &Table) -> Vec<ActualProjects> {
    let group = |(id, group): (String, Table)| ActualProjects {
        id,
        count: group.count("count", 1..=MAX_COMPANIES),
        cheque: Money::yuan(group.money("cheque", MONEY)),
        date: Years::new(group.years("date", Bounds::closed(0.0, LONGEST))),
    };
    groups(table, "project").into_iter().map(group).collect()
}

/// Rules between what is signed and the rest of the scenario.
pub fn check(root: &Table, scenario: &Scenario) {
    let tables = root.named_tables("region");
    for (region, (_, table)) in scenario.region.iter().zip(&tables) {
        if !region.actual.is_empty() {
            check_sub_funds(table, scenario, region);
        }
        if !region.projects.is_empty() {
            check_projects(table, scenario, region);
        }
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
