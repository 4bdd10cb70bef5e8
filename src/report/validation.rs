//! A scenario against published figures: as tables for people, as one JSON object for programs.

use crate::evidence::{Reliability, Row, Scale, Use};
use crate::report::catalogue::validation::{Term, fill};
use crate::report::catalogue::{self, Lang};
use crate::report::format::{NO_NUMBER, percent};
use crate::report::json::write_versioned;
use crate::report::text::{WIDTH, wrap};
use crate::report::{Names, header, table};
use crate::table::Section;
use crate::validation::chain::{Chain, Link};
use crate::validation::pacing::Pacing;
use crate::validation::{Judged, Measured, Unmeasured, Validation, Verdict};
use std::io;

/// Writes `validation` as one JSON object and a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(validation: &Validation, out: impl io::Write) -> io::Result<()> {
    write_versioned(validation, out)
}

/// `validation` as text.
pub fn render(validation: &Validation, names: &Names, lang: Lang) -> String {
    let of = |used: Use| {
        let rows = validation.rows.iter();
        rows.filter(move |judged| judged.row.used == used)
            .filter(|judged| judged.model.is_some())
    };
    let fitted = rows(Term::FittedRows, of(Use::Fitted), lang);
    let mut held_out = rows(Term::HeldOutRows, of(Use::HeldOut), lang);
    if !(fitted.rows.is_empty() && held_out.rows.is_empty()) {
        held_out.notes = wrap(Term::RowsNote.text(lang), WIDTH);
    }
    let mut sections = vec![answer(validation, lang), fitted, held_out];
    sections.push(not_judged(validation, lang));
    sections.push(chain(&validation.chain, lang));
    sections.extend(validation.pacing.as_ref().map(|found| pacing(found, lang)));
    let head = header(&validation.provenance, names.title(lang), lang);
    let tables: String = sections.iter().map(table::render).collect();
    format!("{head}\n{tables}")
}

fn answer(validation: &Validation, lang: Lang) -> Section {
    let mut sentences = Vec::new();
    for (used, term) in [
        (Use::Fitted, Term::AnswerFitted),
        (Use::HeldOut, Term::AnswerHeldOut),
    ] {
        let of_use = |judged: &&Judged| judged.row.used == used && judged.model.is_some();
        let judged: Vec<&Judged> = validation.rows.iter().filter(of_use).collect();
        if judged.is_empty() {
            continue;
        }
        let outside = |judged: &&&Judged| judged.verdict == Verdict::Outside;
        let ids = judged.iter().filter(outside).map(|j| j.row.id.as_str());
        let ids: Vec<&str> = ids.collect();
        let within = (judged.len() - ids.len()).to_string();
        let all = judged.len().to_string();
        let mut text = fill(term, lang, &[("within", &within), ("judged", &all)]);
        if !ids.is_empty() {
            if lang == Lang::En {
                text.push(' ');
            }
            text += &fill(Term::AnswerOutside, lang, &[("ids", &ids.join(", "))]);
        }
        sentences.push(text);
    }
    if sentences.is_empty() {
        sentences.push(Term::AnswerNothing.text(lang).to_owned());
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

/// What a row is called in `lang`.
pub(super) fn title(row: &Row, lang: Lang) -> &str {
    match lang {
        Lang::En => &row.title,
        Lang::Zh => &row.title_zh,
    }
}

fn rows<'a>(name: Term, judged: impl Iterator<Item = &'a Judged>, lang: Lang) -> Section {
    let heads = [
        Term::Figure,
        Term::Year,
        Term::Trust,
        Term::Published,
        Term::Tolerance,
        Term::Model,
        Term::Error,
        Term::VerdictHead,
    ];
    Section {
        rows: judged.map(|judged| cells(judged, lang)).collect(),
        ..Section::new(name.text(lang), heads.map(|term| term.text(lang)))
    }
}

fn cells(judged: &Judged, lang: Lang) -> Vec<String> {
    let row = &judged.row;
    let trust = match row.reliability {
        Reliability::High => Term::High,
        Reliability::Medium => Term::Medium,
        Reliability::Low => Term::Low,
    };
    let verdict = match judged.verdict {
        Verdict::Outside => Term::Outside,
        _ => Term::Within,
    };
    let star = if judged.is_precise { "" } else { "*" };
    let model = |of: fn(&Measured) -> f64| {
        let value = judged.model.as_ref().map(of);
        value.map_or_else(|| NO_NUMBER.to_owned(), |value| scaled(value, row))
    };
    vec![
        title(row, lang).to_owned(),
        row.year.to_string(),
        trust.text(lang).to_owned(),
        scaled(row.published, row),
        scaled(row.tolerance, row),
        model(|m| m.value),
        model(|m| m.half) + star,
        verdict.text(lang).to_owned(),
    ]
}

/// A number on a row's scale, with a decimal more than its tolerance has.
pub(super) fn scaled(value: f64, row: &Row) -> String {
    match row.scale {
        Scale::Percent if row.tolerance < 0.01 => format!("{:.2}%", value * 100.0),
        Scale::Percent => percent(value),
        Scale::Number | Scale::Years => format!("{value:.2}"),
    }
}

fn not_judged(validation: &Validation, lang: Lang) -> Section {
    let why = |judged: &Judged| {
        Some(match &judged.verdict {
            Verdict::Within | Verdict::Outside => return None,
            Verdict::OtherCountry => Term::OtherCountry.text(lang).to_owned(),
            Verdict::OtherScenario => {
                let names = judged.row.scenarios.join(", ");
                fill(Term::OtherScenario, lang, &[("names", &names)])
            }
            Verdict::NotMeasured { why } => unmeasured(why, lang),
        })
    };
    // Rows that are left out for one reason stand in one line.
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for judged in &validation.rows {
        let Some(why) = why(judged) else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, ids)) => ids.push(&judged.row.id),
            None => reasons.push((why, vec![&judged.row.id])),
        }
    }
    let line = |(why, ids): &(String, Vec<&str>)| wrap(&lang.labelled(why, &ids.join(", ")), WIDTH);
    Section {
        title: Term::NotJudgedRows.text(lang).to_owned(),
        notes: reasons.iter().flat_map(line).collect(),
        ..Section::default()
    }
}

