//! The treasury's side: what it budgets year by year, and whether the money comes back with the bond's interest.
//!
//! Only cash counts as paid back. What the structure still holds at the term stands beside it, as its present value.
//! Money of a quarter moves at the quarter's start, as for the IRR, so that a net present value above 0 and an IRR above the bond's rate
//! are one statement for bonds that are issued as money is called.

use super::{MetricUnit, MissingRank, Sink, put_years, ratio};
use crate::path::ledger::Ledger;
use crate::scenario::{BondDraw, National};

/// The two rules of issuing bonds, with their names.
const RULES: [(BondDraw, &str); 2] = [
    (BondDraw::AsCalled, "as_called"),
    (BondDraw::Upfront, "upfront"),
];

/// Writes the largest yearly call on the treasury and the call of every year of the programme.
pub fn record_calls(ledger: &Ledger, sink: &mut impl Sink) {
    let (money, omitted) = (MetricUnit::Money, MissingRank::Omitted);
    let yearly = || {
        ledger
            .national
            .calls
            .chunks(4)
            .map(|year| year.iter().sum::<f64>())
    };
    let peak = yearly().fold(0.0_f64, f64::max);
    sink.put(&["national.peak_annual_call"], money, omitted, peak);
    put_years("national.annual_call.", money, yearly(), sink);
}

/// Writes the treasury's account under the scenario's rule of issuing bonds, then under each rule.
pub fn record_account(national: &National, ledger: &Ledger, sink: &mut impl Sink) {
    let flows = &ledger.national;
    let account = |draw| Account::of(national, draw, &flows.calls, &flows.distributions);
    let accounts = RULES.map(|(draw, name)| (draw, name, account(draw)));
    for (draw, _, account) in &accounts {
        if *draw == national.bond_draw {
            account.record(["fiscal", ""], sink);
        }
    }
    for (_, name, account) in &accounts {
        account.record(["fiscal.", name], sink);
    }
    let quarters = flows.calls.len();
    let growth = national.bond_rate.quarterly_growth();
    let discount = (1..quarters).fold(1.0, |discount, _| discount / growth);
    sink.put(
        &["fiscal.residual_present_value"],
        MetricUnit::Money,
        MissingRank::Omitted,
        ledger.national_residual * discount,
    );
}

/// Bonds and what they brought, in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Account {
    /// Bonds issued by the term.
    principal: f64,
    /// Cash paid to the treasury by the term, with what is left of idle cash.
    paid_back: f64,
    /// Net present value of both at the bond's rate.
    npv: f64,
}

impl Account {
    /// The account of `calls` on the national company and `distributions` to the treasury.
    fn of(national: &National, draw: BondDraw, calls: &[f64], distributions: &[f64]) -> Self {
        let bond = national.bond_rate.quarterly_growth();
        match draw {
            BondDraw::AsCalled => Self::as_called(bond, calls, distributions),
            BondDraw::Upfront => {
                let cash = national.cash_rate.quarterly_growth();
                Self::upfront(bond, cash, national.capital.to_yuan(), calls, distributions)
            }
        }
    }

    /// Each call is paid by bonds of that quarter; `bond` is a quarter's growth at their rate.
    fn as_called(bond: f64, calls: &[f64], distributions: &[f64]) -> Self {
        let (mut account, mut discount) = (Self::default(), 1.0);
        for (call, distribution) in calls.iter().zip(distributions) {
            account.issue(*call, discount);
            account.receive(*distribution, discount);
            discount /= bond;
        }
        account
    }

    /// Bonds bring `capital` in the first quarter; what is not called grows by `cash` a quarter and comes back in the last one.
    ///
    /// Calls beyond the cash that is left are paid by further bonds.
    fn upfront(bond: f64, cash: f64, capital: f64, calls: &[f64], distributions: &[f64]) -> Self {
        let (mut account, mut discount, mut idle) = (Self::default(), 1.0, capital);
        account.issue(capital, discount);
        let last = calls.len().saturating_sub(1);
        for (quarter, (call, distribution)) in calls.iter().zip(distributions).enumerate() {
            idle -= call;
            if idle < 0.0 {
                account.issue(-idle, discount);
                idle = 0.0;
            }
            account.receive(*distribution, discount);
            if quarter == last {
                account.receive(idle, discount);
            }
            idle *= cash;
            discount /= bond;
        }
        account
    }

