//! What a sub-fund may still spend on first cheques, and what the early-stage floor leaves for late ones.

use super::{DealContext, Mandate, NOT_FUNDED};
use crate::random::MAX_COMPANIES;
use crate::scenario::FirstCheques;
use crate::structure::companies::{ByStage, MAX_STAGES};

/// What a sub-fund may still spend, in yuan.
#[derive(Clone, Debug)]
pub(super) struct Purse {
    pub(super) left: f64,
    pub(super) early: f64,
    pub(super) late_left: f64,
    pub(super) smallest: f64,
    /// Companies that it may still look at.
    pub(super) companies: u32,
    /// Companies that it has paid for.
    pub(super) bought: u32,
}

impl Purse {
    /// The late budget is what the floor and the fees leave, less the reserve, all of which may go into late
    /// stages or stay unspent, and less the small rest that may.
    pub(super) fn new(context: &DealContext, mandate: &Mandate, size: f64) -> Self {
        let floor = &context.scenario.rules.early_stage_min;
        let smallest = context.structure.companies.deals.smallest_cheque();
        let late = (1.0 - floor.threshold) * size - mandate.fee_budget - smallest - mandate.reserve;
        Self {
            left: mandate.investable,
            early: mandate.past.early,
            late_left: if floor.is_enforced() {
                (late - mandate.past.late).max(0.0)
            } else {
                f64::INFINITY
            },
            smallest,
            companies: match context.scenario.deployment.first_cheques {
                FirstCheques::Count(count) => count.saturating_sub(mandate.past.stakes),
                FirstCheques::Money => MAX_COMPANIES - mandate.past.stakes,
            },
            bought: mandate.past.stakes,
        }
    }

    /// A purse of `budget` that no rule binds, and of which a rest below `smallest` is not worth a deal.
    pub(super) fn without_rules(budget: f64, smallest: f64) -> Self {
        Self {
            left: budget,
            early: 0.0,
            late_left: f64::INFINITY,
            smallest,
            companies: MAX_COMPANIES,
            bought: 0,
        }
    }

    /// Whether the sub-fund still looks for companies.
    pub(super) fn is_open(&self) -> bool {
        self.companies > 0 && self.left >= self.smallest
    }

    /// Whether it can pay `amount`; a cheque that exceeds the purse by rounding alone is whole.
    pub(super) fn has(&self, amount: f64) -> bool {
        const ROUNDING: f64 = 1.0 + 1e-6;
        amount <= self.left * ROUNDING
    }

    /// The cheque that is in fact written: the last one takes what is left.
    pub(super) fn pay(&self, cheque: f32) -> f32 {
        /// Keeps a rest that is rounded to `f32` within the purse.
        const BELOW: f64 = 1.0 - 1e-7;
        if self.has(f64::from(cheque)) {
            cheque
        } else {
            (self.left * BELOW) as f32
        }
    }

    /// Pays for candidates up to the first that stands for none, that does not fit or that may be the last; how many.
    pub(super) fn take_all(
        &mut self,
        early: ByStage<bool>,
        stages: &[u32],
        cheques: &[f32],
    ) -> usize {
        let late = early.map(|early| if early { 0.0 } else { 1.0 });
        let mut taken = self.take_together::<4>(&late, stages, cheques);
        taken += self.take_together::<1>(&late, &stages[taken..], &cheques[taken..]);
        self.bought += taken as u32;
        taken
    }

    /// Pays for `N` candidates after `N`, as long as none is refused and money for more is left; how many. `late` says
    /// of which stages the cheques count against the floor.
    fn take_together<const N: usize>(
        &mut self,
        late: &ByStage<f64>,
        stages: &[u32],
        cheques: &[f32],
    ) -> usize {
        let cheques = cheques.as_chunks::<N>().0;
        let batches = stages.as_chunks::<N>().0.iter().zip(cheques);
        let mut taken = 0;
        for (stages, cheques) in batches {
            let (mut amount, mut of_late) = (0.0, 0.0);
            for (&stage, &cheque) in stages.iter().zip(cheques) {
                amount += f64::from(cheque);
                of_late += late[stage as usize % MAX_STAGES] * f64::from(cheque);
            }
            let refused = stages.contains(&NOT_FUNDED) || of_late > self.late_left;
            if refused || self.left - amount < self.smallest {
                break;
            }
            self.left -= amount;
            self.early += amount - of_late;
            self.late_left -= of_late;
            taken += N;
        }
        taken
    }

    pub(super) fn spend(&mut self, amount: f64, early: bool) {
        self.left -= amount;
        self.bought += 1;
        if early {
            self.early += amount;
        } else {
            self.late_left -= amount;
        }
    }
}
