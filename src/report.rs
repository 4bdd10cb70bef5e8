//! What people and programs read: one file per format, no arithmetic beyond the scale of a unit.

pub mod calibration;
pub mod catalogue;
pub mod comparison;
pub mod csv;
pub mod derived;
pub mod format;
pub mod goal;
pub mod json;
#[cfg(feature = "report")]
pub mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod rules;
pub mod sampled;
pub mod schema;
pub mod sensitivity;
pub mod sweep;
pub mod table;
pub mod text;
pub mod trace;
pub mod validation;
#[cfg(feature = "xlsx")]
pub mod xlsx;

use crate::scenario::{RuleMode, Scenario};
use crate::summary::Provenance;
use catalogue::{Lang, Term};

/// What a report calls the things of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// One line on the scenario, in English.
    pub title: String,
    /// The same in Chinese, where the scenario gives it.
    pub title_zh: Option<String>,
    /// Regions in file order: identifier and name.
    pub regions: Vec<(String, String)>,
}

impl Names {
    /// The names that `scenario` gives.
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            title: scenario.title.clone(),
            title_zh: scenario.title_zh.clone(),
            regions: scenario
                .region
                .iter()
                .map(|r| (r.id.clone(), r.name.clone()))
                .collect(),
        }
    }

    /// The title in `lang`.
    pub fn title(&self, lang: Lang) -> &str {
        match (lang, &self.title_zh) {
            (Lang::Zh, Some(title)) => title,
            _ => &self.title,
        }
    }
}

/// What is done about a rule.
fn rule_mode(mode: RuleMode, lang: Lang) -> &'static str {
    let term = match mode {
        RuleMode::Enforce => Term::ModeEnforce,
        RuleMode::Report => Term::ModeReport,
        RuleMode::Off => Term::ModeOff,
    };
    term.text(lang)
}

/// A title, and all that is needed to run the same again.
fn header(from: &Provenance, title: &str, lang: Lang) -> String {
    let short = from
        .scenario_sha256
        .get(..12)
        .unwrap_or(&from.scenario_sha256);
    let mut text = format!(
        "{title}\n{} {} ({short}) | {} {} | {} {}\n{} | tierfund {}",
        Term::Scenario.text(lang),
        from.scenario,
        Term::Seed.text(lang),
        from.seed,
        Term::Paths.text(lang),
        from.paths,
        from.scheme,
        from.version,
    );
    for set in &from.overrides {
        text.extend(["\n", Term::Overrides.text(lang), ": ", set]);
    }
    text
}
