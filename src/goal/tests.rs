use super::*;
use crate::metrics::MissingRank;
use crate::outcomes::Totals;
use crate::random::{Entity, Purpose, Streams, tag, unit_f64};
use crate::sampling::Sampling;
use crate::scenario::problem::Problems;
use crate::simulation::{SimulationError, simulate, specs};
use crate::structure::Structure;
use std::path::Path;

const KEY: &str = "national.bond_rate";

fn scenario(name: &str, sets: &[&str]) -> Scenario {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let file = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Scenario::read(Path::new(&file), &sets).expect("a valid scenario")
}

fn spec(missing: MissingRank) -> MetricSpec {
    MetricSpec {
        name: "x".to_owned(),
        unit: MetricUnit::Multiple,
        missing,
    }
}

fn target(at_least: f64, probability: Option<f64>, missing: MissingRank) -> Target {
    let event = Event {
        metric: "x".to_owned(),
        threshold: at_least,
    };
    Target::new(&event, probability, &spec(missing))
}

/// Paths that give `value(key, luck)`, luck uniform in (0, 1), without any simulation.
fn pretend(
    seed: u64,
    paths: u32,
    value: impl Fn(f64, f64) -> f64,
) -> impl FnMut(&Scenario) -> Result<Outcomes, Problems> {
    move |scenario| {
        let key = scenario.numbers(KEY).expect("the key")[0].base;
        let tag = tag(Purpose::Bootstrap, 2, 0);
        let word = |path| Streams::new(seed).words(path, Entity::NATIONAL, tag, 0)[0];
        Ok(Outcomes {
            first_path: 0,
            specs: vec![spec(MissingRank::Omitted)],
            rows: (0..paths)
                .map(|path| value(key, unit_f64(word(path))))
                .collect(),
            totals: Totals::default(),
            followed: Vec::new(),
            sampling: Sampling::Plain,
            replicates: Vec::new(),
        })
    }
}

fn sought(target: &Target, value: impl Fn(f64, f64) -> f64) -> Goal {
    let national = scenario("national-2025", &[]);
    let search = Search::new(&national, &format!("{KEY}=0:0.1")).expect("a search");
    search
        .run(target, 1, 500, pretend(1, 500, value))
        .expect("an answer")
}

fn root_of(goal: &Goal) -> (f64, [f64; 2], bool) {
    match goal.found {
        Found::Root {
            value,
            interval,
            met_above,
            ..
        } => (value, interval.expect("an interval"), met_above),
        other => panic!("{other:?}"),
    }
}

/// A listed structure: 15000 in the region, all of it national, and 600 sub-funds of 25, of which the region pays s and
/// others the rest: counted once (15000 + 15000 (1 - s)) / 15000 = 2 - s, without luck. 1.6 is reached up to s = 0.4.
#[test]
fn the_share_that_gives_a_leverage_is_found() {
    let reference = scenario(
        "reference-r1",
        &["region.one.listed.all.regional_share=0.9"],
    );
    let specs = specs(&reference, &Structure::new(&reference).expect("a solution"));
    let event = Event::parse("leverage.consolidated>=1.6", &specs).expect("an event");
    let spec = specs.iter().find(|spec| spec.name == event.metric);
    let target = Target::new(&event, None, spec.expect("the metric"));
    let search = Search::new(&reference, "region.*.listed.*.regional_share=0.1:1");
    let run = |variant: &Scenario| -> Result<Outcomes, Problems> {
        simulate(variant, 1, 0..2).map_err(|error| match error {
            SimulationError::Infeasible(problems) => problems,
            other => panic!("{other}"),
        })
    };
    let goal = search.expect("a search").run(&target, 1, 2, run);
    let goal = goal.expect("an answer");
    let (value, interval, met_above) = root_of(&goal);
    assert!((value - 0.4).abs() < 1e-6, "{value}");
    assert!((interval[1] - interval[0]).abs() < 1e-6, "{interval:?}");
    assert!(!met_above);
}

/// x = 20 key + luck has mean 20 key + 1/2: 1.5 at 0.05. Over 300 seeds the 95% interval must hold 0.05 in 266 to 300
/// (4.89 standard errors of a binomial count); half of it would in 67% only.
#[test]
fn the_interval_of_a_root_covers_it() {
    let target = target(1.5, None, MissingRank::Omitted);
    let national = scenario("national-2025", &[]);
    let search = Search::new(&national, &format!("{KEY}=0:0.1")).expect("a search");
    let (mut covered, mut halves) = (0, 0);
    for seed in 0..300 {
        let paths = pretend(seed, 200, |key, luck| 20.0 * key + luck);
        let goal = search.run(&target, seed, 200, paths).expect("an answer");
        let (value, [low, high], met_above) = root_of(&goal);
        assert!(met_above);
        covered += u32::from(low <= 0.05 && 0.05 <= high);
        halves += u32::from((value - 0.05).abs() <= (high - low) / 4.0);
    }
    assert!((266..=300).contains(&covered), "{covered}");
    assert!(!(266..=300).contains(&halves), "{halves}");
}

