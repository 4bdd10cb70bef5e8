//! `tierfund init`: write a scenario to start from.

use super::Failure;
use super::new_file::{NewFile, name_of};
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund init my.toml
  tierfund init small.toml --template minimal

Exit codes: 0 written, 1 the file cannot be written, 2 mistake in the arguments.";

const NATIONAL: &str = include_str!("../../scenarios/national-2025.toml");
const MINIMAL: &str = include_str!("templates/minimal.toml");

/// Arguments of `tierfund init`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Init {
    /// Scenario file to write (TOML); its name without the ending becomes the scenario's name.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to write.
    #[arg(long, value_enum, default_value_t)]
    template: Template,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
}

/// A scenario to start from.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Template {
    /// The national fund in full, with the source and range of every number.
    #[default]
    National,
    /// One region and a list of equal sub-funds, every block explained in English and Chinese.
    Minimal,
}

impl Init {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let file = NewFile::prepare(&self.file, self.force)?;
        file.publish(&self.template.text(&name_of(&self.file)))?;
        let shown = self.file.display();
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "Wrote {shown}. Next:")?;
        writeln!(stdout, "  tierfund run {}", shell_word(&shown.to_string()))?;
        let schema = self.file.with_file_name("scenario.schema.json");
        let schema = shell_word(&schema.display().to_string());
        writeln!(
            stdout,
            "  tierfund schema > {schema}  (for editors that complete keys)"
        )?;
        Ok(stdout.flush()?)
    }
}

impl Template {
    /// The scenario's text with another `name`.
    fn text(self, name: &str) -> String {
        let (text, shipped) = match self {
            Self::National => (NATIONAL, "national-2025"),
            Self::Minimal => (MINIMAL, "minimal"),
        };
        let line = |name: &str| format!("\nname = {}\n", toml::Value::from(name));
        text.replacen(&line(shipped), &line(name), 1)
    }
}

/// `text` as one word of a shell's command line.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if text.chars().all(plain) && !text.starts_with('-') {
        text.to_owned()
    } else if text.starts_with('-') {
        shell_word(&format!("./{text}"))
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::scenario::reader::Parameter;
    use crate::structure::Structure;
    use std::path::Path;

    fn read(text: &str, sets: &[String]) -> Scenario {
        Scenario::parse("a.toml", text, sets).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn a_template_takes_the_name_of_its_file_and_nothing_else_changes() {
        for (template, text) in [(Template::National, NATIONAL), (Template::Minimal, MINIMAL)] {
            for file in ["dir/my.toml", "我的基金.toml", "a \"b\" c\\d.toml", "plain"] {
                let name = name_of(Path::new(file));
                let written = read(&template.text(&name), &[]);
                assert_eq!(written.name, name);
                let changed = written.document.difference(&read(text, &[]).document);
                let paths: Vec<&str> = changed.iter().map(|key| key.path.as_str()).collect();
                assert_eq!(paths, ["name"], "{template:?} as {file}");
            }
        }
    }

    #[test]
    fn every_number_of_the_minimal_template_has_a_source_and_a_valid_range() {
        for number in read(MINIMAL, &[]).parameters {
            let source = number.source.unwrap_or_default();
            let fact = source.starts_with("S-") || source == "A-30";
            assert!(!source.is_empty(), "{}", number.path);
            let ends = [number.low, number.high];
            assert!(fact || ends.iter().all(Option::is_some), "{}", number.path);
            for end in ends.into_iter().flatten() {
                let set = format!("{}={end}", number.path);
                let scenario = read(MINIMAL, std::slice::from_ref(&set));
                assert!(Structure::new(&scenario).is_ok(), "{set}");
            }
        }
    }

    #[test]
    fn every_block_of_the_minimal_template_is_explained_in_both_languages() {
        let blocks: Vec<&str> = MINIMAL
            .lines()
            .filter(|l| l.starts_with("# --- "))
            .collect();
        assert!(blocks.len() >= 14, "{}", blocks.len());
        for block in blocks {
            let (english, chinese) = block.rsplit_once(" / ").expect("two languages");
            assert!(english.is_ascii(), "{block}");
            assert!(!chinese.is_ascii(), "{block}");
        }
    }

    #[test]
    fn the_numbers_that_the_minimal_template_borrows_are_those_of_the_national_fund() {
        // Stages and regions have other names there.
        let facts = |number: &Parameter| {
            let key = number.path.rsplit('.').next().map(str::to_owned);
            let range = (number.base, number.low, number.high);
            (key, range, number.source.clone())
        };
        let national: Vec<_> = read(NATIONAL, &[]).parameters.iter().map(facts).collect();
        let numbers = read(MINIMAL, &[]).parameters;
        let placeholder = |number: &Parameter| number.source.as_deref() == Some("assumption");
        let (own, borrowed): (Vec<_>, Vec<_>) = numbers.into_iter().partition(placeholder);
        assert!(own.len() > 10 && borrowed.len() > 70);
        for number in borrowed {
            assert!(national.contains(&facts(&number)), "{}", number.path);
        }
    }

    #[test]
    fn a_path_is_one_word_of_a_command() {
        assert_eq!(shell_word("dir/my-1.toml"), "dir/my-1.toml");
        assert_eq!(shell_word("my fund.toml"), "'my fund.toml'");
        assert_eq!(shell_word("it's.toml"), r"'it'\''s.toml'");
        assert_eq!(shell_word("-x.toml"), "./-x.toml");
    }
}
