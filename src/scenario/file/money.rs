//! Keys of raising money: the national company, regions, sub-funds.

use super::{LOADING, LONGEST, MONEY, ORIGINS, PART, RATE, SHARE, actual, amount, mix};
use crate::scenario::reader::{Bounds, Table};
use crate::scenario::{
    AtTerm, BondDraw, CallPolicy, FirstClose, ListedSubFunds, LpClass, ManagerPool, National,
    Raising, Region, Regions, Scenario, SubFundStructure, SubFunds, TakeUpModel, TicketRule,
    UnplacedCapital,
};
use crate::units::{AnnualRate, Money, Share, Years};

pub fn national(root: &Table) -> National {
    let national = root.table("national");
    let period = Bounds::closed(0.25, LONGEST);
    National {
        capital: Money::yuan(national.money("capital", MONEY)),
        term: Years::new(national.quarters("term", period)),
        investment_period: Years::new(national.quarters("investment_period", period)),
        as_of: national.optional_quarters("as_of", period).map(Years::new),
        unplaced_capital: national.choice(
            "unplaced_capital",
            &[
                ("later_closes", UnplacedCapital::LaterCloses),
                ("second_batch", UnplacedCapital::SecondBatch),
                ("none", UnplacedCapital::None),
            ],
        ),
        at_term: national.choice(
            "at_term",
            &[("settle", AtTerm::Settle), ("hold_nav", AtTerm::HoldNav)],
        ),
        bond_rate: AnnualRate::new(national.rate("bond_rate", RATE)),
        bond_draw: national.choice(
            "bond_draw",
            &[
                ("as_called", BondDraw::AsCalled),
                ("upfront", BondDraw::Upfront),
            ],
        ),
        cash_rate: AnnualRate::new(national.rate("cash_rate", RATE)),
    }
}

pub fn regions(root: &Table) -> Regions {
    let regions = root.table("regions");
    let dates = Bounds::closed(0.0, LONGEST);
    let years = |key| Years::new(regions.years(key, dates));
    Regions {
        take_up_model: regions.choice(
            "take_up_model",
            &[
                ("fixed", TakeUpModel::Fixed),
                ("stochastic", TakeUpModel::Stochastic),
                ("elastic", TakeUpModel::Elastic),
            ],
        ),
        take_up_logit_sd: regions.number("take_up_logit_sd", Bounds::closed(0.0, 5.0)),
        take_up_cycle_loading: regions.number("take_up_cycle_loading", LOADING),
        take_up_pivot: Share::new(regions.share("take_up_pivot", SHARE)),
        take_up_anchor_loading: regions.number("take_up_anchor_loading", LOADING),
        take_up_crowd_loading: regions.number("take_up_crowd_loading", LOADING),
        later_closes: regions
            .number_list("later_closes", dates)
            .into_iter()
            .map(Years::new)
            .collect(),
        sub_fund_share: Share::new(regions.share("sub_fund_share", SHARE)),
        pace: Years::new(regions.years("pace_years", Bounds::closed(0.25, LONGEST))),
        last_approval: years("last_approval"),
        close_lag: years("close_lag"),
        time_lost: years("time_lost"),
        call_policy: call_policy(&regions),
    }
}

/// Part of commitments that a tranche brings. Smaller ones are no tranches: calls are then as good as needed.
const TRANCHE: Bounds = Bounds::closed(0.001, 1.0);

fn call_policy(regions: &Table) -> CallPolicy {
    let in_tranches = [("as_needed", false), ("tranches", true)];
    if regions.optional_choice("call_policy", &in_tranches) == Some(true) {
        let tranche = Share::new(regions.share("tranche", TRANCHE));
        return CallPolicy::Tranches { tranche };
    }
    // After a mistake in the policy nobody knows whether a tranche belongs here.
    if regions.optional_share("tranche", TRANCHE).is_some() && regions.ok() {
        regions.only_with("call_policy = \"tranches\"", &["tranche"]);
    }
    CallPolicy::AsNeeded
}

pub fn region_list(root: &Table, classes: &[LpClass], as_of: Option<Years>) -> Vec<Region> {
    let tables = root.named_tables("region");
    if tables.len() > MAX_REGIONS {
        let rule = format!(
            "at most {MAX_REGIONS} regions are possible, found {}",
            tables.len()
        );
        root.problem_at("region", &rule, "drop some with `remove = true`");
    }
    tables
        .into_iter()
        .map(|(id, table)| region(id, &table, classes, as_of))
        .collect()
}

