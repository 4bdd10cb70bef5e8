//! A traced path is the path of the run, to the bit; and what the command says about it.

mod support;

use std::collections::BTreeMap;
use std::process::Output;
use support::command::{self, stderr, stdout};
use support::{replay, scenario, structure};
use tierfund::instructions::instruction_sets;
use tierfund::path::company::Route;
use tierfund::path::journal::CompanyLife;
use tierfund::path::{PathContext, Programme, Workspace, simulate_path};
use tierfund::random::{Entity, MAX_COMPANIES, Streams};
use tierfund::scenario::Scenario;
use tierfund::simulation::simulate;
use tierfund::structure::companies::MAX_STAGES;
use tierfund::trace::Trace;
use tierfund::trace::totals::Tier;

const NATIONAL: &str = "scenarios/national-2025.toml";
const REFERENCE: &str = "scenarios/reference-r1.toml";
const ALL_FEATURES: &str = "tests/scenarios/all-features.toml";

/// Paths of a few scenarios, with what is held at the term and without.
fn cases() -> Vec<(Scenario, u32)> {
    let hold = ["national.at_term=hold_nav"];
    // Some of what actual sub-funds hold has been sold already.
    let past = [
        "report.by_company=true",
        "region.yrd.fund.closed.distributed=0.4亿",
        "deployment.recycling.cap=0.2",
    ];
    let direct = [
        "direct.cheque_mean=3亿",
        "direct.cheque_cv=0.5",
        "direct.pace_years=6",
        "direct.skill=0.25",
        "direct.mix.growth=0.6",
        "direct.mix.late=0.4",
    ];
    vec![
        (scenario("national-2025", &[]), 3),
        (scenario("national-2025", &direct), 1),
        (scenario("national-2025", &hold), 0),
        (scenario("reference-r1", &[]), 2),
        (scenario("../tests/scenarios/all-features", &[]), 1),
        (scenario("as-of-2027", &past), 4),
    ]
}

#[test]
fn totals_are_those_of_the_runs_row_to_the_bit() {
    for (scenario, path) in cases() {
        let trace = Trace::new(&scenario, 5, path).expect("a scenario with a solution");
        let number = u64::from(path);
        let run = simulate(&scenario, 5, number..number + 1).expect("a valid run");
        let same = |name: &str, value: f64| {
            let column = run.column(name).unwrap_or_else(|| panic!("no {name}"));
            assert_eq!(column[0].to_bits(), value.to_bits(), "{name}: {value}");
        };
        let national = &trace.national.returns;
        same("national.paid_in", national.paid_in);
        same("national.distributed", national.distributed);
        same("national.residual", national.residual);
        same("national.dpi", national.dpi.expect("money was paid in"));
        same("national.irr", national.irr.unwrap_or(f64::NAN));
        for region in &trace.regions {
            let name = |measure: &str| format!("region.{}.{measure}", region.id);
            same(&name("size"), region.size);
            same(&name("paid_in"), region.returns.paid_in);
            same(&name("distributed"), region.returns.distributed);
            same(&name("residual"), region.returns.residual);
            same(&name("irr"), region.returns.irr.unwrap_or(f64::NAN));
        }
        let count = |of: usize| of as f64;
        same("sub_funds.closed", count(trace.sub_funds().count()));
        let companies = trace.sub_funds().map(|(_, fund)| fund.companies.len());
        let projects = trace.regions.iter().map(|region| region.projects.len());
        let stakes = companies.sum::<usize>() + projects.clone().sum::<usize>();
        same("companies.stakes", count(stakes));
        if scenario.direct.is_some() {
            same("direct.projects", count(projects.sum()));
        }
    }
}

