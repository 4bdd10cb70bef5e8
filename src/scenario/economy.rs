//! The economy, its sectors and prices, as a scenario states them.

use crate::units::{AnnualRate, Years};
use serde::{Deserialize, Serialize};

/// The economy of a path (model section 2).
#[derive(Clone, Copy, Debug)]
pub struct Economy {
    /// Mean reversion time of the cycle: `phi = exp(-0.25 / cycle_years)`.
    pub cycle_years: Years,
    /// Where the cycle starts.
    pub start: CycleStart,
    /// Expected return of the public market per year.
    pub market_return_mean: AnnualRate,
    /// Standard deviation of its log return per year.
    pub market_return_sd: f64,
    /// Correlation of the market's shock with the cycle's.
    pub market_cycle_correlation: f64,
    /// Correlation of a sector's cycle with the cycle.
    pub sector_correlation: f64,
    /// The listing window.
    pub window: ListingWindow,
}

/// Whose venture market a scenario describes, and so whose published figures it answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Country {
    /// China.
    China,
    /// The United States.
    UnitedStates,
    /// Israel.
    Israel,
    /// Canada.
    Canada,
}

impl Country {
    /// All countries with the words that scenario files use.
    pub const ALL: [(&'static str, Self); 4] = [
        ("china", Self::China),
        ("united_states", Self::UnitedStates),
        ("israel", Self::Israel),
        ("canada", Self::Canada),
    ];
}

/// Where the cycle stands at the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CycleStart {
    /// Drawn from its stationary law.
    Stationary,
    /// At this many standard deviations.
    At(f64),
}

/// A two-state chain per quarter that multiplies the listing weight when shut.
#[derive(Clone, Copy, Debug)]
pub struct ListingWindow {
    /// Probability per quarter that an open window shuts.
    pub open_to_shut: f64,
    /// Probability per quarter that a shut window opens.
    pub shut_to_open: f64,
    /// Factor on the listing weight while shut.
    pub shut_factor: f64,
    /// State in the first quarter.
    pub start: WindowStart,
}

impl ListingWindow {
    /// Long-run share of quarters in which the window is shut.
    pub fn shut_share(&self) -> f64 {
        let moves = self.open_to_shut + self.shut_to_open;
        if moves > 0.0 {
            self.open_to_shut / moves
        } else {
            0.0
        }
    }
}

/// State of the listing window in the first quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowStart {
    /// Open.
    Open,
    /// Shut.
    Shut,
    /// Drawn from the long-run shares.
    Stationary,
}

/// A sector.
#[derive(Clone, Debug)]
pub struct Sector {
    /// Identifier in keys and metric names.
    pub id: String,
    /// Relative number of sub-funds with this focus.
    pub weight: f64,
    /// Factor on waiting times.
    pub clock: f64,
    /// More years to exit for its sub-funds; `None` for those of an ordinary sector.
    pub long_cycle: Option<Years>,
}

/// Price against worth: `P = W exp(eta) exp(cycle x + sector s) I^market_beta`.
#[derive(Clone, Copy, Debug)]
pub struct Price {
    /// Effect of the cycle on log price.
    pub cycle_loading: f64,
    /// Effect of the sector's cycle on log price.
    pub sector_loading: f64,
    /// Standard deviation of eta, fresh at each deal.
    pub noise: f64,
    /// Elasticity of worth to the public market index.
    pub market_beta: f64,
}
