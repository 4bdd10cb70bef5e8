//! The columns of an outcome, by metric name.

use crate::metrics::MetricSpec;
use crate::outcomes::Outcomes;

/// Every column of some [`Outcomes`], transposed once: for columns that are asked for by name again and again.
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
    fn iter(&self) -> impl Iterator<Item = (&'a MetricSpec, &[f64])> {
        self.specs
            .iter()
            .zip(self.values.chunks_exact(self.paths.max(1)))
    }

    /// The column of this name.
    pub fn get(&self, name: &str) -> Option<(&'a MetricSpec, &[f64])> {
        self.iter().find(|(spec, _)| spec.name == name)
    }
}
