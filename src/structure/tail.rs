//! The tail of values at a listing or trade sale, in the precision of the kernels.

use super::companies::ByStage;
use crate::math::elementary::{exp, ln};
use crate::scenario::Scenario;

/// A truncated Pareto factor on some sales, and a limit on the worth of a company.
#[derive(Clone, Copy, Debug)]
pub struct TailModel {
    /// Probability of a factor by the stage of the company.
    pub share: ByStage,
    /// Largest price of a whole company, in yuan.
    pub value_cap: f32,
    /// Probability that the Pareto law without truncation gives to factors up to the largest one.
    within: f32,
    /// One over the exponent.
    inverse: f32,
}

impl TailModel {
    /// The tail of `scenario`, if it has one.
    pub fn new(scenario: &Scenario) -> Option<Self> {
        let law = scenario.exit.tail.as_ref()?;
        let mut share = ByStage::default();
        for (entry, stage) in share.iter_mut().zip(&law.share) {
            *entry = stage.fraction() as f32;
        }
        Some(Self {
            share,
            value_cap: law.value_cap.to_yuan() as f32,
            within: (1.0 - libm::pow(law.cap, -law.exponent)) as f32,
            inverse: (1.0 / law.exponent) as f32,
        })
    }

    /// The factor at a uniform: the inverse of F(x) = (1 - x^-b) / (1 - cap^-b) from 1 to the cap.
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the loop around it
    pub fn factor(&self, uniform: f32) -> f32 {
        exp(-self.inverse * ln(1.0 - self.within * uniform))
    }
}
