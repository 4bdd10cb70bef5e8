//! Assumptions and luck together: the answer first, then the tables behind it, and JSON.

use crate::assumptions::dominance::{Dominance, Influence};
use crate::assumptions::split::ShareOfVariance;
use crate::assumptions::{Combined, MAIN, WorldRow};
use crate::metrics::LADDER;
use crate::report::catalogue::{Lang, Term, fill, metric_label};
use crate::report::csv::quoted;
use crate::report::format;
use crate::report::json::SCHEMA_VERSION;
use crate::report::table;
use crate::report::text::{WIDTH, wrap};
use crate::report::{Names, header};
use crate::summary::background::About;
use crate::summary::estimate::Estimate;
use crate::summary::named::Named;
use crate::summary::{Provenance, event_name};
use crate::table::Section;
use serde::Serialize;
use std::io::{self, Write};

/// Numbers that a table of assumptions shows.
const LEADING: usize = 5;

/// Metrics whose leading assumptions have a table.
const LED: [&str; 3] = ["leverage.consolidated", "national.dpi", "national.irr"];

/// A report in the making.
#[derive(Clone, Copy)]
struct Story<'a> {
    combined: &'a Combined,
    names: &'a Names,
    lang: Lang,
}

/// The report on `combined`; the paths of `from` are those of each world.
pub fn render(combined: &Combined, from: &Provenance, names: &Names, lang: Lang) -> String {
    let story = Story {
        combined,
        names,
        lang,
    };
    let header = header(from, names.title(lang), lang);
    let worlds = format!("{} {}", Term::Worlds.text(lang), combined.worlds);
    let mut sections = vec![
        story.answer(),
        story.metrics(Term::SampledLadder, &LADDER),
        story.metrics(Term::SampledReturns, &MAIN),
    ];
    sections.extend(LED.iter().filter_map(|name| story.leading(name)));
    sections.push(story.how());
    let tables: String = sections.iter().map(table::render).collect();
    format!("{header} | {worlds}\n{tables}")
}