/// P(20 key + luck >= 1.5) = 20 key - 1/2 within (0.025, 0.075): 0.7 at 0.06.
#[test]
fn a_probability_is_a_target_too() {
    let goal = sought(
        &target(1.5, Some(0.7), MissingRank::Omitted),
        |key, luck| 20.0 * key + luck,
    );
    let (value, [low, high], _) = root_of(&goal);
    // 500 paths: the standard error of a share of 0.7 is 0.0205, of the root 0.00102.
    assert!((value - 0.06).abs() < 4.89 * 0.001_02, "{value}");
    let width = (high - low) / 2.0;
    assert!((width / (1.96 * 0.001_02) - 1.0).abs() < 0.2, "{width}");
}

#[test]
fn a_target_out_of_reach_or_always_met_is_told() {
    let by = |at_least| {
        let target = target(at_least, None, MissingRank::Omitted);
        sought(&target, |key, luck| 20.0 * key + luck).found
    };
    assert_eq!(by(9.0), Found::Nowhere);
    assert_eq!(by(0.1), Found::Everywhere);
}

/// A parabola over the range crosses twice: the first crossing is reported, and that there are two.
#[test]
fn the_first_of_several_crossings_is_reported() {
    let target = target(1.0, None, MissingRank::Omitted);
    let goal = sought(&target, |key, _| 2.0 - 1000.0 * (key - 0.05) * (key - 0.05));
    assert_eq!(goal.crossings, 2);
    let (value, _, met_above) = root_of(&goal);
    let expected = 0.05 - 0.001_f64.sqrt();
    assert!((value - expected).abs() < 1e-4, "{value} {expected}");
    assert!(met_above);
}

#[test]
fn counts_are_whole_and_meet_the_target() {
    let national = scenario("national-2025", &[]);
    let search = Search::new(&national, "sub_funds.lp_count=3:30").expect("a search");
    let run = |variant: &Scenario| -> Result<Outcomes, Problems> {
        let count = variant.numbers("sub_funds.lp_count").expect("the key")[0].base;
        Ok(Outcomes {
            first_path: 0,
            specs: vec![spec(MissingRank::Omitted)],
            rows: vec![count, count],
            totals: Totals::default(),
            followed: Vec::new(),
            sampling: Sampling::Plain,
            replicates: Vec::new(),
        })
    };
    let target = target(16.5, None, MissingRank::Omitted);
    let goal = search.run(&target, 1, 2, run).expect("an answer");
    assert!(
        matches!(goal.found, Found::Root { value: 17.0, .. }),
        "{goal:?}"
    );
}

#[test]
fn a_search_that_cannot_begin_is_told() {
    let national = scenario("national-2025", &[]);
    let told = |by: &str| {
        Search::new(&national, by)
            .expect_err("a mistake")
            .to_string()
    };
    assert!(told("national.bond_rat").contains("did you mean `national.bond_rate`"));
    assert!(told("sub_funds.ticket").contains("is not a number"));
    assert!(told("national.bond_rate=0.05:0.05").contains("empty"));
    assert!(told("national.bond_rate=0.05:0.01").contains("empty"));
    assert!(told("national.bond_rate=0.05").contains("lo:hi"));
    assert!(told("national.bond_rate=a:b").contains("no number"));
    assert!(told("national.bond_rate=0:inf").contains("no number"));
    assert!(told("sub_funds.share_cap=0.2:1.5").contains("lies between"));
    assert!(told("national.capital").contains("has no range"));
    assert!(told("national.term=30:35").contains("at most 20 years"));
}

#[test]
fn a_key_s_own_range_is_the_default() {
    let national = scenario("national-2025", &[]);
    let search = Search::new(&national, KEY).expect("a search");
    assert_eq!(search.range(), [0.018, 0.028]);
    assert_eq!(search.as_it_is(), Some(0.022));
    let cut = Search::new(&national, "national.term=18:22").expect("a search");
    assert_eq!(cut.range(), [18.0, 22.0]);
    assert_eq!(cut.invalid().0, 4, "terms above 20 years break the rule");
}
