//! Distributions from a fund to its LPs and its manager: claims in order, whole-fund (European).
//!
//! Many funds at once: every list has one entry per fund, and each claim is one loop over the funds, which
//! the compiler turns into vectors. A new kind of claim is one more arm of `Waterfall::distribute`.

use super::lanes::{Column, larger, smaller};
use crate::structure::claims::Claim;

/// Balances of several funds with the same claims.
#[derive(Clone, Debug, Default)]
pub struct Waterfall<const FUNDS: usize> {
    claims: Vec<Claim>,
    growth: f64,
    balances: Balances<FUNDS>,
}

/// One entry per fund in each column.
#[derive(Clone, Debug, Default)]
struct Balances<const FUNDS: usize> {
    /// Capital and preferred return owed to LPs.
    owed: Column<f64, FUNDS>,
    /// Capital not yet returned.
    capital: Column<f64, FUNDS>,
    /// Paid in so far.
    paid_in: Column<f64, FUNDS>,
    /// Distributed to LPs so far.
    lp: Column<f64, FUNDS>,
    /// Carry paid so far.
    gp: Column<f64, FUNDS>,
    /// Not yet claimed of this quarter's distribution.
    rest: Column<f64, FUNDS>,
    /// To LPs in this quarter.
    lp_now: Column<f64, FUNDS>,
}

impl<const FUNDS: usize> Waterfall<FUNDS> {
    /// New funds with these claims.
    pub fn begin(&mut self, claims: &[Claim]) {
        self.claims.clear();
        self.claims.extend_from_slice(claims);
        let hurdle = claims.iter().find_map(|claim| match claim {
            Claim::Hurdle { growth } => Some(*growth),
            _ => None,
        });
        self.growth = hurdle.unwrap_or(1.0);
        self.balances = Balances::default();
    }

    /// One quarter: what was owed grows, `calls` are paid in, `proceeds` are distributed.
    ///
    /// Returns what the LPs get, by fund; the rest of `proceeds` is carry.
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
    pub fn quarter(&mut self, calls: &[f64; FUNDS], proceeds: &[f64; FUNDS]) -> &[f64; FUNDS] {
        let balances = &mut self.balances;
        balances.pay_in(calls, self.growth);
        *balances.rest = *proceeds;
        *balances.lp_now = [0.0; FUNDS];
        for claim in &self.claims {
            balances.serve(*claim);
        }
        for fund in 0..FUNDS {
            balances.lp[fund] += balances.lp_now[fund];
        }
        &self.balances.lp_now
    }

    /// Paid in so far, by fund.
    pub fn paid_in(&self) -> &[f64; FUNDS] {
        &self.balances.paid_in
    }

    /// Distributed to LPs so far, by fund.
    pub fn distributed(&self) -> &[f64; FUNDS] {
        &self.balances.lp
    }

    /// Carry paid so far, by fund.
    pub fn carry(&self) -> &[f64; FUNDS] {
        &self.balances.gp
    }
}

#[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
impl<const FUNDS: usize> Balances<FUNDS> {
    #[inline(always)]
    fn pay_in(&mut self, calls: &[f64; FUNDS], growth: f64) {
        for (fund, call) in calls.iter().enumerate() {
            self.owed[fund] = self.owed[fund] * growth + call;
            self.capital[fund] += call;
            self.paid_in[fund] += call;
        }
    }

    #[inline(always)]
    fn serve(&mut self, claim: Claim) {
        match claim {
            Claim::Capital => {
                for fund in 0..FUNDS {
                    let paid = smaller(self.rest[fund], self.capital[fund]);
                    self.capital[fund] -= paid;
                    self.owed[fund] -= paid;
                    self.pay_lps(fund, paid);
                }
            }
            Claim::Hurdle { .. } => {
                for fund in 0..FUNDS {
                    let paid = smaller(self.rest[fund], larger(self.owed[fund], 0.0));
                    self.owed[fund] -= paid;
                    self.pay_lps(fund, paid);
                }
            }
            Claim::CatchUp { rate, carry } => {
                let per_open = 1.0 / (rate - carry);
                for fund in 0..FUNDS {
                    let (lp, gp) = (self.lp[fund] + self.lp_now[fund], self.gp[fund]);
                    let profit = larger(lp - self.paid_in[fund], 0.0);
                    let open = larger((carry * (gp + profit) - gp) * per_open, 0.0);
                    let paid = smaller(self.rest[fund], open);
                    self.gp[fund] = gp + rate * paid;
                    self.lp_now[fund] += (1.0 - rate) * paid;
                    self.rest[fund] -= paid;
                }
            }
            Claim::Split { carry } => {
                for fund in 0..FUNDS {
                    let carried = carry * self.rest[fund];
                    self.gp[fund] += carried;
                    self.lp_now[fund] += self.rest[fund] - carried;
                    self.rest[fund] = 0.0;
                }
            }
        }
    }

