//! What is wrong with a scenario, shown where it was written.
//!
//! Reading never stops at the first mistake: every stage pushes [`Problem`]s and goes on, and the
//! author gets all of them at once as [`Problems`], each with its line underlined:
//!
//! ```text
//! error: `region.gba.take_up_mean`: a share lies between 0 and 1, found 65
//!   --> national.toml:12:16
//!    |
//! 12 | take_up_mean = 65
//!    |                ^^
//!    |
//! help: write 0.65 or "65%"
//! ```

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

/// Problems beyond this number are counted, not shown.
const SHOWN: usize = 50;
/// Characters of a line that are looked at from the offending text on, and of a message.
const FAR: usize = 400;

/// One text that contributed to a scenario: a file or a `--set` argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The file's path, or the whole argument (`--set region.gba.take_up_mean=0.4`).
    pub name: String,
    /// What was written there; empty if it could not be read.
    pub text: String,
    /// Whether it stood on the command line, where line numbers mean nothing.
    pub argument: bool,
}

impl Layer {
    /// A file, by the name its reader used for it.
    pub fn file(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            argument: false,
        }
    }

    /// A `--set` argument: its name is also its text.
    pub fn argument(text: &str) -> Self {
        Self {
            name: text.to_owned(),
            text: text.to_owned(),
            argument: true,
        }
    }
}

/// Bytes `start..end` of a layer's text. Places compare in the order in which layers apply, base
/// first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the layer.
    pub layer: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Place {
    /// The bytes `span` of layer number `layer`.
    pub fn new(layer: usize, span: Range<usize>) -> Self {
        Self {
            layer,
            start: span.start,
            end: span.end,
        }
    }

    /// The layer as a whole: shown by its name alone.
    pub fn whole(layer: usize) -> Self {
        Self::new(layer, 0..0)
    }

    fn is_whole(self) -> bool {
        self.start == 0 && self.end == 0
    }
}

/// One mistake: what rule was broken, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The text to blame.
    pub place: Place,
    /// The rule and what was found, starting with the key where there is one.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// Path of the key to blame, `region.gba.take_up_mean`.
    pub key: Option<String>,
}

impl Problem {
    /// A problem that concerns no key.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            hint: None,
            key: None,
        }
    }

    /// A problem of the key `key`, whose path opens the message.
    pub fn of_key(place: Place, key: &str, message: impl fmt::Display) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..Self::new(place, format!("`{key}`: {message}"))
        }
    }

    /// Whether this is the mistake of `other`, made at the same place for another entry: `--set
    /// region.*.cv=-1`.
    fn repeats(&self, other: &Self) -> bool {
        let own_key = |problem: &Self| problem.key.as_ref()?.rsplit('.').next().map(str::to_owned);
        let rule = |problem: &Self| {
            problem
                .message
                .split_once(": ")
                .map(|(_, rule)| rule.to_owned())
        };
        self.place == other.place
            && self.key.is_some()
            && own_key(self) == own_key(other)
            && rule(self) == rule(other)
    }

    /// The same problem with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Everything that is wrong with one scenario, in order of place. `Display` shows it without
/// colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    layers: Vec<Layer>,
    list: Vec<Problem>,
}

