//! Comma-separated tables: one row per path, and one row per metric.

use crate::outcomes::Outcomes;
use crate::report::Names;
use crate::report::catalogue::{Lang, metric_label};
use crate::summary::Summary;
use crate::summary::estimate::{Estimate, Interval, unit_key};
use std::io::{self, Write};

/// Tells Excel that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

const SUMMARY_HEADER: &str = "metric,label_en,label_zh,unit,n,missing,mean,se,sd,lo,hi,\
    p5,p25,p50,p75,p95,sd_lo,sd_hi,p5_lo,p5_hi,p25_lo,p25_hi,p50_lo,p50_hi,p75_lo,p75_hi,\
    p95_lo,p95_hi";

/// Writes one row per path under the metric names; money in yuan, a missing value as nothing.
///
/// # Errors
///
/// Those of `out`.
pub fn write_paths(outcomes: &Outcomes, mut out: impl Write) -> io::Result<()> {
    write!(out, "path")?;
    for spec in &outcomes.specs {
        write!(out, ",{}", quoted(&spec.name))?;
    }
    writeln!(out)?;
    for (path, row) in outcomes.rows().enumerate() {
        write!(out, "{}", outcomes.first_path + path as u64)?;
        for value in row {
            write!(out, ",")?;
            if value.is_finite() {
                write!(out, "{value}")?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes one row per metric with labels in both languages, for Excel too (byte order mark).
///
/// # Errors
///
/// Those of `out`.
pub fn write_summary(summary: &Summary, names: &Names, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "{BYTE_ORDER_MARK}{SUMMARY_HEADER}")?;
    for (name, estimate) in summary.metrics.iter() {
        let label = |lang| metric_label(name, names, lang).unwrap_or_default();
        let texts = [
            name,
            &label(Lang::En),
            &label(Lang::Zh),
            unit_key(estimate.unit),
        ]
        .map(quoted);
        write!(
            out,
            "{},{},{}",
            texts.join(","),
            estimate.n,
            estimate.missing
        )?;
        for value in numbers(estimate) {
            write!(out, ",")?;
            if let Some(value) = value {
                write!(out, "{value}")?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes one row per series and period: means with their standard error, and for some series quantiles at the end of each year.
///
/// # Errors
///
/// Those of `out`.
pub fn write_curves(summary: &Summary, mut out: impl Write) -> io::Result<()> {
    writeln!(
        out,
        "series,unit,period,end_year,mean,se,p5,p25,p50,p75,p95"
    )?;
    let text = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    for (name, curve) in summary.curves.iter() {
        let step = if curve.period == "quarter" { 0.25 } else { 1.0 };
        for (index, (mean, se)) in curve.mean.iter().zip(&curve.se).enumerate() {
            let end = (index + 1) as f64 * step;
            let (unit, period) = (curve.unit, curve.period);
            let se = text(*se);
            writeln!(
                out,
                "{},{unit},{period},{end},{mean},{se},,,,,",
                quoted(name)
            )?;
        }
    }
    for (name, fan) in summary.fans.iter() {
        for year in 0..fan.p50.len() {
            let quantiles = fan.quantiles().map(|(_, values)| text(values[year]));
            let (unit, period) = (fan.unit, fan.period);
            let (end, quantiles) = (year + 1, quantiles.join(","));
            writeln!(out, "{},{unit},{period},{end},,,{quantiles}", quoted(name))?;
        }
    }
    Ok(())
}

fn numbers(e: &Estimate) -> impl Iterator<Item = Option<f64>> {
    let ends = |interval: Option<Interval>| interval.unwrap_or([None, None]);
    let quantiles = e.quantiles();
    [e.mean, e.se, e.sd, e.lo, e.hi]
        .into_iter()
        .chain(quantiles.map(|(value, _)| value))
        .chain(ends(e.intervals.sd))
        .chain(
            quantiles
                .into_iter()
                .flat_map(move |(_, interval)| ends(interval)),
        )
}

pub(super) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::tests::{outcomes, summary};

    #[test]
    fn every_path_has_a_row_that_reads_back_as_the_same_bits() {
        let made = outcomes(7);
        let mut bytes = Vec::new();
        write_paths(&made, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 8);
        assert!(lines[0].starts_with("path,leverage.regional,"));
        for (line, row) in lines[1..].iter().zip(made.rows()) {
            for (cell, value) in line.split(',').skip(1).zip(row) {
                let read = if cell.is_empty() {
                    f64::NAN
                } else {
                    cell.parse().unwrap()
                };
                assert!(read == *value || (read.is_nan() && value.is_nan()));
            }
        }
    }

    #[test]
    fn every_metric_has_a_row_as_wide_as_the_header() {
        let mut bytes = Vec::new();
        write_summary(&summary(2000), &Names::default(), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("\u{feff}metric,"));
        let width = SUMMARY_HEADER.split(',').count();
        for line in text.lines().skip(1).filter(|line| !line.contains('"')) {
            assert_eq!(line.split(',').count(), width, "{line}");
        }
    }

    #[test]
    fn every_point_of_a_series_has_a_row() {
        let made = summary(2000);
        let mut bytes = Vec::new();
        write_curves(&made, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let points = made.curves.iter().map(|(_, curve)| curve.mean.len());
        let years = made.fans.iter().map(|(_, fan)| fan.p50.len());
        let rows: usize = points.chain(years).sum();
        assert_eq!(text.lines().count(), rows + 1);
        assert!(text.lines().all(|line| line.split(',').count() == 11));
        assert!(text.contains("\nnational.calls,yuan,quarter,0.25,"));
    }

    #[test]
    fn a_comma_in_a_label_is_quoted() {
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
