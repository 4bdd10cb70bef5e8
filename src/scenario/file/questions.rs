//! `[sweep]` and `[assumptions]`: values to vary, and correlations between uncertain numbers.

use crate::math::cholesky::{Correlations, cholesky};
use crate::scenario::problem::Problems;
use crate::scenario::reader::{Pair, Parameter, Table};
use crate::scenario::{Correlation, KeyProblem, Scenario, Sweep};

/// Key of the correlations.
const CORRELATION: &str = "assumptions.correlation";

/// The table `[sweep]`, if there is one.
pub fn sweep(root: &Table) -> Option<Sweep> {
    let table = root.optional_table("sweep")?;
    Some(Sweep {
        vary: table.text_list("vary").unwrap_or_default(),
        metrics: table.optional_text_list("metrics").unwrap_or_default(),
    })
}

/// The pairs of `[assumptions]`, as written.
pub fn pairs(root: &Table) -> Vec<Pair> {
    let table = root.optional_table("assumptions");
    table.map_or_else(Vec::new, |table| table.pair_list("correlation"))
}

/// The correlations that `pairs` of keys mean among the numbers of `scenario`.
///
/// # Errors
///
/// A key that no number has or whose number has no range, a pair that stands twice, correlations that cannot hold together.
pub fn correlations(scenario: &Scenario, pairs: &[Pair]) -> Result<Vec<Correlation>, Problems> {
    let blame = |message: String, hint: &str| {
        scenario.blame(vec![KeyProblem::new(CORRELATION, message, hint)])
    };
    let mut found: Vec<Correlation> = Vec::new();
    for pair in pairs {
        let paths = |key: &str| {
            let numbers = scenario.numbers(key).map_err(|unknown| {
                blame(
                    unknown.to_string(),
                    "name two numbers, with `*` for any one part",
                )
            })?;
            let never = |number: &&&Parameter| number.low.is_none() && number.high.is_none();
            if let Some(fixed) = numbers.iter().find(never) {
                let message = format!("`{}` has no range, so it is not uncertain", fixed.path);
                return Err(blame(message, "give it `low` and `high`, or drop the pair"));
            }
            // A base that a layer above moved out of its range is certain: nothing of it is correlated.
            Ok(numbers
                .into_iter()
                .filter(|number| number.range().is_some())
                .map(|number| number.path.clone())
                .collect::<Vec<_>>())
        };
        let (ones, others) = (paths(&pair.first)?, paths(&pair.second)?);
        if ones.is_empty() || others.is_empty() {
            continue;
        }
        let mut added = Vec::new();
        for first in &ones {
            for second in others.iter().filter(|second| *second != first) {
                let new = Correlation {
                    first: first.clone(),
                    second: second.clone(),
                    value: pair.number,
                };
                if !added.iter().any(|other| same_pair(other, &new)) {
                    added.push(new);
                }
            }
        }
        if added.is_empty() {
            let message = format!("`{}` and `{}` are one number", pair.first, pair.second);
            return Err(blame(message, "name two different numbers"));
        }
        if let Some(twice) = added
            .iter()
            .find(|new| found.iter().any(|old| same_pair(old, new)))
        {
            let message = format!(
                "the pair of `{}` and `{}` stands twice",
                twice.first, twice.second
            );
            return Err(blame(message, "give each pair one correlation"));
        }
        found.append(&mut added);
    }
    let matrix = Correlations::of(
        found
            .iter()
            .map(|c| (c.first.as_str(), c.second.as_str(), c.value)),
    );
    if let Err(row) = cholesky(&matrix.rows) {
        let key = &matrix.names[row];
        let message = format!(
            "these correlations cannot hold together: those of `{key}` contradict the ones before (the matrix is not positive definite)"
        );
        return Err(blame(
            message,
            "bring them nearer to 0, or give the pairs between as well",
        ));
    }
    Ok(found)
}

fn same_pair(one: &Correlation, other: &Correlation) -> bool {
    (&one.first, &one.second) == (&other.first, &other.second)
        || (&one.first, &one.second) == (&other.second, &other.first)
}
