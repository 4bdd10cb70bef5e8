//! Keys of terms and rules.

use super::{RATE, SHARE};
use crate::scenario::reader::{Bounds, Table};
use crate::scenario::{
    Concession, ConcessionTo, Fee, FeeBasis, FundTerms, NationalTerms, Region, Rule, RuleMode,
    Rules, Scenario, SubFundStructure, Terms,
};
use crate::units::{AnnualRate, Share};

pub fn terms(root: &Table) -> Terms {
    let terms = root.table("terms");
    let running_cost = terms
        .table("national")
        .rate("running_cost", Bounds::closed(0.0, 0.04));
    Terms {
        national: NationalTerms {
            running_cost: AnnualRate::new(running_cost),
        },
        region: fund_terms(&terms.table("region")),
        sub_fund: fund_terms(&terms.table("sub_fund")),
    }
}

fn fund_terms(table: &Table) -> FundTerms {
    FundTerms {
        fee: fee(&table.table("fee")),
        later_fee: fee(&table.table("later_fee")),
        expense_rate: AnnualRate::new(table.rate("expense_rate", RATE)),
        hurdle: AnnualRate::new(table.rate("hurdle", RATE)),
        catch_up: Share::new(table.share("catch_up", SHARE)),
        carry: Share::new(table.share("carry", Bounds::from_below(0.0, 1.0))),
        concession: table.optional_table("concession").map(|t| concession(&t)),
    }
}

fn concession(table: &Table) -> Concession {
    let to = [
        ("other_lps", ConcessionTo::OtherLps),
        ("gp", ConcessionTo::Gp),
    ];
    Concession {
        share: Share::new(table.share("share", SHARE)),
        to: table.choice("to", &to),
    }
}

/// Rules between terms and the rest.
pub fn check(root: &Table, scenario: &Scenario) {
    let alone = [
        (
            "region",
            scenario.terms.region,
            scenario.region.iter().all(is_national_alone),
        ),
        (
            "sub_fund",
            scenario.terms.sub_fund,
            are_regions_alone(scenario),
        ),
    ];
    for (fund, terms, alone) in alone {
        if alone
            && terms
                .concession
                .is_some_and(|c| c.to == ConcessionTo::OtherLps)
        {
            let table = root.table("terms").table(fund).table("concession");
            let message = "there is no other LP to whom anything could be passed on";
            table.problem_at("to", message, "use \"gp\", or drop the table");
        }
    }
}

/// Whether nobody but the national company ever joins this regional fund.
fn is_national_alone(region: &Region) -> bool {
    let first = region.first_close.as_ref();
    first.is_some_and(|close| close.national >= close.total)
        && region.take_up_mean.fraction() == 0.0
}

/// Whether sub-funds have no LP but their region.
fn are_regions_alone(scenario: &Scenario) -> bool {
    let gp = scenario.sub_funds.gp_commitment.fraction();
    let mut groups = scenario.region.iter().flat_map(|region| &region.listed);
    matches!(scenario.sub_funds.structure, SubFundStructure::Listed)
        && groups.all(|group| group.regional_share.fraction() + gp >= 1.0)
}

fn fee(table: &Table) -> Fee {
    let bases = [
        ("committed", FeeBasis::Committed),
        ("paid_in", FeeBasis::PaidIn),
        ("invested_cost", FeeBasis::InvestedCost),
    ];
    Fee {
        rate: AnnualRate::new(table.rate("rate", RATE)),
        basis: table.choice("basis", &bases),
    }
}

/// What a rule's threshold counts in.
#[derive(Clone, Copy)]
enum Threshold {
    Share,
    Money,
    Years,
    Number,
    /// The rule has none.
    None,
}

pub fn rules(root: &Table) -> Rules {
    let rules = root.table("rules");
    let decision = |key, unit| rule(&rules, key, unit, true);
    let outcome = |key, unit| rule(&rules, key, unit, false);
    Rules {
        sub_fund_share_min: decision("sub_fund_share_min", Threshold::Share),
        early_stage_min: decision("early_stage_min", Threshold::Share),
        not_largest_lp: decision("not_largest_lp", Threshold::None),
        valuation_max: decision("valuation_max", Threshold::Money),
        cheque_max: decision("cheque_max", Threshold::Money),
        sub_fund_mean_size_max: decision("sub_fund_mean_size_max", Threshold::Money),
        national_term: decision("national_term", Threshold::Years),
        investment_period: decision("investment_period", Threshold::Years),
        regional_size_min: outcome("regional_size_min", Threshold::Money),
        sub_fund_count_min: outcome("sub_fund_count_min", Threshold::Number),
        programme_early_stage_min: outcome("programme_early_stage_min", Threshold::Share),
        scale_target: outcome("scale_target", Threshold::Number),
    }
}

/// A rule that is off needs no threshold.
fn rule(rules: &Table, key: &str, unit: Threshold, decision: bool) -> Rule {
    let table = rules.table(key);
    let modes = [
        ("enforce", RuleMode::Enforce),
        ("report", RuleMode::Report),
        ("off", RuleMode::Off),
    ];
    // An outcome cannot be enforced: that would force investors to pay.
    let mode = table.choice("mode", if decision { &modes } else { &modes[1..] });
    let threshold = match unit {
        Threshold::None => Some(1.0),
        Threshold::Share => table.optional_share("threshold", SHARE),
        Threshold::Money => table.optional_money("threshold", Bounds::positive()),
        Threshold::Years => table.optional_years("threshold", Bounds::positive()),
        Threshold::Number => table.optional_number("threshold", Bounds::non_negative()),
    };
    if threshold.is_none() && mode != RuleMode::Off && table.ok() {
        let hint = "add `threshold = ...`, or set mode = \"off\"";
        table.problem("a rule that is not off needs a threshold", hint);
    }
    Rule {
        threshold: threshold.unwrap_or(f64::INFINITY),
        mode,
    }
}
