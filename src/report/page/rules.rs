//! The page on the prices of rules: what one more percentage point, 1亿 or year of each brings or costs.

use super::charts::{self, About, Bar};
use super::document::{Document, token};
use super::parts::{Block, Cell, Chart, Table};
use super::run::about;
use super::{Content, PageError};
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, rule_label};
use crate::report::format;

/// Metrics that get a chart, each with its name.
const DRAWN: [(&str, &str); 4] = [
    ("price-leverage", "leverage.consolidated"),
    ("price-dpi", "national.dpi"),
    ("price-npv", "fiscal.npv"),
    ("price-early", "early_stage.money"),
];

pub(super) fn content(document: &Document) -> Result<Content, PageError> {
    for part in ["/provenance", "/base"] {
        if document.get(part).is_none() {
            return Err(PageError::Missing("base"));
        }
    }
    let mut block = Block::new("answer", document.term(Term::BlockPrices));
    let drawn = DRAWN.into_iter();
    block
        .charts
        .extend(drawn.filter_map(|(id, metric)| chart(document, id, metric)));
    block.notes = vec![document.term(Term::PricesNote)];
    let mut tables = Block::new("prices", document.term(Term::BlockPoints));
    let metrics = document.keys("/base");
    tables
        .tables
        .extend(metrics.iter().map(|metric| table(document, metric)));
    Ok(Content {
        title: document.lang.labelled(
            document.text("/provenance/scenario"),
            &document.term(Term::BlockPrices),
        ),
        about: about(document),
        blocks: vec![block, tables],
    })
}

/// Rules with a price for `metric`, each with the place of the step.
fn priced<'a>(document: &'a Document, metric: &str) -> Vec<(&'a str, String)> {
    let rules = document.keys("/rules").into_iter();
    rules
        .map(|rule| (rule, format!("/rules/{rule}/prices/{}/step", token(metric))))
        .filter(|(_, at)| document.get(&format!("{at}/mean")).is_some())
        .collect()
}

fn chart(document: &Document, id: &'static str, metric: &str) -> Option<Chart> {
    let rules = priced(document, metric);
    let unit = document.text(&format!("{}/unit", rules.first()?.1));
    let bars: Vec<Bar> = rules
        .iter()
        .map(|(rule, at)| Bar {
            name: rule_label(rule, document.lang),
            to: format!("{at}/mean"),
            range: Some([0, 1].map(|end| format!("{at}/interval/{end}"))),
            from: None,
        })
        .collect();
    let about = About::plain(document, id, Term::BlockPrices, Term::PricesSummary);
    let range = document.term(Term::Interval95);
    let mut chart = charts::ladder(document, about, unit, &range, &bars);
    chart.title = document.label(metric);
    chart.table = table(document, metric);
    Some(chart)
}

fn table(document: &Document, metric: &str) -> Table {
    let row = |(rule, at): &(&str, String)| {
        let unit = document.unit(at);
        let end = |end: usize| document.number(&format!("{at}/interval/{end}"));
        let half = end(0).zip(end(1)).map(|(low, high)| (high - low) / 2.0);
        let signed = |part: &str| {
            let say = |value| format::difference(value, half, unit, document.lang);
            document.data_as(&format!("{at}/{part}"), say)
        };
        vec![
            Cell::text(&rule_label(rule, document.lang)),
            Cell::number(signed("mean")),
            Cell::number(format!(
                "{}..{}",
                signed("interval/0"),
                signed("interval/1")
            )),
        ]
    };
    Table {
        caption: document.label(metric),
        heads: vec![
            document.word(catalogue::Term::Rule),
            document.term(Term::Effect),
            document.term(Term::Interval95),
        ],
        rows: priced(document, metric).iter().map(row).collect(),
    }
}
