//! Shipped scenarios against recorded results: numbers of the first paths, and one hash of all bits.
//!
//! A change of results rewrites these files: run `UPDATE_GOLDEN=1 cargo test --test golden`, read the
//! difference, and say in the changelog and the commit why each number moved.

mod support;

use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::{env, fs};
use support::scenario;
use tierfund::outcomes::Outcomes;
use tierfund::random::SCHEME;
use tierfund::simulation::simulate;

/// Relative difference of a number that is still the same number.
const TOLERANCE: f64 = 1e-9;

/// Columns whose numbers are recorded; the hash covers all.
const COLUMNS: [&str; 18] = [
    "leverage.regional",
    "leverage.sub_fund",
    "leverage.consolidated",
    "leverage.summed",
    "leverage.social",
    "leverage.private",
    "leverage.fiscal",
    "national.paid_in",
    "national.dpi",
    "national.irr",
    "national.pme_ks",
    "national.years_to_dpi_1",
    "fiscal.npv",
    "fiscal.upfront.npv",
    "sub_fund.pooled.tvpi",
    "sub_funds.closed",
    "companies.funded",
    "exits.listing.count",
];

fn recorded(outcomes: &Outcomes) -> String {
    let mut bits = Sha256::new();
    for value in &outcomes.rows {
        bits.update(value.to_bits().to_le_bytes());
    }
    let hash = bits
        .finalize()
        .iter()
        .fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
    let mut text = format!(
        "# seed 1, paths 0..8, {SCHEME}, sha256 of all rows {hash}\npath,{}\n",
        COLUMNS.join(",")
    );
    let columns = COLUMNS.map(|name| {
        outcomes
            .column(name)
            .unwrap_or_else(|| panic!("no metric {name}"))
    });
    for path in 0..outcomes.paths() {
        let _ = write!(text, "{path}");
        for column in &columns {
            let _ = write!(text, ",{}", column[path]);
        }
        text.push('\n');
    }
    text
}

fn same(was: &str, is: &str) -> bool {
    let numbers = |line: &str| {
        line.split(',')
            .map(|cell| cell.parse::<f64>().ok())
            .collect::<Vec<_>>()
    };
    let close = |pair: (&Option<f64>, &Option<f64>)| match pair {
        (Some(was), Some(is)) => {
            (was - is).abs() <= TOLERANCE * was.abs().max(1.0) || was.is_nan() && is.is_nan()
        }
        (None, None) => true,
        _ => false,
    };
    let (a, b) = (numbers(was), numbers(is));
    a.len() == b.len() && a.iter().zip(&b).all(close)
}

fn check(name: &str) {
    let file = format!("{}/tests/golden/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let found = recorded(&simulate(&scenario(name, &[]), 1, 0..8).expect("a valid run"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &found).expect("a writable golden file");
    }
    let expected = fs::read_to_string(&file).expect("a golden file");
    assert_eq!(expected.lines().count(), found.lines().count(), "{file}");
    for (was, is) in expected.lines().skip(1).zip(found.lines().skip(1)) {
        assert!(same(was, is), "{file}\n- {was}\n+ {is}");
    }
    assert_eq!(
        expected.lines().next(),
        found.lines().next(),
        "{file}: the bits differ"
    );
}

#[test]
fn the_national_fund_gives_its_recorded_results() {
    check("national-2025");
}

#[test]
fn the_reference_workload_gives_its_recorded_results() {
    check("reference-r1");
}

/// The names of the shipped scenarios.
fn shipped() -> Vec<String> {
    let folder = format!("{}/scenarios", env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(folder).expect("scenarios");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let scenario = |name: OsString| Some(name.to_str()?.strip_suffix(".toml")?.to_owned());
    names.filter_map(scenario).collect()
}

#[test]
fn every_overlay_gives_its_recorded_results() {
    let mut names = shipped();
    names.retain(|name| !["national-2025", "reference-r1"].contains(&name.as_str()));
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        check(&name);
    }
}

#[test]
fn a_moved_number_would_be_noticed() {
    assert!(same("1,2.5,10", "1,2.5000000001,10"));
    assert!(!same("1,2.5,10", "1,2.50001,10"));
    assert!(!same("1,2.5", "1,2.5,10"));
}
