//! The ladder: by definition, by probability, by year, by assumption.

use super::{metric_row, spread_heads};
use crate::metrics::co_investment::RUNG;
use crate::metrics::{LADDER, THRESHOLDS};
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, rung};
use crate::report::format;
use crate::report::page::charts::{self, About, Bar, Drawing, Group};
use crate::report::page::document::{Document, fill_html};
use crate::report::page::parts::{Block, Cell, Chart, Table};
use crate::summary::event_name;

fn rung_name(document: &Document, metric: &str) -> String {
    let name = rung(metric.trim_start_matches("leverage."), document.lang);
    name.map_or_else(|| metric.to_owned(), |(label, _)| label.to_owned())
}

/// From the national money upward: what each tier adds to a yuan of it.
pub(super) fn steps(document: &Document) -> Option<Chart> {
    let mean = |metric: &str| format!("/metrics/{metric}/mean");
    let all = [
        (Term::StepRegions, LADDER[0]),
        (Term::StepSubFunds, LADDER[2]),
        (Term::StepCoInvestment, RUNG),
    ];
    let present = all
        .iter()
        .filter(|(_, metric)| document.get(&mean(metric)).is_some());
    let mut from = None;
    let mut bars = Vec::new();
    for (name, metric) in present {
        bars.push(Bar {
            name: document.term(*name),
            to: mean(metric),
            range: None,
            from: from.replace(mean(metric)),
        });
    }
    let values = [
        (
            "regional",
            document.part("/metrics/leverage.regional", "mean"),
        ),
        (
            "consolidated",
            document.part("/metrics/leverage.consolidated", "mean"),
        ),
    ];
    let summary = fill_html(Term::StepsSummary.text(document.lang), &values);
    let about = About::new("steps", Term::StepsTitle, summary);
    (bars.len() > 1).then(|| charts::ladder(document, about, "multiple", "", &bars))
}

/// The rungs on committed money.
pub(super) fn rungs(document: &Document) -> Option<Chart> {
    let part = |metric: &str, part: &str| format!("/metrics/{metric}/{part}");
    let all = LADDER.into_iter().chain([RUNG]);
    let bars: Vec<Bar> = all
        .filter(|metric| document.get(&part(metric, "mean")).is_some())
        .map(|metric| Bar {
            name: rung_name(document, metric),
            to: part(metric, "mean"),
            range: Some([part(metric, "p5"), part(metric, "p95")]),
            from: None,
        })
        .collect();
    let about = About::plain(document, "rungs", Term::RungsTitle, Term::RungsSummary);
    (!bars.is_empty()).then(|| charts::ladder(document, about, "multiple", "P5..P95", &bars))
}

pub(super) fn block(document: &Document) -> Block {
    let mut block = Block::new("leverage", document.term(Term::BlockLeverage));
    block.charts.extend(at_least(document));
    block.charts.extend(reached(document));
    block.charts.extend(over_time(document));
    block.charts.extend(arithmetic(document));
    for (term, ending) in [
        (catalogue::Term::LadderCommitted, ""),
        (catalogue::Term::LadderDrawn, ".drawn"),
    ] {
        let row = |metric: &str| {
            let mut row = metric_row(document, &format!("{metric}{ending}"))?;
            let (_, meaning) = rung(metric.trim_start_matches("leverage."), document.lang)?;
            row.push(Cell::text(meaning));
            Some(row)
        };
        let mut heads = spread_heads(document, document.word(catalogue::Term::Rung));
        heads.push(document.word(catalogue::Term::Meaning));
        block.tables.push(Table {
            caption: document.word(term),
            heads,
            rows: LADDER.into_iter().chain([RUNG]).filter_map(row).collect(),
        });
    }
    block
}

/// Rungs whose probabilities are drawn.
const FOLLOWED: [&str; 4] = [
    "leverage.consolidated",
    "leverage.summed",
    "leverage.social",
    RUNG,
];

fn at_least(document: &Document) -> Option<Chart> {
    let place = |metric: &str, k| format!("/probabilities/{}/p", event_name(metric, k));
    let present = |metric: &&&str| document.get(&place(metric, THRESHOLDS[0])).is_some();
    let groups: Vec<Group> = FOLLOWED
        .iter()
        .filter(present)
        .map(|metric| Group {
            name: rung_name(document, metric),
            points: THRESHOLDS.map(|k| place(metric, k)).to_vec(),
            range: None,
        })
        .collect();
    let names = THRESHOLDS.map(|k| format!(">= {k}"));
    let value = |metric| document.data(&place(metric, 10.0), crate::metrics::MetricUnit::Share);
    let values = [
        ("consolidated", value(FOLLOWED[0])),
        ("social", value(FOLLOWED[2])),
    ];
    let summary = fill_html(Term::AtLeastSummary.text(document.lang), &values);
    let about = About::new("at-least", Term::AtLeastTitle, summary);
    (!groups.is_empty()).then(|| charts::bars(document, about, "share", &names, &groups))
}

fn reached(document: &Document) -> Option<Chart> {
    let series: Vec<(String, Vec<String>)> = document
        .keys("/reached")
        .into_iter()
        .filter(|key| {
            ["6", "8", "10"]
                .iter()
                .any(|k| key.ends_with(&format!("={k}")))
        })
        .filter(|key| !key.starts_with("leverage.summed"))
        .map(|key| {
            let years = document.list(&format!("/reached/{key}/by_year")).len();
            let (metric, k) = key.split_once(">=").unwrap_or((key, ""));
            let name = format!("{} >= {k}", rung_name(document, metric));
            let place = |year| format!("/reached/{key}/by_year/{year}/p");
            (name, (0..years).map(place).collect())
        })
        .collect();
    let about = About::plain(
        document,
        "reached",
        Term::ReachedTitle,
        Term::ReachedSummary,
    );
    charts::by_year(document, about, "share", &series)
}

fn over_time(document: &Document) -> Option<Chart> {
    let named = |metric: &str| (rung_name(document, metric), metric.to_owned());
    let series = [
        "leverage.consolidated",
        "leverage.summed",
        "leverage.social",
    ]
    .map(named);
    let about = About::plain(
        document,
        "leverage-time",
        Term::LeverageTimeTitle,
        Term::LeverageTimeSummary,
    );
    charts::curves(document, about, &series, Drawing::Lines)
}

/// Leverage by first-tier ratio and regional share.
fn arithmetic(document: &Document) -> Option<Chart> {
    document.get("/arithmetic")?;
    let numbers = |at: &str| {
        let list = document.list(at).iter();
        list.filter_map(serde_json::Value::as_f64)
            .collect::<Vec<f64>>()
    };
    let shares = numbers("/arithmetic/shares");
    let columns: Vec<String> = shares.iter().map(|share| format::percent(*share)).collect();
    let rows: Vec<(String, Vec<String>)> = numbers("/arithmetic/ratios")
        .iter()
        .enumerate()
        .map(|(row, ratio)| {
            let place = |column| format!("/arithmetic/leverage/{row}/{column}");
            (
                format!("{ratio:.2}"),
                (0..shares.len()).map(place).collect(),
            )
        })
        .collect();
    let about = About::plain(
        document,
        "arithmetic",
        Term::ArithmeticTitle,
        Term::ArithmeticSummary,
    );
    let (across, down) = (Term::RegionalShare, Term::FirstTierRatio);
    Some(charts::heat(document, about, across, down, &columns, &rows))
}
