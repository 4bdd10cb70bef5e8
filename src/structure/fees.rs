//! What a fund charges per quarter, and how much of its commitments it must keep for it.

use crate::scenario::{Fee, FeeBasis, FundTerms};

/// Fees per quarter as weights on the three bases, before and after the end of the investment period.
///
/// Expenses run on the basis of the fee in force. Rates are simple: a quarter costs rate x basis / 4.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FeeSchedule {
    /// In the investment period.
    pub investing: BasisWeights,
    /// After it.
    pub later: BasisWeights,
}

/// A quarter's fee per unit of each basis.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BasisWeights {
    /// Per unit committed.
    pub committed: f64,
    /// Per unit called so far.
    pub paid_in: f64,
    /// Per unit of cost still held.
    pub invested_cost: f64,
}

impl BasisWeights {
    fn new(fee: &Fee, expenses: f64) -> Self {
        let rate = fee.rate.quarterly_simple() + expenses;
        let mut weights = Self::default();
        match fee.basis {
            FeeBasis::Committed => weights.committed = rate,
            FeeBasis::PaidIn => weights.paid_in = rate,
            FeeBasis::InvestedCost => weights.invested_cost = rate,
        }
        weights
    }

    /// The fee of a quarter in which this much is committed, called and held at cost.
    #[inline]
    pub fn fee(&self, committed: f64, paid_in: f64, invested_cost: f64) -> f64 {
        self.committed * committed + self.paid_in * paid_in + self.invested_cost * invested_cost
    }
}

impl FeeSchedule {
    /// The schedule of `terms`.
    pub fn new(terms: &FundTerms) -> Self {
        let expenses = terms.expense_rate.quarterly_simple();
        Self {
            investing: BasisWeights::new(&terms.fee, expenses),
            later: BasisWeights::new(&terms.later_fee, expenses),
        }
    }

    /// Whether any fee is charged on the cost of what is still held.
    pub fn needs_invested_cost(&self) -> bool {
        self.investing.invested_cost != 0.0 || self.later.invested_cost != 0.0
    }

    /// Part of commitments that the schedule takes over a life of `investing` and then `exiting` quarters.
    ///
    /// The plan: calls rise in equal quarterly steps to the whole commitment at the end of the
    /// investment period; cost held rises with them to what fees leave, then runs off in equal steps
    /// to nothing at the end. Cost held depends on the budget itself: with A the part on commitments
    /// and calls and B the part per unit of investable money, budget = A + B (1 - budget).
    pub fn budget_share(&self, investing: usize, exiting: usize) -> f64 {
        // A rise to 1 in equal steps and a fall from 1 in equal steps have the same sum.
        let steps = |quarters: usize| (quarters + usize::from(quarters > 0)) as f64 / 2.0;
        let (first, last) = (self.investing, self.later);
        let (rising, falling) = (steps(investing), steps(exiting));
        let on_commitment = first.fee(investing as f64, rising, 0.0)
            + last.fee(exiting as f64, exiting as f64, 0.0);
        let on_cost = first.fee(0.0, 0.0, rising) + last.fee(0.0, 0.0, falling);
        (on_commitment + on_cost) / (1.0 + on_cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{AnnualRate, Share};

    fn terms(fee: (f64, FeeBasis), later: (f64, FeeBasis)) -> FundTerms {
        let fee_of = |(rate, basis)| Fee {
            rate: AnnualRate::new(rate),
            basis,
        };
        FundTerms {
            fee: fee_of(fee),
            later_fee: fee_of(later),
            expense_rate: AnnualRate::new(0.0),
            hurdle: AnnualRate::new(0.0),
            catch_up: Share::new(0.0),
            carry: Share::new(0.0),
            concession: None,
        }
    }

    /// Fees of a fund whose paid-in and held cost by year are data, in percent of commitments.
    fn load(schedule: &FeeSchedule, years: &[(bool, f64, f64)]) -> f64 {
        let of_year = |&(investing, paid_in, held): &(bool, f64, f64)| {
            let weights = if investing {
                schedule.investing
            } else {
                schedule.later
            };
            4.0 * weights.fee(1.0, paid_in, held)
        };
        100.0 * years.iter().map(of_year).sum::<f64>()
    }

    #[test]
    fn two_percent_of_commitments_over_ten_years_is_a_fifth() {
        let flat = FeeSchedule::new(&terms(
            (0.02, FeeBasis::Committed),
            (0.02, FeeBasis::Committed),
        ));
        assert!((flat.budget_share(20, 20) - 0.20).abs() < 1e-12);
        assert!((load(&flat, &[(true, 0.0, 0.0); 10]) - 20.0).abs() < 1e-12);
    }

    #[test]
    fn a_step_down_to_one_percent_costs_fifteen() {
        let stepped = FeeSchedule::new(&terms(
            (0.02, FeeBasis::Committed),
            (0.01, FeeBasis::Committed),
        ));
        assert!((stepped.budget_share(20, 20) - 0.15).abs() < 1e-12);
    }

    #[test]
    fn a_step_down_to_remaining_cost_costs_sixteen() {
        let run_off = FeeSchedule::new(&terms(
            (0.02, FeeBasis::Committed),
            (0.02, FeeBasis::InvestedCost),
        ));
        let held = [1.0, 0.8, 0.6, 0.4, 0.2];
        let mut years = vec![(true, 0.0, 0.0); 5];
        years.extend(held.map(|cost| (false, 1.0, cost)));
        assert!((load(&run_off, &years) - 16.0).abs() < 1e-12);
        assert!(run_off.needs_invested_cost());
    }

    #[test]
    fn chinese_terms_on_paid_in_money_cost_7_65() {
        let paid_in = FeeSchedule::new(&terms((0.015, FeeBasis::PaidIn), (0.01, FeeBasis::PaidIn)));
        let mut years: Vec<_> = [0.4, 0.7, 1.0, 1.0]
            .map(|called| (true, called, 0.0))
            .to_vec();
        years.extend([(false, 1.0, 0.0); 3]);
        assert!((load(&paid_in, &years) - 7.65).abs() < 1e-12);
    }

    #[test]
    fn a_wrong_basis_would_be_noticed() {
        let committed = FeeSchedule::new(&terms(
            (0.015, FeeBasis::Committed),
            (0.01, FeeBasis::Committed),
        ));
        let years: Vec<_> = [0.4, 0.7, 1.0, 1.0]
            .map(|called| (true, called, 0.0))
            .to_vec();
        assert!((load(&committed, &years) - 4.65).abs() > 1.0);
    }

    #[test]
    fn the_budget_on_held_cost_solves_its_own_equation() {
        let schedule = FeeSchedule::new(&terms(
            (0.02, FeeBasis::PaidIn),
            (0.01, FeeBasis::InvestedCost),
        ));
        let budget = schedule.budget_share(20, 20);
        // A = 0.02 / 4 x (1 + ... + 20) / 20 = 0.0525; B = 0.01 / 4 x (20 + ... + 1) / 20 = 0.02625.
        assert!((budget - (0.0525 + 0.02625 * (1.0 - budget))).abs() < 1e-14);
    }
}