#[test]
fn a_journal_changes_nothing_and_misses_nothing() {
    for (scenario, path) in cases() {
        let structure = structure(&scenario);
        let mut traced = Workspace::with_journal();
        let context = PathContext {
            scenario: &scenario,
            structure: &structure,
            streams: Streams::new(1),
            path,
            arch: pulp::Arch::new(),
        };
        simulate_path(context, &mut traced);
        let mut plain = Workspace::default();
        simulate_path(context, &mut plain);
        assert_eq!(traced.programme.ledger, plain.programme.ledger);
        assert_eq!(traced.programme.outcomes, plain.programme.outcomes);
        let journal = traced.journal.as_ref().expect("a journal");
        let Programme {
            direct,
            deals,
            proceeds,
            cost,
            ..
        } = &plain.programme;
        let projects = direct.funded_by_stage.iter().sum();
        for (is_direct, funded, proceeds, cost) in [
            (false, deals.funded, proceeds, cost),
            (true, projects, &direct.proceeds, &direct.cost),
        ] {
            let lives = || journal.companies.iter();
            let lives = || lives().filter(|life| life.is_direct_project() == is_direct);
            assert_eq!(lives().count() as u64, funded);
            for route in Route::ALL {
                let receipts = || lives().flat_map(|life| &life.receipts);
                let of_route = || receipts().filter(|receipt| receipt.route == route);
                for (expected, found) in [
                    (
                        proceeds[route as usize],
                        of_route().map(|r| f64::from(r.amount)).sum::<f64>(),
                    ),
                    (
                        cost[route as usize],
                        of_route().map(|r| f64::from(r.cost)).sum(),
                    ),
                ] {
                    let gap = (found - expected).abs();
                    assert!(
                        gap <= 1e-12 * expected.abs(),
                        "{route:?}: {found} {expected}"
                    );
                }
            }
        }
        counts_are_those_of_companies(&scenario, &plain.programme, &journal.companies);
        for (cash, fund) in journal.cash.funds.iter().zip(&plain.programme.outcomes) {
            let called: f64 = cash.iter().map(|flows| flows.calls).sum();
            assert_eq!(called.to_bits(), fund.called.to_bits());
        }
    }
}

/// Sums by route and quarter, by stage and route, by sector and region: added up anew, company by company.
fn counts_are_those_of_companies(
    scenario: &Scenario,
    programme: &Programme,
    companies: &[CompanyLife],
) {
    let near = |found: f64, expected: f64, size: f64, what: &str| {
        let gap = (found - expected).abs();
        assert!(gap <= 1e-12 * size, "{what}: {found} {expected}");
    };
    for route in Route::ALL {
        let mut by_quarter = vec![0.0; programme.ledger.national.calls.len()];
        let mut by_stage = [0.0; MAX_STAGES];
        for life in companies {
            for receipt in life.receipts.iter().filter(|of| of.route == route) {
                let amount = f64::from(receipt.amount);
                by_quarter[receipt.quarter as usize] += amount;
                by_stage[life.stage as usize] += amount;
            }
        }
        let size: f64 = by_stage.iter().sum();
        if route.pays() {
            let found = &programme.ledger.proceeds_by_route[route as usize];
            assert_eq!(found.len(), by_quarter.len());
            for (&found, &expected) in found.iter().zip(&by_quarter) {
                near(found, expected, size, route.key());
            }
        }
        assert_eq!(programme.realised.is_some(), scenario.by_company);
        if let Some(realised) = &programme.realised {
            let found = &realised.by_stage[route as usize];
            for (&found, &expected) in found.iter().zip(&by_stage) {
                near(found, expected, size, route.key());
            }
        }
    }
    let direct = &programme.direct;
    let mut sectors = BTreeMap::new();
    for fund in &programme.funds {
        let first = Entity::company(fund.region, fund.number, 0).word();
        sectors.insert(first / MAX_COMPANIES, fund.sector as usize);
    }
    let mut by_sector = vec![0; scenario.sector.len()];
    let mut by_region = vec![0; scenario.region.len()];
    for life in companies.iter().filter(|life| !life.is_direct_project()) {
        by_sector[sectors[&(life.entity / MAX_COMPANIES)]] += 1;
        by_region[Entity::from_word(life.entity).of_region() as usize] += 1;
    }
    assert_eq!(programme.funded_by_sector, by_sector);
    assert_eq!(programme.funded_by_region, by_region);
    let mut by_sector = vec![0; scenario.sector.len()];
    let mut by_region = vec![0; scenario.region.len()];
    for project in &direct.projects {
        by_sector[project.sector as usize] += 1;
        by_region[project.region as usize] += 1;
    }
    assert_eq!(direct.funded_by_sector, by_sector);
    assert_eq!(direct.funded_by_region, by_region);
}

