//! The page on one scenario.

mod background;
mod companies;
mod leverage;
mod money;
mod returns;

use super::charts::{self, About, Group};
use super::document::{Document, fill_html};
use super::parts::{Block, Cell, Chart, Table, spread};
use super::{Content, PageError};
use crate::metrics::MetricUnit;
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, Lang};

/// Parts that the object of every run has.
const PARTS: [&str; 9] = [
    "provenance",
    "scenario",
    "metrics",
    "probabilities",
    "curves",
    "fans",
    "histograms",
    "flows",
    "parameters",
];

/// Metrics that stand below the answer.
const MAIN: [&str; 8] = [
    "leverage.consolidated",
    "leverage.social",
    "leverage.consolidated.drawn",
    "national.dpi",
    "national.irr",
    "national.pme_ks",
    "national.peak_annual_call",
    "fiscal.npv",
];

pub(super) fn content(document: &Document) -> Result<Content, PageError> {
    for part in PARTS {
        if document.root.get(part).is_none() {
            return Err(PageError::Missing(part));
        }
    }
    let blocks = [
        answer(document),
        leverage::block(document),
        money::flows(document),
        money::time(document),
        returns::block(document),
        returns::fiscal(document),
        companies::exits(document),
        companies::market(document),
        background::rules(document),
        background::parameters(document),
        background::convergence(document),
    ];
    Ok(Content {
        title: document.names.title(document.lang).to_owned(),
        about: about(document),
        blocks: blocks.into_iter().filter(is_filled).collect(),
    })
}

fn is_filled(block: &Block) -> bool {
    !(block.answer.is_empty()
        && block.charts.is_empty()
        && block.tables.is_empty()
        && block.folded.is_empty())
}

/// All that is needed to run the same again.
pub(super) fn about(document: &Document) -> Vec<String> {
    use super::document::escape;
    let text = |key: &str| escape(document.text(&format!("/provenance/{key}")));
    let number =
        |key: &str| document.data_as(&format!("/provenance/{key}"), |value| format!("{value:.0}"));
    let word = |term| document.word(term);
    let mut lines = vec![
        format!(
            "{} {} | {} {} | {} {} | tierfund {}",
            word(catalogue::Term::Scenario),
            text("scenario"),
            word(catalogue::Term::Paths),
            number("paths"),
            word(catalogue::Term::Seed),
            number("seed"),
            text("version"),
        ),
        format!("{} | {}", text("scenario_sha256"), text("scheme")),
    ];
    for set in document.list("/provenance/overrides") {
        let set = escape(set.as_str().unwrap_or(""));
        let overrides = word(catalogue::Term::Overrides);
        lines.push(document.lang.labelled(&overrides, &set));
    }
    lines
}

fn answer(document: &Document) -> Block {
    let mut block = Block::new("answer", document.term(Term::BlockAnswer));
    block.answer = [
        consolidated(document),
        ten(document),
        social(document),
        paid_back(document),
        against_the_bond(document),
    ]
    .into_iter()
    .flatten()
    .collect();
    let warnings = document.list("/warnings").iter();
    let text = |warning: &serde_json::Value| {
        let text = warning.get(document.lang.choose("en", "zh"))?.as_str()?;
        Some(text.to_owned())
    };
    block.warnings = warnings.filter_map(text).collect();
    let rows = MAIN
        .iter()
        .filter_map(|metric| metric_row(document, metric));
    block.tables.push(Table {
        caption: document.term(Term::MainNumbers),
        heads: spread_heads(document, document.word(catalogue::Term::Measure)),
        rows: rows.collect(),
    });
    block.charts.extend(leverage::steps(document));
    block.charts.extend(leverage::rungs(document));
    block.notes = vec![document.word(catalogue::Term::SpreadNote)];
    block
}

/// A row of a table of metrics, for one that the results have.
fn metric_row(document: &Document, metric: &str) -> Option<Vec<Cell>> {
    let at = format!("/metrics/{metric}");
    document.get(&at)?;
    let head = Cell::text(&document.label(metric));
    Some([head].into_iter().chain(spread(document, &at)).collect())
}

