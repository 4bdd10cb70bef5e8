//! A comparison of scenarios: as text for people, as one JSON object for programs.

mod quantiles;

use crate::comparison::events::EventDifference;
use crate::comparison::paired::{MetricDifference, Statistic};
use crate::comparison::test::Verdict;
use crate::comparison::{ChangedKey, Comparison};
use crate::metrics::{LADDER, MetricUnit};
use crate::report::Names;
use crate::report::catalogue::comparison::{Term, fill};
use crate::report::catalogue::{self, Lang, metric_label, rung};
use crate::report::format::{self, NO_NUMBER};
use crate::report::json::SCHEMA_VERSION;
use crate::report::table;
use crate::report::text::{WIDTH, wrap};
use crate::summary::Provenance;
use crate::table::Section;
use serde::Serialize;
use std::io;

/// Most rows of the table of keys.
const MOST_KEYS: usize = 15;

/// Most names of metrics that one scenario has alone.
const MOST_NAMES: usize = 6;

/// How the intervals of a comparison are made.
#[derive(Serialize)]
struct Methods {
    level: f64,
    mean: &'static str,
    quantiles: &'static str,
    quantiles_of_differences: &'static str,
    probabilities: &'static str,
    adjustment: &'static str,
}

const METHODS: Methods = Methods {
    level: 0.95,
    mean: "paired_student_t",
    quantiles: "paired_bootstrap_bca_2000",
    quantiles_of_differences: "order_statistics",
    probabilities: "newcombe_paired_mcnemar_exact",
    adjustment: "holm",
};

/// The methods of paths in replicates; of quantiles of differences the paths are taken as independent.
const REPLICATE_METHODS: Methods = Methods {
    mean: "replicate_t",
    quantiles: "replicate_t",
    probabilities: "replicate_t",
    ..METHODS
};

/// The methods of these comparisons, which have one sampling.
fn methods(comparisons: &[Comparison]) -> Methods {
    let replicated = |comparison: &Comparison| comparison.sampling.has_replicates();
    if comparisons.first().is_some_and(replicated) {
        REPLICATE_METHODS
    } else {
        METHODS
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    interval_method: Methods,
    comparisons: &'a [Comparison],
}

/// Writes `comparisons` as one JSON object and a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(comparisons: &[Comparison], mut out: impl io::Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        interval_method: methods(comparisons),
        comparisons,
    };
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}

/// The comparisons as text, one after the other.
pub fn render(comparisons: &[Comparison], names: &Names, lang: Lang) -> String {
    let texts: Vec<String> = comparisons
        .iter()
        .map(|comparison| {
            let view = View {
                comparison,
                names,
                lang,
            };
            view.render()
        })
        .collect();
    texts.join("\n")
}

/// A comparison in the making.
#[derive(Clone, Copy)]
struct View<'a> {
    comparison: &'a Comparison,
    names: &'a Names,
    lang: Lang,
}

