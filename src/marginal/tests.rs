use super::*;
use crate::simulation::{SimulationError, simulate};
use std::path::Path;

fn scenario(name: &str, sets: &[&str]) -> Scenario {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let file = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Scenario::read(Path::new(&file), &sets).expect("a valid scenario")
}

fn prices(scenario: &Scenario, paths: u64) -> RulePrices {
    let run = |variant: &Scenario| -> Result<Outcomes, SimulationError> {
        simulate(variant, 1, 0..paths)
    };
    Plan::new(scenario).price(scenario, 1, run).expect("prices")
}

#[test]
fn outcome_rules_and_rules_that_are_off_have_no_price() {
    let scenario = scenario(
        "national-2025",
        &[
            "rules.valuation_max.mode=off",
            "rules.cheque_max.mode=report",
        ],
    );
    let plan = Plan::new(&scenario);
    let standing = |name: &str| {
        let rule = plan.rules.iter().find(|rule| rule.terms.name == name);
        rule.expect("the rule").standing
    };
    assert_eq!(standing("valuation_max"), Standing::Off);
    assert_eq!(standing("cheque_max"), Standing::Reported);
    assert_eq!(standing("scale_target"), Standing::Outcome);
    assert_eq!(standing("early_stage_min"), Standing::Enforced);
    let runs = |name: &str| {
        let rule = plan.rules.iter().find(|rule| rule.terms.name == name);
        rule.expect("the rule").moved.len()
    };
    assert_eq!(
        (
            runs("valuation_max"),
            runs("cheque_max"),
            runs("scale_target")
        ),
        (0, 0, 0)
    );
    assert_eq!(runs("early_stage_min"), 4);
    assert_eq!(runs("not_largest_lp"), 0, "it has no limit to move");
    assert_eq!(runs("national_term"), 4, "the term moves with its limit");
}

#[test]
fn a_limit_that_can_move_one_way_only_is_priced_one_way() {
    let scenario = scenario("national-2025", &["regions.sub_fund_share=0.805"]);
    let plan = Plan::new(&scenario);
    let rule = &plan.rules[0];
    assert_eq!(rule.terms.name, "sub_fund_share_min");
    assert_eq!(rule.tried, Tried::DownOnly);
    assert!(rule.variant(Offset::Up).is_none() && rule.variant(Offset::HalfUp).is_none());
    let reason = rule.infeasible.as_deref().unwrap_or("");
    assert!(reason.contains("the rule asks for at least"), "{reason}");
}

/// The plan keeps 85% for sub-funds: the floor of 80% neither binds nor moves anything, to the last bit.
#[test]
fn a_rule_that_never_binds_changes_nothing() {
    let found = prices(&scenario("national-2025", &[]), 6);
    let rule = found.rules.get("sub_fund_share_min").expect("the rule");
    assert!(rule.not_binding);
    assert_eq!(rule.dropped.len(), LADDER.len() + RESULTS.len());
    for (name, effect) in rule.dropped.iter() {
        assert_eq!(effect.mean, Some(0.0), "{name}");
        assert_eq!(effect.interval, Some([Some(0.0), Some(0.0)]), "{name}");
    }
    for (name, price) in rule.prices.iter() {
        assert_eq!(price.step.mean, Some(0.0), "{name}");
        assert!(!price.step.verdict.real, "{name}");
    }
    let term = found.rules.get("national_term").expect("the rule");
    assert!(term.dropped.is_empty() && !term.prices.is_empty());
}

/// f(x) = 3 x + 2 x^2 around x = 1, step 1: f(2) - f(0) = 14, half of it is 7 = f'(1); with half steps 7 as well. The
/// cube x^3 has 4 with whole and 3.25 with half steps.
#[test]
fn a_step_and_half_a_step_agree_unless_the_effect_is_curved() {
    let run = |x: f64| {
        let luck = [0.0, 10.0, -4.0];
        Run(vec![
            luck.iter().map(|l| l + 3.0 * x + 2.0 * x * x).collect(),
            luck.iter().map(|l| l + x * x * x).collect(),
        ])
    };
    let estimate = Estimate::new(&[1.0, 2.0], MetricUnit::Multiple, MissingRank::Omitted);
    let metrics = [
        ("a".to_owned(), estimate.clone()),
        ("b".to_owned(), estimate),
    ];
    let base = run(1.0);
    let pricing = Pricing {
        metrics: &metrics,
        base: &base,
    };
    let steps = Steps {
        down: Some(run(0.0)),
        half_down: Some(run(0.5)),
        half_up: Some(run(1.5)),
        up: Some(run(2.0)),
    };
    let near = |found: Option<f64>, expected: f64| {
        assert!(
            (found.expect("a number") - expected).abs() < 1e-12,
            "{found:?}"
        );
    };
    let square = pricing.price(0, 1.0, &steps).expect("a price");
    near(square.step.mean, 7.0);
    near(square.half_step.expect("a half step").mean, 7.0);
    near(square.curvature.expect("a half step").mean, 0.0);
    let cube = pricing.price(1, 0.5, &steps).expect("a price");
    near(cube.step.mean, 4.0);
    near(cube.half_step.expect("a half step").mean, 3.25);
    near(cube.per_unit, 8.0);
    let up_only = Steps {
        down: None,
        half_down: None,
        ..steps
    };
    near(
        pricing.price(1, 1.0, &up_only).expect("a price").step.mean,
        7.0,
    );
}
