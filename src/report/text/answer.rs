//! What the numbers say, in a few sentences.

use super::{Story, WIDTH, wrap};
use crate::report::catalogue::{Term, fill};
use crate::report::format;
use crate::table::Section;

/// The answer, wrapped.
pub(super) fn answer(story: Story) -> Section {
    Section {
        title: story.term(Term::Answer).to_owned(),
        notes: sentences(story)
            .iter()
            .flat_map(|text| wrap(text, WIDTH))
            .collect(),
        ..Section::default()
    }
}

/// The answer; a sentence whose numbers the results do not have is left out.
pub(super) fn sentences(story: Story) -> Vec<String> {
    let sentences = [
        consolidated(story),
        ten(story),
        social(story),
        returns(story),
    ];
    sentences.into_iter().flatten().collect()
}

fn consolidated(story: Story) -> Option<String> {
    let leverage = story.metric("leverage.consolidated")?;
    let say = |value| format::of(value, leverage, story.lang);
    Some(fill(
        Term::AnswerConsolidated,
        story.lang,
        &[
            ("mean", &say(leverage.mean)),
            (
                "interval",
                &format::interval(leverage.intervals.mean, leverage, story.lang),
            ),
            ("p5", &say(leverage.p5)),
            ("p95", &say(leverage.p95)),
        ],
    ))
}

fn ten(story: Story) -> Option<String> {
    let consolidated = story.probability("leverage.consolidated>=10")?;
    let summed = story.metric("leverage.summed")?;
    Some(fill(
        Term::AnswerTen,
        story.lang,
        &[
            ("consolidated", &format::percent(consolidated.p)),
            ("interval", &format::probability_interval(consolidated)),
            ("summed", &format::mean(summed, story.lang)),
            (
                "p_summed",
                &format::probability(story.probability("leverage.summed>=10")),
            ),
        ],
    ))
}

fn social(story: Story) -> Option<String> {
    let leverage = story.metric("leverage.social")?;
    let ten = story.probability("leverage.social>=10")?;
    Some(fill(
        Term::AnswerSocial,
        story.lang,
        &[
            ("mean", &format::mean(leverage, story.lang)),
            ("p", &format::percent(ten.p)),
            ("interval", &format::probability_interval(ten)),
        ],
    ))
}

fn returns(story: Story) -> Option<String> {
    let dpi = story.metric("national.dpi")?;
    let irr = story.metric("national.irr")?;
    let say = |value| format::of(value, dpi, story.lang);
    Some(fill(
        Term::AnswerReturns,
        story.lang,
        &[
            ("dpi", &say(dpi.p50)),
            ("p5", &say(dpi.p5)),
            ("p95", &say(dpi.p95)),
            (
                "p",
                &format::probability(story.probability("national.dpi>=1")),
            ),
            ("irr", &format::of(irr.p50, irr, story.lang)),
        ],
    ))
}
