//! The finite market around the programme, and the money beside it, as a scenario states them.

use crate::units::{Share, Years};

/// What is said of other investors' money in the programme's rounds; it moves no path.
#[derive(Clone, Copy, Debug)]
pub struct CoInvestment {
    /// Part of it that comes from other funds of the programme.
    pub programme_overlap: Share,
    /// Part of the rest that would not have come without the programme.
    pub additional_share: Share,
}

/// How many deals and listings a year has, and what it costs to take many of them.
#[derive(Clone, Copy, Debug)]
pub struct Market {
    /// Early-stage deals of all investors in a year.
    pub early_deals_per_year: f64,
    /// Programme funds that hold one company, on average: positions over distinct companies.
    pub funds_per_company: f64,
    /// Prices of early deals move by `(1 - h)^-price_elasticity` at a programme share h of the year's deals.
    pub price_elasticity: f64,
    /// Deals are worse by this many standard deviations of skill per unit of the share.
    pub quality_elasticity: f64,
    /// Listings of companies with venture investors in a year, while the window is open.
    pub listings_per_year: f64,
    /// Most of a quarter's listings that the programme's companies may take.
    pub max_share: Share,
    /// Longest wait for a place.
    pub longest_wait: Years,
    /// What a sale to another company brings after a wait in vain, over the value at listing.
    pub fallback_price: f64,
}
