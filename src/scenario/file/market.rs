//! Keys of the market around the programme, and of the money beside it.

use super::SHARE;
use crate::scenario::reader::{Bounds, Table};
use crate::scenario::{CoInvestment, Market};
use crate::units::{Share, Years};

/// The finite market; without its table deals and listings have no limit.
pub fn market(root: &Table) -> Option<Market> {
    let table = root.optional_table("market")?;
    let yearly = Bounds::closed(1.0, 1e9);
    Some(Market {
        early_deals_per_year: table.number("early_deals_per_year", yearly),
        funds_per_company: table.number("funds_per_company", Bounds::closed(1.0, 100.0)),
        price_elasticity: table.number("price_elasticity", Bounds::closed(0.0, 5.0)),
        quality_elasticity: table.number("quality_elasticity", Bounds::closed(0.0, 10.0)),
        listings_per_year: table.number("listings_per_year", yearly),
        max_share: Share::new(table.share("max_share", SHARE)),
        longest_wait: Years::new(table.years("longest_wait_years", Bounds::closed(0.0, 20.0))),
        fallback_price: table.number("fallback_price", Bounds::closed(0.0, 2.0)),
    })
}

/// What is said of co-investors; without its table their money is not followed.
pub fn co_investment(root: &Table) -> Option<CoInvestment> {
    let table = root.optional_table("co_investment")?;
    Some(CoInvestment {
        programme_overlap: Share::new(table.share("programme_overlap", SHARE)),
        additional_share: Share::new(table.share("additional_share", SHARE)),
    })
}
