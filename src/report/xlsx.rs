//! A workbook: the answer, every metric, probabilities, rules, exits, curves, flows and the numbers behind them.
//!
//! One sheet per question, heads frozen and filtered, numbers as numbers in the unit that a reader of the language expects (CNY bn or
//! 亿元, percent). Its creation date is the scenario's start, so that the same results give the same bytes.

use crate::metrics::MetricUnit;
use crate::report::Names;
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, Lang, metric_label, route_label, rule_label};
use crate::report::text::answer_sentences;
use crate::summary::Summary;
use crate::summary::background::Assumed;
use crate::summary::estimate::Estimate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};

/// Widest column, in characters.
const WIDEST: f64 = 60.0;

/// Writes the workbook on `summary`.
///
/// # Errors
///
/// Those of `out`.
pub fn write(summary: &Summary, names: &Names, lang: Lang, mut out: impl Write) -> io::Result<()> {
    let book = Book {
        summary,
        names,
        lang,
        styles: Styles::new(lang),
    };
    let bytes = book.bytes().map_err(io::Error::other)?;
    out.write_all(&bytes)
}

/// How cells look.
struct Styles {
    title: Format,
    head: Format,
    wrapped: Format,
    multiple: Format,
    rate: Format,
    share: Format,
    money: Format,
    count: Format,
    years: Format,
}

impl Styles {
    fn new(lang: Lang) -> Self {
        let number = |format: &str| Format::new().set_num_format(format);
        // Amounts are written in CNY bn or 亿元.
        let money = lang.choose("#,##0.000", "#,##0.00");
        Self {
            title: Format::new().set_bold().set_font_size(14),
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_background_color("DCE6F1"),
            wrapped: Format::new().set_text_wrap(),
            multiple: number("0.00"),
            rate: number("0.00%"),
            share: number("0.0%"),
            money: number(money),
            count: number("#,##0.0"),
            years: number("0.0"),
        }
    }

    fn of(&self, unit: MetricUnit) -> &Format {
        match unit {
            MetricUnit::Multiple => &self.multiple,
            MetricUnit::Rate => &self.rate,
            MetricUnit::Share => &self.share,
            MetricUnit::Money => &self.money,
            MetricUnit::Count => &self.count,
            MetricUnit::Years => &self.years,
        }
    }
}

struct Book<'a> {
    summary: &'a Summary,
    names: &'a Names,
    lang: Lang,
    styles: Styles,
}

/// A sheet being filled from the top.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
}

