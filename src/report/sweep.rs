//! A sweep as tables, CSV and JSON: one row per point.

use crate::measure::Measure;
use crate::metrics::MetricUnit;
use crate::report::catalogue::{Lang, Term, metric_label};
use crate::report::csv::quoted;
use crate::report::format::{NO_NUMBER, number};
use crate::report::json::SCHEMA_VERSION;
use crate::report::table;
use crate::report::text::{WIDTH, wrap};
use crate::report::{Names, header};
use crate::summary::estimate::unit_key;
use crate::summary::named::Named;
use crate::summary::{INTERVAL_METHOD, IntervalMethod, Provenance};
use crate::sweep::{FIGURES, Figures, Plan, Row};
use crate::table::Section;
use serde::Serialize;
use std::io::{self, Write};

/// A finished sweep.
#[derive(Clone, Copy, Debug)]
pub struct Sweep<'a> {
    /// Where it comes from; its paths are those of each point.
    pub provenance: &'a Provenance,
    /// What was varied and measured.
    pub plan: &'a Plan,
    /// One row per point.
    pub rows: &'a [Row],
}

/// The label of a measure: `P(consolidated (net) >= 10)`.
pub fn measure_label(measure: &Measure, names: &Names, lang: Lang) -> String {
    let label = metric_label(&measure.metric, names, lang);
    let label = label.unwrap_or_else(|| measure.metric.clone());
    match measure.at_least {
        None => label,
        Some(threshold) => {
            let threshold = if measure.unit == MetricUnit::Multiple {
                threshold.to_string()
            } else {
                number(threshold, measure.unit, lang)
            };
            format!("P({label} >= {threshold})")
        }
    }
}

/// Tables for people: one per measure.
pub fn render(sweep: Sweep, names: &Names, lang: Lang) -> String {
    let header = header(sweep.provenance, names.title(lang), lang);
    let measures = sweep.plan.measures.iter().zip(0..);
    let tables =
        measures.map(|(measure, at)| table::render(&section(sweep, measure, at, names, lang)));
    let note = Section {
        title: Term::SweepHow.text(lang).to_owned(),
        notes: wrap(Term::SweepNote.text(lang), WIDTH),
        ..Section::default()
    };
    format!(
        "{header}\n{}{}",
        tables.collect::<String>(),
        table::render(&note)
    )
}

fn section(sweep: Sweep, measure: &Measure, at: usize, names: &Names, lang: Lang) -> Section {
    let term = |term: Term| term.text(lang);
    let keys = sweep.plan.axes.iter().map(|axis| axis.key.as_str());
    let is_probability = measure.at_least.is_some();
    let spread: &[&str] = if is_probability {
        &[]
    } else {
        &["P5", "P50", "P95"]
    };
    let mean = if is_probability {
        Term::Probability
    } else {
        Term::Mean
    };
    let header = keys
        .chain([term(mean), term(Term::IntervalOfIt)])
        .chain(spread.iter().copied())
        .chain([term(Term::ToFirst), term(Term::PairedInterval)]);
    let rows = sweep.rows.iter().enumerate().map(|(point, row)| {
        let values = sweep.plan.values(point).into_iter().map(str::to_owned);
        values
            .chain(cells(&row[at], measure, point, lang))
            .collect()
    });
    Section {
        rows: rows.collect(),
        ..Section::new(measure_label(measure, names, lang), header)
    }
}

/// What the table says about one measure at one point.
fn cells(figures: &Figures, measure: &Measure, point: usize, lang: Lang) -> Vec<String> {
    let unit = measure.score_unit();
    let one =
        |value: Option<f64>| value.map_or_else(|| NO_NUMBER.to_owned(), |v| number(v, unit, lang));
    let range = |lo: Option<f64>, hi: Option<f64>| match (lo, hi) {
        (Some(_), Some(_)) => format!("{}..{}", one(lo), one(hi)),
        _ => NO_NUMBER.to_owned(),
    };
    let &[mean, lo, hi, p5, p50, p95, gap, low, high] = figures;
    let mut cells = vec![one(mean), range(lo, hi)];
    if measure.at_least.is_none() {
        cells.extend([p5, p50, p95].map(one));
    }
    if point == 0 {
        cells.extend([NO_NUMBER, NO_NUMBER].map(str::to_owned));
    } else {
        cells.extend([one(gap), range(low, high)]);
    }
    cells
}

