//! The lines of a fund's waterfall, quarter by quarter: what each claim took of a distribution.
//!
//! The engine keeps only what LPs and the manager get in all; the lines are worked out here from the fund's calls
//! and proceeds, claim by claim, and their carry is the engine's.

use crate::structure::claims::Claim;
use serde::Serialize;

/// One distribution, split by claim. All in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Line {
    /// When.
    pub quarter: usize,
    /// Paid-in capital returned to the LPs.
    pub capital: f64,
    /// The LPs' preferred return.
    pub hurdle: f64,
    /// Taken by the catch-up, the manager's part and the LPs'.
    pub catch_up: f64,
    /// What was left to be split.
    pub split: f64,
    /// The manager's part of catch-up and split.
    pub carry: f64,
}

/// The lines of a fund with these `claims`, for every quarter from `first` on that has proceeds.
pub fn lines(claims: &[Claim], first: usize, calls: &[f64], proceeds: &[f64]) -> Vec<Line> {
    let mut account = Account::default();
    let mut lines = Vec::new();
    for (i, (&call, &received)) in calls.iter().zip(proceeds).enumerate() {
        let line = account.quarter(claims, call, received);
        if received != 0.0 {
            lines.push(Line {
                quarter: first + i,
                ..line
            });
        }
    }
    lines
}

/// What is owed and was paid so far.
#[derive(Clone, Copy, Debug, Default)]
struct Account {
    paid_in: f64,
    /// Capital and preferred return not yet paid.
    owed: f64,
    returned: f64,
    received: f64,
    carry: f64,
}

impl Account {
    fn quarter(&mut self, claims: &[Claim], call: f64, received: f64) -> Line {
        let growth = |claim: &Claim| match claim {
            Claim::Hurdle { growth } => Some(*growth),
            _ => None,
        };
        self.owed = self.owed * claims.iter().find_map(growth).unwrap_or(1.0) + call;
        self.paid_in += call;
        self.received += received;
        let mut line = Line::default();
        let mut rest = received;
        for claim in claims {
            match *claim {
                Claim::Capital => {
                    line.capital = rest.min(self.paid_in - self.returned);
                    self.returned += line.capital;
                    self.owed = (self.owed - line.capital).max(0.0);
                    rest -= line.capital;
                }
                Claim::Hurdle { .. } => {
                    line.hurdle = rest.min(self.owed);
                    self.owed -= line.hurdle;
                    rest -= line.hurdle;
                }
                Claim::CatchUp {
                    rate,
                    carry,
                    per_missing,
                } => {
                    let profit = self.received - self.paid_in - rest;
                    let missing = carry * profit - (self.carry + line.carry);
                    line.catch_up = rest.min((missing * per_missing).max(0.0));
                    line.carry += rate * line.catch_up;
                    rest -= line.catch_up;
                }
                Claim::Split { carry } => {
                    line.split = rest;
                    line.carry += carry * rest;
                    rest = 0.0;
                }
            }
        }
        self.carry += line.carry;
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIMS: [Claim; 4] = [
        Claim::Capital,
        Claim::Hurdle { growth: 1.02 },
        Claim::CatchUp {
            rate: 1.0,
            carry: 0.2,
            per_missing: 1.25,
        },
        Claim::Split { carry: 0.2 },
    ];

    /// 100 paid in at once; 2% a quarter. After one quarter 102 is owed, 0.5 catches up, the rest is split.
    #[test]
    fn claims_are_served_in_their_order() {
        let lines = lines(&CLAIMS, 3, &[100.0, 0.0, 0.0], &[0.0, 112.5, 10.0]);
        let expected = [
            (4, [100.0, 2.0, 0.5, 10.0, 2.5]),
            (5, [0.0, 0.0, 0.0, 10.0, 2.0]),
        ];
        assert_eq!(lines.len(), expected.len());
        for (line, (quarter, amounts)) in lines.iter().zip(expected) {
            assert_eq!(line.quarter, quarter);
            let found = [
                line.capital,
                line.hurdle,
                line.catch_up,
                line.split,
                line.carry,
            ];
            for (found, expected) in found.iter().zip(amounts) {
                assert!((found - expected).abs() < 1e-9, "{line:?}");
            }
        }
    }

    #[test]
    fn a_call_after_a_distribution_is_capital_again() {
        let lines = lines(&CLAIMS, 0, &[10.0, 5.0], &[10.0, 5.0]);
        let capital: f64 = lines.iter().map(|line| line.capital).sum();
        assert!((capital - 15.0).abs() < 1e-12);
        assert!(lines.iter().all(|line| line.carry == 0.0));
    }
}
