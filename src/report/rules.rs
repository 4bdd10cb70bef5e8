//! The prices of rules: as text for people, as one JSON object for programs.

use crate::marginal::{Effect, RESULTS, RulePrice, RulePrices, Standing, Tried};
use crate::metrics::{LADDER, MetricUnit};
use crate::report::catalogue::comparison::{Term, fill};
use crate::report::catalogue::{Lang, metric_label, rule_label, rung};
use crate::report::format::{self, NO_NUMBER};
use crate::report::json::write_versioned;
use crate::report::text::{WIDTH, wrap};
use crate::report::{Names, header, table};
use crate::summary::named::Named;
use crate::table::Section;
use std::io;

/// Most effects that a sentence names; the tables have all.
const MOST_NAMED: usize = 5;

/// Writes `prices` as one JSON object and a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(prices: &RulePrices, out: impl io::Write) -> io::Result<()> {
    write_versioned(prices, out)
}

/// The prices as text.
pub fn render(prices: &RulePrices, lang: Lang) -> String {
    let view = View { prices, lang };
    let title = Term::RulesTitle.text(lang);
    let mut text = header(&prices.provenance, title, lang);
    text.push('\n');
    text += &table::render(&view.answer());
    for (title, metrics, kind) in [
        (Term::PricesLeverage, &LADDER[..], Kind::Price),
        (Term::PricesResult, &RESULTS, Kind::Price),
        (Term::DroppedLeverage, &LADDER, Kind::Dropped),
        (Term::DroppedResult, &RESULTS, Kind::Dropped),
    ] {
        text.extend(view.tables(title, metrics, kind).iter().map(table::render));
    }
    text
}

/// What a table shows of each rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Price,
    Dropped,
}

impl Kind {
    /// The rule's effects of this kind: effect, and whether it is not in proportion to the step.
    fn effects(self, rule: &RulePrice) -> Named<(Effect, bool)> {
        match self {
            Self::Price => {
                let curved = |effect: Option<Effect>| effect.is_some_and(|e| e.verdict.real);
                let prices = rule.prices.iter();
                prices
                    .map(|(name, p)| (name.to_owned(), (p.step, curved(p.curvature))))
                    .collect()
            }
            Self::Dropped => {
                let dropped = rule.dropped.iter();
                dropped
                    .map(|(name, effect)| (name.to_owned(), (*effect, false)))
                    .collect()
            }
        }
    }
}

#[derive(Clone, Copy)]
struct View<'a> {
    prices: &'a RulePrices,
    lang: Lang,
}

