//! Quantities with their units: money, shares, rates, years, quarters.
//!
//! A bare `f64` does not cross a module boundary where one of these exists. Inside a hot kernel,
//! slices of `f32` or `f64` are right. Only operations that mean something are defined: money adds
//! to money, a share of money is money, money over money is a plain multiple or nothing at all.

use serde::Serialize;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};

/// Quarters in a year.
pub const QUARTERS_PER_YEAR: usize = 4;

/// One hundred million yuan (亿元), the unit of every figure of the programme.
pub const YI: f64 = 1e8;

/// An amount in yuan (CNY).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct Money(f64);

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0.0);

    /// An amount of `yuan`.
    pub const fn yuan(yuan: f64) -> Self {
        Self(yuan)
    }

    /// An amount of `yi` hundred million yuan (亿元).
    pub const fn yi(yi: f64) -> Self {
        Self(yi * YI)
    }

    /// The amount in yuan.
    pub const fn to_yuan(self) -> f64 {
        self.0
    }

    /// The amount in hundred million yuan (亿元).
    pub const fn to_yi(self) -> f64 {
        self.0 / YI
    }

    /// This amount as a multiple of `base`; `None` when there is no base.
    pub fn per(self, base: Self) -> Option<f64> {
        (base.0 > 0.0).then(|| self.0 / base.0)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<Share> for Money {
    type Output = Self;
    fn mul(self, share: Share) -> Self {
        Self(self.0 * share.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// A part of a whole, in `[0, 1]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct Share(f64);

impl Share {
    /// A share of `fraction`, brought into `[0, 1]`.
    pub const fn new(fraction: f64) -> Self {
        Self(fraction.clamp(0.0, 1.0))
    }

    /// The share as a number in `[0, 1]`.
    pub const fn fraction(self) -> f64 {
        self.0
    }

    /// What is left of the whole.
    #[must_use]
    pub const fn rest(self) -> Self {
        Self(1.0 - self.0)
    }
}

/// A rate per year, annual effective where it compounds and simple where it is a fee.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct AnnualRate(f64);

impl AnnualRate {
    /// A rate of `per_year` (0.08 is 8% a year).
    pub const fn new(per_year: f64) -> Self {
        Self(per_year)
    }

    /// The rate per year.
    pub const fn per_year(self) -> f64 {
        self.0
    }

    /// Growth over one quarter when the rate compounds: `(1 + r)^(1/4)`.
    pub fn quarterly_growth(self) -> f64 {
        libm::sqrt(libm::sqrt(1.0 + self.0))
    }

    /// What one quarter of a simple rate costs per unit of its basis: `r / 4`.
    pub const fn quarterly_simple(self) -> f64 {
        self.0 / QUARTERS_PER_YEAR as f64
    }
}

/// A span or date in years from the scenario's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct Years(f64);

impl Years {
    /// A span of `years`.
    pub const fn new(years: f64) -> Self {
        Self(years)
    }

    /// The span in years.
    pub const fn years(self) -> f64 {
        self.0
    }

    /// Whole quarters in the span, rounded to the nearest.
    pub fn quarters(self) -> usize {
        libm::round(self.0 * QUARTERS_PER_YEAR as f64) as usize
    }

    /// The quarter that holds this date.
    pub fn quarter(self) -> usize {
        (self.0 * QUARTERS_PER_YEAR as f64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_quarters_of_a_rate_make_a_year() {
        let growth = AnnualRate::new(0.08).quarterly_growth();
        assert!((growth * growth * growth * growth - 1.08).abs() < 1e-15);
        assert_eq!(AnnualRate::new(0.02).quarterly_simple() * 4.0, 0.02);
    }

    #[test]
    fn nothing_is_a_multiple_of_no_money() {
        assert_eq!(Money::yi(1.0).per(Money::ZERO), None);
        assert_eq!(Money::yi(3.0).per(Money::yi(2.0)), Some(1.5));
    }

    #[test]
    fn a_date_falls_in_the_quarter_that_holds_it() {
        assert_eq!(Years::new(0.0).quarter(), 0);
        assert_eq!(Years::new(1.26).quarter(), 5);
        assert_eq!(Years::new(1.5).quarters(), 6);
    }
}
