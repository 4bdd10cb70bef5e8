//! Two scenarios on the same luck: what differs, each difference with its paired error.
//!
//! Path p of the one and path p of the other draw the same addressed random numbers, so a difference is taken path by
//! path and most luck drops out of it. A mean is compared by the mean of the paired differences, an ordered metric (an
//! IRR, a date that may never come) by the difference of its medians, a probability by the paths that changed sides.
//! *Difference of quantiles* (how far P5 moves) and *quantiles of the differences* (how far single paths move) are two
//! questions with two answers; both are here under these names.

pub mod asked;
pub mod bootstrap;
pub mod events;
pub mod holm;
pub mod paired;
pub mod quantiles;
pub mod test;

use crate::outcomes::Outcomes;
use crate::sampling::Sampling;
use crate::scenario::Scenario;
use crate::summary::Provenance;
use crate::summary::columns::Columns;
use crate::summary::method::Method;
use crate::summary::named::Named;
use asked::Selection;
use events::EventDifference;
use paired::{MetricDifference, Pairs};
use serde::Serialize;

/// What differs between two scenarios.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Where the numbers of the base come from.
    pub base: Provenance,
    /// Where those of the other come from.
    pub other: Provenance,
    /// How luck is spread over the paths, which decides how intervals are made.
    #[serde(serialize_with = "sampling_name")]
    pub sampling: Sampling,
    /// Keys with different values; ranges and sources of numbers left out.
    pub keys: Vec<ChangedKey>,
    /// The metrics that both have.
    pub metrics: Named<MetricDifference>,
    /// P(metric >= threshold), by `metric>=threshold`.
    pub probabilities: Named<EventDifference>,
    /// Metrics that the base has alone.
    pub only_base: Vec<String>,
    /// Metrics that the other has alone.
    pub only_other: Vec<String>,
}

/// A key to which two scenarios give different values, as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedKey {
    /// Path of the key.
    pub key: String,
    /// The base's value; `None` where it has none.
    pub base: Option<String>,
    /// The other's value.
    pub other: Option<String>,
}

/// One scenario with what its paths gave.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its paths: the same range on the same seed as the other side's.
    pub outcomes: &'a Outcomes,
}

impl Comparison {
    /// What `selection` shows of `other` against `base`, both run on `seed` with the same sampling.
    ///
    /// The verdicts are those of this comparison alone until [`judge`] has seen all that are printed together.
    pub fn new(base: Side, other: Side, seed: u64, selection: &Selection) -> Self {
        let columns = [base, other].map(|side| Columns::new(side.outcomes));
        let methods = [base, other].map(|side| Method::of(side.outcomes));
        let sampling = base.outcomes.sampling;
        let pairs: Vec<(String, Pairs)> = selection
            .metrics
            .iter()
            .filter_map(|name| Some((name.clone(), Pairs::of(&columns, name)?)))
            .collect();
        let metrics = paired::differences(&pairs, seed, sampling, &methods);
        let probabilities = selection
            .events
            .iter()
            .filter_map(|event| {
                let pairs = Pairs::of(&columns, &event.metric)?;
                let difference = EventDifference::new(&pairs, event.threshold, sampling, &methods)?;
                Some((event.name(), difference))
            })
            .collect();
        let provenance = |side: Side| Provenance {
            scheme: sampling.scheme().to_owned(),
            ..Provenance::new(side.scenario, seed, side.outcomes.paths() as u64)
        };
        let mut comparison = Self {
            base: provenance(base),
            other: provenance(other),
            sampling,
            keys: changed_keys(base.scenario, other.scenario),
            metrics,
            probabilities,
            only_base: missing(base.outcomes, other.outcomes),
            only_other: missing(other.outcomes, base.outcomes),
        };
        judge(std::slice::from_mut(&mut comparison));
        comparison
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn sampling_name<S: serde::Serializer>(
    sampling: &Sampling,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(sampling.name())
}

/// The metrics of `here` that `there` has not.
fn missing(here: &Outcomes, there: &Outcomes) -> Vec<String> {
    let known: std::collections::BTreeSet<&str> =
        there.specs.iter().map(|spec| spec.name.as_str()).collect();
    let names = here.specs.iter().map(|spec| spec.name.clone());
    names
        .filter(|name| !known.contains(name.as_str()))
        .collect()
}

/// Keys that say what a scenario is called and not what it is.
const NAMES: [&str; 3] = ["name", "title", "title_zh"];

/// Parts of a number's range, which point values do not follow.
const RANGE: [&str; 4] = [".source", ".low", ".high", ".law"];

fn changed_keys(base: &Scenario, other: &Scenario) -> Vec<ChangedKey> {
    let keys = base.document.difference(&other.document).into_iter();
    keys.filter(|key| !NAMES.contains(&key.path.as_str()))
        .filter(|key| !RANGE.iter().any(|part| key.path.ends_with(part)))
        .map(|key| ChangedKey {
            key: key.path,
            base: key.left,
            other: key.right,
        })
        .collect()
}

/// Marks what is real among everything that is printed together: Holm's step-down at a family-wise error of 5%.
pub fn judge(comparisons: &mut [Comparison]) {
    let mut verdicts: Vec<&mut test::Verdict> = comparisons
        .iter_mut()
        .flat_map(|comparison| {
            let metrics = comparison.metrics.values_mut().map(|m| &mut m.verdict);
            let events = comparison
                .probabilities
                .values_mut()
                .map(|e| &mut e.verdict);
            metrics.chain(events)
        })
        .collect();
    let tests: Vec<(usize, f64)> = verdicts
        .iter()
        .enumerate()
        .filter_map(|(index, verdict)| Some((index, verdict.p_value?)))
        .collect();
    let p_values: Vec<f64> = tests.iter().map(|(_, p)| *p).collect();
    for ((index, _), adjusted) in tests.iter().zip(holm::adjusted(&p_values)) {
        verdicts[*index].settle(adjusted);
    }
}
