//! From the means and spreads that a scenario states to the parameters that a draw needs, solved once at set-up in f64.
//!
//! A scenario gives the mean of what comes out. Where noise passes through a link (logistic, exponential, truncation, normalisation) the
//! parameter behind it is solved here so that the mean stays what was stated: risk adds no drift. Every law is drawn by its quantile function,
//! rising in one uniform, so that a small change of a parameter moves each draw a little.

mod gamma;
mod weights;

pub use gamma::GammaQuantileTable;
pub use weights::{Conditions, unconditional_base_weights};

use super::elementary::{normal_cdf_f64, normal_quantile_f64};
use super::quadrature::expect_trapezoidal;
use super::roots::root;
use std::fmt;

/// Why no parameters fit what was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LinkError {
    /// A number outside the range in which it means anything.
    OutOfRange {
        /// Name of the number.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The range, in words.
        range: &'static str,
    },
    /// A number that no parameter of the law attains beside the others.
    Unattainable {
        /// Name of the number.
        name: &'static str,
        /// Its value.
        value: f64,
        /// Lower bound of what is attainable.
        low: f64,
        /// Upper bound of what is attainable.
        high: f64,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange { name, value, range } => {
                write!(f, "{name} is {value}, must be {range}")
            }
            Self::Unattainable {
                name,
                value,
                low,
                high,
            } => write!(f, "{name} is {value}, attainable is {low} to {high}"),
        }
    }
}

impl std::error::Error for LinkError {}

/// The value if `ok` holds for it, else the error that names it and its range.
fn checked(
    name: &'static str,
    value: f64,
    range: &'static str,
    ok: impl Fn(f64) -> bool,
) -> Result<f64, LinkError> {
    if ok(value) {
        Ok(value)
    } else {
        Err(LinkError::OutOfRange { name, value, range })
    }
}

fn positive(name: &'static str, value: f64) -> Result<f64, LinkError> {
    checked(name, value, "finite and above 0", |x| {
        x > 0.0 && x.is_finite()
    })
}

fn not_negative(name: &'static str, value: f64) -> Result<f64, LinkError> {
    checked(name, value, "finite and not below 0", |x| {
        x >= 0.0 && x.is_finite()
    })
}

fn inside_unit(name: &'static str, value: f64) -> Result<f64, LinkError> {
    checked(name, value, "above 0 and below 1", |x| 0.0 < x && x < 1.0)
}

/// Largest standard deviation on the logit scale: beyond it nearly all mass lies at 0 and 1.
const LOGIT_SD_MAX: f64 = 40.0;

/// The logistic function 1 / (1 + e^-x), a share in (0, 1).
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The log odds ln(p / (1 - p)) of a share p in (0, 1).
pub fn logit(p: f64) -> f64 {
    libm::log(p) - libm::log1p(-p)
}

/// The intercept a with E logistic(a + `sd` Z) = `mean`, Z standard normal.
///
/// # Errors
/// If `mean` is not inside (0, 1) or `sd` not in [0, 40].
pub fn logistic_intercept(mean: f64, sd: f64) -> Result<f64, LinkError> {
    let mean = inside_unit("mean", mean)?;
    let sd = checked("sd", sd, "0 to 40", |sd| (0.0..=LOGIT_SD_MAX).contains(&sd))?;
    let start = logit(mean);
    let reach = 10.0 * sd; // moves the mean past any level above e^-50
    let miss = |a: f64| expect_trapezoidal(|z| logistic(a + sd * z)) - mean;
    Ok(if sd == 0.0 {
        start
    } else {
        root(start - reach, start + reach, 1e-14, miss).unwrap_or(start)
    })
}

/// logistic(location + scale Z): a share in (0, 1) with a closed quantile function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogitNormal {
    /// Mean of the logit; logistic of it is the median.
    pub location: f64,
    /// Standard deviation of the logit.
    pub scale: f64,
}

impl LogitNormal {
    /// The law with this mean and standard deviation of the share itself. A standard deviation of 0 is the constant.
    ///
    /// # Errors
    /// If `mean` is not inside (0, 1), `sd` is negative or `sd` is not attained, for which it must stay below sqrt(mean (1 - mean)).
    pub fn from_mean_sd(mean: f64, sd: f64) -> Result<Self, LinkError> {
        let mean = inside_unit("mean", mean)?;
        let sd = not_negative("sd", sd)?;
        let with_scale =
            |scale: f64| logistic_intercept(mean, scale).map(|location| Self { location, scale });
        let spread = |scale: f64| with_scale(scale).map_or(f64::NAN, |law| law.sd_about(mean));
        let miss = |scale: f64| {
            if scale == 0.0 {
                -sd
            } else {
                spread(scale) - sd
            }
        };
        let scale = root(0.0, LOGIT_SD_MAX, 1e-13, miss);
        with_scale(scale.map_err(|_| LinkError::Unattainable {
            name: "sd",
            value: sd,
            low: 0.0,
            high: spread(LOGIT_SD_MAX),
        })?)
    }

