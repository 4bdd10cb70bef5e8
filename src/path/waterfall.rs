//! Distributions from a fund to its LPs and its manager: claims in order, whole-fund (European).
//!
//! The arithmetic is written for a vector of funds of any width, so that a processor keeps the balances of a
//! few funds at hand through all quarters, and one fund alone is a vector of width one. A new kind of claim is
//! one more arm of `Waterfall::quarter`.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use crate::structure::claims::Claim;
use pulp::Simd;

/// What the funds of one kind owe to whom.
#[derive(Clone, Debug, Default)]
pub struct Waterfall {
    claims: Vec<Claim>,
    growth: f64,
}

/// Balances of a vector of funds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Balances<V> {
    /// Capital and preferred return owed to LPs.
    owed: V,
    /// Paid in so far.
    pub paid_in: V,
    /// Given back so far by claims on capital alone.
    returned: V,
    /// Proceeds so far.
    received: V,
    /// Carry paid so far.
    pub carry: V,
}

/// A quarter's distribution while claims are served.
struct Distribution<V> {
    /// Not yet claimed.
    rest: V,
    /// To the manager.
    carry: V,
    /// To LPs on what is owed to them.
    owed: V,
}

/// What LPs get in a quarter.
#[derive(Clone, Copy, Debug)]
pub struct ToLps<V> {
    /// All of it.
    pub all: V,
    /// The part beyond their capital and hurdle.
    pub excess: V,
}

impl Waterfall {
    /// Funds with these claims.
    ///
    /// Capital directly before a hurdle is left to the hurdle: the LPs get both, and what is owed to them is
    /// never less than their capital.
    pub fn begin(&mut self, claims: &[Claim]) {
        let growth = |claim: &Claim| match claim {
            Claim::Hurdle { growth } => Some(*growth),
            _ => None,
        };
        self.growth = claims.iter().find_map(growth).unwrap_or(1.0);
        self.claims.clear();
        for (i, claim) in claims.iter().enumerate() {
            let hurdle_follows = claims.get(i + 1).and_then(growth).is_some_and(|g| g >= 1.0);
            if *claim != Claim::Capital || !hurdle_follows {
                self.claims.push(*claim);
            }
        }
    }

    /// One quarter of several vectors of funds: what was owed grows, `calls` are paid in, `proceeds` are
    /// distributed.
    ///
    /// Returns what the LPs get: all that no claim gives to the manager. Each claim is served for all vectors
    /// before the next one, so that while one vector waits for a result another one goes on.
    #[inline(always)]
    pub fn quarter<S: Simd, const VECTORS: usize>(
        &self,
        simd: S,
        balances: &mut [Balances<S::f64s>; VECTORS],
        calls: [S::f64s; VECTORS],
        proceeds: [S::f64s; VECTORS],
    ) -> [S::f64s; VECTORS] {
        let to_lps = self.quarter_in_parts(simd, balances, calls, proceeds);
        to_lps.map(|to_lps| to_lps.all)
    }

    /// The same with what lies beyond capital and hurdle told apart.
    #[inline(always)]
    pub fn quarter_in_parts<S: Simd, const VECTORS: usize>(
        &self,
        simd: S,
        balances: &mut [Balances<S::f64s>; VECTORS],
        calls: [S::f64s; VECTORS],
        proceeds: [S::f64s; VECTORS],
    ) -> [ToLps<S::f64s>; VECTORS] {
        let mut now = proceeds.map(|proceeds| Distribution {
            rest: proceeds,
            carry: simd.splat_f64s(0.0),
            owed: simd.splat_f64s(0.0),
        });
        for i in 0..VECTORS {
            balances[i].pay_in(simd, self.growth, calls[i], proceeds[i]);
        }
        for claim in &self.claims {
            match *claim {
                Claim::Capital => {
                    for (balances, now) in balances.iter_mut().zip(&mut now) {
                        balances.return_capital(simd, now);
                    }
                }
                Claim::Hurdle { .. } => {
                    for (balances, now) in balances.iter_mut().zip(&mut now) {
                        balances.pay_hurdle(simd, now);
                    }
                }
                Claim::CatchUp {
                    rate,
                    carry,
                    per_missing,
                } => {
                    for (balances, now) in balances.iter().zip(&mut now) {
                        balances.catch_up(simd, rate, carry, per_missing, now);
                    }
                }
                Claim::Split { carry } => {
                    for now in &mut now {
                        now.pay_manager(simd, carry, now.rest);
                        now.rest = simd.splat_f64s(0.0);
                    }
                }
            }
        }
        for (balances, now) in balances.iter_mut().zip(&now) {
            balances.carry = simd.add_f64s(balances.carry, now.carry);
        }
        std::array::from_fn(|i| {
            let all = simd.sub_f64s(proceeds[i], now[i].carry);
            let excess = simd.sub_f64s(all, now[i].owed);
            ToLps { all, excess }
        })
    }
}

