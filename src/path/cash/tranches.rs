//! Cash of a regional fund between its calls and its payments.
//!
//! A fund that calls as needed holds none. One that calls in tranches holds what a tranche brings beyond the payments it
//! was called for, earns interest on it and pays from it first.

use crate::path::ledger::{RegionFlows, Series};
use crate::scenario::{CallPolicy, Scenario};

/// A shortfall that exceeds whole tranches by less than this part of one is rounding.
const ROUNDING: f64 = 1e-9;

/// What one regional fund holds and may call on one path.
#[derive(Clone, Debug, Default)]
pub struct IdleCash {
    /// Part of commitments that a tranche brings; `None` where calls are what is needed.
    tranche: Option<f64>,
    /// Interest of a quarter per yuan held.
    rate: f64,
    /// Sub-fund calls and cheques after each quarter. They are known: the path below the fund has been run.
    to_come: Series,
    held: f64,
}

impl IdleCash {
    /// Nothing held yet by a fund with these flows to sub-funds and projects.
    pub fn begin(&mut self, scenario: &Scenario, flows: &RegionFlows) {
        self.held = 0.0;
        self.tranche = match scenario.regions.call_policy {
            CallPolicy::AsNeeded => None,
            CallPolicy::Tranches { tranche } => Some(tranche.fraction()),
        };
        if self.tranche.is_some() {
            self.rate = scenario.national.cash_rate.quarterly_growth() - 1.0;
            let payments = flows.sub_fund_calls.iter().zip(&flows.direct_cheques);
            self.to_come.clear();
            let mut later = 0.0;
            self.to_come.extend(payments.rev().map(|(call, cheque)| {
                let after = later;
                later += call + cheque;
                after
            }));
            self.to_come.reverse();
        }
    }

    /// What is held, in yuan.
    pub fn held(&self) -> f64 {
        self.held
    }

    /// Takes in a quarter's interest on what was held at the end of the last one.
    pub fn earn(&mut self) -> f64 {
        let interest = self.held * self.rate;
        self.held += interest;
        interest
    }

    /// Pays `need` in `quarter`; what has to be called for it, `size` being committed and `called` called so far.
    ///
    /// Whole tranches, but no more than commitments leave and than payments to come will take. Fees to come are not
    /// counted, because nobody knows them: they are called as they fall due, and no cash waits for them at the end. What
    /// is needed is called in any case: recycled money may be called beyond commitments.
    pub fn pay(&mut self, quarter: usize, need: f64, size: f64, called: f64) -> f64 {
        let Some(tranche) = self.tranche else {
            return need;
        };
        let short = need - self.held;
        if short <= 0.0 {
            self.held -= need;
            return 0.0;
        }
        let step = tranche * size;
        let whole = libm::ceil(short / step - ROUNDING) * step;
        let useful = short + self.to_come[quarter];
        let call = whole.min(size - called).min(useful).max(short);
        self.held = call - short;
        call
    }

    /// Gives up what is left.
    pub fn release(&mut self) -> f64 {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fund that pays these amounts, quarter by quarter.
    fn paying(tranche: Option<f64>, rate: f64, payments: &[f64]) -> IdleCash {
        let mut to_come: Series = (0..payments.len())
            .map(|quarter| payments[quarter + 1..].iter().sum())
            .collect();
        if tranche.is_none() {
            to_come.clear();
        }
        IdleCash {
            tranche,
            rate,
            to_come,
            held: 0.0,
        }
    }

    /// Calls and cash after each quarter of a fund of 100.
    fn run(cash: &mut IdleCash, payments: &[f64]) -> Vec<(f64, f64)> {
        let mut called = 0.0;
        let quarter = |(quarter, &need): (usize, &f64)| {
            cash.earn();
            let call = cash.pay(quarter, need, 100.0, called);
            called += call;
            (call, cash.held())
        };
        payments.iter().enumerate().map(quarter).collect()
    }

    #[test]
    fn as_needed_nothing_is_held() {
        let payments = [10.0, 0.0, 30.0];
        let flows = run(&mut paying(None, 0.01, &payments), &payments);
        assert_eq!(flows, [(10.0, 0.0), (0.0, 0.0), (30.0, 0.0)]);
    }

    /// Tranches of 30 of a fund of 100 that pays 105, then of one that pays 80.
    #[test]
    fn tranches_are_whole_unless_less_is_committed_or_needed() {
        let payments = [10.0, 10.0, 25.0, 50.0, 10.0];
        let flows = run(&mut paying(Some(0.3), 0.0, &payments), &payments);
        let expected = [
            (30.0, 20.0),
            (0.0, 10.0),
            (30.0, 15.0),
            (40.0, 5.0), // what commitments leave
            (5.0, 0.0),  // recycled money
        ];
        assert_eq!(flows, expected);
        let fewer = [10.0, 10.0, 25.0, 30.0, 5.0];
        let flows = run(&mut paying(Some(0.3), 0.0, &fewer), &fewer);
        assert_eq!(flows[3..], [(20.0, 5.0), (0.0, 0.0)]); // 15 short, 5 to come
    }

    #[test]
    fn several_tranches_come_at_once_and_rounding_is_not_one_more() {
        let payments = [0.1 + 0.2, 0.0, 99.0];
        let flows = run(&mut paying(Some(0.003), 0.0, &payments), &payments);
        assert!((flows[0].0 - 0.3).abs() < 1e-12, "{flows:?}");
        let flows = run(&mut paying(Some(0.001), 0.0, &[0.25, 9.0]), &[0.25, 9.0]);
        assert!((flows[0].0 - 0.3).abs() < 1e-12, "{flows:?}");
    }

    /// 30 called, 10 paid: 20 are 21 a quarter later and 22.05 after two; 20 are paid then, and 2.05 is left.
    #[test]
    fn interest_lessens_calls_and_what_is_left_is_released() {
        let payments = [10.0, 0.0, 20.0];
        let mut cash = paying(Some(0.3), 0.05, &payments);
        let flows = run(&mut cash, &payments);
        assert_eq!(flows[0], (30.0, 20.0));
        assert_eq!(flows[2].0, 0.0);
        assert!((cash.release() - 2.05).abs() < 1e-12, "{flows:?}");
        assert_eq!(cash.held(), 0.0);
    }
}