    fn issue(&mut self, amount: f64, discount: f64) {
        self.principal += amount;
        self.npv -= amount * discount;
    }

    fn receive(&mut self, amount: f64, discount: f64) {
        self.paid_back += amount;
        self.npv += amount * discount;
    }

    fn record(&self, name: [&str; 2], sink: &mut impl Sink) {
        let [first, second] = name;
        let recovered = ratio(self.paid_back, self.principal);
        for (measure, unit, value) in [
            (".principal", MetricUnit::Money, self.principal),
            (".paid_back", MetricUnit::Money, self.paid_back),
            (".principal_recovered", MetricUnit::Multiple, recovered),
            (".npv", MetricUnit::Money, self.npv),
        ] {
            sink.put(&[first, second, measure], unit, MissingRank::Omitted, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: [f64; 4] = [40.0, 30.0, 10.0, 0.0];
    const DISTRIBUTIONS: [f64; 4] = [0.0, 0.0, 50.0, 60.0];

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    }

    /// At 1% a quarter: -40 - 30/1.01 + 40/1.01^2 + 60/1.01^3.
    #[test]
    fn bonds_issued_as_called_owe_what_was_called() {
        let account = Account::as_called(1.01, &CALLS, &DISTRIBUTIONS);
        close(account.principal, 80.0);
        close(account.paid_back, 110.0);
        let expected = -40.0 - 30.0 / 1.01 + 40.0 / 1.0201 + 60.0 / 1.030_301;
        close(account.npv, expected);
        assert!((expected - 27.744_28).abs() < 1e-5);
    }

    /// 100 raised at once, nothing earned on cash: 20 come back unused in the last quarter.
    #[test]
    fn bonds_issued_upfront_owe_the_capital_and_get_idle_cash_back() {
        let account = Account::upfront(1.01, 1.0, 100.0, &CALLS, &DISTRIBUTIONS);
        close(account.principal, 100.0);
        close(account.paid_back, 130.0);
        let expected = -100.0 + 50.0 / 1.0201 + 80.0 / 1.030_301;
        close(account.npv, expected);
        assert!((expected - 26.662_01).abs() < 1e-5);
    }

    /// Idle cash at 0.5% a quarter: 60, 60.3 - 30 = 30.3, 30.4515 - 10 = 20.4515, 20.5537575 at the end.
    #[test]
    fn idle_cash_earns_its_rate_until_it_is_called() {
        let account = Account::upfront(1.01, 1.005, 100.0, &CALLS, &DISTRIBUTIONS);
        close(account.paid_back, 110.0 + 20.553_757_5);
    }

    #[test]
    fn cash_at_the_bond_s_rate_makes_the_two_rules_worth_the_same() {
        let called = Account::as_called(1.02, &CALLS, &DISTRIBUTIONS);
        let upfront = Account::upfront(1.02, 1.02, 100.0, &CALLS, &DISTRIBUTIONS);
        close(called.npv, upfront.npv);
        let poorer = Account::upfront(1.02, 1.01, 100.0, &CALLS, &DISTRIBUTIONS);
        assert!(poorer.npv < called.npv - 0.1);
    }

    /// The bond that the flows just beat is the one at their IRR.
    #[test]
    fn at_the_irr_of_the_flows_bonds_issued_as_called_are_worth_nothing() {
        let net: Vec<f64> = DISTRIBUTIONS
            .iter()
            .zip(CALLS)
            .map(|(d, c)| d - c)
            .collect();
        let rate = crate::math::irr::irr(&net, 0.25).rate().unwrap();
        let worth = |rate: f64| {
            let bond = crate::units::AnnualRate::new(rate).quarterly_growth();
            Account::as_called(bond, &CALLS, &DISTRIBUTIONS).npv
        };
        close(worth(rate), 0.0);
        assert!(worth(rate - 0.01) > 0.0 && worth(rate + 0.01) < 0.0);
    }

    #[test]
    fn calls_beyond_the_cash_are_paid_by_further_bonds() {
        let account = Account::upfront(1.0, 1.0, 60.0, &CALLS, &DISTRIBUTIONS);
        close(account.principal, 80.0);
        close(account.paid_back, 110.0);
        close(account.npv, 30.0);
    }
}
