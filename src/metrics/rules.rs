//! How each documented rule fared on one path: measured value, kept or not, how often it bound.

use super::ladder::Mobilised;
use super::{MetricUnit, MissingRank, Sink, direct, ratio};
use crate::path::Programme;
use crate::path::fundraising::sub_funds::SubFund;
use crate::scenario::{Rule, RuleMode, Scenario};
use crate::structure::Structure;

/// Relative slack for sums of many amounts.
const ROUNDING: f64 = 1e-9;

/// What is known of a rule on a path.
struct Finding {
    name: &'static str,
    rule: Rule,
    unit: MetricUnit,
    /// In the rule's unit.
    measured: f64,
    kept: bool,
    /// Share of vehicles that keep it; NaN where there are none.
    vehicles_kept: f64,
    /// Share of decisions that it changed; NaN where it decides nothing.
    binds: f64,
}

/// Writes `rules.<name>.measured`, `.kept`, `.vehicles_kept` and `.binds` for every rule that is not off.
pub fn record(
    scenario: &Scenario,
    structure: &Structure,
    programme: &Programme,
    committed: &Mobilised,
    sink: &mut impl Sink,
) {
    let decisions = decision_findings(scenario, structure, programme);
    let outcomes = outcome_findings(scenario, programme, committed);
    for finding in decisions
        .into_iter()
        .chain(outcomes)
        .filter(|f| f.rule.mode != RuleMode::Off)
    {
        let name = finding.name;
        let kept = f64::from(u8::from(finding.kept));
        sink.put(
            &["rules.", name, ".measured"],
            finding.unit,
            MissingRank::Omitted,
            finding.measured,
        );
        sink.put(
            &["rules.", name, ".kept"],
            MetricUnit::Share,
            MissingRank::Omitted,
            kept,
        );
        sink.put(
            &["rules.", name, ".vehicles_kept"],
            MetricUnit::Share,
            MissingRank::Omitted,
            finding.vehicles_kept,
        );
        sink.put(
            &["rules.", name, ".binds"],
            MetricUnit::Share,
            MissingRank::Omitted,
            finding.binds,
        );
    }
}

/// Part of `items` that are `good`; NaN of none.
fn part<T>(items: &[T], good: impl Fn(&T) -> bool) -> f64 {
    ratio(
        items.iter().filter(|item| good(item)).count() as f64,
        items.len() as f64,
    )
}

fn decision_findings(
    scenario: &Scenario,
    structure: &Structure,
    programme: &Programme,
) -> [Finding; 8] {
    let rules = &scenario.rules;
    let funds = &programme.funds;
    let deals = &programme.deals;
    let shares = sub_fund_shares(scenario, structure, programme);
    let lowest_share = shares.iter().copied().fold(f64::NAN, f64::min);
    let least_early = rules.early_stage_min.threshold * (1.0 - ROUNDING);
    let early: Vec<f64> = programme
        .sub_funds()
        .map(|(fund, outcome)| outcome.early / fund.size)
        .collect();
    let largest = |fund: &SubFund| ratio(fund.regional, fund.largest_other);
    let mean_size = ratio(funds.iter().map(|f| f.size).sum(), funds.len() as f64);
    let last_launch = funds.iter().map(|f| f.launch).fold(f64::NAN, f64::max);
    let early_deals = early_count(scenario, &programme.funded_by_stage);
    let early_follow_ons = early_count(scenario, &programme.follow_ons_by_stage);
    let term = scenario.national.term.years();
    [
        Finding {
            name: "sub_fund_share_min",
            rule: rules.sub_fund_share_min,
            unit: MetricUnit::Share,
            measured: lowest_share,
            kept: shares
                .iter()
                .all(|&share| share >= rules.sub_fund_share_min.threshold * (1.0 - ROUNDING)),
            vehicles_kept: part(&shares, |&share| {
                share >= rules.sub_fund_share_min.threshold * (1.0 - ROUNDING)
            }),
            binds: f64::NAN,
        },
        Finding {
            name: "early_stage_min",
            rule: rules.early_stage_min,
            unit: MetricUnit::Share,
            measured: early.iter().copied().fold(f64::NAN, f64::min),
            kept: early.iter().all(|&part| part >= least_early),
            vehicles_kept: part(&early, |&part| part >= least_early),
            binds: ratio(deals.replaced as f64, deals.candidates as f64),
        },
        Finding {
            name: "not_largest_lp",
            rule: rules.not_largest_lp,
            unit: MetricUnit::Multiple,
            measured: funds.iter().map(largest).fold(f64::NAN, f64::max),
            kept: funds.iter().all(|fund| fund.regional < fund.largest_other),
            vehicles_kept: part(funds, |fund| fund.regional < fund.largest_other),
            binds: part(funds, |fund| fund.not_largest_binds),
        },
        Finding {
            name: "valuation_max",
            rule: rules.valuation_max,
            unit: MetricUnit::Share,
            measured: ratio(deals.dear_deals as f64, early_deals),
            kept: deals.dear_deals == 0,
            vehicles_kept: f64::NAN,
            binds: ratio(deals.too_dear as f64, deals.candidates as f64),
        },
        Finding {
            name: "cheque_max",
            rule: rules.cheque_max,
            unit: MetricUnit::Share,
            measured: ratio(deals.large_cheques as f64, early_deals + early_follow_ons),
            kept: deals.large_cheques == 0,
            vehicles_kept: f64::NAN,
            binds: f64::NAN,
        },
        Finding {
            name: "sub_fund_mean_size_max",
            rule: rules.sub_fund_mean_size_max,
            unit: MetricUnit::Money,
            measured: mean_size,
            kept: funds.is_empty()
                || mean_size <= rules.sub_fund_mean_size_max.threshold * (1.0 + ROUNDING),
            vehicles_kept: part(funds, |fund| {
                fund.size <= rules.sub_fund_mean_size_max.threshold
            }),
            binds: part(funds, |fund| fund.mean_size_binds),
        },
        Finding {
            name: "national_term",
            rule: rules.national_term,
            unit: MetricUnit::Years,
            measured: term,
            kept: term <= rules.national_term.threshold,
            vehicles_kept: f64::NAN,
            binds: f64::NAN,
        },
        Finding {
            name: "investment_period",
            rule: rules.investment_period,
            unit: MetricUnit::Years,
            measured: last_launch,
            kept: funds.is_empty() || last_launch <= rules.investment_period.threshold,
            vehicles_kept: part(funds, |fund| {
                fund.launch <= rules.investment_period.threshold
            }),
            binds: f64::NAN,
        },
    ]
}

