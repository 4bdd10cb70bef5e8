//! How luck was sampled, what that saved, and whether a wanted precision was reached.

use super::outcomes::label_of_metric;
use super::{Story, WIDTH, wrap};
use crate::report::catalogue::{Lang, Term, fill};
use crate::report::format;
use crate::summary::sampling::Precision;
use crate::table::Section;

/// The section on sampling; empty where nothing is to be told.
pub(super) fn sampling(story: Story) -> Section {
    let sampled = &story.summary.sampled;
    if sampled.is_plain() {
        return Section::default();
    }
    let header = [Term::Measure, Term::WorthInPlain, Term::OfRatio].map(|term| story.term(term));
    let reductions = sampled.variance_reduction.iter();
    let rows: Vec<Vec<String>> = reductions
        .map(|(name, reduction)| {
            vec![
                label_of_metric(story, name),
                format!("{:.1}", reduction.ratio),
                format!("{:.1}..{:.1}", reduction.lo, reduction.hi),
            ]
        })
        .collect();
    let notes = notes(story, !rows.is_empty());
    Section {
        header: if rows.is_empty() {
            Vec::new()
        } else {
            header.map(str::to_owned).to_vec()
        },
        rows,
        notes: notes.iter().flat_map(|note| wrap(note, WIDTH)).collect(),
        ..Section::new(story.term(Term::SamplingTitle), [])
    }
}

fn notes(story: Story, reduced: bool) -> Vec<String> {
    let sampled = &story.summary.sampled;
    let paths = format::count(story.summary.provenance.paths as f64);
    let replicates = sampled.replicates.map(|replicates| replicates.to_string());
    let mode = match sampled.mode {
        "antithetic" => Term::SamplingAntithetic,
        "sobol" => Term::SamplingSobol,
        _ => Term::SamplingPlain,
    };
    let mut notes = vec![story.term(mode).to_owned()];
    if let Some(replicates) = &replicates {
        let values = [("replicates", replicates.as_str())];
        notes.push(fill(Term::ReplicateIntervals, story.lang, &values));
    }
    if reduced {
        notes.push(story.term(Term::VarianceReductionNote).to_owned());
    }
    if let Some(asked) = sampled.paths_asked {
        let asked = format::count(asked as f64);
        let values = [("asked", asked.as_str()), ("paths", &paths)];
        notes.push(fill(Term::PathsRounded, story.lang, &values));
    }
    if let Some(precision) = &sampled.precision {
        notes.push(precision_note(
            precision,
            story.summary.provenance.paths,
            story.lang,
        ));
    }
    notes
}

/// An error as `precision` counts it.
fn say_error(precision: &Precision, error: f64, lang: Lang) -> String {
    let term = if precision.relative {
        Term::PartOfIt
    } else {
        Term::Points
    };
    fill(term, lang, &[("error", &format!("{:.3}", 100.0 * error))])
}

/// The error with so many paths, on the way to a wanted precision.
pub fn precision_so_far(precision: &Precision, paths: u64, lang: Lang) -> String {
    let say = |error| say_error(precision, error, lang);
    let (paths, wanted) = (format::count(paths as f64), say(precision.wanted));
    let error = precision.error.map_or_else(|| "-".to_owned(), say);
    let values = [
        ("paths", paths.as_str()),
        ("error", &error),
        ("wanted", &wanted),
    ];
    fill(Term::PrecisionSoFar, lang, &values)
}

/// What became of a wanted precision with so many paths.
pub fn precision_note(precision: &Precision, paths: u64, lang: Lang) -> String {
    let say = |error: f64| say_error(precision, error, lang);
    let could_double = 2 * paths <= precision.max_paths;
    let (wanted, paths) = (say(precision.wanted), format::count(paths as f64));
    let Some(error) = precision.error.map(say) else {
        return fill(Term::PrecisionWithoutError, lang, &[("on", &precision.on)]);
    };
    let term = if precision.reached {
        Term::PrecisionReached
    } else if could_double {
        Term::PrecisionCutShort
    } else {
        Term::PrecisionMissed
    };
    let values = [
        ("on", precision.on.as_str()),
        ("error", &error),
        ("wanted", &wanted),
        ("paths", &paths),
        ("max", &format::count(precision.max_paths as f64)),
    ];
    fill(term, lang, &values)
}