impl Story<'_> {
    fn term(self, term: Term) -> &'static str {
        term.text(self.lang)
    }

    fn label(self, name: &str) -> String {
        metric_label(name, self.names, self.lang).unwrap_or_else(|| name.to_owned())
    }

    fn answer(self) -> Section {
        let sentences = [
            self.sentence(
                Term::SampledAnswerLeverage,
                LED[0],
                &event_name(LED[0], 10.0),
            ),
            self.hangs_on(LED[0]),
            self.sentence(Term::SampledAnswerReturns, LED[1], &event_name(LED[1], 1.0)),
            self.hangs_on(LED[1]),
        ];
        Section {
            title: self.term(Term::Answer).to_owned(),
            notes: sentences
                .iter()
                .flatten()
                .flat_map(|text| wrap(text, WIDTH))
                .collect(),
            ..Section::default()
        }
    }

    fn sentence(self, term: Term, name: &str, event: &str) -> Option<String> {
        let estimate = self.combined.metrics.get(name)?;
        let chance = self.combined.probabilities.get(event)?;
        let say = |value| format::of(value, estimate, self.lang);
        let values = [
            ("p5", say(estimate.p5)),
            ("p50", say(estimate.p50)),
            ("p95", say(estimate.p95)),
            ("p", format::mean(chance, self.lang)),
            (
                "interval",
                format::interval(chance.intervals.mean, chance, self.lang),
            ),
        ];
        Some(fill(
            term,
            self.lang,
            &values.each_ref().map(|(name, text)| (*name, text.as_str())),
        ))
    }

    /// What share of the variance assumptions make, and which two lead, of those that stand out from chance.
    fn hangs_on(self, name: &str) -> Option<String> {
        let split = self.combined.split.get(name)?;
        let dominance = self.combined.dominance.get(name)?;
        let share = [
            ("share", format::percent(split.share)),
            ("interval", range(split)),
        ];
        let mut real = dominance
            .influences
            .iter()
            .filter(|influence| influence.share > dominance.noise);
        let mut lead = Vec::new();
        let term = match (real.next(), real.next()) {
            (None, _) => Term::SampledHangsOnNone,
            (Some(first), None) => {
                lead.extend(named("first", "first_share", first));
                Term::SampledHangsOnOne
            }
            (Some(first), Some(second)) => {
                lead.extend(named("first", "first_share", first));
                lead.extend(named("second", "second_share", second));
                Term::SampledHangsOnTwo
            }
        };
        let said = |term, values: &[(&str, String)]| {
            let values: Vec<(&str, &str)> = values.iter().map(|(n, t)| (*n, t.as_str())).collect();
            fill(term, self.lang, &values)
        };
        let told = [said(Term::SampledSplit, &share), said(term, &lead)];
        Some(told.join(self.lang.choose(" ", "")))
    }

    /// Metrics with their quantiles and the share of assumptions.
    fn metrics(self, title: Term, names: &[&str]) -> Section {
        let header = [
            self.term(Term::Measure),
            self.term(Term::Mean),
            self.term(Term::Interval),
        ]
        .into_iter()
        .chain(["P5", "P50", "P95"])
        .chain([
            self.term(Term::OfAssumptions),
            self.term(Term::IntervalOfIt),
        ]);
        let row = |name: &&str| {
            let estimate: &Estimate = self.combined.metrics.get(name)?;
            let say = |value| format::of(value, estimate, self.lang);
            let split = self.combined.split.get(name);
            let share = split.map(|split| format::percent(split.share));
            let none = || format::NO_NUMBER.to_owned();
            Some(vec![
                self.label(name),
                format::mean(estimate, self.lang),
                format::interval(estimate.intervals.mean, estimate, self.lang),
                say(estimate.p5),
                say(estimate.p50),
                say(estimate.p95),
                share.unwrap_or_else(none),
                split.map_or_else(none, range),
            ])
        };
        Section {
            rows: names.iter().filter_map(row).collect(),
            ..Section::new(self.term(title), header)
        }
    }

    /// The assumptions that lead for one metric.
    fn leading(self, name: &str) -> Option<Section> {
        let dominance = self.combined.dominance.get(name)?;
        let row = |influence: &Influence| {
            let [lo, hi] = influence.interval;
            vec![
                influence.key.clone(),
                format::percent(influence.share),
                format::fixed(influence.rank_correlation, 2),
                format!("{}..{}", format::fixed(lo, 2), format::fixed(hi, 2)),
            ]
        };
        let title = fill(
            Term::SampledLeading,
            self.lang,
            &[("metric", &self.label(name))],
        );
        let header = [
            Term::Key,
            Term::OfVariation,
            Term::RankCorrelation,
            Term::IntervalOfIt,
        ];
        let noise = format::percent(dominance.noise);
        let note = fill(Term::SampledNoise, self.lang, &[("noise", &noise)]);
        Some(Section {
            rows: dominance.influences.iter().take(LEADING).map(row).collect(),
            notes: wrap(&note, WIDTH),
            ..Section::new(title, header.map(|term| self.term(term)))
        })
    }

    fn how(self) -> Section {
        let all = self.combined;
        let count = |number: usize| number.to_string();
        let values = [
            ("worlds", count(all.worlds)),
            ("paths", count(all.paths)),
            ("numbers", count(all.uncertain)),
        ];
        let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
        let mut notes = wrap(&fill(Term::SampledHow, self.lang, &values), WIDTH);
        if all.redrawn > 0 {
            let values = [
                ("redrawn", count(all.redrawn as usize)),
                ("drawn", count(all.redrawn as usize + all.worlds)),
                ("lacked", all.lacked.clone().unwrap_or_default()),
            ];
            let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
            notes.extend(wrap(&fill(Term::SampledRedrawn, self.lang, &values), WIDTH));
        }
        Section {
            title: self.term(Term::SweepHow).to_owned(),
            notes,
            ..Section::default()
        }
    }
}

/// An assumption and its share, under these names in a sentence.
fn named(
    key: &'static str,
    share: &'static str,
    influence: &Influence,
) -> [(&'static str, String); 2] {
    [
        (key, influence.key.clone()),
        (share, format::percent(influence.share)),
    ]
}

fn range(split: &ShareOfVariance) -> String {
    format!(
        "{}..{}",
        format::fixed(split.lo * 100.0, 1),
        format::percent(split.hi)
    )
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    provenance: &'a Provenance,
    scenario: &'a About,
    assumptions: Assumptions<'a>,
    metrics: &'a Named<Estimate>,
    interval_method: &'static str,
    probabilities: &'a Named<Estimate>,
    variance_share_of_assumptions: &'a Named<ShareOfVariance>,
    dominance: Named<Leading<'a>>,
    worlds: &'a [WorldRow],
}

#[derive(Serialize)]
struct Assumptions<'a> {
    mode: &'static str,
    worlds: usize,
    paths_per_world: usize,
    numbers: usize,
    redrawn: u32,
    redrawn_for: Option<&'a str>,
}