impl Problems {
    /// Sorts `list`, whose places point into `layers`, and keeps one of those that a single `*`
    /// caused.
    pub fn new(layers: Vec<Layer>, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| problem.place);
        list.dedup_by(|later, first| later.repeats(first));
        Self { layers, list }
    }

    /// The problems in order of place.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// The report with terminal colours.
    pub fn coloured(&self) -> String {
        self.render(&Renderer::styled())
    }

    fn render(&self, renderer: &Renderer) -> String {
        let mut reports: Vec<String> = self
            .list
            .iter()
            .take(SHOWN)
            .map(|problem| self.report(problem, renderer))
            .collect();
        match self.list.len() {
            0 | 1 => {}
            count if count > SHOWN => {
                reports.push(format!("{count} problems, the first {SHOWN} shown"));
            }
            count => reports.push(format!("{count} problems")),
        }
        reports.join("\n\n")
    }

    fn report(&self, problem: &Problem, renderer: &Renderer) -> String {
        let error = Group::with_title(Level::ERROR.primary_title(shortened(&problem.message)));
        let mut groups = vec![match self.layers.get(problem.place.layer) {
            Some(layer) if problem.place.is_whole() => error.element(whole(layer, problem)),
            Some(layer) => located(error, layer, problem.place),
            None => error,
        }];
        if let Some(hint) = &problem.hint {
            let hint = normalize_untrusted_str(&shortened(hint));
            groups.push(Group::with_title(Level::HELP.secondary_title(hint)));
        }
        let report = renderer.render(&groups);
        report
            .lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Renderer::plain()))
    }
}

impl std::error::Error for Problems {}

/// A layer by its name; what is missing in a file is missing from its first line on.
fn whole<'a>(layer: &'a Layer, problem: &Problem) -> Origin<'a> {
    let origin = Origin::path(layer.name.as_str());
    if problem.key.is_some() && !layer.argument {
        origin.line(1).char_column(1)
    } else {
        origin
    }
}

fn located<'a>(error: Group<'a>, layer: &'a Layer, place: Place) -> Group<'a> {
    let (line, _) = line_and_column(&layer.text, place.start);
    let (shown, span) = offending_line(&layer.text, place);
    error.element(
        Snippet::source(shown)
            .path((!layer.argument).then_some(layer.name.as_str()))
            .line_start(line)
            .line_numbering(!layer.argument)
            .annotation(AnnotationKind::Primary.span(span)),
    )
}

/// Line and column of byte `at`, both counted from 1, the column in characters.
pub fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..floor_char(text, at)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// The line on which `place` starts, without what is far behind it, and the part of it to
/// underline. (The renderer cuts what is far before it.)
fn offending_line(text: &str, place: Place) -> (&str, Range<usize>) {
    let start = floor_char(text, place.start);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..]
        .find('\n')
        .map_or(text.len(), |newline| start + newline);
    let far = text[start..line_end]
        .char_indices()
        .nth(FAR)
        .map_or(line_end, |(at, _)| start + at);
    let line = text[line_start..far].trim_end_matches('\r');

    let from = (start - line_start).min(line.len());
    let to = floor_char(line, place.end.saturating_sub(line_start)).max(from);
    (line, from..to)
}

/// A message that quotes a whole novel, cut.
fn shortened(message: &str) -> Cow<'_, str> {
    match message.char_indices().nth(FAR) {
        Some((end, _)) => Cow::Owned(format!("{}...", &message[..end])),
        None => Cow::Borrowed(message),
    }
}

