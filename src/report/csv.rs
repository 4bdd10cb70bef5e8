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
    fn a_comma_in_a_label_is_quoted() {
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
