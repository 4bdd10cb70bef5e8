//! Made-up outcomes for tests of summaries and reports, and the summary's own tests.

use super::rules::{RuleKind, RuleTerms};
use super::{FiscalTerms, LADDER, Provenance, Summary, THRESHOLDS, Warning, event_name};
use crate::metrics::{MetricSpec, MetricUnit, MissingRank};
use crate::outcomes::{CurveTotal, FlowTotal, Followed, Outcomes, ReachedTotal, Totals};
use crate::sampling::Sampling;
use crate::scenario::{BondDraw, Rule, RuleMode};
use crate::units::AnnualRate;

const METRICS: &[(&str, MetricUnit, MissingRank, f64, f64)] = {
    use MetricUnit::{Count, Money, Multiple, Rate, Share, Years};
    use MissingRank::{Highest, Lowest, Omitted};
    &[
        ("leverage.regional", Multiple, Omitted, 2.03, 0.2),
        ("leverage.sub_fund", Multiple, Omitted, 4.9, 0.1),
        ("leverage.consolidated", Multiple, Omitted, 8.9, 1.4),
        (
            "leverage.consolidated.on_capital",
            Multiple,
            Omitted,
            8.6,
            1.4,
        ),
        ("leverage.summed", Multiple, Omitted, 12.4, 1.6),
        ("leverage.social", Multiple, Omitted, 5.3, 1.0),
        ("leverage.private", Multiple, Omitted, 0.41, 0.1),
        ("leverage.fiscal", Multiple, Omitted, 1.7, 0.2),
        ("leverage.consolidated.drawn", Multiple, Omitted, 7.9, 1.3),
        ("leverage.summed.drawn", Multiple, Omitted, 11.0, 1.5),
        ("leverage.social.drawn", Multiple, Omitted, 4.8, 0.9),
        ("national.paid_in", Money, Omitted, 9.8e10, 1e9),
        ("national.distributed", Money, Omitted, 9.1e10, 5e10),
        ("national.residual", Money, Omitted, 2.2e10, 1e10),
        ("national.dpi", Multiple, Omitted, 0.93, 0.5),
        ("national.tvpi", Multiple, Omitted, 1.15, 0.5),
        ("national.irr", Rate, Lowest, 0.014, 0.05),
        ("national.irr_multiple", Share, Omitted, 0.01, 0.004),
        ("national.pme_ks", Multiple, Omitted, 0.88, 0.4),
        ("national.direct_alpha", Rate, Lowest, -0.012, 0.05),
        ("national.years_to_dpi_1", Years, Highest, 13.0, 2.0),
        ("national.jcurve_trough", Share, Omitted, -0.48, 0.05),
        ("national.years_to_trough", Years, Omitted, 9.0, 0.8),
        ("national.peak_annual_call", Money, Omitted, 1.3e10, 1e9),
        ("national.annual_call.01", Money, Omitted, 8.6e7, 1e7),
        ("national.annual_call.10", Money, Omitted, 7.9e9, 6e8),
        ("national.annual_call.11", Money, Omitted, 0.0, 0.0),
        ("sub_fund.q50.dpi", Multiple, Omitted, 0.9, 0.4),
        ("fiscal.principal", Money, Omitted, 8.2e10, 1e9),
        ("fiscal.npv", Money, Omitted, -9.2e9, 3e10),
        ("fiscal.as_called.principal", Money, Omitted, 8.2e10, 1e9),
        ("fiscal.as_called.paid_back", Money, Omitted, 9.1e10, 5e10),
        (
            "fiscal.as_called.principal_recovered",
            Multiple,
            Omitted,
            0.93,
            0.5,
        ),
        ("fiscal.as_called.npv", Money, Omitted, -9.2e9, 3e10),
        (
            "fiscal.upfront.principal_recovered",
            Multiple,
            Omitted,
            1.1,
            0.5,
        ),
        ("fiscal.upfront.npv", Money, Omitted, -2.1e10, 3e10),
        ("fiscal.residual_present_value", Money, Omitted, 1.4e10, 6e9),
        ("region.gba.size", Money, Omitted, 8.1e10, 1e10),
        ("region.gba.dpi", Multiple, Omitted, 0.95, 0.5),
        ("region.gba.irr", Rate, Lowest, 0.016, 0.05),
        ("sub_fund.pooled.dpi", Multiple, Omitted, 1.2, 0.5),
        ("sub_fund.pooled.tvpi", Multiple, Omitted, 1.4, 0.5),
        ("sub_fund.pooled.irr", Rate, Lowest, 0.04, 0.05),
        ("sub_funds.approved", Count, Omitted, 910.0, 60.0),
        ("sub_funds.closed", Count, Omitted, 735.0, 60.0),
        ("sub_funds.failed", Count, Omitted, 175.0, 20.0),
        ("sub_funds.mean_size", Money, Omitted, 9.8e8, 2e7),
        ("companies.funded", Count, Omitted, 18_400.0, 2000.0),
        ("companies.funded.seed", Count, Omitted, 7_900.0, 900.0),
        (
            "companies.unrealised_at_term",
            Count,
            Omitted,
            2_100.0,
            300.0,
        ),
        ("exits.listing.count", Count, Omitted, 880.0, 200.0),
        ("exits.listing.proceeds", Money, Omitted, 5.1e11, 2e11),
        ("exits.listing.multiple", Multiple, Omitted, 9.5, 2.0),
        ("exits.wound_up.count", Count, Omitted, 9_400.0, 900.0),
        ("exits.wound_up.proceeds", Money, Omitted, 1.1e10, 1e9),
        ("rules.early_stage_min.measured", Share, Omitted, 0.86, 0.01),
        ("rules.early_stage_min.kept", Share, Omitted, 1.0, 0.0),
        (
            "rules.early_stage_min.vehicles_kept",
            Share,
            Omitted,
            1.0,
            0.0,
        ),
        ("rules.early_stage_min.binds", Share, Omitted, 0.031, 0.01),
        (
            "rules.sub_fund_count_min.measured",
            Count,
            Omitted,
            735.0,
            60.0,
        ),
        ("rules.sub_fund_count_min.kept", Share, Omitted, 1.0, 0.0),
    ]
};

