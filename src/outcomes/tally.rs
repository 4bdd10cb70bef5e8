//! Results of paths that are too many to be kept: sums as in [`Outcomes`], and a [`Sketch`] in place of each column.

use crate::metrics::MetricSpec;
use crate::outcomes::sketch::Sketch;
use crate::outcomes::{Outcomes, Totals};

/// What is left of paths 0, 1, 2, ... once they are counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Number of paths.
    pub paths: u64,
    /// The metrics.
    pub specs: Vec<MetricSpec>,
    /// One sketch for each of [`specs`](Self::specs).
    pub sketches: Vec<Sketch>,
    /// Sums over the paths.
    pub totals: Totals,
    /// Series whose spread over paths is told: by name, a sketch for the end of each year.
    pub followed: Vec<(String, Vec<Sketch>)>,
}

impl Tally {
    /// Takes in the next paths, which are plain ones.
    pub fn add(&mut self, outcomes: &Outcomes) {
        if self.paths == 0 {
            self.specs.clone_from(&outcomes.specs);
            self.sketches = vec![Sketch::default(); outcomes.specs.len()];
            let series = outcomes.followed.iter();
            let empty = series.map(|of| (of.name.clone(), vec![Sketch::default(); of.years]));
            self.followed = empty.collect();
            self.totals = outcomes.totals.clone();
        } else {
            self.totals.add(&outcomes.totals);
        }
        self.paths += outcomes.paths() as u64;
        for row in outcomes.rows() {
            for (sketch, value) in self.sketches.iter_mut().zip(row) {
                sketch.add(*value);
            }
        }
        for ((_, years), series) in self.followed.iter_mut().zip(&outcomes.followed) {
            for path in series.values.chunks_exact(series.years) {
                for (sketch, value) in years.iter_mut().zip(path) {
                    sketch.add(f64::from(*value));
                }
            }
        }
    }
}