/// Bars of the metrics that begin with `prefix`, each named by `label` of what follows; nothing where there is none.
fn bars_of(
    document: &Document,
    about: About,
    unit: &str,
    prefix: &str,
    label: impl Fn(&str) -> String,
) -> Option<Chart> {
    let metrics = document.keys("/metrics").into_iter();
    let (metrics, names): (Vec<&str>, Vec<String>) = metrics
        .filter_map(|metric| Some((metric, label(metric.strip_prefix(prefix)?))))
        .unzip();
    let places = |part: &str| {
        let place = |metric: &&str| format!("/metrics/{metric}/{part}");
        metrics.iter().map(place).collect::<Vec<String>>()
    };
    let group = Group::over_paths(document, places);
    (!names.is_empty()).then(|| charts::bars(document, about, unit, &names, &[group]))
}

/// What kind of tier or holder this is: the part of its name before the dot.
fn kind(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn spread_heads(document: &Document, first: String) -> Vec<String> {
    let interval = document.word(catalogue::Term::Interval);
    let mut heads = vec![first, document.word(catalogue::Term::Mean), interval];
    heads.extend(["P5", "P50", "P95"].map(str::to_owned));
    heads
}

/// The catalogue's sentence, filled with numbers of the object; `None` where the object lacks `needs`.
fn say(
    document: &Document,
    text: fn(Lang) -> &'static str,
    needs: &[&str],
    values: &[(&str, String)],
) -> Option<String> {
    let there = needs.iter().all(|at| document.get(at).is_some());
    there.then(|| fill_html(text(document.lang), values))
}

fn probability(document: &Document, event: &str) -> String {
    document.data(&format!("/probabilities/{event}/p"), MetricUnit::Share)
}

fn probability_interval(document: &Document, event: &str) -> String {
    let end = |end| format!("/probabilities/{event}/{end}");
    document.interval(&end("lo"), &end("hi"), MetricUnit::Share)
}

fn consolidated(document: &Document) -> Option<String> {
    let at = "/metrics/leverage.consolidated";
    let interval = document.interval(
        &format!("{at}/lo"),
        &format!("{at}/hi"),
        MetricUnit::Multiple,
    );
    let values = [
        ("mean", document.part(at, "mean")),
        ("interval", interval),
        ("p5", document.part(at, "p5")),
        ("p95", document.part(at, "p95")),
    ];
    say(
        document,
        |lang| catalogue::Term::AnswerConsolidated.text(lang),
        &[at],
        &values,
    )
}

fn ten(document: &Document) -> Option<String> {
    let (event, summed) = ("leverage.consolidated>=10", "/metrics/leverage.summed");
    let values = [
        ("consolidated", probability(document, event)),
        ("interval", probability_interval(document, event)),
        ("summed", document.part(summed, "mean")),
        ("p_summed", probability(document, "leverage.summed>=10")),
    ];
    say(
        document,
        |lang| catalogue::Term::AnswerTen.text(lang),
        &[summed],
        &values,
    )
}

fn social(document: &Document) -> Option<String> {
    let (event, at) = ("leverage.social>=10", "/metrics/leverage.social");
    let values = [
        ("mean", document.part(at, "mean")),
        ("p", probability(document, event)),
        ("interval", probability_interval(document, event)),
    ];
    say(
        document,
        |lang| catalogue::Term::AnswerSocial.text(lang),
        &[at],
        &values,
    )
}

fn paid_back(document: &Document) -> Option<String> {
    let (at, irr) = ("/metrics/national.dpi", "/metrics/national.irr");
    let values = [
        ("dpi", document.part(at, "p50")),
        ("p5", document.part(at, "p5")),
        ("p95", document.part(at, "p95")),
        ("p", probability(document, "national.dpi>=1")),
        ("irr", document.part(irr, "p50")),
    ];
    say(
        document,
        |lang| catalogue::Term::AnswerReturns.text(lang),
        &[at, irr],
        &values,
    )
}

fn against_the_bond(document: &Document) -> Option<String> {
    let at = "/metrics/fiscal.npv";
    let values = [
        (
            "bond",
            document.data("/fiscal_terms/bond_rate", MetricUnit::Rate),
        ),
        ("npv", document.part(at, "p50")),
        ("p5", document.part(at, "p5")),
        ("p95", document.part(at, "p95")),
        ("p", probability(document, "fiscal.npv>=0")),
    ];
    say(
        document,
        |lang| Term::AnswerFiscal.text(lang),
        &[at, "/fiscal_terms"],
        &values,
    )
}
