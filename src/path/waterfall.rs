//! Distributions from a fund to its LPs and its manager: claims in order, whole-fund (European).
//!
//! Many funds at once: every list has one entry per fund, and each claim is one loop over the funds, which
//! the compiler turns into vectors. A new kind of claim is one more arm of [`Waterfall::distribute`].

use crate::structure::claims::Claim;

/// Balances of several funds with the same claims.
#[derive(Clone, Debug, Default)]
pub struct Waterfall {
    claims: Vec<Claim>,
    growth: f64,
    /// Capital and preferred return owed to LPs, by fund.
    owed: Vec<f64>,
    /// Capital not yet returned, by fund.
    capital: Vec<f64>,
    /// Paid in so far, by fund.
    paid_in: Vec<f64>,
    /// Distributed to LPs so far, by fund.
    lp: Vec<f64>,
    /// Carry paid so far, by fund.
    gp: Vec<f64>,
    /// Not yet claimed of this quarter's distribution.
    rest: Vec<f64>,
    /// To LPs in this quarter, by fund.
    lp_now: Vec<f64>,
}

impl Waterfall {
    /// `funds` new funds with these claims.
    pub fn begin(&mut self, claims: &[Claim], funds: usize) {
        self.claims.clear();
        self.claims.extend_from_slice(claims);
        self.growth = claims
            .iter()
            .find_map(|claim| {
                if let Claim::Hurdle { growth } = claim {
                    Some(*growth)
                } else {
                    None
                }
            })
            .unwrap_or(1.0);
        for list in [
            &mut self.owed,
            &mut self.capital,
            &mut self.paid_in,
            &mut self.lp,
            &mut self.gp,
            &mut self.rest,
            &mut self.lp_now,
        ] {
            list.clear();
            list.resize(funds, 0.0);
        }
    }

    /// One quarter: what was owed grows, `calls` are paid in, `proceeds` are distributed.
    ///
    /// Returns what the LPs get, by fund; the rest of `proceeds` is carry.
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
    pub fn quarter(&mut self, calls: &[f64], proceeds: &[f64]) -> &[f64] {
        let growth = self.growth;
        for ((owed, capital), (paid_in, call)) in self
            .owed
            .iter_mut()
            .zip(&mut self.capital)
            .zip(self.paid_in.iter_mut().zip(calls))
        {
            *owed = *owed * growth + call;
            *capital += call;
            *paid_in += call;
        }
        self.rest.copy_from_slice(proceeds);
        self.lp_now.fill(0.0);
        for index in 0..self.claims.len() {
            self.distribute(self.claims[index]);
        }
        for (lp, now) in self.lp.iter_mut().zip(&self.lp_now) {
            *lp += now;
        }
        &self.lp_now
    }

    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn distribute(&mut self, claim: Claim) {
        let now = self.rest.iter_mut().zip(&mut self.lp_now);
        match claim {
            Claim::Capital => {
                for ((rest, lp_now), (owed, capital)) in
                    now.zip(self.owed.iter_mut().zip(&mut self.capital))
                {
                    let paid = rest.min(*capital);
                    *capital -= paid;
                    *owed -= paid;
                    *rest -= paid;
                    *lp_now += paid;
                }
            }
            Claim::Hurdle { .. } => {
                for ((rest, lp_now), owed) in now.zip(&mut self.owed) {
                    let paid = rest.min(owed.max(0.0));
                    *owed -= paid;
                    *rest -= paid;
                    *lp_now += paid;
                }
            }
            Claim::CatchUp { rate, carry } => {
                let balances = self.gp.iter_mut().zip(self.lp.iter().zip(&self.paid_in));
                for ((rest, lp_now), (gp, (lp, paid_in))) in now.zip(balances) {
                    let profit = (lp + *lp_now - paid_in).max(0.0);
                    let open = ((carry * (*gp + profit) - *gp) / (rate - carry)).max(0.0);
                    let paid = rest.min(open);
                    *gp += rate * paid;
                    *lp_now += (1.0 - rate) * paid;
                    *rest -= paid;
                }
            }
            Claim::Split { carry } => {
                for ((rest, lp_now), gp) in now.zip(&mut self.gp) {
                    let carried = carry * *rest;
                    *gp += carried;
                    *lp_now += *rest - carried;
                    *rest = 0.0;
                }
            }
        }
    }

    /// Paid in so far, by fund.
    pub fn paid_in(&self) -> &[f64] {
        &self.paid_in
    }

    /// Distributed to LPs so far, by fund.
    pub fn distributed(&self) -> &[f64] {
        &self.lp
    }

    /// Carry paid so far, by fund.
    pub fn carry(&self) -> &[f64] {
        &self.gp
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
        let mut waterfall = Waterfall::default();
        waterfall.begin(&claims(terms), 1);
        let at = |flows: &[(usize, f64)], quarter: usize| -> f64 {
            flows
                .iter()
                .filter(|(year, _)| 4 * year == quarter)
                .map(|(_, amount)| amount)
                .sum()
        };
        let last = proceeds.iter().map(|(year, _)| 4 * year).max().unwrap_or(0);
        let mut lp = vec![0.0; last + 1];
        for quarter in 0..=last {
            lp[quarter] = waterfall.quarter(&[at(calls, quarter)], &[at(proceeds, quarter)])[0];
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
        let mut waterfall = Waterfall::default();
        waterfall.begin(&[Claim::Split { carry: 0.2 }], 1);
        waterfall.quarter(&[100.0], &[50.0]);
        assert!(waterfall.carry()[0] > 1.0, "carry before capital");
        let mut right = Waterfall::default();
        right.begin(&claims(&terms(0.08, 1.0, 0.2)), 1);
        right.quarter(&[100.0], &[50.0]);
        assert_eq!(right.carry()[0], 0.0);
    }

    #[test]
    fn funds_do_not_see_each_other() {
        let claims = claims(&terms(0.08, 1.0, 0.2));
        let mut many = Waterfall::default();
        many.begin(&claims, 9);
        let calls: Vec<f64> = (0..9).map(f64::from).collect();
        let proceeds: Vec<f64> = (0..9).map(|fund| 2.5 * f64::from(fund)).collect();
        many.quarter(&calls, &proceeds);
        for fund in 0..9 {
            let mut alone = Waterfall::default();
            alone.begin(&claims, 1);
            alone.quarter(&calls[fund..=fund], &proceeds[fund..=fund]);
            assert_eq!(alone.carry()[0], many.carry()[fund]);
            assert_eq!(alone.distributed()[0], many.distributed()[fund]);
        }
    }
}
