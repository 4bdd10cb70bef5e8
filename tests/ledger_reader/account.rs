//! Accounts: two sides that must agree, on the scale of a vehicle, and what was found where they do not.

use std::collections::BTreeSet;

/// Accounts agree to this part of the vehicle's size.
const TOLERANCE: f64 = 1e-9;

/// Names of the accounts in which something does not agree.
pub type Findings = BTreeSet<&'static str>;

/// Money of one vehicle, all compared on its scale.
pub struct Account<'a> {
    pub scale: f64,
    pub found: &'a mut Findings,
}

impl Account<'_> {
    /// Two numbers that must agree.
    pub fn agree(&mut self, name: &'static str, one: f64, other: f64) {
        let gap = (one - other).abs();
        // A gap that is no number is one, too.
        if gap.is_nan() || gap > TOLERANCE * self.scale {
            self.found.insert(name);
        }
    }

    /// Two numbers that must agree but for `rounding`.
    pub fn nearly(&mut self, name: &'static str, one: f64, other: f64, rounding: f64) {
        let gap = (one - other).abs() - rounding.abs();
        self.agree(name, gap.max(0.0), 0.0);
    }

    /// Two series that must agree in every quarter.
    pub fn all(&mut self, name: &'static str, one: &[f64], other: &[f64]) {
        assert_eq!(one.len(), other.len(), "{name}");
        for (one, other) in one.iter().zip(other) {
            self.agree(name, *one, *other);
        }
    }

    /// Cash is never negative, and nothing is left at the end.
    pub fn cash(&mut self, name: &'static str, ins: &[&[f64]], outs: &[&[f64]]) {
        let mut cash = 0.0;
        for quarter in 0..ins[0].len() {
            cash += ins.iter().map(|flow| flow[quarter]).sum::<f64>();
            cash -= outs.iter().map(|flow| flow[quarter]).sum::<f64>();
            self.agree(name, cash.min(0.0), 0.0);
        }
        self.agree(name, cash, 0.0);
    }
}