/// Outcomes of `paths` paths: each metric spread evenly over its mean +- 2 sd in its own order.
pub(crate) fn outcomes(paths: usize) -> Outcomes {
    let specs = METRICS
        .iter()
        .map(|(name, unit, missing, ..)| MetricSpec {
            name: (*name).to_owned(),
            unit: *unit,
            missing: *missing,
        })
        .collect();
    let value = |path: usize, metric: usize, mean: f64, sd: f64| {
        let place = (path * 7919 + metric * 31) % paths;
        mean + sd * (4.0 * (place as f64 + 0.5) / paths as f64 - 2.0)
    };
    let rows = (0..paths)
        .flat_map(|path| {
            METRICS
                .iter()
                .enumerate()
                .map(move |(metric, (name, _, _, mean, sd))| {
                    let may_miss = name.ends_with("irr") || name.ends_with("years_to_dpi_1");
                    let none = may_miss && path % 500 == 3;
                    if none {
                        f64::NAN
                    } else {
                        value(path, metric, *mean, *sd)
                    }
                })
        })
        .collect();
    Outcomes {
        first_path: 0,
        specs,
        rows,
        totals: totals(paths),
        followed: vec![Followed {
            name: "national.net_cumulated".into(),
            years: 20,
            values: (0..paths * 20).map(|point| point as f32 * 1e6).collect(),
        }],
        sampling: Sampling::Plain,
        replicates: Vec::new(),
    }
}

fn totals(paths: usize) -> Totals {
    let paths = paths as i128;
    let reached = |threshold, shares: [u64; 20]| ReachedTotal {
        metric: "leverage.consolidated".into(),
        threshold,
        by_year: shares.map(|share| share * paths as u64 / 100).to_vec(),
    };
    Totals {
        curves: ["national.calls", "national.distributions"]
            .map(|name| CurveTotal {
                name: name.into(),
                sum: vec![paths * 1_000_000_000; 80],
                squares: vec![paths * 1_000_000_000_000_000_000; 80],
                yearly_multiple: false,
            })
            .to_vec(),
        flows: vec![FlowTotal {
            from: "treasury".into(),
            to: "national".into(),
            sum: paths * 98_000_000_000,
        }],
        reached: vec![
            reached(
                6.0,
                [
                    0, 0, 0, 2, 30, 77, 96, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                ],
            ),
            reached(
                10.0,
                [
                    0, 0, 0, 0, 0, 3, 12, 19, 21, 21, 21, 21, 21, 21, 21, 21, 21, 21, 21, 21,
                ],
            ),
        ],
    }
}