#[derive(Serialize)]
struct Leading<'a> {
    noise: f64,
    influences: &'a [Influence],
}

/// Writes `combined` as one JSON object and a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(
    combined: &Combined,
    from: &Provenance,
    about: &About,
    mut out: impl Write,
) -> io::Result<()> {
    let leading = |dominance: &'_ Dominance| dominance.influences.len().min(20);
    let dominance = combined.dominance.iter().map(|(name, found)| {
        let leading = Leading {
            noise: found.noise,
            influences: &found.influences[..leading(found)],
        };
        (name.to_owned(), leading)
    });
    let document = Document {
        schema_version: SCHEMA_VERSION,
        provenance: from,
        scenario: about,
        assumptions: Assumptions {
            mode: "sampled",
            worlds: combined.worlds,
            paths_per_world: combined.paths,
            numbers: combined.uncertain,
            redrawn: combined.redrawn,
            redrawn_for: combined.lacked.as_deref(),
        },
        metrics: &combined.metrics,
        interval_method: "over worlds and paths, both as drawn: student_t with two-way errors, quantiles after Woodruff, shares by a jackknife over both",
        probabilities: &combined.probabilities,
        variance_share_of_assumptions: &combined.split,
        dominance: dominance.collect(),
        worlds: &combined.each,
    };
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}

/// Writes one line per world: its number, how often it was drawn again, its numbers by key, and the mean of the main metrics.
///
/// # Errors
///
/// Those of `out`.
pub fn write_worlds(combined: &Combined, mut out: impl Write) -> io::Result<()> {
    let Some(first) = combined.each.first() else {
        return Ok(());
    };
    let keys = first.values.iter().map(|(key, _)| quoted(key));
    let means = first.means.iter().map(|(name, _)| format!("mean.{name}"));
    let names: Vec<String> = keys.chain(means).collect();
    writeln!(out, "world,redrawn,{}", names.join(","))?;
    for row in &combined.each {
        write!(out, "{},{}", row.world, row.redrawn)?;
        for (_, value) in row.values.iter() {
            write!(out, ",{value}")?;
        }
        for (_, mean) in row.means.iter() {
            write!(
                out,
                ",{}",
                mean.map_or_else(String::new, |mean| mean.to_string())
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the answer says of a metric on which numbers have these shares, where those up to 0.1 are noise.
    fn hangs_on(shares: &[f64], lang: Lang) -> String {
        let influence = |(key, share): (&&str, &f64)| Influence {
            key: (*key).to_owned(),
            rank_correlation: 0.5,
            interval: [0.1, 0.8],
            share: *share,
        };
        let split = ShareOfVariance {
            share: 0.4,
            se: 0.05,
            lo: 0.3,
            hi: 0.5,
        };
        let dominance = Dominance {
            influences: ["a", "b", "c"].iter().zip(shares).map(influence).collect(),
            noise: 0.1,
        };
        let combined = Combined {
            worlds: 9,
            paths: 3,
            uncertain: shares.len(),
            redrawn: 0,
            lacked: None,
            metrics: [].into_iter().collect(),
            probabilities: [].into_iter().collect(),
            split: [(LED[0].to_owned(), split)].into_iter().collect(),
            dominance: [(LED[0].to_owned(), dominance)].into_iter().collect(),
            each: Vec::new(),
        };
        let story = Story {
            combined: &combined,
            names: &Names::default(),
            lang,
        };
        story.hangs_on(LED[0]).expect("a sentence")
    }

    #[test]
    fn the_answer_names_only_what_stands_out_from_chance() {
        for (shares, named) in [
            (&[0.5, 0.2, 0.15][..], 2),
            (&[0.5, 0.1, 0.0], 1),
            (&[0.5], 1),
            (&[0.1, 0.05], 0),
        ] {
            for lang in [Lang::En, Lang::Zh] {
                let text = hangs_on(shares, lang);
                let keys = ["`a`", "`b`", "`c`"];
                let found = keys.iter().take_while(|key| text.contains(**key)).count();
                assert_eq!(found, named, "{text}");
                assert!(text.contains("40.0%") && !text.contains('{'), "{text}");
            }
        }
        assert!(hangs_on(&[0.5, 0.1], Lang::En).contains("no other number stands out"));
        assert!(hangs_on(&[0.5, 0.1], Lang::Zh).contains("其他参数的影响均无法与偶然区分"));
    }
}