    fn sd_about(self, mean: f64) -> f64 {
        expect_trapezoidal(|z| {
            let deviation = self.sample_from_normal(z) - mean;
            deviation * deviation
        })
        .sqrt()
    }

    /// The share at a standard normal z; rises in z.
    pub fn sample_from_normal(self, z: f64) -> f64 {
        logistic(self.location + self.scale * z)
    }

    /// The share at a uniform u in (0, 1); rises in u.
    pub fn quantile(self, u: f64) -> f64 {
        self.sample_from_normal(normal_quantile_f64(u))
    }
}

/// exp(mu + sigma Z).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    /// Mean of the logarithm.
    pub mu: f64,
    /// Standard deviation of the logarithm.
    pub sigma: f64,
}

impl LogNormal {
    /// The law with this mean and coefficient of variation: sigma^2 = ln(1 + cv^2), mu = ln mean - sigma^2 / 2.
    ///
    /// # Errors
    /// If `mean` is not positive or `cv` negative.
    pub fn from_mean_cv(mean: f64, cv: f64) -> Result<Self, LinkError> {
        let (mean, cv) = (positive("mean", mean)?, not_negative("cv", cv)?);
        let variance = libm::log1p(cv * cv);
        Ok(Self {
            mu: libm::log(mean) - 0.5 * variance,
            sigma: variance.sqrt(),
        })
    }

    /// The law with this median and standard deviation of the logarithm.
    ///
    /// # Errors
    /// If `median` is not positive or `sigma` negative.
    pub fn from_median_sigma(median: f64, sigma: f64) -> Result<Self, LinkError> {
        Ok(Self {
            mu: libm::log(positive("median", median)?),
            sigma: not_negative("sigma", sigma)?,
        })
    }

    /// exp(mu + sigma^2 / 2).
    pub fn mean(self) -> f64 {
        libm::exp(self.mu + 0.5 * self.sigma * self.sigma)
    }

    /// Standard deviation over mean, sqrt(exp(sigma^2) - 1).
    pub fn cv(self) -> f64 {
        libm::expm1(self.sigma * self.sigma).sqrt()
    }

    /// The value at a standard normal z; rises in z.
    pub fn sample_from_normal(self, z: f64) -> f64 {
        libm::exp(self.mu + self.sigma * z)
    }

    /// The value at a uniform u in (0, 1); rises in u.
    pub fn quantile(self, u: f64) -> f64 {
        self.sample_from_normal(normal_quantile_f64(u))
    }
}

/// A lognormal law cut to [lower, upper] and rescaled to mass 1.
///
/// A draw is exp(`mu` + `sigma` q(`cdf_low` + `cdf_width` u)) with q the standard normal quantile. Where the cut leaves the upper tail, the law
/// is held by its mirror image: `sigma` and `cdf_width` are then negative, so that the argument of q stays near 0, where f32 is fine-grained.
/// The draw rises in u either way. A hot loop in f32 clamps the argument to [2^-24, 1 - 2^-24] (both are f32) and the draw to the bounds; a
/// bound lies at most 4 sigma into its own tail, whose mass is then 3e-5, so the clamp touches at most 0.2% of the draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedLogNormal {
    /// Mean of the logarithm before the cut.
    pub mu: f64,
    /// Standard deviation of the logarithm before the cut; negative for the mirror image, 0 for a constant.
    pub sigma: f64,
    /// Argument of the normal quantile at u = 0.
    pub cdf_low: f64,
    /// Change of that argument from u = 0 to u = 1.
    pub cdf_width: f64,
    /// Least value, 0 if there is no lower bound.
    pub lower: f64,
    /// Largest value, infinite if there is no upper bound.
    pub upper: f64,
}

impl TruncatedLogNormal {
    /// Sigmas that a bound may cut into its own tail: more is a law of another shape, and its draws would lose their digits.
    const DEEPEST_CUT: f64 = 4.0;