pub(crate) fn provenance(paths: usize) -> Provenance {
    Provenance {
        scenario: "national-2025".into(),
        scenario_sha256: "5f2b7a1c9d3e4f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd".into(),
        overrides: vec![],
        seed: 1,
        paths: paths as u64,
        scheme: "philox4x32-10/1".into(),
        version: "0.1.0".into(),
    }
}

/// The summary of [`outcomes`].
pub(crate) fn summary(paths: usize) -> Summary {
    let rule = |name, kind, mode, threshold, unit| RuleTerms {
        name,
        kind,
        rule: Rule { threshold, mode },
        unit: Some(unit),
    };
    let terms = [
        rule(
            "early_stage_min",
            RuleKind::Decision,
            RuleMode::Enforce,
            0.7,
            MetricUnit::Share,
        ),
        rule(
            "sub_fund_count_min",
            RuleKind::Outcome,
            RuleMode::Report,
            600.0,
            MetricUnit::Count,
        ),
    ];
    Summary {
        fiscal_terms: Some(FiscalTerms {
            bond_rate: AnnualRate::new(0.022),
            bond_draw: BondDraw::AsCalled,
            cash_rate: AnnualRate::new(0.01),
        }),
        ..Summary::of(&outcomes(paths), provenance(paths), &terms)
    }
}

#[test]
fn every_rung_has_a_probability_at_every_threshold() {
    let found = summary(2000);
    for rung in LADDER {
        for threshold in THRESHOLDS {
            assert!(
                found
                    .probabilities
                    .get(&event_name(rung, threshold))
                    .is_some()
            );
        }
    }
    for name in [
        "leverage.social.drawn>=10",
        "national.dpi>=1",
        "fiscal.npv>=0",
        "fiscal.upfront.principal_recovered>=1",
    ] {
        assert!(found.probabilities.get(name).is_some(), "{name}");
    }
}

#[test]
fn rules_stand_in_their_block_and_not_among_the_metrics() {
    let found = summary(2000);
    let rule = found.rules.get("early_stage_min").unwrap();
    assert_eq!((rule.mode, rule.threshold), (RuleMode::Enforce, Some(0.7)));
    assert_eq!(rule.measured_unit, Some(MetricUnit::Share));
    assert_eq!(rule.kept.unwrap().p, 1.0);
    assert!((rule.binds.unwrap() - 0.031).abs() < 1e-9);
    assert!(
        found
            .metrics
            .iter()
            .all(|(name, _)| !name.starts_with("rules."))
    );
    assert_eq!(found.rules.get("sub_fund_count_min").unwrap().binds, None);
}

#[test]
fn exits_stand_by_route_and_among_the_metrics() {
    let found = summary(2000);
    let routes: Vec<&str> = found.exits.iter().map(|(route, _)| route).collect();
    assert_eq!(routes, ["listing", "wound_up"]);
    let count = found.exits.get("listing").unwrap().get("count");
    assert_eq!(count, found.metrics.get("exits.listing.count"));
}

#[test]
fn a_summary_does_not_depend_on_how_the_paths_were_shared_out() {
    let whole = outcomes(300);
    let columns = whole.specs.len();
    let part = |from: usize, to: usize| Outcomes {
        first_path: from as u64,
        specs: whole.specs.clone(),
        rows: whole.rows[from * columns..to * columns].to_vec(),
        totals: Totals::default(),
        followed: Vec::new(),
        sampling: Sampling::Plain,
        replicates: Vec::new(),
    };
    let joined = part(0, 101).join(&part(101, 300)).unwrap();
    let of = |outcomes: &Outcomes| Summary::of(outcomes, provenance(300), &[]).metrics;
    assert_eq!(of(&joined), of(&whole));
}

#[test]
fn no_paths_give_no_numbers_and_no_panic() {
    let mut none = outcomes(10);
    none.rows.clear();
    let found = Summary::of(&none, provenance(0), &[]);
    assert!(
        found
            .metrics
            .iter()
            .all(|(_, e)| e.mean.is_none() && e.n == 0)
    );
}

#[test]
fn few_paths_are_said() {
    assert!(summary(999).warnings.contains(&Warning::FewPaths));
    assert!(!summary(1000).warnings.contains(&Warning::FewPaths));
}