impl View<'_> {
    fn render(self) -> String {
        let mut text = self.header();
        let sections = [
            self.answer(),
            self.keys(),
            self.ladder(),
            self.metrics(),
            self.events(),
            quantiles::differences(self),
            quantiles::of_differences(self),
            self.alone(),
        ];
        text.extend(sections.iter().map(table::render));
        text
    }

    fn term(self, term: Term) -> &'static str {
        term.text(self.lang)
    }

    fn label(self, metric: &str) -> String {
        metric_label(metric, self.names, self.lang).unwrap_or_else(|| metric.to_owned())
    }

    /// What is compared, and all that is needed to run the same again.
    fn header(self) -> String {
        let (base, other) = (&self.comparison.base, &self.comparison.other);
        let title = fill(
            Term::Against,
            self.lang,
            &[("base", &base.scenario), ("other", &other.scenario)],
        );
        let origin = |term: Term, from: &Provenance| {
            let short = from.scenario_sha256.get(..12).unwrap_or("");
            let from = format!("{} ({short})", from.scenario);
            self.lang.labelled(self.term(term), &from)
        };
        let common = [catalogue::Term::Seed, catalogue::Term::Paths].map(|t| t.text(self.lang));
        let mut text = format!(
            "{title}\n{} | {}\n{} {} | {} {} | {} | tierfund {}\n",
            origin(Term::BaseLine, base),
            origin(Term::OtherLine, other),
            common[0],
            base.seed,
            common[1],
            base.paths,
            base.scheme,
            base.version,
        );
        let overrides = catalogue::Term::Overrides.text(self.lang);
        for set in &base.overrides {
            text.extend([overrides, self.lang.colon(), set, "\n"]);
        }
        text
    }

    fn answer(self) -> Section {
        let sentences = if self.comparison.keys.is_empty() {
            vec![Some(self.term(Term::AnswerSame).to_owned())]
        } else {
            let ten = self
                .comparison
                .probabilities
                .get("leverage.consolidated>=10");
            vec![
                self.sentence(Term::AnswerLeverage, "leverage.consolidated"),
                ten.map(|ten| {
                    let (base, other) = (format::percent(ten.base.p), format::percent(ten.other.p));
                    self.filled(Term::AnswerTen, &[("base", &base), ("other", &other)])
                }),
                self.sentence(Term::AnswerDpi, "national.dpi"),
                self.sentence(Term::AnswerNpv, "fiscal.npv"),
                Some(self.counted()),
                self.paths_saved(),
            ]
        };
        Section {
            title: catalogue::Term::Answer.text(self.lang).to_owned(),
            notes: sentences
                .iter()
                .flatten()
                .flat_map(|text| wrap(text, WIDTH))
                .collect(),
            ..Section::default()
        }
    }

    fn filled(self, term: Term, values: &[(&str, &str)]) -> String {
        fill(term, self.lang, values)
    }

    fn sentence(self, term: Term, metric: &str) -> Option<String> {
        let found = self.comparison.metrics.get(metric)?;
        let [base, other, difference, interval] = self.numbers(found);
        let values = [
            ("base", base.as_str()),
            ("other", &other),
            ("difference", &difference),
            ("interval", &interval),
        ];
        found.difference.map(|_| self.filled(term, &values))
    }

    fn counted(self) -> String {
        let metrics = self.comparison.metrics.iter().map(|(_, m)| &m.verdict);
        let events = self.comparison.probabilities.iter();
        let verdicts: Vec<&Verdict> = metrics.chain(events.map(|(_, e)| &e.verdict)).collect();
        let real = verdicts.iter().filter(|verdict| verdict.real).count();
        let (all, real) = (verdicts.len().to_string(), real.to_string());
        self.filled(Term::AnswerReal, &[("all", &all), ("real", &real)])
    }

    fn paths_saved(self) -> Option<String> {
        let ratio = self
            .comparison
            .metrics
            .get("national.dpi")?
            .variance_ratio?;
        (ratio >= 1.5).then(|| self.filled(Term::AnswerPaths, &[("ratio", &times(ratio))]))
    }

    /// Base, other, difference and its interval.
    fn numbers(self, found: &MetricDifference) -> [String; 4] {
        let say = |estimate| {
            let value = found.statistic.value(estimate);
            format::of(value, estimate, self.lang)
        };
        [
            say(&found.base),
            say(&found.other),
            self.difference(found.difference, found.interval, found.unit),
            format::difference_interval(found.interval, found.unit, self.lang),
        ]
    }

    fn difference(
        self,
        difference: Option<f64>,
        interval: Option<[Option<f64>; 2]>,
        unit: MetricUnit,
    ) -> String {
        let half = interval.and_then(|[low, high]| Some((high? - low?) / 2.0));
        difference.map_or_else(
            || NO_NUMBER.to_owned(),
            |difference| format::difference(difference, half, unit, self.lang),
        )
    }

    fn real(self, verdict: &Verdict) -> String {
        let term = match verdict.p_value {
            None => return NO_NUMBER.to_owned(),
            Some(_) if verdict.real => Term::Yes,
            Some(_) => Term::No,
        };
        self.term(term).to_owned()
    }

    fn ratio(self, found: &MetricDifference) -> String {
        match (found.variance_ratio, found.difference) {
            (Some(ratio), _) => times(ratio),
            (None, Some(0.0)) => self.term(Term::Same).to_owned(),
            (None, Some(_)) if found.se == Some(0.0) => self.term(Term::Exact).to_owned(),
            _ => NO_NUMBER.to_owned(),
        }
    }

    fn keys(self) -> Section {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| NO_NUMBER.to_owned());
        let row = |key: &ChangedKey| vec![key.key.clone(), shown(&key.base), shown(&key.other)];
        let keys = &self.comparison.keys;
        let heads = [
            catalogue::Term::Key.text(self.lang),
            &self.comparison.base.scenario,
            &self.comparison.other.scenario,
        ];
        let more = keys.len().saturating_sub(MOST_KEYS);
        Section {
            rows: keys.iter().take(MOST_KEYS).map(row).collect(),
            notes: (more > 0)
                .then(|| self.filled(Term::MoreKeys, &[("count", &more.to_string())]))
                .into_iter()
                .collect(),
            ..Section::new(self.term(Term::KeysThatDiffer), heads)
        }
    }

    fn heads(self, first: &'static str) -> Vec<&'static str> {
        let [base, other] = [Term::BaseLine, Term::OtherLine].map(|term| self.term(term));
        let rest = [
            Term::DifferenceHead,
            Term::PairedInterval,
            Term::RatioHead,
            Term::RealHead,
        ];
        let rest = rest.map(|term| self.term(term));
        [first, base, other].into_iter().chain(rest).collect()
    }

    fn row(self, label: String, found: &MetricDifference) -> Vec<String> {
        let mut row = vec![label];
        row.extend(self.numbers(found));
        row.push(self.ratio(found));
        row.push(self.real(&found.verdict));
        row
    }

    fn ladder(self) -> Section {
        let row = |name: &&str| {
            let found = self.comparison.metrics.get(name)?;
            let (label, _) = rung(name.trim_start_matches("leverage."), self.lang)?;
            Some(self.row(label.to_owned(), found))
        };
        let head = catalogue::Term::Rung.text(self.lang);
        Section {
            rows: LADDER.iter().filter_map(row).collect(),
            notes: wrap(self.term(Term::PairedNote), WIDTH),
            ..Section::new(self.term(Term::LadderSideBySide), self.heads(head))
        }
    }

    fn metrics(self) -> Section {
        let metrics = self.comparison.metrics.iter();
        let beside = metrics.filter(|(name, _)| !LADDER.contains(name));
        let row = |(name, found): (&str, &MetricDifference)| {
            let label = match found.statistic {
                Statistic::Mean => self.label(name),
                Statistic::Median => format!("{}, {}", self.label(name), self.term(Term::Median)),
            };
            self.row(label, found)
        };
        Section {
            rows: beside.map(row).collect(),
            notes: self.gaps(),
            ..Section::new(
                self.term(Term::MetricsSideBySide),
                self.heads(self.term(Term::Metric)),
            )
        }
    }

    /// What is said of metrics that some paths are without.
    fn gaps(self) -> Vec<String> {
        let metrics = self.comparison.metrics.iter();
        let with_gaps = metrics.filter(|(_, found)| found.pairs_missing > 0);
        let note = |(name, found): (&str, &MetricDifference)| {
            let term = match found.statistic {
                Statistic::Mean => Term::MissingPairs,
                Statistic::Median => Term::RankedPairs,
            };
            let (count, paths) = (found.pairs_missing, found.pairs + found.pairs_missing);
            let values = [
                ("metric", self.label(name)),
                ("count", count.to_string()),
                ("paths", paths.to_string()),
            ];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            wrap(&self.filled(term, &values), WIDTH)
        };
        with_gaps.flat_map(note).collect()
    }

    fn events(self) -> Section {
        let row = |(name, found): (&str, &EventDifference)| {
            let interval = found.interval;
            vec![
                self.event_label(name),
                format::percent(found.base.p),
                format::percent(found.other.p),
                self.difference(Some(found.difference), interval, MetricUnit::Share),
                format::difference_interval(interval, MetricUnit::Share, self.lang),
                found.gained.to_string(),
                found.lost.to_string(),
                self.real(&found.verdict),
            ]
        };
        let mut heads = self.heads(self.term(Term::Event));
        let [gained, lost] = [Term::GainedHead, Term::LostHead].map(|term| self.term(term));
        heads.splice(5..6, [gained, lost]);
        Section {
            rows: self.comparison.probabilities.iter().map(row).collect(),
            notes: wrap(self.term(Term::EventNote), WIDTH),
            ..Section::new(self.term(Term::EventsSideBySide), heads)
        }
    }

    /// `leverage.consolidated>=10` as people write it.
    fn event_label(self, name: &str) -> String {
        let Some((metric, threshold)) = name.split_once(">=") else {
            return name.to_owned();
        };
        let unit = self.comparison.metrics.get(metric).map(|found| found.unit);
        let threshold = match (unit, threshold.parse::<f64>()) {
            (_, Ok(0.0)) => "0".to_owned(),
            (
                Some(unit @ (MetricUnit::Money | MetricUnit::Rate | MetricUnit::Share)),
                Ok(value),
            ) => format::number(value, unit, self.lang),
            _ => threshold.to_owned(),
        };
        format!("{} >= {threshold}", self.label(metric))
    }

    /// Metrics that only one of the two has.
    fn alone(self) -> Section {
        let sides = [
            (&self.comparison.base, &self.comparison.only_base),
            (&self.comparison.other, &self.comparison.only_other),
        ];
        let line = |(from, names): &(&Provenance, &Vec<String>)| {
            let mut list = names
                .iter()
                .take(MOST_NAMES)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            if names.len() > MOST_NAMES {
                list.push_str(self.term(Term::AndMore));
            }
            let values = [
                ("scenario", from.scenario.as_str()),
                ("count", &names.len().to_string()),
                ("names", &list),
            ];
            wrap(&self.filled(Term::OnlyBase, &values), WIDTH)
        };
        let lines = sides.iter().filter(|(_, names)| !names.is_empty());
        Section {
            title: self.term(Term::DifferentWorlds).to_owned(),
            notes: lines.flat_map(line).collect(),
            ..Section::default()
        }
    }
}

/// A variance ratio.
fn times(ratio: f64) -> String {
    if ratio < 100.0 {
        format!("{ratio:.1}")
    } else {
        format::count(ratio)
    }
}