/// Most regions: the part of a random address that holds the region.
const MAX_REGIONS: usize = crate::random::MAX_REGIONS as usize;

fn region(id: String, table: &Table, classes: &[LpClass], as_of: Option<Years>) -> Region {
    let names = || classes.iter().map(|class| class.id.as_str());
    let first_close = table.optional_table("first_close").map(|close| FirstClose {
        total: Money::yuan(close.money("total", MONEY)),
        national: Money::yuan(close.money("national", Bounds::closed(0.0, 1e14))),
        mix: mix(&close, "mix", names()),
    });
    let listed = table
        .optional_table("listed")
        .map(|_| table.named_tables("listed"))
        .unwrap_or_default();
    Region {
        id,
        name: table.text("name"),
        manager: table.optional_text("manager"),
        launch: Years::new(table.years("launch", Bounds::closed(0.0, LONGEST))),
        first_close,
        take_up_mean: Share::new(table.share("take_up_mean", Bounds::from_below(0.0, 1.0))),
        later_close_mix: mix(table, "later_close_mix", names()),
        listed: listed
            .into_iter()
            .map(|(id, group)| listed_group(id, &group))
            .collect(),
        actual: actual::sub_funds(table, as_of),
        projects: actual::projects(table, as_of),
    }
}

/// Equal sub-funds given as data.
pub fn listed_group(id: String, group: &Table) -> ListedSubFunds {
    ListedSubFunds {
        id,
        count: group.count("count", 1..=crate::random::MAX_SUB_FUNDS),
        size: Money::yuan(group.money("size", MONEY)),
        regional_share: Share::new(group.share("regional_share", Bounds::above_up_to(0.0, 1.0))),
        launch: Years::new(group.years("launch", Bounds::closed(0.0, LONGEST))),
        so_far: None,
    }
}

pub fn sub_funds(root: &Table, classes: &[LpClass]) -> SubFunds {
    let table = root.table("sub_funds");
    let structure = match table.decision("structure", &[("raised", true), ("listed", false)]) {
        Some(true) => SubFundStructure::Raised(raising(&table)),
        Some(false) => {
            table.only_with("structure = \"raised\"", &RAISING_KEYS);
            SubFundStructure::Listed
        }
        None => {
            table.accept_all_beside("structure");
            SubFundStructure::Listed
        }
    };
    SubFunds {
        structure,
        gp_commitment: Share::new(table.share("gp_commitment", PART)),
        gp_origin: table.choice("gp_origin", &ORIGINS),
        lp_mix: mix(
            &table,
            "lp_mix",
            classes.iter().map(|class| class.id.as_str()),
        ),
        manager_pool: table
            .optional_table("manager_pool")
            .map(|pool| ManagerPool {
                size: pool.count("size", 1..=crate::random::MAX_SUB_FUNDS),
                persistence: Share::new(pool.share("persistence", SHARE)),
            }),
    }
}

/// What sub-funds that are listed by name do not need.
const RAISING_KEYS: [&str; 20] = [
    "ticket",
    "target_size_mean",
    "target_size_cv",
    "target_size_min",
    "target_size_max",
    "requested_share_mean",
    "requested_share_sd",
    "share_cap",
    "closing_failure_mean",
    "closing_cycle_loading",
    "closing_skill_loading",
    "closing_share_loading",
    "raised_mean",
    "raised_sd",
    "raised_cycle_loading",
    "raised_skill_loading",
    "min_viable_size",
    "lp_count",
    "lp_concentration",
    "track_record",
];