fn outcome_findings(
    scenario: &Scenario,
    programme: &Programme,
    committed: &Mobilised,
) -> [Finding; 4] {
    let rules = &scenario.rules;
    let funds = &programme.funds;
    let sizes: Vec<f64> = programme
        .closes
        .iter()
        .map(|closes| closes.iter().map(|c| c.total).sum())
        .collect();
    let smallest = sizes.iter().copied().fold(f64::NAN, f64::min);
    let outcome = |name, rule: Rule, unit, measured: f64, vehicles_kept| Finding {
        name,
        rule,
        unit,
        measured,
        kept: measured >= rule.threshold * (1.0 - ROUNDING),
        vehicles_kept,
        binds: f64::NAN,
    };
    let total: f64 = funds.iter().map(|f| f.size).sum();
    let early: f64 = programme.outcomes.iter().map(|f| f.early).sum();
    let of_direct: f64 = programme.direct.cheques_by_stage.iter().sum();
    let least = rules.regional_size_min.threshold * (1.0 - ROUNDING);
    [
        outcome(
            "regional_size_min",
            rules.regional_size_min,
            MetricUnit::Money,
            smallest,
            part(&sizes, |&size| size >= least),
        ),
        outcome(
            "sub_fund_count_min",
            rules.sub_fund_count_min,
            MetricUnit::Count,
            funds.len() as f64,
            f64::NAN,
        ),
        outcome(
            "programme_early_stage_min",
            rules.programme_early_stage_min,
            MetricUnit::Share,
            ratio(
                early + direct::early(scenario, programme),
                total + of_direct,
            ),
            f64::NAN,
        ),
        outcome(
            "scale_target",
            rules.scale_target,
            MetricUnit::Multiple,
            ratio(committed.consolidated(), committed.national),
            f64::NAN,
        ),
    ]
}

/// Sub-funds' part of each region's investments: tickets over tickets and what went into direct projects, or what is
/// kept for them where they are not simulated.
fn sub_fund_shares(scenario: &Scenario, structure: &Structure, programme: &Programme) -> Vec<f64> {
    let direct_share =
        scenario.regions.sub_fund_share.rest().fraction() * (1.0 - structure.region_fee_budget);
    let mut tickets = vec![0.0; programme.closes.len()];
    for fund in &programme.funds {
        tickets[fund.region as usize] += fund.regional;
    }
    let share_of = |(region, tickets): (usize, f64)| {
        let direct = if scenario.direct.is_some() {
            programme.ledger.regions[region].direct_cheques.iter().sum()
        } else {
            let closes = &programme.closes[region];
            direct_share * closes.iter().map(|close| close.total).sum::<f64>()
        };
        ratio(tickets, tickets + direct)
    };
    tickets
        .into_iter()
        .enumerate()
        .map(share_of)
        .filter(|share| !share.is_nan())
        .collect()
}

/// How many of a number by stage are of early stages.
fn early_count(scenario: &Scenario, by_stage: &[u64]) -> f64 {
    let early = scenario
        .stage
        .iter()
        .zip(by_stage)
        .filter(|(stage, _)| stage.early);
    early.map(|(_, &count)| count as f64).sum()
}
