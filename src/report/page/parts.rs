//! What a page is made of.

use super::document::{Document, escape};
use serde::Serialize;
use serde_json::Value;

/// A part of the page under one heading.
#[derive(Default, Serialize)]
pub(super) struct Block {
    pub(super) id: &'static str,
    pub(super) title: String,
    /// Sentences, as HTML.
    pub(super) answer: Vec<String>,
    pub(super) warnings: Vec<String>,
    pub(super) charts: Vec<Chart>,
    pub(super) tables: Vec<Table>,
    /// Tables that open on demand.
    pub(super) folded: Vec<Table>,
    pub(super) notes: Vec<String>,
}

impl Block {
    pub(super) fn new(id: &'static str, title: String) -> Self {
        Self {
            id,
            title,
            ..Self::default()
        }
    }
}

/// A chart with what it shows in words and as a table.
#[derive(Serialize)]
pub(super) struct Chart {
    pub(super) id: String,
    pub(super) title: String,
    /// One sentence, as HTML.
    pub(super) summary: String,
    /// What the page's script draws: places of numbers, names, units.
    #[serde(serialize_with = "as_text")]
    pub(super) spec: Value,
    pub(super) table: Table,
    pub(super) wide: bool,
}

fn as_text<S: serde::Serializer>(spec: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&spec.to_string())
}

/// A table.
#[derive(Default, Serialize)]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell, as HTML.
#[derive(Serialize)]
pub(super) struct Cell {
    html: String,
    text: bool,
}

impl Cell {
    /// Words.
    pub(super) fn text(text: &str) -> Self {
        Self {
            html: escape(text),
            text: true,
        }
    }

    /// Numbers that name their place.
    pub(super) fn number(html: String) -> Self {
        Self { html, text: false }
    }
}

/// Mean, its interval and three quantiles of the metric at `at`.
pub(super) fn spread(document: &Document, at: &str) -> Vec<Cell> {
    let unit = document.unit(at);
    let interval = document.interval(&format!("{at}/lo"), &format!("{at}/hi"), unit);
    let part = |part| Cell::number(document.part(at, part));
    vec![
        part("mean"),
        Cell::number(interval),
        part("p5"),
        part("p50"),
        part("p95"),
    ]
}
