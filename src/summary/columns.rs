//! The columns of an outcome, by metric name.

use crate::metrics::MetricSpec;
use crate::outcomes::Outcomes;

/// Calls `take` for every column, of which one is held at a time: for many paths.
pub fn for_each_column(outcomes: &Outcomes, mut take: impl FnMut(&MetricSpec, &[f64])) {
    let mut values = Vec::with_capacity(outcomes.paths());
    for (column, spec) in outcomes.specs.iter().enumerate() {
        values.clear();
        values.extend(outcomes.rows().map(|row| row[column]));
        take(spec, &values);
    }
}

/// Every column of some [`Outcomes`], transposed once: for few paths, or columns that are asked for by name.
#[derive(Debug)]
pub struct Columns<'a> {
    specs: &'a [MetricSpec],
    values: Vec<f64>,
    paths: usize,
}

impl<'a> Columns<'a> {
    /// The columns of `outcomes`.
    pub fn new(outcomes: &'a Outcomes) -> Self {
        let paths = outcomes.paths();
        let mut values = vec![f64::NAN; outcomes.rows.len()];
        for (path, row) in outcomes.rows().enumerate() {
            for (column, value) in row.iter().enumerate() {
                values[column * paths + path] = *value;
            }
        }
        Self {
            specs: &outcomes.specs,
            values,
            paths,
        }
    }

    /// All columns in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a MetricSpec, &[f64])> {
        self.specs
            .iter()
            .zip(self.values.chunks_exact(self.paths.max(1)))
    }

    /// The column of this name.
    pub fn get(&self, name: &str) -> Option<(&'a MetricSpec, &[f64])> {
        self.iter().find(|(spec, _)| spec.name == name)
    }
}
