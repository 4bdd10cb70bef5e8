use super::*;
use std::path::Path;

fn scenario() -> Scenario {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/national-2025.toml");
    Scenario::read(&file, &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const LITTLE: Effort = Effort {
    tornado_paths: 4,
    trajectories: 2,
    screening_paths: 2,
    rows: 16,
    paths: 2,
};

fn plan(keys: &[&str]) -> Plan {
    Plan::new(&scenario(), &[], &texts(keys), LITTLE).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn bad_input_is_refused_before_any_path() {
    let scenario = scenario();
    let refuse = |on: &[&str], keys: &[&str], what: &str| {
        let refused = Plan::new(&scenario, &texts(on), &texts(keys), LITTLE);
        let message = refused.map_err(|error| error.to_string()).expect_err(what);
        assert!(message.contains(what), "{message}");
    };
    refuse(&["national.dip"], &[], "did you mean `national.dpi`?");
    refuse(
        &[],
        &["national.bond_rat"],
        "did you mean `national.bond_rate`?",
    );
    refuse(&[], &["sub_funds.ticket"], "is not a number");
    refuse(&[], &["national.capital"], "has no range");
    refuse(&[], &["stage.*.*", "sector.*.*"], "at most 16");
}

#[test]
fn the_work_is_known_before_it_is_done() {
    let work = plan(&["national.bond_rate,sub_funds.requested_share_mean"]).work();
    let of = |variants, paths| Work { variants, paths };
    assert_eq!(work, [of(5, 4), of(6, 2), of(64, 2)]);
}

/// The bond's rate moves no leverage, the share asked for moves it down; threads change no bit.
#[test]
fn all_three_agree_on_what_moves_leverage() {
    let (scenario, plan) = (
        scenario(),
        plan(&["national.bond_rate", "sub_funds.requested_share_mean"]),
    );
    let on = |threads| {
        let running = Running {
            threads: Some(threads),
            ..Running::default()
        };
        let bars = plan.tornado(&scenario, 1, running).expect("a tornado");
        let screened = plan.screening(&scenario, 1, running).expect("a screening");
        let places = plan.leading(&screened);
        let indices = plan
            .indices(&scenario, 1, &places, running)
            .expect("indices");
        (bars, screened, indices)
    };
    let (bars, screened, indices) = on(2);
    assert_eq!((bars.clone(), screened.clone(), indices.clone()), on(1));
    let leverage = &bars[0];
    assert_eq!(leverage[0].key, "sub_funds.requested_share_mean");
    assert!(
        leverage[0]
            .at_low
            .is_some_and(|change| change.difference > 1.0)
    );
    assert!(
        leverage[0]
            .at_high
            .is_some_and(|change| change.difference < -1.0)
    );
    assert_eq!(leverage[1].size(), 0.0);
    let share = plan
        .numbers
        .iter()
        .position(|n| n.parameter.path.ends_with("share_mean"));
    let (share, idle) = (share.expect("it is named"), 1 - share.expect("it is named"));
    let effect = |place: usize| screened[0][place].expect("effects");
    assert!(effect(share).mu < -1.0 && effect(idle).mu_star == 0.0);
    let found = indices[0].as_ref().expect("leverage varies");
    assert_eq!(found.total[idle].value, 0.0);
    assert!(found.total[share].value > 0.5);
}
