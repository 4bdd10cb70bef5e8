//! The report that a policy analyst reads: the answer first, then the tables behind it.

mod answer;
mod fiscal;
mod ladder;
mod lps;
mod market;
mod outcomes;
mod returns;
mod sampling;

use crate::report::catalogue::{Lang, Term, warning};
use crate::report::table::{self, columns};
use crate::report::{Names, header};
use crate::summary::Summary;
use crate::summary::estimate::Estimate;
use crate::summary::probability::Probability;
use crate::table::Section;

pub use sampling::{precision_note, precision_so_far};

/// A report in the making: what is told, what things are called, in which language.
#[derive(Clone, Copy)]
struct Story<'a> {
    summary: &'a Summary,
    names: &'a Names,
    lang: Lang,
}

/// The report on `summary` in `lang`.
pub fn render(summary: &Summary, names: &Names, lang: Lang) -> String {
    let story = Story {
        summary,
        names,
        lang,
    };
    let sections = [
        ladder::committed(story),
        ladder::drawn(story),
        ladder::reached(story),
        returns::money(story),
        returns::returns(story),
        returns::j_curve(story),
        lps::returns(story),
        fiscal::calls(story),
        fiscal::account(story),
        outcomes::structure(story),
        outcomes::exits(story),
        market::market(story),
        outcomes::rules(story),
        sampling::sampling(story),
        warnings(story),
    ];
    let tables: String = sections.iter().map(table::render).collect();
    format!(
        "{}\n{}{tables}",
        header(&summary.provenance, names.title(lang), lang),
        table::render(&answer::answer(story))
    )
}

/// The answer in a few sentences of `lang`.
pub fn answer_sentences(summary: &Summary, names: &Names, lang: Lang) -> Vec<String> {
    answer::sentences(Story {
        summary,
        names,
        lang,
    })
}

impl<'a> Story<'a> {
    fn term(self, term: Term) -> &'static str {
        term.text(self.lang)
    }

    fn metric(self, name: &str) -> Option<&'a Estimate> {
        self.summary.metrics.get(name)
    }

    fn probability(self, name: &str) -> Option<&'a Probability> {
        self.summary.probabilities.get(name)
    }
}

fn warnings(story: Story) -> Section {
    Section {
        title: story.term(Term::Warnings).to_owned(),
        notes: story
            .summary
            .warnings
            .iter()
            .flat_map(|code| bullet(story.term(warning(*code))))
            .collect(),
        ..Section::default()
    }
}

/// Lines of at most [`WIDTH`] columns, the first with a dash.
fn bullet(text: &str) -> Vec<String> {
    let lines = wrap(text, WIDTH - 2);
    let mark = |index| if index == 0 { "- " } else { "  " };
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| format!("{}{line}", mark(index)))
        .collect()
}

/// Columns of running text.
pub(super) const WIDTH: usize = 94;

/// Breaks `text` into lines of at most `width` columns: at blanks, and between Chinese characters
/// (but not before a closing mark).
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for piece in pieces(text) {
        if !line.is_empty() && columns(&line) + columns(piece.trim_end()) > width {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        line.push_str(piece);
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// What a line must not be broken within: a word with the blank after it, or a Chinese character
/// with the closing marks after it.
fn pieces(text: &str) -> Vec<&str> {
    let is_wide = |c: char| columns(c.encode_utf8(&mut [0; 4])) == 2;
    let can_break = |(before, after): (char, char)| {
        let seam = before == ' ' || is_wide(before) || is_wide(after);
        seam && !"(（".contains(before) && !",。;:、) ，；：）".contains(after)
    };
    let followed = text.char_indices().zip(text.chars().skip(1));
    let ends: Vec<usize> = followed
        .filter(|((_, before), after)| can_break((*before, *after)))
        .map(|((at, before), _)| at + before.len_utf8())
        .chain([text.len()])
        .collect();
    let starts = [0].into_iter().chain(ends.iter().copied());
    starts
        .zip(&ends)
        .map(|(start, end)| &text[start..*end])
        .collect()
}

#[cfg(test)]
mod tests;
