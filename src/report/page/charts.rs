//! Charts of one kind each, with their data as a table.

use super::document::{Document, fill_html, token, unit_of};
use super::parts::{Cell, Chart, Table};
use crate::report::catalogue;
use crate::report::catalogue::page::Term;
use serde_json::{Value, json};

/// A series of a chart over time: its name, and its place among the curves.
pub(super) type Named = (String, String);

/// What a chart is called: identifier, title, and what it shows as HTML.
pub(super) struct About {
    pub(super) id: &'static str,
    pub(super) title: Term,
    pub(super) summary: String,
}

impl About {
    pub(super) fn new(id: &'static str, title: Term, summary: String) -> Self {
        Self { id, title, summary }
    }

    /// The same with a sentence of the catalogue that holds no number.
    pub(super) fn plain(document: &Document, id: &'static str, title: Term, summary: Term) -> Self {
        Self::new(id, title, fill_html(summary.text(document.lang), &[]))
    }

    fn chart(self, document: &Document, spec: Value, table: Table, wide: bool) -> Chart {
        let title = document.term(self.title);
        Chart {
            id: self.id.to_owned(),
            summary: self.summary,
            table: Table {
                caption: title.clone(),
                ..table
            },
            title,
            spec,
            wide,
        }
    }
}

/// A table whose rows begin with the end of a year or quarter.
fn over_time(
    document: &Document,
    heads: impl IntoIterator<Item = String>,
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Table {
    let end = std::iter::once(document.term(Term::EndOfYear));
    Table {
        heads: end.chain(heads).collect(),
        rows: rows.collect(),
        ..Table::default()
    }
}

/// How curves over time are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawing {
    /// Each from zero.
    Lines,
    /// As areas, one upon the other: they are parts of a whole.
    Stacked,
}

/// Mean curves over time, those that the results have.
pub(super) fn curves(
    document: &Document,
    about: About,
    series: &[Named],
    drawing: Drawing,
) -> Option<Chart> {
    let present =
        |(_, curve): &&Named| document.get(&format!("/curves/{}", token(curve))).is_some();
    let series: Vec<&Named> = series.iter().filter(present).collect();
    let first = format!("/curves/{}", token(&series.first()?.1));
    let unit = document.text(&format!("{first}/unit"));
    let quarterly = document.text(&format!("{first}/period")) == "quarter";
    let step = if quarterly { 0.25 } else { 1.0 };
    let place = |curve: &str| format!("/curves/{}/mean", token(curve));
    let points = document.list(&place(&series[0].1)).len();
    let drawn: Vec<Value> = series
        .iter()
        .map(|(name, curve)| json!({"name": name, "at": place(curve)}))
        .collect();
    let row = |point: usize| {
        let end = (point + 1) as f64 * step;
        let cell = |(_, curve): &&Named| {
            Cell::number(document.data(&format!("{}/{point}", place(curve)), unit_of(unit)))
        };
        let first = Cell::text(&end.to_string());
        [first].into_iter().chain(series.iter().map(cell)).collect()
    };
    let heads = series.iter().map(|(name, _)| name.clone());
    let table = over_time(document, heads, (0..points).map(row));
    let spec = json!({
        "kind": "lines", "unit": unit, "step": step, "end": points as f64 * step, "series": drawn,
        "stacked": drawing == Drawing::Stacked,
        "zoom": document.term(Term::Zoom), "back": document.term(Term::ZoomBack),
    });
    Some(about.chart(document, spec, table, false))
}

/// Lines through single numbers by year: `series` of a name and the places of its numbers.
pub(super) fn by_year(
    document: &Document,
    about: About,
    unit: &str,
    series: &[(String, Vec<String>)],
) -> Option<Chart> {
    let years = series.iter().map(|(_, places)| places.len()).max()?;
    let drawn: Vec<Value> = series
        .iter()
        .map(|(name, places)| json!({"name": name, "points": places}))
        .collect();
    let row = |year: usize| {
        let cell = |(_, places): &(String, Vec<String>)| {
            let place = places.get(year).map_or("", String::as_str);
            Cell::number(document.data(place, unit_of(unit)))
        };
        let first = Cell::text(&(year + 1).to_string());
        [first].into_iter().chain(series.iter().map(cell)).collect()
    };
    let heads = series.iter().map(|(name, _)| name.clone());
    let table = over_time(document, heads, (0..years).map(row));
    let most = (unit == "share").then_some(1.0);
    let spec = json!({
        "kind": "lines", "unit": unit, "step": 1.0, "end": years, "series": drawn, "most": most,
        "zoom": document.term(Term::Zoom), "back": document.term(Term::ZoomBack),
    });
    Some(about.chart(document, spec, table, false))
}