    #[inline(always)]
    fn pay_lps(&mut self, fund: usize, paid: f64) {
        self.rest[fund] -= paid;
        self.lp_now[fund] += paid;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::irr::{Irr, irr};
    use crate::scenario::{Fee, FeeBasis, FundTerms};
    use crate::structure::claims::claims;
    use crate::units::{AnnualRate, Share};

    fn terms(hurdle: f64, catch_up: f64, carry: f64) -> FundTerms {
        let fee = Fee {
            rate: AnnualRate::new(0.0),
            basis: FeeBasis::Committed,
        };
        FundTerms {
            fee,
            later_fee: fee,
            expense_rate: AnnualRate::new(0.0),
            hurdle: AnnualRate::new(hurdle),
            catch_up: Share::new(catch_up),
            carry: Share::new(carry),
        }
    }

    /// Runs one fund with flows at whole years; LP flows by year, and the carry.
    fn run(
        terms: &FundTerms,
        calls: &[(usize, f64)],
        proceeds: &[(usize, f64)],
    ) -> (Vec<f64>, f64) {
        let mut waterfall = Waterfall::<1>::default();
        waterfall.begin(&claims(terms));
        let at = |flows: &[(usize, f64)], quarter: usize| -> f64 {
            flows
                .iter()
                .filter(|(year, _)| 4 * year == quarter)
                .map(|(_, amount)| amount)
                .sum()
        };
        let last = proceeds.iter().map(|(year, _)| 4 * year).max().unwrap_or(0);
        let mut lp = vec![0.0; last + 1];
        for (quarter, paid) in lp.iter_mut().enumerate() {
            *paid = waterfall.quarter(&[at(calls, quarter)], &[at(proceeds, quarter)])[0];
        }
        assert!((lp.iter().sum::<f64>() - waterfall.distributed()[0]).abs() < 1e-9);
        (lp, waterfall.carry()[0])
    }

    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 5e-7 * expected.abs().max(1.0),
            "{found} instead of {expected}"
        );
    }

    const CALLS: [(usize, f64); 3] = [(0, 40.0), (1, 30.0), (2, 30.0)];

    fn lp_irr(lp: &[f64]) -> f64 {
        let mut flows = lp.to_vec();
        for (year, call) in CALLS {
            flows[4 * year] -= call;
        }
        match irr(&flows, 0.25) {
            Irr::Rate(rate) => rate,
            other => panic!("no IRR: {other:?}"),
        }
    }

    #[test]
    fn whole_fund_with_full_catch_up_reaches_a_fifth_of_profit() {
        let (lp, gp) = run(
            &terms(0.08, 1.0, 0.2),
            &CALLS,
            &[(4, 50.0), (6, 80.0), (8, 70.0)],
        );
        close(gp, 20.0);
        close(lp.iter().sum(), 180.0);
        close(lp_irr(&lp), 0.124_476_37);
    }

    #[test]
    fn whole_fund_with_a_small_last_distribution() {
        let (lp, gp) = run(
            &terms(0.08, 1.0, 0.2),
            &CALLS,
            &[(4, 50.0), (6, 80.0), (8, 27.0)],
        );
        close(gp, 11.4);
        close(lp.iter().sum(), 145.6);
        close(lp_irr(&lp), 0.085_264_12);
    }

    #[test]
    fn whole_fund_with_a_hard_hurdle() {
        let (lp, gp) = run(
            &terms(0.08, 0.0, 0.2),
            &CALLS,
            &[(4, 50.0), (6, 80.0), (8, 70.0)],
        );
        close(gp, 11.655_656);
        close(lp.iter().sum(), 188.344_344);
        close(lp_irr(&lp), 0.132_491_75);
    }

    /// One deal of cost 1 sold after a year (one-deal cases in millions).
    #[test]
    fn one_deal_cases() {
        let simple = |hurdle, catch_up, proceeds| {
            run(&terms(hurdle, catch_up, 0.2), &[(0, 1.0)], &[(1, proceeds)])
        };
        for (hurdle, catch_up, proceeds, lp, gp) in [
            (0.08, 1.0, 1.5, 1.4, 0.1),
            (0.08, 1.0, 10.0, 8.2, 1.8),
            (0.08, 1.0, 1.09, 1.08, 0.01),
            (0.0, 1.0, 1.5, 1.4, 0.1),
            (0.08, 1.0, 2.0, 1.8, 0.2),
            (0.08, 0.5, 1.2, 1.16, 0.04),
        ] {
            let (paid, carry) = simple(hurdle, catch_up, proceeds);
            close(paid.iter().sum(), lp);
            close(carry, gp);
        }
    }

    /// The twin: a deal-by-deal habit of paying carry before all capital is back must not pass as W1.
    #[test]
    fn a_wrong_order_of_claims_is_noticed() {
        let mut waterfall = Waterfall::<1>::default();
        waterfall.begin(&[Claim::Split { carry: 0.2 }]);
        waterfall.quarter(&[100.0], &[50.0]);
        assert!(waterfall.carry()[0] > 1.0, "carry before capital");
        let mut right = Waterfall::<1>::default();
        right.begin(&claims(&terms(0.08, 1.0, 0.2)));
        right.quarter(&[100.0], &[50.0]);
        assert_eq!(right.carry()[0], 0.0);
    }

    #[test]
    fn funds_do_not_see_each_other() {
        let claims = claims(&terms(0.08, 1.0, 0.2));
        let mut many = Waterfall::<9>::default();
        many.begin(&claims);
        let calls: [f64; 9] = std::array::from_fn(|fund| fund as f64);
        let proceeds = calls.map(|call| 2.5 * call);
        many.quarter(&calls, &proceeds);
        for fund in 0..9 {
            let mut alone = Waterfall::<1>::default();
            alone.begin(&claims);
            alone.quarter(&[calls[fund]], &[proceeds[fund]]);
            assert_eq!(alone.carry()[0], many.carry()[fund]);
            assert_eq!(alone.distributed()[0], many.distributed()[fund]);
        }
    }
}
