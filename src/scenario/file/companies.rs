//! Keys of companies: first cheques, stages, events, exits.

use super::{CV, LOADING, MONEY, PART, amount, mix};
use crate::math::links::LogNormal;
use crate::scenario::reader::{Bounds, Table, suggestion};
use crate::scenario::{
    Deployment, Event, EventLoading, FirstCheques, Scenario, Stage, Step, Wait, WeightLaw,
};
use crate::units::{Money, Share, Years};

/// Most stages: as many as the kernels' tables hold.
const MAX_STAGES: usize = 8;

/// The stages in the order of `order`, which is `None` after a mistake.
pub fn stages(root: &Table, order: Option<&[String]>) -> Vec<Stage> {
    let tables = root.named_tables("stage");
    let mut left: Vec<Stage> = tables
        .into_iter()
        .map(|(id, table)| stage(id, &table))
        .collect();
    if let Some(order) = order {
        check_order(root, order, &left);
    }
    let mut stages = Vec::new();
    for id in order.unwrap_or_default() {
        if let Some(at) = left.iter().position(|stage| stage.id == *id) {
            stages.push(left.remove(at));
        }
    }
    // Those without a place are a mistake already: that they stand last is not.
    stages.append(&mut left);
    if root.ok()
        && let Some(last) = stages.last()
        && last.weights[Event::UpRound as usize] > 0.0
    {
        let message = format!("the last stage `{}` has no stage to go up to", last.id);
        let hint = "set its weights.up_round to 0, or put another stage last";
        root.problem_at("stage_order", &message, hint);
    }
    stages
}

/// Every stage stands in the order once.
fn check_order(root: &Table, order: &[String], stages: &[Stage]) {
    let blame = |message: String, hint: &str| root.problem_at("stage_order", &message, hint);
    if order.is_empty() || order.len() > MAX_STAGES {
        let found = order.len();
        let message = format!("between 1 and {MAX_STAGES} stages are possible, found {found}");
        return blame(message, "list the stages from the first to the last");
    }
    let names = || stages.iter().map(|stage| stage.id.as_str());
    for (at, id) in order.iter().enumerate() {
        if order[..at].contains(id) {
            blame(format!("stage `{id}` stands twice"), "name each stage once");
        } else if !names().any(|name| name == id) {
            let absent = names().filter(|&name| !order.iter().any(|id| id == name));
            let hint = match suggestion(id, absent) {
                Some(name) => format!("did you mean \"{name}\"?"),
                None => format!("add [stage.{id}], or drop the name"),
            };
            blame(format!("there is no table [stage.{id}]"), &hint);
        }
    }
    for name in names().filter(|&name| !order.iter().any(|id| id == name)) {
        let message = format!("stage `{name}` has no place in stage_order");
        blame(message, "add it to the list, or drop its table");
    }
}

fn stage(id: String, table: &Table) -> Stage {
    let weights = mix(table, "weights", Event::ALL.iter().map(|event| event.key()));
    let mut by_event = [0.0; Event::COUNT];
    by_event.copy_from_slice(&weights);
    Stage {
        id,
        early: table.flag("early"),
        first_cheque_mean: Money::yuan(table.money("first_cheque_mean", MONEY)),
        first_cheque_cv: table.number("first_cheque_cv", CV),
        pre_money_mean: Money::yuan(table.money("pre_money_mean", MONEY)),
        pre_money_cv: table.number("pre_money_cv", CV),
        wait: wait(&table.table("wait")),
        dilution: Share::new(table.share("dilution", PART)),
        pool: Share::new(table.share("pool", PART)),
        step_up: step(table, "step_up"),
        step_down: step(table, "step_down"),
        weights: by_event,
    }
}

fn wait(table: &Table) -> Wait {
    let years = Bounds::closed(0.01, 100.0);
    match table.decision("kind", &[("exponential", true), ("lognormal", false)]) {
        Some(true) => {
            table.only_with("kind = \"lognormal\"", &["cv", "median", "sigma"]);
            Wait::Exponential {
                mean: table.years("mean", years),
            }
        }
        Some(false) => {
            let law = log_normal(table, |key| table.optional_years(key, years));
            Wait::LogNormal {
                mu: law.mu,
                sigma: law.sigma,
            }
        }
        None => {
            table.accept_all_beside("kind");
            Wait::Exponential { mean: 1.0 }
        }
    }
}