impl View<'_> {
    fn term(self, term: Term) -> &'static str {
        term.text(self.lang)
    }

    fn filled(self, term: Term, values: &[(&str, &str)]) -> String {
        fill(term, self.lang, values)
    }

    /// A few sentences on each rule.
    fn answer(self) -> Section {
        let mut notes = Vec::new();
        let priced = |rule: &&RulePrice| rule.standing != Standing::Outcome;
        for (name, rule) in self.prices.rules.iter().filter(|(_, rule)| priced(rule)) {
            let head = match self.limit(rule) {
                Some(limit) => format!("{} ({limit})", rule_label(name, self.lang)),
                None => rule_label(name, self.lang),
            };
            notes.push(head);
            let told = self.sentences(name, rule).join(self.lang.choose(" ", ""));
            let lines = wrap(&told, WIDTH - 2);
            notes.extend(lines.iter().map(|line| format!("  {line}")));
        }
        notes.extend(self.outcomes());
        Section {
            title: self.term(Term::RulesAnswer).to_owned(),
            notes,
            ..Section::default()
        }
    }

    /// The rules on outcomes, which have no price.
    fn outcomes(self) -> Vec<String> {
        let rules = self.prices.rules.iter();
        let told: Vec<String> = rules
            .filter(|(_, rule)| rule.standing == Standing::Outcome)
            .filter_map(|(name, rule)| {
                let kept = rule.measured.as_ref()?.kept?.p;
                let label = rule_label(name, self.lang);
                Some(format!("{label} {}", format::percent(kept)))
            })
            .collect();
        if told.is_empty() {
            return Vec::new();
        }
        let outcomes = told.join(self.lang.choose("; ", ";"));
        wrap(
            &self.filled(Term::RuleOutcomes, &[("outcomes", &outcomes)]),
            WIDTH,
        )
    }

    fn limit(self, rule: &RulePrice) -> Option<String> {
        let (threshold, unit) = (rule.threshold?, rule.unit?);
        Some(match unit {
            MetricUnit::Years => {
                let years = format!("{threshold}");
                self.filled(Term::Years, &[("years", &years)])
            }
            _ => format::number(threshold, unit, self.lang),
        })
    }

    fn sentences(self, name: &str, rule: &RulePrice) -> Vec<String> {
        let mut told = Vec::new();
        match rule.standing {
            Standing::Off => told.push(self.term(Term::RuleOff).to_owned()),
            Standing::Reported => told.push(self.term(Term::RuleReported).to_owned()),
            Standing::Enforced | Standing::Outcome => {}
        }
        if rule.not_binding {
            told.push(self.term(Term::RuleNotBinding).to_owned());
        } else {
            told.extend(self.step_sentence(rule));
            if !rule.dropped.is_empty() {
                let effects = self.effects(&Kind::Dropped.effects(rule));
                told.push(self.closed(&self.filled(Term::RuleDropped, &[("effects", &effects)])));
            }
        }
        told.extend(self.sides(rule));
        told.extend(self.special(name, rule));
        if let Some(measured) = &rule.measured {
            if let Some(binds) = measured.binds {
                let binds = format::percent(binds);
                told.push(self.filled(Term::RuleBindsIn, &[("binds", &binds)]));
            }
            if let Some(kept) = measured.kept {
                let kept = format::percent(kept.p);
                told.push(self.filled(Term::RuleKeptIn, &[("kept", &kept)]));
            }
        }
        told
    }

    /// A sentence of its own, from words that stand after a colon elsewhere.
    fn closed(self, text: &str) -> String {
        let mut chars = text.chars();
        let first: String = chars
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        format!("{first}{}{}", chars.as_str(), self.lang.choose(".", "。"))
    }

    fn step_sentence(self, rule: &RulePrice) -> Vec<String> {
        let Some(step) = self.step(rule).filter(|_| !rule.prices.is_empty()) else {
            return Vec::new();
        };
        let step = self.filled(Term::StepUp, &[("step", &step)]);
        let effects = Kind::Price.effects(rule);
        let named = self.effects(&effects);
        let values = [("step", step.as_str()), ("effects", &named)];
        let mut told = vec![self.closed(&self.filled(Term::RuleStep, &values))];
        if effects.iter().any(|(_, (_, curved))| *curved) {
            told.push(self.term(Term::RuleCurved).to_owned());
        }
        told
    }

    /// The step of a rule in words.
    fn step(self, rule: &RulePrice) -> Option<String> {
        let step = rule.step?;
        Some(match rule.unit? {
            MetricUnit::Share => self.term(Term::StepPoint).to_owned(),
            MetricUnit::Years => self.term(Term::StepYear).to_owned(),
            unit => format::number(step, unit, self.lang),
        })
    }

    /// The effects that are more than luck.
    fn effects(self, effects: &Named<(Effect, bool)>) -> String {
        let real: Vec<String> = effects
            .iter()
            .filter(|(_, (effect, _))| effect.verdict.real)
            .map(|(name, (effect, _))| format!("{} {}", self.head(name), self.number(effect)))
            .take(MOST_NAMED)
            .collect();
        if real.is_empty() {
            return self.term(Term::RuleNothing).to_owned();
        }
        real.join(self.lang.choose("; ", ";"))
    }

    fn label(self, metric: &str) -> String {
        metric_label(metric, &Names::default(), self.lang).unwrap_or_else(|| metric.to_owned())
    }

    fn number(self, effect: &Effect) -> String {
        effect.mean.map_or_else(
            || NO_NUMBER.to_owned(),
            |mean| format::difference(mean, half(effect), effect.unit, self.lang),
        )
    }

    /// What is said of sides that could not be tried.
    fn sides(self, rule: &RulePrice) -> Option<String> {
        let reason = rule.infeasible.as_deref()?;
        let term = match rule.tried {
            Tried::Both => return None,
            Tried::UpOnly => Term::RuleAbove,
            Tried::DownOnly => Term::RuleBelow,
            Tried::Neither => Term::RuleNeither,
        };
        Some(self.filled(term, &[("reason", reason)]))
    }

    /// What a reader must know of one rule.
    fn special(self, name: &str, rule: &RulePrice) -> Option<String> {
        rule.step?;
        let plan = format::percent(self.prices.sub_fund_share);
        Some(match name {
            "sub_fund_share_min" => self.filled(Term::ShareRuleNote, &[("plan", &plan)]),
            "cheque_max" => self.term(Term::ChequeRuleNote).to_owned(),
            "national_term" => self.term(Term::TermRuleNote).to_owned(),
            "investment_period" => self.term(Term::PeriodRuleNote).to_owned(),
            _ => return None,
        })
    }

    /// The table of these metrics, in parts below each other if it is too wide; notes stand below the last.
    fn tables(self, title: Term, metrics: &[&str], kind: Kind) -> Vec<Section> {
        let whole = self.table(title, metrics, kind);
        if table::fits(&whole) || metrics.len() < 2 {
            return vec![whole];
        }
        let (left, right) = metrics.split_at(metrics.len().div_ceil(2));
        let mut parts = self.tables(title, left, kind);
        for part in &mut parts {
            part.notes.clear();
        }
        parts.extend(self.tables(title, right, kind));
        parts
    }

    /// Two lines for each rule: effects, and half of their intervals.
    fn table(self, title: Term, metrics: &[&str], kind: Kind) -> Section {
        let mut section = Section::new(self.term(title), [self.term(Term::RuleHead)]);
        section
            .header
            .extend(metrics.iter().map(|metric| self.column_head(metric)));
        for (name, rule) in self.prices.rules.iter() {
            let effects = kind.effects(rule);
            if effects.is_empty() {
                continue;
            }
            let step = self.step(rule).filter(|_| kind == Kind::Price);
            let below = match step {
                Some(step) => format!("  + {step}, {}", self.term(Term::HalfWidth)),
                None => format!("  {}", self.term(Term::HalfWidth)),
            };
            let mut rows = [vec![rule_label(name, self.lang)], vec![below]];
            for metric in metrics {
                let found = effects.get(metric);
                rows[0].push(found.map_or_else(|| NO_NUMBER.to_owned(), |f| self.cell(f)));
                rows[1].push(found.map_or_else(String::new, |(effect, _)| self.half_cell(effect)));
            }
            section.rows.extend(rows);
        }
        let notes: &[Term] = match (kind, title) {
            (Kind::Price, Term::PricesLeverage) => &[Term::PriceNote, Term::CurvatureNote],
            (Kind::Dropped, Term::DroppedLeverage) => &[Term::DroppedNote],
            _ => &[],
        };
        section.notes = notes
            .iter()
            .flat_map(|note| wrap(self.term(*note), WIDTH))
            .collect();
        section
    }

    /// A rung without its definition in brackets, or a metric in short.
    fn head(self, metric: &str) -> String {
        let short = match metric {
            "national.dpi" => Some(Term::HeadDpi),
            "early_stage.money" => Some(Term::HeadEarly),
            "companies.funded" => Some(Term::HeadCompanies),
            "fiscal.npv" => Some(Term::HeadNpv),
            _ => None,
        };
        if let Some(short) = short {
            return self.term(short).to_owned();
        }
        let label = match rung(metric.trim_start_matches("leverage."), self.lang) {
            Some((label, _)) if metric.starts_with("leverage.") => label.to_owned(),
            _ => self.label(metric),
        };
        let bracket = label.find(" (").or_else(|| label.find(['(', '（']));
        bracket.map_or_else(|| label.clone(), |at| label[..at].to_owned())
    }

    /// The same without what the title of a table on leverage says.
    fn column_head(self, metric: &str) -> String {
        let mut head = self.head(metric);
        let said = self.lang.choose(" capital", "杠杆");
        if metric.starts_with("leverage.") && head.ends_with(said) {
            head.truncate(head.len() - said.len());
        }
        head
    }

    fn cell(self, (effect, curved): &(Effect, bool)) -> String {
        if is_nothing(effect) {
            return "0".to_owned();
        }
        let number = self.number(effect);
        let number = if effect.verdict.real {
            number
        } else {
            format!("({number})")
        };
        let mark = if *curved { "~" } else { "" };
        format!("{number}{mark}")
    }

    fn half_cell(self, effect: &Effect) -> String {
        if is_nothing(effect) {
            return String::new();
        }
        half(effect).map_or_else(String::new, |half| {
            let text = format::difference(half, Some(half), effect.unit, self.lang);
            text.trim_start_matches('+').to_owned()
        })
    }
}

/// Whether no path moves at all.
fn is_nothing(effect: &Effect) -> bool {
    effect.mean == Some(0.0) && effect.se == Some(0.0)
}

/// Half of an effect's interval.
fn half(effect: &Effect) -> Option<f64> {
    let [low, high] = effect.interval?;
    Some((high? - low?) / 2.0)
}