/// A workspace that has traced other paths before gives the same trace.
#[test]
fn a_journal_forgets_the_last_path() {
    let scenario = scenario("national-2025", &[]);
    let structure = structure(&scenario);
    let mut workspace = Workspace::with_journal();
    let mut journals = Vec::new();
    for path in [4, 9, 4] {
        let context = PathContext {
            scenario: &scenario,
            structure: &structure,
            streams: Streams::new(1),
            path,
            arch: pulp::Arch::new(),
        };
        simulate_path(context, &mut workspace);
        journals.push(workspace.journal.clone().expect("a journal"));
    }
    assert_eq!(journals[0].companies, journals[2].companies);
    assert_ne!(journals[0].companies, journals[1].companies);
    assert_eq!(journals[0].mandates, journals[2].mandates);
}

#[test]
fn a_journal_is_the_same_with_every_instruction_set() {
    for (scenario, path) in cases() {
        let structure = structure(&scenario);
        let mut journals = instruction_sets().into_iter().map(|arch| {
            let mut workspace = Workspace::with_journal();
            let context = PathContext {
                scenario: &scenario,
                structure: &structure,
                streams: Streams::new(1),
                path,
                arch,
            };
            simulate_path(context, &mut workspace);
            let funds = workspace.programme.funds.len();
            let mut journal = workspace.journal.expect("a journal");
            journal.cash.funds.truncate(funds);
            (journal.companies, journal.cash.funds)
        });
        let first = journals.next().expect("an instruction set");
        for other in journals {
            assert!(first == other, "{} differs", scenario.name);
        }
    }
}

/// What the report by year and the tree add up is what the ledger says.
#[test]
fn the_tree_and_the_years_add_up_to_the_ledger() {
    adds_up(&scenario("national-2025", &[]));
    adds_up(&scenario("../tests/scenarios/all-features", &[]));
}

fn adds_up(scenario: &Scenario) {
    let trace = Trace::new(scenario, 1, 0).expect("a scenario with a solution");
    let tree = trace.tree();
    let projects = || tree.iter().filter(|b| matches!(b.tier, Tier::Projects(_)));
    replay(scenario, 1, 1, |workspace| {
        let ledger = &workspace.programme.ledger;
        let sum = |series: &[f64]| series.iter().sum::<f64>();
        let years = trace.years();
        let by_year =
            |of: fn(&tierfund::trace::totals::Year) -> f64| -> f64 { years.iter().map(of).sum() };
        for (found, expected) in [
            (by_year(|y| y.national[0]), sum(&ledger.national.calls)),
            (by_year(|y| y.sub_funds[0]), sum(&ledger.sub_funds.calls)),
            (
                by_year(|y| y.sub_funds[1]),
                sum(&ledger.sub_funds.distributions),
            ),
            (
                by_year(|y| y.companies[0]),
                sum(&ledger.sub_funds.cheques) + sum(&ledger.direct.cheques),
            ),
            (
                by_year(|y| y.companies[1]),
                sum(&ledger.sub_funds.proceeds) + sum(&ledger.direct.proceeds),
            ),
            (
                projects().map(|b| b.returns.paid_in).sum(),
                sum(&ledger.direct.cheques),
            ),
            (
                projects().map(|b| b.returns.distributed).sum(),
                sum(&ledger.direct.proceeds),
            ),
            (
                tree.iter().filter_map(|b| b.carry).sum(),
                sum(&ledger.sub_funds.carry)
                    + ledger.regions.iter().map(|r| sum(&r.carry)).sum::<f64>(),
            ),
        ] {
            assert!(
                (found - expected).abs() <= 1e-9 * expected,
                "{found} {expected}"
            );
        }
    });
    let found = trace.highlights();
    let shares: Vec<f64> = found.top_companies.iter().map(|top| top.share).collect();
    assert_eq!(shares.len(), 5);
    assert!(shares.is_sorted_by(|a, b| a >= b));
    let tvpi = |(_, fund): &tierfund::trace::highlights::FundOf| fund.returns.tvpi;
    assert!(tvpi(&found.best[0]) > tvpi(&found.worst[0]));
}