impl Book<'_> {
    fn bytes(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&self.properties()?);
        let fills: [(Term, Fill<Self>); 8] = [
            (Term::SheetAnswer, Self::answer),
            (Term::SheetMetrics, Self::metrics),
            (Term::SheetProbabilities, Self::probabilities),
            (Term::SheetRules, Self::rules),
            (Term::SheetExits, Self::exits),
            (Term::SheetCurves, Self::curves),
            (Term::SheetFlows, Self::flows),
            (Term::SheetParameters, Self::parameters),
        ];
        for (name, fill) in fills {
            let sheet = book.add_worksheet();
            sheet.set_name(self.term(name))?;
            fill(self, &mut Sheet { sheet, row: 0 })?;
        }
        book.save_to_buffer()
    }

    /// A fixed date of creation, that of the scenario's start.
    fn properties(&self) -> Result<DocProperties, XlsxError> {
        let start = self.summary.background.as_ref();
        let start = start.map_or("2025-01-01", |of| of.scenario.start.as_str());
        let mut parts = start.split('-').filter_map(|part| part.parse::<u16>().ok());
        let mut next = || parts.next().unwrap_or(1);
        // The format knows no day before 1900.
        let date = ExcelDateTime::from_ymd(next().max(1900), next() as u8, next() as u8)?;
        let from = &self.summary.provenance;
        let comment = format!(
            "{} {}, seed {}, {} paths, {}, tierfund {}",
            from.scenario, from.scenario_sha256, from.seed, from.paths, from.scheme, from.version
        );
        Ok(DocProperties::new()
            .set_title(self.names.title(self.lang))
            .set_comment(comment)
            .set_creation_datetime(&date))
    }

    fn term(&self, term: Term) -> &'static str {
        term.text(self.lang)
    }

    fn label(&self, metric: &str) -> String {
        metric_label(metric, self.names, self.lang).unwrap_or_else(|| metric.to_owned())
    }

    /// `value` as it stands in a cell: amounts in CNY bn or 亿元.
    fn scaled(&self, value: f64, unit: MetricUnit) -> f64 {
        match unit {
            MetricUnit::Money => value / if self.lang == Lang::En { 1e9 } else { 1e8 },
            _ => value,
        }
    }

    fn put(
        &self,
        sheet: &mut Sheet,
        column: u16,
        value: Option<f64>,
        unit: MetricUnit,
    ) -> Result<(), XlsxError> {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            let (value, format) = (self.scaled(value, unit), self.styles.of(unit));
            let row = sheet.row;
            sheet
                .sheet
                .write_number_with_format(row, column, value, format)?;
        }
        Ok(())
    }

    fn unit(&self, unit: MetricUnit) -> &'static str {
        self.term(match unit {
            MetricUnit::Multiple => Term::UnitMultiple,
            MetricUnit::Rate => Term::UnitRate,
            MetricUnit::Share => Term::UnitShare,
            MetricUnit::Money => Term::UnitMoney,
            MetricUnit::Count => Term::UnitCount,
            MetricUnit::Years => Term::UnitYears,
        })
    }

    fn answer(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        sheet.sheet.set_column_width(0, 28)?;
        sheet.sheet.set_column_width(1, 100)?;
        let title = self.names.title(self.lang);
        sheet
            .sheet
            .write_string_with_format(0, 0, title, &self.styles.title)?;
        sheet.row = 2;
        for sentence in answer_sentences(self.summary, self.names, self.lang) {
            let row = sheet.row;
            let wrapped = &self.styles.wrapped;
            sheet
                .sheet
                .merge_range(row, 0, row, 1, &sentence, wrapped)?;
            sheet.sheet.set_row_height(row, 34)?;
            sheet.row += 1;
        }
        sheet.row += 1;
        let from = &self.summary.provenance;
        let word = |term: catalogue::Term| term.text(self.lang);
        for (head, text) in [
            (word(catalogue::Term::Scenario), from.scenario.clone()),
            ("SHA-256", from.scenario_sha256.clone()),
            (word(catalogue::Term::Overrides), from.overrides.join("; ")),
            (word(catalogue::Term::Seed), from.seed.to_string()),
            (word(catalogue::Term::Paths), from.paths.to_string()),
            (self.term(Term::Scheme), from.scheme.clone()),
            ("tierfund", from.version.clone()),
        ] {
            sheet.text(0, head)?;
            sheet.text(1, &text)?;
            sheet.row += 1;
        }
        sheet.row += 1;
        for code in &self.summary.warnings {
            let text = catalogue::warning(*code).text(self.lang);
            sheet.text(0, word(catalogue::Term::Warnings))?;
            let row = sheet.row;
            let wrapped = &self.styles.wrapped;
            sheet
                .sheet
                .write_string_with_format(row, 1, text, wrapped)?;
            sheet.row += 1;
        }
        Ok(())
    }

    fn metrics(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        let heads = self.estimate_heads(self.term(Term::Name));
        self.heads(sheet, &heads)?;
        for (name, estimate) in self.summary.metrics.iter() {
            sheet.text(0, &self.label(name))?;
            sheet.text(1, name)?;
            self.estimate(sheet, 2, estimate)?;
        }
        sheet.close(heads.len(), &[38.0, 36.0, 12.0])
    }

    fn estimate_heads(&self, name: &'static str) -> Vec<&'static str> {
        let ends = [
            catalogue::Term::Mean.text(self.lang),
            self.term(Term::Low95),
            self.term(Term::High95),
            self.term(Term::Deviation),
        ];
        [self.term(Term::Label), name, self.term(Term::Unit)]
            .into_iter()
            .chain(ends)
            .chain(["P5", "P25", "P50", "P75", "P95", "n"])
            .collect()
    }

    fn estimate(&self, sheet: &mut Sheet, at: u16, e: &Estimate) -> Result<(), XlsxError> {
        sheet.text(at, self.unit(e.unit))?;
        let values = [e.mean, e.lo, e.hi, e.sd];
        let quantiles = e.quantiles().map(|(value, _)| value);
        for (column, value) in (at + 1..).zip(values.into_iter().chain(quantiles)) {
            self.put(sheet, column, value, e.unit)?;
        }
        let count = Some(e.n as f64);
        self.put(sheet, at + 10, count, MetricUnit::Count)?;
        sheet.row += 1;
        Ok(())
    }

    fn probabilities(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        let heads = [
            self.term(Term::Label),
            self.term(Term::Event),
            self.term(Term::Probability),
            self.term(Term::Low95),
            self.term(Term::High95),
        ];
        self.heads(sheet, &heads)?;
        for (event, found) in self.summary.probabilities.iter() {
            let label = match event.split_once(">=") {
                Some((metric, threshold)) => format!("{} >= {threshold}", self.label(metric)),
                None => event.to_owned(),
            };
            sheet.text(0, &label)?;
            sheet.text(1, event)?;
            for (column, value) in (2..).zip([found.p, found.lo, found.hi]) {
                self.put(sheet, column, Some(value), MetricUnit::Share)?;
            }
            sheet.row += 1;
        }
        sheet.close(heads.len(), &[44.0, 36.0])
    }

    fn rules(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        let word = |term: catalogue::Term| term.text(self.lang);
        let heads = [
            word(catalogue::Term::Rule),
            self.term(Term::Name),
            word(catalogue::Term::Mode),
            word(catalogue::Term::Limit),
            "P5",
            "P50",
            "P95",
            word(catalogue::Term::Kept),
            word(catalogue::Term::VehiclesKept),
            word(catalogue::Term::Binds),
        ];
        self.heads(sheet, &heads)?;
        for (name, rule) in self.summary.rules.iter() {
            sheet.text(0, &rule_label(name, self.lang))?;
            sheet.text(1, name)?;
            sheet.text(2, crate::report::rule_mode(rule.mode, self.lang))?;
            if let Some(unit) = rule.threshold_unit {
                self.put(sheet, 3, rule.threshold, unit)?;
            }
            if let (Some(measured), Some(unit)) = (&rule.measured, rule.measured_unit) {
                for (column, value) in (4..).zip([measured.p5, measured.p50, measured.p95]) {
                    self.put(sheet, column, value, unit)?;
                }
            }
            let kept = rule.kept.as_ref().map(|kept| kept.p);
            for (column, value) in (7..).zip([kept, rule.vehicles_kept, rule.binds]) {
                self.put(sheet, column, value, MetricUnit::Share)?;
            }
            sheet.row += 1;
        }
        sheet.close(heads.len(), &[34.0, 28.0])
    }

    fn exits(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        let heads = self.estimate_heads(self.term(Term::Name));
        self.heads(sheet, &heads)?;
        for (route, measures) in self.summary.exits.iter() {
            for (measure, estimate) in measures.iter() {
                let name = format!("exits.{route}.{measure}");
                let label = metric_label(&name, self.names, self.lang);
                sheet.text(0, &label.unwrap_or_else(|| route_label(route, self.lang)))?;
                sheet.text(1, &name)?;
                self.estimate(sheet, 2, estimate)?;
            }
        }
        sheet.close(heads.len(), &[34.0, 32.0, 12.0])?;
        self.proceeds_by_year(sheet)
    }

    /// Mean proceeds by route, a column each; below the table that can be filtered.
    fn proceeds_by_year(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        let curve = |route| self.summary.curves.get(&format!("exits.{route}.proceeds"));
        let routes = self.summary.exits.iter().map(|(route, _)| route);
        let routes: Vec<_> = routes
            .filter_map(|route| Some((route, curve(route)?)))
            .collect();
        sheet.row += 1;
        sheet.head(0, self.term(Term::ProceedsByYear), &self.styles)?;
        sheet.row += 1;
        sheet.head(0, self.term(Term::EndOfYear), &self.styles)?;
        for (column, (route, _)) in (1..).zip(&routes) {
            sheet.head(column, &route_label(route, self.lang), &self.styles)?;
        }
        let quarters = routes.iter().map(|(_, curve)| curve.mean.len()).max();
        for year in 0..quarters.unwrap_or(0).div_ceil(4) {
            sheet.row += 1;
            sheet.sheet.write_number(sheet.row, 0, (year + 1) as f64)?;
            for (column, (_, curve)) in (1..).zip(&routes) {
                let sum = curve.mean.chunks(4).nth(year).map(|year| year.iter().sum());
                self.put(sheet, column, sum, MetricUnit::Money)?;
            }
        }
        Ok(())
    }

    /// Means of every series, a column each; years in the first.
    fn curves(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        let mut at = 0;
        for period in ["quarter", "year"] {
            let of = |(_, curve): &(&str, &crate::summary::curve::Curve)| curve.period == period;
            let curves: Vec<_> = self.summary.curves.iter().filter(of).collect();
            let year = std::iter::once(self.term(Term::EndOfYear));
            let heads: Vec<&str> = year.chain(curves.iter().map(|(name, _)| *name)).collect();
            for (column, head) in (at..).zip(&heads) {
                sheet
                    .sheet
                    .write_string_with_format(0, column, *head, &self.styles.head)?;
                sheet.sheet.set_column_width(column, 16)?;
            }
            let points = curves.iter().map(|(_, curve)| curve.mean.len()).max();
            let step = if period == "quarter" { 0.25 } else { 1.0 };
            for point in 0..points.unwrap_or(0) {
                sheet.row = point as u32 + 1;
                let end = (point + 1) as f64 * step;
                sheet.sheet.write_number(sheet.row, at, end)?;
                for (column, (_, curve)) in (at + 1..).zip(&curves) {
                    let unit = if curve.unit == "yuan" {
                        MetricUnit::Money
                    } else {
                        MetricUnit::Multiple
                    };
                    self.put(sheet, column, curve.mean.get(point).copied(), unit)?;
                }
            }
            at += heads.len() as u16 + 1;
        }
        sheet.sheet.set_freeze_panes(1, 1)?;
        Ok(())
    }

    fn flows(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        let heads = [
            self.term(Term::Payer),
            self.term(Term::Payee),
            self.term(Term::MeanOverPaths),
        ];
        self.heads(sheet, &heads)?;
        for flow in &self.summary.flows {
            sheet.text(
                0,
                &catalogue::holder_label(&flow.from, self.names, self.lang),
            )?;
            sheet.text(1, &catalogue::holder_label(&flow.to, self.names, self.lang))?;
            self.put(sheet, 2, Some(flow.mean), MetricUnit::Money)?;
            sheet.row += 1;
        }
        sheet.close(heads.len(), &[28.0, 28.0, 18.0])
    }

    fn parameters(&self, sheet: &mut Sheet) -> Result<(), XlsxError> {
        let heads = [
            catalogue::Term::Key.text(self.lang),
            self.term(Term::Unit),
            self.term(Term::BaseValue),
            self.term(Term::LowValue),
            self.term(Term::HighValue),
            self.term(Term::Source),
        ];
        self.heads(sheet, &heads)?;
        let none: &[Assumed] = &[];
        let background = self.summary.background.as_ref();
        for number in background.map_or(none, |of| &of.parameters) {
            sheet.text(0, &number.key)?;
            sheet.text(1, number.unit)?;
            for (column, value) in (2..).zip([Some(number.base), number.low, number.high]) {
                if let Some(value) = value {
                    sheet.sheet.write_number(sheet.row, column, value)?;
                }
            }
            sheet.text(5, number.source.as_deref().unwrap_or(""))?;
            sheet.row += 1;
        }
        sheet.close(heads.len(), &[48.0, 14.0, 16.0, 16.0, 16.0, 20.0])
    }

    fn heads(&self, sheet: &mut Sheet, heads: &[&str]) -> Result<(), XlsxError> {
        for (column, head) in (0..).zip(heads) {
            sheet
                .sheet
                .write_string_with_format(0, column, *head, &self.styles.head)?;
        }
        sheet.row = 1;
        Ok(())
    }
}

