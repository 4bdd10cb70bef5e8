//! The page on a sweep: one chart per measure, bars over one key or colours over two, and all points as a table.

use super::charts::{self, About, Group};
use super::document::{Document, token, unit_of};
use super::parts::{Block, Cell, Chart, Table};
use super::run::about;
use super::sensitivity::measure_label;
use super::{Content, PageError};
use crate::report::catalogue;
use crate::report::catalogue::page::Term;

/// Identifiers of the charts of at most so many measures; the table has all.
const IDS: [&str; 8] = [
    "measure-1",
    "measure-2",
    "measure-3",
    "measure-4",
    "measure-5",
    "measure-6",
    "measure-7",
    "measure-8",
];

pub(super) fn content(document: &Document) -> Result<Content, PageError> {
    if document.get("/provenance").is_none() {
        return Err(PageError::Missing("provenance"));
    }
    if document.get("/metrics").is_none() || document.list("/points").is_empty() {
        return Err(PageError::Missing("points"));
    }
    let measures = document.keys("/metrics");
    let mut block = Block::new("answer", document.term(Term::BlockSweep));
    let drawn = measures.iter().zip(IDS);
    let drawn = drawn.filter_map(|(measure, id)| chart(document, measure, id));
    block.charts.extend(drawn);
    block.notes = vec![document.word(catalogue::Term::SweepNote)];
    let mut points = Block::new("points", document.term(Term::BlockPoints));
    points
        .tables
        .extend(measures.iter().map(|measure| table(document, measure)));
    Ok(Content {
        title: document.lang.labelled(
            document.text("/provenance/scenario"),
            &document.keys("/vary").join(" x "),
        ),
        about: about(document),
        blocks: vec![block, points],
    })
}

fn value_at(document: &Document, point: usize, key: &str) -> String {
    document
        .text(&format!("/points/{point}/values/{}", token(key)))
        .to_owned()
}

fn chart(document: &Document, measure: &str, id: &'static str) -> Option<Chart> {
    let unit = document.text(&format!("/metrics/{}", token(measure)));
    let place =
        |point: usize, part: &str| format!("/points/{point}/metrics/{}/{part}", token(measure));
    let axes = document.keys("/vary");
    let points = document.list("/points").len();
    let about = About::plain(document, id, Term::SweepTitle, Term::SweepSummary);
    let mut chart = match axes.as_slice() {
        [one] => {
            let names: Vec<String> = (0..points)
                .map(|point| value_at(document, point, one))
                .collect();
            let places = |part: &str| (0..points).map(|point| place(point, part)).collect();
            let [lo, hi]: [Vec<String>; 2] = [places("lo"), places("hi")];
            let group = Group {
                name: document.word(catalogue::Term::Mean),
                points: places("mean"),
                range: Some([lo, hi]),
            };
            let mut chart = charts::bars(document, about, unit, &names, &[group]);
            let range = document.term(Term::Interval95);
            chart.spec["range"] = range.clone().into();
            if let Some(head) = chart.table.heads.last_mut() {
                *head = range;
            }
            chart
        }
        [down, across] => {
            let mut rows: Vec<(String, Vec<String>)> = Vec::new();
            let mut columns: Vec<String> = Vec::new();
            for point in 0..points {
                let (row, column) = (
                    value_at(document, point, down),
                    value_at(document, point, across),
                );
                if !columns.contains(&column) {
                    columns.push(column);
                }
                match rows.iter_mut().find(|(name, _)| *name == row) {
                    Some((_, places)) => places.push(place(point, "mean")),
                    None => rows.push((row, vec![place(point, "mean")])),
                }
            }
            let mut chart = charts::heat(
                document,
                about,
                Term::RegionalShare,
                Term::FirstTierRatio,
                &columns,
                &rows,
            );
            chart.spec["unit"] = unit.into();
            chart.spec["across"] = (*across).into();
            chart.spec["down"] = (*down).into();
            if let Some(head) = chart.table.heads.first_mut() {
                *head = format!("{down} / {across}");
            }
            for (row, (_, places)) in chart.table.rows.iter_mut().zip(&rows) {
                for (cell, place) in row.iter_mut().skip(1).zip(places) {
                    *cell = Cell::number(document.data(place, unit_of(unit)));
                }
            }
            chart
        }
        _ => return None,
    };
    chart.title = measure_label(document, measure);
    chart.table.caption.clone_from(&chart.title);
    Some(chart)
}

fn table(document: &Document, measure: &str) -> Table {
    let unit = unit_of(document.text(&format!("/metrics/{}", token(measure))));
    let axes = document.keys("/vary");
    let row = |point: usize| {
        let at = |part: &str| format!("/points/{point}/metrics/{}/{part}", token(measure));
        let number = |part: &str| Cell::number(document.data(&at(part), unit));
        let keys = axes.iter();
        let mut row: Vec<Cell> = keys
            .map(|key| Cell::text(&value_at(document, point, key)))
            .collect();
        row.push(number("mean"));
        row.push(Cell::number(document.interval(&at("lo"), &at("hi"), unit)));
        row.extend(["p5", "p50", "p95", "difference"].map(number));
        let interval = document.interval(&at("difference_lo"), &at("difference_hi"), unit);
        row.push(Cell::number(interval));
        row
    };
    let mut heads: Vec<String> = axes.iter().map(|key| (*key).to_owned()).collect();
    heads.extend([catalogue::Term::Mean, catalogue::Term::Interval].map(|t| document.word(t)));
    heads.extend(["P5", "P50", "P95"].map(str::to_owned));
    let paired = [catalogue::Term::ToFirst, catalogue::Term::PairedInterval];
    heads.extend(paired.map(|term| document.word(term)));
    Table {
        caption: measure_label(document, measure),
        heads,
        rows: (0..document.list("/points").len()).map(row).collect(),
    }
}