fn unmeasured(why: &Unmeasured, lang: Lang) -> String {
    let named = |term, name: &str| fill(term, lang, &[("name", name)]);
    match why {
        Unmeasured::NoMetric(name) => named(Term::NoMetric, name),
        Unmeasured::NoStage(name) => named(Term::NoStage, name),
        Unmeasured::NoEvent(name) => named(Term::NoEvent, name),
        Unmeasured::NoRoute(name) => named(Term::NoRoute, name),
        Unmeasured::Nothing => Term::NothingCounted.text(lang).to_owned(),
    }
}

fn chain(chain: &Chain, lang: Lang) -> Section {
    let number = |found: Option<Measured>, of: fn(Measured) -> f64| {
        found.map_or_else(|| NO_NUMBER.to_owned(), |found| format!("{:.3}", of(found)))
    };
    let link = |link: &crate::validation::chain::LinkReturn| {
        let name = match link.link {
            Link::Deals => Term::LinkDeals,
            Link::SubFunds => Term::LinkSubFunds,
            Link::Regions => Term::LinkRegions,
            Link::National => Term::LinkNational,
        };
        vec![
            name.text(lang).to_owned(),
            number(link.multiple, |m| m.value),
            number(link.multiple, |m| m.half),
            link.irr.map_or_else(|| NO_NUMBER.to_owned(), percent),
            number(link.drag, |m| m.value),
            number(link.drag, |m| m.half),
        ]
    };
    let heads = [
        Term::Link,
        Term::Multiple,
        Term::Error,
        Term::MeanIrr,
        Term::Drag,
        Term::Error,
    ];
    let load =
        |load: Option<Measured>| load.map_or_else(|| NO_NUMBER.to_owned(), |l| percent(l.value));
    let (fees, carry) = (load(chain.fee_load), load(chain.carry_load));
    let note = fill(Term::ChainNote, lang, &[("fees", &fees), ("carry", &carry)]);
    Section {
        rows: chain.links.iter().map(link).collect(),
        notes: wrap(&note, WIDTH),
        ..Section::new(
            Term::ChainTitle.text(lang),
            heads.map(|term| term.text(lang)),
        )
    }
}

fn pacing(pacing: &Pacing, lang: Lang) -> Section {
    let years = pacing.called.iter().zip(&pacing.distributed).enumerate();
    let year = |(age, (called, distributed)): (usize, (&f64, &f64))| {
        vec![
            (age + 1).to_string(),
            percent(*called),
            percent(*distributed),
        ]
    };
    let [first, second, later] = pacing.rates.map(percent);
    let rates = format!("{first}, {second}, {later}");
    let life = pacing.life.to_string();
    let fitted = pacing.growth.zip(pacing.bow).zip(pacing.r_squared);
    let note = match fitted {
        Some(((growth, bow), r2)) => fill(
            Term::PacingNote,
            lang,
            &[
                ("rates", &rates),
                ("growth", &percent(growth)),
                ("life", &life),
                ("bow", &format!("{bow:.2}")),
                ("r2", &percent(r2)),
            ],
        ),
        None => Term::PacingNone.text(lang).to_owned(),
    };
    let heads = [Term::Age, Term::Called, Term::Distributed];
    Section {
        rows: years.map(year).collect(),
        notes: wrap(&note, WIDTH),
        ..Section::new(
            Term::PacingTitle.text(lang),
            heads.map(|term| term.text(lang)),
        )
    }
}
