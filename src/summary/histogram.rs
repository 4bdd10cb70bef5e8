//! Counts of paths by value, in about forty bins with round edges.

use crate::outcomes::sketch::Sketch;
use crate::summary::method::Column;
use serde::Serialize;

/// Most bins that a histogram has, but for the two that the rounding of its ends may add.
const BINS: usize = 40;

/// How many paths have values in each bin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Histogram {
    /// Ends of the bins; bin i holds `edges[i] <= value < edges[i + 1]`, the last one also its end.
    pub edges: Vec<f64>,
    /// Paths in each bin.
    pub counts: Vec<u64>,
    /// Paths below the first edge.
    pub below: u64,
    /// Paths above the last edge.
    pub above: u64,
    /// Paths without a value.
    pub missing: u64,
}

impl Histogram {
    /// The histogram of `values` (NaN is missing), over their middle 99%; `None` without values.
    pub fn new(values: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let order = Order {
            present: sorted.len(),
            missing: values.len() - sorted.len(),
        };
        order.histogram(
            |rank| sorted.get(rank).copied(),
            |edge| sorted.partition_point(|value| *value < edge),
            |edge| sorted.partition_point(|value| *value <= edge),
        )
    }

    /// That of a column.
    pub fn of_column(column: Column) -> Option<Self> {
        match column {
            Column::Values(values) => Self::new(values),
            Column::Sketch(sketch) => Self::sketched(sketch),
        }
    }

    /// The same from a sketch, which counts a bucket that an edge cuts on the side of its mean.
    fn sketched(sketch: &Sketch) -> Option<Self> {
        let order = Order {
            present: sketch.present() as usize,
            missing: sketch.missing() as usize,
        };
        order.histogram(
            |rank| sketch.of_rank(rank as u64),
            |edge| order.present - sketch.at_least(edge) as usize,
            |edge| order.present - sketch.at_least(edge.next_up()) as usize,
        )
    }
}

/// Numbers of values.
#[derive(Clone, Copy)]
struct Order {
    present: usize,
    missing: usize,
}

impl Order {
    /// The histogram of values of which `of_rank` gives one by its place, and `below` and `up_to` count those below, or at or
    /// below, an edge.
    fn histogram(
        self,
        of_rank: impl Fn(usize) -> Option<f64>,
        below: impl Fn(f64) -> usize,
        up_to: impl Fn(f64) -> usize,
    ) -> Option<Histogram> {
        let last = self.present.checked_sub(1)?;
        let cut = self.present / 200;
        let edges = round_edges(of_rank(cut)?, of_rank(last - cut)?);
        let end = edges.len() - 1;
        let inside_end = up_to(edges[end]);
        let mut ranks: Vec<usize> = edges.iter().map(|edge| below(*edge)).collect();
        ranks[end] = inside_end;
        Some(Histogram {
            counts: ranks
                .windows(2)
                .map(|pair| (pair[1] - pair[0]) as u64)
                .collect(),
            below: ranks[0] as u64,
            above: (self.present - inside_end) as u64,
            missing: self.missing as u64,
            edges,
        })
    }
}

/// Edges from at or below `low` to at or above `high`, all multiples of 1, 2 or 5 times a power
/// of ten. Each edge is one division or product of whole numbers: 0.3 and not 0.30000000000000004.
fn round_edges(low: f64, high: f64) -> Vec<f64> {
    let spread = if high > low {
        high - low
    } else {
        low.abs().max(1.0)
    };
    let least = spread / BINS as f64;
    let (mut power, mut inverse) = (1.0, 1.0);
    while power / inverse > least && inverse < 1e15 {
        inverse *= 10.0;
    }
    while power / inverse * 10.0 <= least {
        power *= 10.0;
    }
    let digit = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|d| d * power / inverse >= least)
        .unwrap_or(10.0);
    let edge = |index: i64| index as f64 * digit * power / inverse;
    let step = digit * power / inverse;
    let first = (low / step).floor() as i64;
    let last = ((high / step).ceil() as i64).max(first + 1);
    (first..=last).map(edge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_round_and_enclose_the_values() {
        let edges = round_edges(7.13, 11.2);
        assert_eq!((edges[0], *edges.last().unwrap()), (7.0, 11.2));
        assert!(edges.contains(&7.2) && edges.contains(&8.6));
        let rates = round_edges(-0.0312, 0.0951);
        assert!(rates.contains(&0.03) && rates.contains(&-0.03), "{rates:?}");
        let amounts = round_edges(1.3e9, 9.9e10);
        assert!(amounts.contains(&5e10), "{amounts:?}");
        for edges in [edges, rates, amounts] {
            assert!((15..=45).contains(&edges.len()), "{}", edges.len());
        }
    }

    #[test]
    fn every_path_is_counted_once() {
        let mut values: Vec<f64> = (0..1000).map(|i| f64::from(i % 97) / 10.0).collect();
        values.extend([-50.0, 1e6, f64::NAN, f64::NAN]);
        let found = Histogram::new(&values).unwrap();
        let inside: u64 = found.counts.iter().sum();
        assert_eq!(inside + found.below + found.above, 1002);
        assert_eq!((found.below, found.above, found.missing), (1, 1, 2));
        assert_eq!(found.counts.len() + 1, found.edges.len());
    }

    #[test]
    fn one_value_alone_has_one_bin() {
        let found = Histogram::new(&[6.3; 50]).unwrap();
        assert_eq!(found.counts, [50]);
        assert!(found.edges[0] <= 6.3 && 6.3 <= found.edges[1]);
        assert_eq!(Histogram::new(&[f64::NAN]), None);
    }
}
