//! The answer of a search for a goal: as text for people, as one JSON object for programs.

use crate::goal::{By, Found, Goal, Point};
use crate::report::Names;
use crate::report::catalogue::comparison::{Term, fill};
use crate::report::catalogue::{self, Lang, metric_label};
use crate::report::format::{self, NO_NUMBER};
use crate::report::json::write_versioned;
use crate::report::text::{WIDTH, wrap};
use crate::report::{header, table};
use crate::scenario::reader::Unit;
use crate::table::Section;
use std::io;

/// Writes `goal` as one JSON object and a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(goal: &Goal, out: impl io::Write) -> io::Result<()> {
    write_versioned(goal, out)
}

/// The answer as text; the key counts in `unit`.
pub fn render(goal: &Goal, unit: Unit, names: &Names, lang: Lang) -> String {
    let view = View {
        goal,
        unit,
        names,
        lang,
    };
    format!(
        "{}\n{}{}",
        header(&goal.provenance, names.title(lang), lang),
        table::render(&view.answer()),
        table::render(&view.tried()),
    )
}

#[derive(Clone, Copy)]
struct View<'a> {
    goal: &'a Goal,
    unit: Unit,
    names: &'a Names,
    lang: Lang,
}

impl View<'_> {
    fn filled(self, term: Term, values: &[(&str, &str)]) -> String {
        fill(term, self.lang, values)
    }

    fn answer(self) -> Section {
        let mut sentences = vec![self.sought()];
        sentences.extend(self.found());
        if self.goal.invalid > 0 {
            let reason = self.goal.invalid_reason.as_deref().unwrap_or("");
            let count = self.goal.invalid.to_string();
            let values = [("count", count.as_str()), ("reason", reason)];
            sentences.push(self.filled(Term::GoalInvalid, &values));
        }
        Section {
            title: catalogue::Term::Answer.text(self.lang).to_owned(),
            notes: sentences
                .iter()
                .flat_map(|text| wrap(text, WIDTH))
                .collect(),
            ..Section::default()
        }
    }

    /// What was looked for.
    fn sought(self) -> String {
        let target = &self.goal.target;
        let metric = metric_label(&target.metric, self.names, self.lang)
            .unwrap_or_else(|| target.metric.clone());
        let level = format::number(target.at_least, target.unit, self.lang);
        let values = [("metric", metric.as_str()), ("target", &level)];
        let goal = match target.by {
            By::Mean => self.filled(Term::GoalMean, &values),
            By::Median => self.filled(Term::GoalMedian, &values),
            By::Probability(probability) => {
                let probability = format::percent(probability);
                let values = [values[0], values[1], ("probability", &probability)];
                self.filled(Term::GoalProbability, &values)
            }
        };
        self.filled(
            Term::GoalSought,
            &[("key", &self.goal.key), ("goal", &goal)],
        )
    }

    fn found(self) -> Vec<String> {
        let key = self.goal.key.as_str();
        match self.goal.found {
            Found::Root {
                value,
                interval,
                cut,
                met_above,
                ..
            } => {
                let value = self.key_value(value);
                let mut told = vec![match interval {
                    Some([low, high]) => {
                        let interval = format!("{}..{}", self.key_value(low), self.key_value(high));
                        let values = [("key", key), ("value", &value), ("interval", &interval)];
                        self.filled(Term::GoalFound, &values)
                    }
                    None => self.filled(Term::GoalFoundOpen, &[("key", key), ("value", &value)]),
                }];
                let term = if met_above {
                    Term::GoalFrom
                } else {
                    Term::GoalUpTo
                };
                told.push(term.text(self.lang).to_owned());
                if cut {
                    told.push(Term::GoalClipped.text(self.lang).to_owned());
                }
                if self.goal.crossings > 1 {
                    let count = self.goal.crossings.to_string();
                    told.push(self.filled(Term::GoalMore, &[("count", &count)]));
                }
                told.push(Term::GoalMethod.text(self.lang).to_owned());
                told
            }
            Found::Nowhere => vec![self.extreme(Term::GoalNone, f64::total_cmp)],
            Found::Everywhere => {
                vec![self.extreme(Term::GoalAll, |a: &f64, b: &f64| b.total_cmp(a))]
            }
        }
    }

    /// What is told where the target is never or always met: the point that comes first in `order`.
    fn extreme(self, term: Term, order: fn(&f64, &f64) -> std::cmp::Ordering) -> String {
        let [low, high] = self.goal.range.map(|value| self.key_value(value));
        let points = self.goal.points.iter();
        let known = points.filter_map(|point| Some((point.value, point.reached.value?)));
        let best = known.max_by(|a, b| order(&a.1, &b.1));
        let (at, best) = best.map_or_else(
            || (NO_NUMBER.to_owned(), NO_NUMBER.to_owned()),
            |(at, best)| (self.key_value(at), self.level(best)),
        );
        let values = [
            ("key", self.goal.key.as_str()),
            ("low", &low),
            ("high", &high),
            ("best", &best),
            ("at", &at),
        ];
        self.filled(term, &values)
    }

    /// A value of the statistic that has to reach the target.
    fn level(self, value: f64) -> String {
        match self.goal.target.by {
            By::Probability(_) => format::percent(value),
            By::Mean | By::Median => format::number(value, self.goal.target.unit, self.lang),
        }
    }

    /// A value of the key, with one decimal more than a report of results has.
    fn key_value(self, value: f64) -> String {
        match self.unit {
            Unit::Share | Unit::Rate => format!("{}%", format::fixed(value * 100.0, 2)),
            Unit::Money => format::money(value, self.lang),
            Unit::Count => format!("{value:.0}"),
            Unit::Years => format::fixed(value, 2),
            Unit::Number | Unit::Multiple => format::fixed(value, 3),
        }
    }

    /// Every value tried with what it reaches.
    fn tried(self) -> Section {
        let row = |point: &Point| {
            let interval = match point.reached.interval {
                Some([Some(low), Some(high)]) => {
                    format!("{}..{}", self.level(low), self.level(high))
                }
                _ => NO_NUMBER.to_owned(),
            };
            let value = point.reached.value;
            let met = if point.met { Term::Yes } else { Term::No };
            vec![
                self.key_value(point.value),
                value.map_or_else(|| NO_NUMBER.to_owned(), |value| self.level(value)),
                interval,
                met.text(self.lang).to_owned(),
            ]
        };
        let heads = [Term::GoalValue, Term::GoalReached].map(|term| term.text(self.lang));
        let interval = "95%";
        let met = Term::GoalMet.text(self.lang);
        let as_it_is = self.goal.as_it_is.map(|value| {
            let term = Term::GoalAsItIs.text(self.lang);
            self.lang.labelled(term, &self.key_value(value))
        });
        Section {
            rows: self.goal.points.iter().map(row).collect(),
            notes: as_it_is.into_iter().collect(),
            ..Section::new(
                Term::GoalTried.text(self.lang),
                [heads[0], heads[1], interval, met],
            )
        }
    }
}
