//! One path in full: as text for people, as one JSON object for programs.

mod company;
mod overview;
mod region;
mod sub_fund;

use crate::metrics::MetricUnit;
use crate::report::Names;
use crate::report::catalogue::trace::{Term, fill};
use crate::report::catalogue::{self, Lang, region_label};
use crate::report::format::{self, NO_NUMBER};
use crate::report::table;
use crate::table::Section;
use crate::trace::focus::Focus;
use crate::trace::{RegionTrace, Returns, Trace};
use std::io;

/// Writes `trace` as one JSON object in one line.
///
/// Numbers round-trip; what does not exist is null.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(trace: &Trace, mut out: impl io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut out, trace)?;
    writeln!(out)
}

/// The path as text: all of it, or what `focus` has narrowed it to.
pub fn render(trace: &Trace, focus: Focus, names: &Names, lang: Lang) -> String {
    let view = View { trace, names, lang };
    let mut sections = match (focus, &trace.regions[..]) {
        (
            Focus {
                sub_fund: Some(_),
                company,
                ..
            },
            [region],
        ) => {
            let mut sections = Vec::new();
            for fund in &region.sub_funds {
                sections.extend(match (company, &fund.companies[..]) {
                    (Some(_), [company]) => company::sections(view, region, fund, company),
                    _ => sub_fund::sections(view, region, fund),
                });
            }
            sections
        }
        (
            Focus {
                region: Some(_), ..
            },
            [region],
        ) => region::sections(view, region),
        _ => overview::sections(view),
    };
    sections.iter_mut().for_each(drop_empty_columns);
    let tables: String = sections.iter().map(table::render).collect();
    format!("{}\n{tables}", header(view))
}

/// Takes columns out in which no row has a number: nothing is held where funds settle.
fn drop_empty_columns(section: &mut Section) {
    let columns = section.header.len();
    for column in (1..columns).rev() {
        let empty = |row: &Vec<String>| row.get(column).is_none_or(|cell| cell == NO_NUMBER);
        if !section.rows.is_empty() && section.rows.iter().all(empty) {
            section.header.remove(column);
            let rows = section.rows.iter_mut().filter(|row| row.len() > column);
            rows.for_each(|row| drop(row.remove(column)));
        }
    }
}

/// What is told, what things are called, in which language.
#[derive(Clone, Copy)]
struct View<'a> {
    trace: &'a Trace,
    names: &'a Names,
    lang: Lang,
}

impl View<'_> {
    fn term(self, term: Term) -> &'static str {
        term.text(self.lang)
    }

    fn fill(self, term: Term, values: &[(&str, &str)]) -> String {
        fill(term, self.lang, values)
    }

    fn titled(self, title: Term, header: &[Term]) -> Section {
        self.headed(self.term(title), header)
    }

    fn headed(self, title: &str, header: &[Term]) -> Section {
        Section::new(title, header.iter().map(|term| self.term(*term)))
    }

    fn region(self, region: &RegionTrace) -> String {
        region_label(&region.id, self.names, self.lang)
    }

    fn money(self, yuan: f64) -> String {
        if yuan == 0.0 {
            return NO_NUMBER.to_owned();
        }
        format::money(yuan, self.lang)
    }

    fn money_or_none(self, yuan: Option<f64>) -> String {
        yuan.map_or_else(|| NO_NUMBER.to_owned(), |yuan| self.money(yuan))
    }

    fn multiple(self, value: Option<f64>) -> String {
        let said = |value| format::number(value, MetricUnit::Multiple, self.lang);
        value.map_or_else(|| NO_NUMBER.to_owned(), said)
    }

    fn rate(self, value: Option<f64>) -> String {
        let said = |value| format::number(value, MetricUnit::Rate, self.lang);
        let none = || catalogue::Term::NoValue.text(self.lang).to_owned();
        value.map_or_else(none, said)
    }

    /// Paid in, distributed, held, DPI, IRR.
    fn returns(self, returns: &Returns) -> [String; 5] {
        [
            self.money(returns.paid_in),
            self.money(returns.distributed),
            self.money(returns.residual),
            self.multiple(returns.dpi),
            self.rate(returns.irr),
        ]
    }
}

/// `3-Q2`: the second quarter of the third year.
fn quarter(quarter: usize) -> String {
    format!("{}-Q{}", quarter / 4 + 1, quarter % 4 + 1)
}

/// A date in years.
fn date(years: f64) -> String {
    format!("{years:.2}")
}

/// Title, and all that is needed to see the same again.
fn header(view: View) -> String {
    let from = &view.trace.provenance;
    let short = from.scenario_sha256.get(..12);
    let mut text = format!(
        "{}\n{} {} ({}) | {} {} | {} {}\n{} | tierfund {}",
        view.names.title(view.lang),
        catalogue::Term::Scenario.text(view.lang),
        from.scenario,
        short.unwrap_or(&from.scenario_sha256),
        catalogue::Term::Seed.text(view.lang),
        from.seed,
        view.term(Term::Path),
        from.path,
        from.scheme,
        from.version,
    );
    for set in &from.overrides {
        let overrides = catalogue::Term::Overrides.text(view.lang);
        text.extend(["\n", overrides, view.lang.colon(), set]);
    }
    let note = view.fill(Term::TimeNote, &[("start", &view.trace.start)]);
    for line in super::text::wrap(&note, super::text::WIDTH) {
        text.extend(["\n", &line]);
    }
    text
}