/// The spread of a series over paths.
pub(super) fn fan(document: &Document, about: About, series: &str) -> Option<Chart> {
    let at = format!("/fans/{}", token(series));
    document.get(&at)?;
    let unit = document.text(&format!("{at}/unit"));
    let parts = ["p5", "p25", "p50", "p75", "p95"];
    let years = document.list(&format!("{at}/p50")).len();
    let row = |year: usize| {
        let cell = |part: &&str| {
            Cell::number(document.data(&format!("{at}/{part}/{year}"), unit_of(unit)))
        };
        let first = Cell::text(&(year + 1).to_string());
        [first].into_iter().chain(parts.iter().map(cell)).collect()
    };
    let heads = parts.iter().map(|part| part.to_uppercase());
    let table = over_time(document, heads, (0..years).map(row));
    let spec = json!({
        "kind": "fan", "unit": unit, "at": at, "step": 1.0, "end": years,
        "zoom": document.term(Term::Zoom), "back": document.term(Term::ZoomBack),
    });
    Some(about.chart(document, spec, table, false))
}

/// Paths by value of a metric.
pub(super) fn histogram(document: &Document, id: &'static str, metric: &str) -> Option<Chart> {
    let at = format!("/histograms/{}", token(metric));
    document.get(&at)?;
    let of = format!("/metrics/{}", token(metric));
    let unit = document.unit(&of);
    let name = document.label(metric);
    let bins = document.list(&format!("{at}/counts")).len();
    let edge = |bin: usize| document.data(&format!("{at}/edges/{bin}"), unit);
    let paths =
        |place: String| Cell::number(document.data_as(&place, |count| format!("{count:.0}")));
    let row = |bin: usize| {
        vec![
            Cell::number(format!("{}..{}", edge(bin), edge(bin + 1))),
            paths(format!("{at}/counts/{bin}")),
        ]
    };
    let outside = [
        (format!("&lt; {}", edge(0)), "below"),
        (format!("&gt; {}", edge(bins)), "above"),
        (document.word(catalogue::Term::NoValue), "missing"),
    ];
    let outside = outside.map(|(head, key)| vec![Cell::number(head), paths(format!("{at}/{key}"))]);
    let values = ["p5", "p50", "p95"].map(|part| (part, document.part(&of, part)));
    let paths_word = document.word(catalogue::Term::Paths);
    let spec = json!({
        "kind": "histogram", "unit": document.text(&format!("{of}/unit")), "at": at, "name": name,
        "paths": paths_word,
    });
    let chart = Chart {
        id: id.to_owned(),
        title: name.clone(),
        summary: fill_html(Term::HistogramSummary.text(document.lang), &values),
        spec,
        table: Table {
            caption: name.clone(),
            heads: vec![name, paths_word],
            rows: (0..bins).map(row).chain(outside).collect(),
        },
        wide: false,
    };
    Some(chart)
}

/// A bar of a chart: its name, and the places of its value and, where it has them, of the ends of its range or start.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) to: String,
    pub(super) range: Option<[String; 2]>,
    pub(super) from: Option<String>,
}

/// Horizontal bars in `unit`; `head` says what their ranges are.
pub(super) fn ladder(
    document: &Document,
    about: About,
    unit: &str,
    range: &str,
    bars: &[Bar],
) -> Chart {
    let as_unit = unit_of(unit);
    let spec_of = |bar: &Bar| {
        let [lo, hi] = match &bar.range {
            Some([lo, hi]) => [Some(lo), Some(hi)],
            None => [None, None],
        };
        json!({"name": bar.name, "to": bar.to, "lo": lo, "hi": hi, "from": bar.from})
    };
    let row = |bar: &Bar| {
        let mut cells = vec![Cell::text(&bar.name)];
        if let Some(from) = &bar.from {
            cells.push(Cell::number(document.data(from, as_unit)));
        }
        cells.push(Cell::number(document.data(&bar.to, as_unit)));
        if let Some([lo, hi]) = &bar.range {
            cells.push(Cell::number(document.interval(lo, hi, as_unit)));
        }
        cells
    };
    let has = |of: fn(&Bar) -> bool| bars.iter().any(of);
    let mut heads = vec![document.word(catalogue::Term::Measure)];
    if has(|bar| bar.from.is_some()) {
        heads.push(document.term(Term::StepFrom));
        heads.push(document.term(Term::StepTo));
    } else {
        heads.push(document.term(Term::Value));
    }
    if has(|bar| bar.range.is_some()) {
        heads.push(range.to_owned());
    }
    let spec = json!({
        "kind": "ladder", "unit": unit, "range": range, "from": has(|bar| bar.from.is_some()),
        "rows": bars.iter().map(spec_of).collect::<Vec<Value>>(),
    });
    let table = Table {
        heads,
        rows: bars.iter().map(row).collect(),
        ..Table::default()
    };
    about.chart(document, spec, table, false)
}