    /// The law whose mean *after* truncation is `mean`; sigma comes from the coefficient of variation *before* truncation, mu is solved.
    /// A `cv` of 0 is the constant `mean`.
    ///
    /// # Errors
    /// If a number is out of range or the mean is not attained within the bounds at this cv; the error holds the attainable means.
    pub fn from_mean_cv(
        mean: f64,
        cv: f64,
        lower: Option<f64>,
        upper: Option<f64>,
    ) -> Result<Self, LinkError> {
        let free = LogNormal::from_mean_cv(mean, cv)?;
        let lower = lower.map_or(Ok(0.0), |bound| not_negative("lower bound", bound))?;
        let upper = upper.map_or(Ok(f64::INFINITY), |bound| {
            checked("upper bound", bound, "above 0 and the lower bound", |b| {
                b > lower
            })
        })?;
        if free.sigma == 0.0 {
            let constant = Self {
                mu: free.mu,
                sigma: 0.0,
                cdf_low: 0.0,
                cdf_width: 1.0,
                lower,
                upper,
            };
            let attained = (lower..=upper).contains(&mean);
            return if attained {
                Ok(constant)
            } else {
                Err(LinkError::Unattainable {
                    name: "mean",
                    value: mean,
                    low: lower,
                    high: upper,
                })
            };
        }
        let with_mu = |mu: f64| Self::cut(LogNormal { mu, ..free }, lower, upper);
        let reach = Self::DEEPEST_CUT * free.sigma;
        // a cut above only lowers the mean and a cut below only raises it: the free mu bounds the side that is not cut
        let low_mu = if lower > 0.0 {
            libm::log(lower) - reach
        } else {
            free.mu
        };
        let high_mu = if upper.is_finite() {
            libm::log(upper) + reach
        } else {
            free.mu
        };
        let miss = |mu: f64| {
            if lower == 0.0 && upper == f64::INFINITY {
                mu - free.mu
            } else {
                with_mu(mu).mean() - mean
            }
        };
        let attainable = || {
            let low = if lower > 0.0 {
                with_mu(low_mu).mean()
            } else {
                0.0
            };
            let high = if upper.is_finite() {
                with_mu(high_mu).mean()
            } else {
                f64::INFINITY
            };
            LinkError::Unattainable {
                name: "mean",
                value: mean,
                low,
                high,
            }
        };
        // rounding: the free mu itself may miss by a last digit
        let slack = 1e-9;
        root(low_mu - slack, high_mu + slack, 1e-14, miss)
            .map(with_mu)
            .map_err(|_| attainable())
    }

    fn cut(free: LogNormal, lower: f64, upper: f64) -> Self {
        let LogNormal { mu, sigma } = free;
        let from = (libm::log(lower) - mu) / sigma;
        let to = (libm::log(upper) - mu) / sigma;
        let mirrored = from + to > 0.0;
        let side = if mirrored { -1.0 } else { 1.0 };
        let (low, high) = (normal_cdf_f64(side * from), normal_cdf_f64(side * to));
        Self {
            mu,
            sigma: side * sigma,
            cdf_low: low,
            cdf_width: high - low,
            lower,
            upper,
        }
    }

    /// The mean after truncation.
    pub fn mean(self) -> f64 {
        if self.sigma == 0.0 {
            return libm::exp(self.mu);
        }
        // E[X; a < Z < b] shifts both ends by sigma; the mirror image has its own sign in sigma and in the width
        let end =
            |bound: f64| normal_cdf_f64((libm::log(bound) - self.mu) / self.sigma - self.sigma);
        libm::exp(self.mu + 0.5 * self.sigma * self.sigma) * (end(self.upper) - end(self.lower))
            / self.cdf_width
    }

    /// The value at a uniform u in (0, 1); rises in u.
    pub fn quantile(self, u: f64) -> f64 {
        let p = (self.cdf_low + self.cdf_width * u).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON);
        libm::exp(self.mu + self.sigma * normal_quantile_f64(p)).clamp(self.lower, self.upper)
    }
}

/// The Pareto law cut to [low, high] and rescaled: P(X > x) = (x / low)^-exponent before the cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundedPareto {
    exponent: f64,
    low: f64,
    cut: f64,
}

impl BoundedPareto {
    /// The law on [low, high]; `high` may be infinite.
    ///
    /// # Errors
    /// If `exponent` or `low` is not positive or `high` not above `low`.
    pub fn new(exponent: f64, low: f64, high: f64) -> Result<Self, LinkError> {
        let (exponent, low) = (positive("exponent", exponent)?, positive("low", low)?);
        let high = checked("high", high, "above low", |high| high > low)?;
        Ok(Self {
            exponent,
            low,
            cut: 1.0 - libm::pow(low / high, exponent),
        })
    }

    /// The value at a uniform u in (0, 1); rises in u.
    pub fn quantile(self, u: f64) -> f64 {
        self.low * libm::pow(1.0 - self.cut * u, -1.0 / self.exponent)
    }
}

#[cfg(test)]
mod tests;
