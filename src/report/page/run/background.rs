//! What stands behind the numbers: rules, assumptions, convergence.

use super::MAIN;
use crate::metrics::MetricUnit;
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, rule_label};
use crate::report::page::charts::{self, About, Bar};
use crate::report::page::document::{Document, unit_of};
use crate::report::page::parts::{Block, Cell, Table};

pub(super) fn rules(document: &Document) -> Block {
    let mut block = Block::new("rules", document.term(Term::BlockRules));
    let rules = document.keys("/rules");
    let kept = |rule: &&&str| document.get(&format!("/rules/{rule}/kept")).is_some();
    let bar = |rule: &&str| Bar {
        name: rule_label(rule, document.lang),
        to: format!("/rules/{rule}/kept/p"),
        range: None,
        from: None,
    };
    let bars: Vec<Bar> = rules.iter().filter(kept).map(bar).collect();
    if !bars.is_empty() {
        let about = About::plain(document, "rules-kept", Term::RulesTitle, Term::RulesSummary);
        let mut chart = charts::ladder(document, about, "share", "", &bars);
        chart.wide = true;
        block.charts.push(chart);
    }
    let word = |term| document.word(term);
    block.tables.push(Table {
        caption: document.term(Term::RulesTable),
        heads: vec![
            word(catalogue::Term::Rule),
            word(catalogue::Term::Mode),
            word(catalogue::Term::Limit),
            "P5".to_owned(),
            "P50".to_owned(),
            "P95".to_owned(),
            word(catalogue::Term::Kept),
            word(catalogue::Term::VehiclesKept),
            word(catalogue::Term::Binds),
        ],
        rows: rules.iter().map(|rule| rule_row(document, rule)).collect(),
    });
    block
}

fn rule_row(document: &Document, rule: &str) -> Vec<Cell> {
    let at = format!("/rules/{rule}");
    let mode = match document.text(&format!("{at}/mode")) {
        "enforce" => catalogue::Term::ModeEnforce,
        "report" => catalogue::Term::ModeReport,
        _ => catalogue::Term::ModeOff,
    };
    let unit = |key: &str| unit_of(document.text(&format!("{at}/{key}")));
    let (limit, measured) = (unit("threshold_unit"), unit("measured_unit"));
    let mut row = vec![
        Cell::text(&rule_label(rule, document.lang)),
        Cell::text(mode.text(document.lang)),
        Cell::number(document.data(&format!("{at}/threshold"), limit)),
    ];
    for part in ["p5", "p50", "p95"] {
        let place = format!("{at}/measured/{part}");
        row.push(Cell::number(document.data(&place, measured)));
    }
    for part in ["kept/p", "vehicles_kept", "binds"] {
        let place = format!("{at}/{part}");
        row.push(Cell::number(document.data(&place, MetricUnit::Share)));
    }
    row
}

/// Every number of the scenario with its range and source.
pub(super) fn parameters(document: &Document) -> Block {
    let mut block = Block::new("assumptions", document.term(Term::BlockAssumptions));
    let row = |(index, parameter): (usize, &serde_json::Value)| {
        let text = |key| {
            parameter
                .get(key)
                .and_then(serde_json::Value::as_str)
                .unwrap_or("")
        };
        let plain = ["number", "count", "multiple"].contains(&text("unit"));
        let unit = unit_of(text("unit"));
        let number = |key: &str| {
            let place = format!("/parameters/{index}/{key}");
            Cell::number(if plain {
                document.data_as(&place, |value| value.to_string())
            } else {
                document.data(&place, unit)
            })
        };
        vec![
            Cell::text(text("key")),
            number("base"),
            number("low"),
            number("high"),
            Cell::text(text("source")),
        ]
    };
    block.folded.push(Table {
        caption: document.term(Term::ParametersTable),
        heads: vec![
            document.word(catalogue::Term::Key),
            document.term(Term::BaseValue),
            document.term(Term::LowValue),
            document.term(Term::HighValue),
            document.term(Term::Source),
        ],
        rows: document
            .list("/parameters")
            .iter()
            .enumerate()
            .map(row)
            .collect(),
    });
    block.notes = vec![document.term(Term::ParametersNote)];
    block
}

/// How far the main numbers would move with other luck.
pub(super) fn convergence(document: &Document) -> Block {
    let mut block = Block::new("convergence", document.term(Term::BlockConvergence));
    let row = |metric: &&str| {
        let at = format!("/metrics/{metric}");
        document.get(&at)?;
        let unit = document.unit(&at);
        let interval = |part: &str| {
            let end = |end| format!("{at}/intervals/{part}/{end}");
            Cell::number(document.interval(&end(0), &end(1), unit))
        };
        let count = |key: &str| {
            Cell::number(document.data_as(&format!("{at}/{key}"), |count| format!("{count:.0}")))
        };
        Some(vec![
            Cell::text(&document.label(metric)),
            count("n"),
            count("missing"),
            Cell::number(document.part(&at, "mean")),
            Cell::number(document.part(&at, "se")),
            interval("mean"),
            interval("p5"),
            interval("p50"),
            interval("p95"),
        ])
    };
    let head = |quantile: &str| format!("{quantile}, {}", document.term(Term::Interval95));
    block.tables.push(Table {
        caption: document.term(Term::ConvergenceTable),
        heads: vec![
            document.word(catalogue::Term::Measure),
            document.word(catalogue::Term::Paths),
            document.term(Term::WithoutValue),
            document.word(catalogue::Term::Mean),
            document.word(catalogue::Term::StandardError),
            document.word(catalogue::Term::Interval),
            head("P5"),
            head("P50"),
            head("P95"),
        ],
        rows: MAIN.iter().filter_map(row).collect(),
    });
    block.notes = vec![document.term(Term::ConvergenceNote)];
    block
}
