//! Bracketed root finding.

use std::fmt;

/// Why no root was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RootError {
    /// The function has the same sign, or no value, at the two ends of the bracket.
    NotBracketed {
        /// Lower end and the function there.
        low: (f64, f64),
        /// Upper end and the function there.
        high: (f64, f64),
    },
}

impl fmt::Display for RootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::NotBracketed { low, high } = self;
        write!(
            f,
            "no sign change between {} (value {}) and {} (value {})",
            low.0, low.1, high.0, high.1
        )
    }
}

impl std::error::Error for RootError {}

/// A root of the continuous function f between low and high, where its signs differ, to within `tolerance` in the argument.
///
/// Chandrupatla, "A new hybrid quadratic/bisection algorithm", Advances in Engineering Software 28 (1997): inverse quadratic interpolation
/// where the last three points allow it, else bisection. It never leaves the bracket and needs about 10 evaluations for smooth functions.
///
/// # Errors
/// [`RootError::NotBracketed`] if f(low) and f(high) have one sign or are NaN.
pub fn root(low: f64, high: f64, tolerance: f64, f: impl Fn(f64) -> f64) -> Result<f64, RootError> {
    // a: newest point; b: the other end of the bracket; c: the point that a replaced
    let (mut a, mut b) = (high, low);
    let (mut fa, mut fb) = (f(a), f(b));
    if !(fa <= 0.0 && fb >= 0.0 || fa >= 0.0 && fb <= 0.0) {
        return Err(RootError::NotBracketed {
            low: (low, fb),
            high: (high, fa),
        });
    }
    let mut share: f64 = 0.5; // where between a and b the next point lies
    loop {
        let best = if fa.abs() < fb.abs() { a } else { b };
        let closeness = (2.0 * f64::EPSILON * best.abs() + tolerance) / (b - a).abs();
        if closeness > 0.5 || fa == 0.0 || fb == 0.0 {
            return Ok(best);
        }
        let x = a + share.clamp(closeness, 1.0 - closeness) * (b - a);
        let fx = f(x);
        let (c, fc) = if (fx > 0.0) == (fa > 0.0) {
            (a, fa)
        } else {
            let old = (b, fb);
            (b, fb) = (a, fa);
            old
        };
        (a, fa) = (x, fx);
        let xi = (a - b) / (c - b);
        let phi = (fa - fb) / (fc - fb);
        let interpolates = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
        share = if interpolates {
            fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        } else {
            0.5
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    #[test]
    fn smooth_functions_take_few_evaluations() {
        let evaluations = Cell::new(0);
        let x = root(0.0, 4.0, 1e-14, |x| {
            evaluations.set(evaluations.get() + 1);
            libm::exp(x) - 10.0
        });
        assert!((x.unwrap() - std::f64::consts::LN_10).abs() < 1e-13);
        assert!(evaluations.get() <= 15, "{}", evaluations.get());
    }

    #[test]
    fn roots_at_the_ends_and_hard_functions_are_found() {
        assert_eq!(root(1.0, 2.0, 1e-12, |x| x - 1.0), Ok(1.0));
        assert_eq!(root(1.0, 2.0, 1e-12, |x| x - 2.0), Ok(2.0));
        let step = root(0.0, 1.0, 1e-12, |x| if x < 0.3 { -1.0 } else { 1e9 }).unwrap();
        assert!((step - 0.3).abs() < 1e-11);
        let flat = root(-1.0, 1.5, 1e-12, |x| x * x * x * x * x * x * x).unwrap();
        assert!(flat.abs() < 1e-6);
    }

    #[test]
    fn a_bracket_without_sign_change_is_refused() {
        let error = root(0.0, 1.0, 1e-12, |x| x + 1.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no sign change between 0 (value 1) and 1 (value 2)"
        );
        assert!(root(0.0, 1.0, 1e-12, |_| f64::NAN).is_err());
    }

    proptest! {
        #[test]
        fn planted_roots_of_cubics_are_found(planted in -5.0..5.0_f64, slope in 0.01..100.0_f64, cubic in 0.0..100.0_f64) {
            let x = root(-10.0, 10.0, 1e-13, |x| { let d = x - planted; slope * d + cubic * d * d * d }).unwrap();
            prop_assert!((x - planted).abs() < 1e-12);
        }
    }
}