fn run(arguments: &[&str]) -> Output {
    command::run(&[&["trace"], arguments].concat())
}

/// What the command prints, with not a word on standard error.
fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    assert_eq!(message, "");
    stdout(&output).to_owned()
}

fn refused(arguments: &[&str], what: &[&str]) {
    for what in what {
        command::refused(&[&["trace"], arguments].concat(), what);
    }
}

#[test]
fn mistakes_end_with_code_2_and_say_what_there_is() {
    refused(&[NATIONAL], &["--path"]);
    refused(&[NATIONAL, "--path", "4294967296"], &["4294967295"]);
    refused(&[NATIONAL, "--path=-1"], &["--path"]);
    refused(
        &["scenarios/nowhere.toml", "--path", "0"],
        &["nowhere.toml"],
    );
    let first = [NATIONAL, "--path", "0"];
    let with = |more: &[&'static str]| [&first[..], more].concat();
    refused(
        &with(&["--region", "gab"]),
        &["no region `gab`", "jjj, yrd, gba", "did you mean `gba`?"],
    );
    refused(
        &with(&["--sub-fund", "3"]),
        &["--sub-fund needs --region", "jjj, yrd, gba"],
    );
    refused(
        &with(&["--region", "gba", "--company", "3"]),
        &["--sub-fund"],
    );
    refused(
        &with(&["--region", "gba", "--sub-fund", "9999"]),
        &[
            "no sub-fund 9999",
            "approved ones did, with numbers from 0 to",
        ],
    );
    refused(
        &[
            REFERENCE,
            "--path",
            "0",
            "--sub-fund",
            "3",
            "--company",
            "999",
        ],
        &["no company 999", "it financed"],
    );
}

/// The first sub-fund of gba on path 0 that closed, and its first company.
fn first_company() -> (String, String) {
    let scenario = scenario("national-2025", &[]);
    let trace = Trace::new(&scenario, 1, 0).expect("a scenario with a solution");
    let gba = trace.regions.iter().find(|region| region.id == "gba");
    let fund = &gba.expect("gba").sub_funds[0];
    (
        fund.number.to_string(),
        fund.companies[0].number.to_string(),
    )
}

/// A path with every feature on which yrd passes something on, and something of yrd is passed on.
const CONCEDED: u32 = 5;

/// A sub-fund of yrd in which the region passes something on, on that path.
fn fund_with_concession() -> String {
    let scenario = scenario("../tests/scenarios/all-features", &[]);
    let trace = Trace::new(&scenario, 1, CONCEDED).expect("a scenario with a solution");
    let yrd = trace.regions.iter().find(|region| region.id == "yrd");
    let mut funds = yrd.expect("yrd").sub_funds.iter();
    let found = funds.find(|fund| fund.holders[0].conceded < 0.0);
    found.expect("a fund with a concession").number.to_string()
}

#[test]
fn every_view_speaks_both_languages_and_fits_the_page() {
    let (fund, company) = first_company();
    let region = ["--region", "gba"];
    let of_fund = [&region[..], &["--sub-fund", &fund]].concat();
    let of_company = [&of_fund[..], &["--company", &company]].concat();
    for (view, en, zh) in [
        (&[][..], "WHAT THE AGGREGATE HIDES", "总量背后"),
        (&region, "LPs of the region", "区域基金出资人"),
        (&of_fund, "WATERFALL", "分配瀑布"),
        (&of_company, "first cheque of", "首次投资"),
    ] {
        let arguments = [&[NATIONAL, "--path", "0"], view].concat();
        let english = printed(&arguments);
        assert!(english.contains(en), "{english}");
        assert!(english.contains("philox4x32-10/"), "{english}");
        let chinese = printed(&[&arguments[..], &["--lang", "zh"]].concat());
        assert!(chinese.contains(zh), "{chinese}");
        assert!(
            chinese.contains("路径 0") && !chinese.contains(en),
            "{chinese}"
        );
        for text in [english, chinese] {
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            assert!(!text.contains('{'), "a place was not filled: {text}");
            let wide = |line: &&str| tierfund::report::table::columns(line) > 100;
            assert_eq!(text.lines().find(wide), None);
        }
    }
    let yrd = ["--region", "yrd"];
    let fund = fund_with_concession();
    let of_fund = [&yrd[..], &["--sub-fund", &fund]].concat();
    for (view, texts) in [
        (&[][..], &["direct projects (", "直投项目（"][..]),
        (
            &yrd,
            &["DIRECT PROJECTS (", "1-0", "of it passed on", "其中让利"],
        ),
        (&region, &["signed-0", "已签-0"]),
        (&of_fund, &["of it passed on", "passed on", "区域让利"]),
    ] {
        let path = CONCEDED.to_string();
        let arguments = [&[ALL_FEATURES, "--path", &path], view].concat();
        let mut both = printed(&arguments);
        both += &printed(&[&arguments[..], &["--lang", "zh"]].concat());
        for text in texts {
            assert!(both.contains(text), "{text} is not in\n{both}");
        }
        // A region that calls in tranches and has projects and NAV has more columns of money by year than fit 100.
        let wide = |line: &&str| tierfund::report::table::columns(line) > 112;
        assert_eq!(both.lines().find(wide), None);
    }
    let overview = printed(&[NATIONAL, "--path", "0"]);
    assert!(
        overview.lines().count() <= 150,
        "{}",
        overview.lines().count()
    );
}

#[test]
fn json_is_one_object_with_the_same_bytes_and_narrows_to_what_is_asked() {
    let all = ["--path", "1", "--format", "json"];
    let json = |more: &[&str]| printed(&[&[REFERENCE], &all[..], more].concat());
    assert_eq!(json(&[]), json(&[]));
    assert_ne!(json(&[]), json(&["--seed", "2"]));
    let narrow = json(&["--sub-fund", "3", "--company", "2"]);
    let object: serde_json::Value = serde_json::from_str(&narrow).expect("one JSON object");
    let regions = object["regions"].as_array().expect("regions");
    assert_eq!(regions.len(), 1);
    let funds = regions[0]["sub_funds"].as_array().expect("sub-funds");
    assert_eq!(funds.len(), 1);
    assert_eq!(funds[0]["number"], 3);
    let companies = funds[0]["companies"].as_array().expect("companies");
    assert_eq!(companies.len(), 1);
    assert_eq!(companies[0]["number"], 2);
    let whole: serde_json::Value = serde_json::from_str(&json(&[])).expect("one JSON object");
    let same = &whole["regions"][0]["sub_funds"];
    let same = same
        .as_array()
        .expect("sub-funds")
        .iter()
        .find(|fund| fund["number"] == 3);
    assert_eq!(same.expect("fund 3")["flows"], funds[0]["flows"]);
}