/// Writes one line per point: its number, the keys' values, then [`FIGURES`] of each measure; amounts in yuan, nothing where a number
/// does not exist.
///
/// # Errors
///
/// Those of `out`.
pub fn write_csv(sweep: Sweep, mut out: impl Write) -> io::Result<()> {
    let keys = sweep.plan.axes.iter().map(|axis| axis.key.clone());
    let figures = sweep.plan.measures.iter().flat_map(|measure| {
        let name = |figure: &str| format!("{}.{figure}", measure.name);
        FIGURES.map(name)
    });
    let names: Vec<String> = keys.chain(figures).map(|name| quoted(&name)).collect();
    writeln!(out, "point,{}", names.join(","))?;
    for (point, row) in sweep.rows.iter().enumerate() {
        let values: Vec<String> = sweep.plan.values(point).into_iter().map(quoted).collect();
        writeln!(out, "{point},{},{}", values.join(","), line(row))?;
    }
    Ok(())
}

/// The numbers of one row with commas between; each reads back as the same bits.
pub fn line(row: &Row) -> String {
    let cells = row.iter().flatten();
    let text = |cell: &Option<f64>| cell.map_or_else(String::new, |number| number.to_string());
    cells.map(text).collect::<Vec<_>>().join(",")
}

/// The row that [`line()`] wrote, of so many measures; `None` for anything else.
pub fn read_line(text: &str, measures: usize) -> Option<Row> {
    let cells = text.split(',');
    let read = |cell: &str| match cell {
        "" => Some(None),
        cell => cell.parse().ok().map(Some),
    };
    let numbers: Option<Vec<Option<f64>>> = cells.map(read).collect();
    let (rows, rest) = numbers.as_deref()?.as_chunks();
    (rows.len() == measures && rest.is_empty()).then(|| rows.to_vec())
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    provenance: &'a Provenance,
    vary: Named<&'a [String]>,
    metrics: Named<&'static str>,
    interval_method: IntervalMethod,
    difference: &'static str,
    points: Vec<Point<'a>>,
}

#[derive(Serialize)]
struct Point<'a> {
    #[serde(rename = "point")]
    number: usize,
    values: Named<&'a str>,
    metrics: Named<Named<Option<f64>>>,
}

/// Writes the sweep as one JSON object and a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(sweep: Sweep, mut out: impl Write) -> io::Result<()> {
    let plan = sweep.plan;
    let points = sweep.rows.iter().enumerate().map(|(point, row)| {
        let keys = plan.axes.iter().map(|axis| axis.key.clone());
        let measures = plan.measures.iter().zip(row);
        let named = |figures: &Figures| {
            FIGURES
                .map(str::to_owned)
                .into_iter()
                .zip(*figures)
                .collect()
        };
        Point {
            number: point,
            values: keys.zip(plan.values(point)).collect(),
            metrics: measures
                .map(|(m, figures)| (m.name.clone(), named(figures)))
                .collect(),
        }
    });
    let axes = plan.axes.iter();
    let measures = plan.measures.iter();
    let document = Document {
        schema_version: SCHEMA_VERSION,
        provenance: sweep.provenance,
        vary: axes
            .map(|axis| (axis.key.clone(), axis.values.as_slice()))
            .collect(),
        metrics: measures
            .map(|m| (m.name.clone(), unit_key(m.score_unit())))
            .collect(),
        interval_method: INTERVAL_METHOD,
        difference: "to point 0, paired path by path, student_t",
        points: points.collect(),
    };
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back_as_the_same_bits() {
        let figures = |first| {
            let mut figures: Figures = [None; 9];
            figures[0] = Some(first);
            figures[8] = Some(-first / 7.0);
            figures
        };
        let row = vec![figures(0.1 + 0.2), figures(1.234e-300)];
        assert_eq!(read_line(&line(&row), 2), Some(row.clone()));
        assert_eq!(read_line(&line(&row), 3), None);
        assert_eq!(read_line("1,2,x", 1), None);
        assert_eq!(read_line("", 1), None);
    }
}
