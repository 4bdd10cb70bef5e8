//! What comes back: by tier, over paths, and against the bonds.

use super::{kind, probability, probability_interval};
use crate::metrics::MetricUnit;
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, measure_of, tier_label};
use crate::report::page::charts;
use crate::report::page::document::{Document, fill_html};
use crate::report::page::parts::{Block, Cell, Table};

/// Distributions, each with the name of its chart.
const DRAWN: [(&str, &str); 5] = [
    ("dpi-paths", "national.dpi"),
    ("tvpi-paths", "national.tvpi"),
    ("irr-paths", "national.irr"),
    ("sub-tvpi-paths", "sub_fund.pooled.tvpi"),
    ("sub-irr-paths", "sub_fund.pooled.irr"),
];

/// Measures of the table of returns.
const MEASURES: [&str; 6] = [
    "dpi",
    "tvpi",
    "irr",
    "pme_ks",
    "direct_alpha",
    "years_to_dpi_1",
];

/// Rules of issuing bonds.
const RULES: [&str; 2] = ["as_called", "upfront"];

pub(super) fn block(document: &Document) -> Block {
    let mut block = Block::new("returns", document.term(Term::BlockReturns));
    let drawn = DRAWN.into_iter();
    let drawn = drawn.filter_map(|(id, metric)| charts::histogram(document, id, metric));
    block.charts.extend(drawn);
    block
        .tables
        .push(returns(document, Term::ReturnsTable, |tier| {
            kind(tier) != "lp"
        }));
    let lps = returns(document, Term::LpTable, |tier| {
        kind(tier) == "lp" && tier.matches('.').count() == 1
    });
    if !lps.rows.is_empty() {
        block.folded.push(lps);
    }
    block.notes = vec![document.word(catalogue::Term::MissingNote)];
    block
}

/// P5, P50 and P95 of each measure by tier.
fn returns(document: &Document, caption: Term, belongs: impl Fn(&str) -> bool) -> Table {
    let metrics = document.keys("/metrics");
    let tiers = metrics
        .iter()
        .filter_map(|metric| metric.strip_suffix(".dpi"));
    let mut rows = Vec::new();
    for tier in tiers.filter(|tier| belongs(tier)) {
        let Some(label) = tier_label(tier, &document.names, document.lang) else {
            continue;
        };
        for measure in MEASURES {
            let at = format!("/metrics/{tier}.{measure}");
            if document.get(&at).is_none() {
                continue;
            }
            let full = document.label(&format!("{tier}.{measure}"));
            let name = measure_of(&full, document.lang);
            let part = |part| Cell::number(document.part(&at, part));
            rows.push(vec![
                Cell::text(&label),
                Cell::text(name),
                part("mean"),
                part("p5"),
                part("p50"),
                part("p95"),
            ]);
        }
    }
    let word = |term| document.word(term);
    Table {
        caption: document.term(caption),
        heads: vec![
            word(catalogue::Term::Tier),
            word(catalogue::Term::Measure),
            word(catalogue::Term::Mean),
            "P5".to_owned(),
            "P50".to_owned(),
            "P95".to_owned(),
        ],
        rows,
    }
}

pub(super) fn fiscal(document: &Document) -> Block {
    let mut block = Block::new("fiscal", document.term(Term::BlockFiscal));
    let Some(terms) = document.get("/fiscal_terms") else {
        return block;
    };
    let here = terms.get("bond_draw").and_then(serde_json::Value::as_str);
    let word = |term| document.word(term);
    let mut rows = Vec::new();
    for rule in RULES {
        let label = rule_name(document, rule, here);
        for measure in ["principal", "paid_back", "principal_recovered", "npv"] {
            let metric = format!("fiscal.{rule}.{measure}");
            let at = format!("/metrics/{metric}");
            if document.get(&at).is_none() {
                continue;
            }
            let full = document.label(&metric);
            let measure = measure_of(&full, document.lang);
            let part = |part| Cell::number(document.part(&at, part));
            let mut row = vec![Cell::text(&label), Cell::text(measure)];
            row.extend(["mean", "p5", "p50", "p95"].map(part));
            rows.push(row);
        }
    }
    let bond = document.data("/fiscal_terms/bond_rate", MetricUnit::Rate);
    let cash = document.data("/fiscal_terms/cash_rate", MetricUnit::Rate);
    let text = Term::FiscalIntro.text(document.lang);
    block.answer = vec![fill_html(text, &[("bond", bond), ("cash", cash)])];
    block.tables.push(Table {
        caption: document.term(Term::FiscalTable),
        heads: vec![
            word(catalogue::Term::Bonds),
            word(catalogue::Term::Measure),
            word(catalogue::Term::Mean),
            "P5".to_owned(),
            "P50".to_owned(),
            "P95".to_owned(),
        ],
        rows,
    });
    block.tables.push(chances(document, here));
    block
}

/// How the bonds are issued, with a word on which rule is the scenario's.
fn rule_name(document: &Document, rule: &str, here: Option<&str>) -> String {
    let name = if rule == "as_called" {
        catalogue::Term::BondsAsCalled
    } else {
        catalogue::Term::BondsUpfront
    };
    let mut label = document.word(name);
    if here == Some(rule) {
        let blank = document.lang.choose(" ", "");
        label = format!(
            "{label}{blank}{}",
            document.word(catalogue::Term::BondsHere)
        );
    }
    label
}

/// Probabilities that the treasury gets its money back, and with the bonds' interest.
fn chances(document: &Document, here: Option<&str>) -> Table {
    let events = [
        (
            catalogue::Term::PrincipalRecovered,
            "principal_recovered>=1",
        ),
        (catalogue::Term::BeatsTheBond, "npv>=0"),
    ];
    let mut rows = Vec::new();
    for rule in RULES {
        for (term, measure) in events {
            let event = format!("fiscal.{rule}.{measure}");
            if document.get(&format!("/probabilities/{event}")).is_none() {
                continue;
            }
            rows.push(vec![
                Cell::text(&rule_name(document, rule, here)),
                Cell::text(&document.word(term)),
                Cell::number(probability(document, &event)),
                Cell::number(probability_interval(document, &event)),
            ]);
        }
    }
    Table {
        caption: document.term(Term::FiscalChances),
        heads: vec![
            document.word(catalogue::Term::Bonds),
            document.word(catalogue::Term::Measure),
            document.term(Term::Probability),
            document.term(Term::Interval95),
        ],
        rows,
    }
}
