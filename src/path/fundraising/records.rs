//! What a region's earlier sub-funds have paid back, as the LPs of its next ones see it.
//!
//! Cohorts are those of a year. When cohort y is raised, the record shows the cash flows up to the start of year y of
//! cohorts before y - 1. It is the region's DPI less that of all regions together: age and the cycle move both alike, and
//! what is left is how the region did against its peers.

use crate::path::cash::sums::FlowSums;
use crate::units::QUARTERS_PER_YEAR;

/// The effect of each region's record on the cohort that is raised next.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// In logits, by region.
    effects: Vec<f64>,
    /// Called and distributed, by region.
    flows: Vec<(f64, f64)>,
}

impl Records {
    /// Nobody has a record.
    pub fn clear(&mut self) {
        self.effects.clear();
    }

    /// What the record of `region` adds, in logits.
    pub fn effect(&self, region: usize) -> f64 {
        self.effects.get(region).copied().unwrap_or(0.0)
    }

    /// Reads the records of the sub-funds in `sums` as of the start of `year`.
    pub fn read(&mut self, sums: &FlowSums, year: usize, loading: f64) {
        self.flows.clear();
        self.flows
            .extend(sums.regional_until(year * QUARTERS_PER_YEAR));
        let called: f64 = self.flows.iter().map(|flows| flows.0).sum();
        let distributed: f64 = self.flows.iter().map(|flows| flows.1).sum();
        self.effects.clear();
        let effect = |&(own_called, own_distributed): &(f64, f64)| {
            if own_called > 0.0 {
                loading * (own_distributed / own_called - distributed / called)
            } else {
                0.0
            }
        };
        self.effects.extend(self.flows.iter().map(effect));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::cash::sums::{FundFlows, RegionalShares};
    use pulp::Scalar;
    use std::iter::once;

    /// One fund a region, half of it the region's: `calls` in the first quarter, `to_lps` in the fourth.
    fn add(sums: &mut FlowSums, region: u32, calls: f64, to_lps: f64) {
        let shares = [RegionalShares::new(region, 0..1, once(0.5), once(0.0))];
        for (quarter, calls, to_lps) in [(0, calls, 0.0), (3, 0.0, to_lps)] {
            let flows = FundFlows {
                cheques: [calls, 0.0],
                fees: [0.0; 2],
                calls: [calls, 0.0],
                proceeds: [to_lps, 0.0],
                to_lps: [to_lps, 0.0],
            };
            sums.add(Scalar::new(), quarter, 0, flows, &shares);
        }
    }

    /// DPIs of 0.6 and 0.1, and of 10 over 50 together: 0.4 above and 0.1 below.
    #[test]
    fn a_record_is_the_dpi_less_that_of_all_regions() {
        let mut sums = FlowSums::default();
        sums.clear(8, 3, None);
        add(&mut sums, 0, 10.0, 6.0);
        add(&mut sums, 1, 40.0, 4.0);
        let mut records = Records::default();
        records.read(&sums, 1, 2.0);
        let expected = [0.8, -0.2, 0.0, 0.0];
        for (region, expected) in expected.into_iter().enumerate() {
            assert!(
                (records.effect(region) - expected).abs() < 1e-12,
                "{region}"
            );
        }
        // Nothing had been paid back before the first year.
        records.read(&sums, 0, 2.0);
        assert_eq!(records.effect(0), 0.0);
        records.clear();
        assert_eq!(records.effect(1), 0.0);
    }
}