impl<V: Copy> Balances<V> {
    /// New funds.
    #[inline(always)]
    pub fn new<S: Simd<f64s = V>>(simd: S) -> Self {
        let nothing = simd.splat_f64s(0.0);
        Self {
            owed: nothing,
            paid_in: nothing,
            returned: nothing,
            received: nothing,
            carry: nothing,
        }
    }

    /// Distributed to LPs so far.
    #[inline(always)]
    pub fn distributed<S: Simd<f64s = V>>(&self, simd: S) -> V {
        simd.sub_f64s(self.received, self.carry)
    }

    #[inline(always)]
    fn pay_in<S: Simd<f64s = V>>(&mut self, simd: S, growth: f64, calls: V, proceeds: V) {
        let grown = simd.mul_f64s(self.owed, simd.splat_f64s(growth));
        self.owed = simd.add_f64s(grown, calls);
        self.paid_in = simd.add_f64s(self.paid_in, calls);
        self.received = simd.add_f64s(self.received, proceeds);
    }

    #[inline(always)]
    fn return_capital<S: Simd<f64s = V>>(&mut self, simd: S, now: &mut Distribution<V>) {
        let capital = simd.sub_f64s(self.paid_in, self.returned);
        let paid = simd.min_f64s(now.rest, capital);
        let owed = simd.sub_f64s(self.owed, paid);
        self.returned = simd.add_f64s(self.returned, paid);
        self.owed = simd.max_f64s(owed, simd.splat_f64s(0.0));
        now.owed = simd.add_f64s(now.owed, paid);
        now.rest = simd.sub_f64s(now.rest, paid);
    }

    #[inline(always)]
    fn pay_hurdle<S: Simd<f64s = V>>(&mut self, simd: S, now: &mut Distribution<V>) {
        let paid = simd.min_f64s(now.rest, self.owed);
        self.owed = simd.sub_f64s(self.owed, paid);
        now.owed = simd.add_f64s(now.owed, paid);
        now.rest = simd.sub_f64s(now.rest, paid);
    }

    #[inline(always)]
    fn catch_up<S: Simd<f64s = V>>(
        &self,
        simd: S,
        rate: f64,
        carry: f64,
        per_missing: f64,
        now: &mut Distribution<V>,
    ) {
        // Without a profit the manager's part of it is negative, and nothing is missing.
        let net = simd.sub_f64s(self.received, self.paid_in);
        let profit = simd.sub_f64s(net, now.rest);
        let part = simd.mul_f64s(simd.splat_f64s(carry), profit);
        let missing = simd.sub_f64s(part, simd.add_f64s(self.carry, now.carry));
        let open = simd.mul_f64s(missing, simd.splat_f64s(per_missing));
        let open = simd.max_f64s(open, simd.splat_f64s(0.0));
        let paid = simd.min_f64s(now.rest, open);
        now.pay_manager(simd, rate, paid);
        now.rest = simd.sub_f64s(now.rest, paid);
    }
}

impl<V: Copy> Distribution<V> {
    /// Gives the manager `rate` of what a claim pays.
    #[inline(always)]
    fn pay_manager<S: Simd<f64s = V>>(&mut self, simd: S, rate: f64, paid: V) {
        let part = simd.mul_f64s(simd.splat_f64s(rate), paid);
        self.carry = simd.add_f64s(self.carry, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::irr::{Irr, irr};
    use crate::scenario::{Fee, FeeBasis, FundTerms};
    use crate::structure::claims::claims;
    use crate::units::{AnnualRate, Share};
    use pulp::Scalar;

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
            concession: None,
        }
    }

