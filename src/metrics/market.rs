//! What the programme takes of the market: by year, and what became of listings that waited.

use super::{MetricUnit, MissingRank, Sink, put_years, ratio};
use crate::path::market::MarketUse;
use crate::scenario::Scenario;
use crate::units::QUARTERS_PER_YEAR;

/// Writes the programme's share of early deals and of listings by year, the largest ones, and what waiting for a
/// place came to. Nothing without a market.
pub fn record(scenario: &Scenario, taken: &MarketUse, sink: &mut impl Sink) {
    let Some(market) = &scenario.market else {
        return;
    };
    let companies = |stakes: &[u32]| {
        let stakes: u32 = stakes.iter().sum();
        f64::from(stakes) / market.funds_per_company
    };
    let deals = taken.early_deals.chunks(QUARTERS_PER_YEAR).map(|year| {
        let part_of_year = year.len() as f64 / QUARTERS_PER_YEAR as f64;
        ratio(companies(year), market.early_deals_per_year * part_of_year)
    });
    record_years("market.deals_share.", deals, sink);
    let supply = taken.supply.chunks(QUARTERS_PER_YEAR);
    let years = taken.listings.chunks(QUARTERS_PER_YEAR).zip(supply);
    let listings = years.map(|(year, supply)| ratio(companies(year), supply.iter().sum()));
    record_years("market.listings_share.", listings, sink);
    let listed: u32 = taken.listings.iter().sum();
    let (waited, ready) = (
        taken.waited as f64,
        taken.fell_back as f64 + f64::from(listed),
    );
    let years_waited = taken.quarters_waited as f64 / QUARTERS_PER_YEAR as f64;
    for (name, unit, value) in [
        ("market.waited", MetricUnit::Share, ratio(waited, ready)),
        (
            "market.mean_wait",
            MetricUnit::Years,
            ratio(years_waited, waited),
        ),
        (
            "market.waited_in_vain",
            MetricUnit::Share,
            ratio(taken.fell_back as f64, ready),
        ),
    ] {
        sink.put(&[name], unit, MissingRank::Omitted, value);
    }
}

fn record_years(name: &str, years: impl Iterator<Item = f64> + Clone, sink: &mut impl Sink) {
    let (share, omitted) = (MetricUnit::Share, MissingRank::Omitted);
    let peak = years.clone().fold(0.0_f64, f64::max);
    sink.put(&[name, "peak"], share, omitted, peak);
    put_years(name, share, years, sink);
}
