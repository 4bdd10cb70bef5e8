//! `tierfund check`: is a scenario valid, what does it say in full, what follows from it?

use super::Failure;
use super::options::Source;
use crate::derived::Derived;
use crate::report::Names;
use crate::report::catalogue::{Lang, Term};
use crate::report::derived::sections;
use crate::report::format::NO_NUMBER;
use crate::report::table;
use crate::scenario::Scenario;
use crate::structure::Structure;
use crate::table::Section;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund check scenarios/national-2025.toml
  tierfund check my.toml --diff scenarios/national-2025.toml

Exit codes: 0 valid, 1 a file cannot be written, 2 mistake in the scenario or the arguments.";

/// Arguments of `tierfund check`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Check {
    #[command(flatten)]
    source: Source,
    /// Print the whole scenario after inheritance and --set, as a scenario file.
    #[arg(long, conflicts_with = "diff")]
    resolved: bool,
    /// Print the keys whose values differ from those of another scenario.
    #[arg(long, value_name = "OTHER")]
    diff: Option<PathBuf>,
    /// Language of the report: en (CNY bn) or zh (亿元).
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
}

impl Check {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let scenario = self.source.read()?;
        // What has no solution shows only when the structure is solved for.
        let structure = Structure::new(&scenario)?;
        let text = if self.resolved {
            scenario.document.to_toml()
        } else if let Some(other) = &self.diff {
            self.difference(&scenario, &Scenario::read(other, &[])?)
        } else {
            self.derived(&scenario, &structure)
        };
        let mut stdout = BufWriter::new(io::stdout().lock());
        stdout.write_all(text.as_bytes())?;
        Ok(stdout.flush()?)
    }

    /// The verdict and the tables of derived numbers.
    fn derived(&self, scenario: &Scenario, structure: &Structure) -> String {
        let sha256 = scenario.document.sha256();
        let short = sha256.get(..12).unwrap_or(&sha256);
        let derived = Derived::new(scenario, structure);
        let tables: String = sections(&derived, &Names::of(scenario), self.lang)
            .iter()
            .map(table::render)
            .collect();
        format!(
            "{} ({short}): {}\n{tables}",
            scenario.name,
            Term::Valid.text(self.lang)
        )
    }

    /// The keys that differ between two scenarios, with both values.
    fn difference(&self, here: &Scenario, there: &Scenario) -> String {
        let title = Term::Difference.text(self.lang);
        let header = [Term::Key, Term::Here, Term::There].map(|term| term.text(self.lang));
        let shown = |value: Option<String>| value.unwrap_or_else(|| NO_NUMBER.to_owned());
        let keys = here.document.difference(&there.document).into_iter();
        let section = Section {
            rows: keys
                .map(|key| vec![key.path, shown(key.left), shown(key.right)])
                .collect(),
            ..Section::new(title, header)
        };
        if section.rows.is_empty() {
            return format!("{}\n", Term::NoDifference.text(self.lang));
        }
        table::render(&section).trim_start().to_owned()
    }
}
