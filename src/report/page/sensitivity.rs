//! The page on a sensitivity analysis: tornado, screening and indices of each measure.

use super::charts::{self, About, Bar, Group};
use super::document::{Document, token, unit_of};
use super::parts::{Block, Cell, Chart, Table};
use super::run::about;
use super::{Content, PageError};
use crate::metrics::MetricUnit;
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self};

/// Numbers that a chart shows.
const LEADING: usize = 10;

/// Identifiers of the parts of at most so many measures; further ones are in the JSON only.
const IDS: [[&str; 3]; 4] = [
    ["first", "tornado-1", "indices-1"],
    ["second", "tornado-2", "indices-2"],
    ["third", "tornado-3", "indices-3"],
    ["fourth", "tornado-4", "indices-4"],
];

pub(super) fn content(document: &Document) -> Result<Content, PageError> {
    if document.get("/provenance").is_none() {
        return Err(PageError::Missing("provenance"));
    }
    let measures = document.keys("/measures");
    let mut blocks: Vec<Block> = measures
        .iter()
        .zip(IDS)
        .map(|(measure, ids)| block(document, measure, ids))
        .collect();
    if let Some(last) = blocks.last_mut() {
        last.notes = vec![document.word(catalogue::Term::SensitivityNote)];
    }
    Ok(Content {
        title: document.lang.labelled(
            document.text("/provenance/scenario"),
            &document.term(Term::BlockLead),
        ),
        about: about(document),
        blocks,
    })
}

/// A metric or a probability by its name.
pub(super) fn measure_label(document: &Document, measure: &str) -> String {
    match measure.split_once(">=") {
        Some((metric, threshold)) => format!("{} >= {threshold}", document.label(metric)),
        None => document.label(measure),
    }
}

fn block(document: &Document, measure: &str, ids: [&'static str; 3]) -> Block {
    let at = format!("/measures/{}", token(measure));
    let mut block = Block::new(ids[0], measure_label(document, measure));
    block.charts.extend(tornado(document, &at, ids[1]));
    block.charts.extend(indices(document, &at, ids[2]));
    block.folded.push(screening(document, &at));
    block
}

fn tornado(document: &Document, at: &str, id: &'static str) -> Option<Chart> {
    let unit = document.text(&format!("{at}/unit"));
    let change = |number: usize, end: &str| format!("{at}/tornado/{number}/{end}/difference");
    let both = |number: &usize| {
        let there = |end| document.get(&change(*number, end)).is_some();
        there("at_low") && there("at_high")
    };
    let all = 0..document.list(&format!("{at}/tornado")).len();
    let numbers: Vec<usize> = all.filter(both).take(LEADING).collect();
    let name = |number: &usize| {
        document
            .text(&format!("{at}/tornado/{number}/key"))
            .to_owned()
    };
    let names: Vec<String> = numbers.iter().map(name).collect();
    let group = |end: &str, term| Group {
        name: document.word(term),
        points: numbers.iter().map(|number| change(*number, end)).collect(),
        range: None,
    };
    let groups = [
        group("at_low", catalogue::Term::AtLow),
        group("at_high", catalogue::Term::AtHigh),
    ];
    let about = About::plain(document, id, Term::TornadoTitle, Term::TornadoSummary);
    (!names.is_empty()).then(|| {
        let mut chart = charts::bars(document, about, unit, &names, &groups);
        chart.spec["lying"] = true.into();
        chart.wide = true;
        chart
    })
}

fn indices(document: &Document, at: &str, id: &'static str) -> Option<Chart> {
    let keys = document.keys(&format!("{at}/indices/total"));
    let bars: Vec<Bar> = keys
        .iter()
        .map(|key| {
            let place = |part: &str| format!("{at}/indices/total/{}/{part}", token(key));
            Bar {
                name: (*key).to_owned(),
                to: place("value"),
                range: Some([place("lo"), place("hi")]),
                from: None,
            }
        })
        .collect();
    let about = About::plain(document, id, Term::IndicesTitle, Term::IndicesSummary);
    let range = document.term(Term::Interval95);
    (!bars.is_empty()).then(|| {
        let mut chart = charts::ladder(document, about, "share", &range, &bars);
        chart.wide = true;
        chart
    })
}

fn screening(document: &Document, at: &str) -> Table {
    let unit = unit_of(document.text(&format!("{at}/unit")));
    let row = |key: &str| {
        let place = format!("{at}/screening/{}", token(key));
        document.get(&place)?;
        let plain = |part: &str| {
            let place = format!("{place}/{part}");
            Cell::number(match unit {
                MetricUnit::Multiple => document.data_as(&place, |value| format!("{value:.4}")),
                unit => document.data(&place, unit),
            })
        };
        let numbers = ["mu_star", "se", "mu", "sigma"].map(plain);
        Some([Cell::text(key)].into_iter().chain(numbers).collect())
    };
    let heads = [
        catalogue::Term::Key,
        catalogue::Term::MuStar,
        catalogue::Term::StandardError,
        catalogue::Term::Mu,
        catalogue::Term::Sigma,
    ];
    let keys = document.keys(&format!("{at}/screening"));
    Table {
        caption: document.term(Term::ScreeningTable),
        heads: heads.map(|head| document.word(head)).to_vec(),
        rows: keys.into_iter().filter_map(row).collect(),
    }
}