/// Groups of vertical bars: `names`, and per series its name, the places of its numbers and of their P5 and P95.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) points: Vec<String>,
    pub(super) range: Option<[Vec<String>; 2]>,
}

impl Group {
    /// Means with their P5 to P95; `places` says where the numbers of one such part stand.
    pub(super) fn over_paths(document: &Document, places: impl Fn(&str) -> Vec<String>) -> Self {
        Self {
            name: document.word(catalogue::Term::Mean),
            points: places("mean"),
            range: Some([places("p5"), places("p95")]),
        }
    }
}

/// Vertical bars in `unit`.
pub(super) fn bars(
    document: &Document,
    about: About,
    unit: &str,
    names: &[String],
    groups: &[Group],
) -> Chart {
    let as_unit = unit_of(unit);
    let series: Vec<Value> = groups
        .iter()
        .map(|group| match &group.range {
            Some([lo, hi]) => {
                json!({"name": group.name, "points": group.points, "lo": lo, "hi": hi})
            }
            None => json!({"name": group.name, "points": group.points}),
        })
        .collect();
    let row = |(index, name): (usize, &String)| {
        let mut cells = vec![Cell::text(name)];
        for group in groups {
            cells.push(Cell::number(document.data(&group.points[index], as_unit)));
            if let Some([lo, hi]) = &group.range {
                cells.push(Cell::number(
                    document.interval(&lo[index], &hi[index], as_unit),
                ));
            }
        }
        cells
    };
    let mut heads = vec![String::new()];
    for group in groups {
        heads.push(group.name.clone());
        if group.range.is_some() {
            heads.push("P5..P95".to_owned());
        }
    }
    let table = Table {
        heads,
        rows: names.iter().enumerate().map(row).collect(),
        ..Table::default()
    };
    let years = names.iter().all(|name| name.parse::<u32>().is_ok());
    let spec = json!({
        "kind": "bars", "unit": unit, "names": names, "series": series, "range": "P5..P95",
        "years": years,
    });
    about.chart(document, spec, table, false)
}

/// Money between holders: `holders` in columns from left to right, then the flows between them by their place.
pub(super) fn sankey(
    document: &Document,
    about: About,
    depth: impl Fn(&str) -> Option<(String, String, usize)>,
    follows: impl Fn(&str, &str) -> bool,
) -> Option<Chart> {
    let mut nodes: Vec<(String, String, usize)> = Vec::new();
    let mut links = Vec::new();
    let mut rows = Vec::new();
    for (number, flow) in document.list("/flows").iter().enumerate() {
        let text = |key| flow.get(key).and_then(Value::as_str).unwrap_or("");
        let (from, to) = (text("from"), text("to"));
        let at = format!("/flows/{number}/mean");
        if !follows(from, to) || document.number(&at).unwrap_or(0.0) <= 0.0 {
            continue;
        }
        let (Some(payer), Some(payee)) = (depth(from), depth(to)) else {
            continue;
        };
        links.push(json!({"source": payer.0, "target": payee.0, "at": at}));
        let amount = document.data(&at, crate::metrics::MetricUnit::Money);
        rows.push(vec![
            Cell::text(&payer.1),
            Cell::text(&payee.1),
            Cell::number(amount),
        ]);
        for node in [payer, payee] {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
    }
    if links.is_empty() {
        return None;
    }
    let nodes: Vec<Value> = nodes
        .iter()
        .map(|(id, name, depth)| json!({"id": id, "name": name, "depth": depth}))
        .collect();
    let heads = [Term::Payer, Term::Payee, Term::MeanAmount];
    let table = Table {
        heads: heads.map(|head| document.term(head)).to_vec(),
        rows,
        ..Table::default()
    };
    let spec = json!({"kind": "sankey", "nodes": nodes, "links": links});
    Some(about.chart(document, spec, table, true))
}

/// A table of colours over `rows` of a name and the places of its numbers.
pub(super) fn heat(
    document: &Document,
    about: About,
    across: Term,
    down: Term,
    columns: &[String],
    rows: &[(String, Vec<String>)],
) -> Chart {
    let drawn: Vec<Value> = rows
        .iter()
        .map(|(name, points)| json!({"name": name, "points": points}))
        .collect();
    let row = |(name, points): &(String, Vec<String>)| {
        let cell = |place: &String| Cell::number(document.data(place, unit_of("multiple")));
        let first = Cell::text(name);
        [first].into_iter().chain(points.iter().map(cell)).collect()
    };
    let first = format!("{} / {}", document.term(down), document.term(across));
    let table = Table {
        heads: std::iter::once(first)
            .chain(columns.iter().cloned())
            .collect(),
        rows: rows.iter().map(row).collect(),
        ..Table::default()
    };
    let spec = json!({
        "kind": "heat", "unit": "multiple", "columns": columns, "rows": drawn,
        "across": document.term(across), "down": document.term(down),
    });
    about.chart(document, spec, table, false)
}