fn raising(table: &Table) -> Raising {
    let inside = Bounds::open(0.0, 1.0);
    let money = |key| Money::yuan(table.money(key, MONEY));
    let share = |key, bounds| Share::new(table.share(key, bounds));
    let loading = |key| table.number(key, LOADING);
    Raising {
        ticket: table.choice(
            "ticket",
            &[("share", TicketRule::Share), ("money", TicketRule::Money)],
        ),
        target_size_mean: money("target_size_mean"),
        target_size_cv: table.number("target_size_cv", super::CV),
        target_size_min: money("target_size_min"),
        target_size_max: money("target_size_max"),
        requested_share_mean: share("requested_share_mean", inside),
        requested_share_sd: table.number("requested_share_sd", Bounds::closed(0.0, 0.5)),
        share_cap: share("share_cap", inside),
        closing_failure_mean: share("closing_failure_mean", inside),
        closing_cycle_loading: loading("closing_cycle_loading"),
        closing_skill_loading: loading("closing_skill_loading"),
        closing_share_loading: table.number("closing_share_loading", Bounds::closed(-100.0, 100.0)),
        raised_mean: share("raised_mean", inside),
        raised_sd: table.number("raised_sd", Bounds::closed(0.0, 0.5)),
        raised_cycle_loading: loading("raised_cycle_loading"),
        raised_skill_loading: loading("raised_skill_loading"),
        min_viable_size: Money::yuan(table.money("min_viable_size", Bounds::closed(0.0, 1e14))),
        lp_count: table.count("lp_count", 1..=1000),
        lp_concentration: table.number("lp_concentration", Bounds::closed(0.05, 1000.0)),
        track_record: table
            .optional_table("track_record")
            .map(|record| record.number("loading", LOADING)),
    }
}

/// Rules between keys of raising money.
pub fn check(root: &Table, scenario: &Scenario) {
    check_national(root, scenario);
    check_regions(root, scenario);
    check_sub_funds(root, scenario);
}

fn check_national(root: &Table, scenario: &Scenario) {
    let table = root.table("national");
    let national = &scenario.national;
    let (term, period) = (national.term.years(), national.investment_period.years());
    if period > term {
        let message = format!(
            "the investment period of {period} years is longer than the term of {term} years"
        );
        table.problem_at(
            "investment_period",
            &message,
            "shorten it or lengthen national.term",
        );
    }
    let rules = &scenario.rules;
    for (key, years, rule) in [
        ("term", term, rules.national_term),
        ("investment_period", period, rules.investment_period),
    ] {
        if rule.is_enforced() && years > rule.threshold {
            let message = format!(
                "the rule allows at most {} years, found {years}",
                rule.threshold
            );
            table.problem_at(
                key,
                &message,
                "shorten it, or set the rule's mode to \"report\"",
            );
        }
    }
    let first: Money = scenario
        .region
        .iter()
        .filter_map(|r| r.first_close.as_ref())
        .map(|c| c.national)
        .sum();
    let capital = national.capital;
    if first.to_yuan() > capital.to_yuan() * (1.0 + 1e-12) {
        let message = format!(
            "first closes take {}, more than the capital of {}",
            amount(first),
            amount(capital)
        );
        table.problem_at(
            "capital",
            &message,
            "raise it, or lower the national tickets of first closes",
        );
    }
    let second_batch = scenario
        .region
        .iter()
        .any(|region| region.first_close.is_none());
    let unplaced = match national.unplaced_capital {
        UnplacedCapital::LaterCloses if !scenario.regions.later_closes.is_empty() => true,
        UnplacedCapital::SecondBatch => second_batch,
        _ => false,
    };
    let closes = scenario
        .region
        .iter()
        .filter_map(|r| r.first_close.as_ref());
    let placed = if unplaced { capital } else { first };
    if placed.to_yuan() <= 1e-6 * closes.map(|close| close.total.to_yuan()).sum::<f64>() {
        table.problem_at(
            "capital",
            "next to nothing of it goes into regions, so that leverage has no base",
            "give first closes a national ticket, or place the rest in later closes",
        );
    }
    if national.unplaced_capital == UnplacedCapital::SecondBatch && !second_batch {
        let message = "there is no region of a second batch";
        table.problem_at(
            "unplaced_capital",
            message,
            "add a region without `first_close`, or use \"later_closes\"",
        );
    }
}

