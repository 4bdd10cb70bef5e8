//! Tornado, screening and indices as tables and JSON.

use crate::assumptions::draw::Uncertain;
use crate::measure::Measure;
use crate::report::catalogue::{Lang, Term, fill};
use crate::report::format::{NO_NUMBER, fixed, money, number, percent};
use crate::report::json::SCHEMA_VERSION;
use crate::report::sweep::measure_label;
use crate::report::table;
use crate::report::text::{WIDTH, wrap};
use crate::report::{Names, header};
use crate::sensitivity::indices::{Index, Indices};
use crate::sensitivity::morris::Screened;
use crate::sensitivity::tornado::{Bar, Change};
use crate::sensitivity::{Plan, Work};
use crate::summary::Provenance;
use crate::summary::estimate::unit_key;
use crate::summary::named::Named;
use crate::table::Section;
use serde::Serialize;
use std::io::{self, Write};

/// Numbers that a table shows.
const SHOWN: usize = 15;

/// A finished sensitivity; per measure where nothing else is said.
#[derive(Clone, Copy, Debug)]
pub struct Sensitivity<'a> {
    /// Where it comes from; its paths are those of the indices.
    pub provenance: &'a Provenance,
    /// What was asked.
    pub plan: &'a Plan,
    /// The tornado, largest change first.
    pub bars: &'a [Vec<Bar>],
    /// The screening, by number.
    pub screened: &'a [Vec<Option<Screened>>],
    /// Places of the numbers that have indices.
    pub places: &'a [usize],
    /// The indices, by place.
    pub indices: &'a [Option<Indices>],
}

/// The work ahead, in one line.
pub fn plan_text(plan: &Plan, lang: Lang) -> String {
    let [tornado, screening, indices] = plan.work();
    let names = [Term::Tornado, Term::Screening, Term::IndicesOfVariance];
    let parts = names.iter().zip([tornado, screening, indices]);
    let part = |(name, work): (&Term, Work)| {
        format!("{} {} x {}", name.text(lang), work.variants, work.paths)
    };
    let paths: u64 = plan
        .work()
        .iter()
        .map(|work| work.variants as u64 * work.paths)
        .sum();
    let parts: Vec<String> = parts.map(part).collect();
    format!("{} = {paths} {}", parts.join(" + "), Term::Paths.text(lang))
}

/// Tables for people.
pub fn render(found: Sensitivity, names: &Names, lang: Lang) -> String {
    let mut text = format!("{}\n", header(found.provenance, names.title(lang), lang));
    for (at, measure) in found.plan.measures.iter().enumerate() {
        let label = measure_label(measure, names, lang);
        let title = |term| fill(term, lang, &[("metric", &label)]);
        let sections = [
            tornado(measure, &found.bars[at], title(Term::TornadoOf), lang),
            screening(found, at, title(Term::ScreeningOf), lang),
            indices(found, at, title(Term::IndicesOf), lang),
        ];
        text.extend(sections.iter().map(table::render));
    }
    let how = Section {
        title: Term::SweepHow.text(lang).to_owned(),
        notes: wrap(Term::SensitivityNote.text(lang), WIDTH),
        ..Section::default()
    };
    text + &table::render(&how)
}

fn tornado(measure: &Measure, bars: &[Bar], title: String, lang: Lang) -> Section {
    let unit = measure.score_unit();
    let cells = |change: Option<Change>| match change {
        Some(Change { difference, se }) => [number(difference, unit, lang), number(se, unit, lang)],
        None => [NO_NUMBER, NO_NUMBER].map(str::to_owned),
    };
    let row = |bar: &Bar| {
        let ends = [bar.low, bar.high].map(|end| end_text(end, lang));
        let changes = [bar.at_low, bar.at_high].into_iter().flat_map(cells);
        let key = [bar.key.clone(), ends.join(" / ")];
        key.into_iter().chain(changes).collect()
    };
    let header = [
        Term::Key,
        Term::LowHigh,
        Term::AtLow,
        Term::StandardError,
        Term::AtHigh,
        Term::StandardError,
    ];
    Section {
        rows: bars.iter().take(SHOWN).map(row).collect(),
        ..Section::new(title, header.map(|term| term.text(lang)))
    }
}

/// An end of a range, in yuan, fractions or years as the scenario has it.
fn end_text(end: f64, lang: Lang) -> String {
    if end.abs() >= 1e6 {
        money(end, lang)
    } else {
        format!("{}", (end * 1e6).round() / 1e6)
    }
}