    /// Funds, each a vector of its own.
    struct Funds<const FUNDS: usize> {
        waterfall: Waterfall,
        balances: [Balances<f64>; FUNDS],
    }

    impl<const FUNDS: usize> Funds<FUNDS> {
        fn new(claims: &[Claim]) -> Self {
            let mut waterfall = Waterfall::default();
            waterfall.begin(claims);
            let balances = [Balances::default(); FUNDS];
            Self {
                waterfall,
                balances,
            }
        }

        fn quarter(&mut self, calls: [f64; FUNDS], proceeds: [f64; FUNDS]) -> [f64; FUNDS] {
            self.waterfall
                .quarter(Scalar::new(), &mut self.balances, calls, proceeds)
        }

        fn distributed(&self) -> [f64; FUNDS] {
            self.balances
                .map(|balances| balances.distributed(Scalar::new()))
        }

        fn carry(&self) -> [f64; FUNDS] {
            self.balances.map(|balances| balances.carry)
        }
    }

    /// Runs one fund with flows at whole years; LP flows by year, and the carry.
    fn run(
        terms: &FundTerms,
        calls: &[(usize, f64)],
        proceeds: &[(usize, f64)],
    ) -> (Vec<f64>, f64) {
        let mut fund = Funds::<1>::new(&claims(terms));
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
            [*paid] = fund.quarter([at(calls, quarter)], [at(proceeds, quarter)]);
        }
        assert!((lp.iter().sum::<f64>() - fund.distributed()[0]).abs() < 1e-9);
        (lp, fund.carry()[0])
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
        let mut wrong = Funds::<1>::new(&[Claim::Split { carry: 0.2 }]);
        wrong.quarter([100.0], [50.0]);
        assert!(wrong.carry()[0] > 1.0, "carry before capital");
        let mut right = Funds::<1>::new(&claims(&terms(0.08, 1.0, 0.2)));
        right.quarter([100.0], [50.0]);
        assert_eq!(right.carry()[0], 0.0);
    }

    /// Capital with something between it and the hurdle is a claim of its own, and pays the same.
    #[test]
    fn capital_alone_and_then_the_hurdle_pay_what_they_pay_together() {
        let together = claims(&terms(0.08, 0.5, 0.2));
        let nothing = Claim::CatchUp {
            rate: 1.0,
            carry: 0.0,
            per_missing: 1.0,
        };
        let mut apart = together.clone();
        apart.insert(1, nothing);
        let (mut together, mut apart) = (Funds::<1>::new(&together), Funds::<1>::new(&apart));
        assert!(apart.waterfall.claims.len() > together.waterfall.claims.len() + 1);
        for (call, proceeds) in [
            (60.0, 0.0),
            (40.0, 30.0),
            (0.0, 55.0),
            (5.0, 16.0),
            (0.0, 4.0),
            (0.0, 40.0),
        ] {
            let [paid] = together.quarter([call], [proceeds]);
            close(apart.quarter([call], [proceeds])[0], paid);
        }
        assert!(together.carry()[0] > 1.0, "all claims were served");
        close(apart.carry()[0], together.carry()[0]);
    }

    #[test]
    fn funds_do_not_see_each_other() {
        let claims = claims(&terms(0.08, 1.0, 0.2));
        let mut many = Funds::<9>::new(&claims);
        let calls: [f64; 9] = std::array::from_fn(|fund| fund as f64);
        let proceeds = calls.map(|call| 2.5 * call);
        many.quarter(calls, proceeds);
        for fund in 0..9 {
            let mut alone = Funds::<1>::new(&claims);
            alone.quarter([calls[fund]], [proceeds[fund]]);
            assert_eq!(alone.carry()[0], many.carry()[fund]);
            assert_eq!(alone.distributed()[0], many.distributed()[fund]);
        }
    }
}