/// A lognormal factor: `{ mean, cv }` or `{ median, sigma }`.
pub fn step(parent: &Table, key: &str) -> Step {
    let table = parent.table(key);
    let bounds = Bounds::closed(1e-3, 1e3);
    let law = log_normal(&table, |key| table.optional_multiple(key, bounds));
    Step {
        mu: law.mu,
        sigma: law.sigma,
    }
}

fn log_normal(table: &Table, centre: impl Fn(&str) -> Option<f64>) -> LogNormal {
    let (mean, cv) = (centre("mean"), table.optional_number("cv", CV));
    let (median, sigma) = (
        centre("median"),
        table.optional_number("sigma", Bounds::closed(0.0, 5.0)),
    );
    let law = match (mean, cv, median, sigma) {
        (Some(mean), Some(cv), None, None) => LogNormal::from_mean_cv(mean, cv).ok(),
        (None, None, Some(median), Some(sigma)) => LogNormal::from_median_sigma(median, sigma).ok(),
        _ => None,
    };
    law.unwrap_or_else(|| {
        if table.ok() {
            let hint = "write { mean = ..., cv = ... } or { median = ..., sigma = ... }";
            let rule = "a lognormal law has a mean and a cv, or a median and a sigma";
            table.problem(rule, hint);
        }
        LogNormal {
            mu: 0.0,
            sigma: 0.0,
        }
    })
}

pub fn events(root: &Table) -> (WeightLaw, [EventLoading; Event::COUNT]) {
    let weights = root.table("events").choice(
        "weights",
        &[
            ("unconditional", WeightLaw::Unconditional),
            ("conditional", WeightLaw::Conditional),
        ],
    );
    let outer = root.table("event");
    let loadings = Event::ALL.map(|event| {
        let table = outer.table(event.key());
        EventLoading {
            cycle: table.number("cycle_loading", LOADING),
            skill: table.number("skill_loading", LOADING),
            sector: table.number("sector_loading", LOADING),
        }
    });
    (weights, loadings)
}

pub fn deployment(root: &Table, stages: &[Stage]) -> Deployment {
    let table = root.table("deployment");
    let years = Bounds::closed(0.0, super::LONGEST);
    let by_money = table.decision("first_cheques", &[("money", true), ("count", false)]);
    Deployment {
        investment: Years::new(
            table.quarters("investment_years", Bounds::closed(0.25, super::LONGEST)),
        ),
        exit: Years::new(table.quarters("exit_years", years)),
        extension: Years::new(table.quarters("extension_years", years)),
        first_cheques: match by_money {
            Some(false) => {
                FirstCheques::Count(table.count("count", 1..=crate::random::MAX_COMPANIES))
            }
            Some(true) => {
                table.only_with("first_cheques = \"count\"", &["count"]);
                FirstCheques::Money
            }
            None => {
                table.accept_all_beside("first_cheques");
                FirstCheques::Money
            }
        },
        mix: mix(&table, "mix", stages.iter().map(|stage| stage.id.as_str())),
        candidates: table.count("candidates", 1..=200),
        follow_on: super::rounds::follow_on(&table),
        recycling: super::rounds::recycling(&table),
    }
}

/// Rules between keys of companies.
pub fn check(root: &Table, scenario: &Scenario) {
    check_floor(root, scenario);
    check_price(root, scenario);
}

/// Early-stage deals must exist where the floor needs them.
fn check_floor(root: &Table, scenario: &Scenario) {
    let early = |stage: &Stage, mix: f64| stage.early && mix > 0.0;
    let any = scenario
        .stage
        .iter()
        .zip(&scenario.deployment.mix)
        .any(|(stage, &mix)| early(stage, mix));
    if scenario.rules.early_stage_min.is_enforced() && !any {
        let message = "the early-stage floor is enforced, but no early stage has money in the mix";
        let hint = "give an early stage a positive weight, or set rules.early_stage_min.mode to \"report\"";
        root.table("deployment").problem_at("mix", message, hint);
    }
}

/// An early stage whose typical deal is above the price limit would leave its money unspent.
fn check_price(root: &Table, scenario: &Scenario) {
    let rule = &scenario.rules.valuation_max;
    if !rule.is_enforced() {
        return;
    }
    for stage in scenario.stage.iter().filter(|stage| stage.early) {
        if stage.pre_money_mean.to_yuan() >= rule.threshold {
            let message = format!(
                "the mean worth of {} is at or above the price limit of {} for early-stage deals",
                amount(stage.pre_money_mean),
                amount(Money::yuan(rule.threshold))
            );
            let table = root.table("stage").table(&stage.id);
            table.problem_at(
                "pre_money_mean",
                &message,
                "lower it, or raise rules.valuation_max",
            );
        }
    }
}