fn screening(found: Sensitivity, at: usize, title: String, lang: Lang) -> Section {
    let unit = found.plan.measures[at].score_unit();
    let say = |value: f64| number(value, unit, lang);
    let pairs = found.plan.numbers.iter().zip(&found.screened[at]);
    let mut all: Vec<(&Uncertain, &Screened)> =
        pairs.filter_map(|(n, s)| Some((n, s.as_ref()?))).collect();
    all.sort_by(|(_, a), (_, b)| b.mu_star.total_cmp(&a.mu_star));
    let row = |(number, effect): &(&Uncertain, &Screened)| {
        vec![
            number.parameter.path.clone(),
            say(effect.mu_star),
            say(effect.se),
            say(effect.mu),
            say(effect.sigma),
        ]
    };
    let header = [
        Term::Key,
        Term::MuStar,
        Term::StandardError,
        Term::Mu,
        Term::Sigma,
    ];
    Section {
        rows: all.iter().take(SHOWN).map(row).collect(),
        ..Section::new(title, header.map(|term| term.text(lang)))
    }
}

fn indices(found: Sensitivity, at: usize, title: String, lang: Lang) -> Section {
    let header = [
        Term::Key,
        Term::FirstOrder,
        Term::IntervalOfIt,
        Term::TotalEffect,
        Term::IntervalOfIt,
        Term::NoiseBias,
    ];
    let section = Section::new(title, header.map(|term| term.text(lang)));
    let Some(indices) = &found.indices[at] else {
        return section;
    };
    let cells = |index: &Index| {
        let range = format!("{}..{}", fixed(index.lo * 100.0, 1), percent(index.hi));
        [percent(index.value), range]
    };
    let mut order: Vec<usize> = (0..found.places.len()).collect();
    order.sort_by(|a, b| indices.total[*b].value.total_cmp(&indices.total[*a].value));
    let row = |place: usize| {
        let key = found.plan.numbers[found.places[place]]
            .parameter
            .path
            .clone();
        let (first, total) = (&indices.first[place], &indices.total[place]);
        let noise = format!(
            "{} / {}",
            fixed(first.noise_bias * 100.0, 1),
            percent(total.noise_bias)
        );
        [key]
            .into_iter()
            .chain(cells(first))
            .chain(cells(total))
            .chain([noise])
            .collect()
    };
    Section {
        rows: order.into_iter().map(row).collect(),
        ..section
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    provenance: &'a Provenance,
    work: [PlannedWork; 3],
    measures: Named<OfMeasure<'a>>,
}

#[derive(Serialize)]
struct PlannedWork {
    part: &'static str,
    variants: usize,
    paths: u64,
}

#[derive(Serialize)]
struct OfMeasure<'a> {
    unit: &'static str,
    tornado: &'a [Bar],
    screening: Named<&'a Option<Screened>>,
    indices: Option<OfIndices<'a>>,
}

#[derive(Serialize)]
struct OfIndices<'a> {
    variance: f64,
    rows: usize,
    first: Named<&'a Index>,
    total: Named<&'a Index>,
}

/// Writes all of it as one JSON object and a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(found: Sensitivity, mut out: impl Write) -> io::Result<()> {
    let plan = found.plan;
    let key = |place: usize| plan.numbers[place].parameter.path.clone();
    let indices = |at: usize| {
        found.indices[at].as_ref().map(|indices| OfIndices {
            variance: indices.variance,
            rows: indices.rows,
            first: found
                .places
                .iter()
                .map(|place| key(*place))
                .zip(&indices.first)
                .collect(),
            total: found
                .places
                .iter()
                .map(|place| key(*place))
                .zip(&indices.total)
                .collect(),
        })
    };
    let of_measure = |(at, measure): (usize, &Measure)| {
        let of = OfMeasure {
            unit: unit_key(measure.score_unit()),
            tornado: &found.bars[at],
            screening: (0..plan.numbers.len())
                .map(key)
                .zip(&found.screened[at])
                .collect(),
            indices: indices(at),
        };
        (measure.name.clone(), of)
    };
    let [tornado, screening, of_variance] = plan.work();
    let work = |part, work: Work| PlannedWork {
        part,
        variants: work.variants,
        paths: work.paths,
    };
    let document = Document {
        schema_version: SCHEMA_VERSION,
        provenance: found.provenance,
        work: [
            work("tornado", tornado),
            work("screening", screening),
            work("indices", of_variance),
        ],
        measures: plan.measures.iter().enumerate().map(of_measure).collect(),
    };
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}
