//! Direct projects of regional funds, as a scenario states them.

use crate::units::{Money, Years};

/// How regional funds invest what their mandate for sub-funds leaves in companies of their own (model section 4a).
#[derive(Clone, Debug)]
pub struct Direct {
    /// Weights by stage of first cheques, of money; they sum to 1.
    pub mix: Vec<f64>,
    /// Mean first cheque, in every stage.
    pub cheque_mean: Money,
    /// Its coefficient of variation.
    pub cheque_cv: f64,
    /// From a close of the regional fund to the last first cheque out of its money.
    pub pace: Years,
    /// Skill of the regional funds' own teams, in standard deviations of managers' skill.
    pub skill: f64,
}
