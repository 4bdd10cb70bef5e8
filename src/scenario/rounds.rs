//! What a sub-fund does in later rounds of its companies, and the tail of what they bring, as a scenario states it.

use crate::units::{Money, Share};

/// Follow-on cheques from a reserve (model section 4).
#[derive(Clone, Copy, Debug)]
pub struct FollowOn {
    /// Part of investable money that waits for them.
    pub reserve: Share,
    /// Probability that a sub-fund with money takes its part of an up round.
    pub participation: Share,
}

/// Proceeds that are called again for further first cheques (model section 4).
#[derive(Clone, Copy, Debug)]
pub struct Recycling {
    /// Most of it, as a part of the sub-fund's size.
    pub cap: Share,
}

/// Sales of old shares to the new investors of an up round (model section 5).
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Probability in an up round, by the stage that the company leaves; nothing in the last one.
    pub probability: Vec<Share>,
    /// Probability that such a sale takes the whole stake.
    pub full: Share,
    /// Part of the stake that any other sale takes.
    pub part: Share,
    /// Price over that of the round.
    pub price: f64,
}

/// The tail of values at a listing or trade sale (model section 5).
#[derive(Clone, Debug)]
pub struct Tail {
    /// Probability that the value is multiplied by a factor of the tail, by the stage of the company.
    pub share: Vec<Share>,
    /// Exponent of the Pareto law of the factor: P(factor > x) falls as x^-exponent.
    pub exponent: f64,
    /// Largest factor.
    pub cap: f64,
    /// Largest price of a whole company.
    pub value_cap: Money,
}