fn check_regions(root: &Table, scenario: &Scenario) {
    let tables = root.named_tables("region");
    for (region, (_, table)) in scenario.region.iter().zip(&tables) {
        if let Some(close) = &region.first_close
            && close.national.to_yuan() > close.total.to_yuan()
        {
            let message = format!(
                "the national ticket of {} is larger than the close of {}",
                amount(close.national),
                amount(close.total)
            );
            table.table("first_close").problem_at(
                "national",
                &message,
                "lower it or raise first_close.total",
            );
        }
        if region.launch.years() >= scenario.national.term.years() {
            table.problem_at(
                "launch",
                "the region launches after the national term",
                "launch it earlier",
            );
        }
    }
    let regions = root.table("regions");
    let closes = &scenario.regions.later_closes;
    let launches = scenario.region.iter().map(|region| region.launch.years());
    let first_launch = launches.fold(f64::INFINITY, f64::min);
    let term = scenario.national.term.years();
    if let Some(close) = closes
        .iter()
        .find(|close| first_launch + close.years() >= term)
    {
        let message = format!(
            "a close {} years after the launch is not reached in a term of {term} years",
            close.years()
        );
        regions.problem_at("later_closes", &message, "drop it or make it earlier");
    }
    if closes.windows(2).any(|pair| pair[1] <= pair[0]) {
        regions.problem_at(
            "later_closes",
            "later closes stand in order of time",
            "sort the list",
        );
    }
    let rule = &scenario.rules.sub_fund_share_min;
    let share = scenario.regions.sub_fund_share.fraction();
    if rule.is_enforced() && share < rule.threshold {
        let message = format!(
            "the rule asks for at least {}, found {share}",
            rule.threshold
        );
        regions.problem_at(
            "sub_fund_share",
            &message,
            "raise it, or set rules.sub_fund_share_min.mode to \"report\"",
        );
    }
    let last = scenario.regions.last_approval.years() + scenario.regions.close_lag.years();
    let period = scenario.national.investment_period.years();
    if matches!(scenario.sub_funds.structure, SubFundStructure::Raised(_)) && last > period {
        let message = format!(
            "the last approval closes at {last} years, after the investment period of {period} years"
        );
        regions.problem_at(
            "last_approval",
            &message,
            "lower last_approval or close_lag",
        );
    }
}

fn check_sub_funds(root: &Table, scenario: &Scenario) {
    let table = root.table("sub_funds");
    match &scenario.sub_funds.structure {
        SubFundStructure::Listed => check_listed(root, scenario),
        SubFundStructure::Raised(raising) => {
            if raising.target_size_min > raising.target_size_max {
                table.problem_at(
                    "target_size_min",
                    "the smallest target is larger than the largest",
                    "lower it or raise target_size_max",
                );
            }
            if raising.lp_count < 2 && scenario.rules.not_largest_lp.is_enforced() {
                let message = "with one other LP the region must stay below a ticket that is all the others' money";
                table.problem_at("lp_count", message, "use at least 2");
            }
            if raising.min_viable_size > raising.target_size_max {
                table.problem_at(
                    "min_viable_size",
                    "no sub-fund is viable: this is more than the largest target",
                    "lower it or raise target_size_max",
                );
            }
            let others = 1.0
                - raising.requested_share_mean.fraction()
                - scenario.sub_funds.gp_commitment.fraction();
            if others <= 0.0 {
                let message =
                    "the requested share and the GP's commitment leave nothing for other LPs";
                table.problem_at("requested_share_mean", message, "lower one of them");
            }
        }
    }
}

fn check_listed(root: &Table, scenario: &Scenario) {
    let gp = scenario.sub_funds.gp_commitment.fraction();
    for (region, (_, table)) in scenario.region.iter().zip(&root.named_tables("region")) {
        if region.listed.is_empty() {
            let message = "sub_funds.structure = \"listed\" needs sub-funds";
            let hint = format!(
                "add [region.{}.listed.name] with count, size, regional_share and launch",
                region.id
            );
            table.problem_at("listed", message, &hint);
            continue;
        }
        for (group, (_, listed)) in region.listed.iter().zip(&table.named_tables("listed")) {
            if group.regional_share.fraction() + gp > 1.0 + 1e-12 {
                let message = "the region's share and the GP's commitment exceed the size";
                listed.problem_at(
                    "regional_share",
                    message,
                    "lower it or sub_funds.gp_commitment",
                );
            }
            if group.launch.years() >= scenario.national.term.years() {
                listed.problem_at(
                    "launch",
                    "the sub-funds launch after the national term",
                    "launch earlier",
                );
            }
        }
        let count: u64 = region
            .listed
            .iter()
            .map(|group| u64::from(group.count))
            .sum();
        if count > u64::from(crate::random::MAX_SUB_FUNDS) {
            let message = format!(
                "a region holds at most {} sub-funds, found {count}",
                crate::random::MAX_SUB_FUNDS
            );
            table.problem_at("listed", &message, "spread them over regions");
        }
    }
}
