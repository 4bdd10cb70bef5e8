//! The results of a range of paths, before any statistics: rows in path order and exact sums.
//!
//! Sums over paths are kept as integers, so that they do not depend on the order or the split in
//! which paths were run. Two neighbouring ranges join into the one that covers both.

pub mod sketch;
pub mod tally;

use crate::metrics::MetricSpec;
use crate::sampling::Sampling;

/// Results of a contiguous range of paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcomes {
    /// Number of the first path.
    pub first_path: u64,
    /// The columns of a row.
    pub specs: Vec<MetricSpec>,
    /// One row per path, path after path; NaN is missing.
    pub rows: Vec<f64>,
    /// Sums over the paths.
    pub totals: Totals,
    /// Series whose spread over paths is told, in one order for every path.
    pub followed: Vec<Followed>,
    /// How luck was spread over the paths.
    pub sampling: Sampling,
    /// Sums over the paths of each replicate; empty where every path is one of its own.
    pub replicates: Vec<Totals>,
}

/// A series at the end of each year, of every path.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// Name, for example `national.net_cumulated`.
    pub name: String,
    /// Number of years.
    pub years: usize,
    /// Yuan, year by year and path after path; half the width of other numbers, for a picture.
    pub values: Vec<f32>,
}

/// Exact sums over paths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Series by quarter or year.
    pub curves: Vec<CurveTotal>,
    /// Money from one holder to another over the life of the programme.
    pub flows: Vec<FlowTotal>,
    /// How many paths had reached each threshold of each rung by the end of each year.
    pub reached: Vec<ReachedTotal>,
}

/// A series summed over paths.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveTotal {
    /// Name, for example `national.calls`.
    pub name: String,
    /// Sum by quarter, in yuan (leverage curves: in millionths, by year).
    pub sum: Vec<i128>,
    /// Sum of squares by quarter, in the same unit squared.
    pub squares: Vec<i128>,
    /// Whether the series is in millionths by year instead of yuan by quarter.
    pub yearly_multiple: bool,
}

/// Money from one holder to another, summed over paths.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowTotal {
    /// Payer, for example `treasury`, `lp.insurer`, `region.gba`, `stage.seed`.
    pub from: String,
    /// Payee.
    pub to: String,
    /// Yuan over all paths.
    pub sum: i128,
}

/// Paths that reached a threshold, by year.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachedTotal {
    /// The rung, for example `leverage.consolidated`.
    pub metric: String,
    /// The threshold.
    pub threshold: f64,
    /// Paths at or above it at the end of year 1, 2, ...
    pub by_year: Vec<u64>,
}

/// Two results that cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotNeighbours;

impl std::fmt::Display for NotNeighbours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("these results are not of neighbouring ranges of paths of one scenario")
    }
}

impl std::error::Error for NotNeighbours {}

impl Outcomes {
    /// Number of paths.
    pub fn paths(&self) -> usize {
        self.rows.len().checked_div(self.specs.len()).unwrap_or(0)
    }

    /// The rows, one slice per path.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.rows.chunks_exact(self.specs.len().max(1))
    }

    /// The values of column `index`, one per path.
    pub fn values(&self, index: usize) -> Vec<f64> {
        self.rows().map(|row| row[index]).collect()
    }

    /// A metric with its values, one per path; `None` if there is no such metric.
    pub fn metric(&self, name: &str) -> Option<(&MetricSpec, Vec<f64>)> {
        let index = self.specs.iter().position(|spec| spec.name == name)?;
        Some((&self.specs[index], self.values(index)))
    }

    /// The column of a metric; `None` if there is no such metric.
    pub fn column(&self, name: &str) -> Option<Vec<f64>> {
        self.metric(name).map(|(_, values)| values)
    }

    /// These results followed by those of the next range.
    ///
    /// # Errors
    ///
    /// [`NotNeighbours`] when `next` does not begin where this range ends, has other columns or spreads luck otherwise.
    pub fn join(mut self, next: &Self) -> Result<Self, NotNeighbours> {
        let adjoins = self.first_path + self.paths() as u64 == next.first_path;
        let alike = self.specs == next.specs && self.sampling == next.sampling;
        if !adjoins || !alike {
            return Err(NotNeighbours);
        }
        self.rows.extend_from_slice(&next.rows);
        self.totals.add(&next.totals);
        for (mine, theirs) in self.followed.iter_mut().zip(&next.followed) {
            mine.values.extend_from_slice(&theirs.values);
        }
        for (mine, theirs) in self.replicates.iter_mut().zip(&next.replicates) {
            mine.add(theirs);
        }
        Ok(self)
    }
}

impl Totals {
    /// Adds the totals of other paths of the same scenario.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.curves.iter_mut().zip(&other.curves) {
            add_all(&mut mine.sum, &theirs.sum);
            add_all(&mut mine.squares, &theirs.squares);
        }
        for (mine, theirs) in self.flows.iter_mut().zip(&other.flows) {
            mine.sum += theirs.sum;
        }
        for (mine, theirs) in self.reached.iter_mut().zip(&other.reached) {
            for (count, more) in mine.by_year.iter_mut().zip(&theirs.by_year) {
                *count += more;
            }
        }
    }
}

fn add_all(sums: &mut [i128], more: &[i128]) {
    for (sum, add) in sums.iter_mut().zip(more) {
        *sum = sum.saturating_add(*add);
    }
}
