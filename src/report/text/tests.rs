use super::*;
use crate::metrics::{MetricUnit, MissingRank};
use crate::sampling::Sampling;
use crate::scenario::BondDraw;
use crate::summary::estimate::Estimate;
use crate::summary::sampling::{Precision, Sampled};
use crate::summary::tests::summary;

fn names() -> Names {
    Names {
        title: "National Venture Capital Guidance Fund".into(),
        title_zh: Some("国家创业投资引导基金:1000亿元经三只区域基金".into()),
        regions: vec![("gba".into(), "粤港澳大湾区创业投资引导基金".into())],
    }
}

#[test]
fn the_report_opens_with_its_origin_and_the_answer() {
    let text = render(&summary(2000), &names(), Lang::En);
    assert!(text.starts_with(
        "National Venture Capital Guidance Fund\nscenario national-2025 (5f2b7a1c9d3e)"
    ));
    let answer = text.find("Each yuan of national money").unwrap();
    let ladder = text.find("LEVERAGE on committed money").unwrap();
    assert!(answer < ladder);
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(
        words
            .join(" ")
            .contains("Every number of the scenario is held at its base value")
    );
}

#[test]
fn lines_fit_one_hundred_columns() {
    for lang in Lang::ALL {
        for line in render(&summary(2000), &names(), lang).lines() {
            assert!(columns(line) <= table::WIDTH, "{line}");
        }
    }
}

#[test]
fn chinese_text_breaks_between_characters_and_never_before_a_closing_mark() {
    let lines = wrap(
        "国家资金每投入区域基金,各层资金(含子基金)合计 8.95 元。",
        12,
    );
    for line in &lines {
        assert!(columns(line) <= 14, "{line}");
        assert!(!line.starts_with([',', '。', ')']), "{line}");
        assert!(!line.ends_with('('), "{line}");
    }
    assert_eq!(
        lines.concat().replace(' ', ""),
        "国家资金每投入区域基金,各层资金(含子基金)合计8.95元。"
    );
}

#[test]
fn results_without_a_metric_have_a_report_without_its_line() {
    let mut bare = summary(10);
    bare.metrics = std::iter::empty().collect();
    bare.probabilities = std::iter::empty().collect();
    let text = render(&bare, &names(), Lang::Zh);
    assert!(!text.contains("杠杆倍数("));
}

/// The lines of a report from the one that begins with `title` to the next blank one.
fn section(text: &str, title: &str) -> String {
    let from = text.find(title).expect("the section is there");
    let rest = &text[from..];
    rest[..rest.find("\n\n").unwrap_or(rest.len())].to_owned()
}

#[test]
fn money_comes_back_in_the_order_in_which_an_analyst_reads() {
    let text = render(&summary(2000), &names(), Lang::En);
    let titles = [
        "MONEY by tier",
        "RETURNS by tier",
        "J-CURVE AND PAYBACK",
        "CALLS ON THE TREASURY",
        "FISCAL",
        "STRUCTURE",
    ];
    let places = titles.map(|title| text.find(title).expect("the section is there"));
    assert!(places.is_sorted(), "{places:?}");
    let returns = section(&text, "RETURNS by tier");
    assert!(returns.contains("paths with several IRRs"), "{returns}");
    assert!(returns.contains("median sub-fund"), "{returns}");
    assert!(section(&text, "J-CURVE").contains("-48.0%"));
    let calls = section(&text, "CALLS ON THE TREASURY");
    let years: Vec<&str> = calls
        .lines()
        .skip(3)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(years[..3], ["1", "10", "largest"], "{calls}");
}

#[test]
fn both_rules_of_issuing_bonds_are_told_the_scenario_s_first() {
    let mut both = summary(2000);
    for (draw, first) in [
        (BondDraw::AsCalled, "as called"),
        (BondDraw::Upfront, "up front"),
    ] {
        both.fiscal_terms.as_mut().expect("terms").bond_draw = draw;
        let fiscal = section(&render(&both, &names(), Lang::En), "FISCAL");
        assert!(fiscal.contains("against bonds at 2.20% a year"), "{fiscal}");
        let first_row = fiscal.lines().nth(3).expect("a row");
        assert!(first_row.trim_start().starts_with(first), "{fiscal}");
        assert_eq!(fiscal.matches("P(beats the bond)").count(), 2, "{fiscal}");
    }
    both.fiscal_terms = None;
    assert!(!render(&both, &names(), Lang::En).contains("FISCAL"));
}

#[test]
fn sampling_is_told_where_there_is_something_to_tell() {
    let mut told = summary(2000);
    assert!(!render(&told, &names(), Lang::En).contains("SAMPLING"));
    told.sampled = Sampled::of(Sampling::Sobol, &told.metrics);
    told.sampled.paths_asked = Some(1990);
    let mut precision = Precision {
        on: "leverage.consolidated>=10".to_owned(),
        relative: false,
        wanted: 0.005,
        error: Some(0.0091),
        reached: false,
        max_paths: 2048,
    };
    told.sampled.precision = Some(precision.clone());
    let english = section(&render(&told, &names(), Lang::En), "SAMPLING");
    for said in [
        "16 independent replicates",
        "1,990 paths were asked",
        "NOT REACHED",
        "0.910 points",
    ] {
        assert!(
            english.replace("\n  ", " ").contains(said),
            "{said}: {english}"
        );
    }
    assert!(
        english.contains("plain paths that one is worth"),
        "{english}"
    );
    precision.error = None;
    assert!(precision_note(&precision, 2048, Lang::En).contains("no mean"));
    precision.relative = true;
    precision.error = Some(0.004);
    precision.reached = true;
    assert!(precision_note(&precision, 2048, Lang::En).contains("0.400% of it"));
    for lang in Lang::ALL {
        for line in render(&told, &names(), lang).lines() {
            assert!(columns(line) <= table::WIDTH, "{line}");
        }
    }
}

#[test]
fn the_only_sector_has_no_row_of_its_own() {
    let funded_by = |sectors: &[&str]| {
        let mut summary = summary(10);
        let count = Estimate::new(&[3.0; 10], MetricUnit::Count, MissingRank::Omitted);
        let sectors = sectors.iter().map(|sector| {
            let name = format!("companies.funded_by_sector.{sector}");
            (name, count.clone())
        });
        let metrics = summary.metrics.iter();
        let metrics = metrics.map(|(name, estimate)| (name.to_owned(), estimate.clone()));
        summary.metrics = metrics.chain(sectors).collect();
        render(&summary, &names(), Lang::En)
    };
    assert!(!funded_by(&["ai"]).contains("companies funded, AI"));
    let both = funded_by(&["ai", "aerospace"]);
    for row in ["companies funded, AI", "companies funded, aerospace"] {
        assert!(both.contains(row), "{row}");
    }
}