/// The nearest character boundary at or before byte `at`.
fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&byte| text.is_char_boundary(byte))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str, list: Vec<Problem>) -> Problems {
        Problems::new(vec![Layer::file("a.toml", text)], list)
    }

    #[test]
    fn a_problem_shows_its_line_the_rule_and_the_advice() {
        let text = "[region.gba]\ntake_up_mean = 65\n";
        let problem = Problem::of_key(
            Place::new(0, 28..30),
            "region.gba.take_up_mean",
            "a share lies between 0 and 1",
        )
        .hint("write 0.65 or \"65%\"");
        let expected = "\
error: `region.gba.take_up_mean`: a share lies between 0 and 1
 --> a.toml:2:16
  |
2 | take_up_mean = 65
  |                ^^
  |
help: write 0.65 or \"65%\"";
        assert_eq!(problems(text, vec![problem]).to_string(), expected);
    }

    #[test]
    fn chinese_text_is_underlined_in_full_and_columns_count_characters() {
        let text = "标题 = \"大湾区\"";
        let at = text.find('"').unwrap();
        let shown = problems(
            text,
            vec![Problem::new(Place::new(0, at..text.len()), "wrong")],
        )
        .to_string();
        assert!(shown.contains("a.toml:1:6"), "{shown}");
        assert!(shown.contains("\n  |        ^^^^^^^^"), "{shown}");
    }

    #[test]
    fn a_problem_of_a_whole_file_names_the_file() {
        let shown = problems("", vec![Problem::new(Place::whole(0), "not found")]).to_string();
        assert_eq!(shown, "error: not found\n--> a.toml");
    }

    #[test]
    fn a_long_line_is_cut_around_the_offence() {
        let text = format!("{}坏{}", "x".repeat(2_000_000), "y".repeat(2_000_000));
        let shown = problems(
            &text,
            vec![Problem::new(Place::new(0, 2_000_000..2_000_003), "wrong")],
        )
        .to_string();
        assert!(shown.len() < 700, "{shown}");
        assert!(shown.contains("a.toml:1:2000001"), "{shown}");
        assert!(
            shown.contains("...xxxx") && shown.contains("x坏y") && shown.contains("yyyy..."),
            "{shown}"
        );
    }

    #[test]
    fn an_argument_is_shown_without_line_numbers() {
        let layers = vec![Layer::argument("--set cycle_years=four")];
        let shown =
            Problems::new(layers, vec![Problem::new(Place::new(0, 18..22), "wrong")]).to_string();
        assert_eq!(
            shown,
            "error: wrong\n |\n | --set cycle_years=four\n |                   ^^^^"
        );
    }

    #[test]
    fn many_problems_are_cut_with_a_count() {
        let list = (0..120)
            .map(|at| Problem::new(Place::new(0, at..at + 1), "wrong"))
            .collect();
        let shown = problems(&"x\n".repeat(60), list).to_string();
        assert_eq!(shown.matches("error: wrong").count(), SHOWN);
        assert!(
            shown.ends_with("120 problems, the first 50 shown"),
            "{shown}"
        );
    }

    #[test]
    fn problems_come_in_order_of_place() {
        let list = vec![
            Problem::new(Place::new(0, 5..6), "second"),
            Problem::new(Place::new(0, 1..2), "first"),
        ];
        let shown = problems("abcdefgh", list);
        assert_eq!(shown.list()[0].message, "first");
    }

    #[test]
    fn a_quoted_novel_is_cut_and_control_characters_reach_no_terminal() {
        let novel =
            Problem::new(Place::new(0, 0..3), "x".repeat(1_000_000)).hint("\u{1b}[31m".repeat(500));
        let shown = problems("abc", vec![novel]).to_string();
        assert!(shown.len() < 3000 && !shown.contains('\u{1b}'), "{shown}");
    }

    #[test]
    fn one_star_makes_one_problem_but_two_missing_keys_make_two() {
        let place = Place::new(0, 1..2);
        let of = |key: &str| Problem::of_key(place, key, "wrong");
        let count = |list: Vec<Problem>| problems("abc", list).list().len();
        assert_eq!(count(vec![of("region.a.x"), of("region.b.x")]), 1);
        assert_eq!(count(vec![of("region.a.x"), of("region.a.y")]), 2);
    }

    #[test]
    fn places_outside_the_text_or_inside_a_character_do_no_harm() {
        for place in [
            Place::new(0, 1..2),
            Place::new(0, 90..99),
            Place::new(7, 1..2),
            Place {
                layer: 0,
                start: 4,
                end: 1,
            },
        ] {
            let shown = problems("大\r\n", vec![Problem::new(place, "wrong")]).to_string();
            assert!(shown.starts_with("error: wrong"));
        }
    }

    #[test]
    fn colour_is_only_added_on_request() {
        let shown = problems("abc", vec![Problem::new(Place::new(0, 1..2), "wrong")]);
        assert!(shown.coloured().contains('\u{1b}') && !shown.to_string().contains('\u{1b}'));
    }
}
