//! A calibration: as tables for people, as one JSON object for programs.

use crate::calibration::{Calibration, Fitted, Moment};
use crate::report::catalogue::validation::{Term, fill};
use crate::report::catalogue::{self, Lang};
use crate::report::format::{self, NO_NUMBER};
use crate::report::json::write_versioned;
use crate::report::text::{WIDTH, wrap};
use crate::report::validation::{scaled, title};
use crate::report::{Names, header, table};
use crate::scenario::reader::Unit;
use crate::table::Section;
use crate::validation::Measured;
use std::io;

/// Writes `calibration` as one JSON object and a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(calibration: &Calibration, out: impl io::Write) -> io::Result<()> {
    write_versioned(calibration, out)
}

/// `calibration` as text.
pub fn render(calibration: &Calibration, names: &Names, lang: Lang) -> String {
    let sections = [
        answer(calibration, lang),
        numbers(calibration, lang),
        moments(calibration, lang),
    ];
    let tables: String = sections.iter().map(table::render).collect();
    let head = header(&calibration.provenance, names.title(lang), lang);
    format!("{head}\n{tables}")
}

fn answer(found: &Calibration, lang: Lang) -> Section {
    let within = |of: fn(&Moment) -> &Measured| {
        let is_within = |m: &&Moment| (of(m).value - m.row.published).abs() <= m.row.tolerance;
        found.moments.iter().filter(is_within).count().to_string()
    };
    let values = [
        ("within", within(|m| &m.after)),
        ("before", within(|m| &m.before)),
        ("all", found.moments.len().to_string()),
        ("trials", found.trials.to_string()),
    ];
    let mut sentences = vec![filled(Term::CalibratedAnswer, lang, &values)];
    let j = ("j", format!("{:.2}", found.j));
    sentences.push(match found.p_value {
        Some(p) => {
            let freedom = ("freedom", found.freedom.to_string());
            filled(
                Term::JStatistic,
                lang,
                &[j, freedom, ("p", format::percent(p))],
            )
        }
        None => filled(Term::JWithoutFreedom, lang, &[j]),
    });
    if !found.converged {
        sentences.push(Term::NotAtRest.text(lang).to_owned());
    }
    let untold = found.numbers.iter();
    let untold = untold.filter(|number| number.at_an_end || !number.is_identified);
    let untold: Vec<&str> = untold.map(|number| number.key.as_str()).collect();
    if !untold.is_empty() {
        sentences.push(filled(Term::NotTold, lang, &[("keys", untold.join(", "))]));
    }
    Section {
        title: catalogue::Term::Answer.text(lang).to_owned(),
        notes: sentences
            .iter()
            .flat_map(|text| wrap(text, WIDTH))
            .collect(),
        ..Section::default()
    }
}

fn filled(term: Term, lang: Lang, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, v)| (*name, v.as_str())).collect();
    fill(term, lang, &values)
}

fn numbers(found: &Calibration, lang: Lang) -> Section {
    let row = |number: &Fitted| {
        let value = |value| key_value(value, number.unit, lang);
        let told = match (number.at_an_end, number.is_identified) {
            (true, _) => Term::ToldEnd,
            (false, true) => Term::ToldYes,
            (false, false) => Term::ToldNo,
        };
        vec![
            number.key.clone(),
            value(number.start),
            value(number.value),
            number.se.map_or_else(|| NO_NUMBER.to_owned(), value),
            format!("{}..{}", value(number.range[0]), value(number.range[1])),
            told.text(lang).to_owned(),
        ]
    };
    let heads = [
        Term::Number,
        Term::Start,
        Term::FittedValue,
        Term::StandardError,
        Term::Range,
        Term::Told,
    ];
    Section {
        rows: found.numbers.iter().map(row).collect(),
        ..Section::new(
            Term::FittedNumbers.text(lang),
            heads.map(|term| term.text(lang)),
        )
    }
}

fn key_value(value: f64, unit: Unit, lang: Lang) -> String {
    match unit {
        Unit::Share | Unit::Rate => format!("{:.2}%", value * 100.0),
        Unit::Money => format::money(value, lang),
        Unit::Count | Unit::Years | Unit::Number | Unit::Multiple => format!("{value:.4}"),
    }
}

fn moments(found: &Calibration, lang: Lang) -> Section {
    let row = |moment: &Moment| {
        let row = &moment.row;
        vec![
            title(row, lang).to_owned(),
            scaled(row.published, row),
            scaled(row.tolerance, row),
            scaled(moment.before.value, row),
            scaled(moment.after.value, row),
            scaled(moment.after.half, row),
        ]
    };
    let heads = [
        Term::Figure,
        Term::Published,
        Term::Tolerance,
        Term::Before,
        Term::After,
        Term::Error,
    ];
    Section {
        rows: found.moments.iter().map(row).collect(),
        notes: wrap(Term::CalibrationNote.text(lang), WIDTH),
        ..Section::new(Term::Figures.text(lang), heads.map(|term| term.text(lang)))
    }
}