/// What fills a sheet.
type Fill<B> = fn(&B, &mut Sheet) -> Result<(), XlsxError>;

impl Sheet<'_> {
    fn head(&mut self, column: u16, text: &str, styles: &Styles) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(self.row, column, text, &styles.head)?;
        Ok(())
    }

    fn text(&mut self, column: u16, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string(self.row, column, text)?;
        Ok(())
    }

    /// Freezes the heads of `columns` columns, lets them filter, and sets the widths of the first.
    fn close(&mut self, columns: usize, widths: &[f64]) -> Result<(), XlsxError> {
        let last = columns.saturating_sub(1) as u16;
        self.sheet.set_freeze_panes(1, 1)?;
        self.sheet
            .autofilter(0, 0, self.row.saturating_sub(1).max(1), last)?;
        for column in 0..=last {
            let width = widths.get(usize::from(column)).copied().unwrap_or(13.0);
            self.sheet.set_column_width(column, width.min(WIDEST))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::tests::summary;

    #[test]
    fn the_same_results_give_the_same_bytes_in_each_language() {
        let book = |lang| {
            let mut bytes = Vec::new();
            write(&summary(50), &Names::default(), lang, &mut bytes).unwrap();
            bytes
        };
        for lang in Lang::ALL {
            let bytes = book(lang);
            assert!(bytes.starts_with(b"PK"), "a workbook is a zip file");
            assert_eq!(bytes, book(lang));
        }
        assert_ne!(book(Lang::En), book(Lang::Zh));
    }

    #[test]
    fn amounts_are_in_bn_or_in_yi() {
        let made = summary(50);
        let scaled = |lang| {
            let book = Book {
                summary: &made,
                names: &Names::default(),
                lang,
                styles: Styles::new(lang),
            };
            book.scaled(1e9, MetricUnit::Money)
        };
        assert_eq!((scaled(Lang::En), scaled(Lang::Zh)), (1.0, 10.0));
    }
}
