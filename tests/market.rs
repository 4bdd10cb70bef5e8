//! The finite market: what taking much of it costs, and who waits.

mod support;

use support::{replay, scenario};
use tierfund::metrics::{self, MetricSpec};
use tierfund::path::company::Route;
use tierfund::scenario::Scenario;
use tierfund::structure::Structure;

/// The base case with other market numbers.
fn national(sets: &[&str]) -> Scenario {
    scenario("national-2025", sets)
}

/// Column `name` of the first paths.
fn column(scenario: &Scenario, name: &str, paths: u32) -> Vec<f64> {
    let structure = Structure::new(scenario).expect("a valid scenario");
    let mut values = Vec::new();
    replay(scenario, 3, paths, |workspace| {
        let (economy, programme) = (&workspace.economy, &workspace.programme);
        let mut specs: Vec<MetricSpec> = Vec::new();
        metrics::record(scenario, &structure, economy, programme, &mut specs);
        let at = specs.iter().position(|spec| spec.name == name);
        let mut row: Vec<f64> = Vec::new();
        metrics::record(scenario, &structure, economy, programme, &mut row);
        values.push(row[at.unwrap_or_else(|| panic!("{name}"))]);
    });
    values
}

/// A market so large that nobody notices the programme, and one that answers nothing.
const ENDLESS: [&str; 4] = [
    "market.early_deals_per_year=1000000000",
    "market.listings_per_year=1000000000",
    "market.max_share=1",
    "market.funds_per_company=1",
];

#[test]
fn in_an_endless_market_elasticities_change_nothing_and_nobody_waits() {
    let answers = |price: &str, quality: &str| {
        let mut sets = ENDLESS.to_vec();
        sets.extend([price, quality]);
        national(&sets)
    };
    let deaf = answers("market.price_elasticity=0", "market.quality_elasticity=0");
    let keen = answers("market.price_elasticity=5", "market.quality_elasticity=5");
    let [dpi, other] = [&deaf, &keen].map(|s| column(s, "national.dpi", 2));
    for (dpi, other) in dpi.iter().zip(&other) {
        assert!((dpi / other - 1.0).abs() < 1e-3, "{dpi} {other}");
    }
    assert_eq!(column(&deaf, "market.waited", 2), [0.0; 2]);
    assert_eq!(column(&deaf, "market.waited_in_vain", 2), [0.0; 2]);
    // The twin: with the base's market the same elasticities cost a lot.
    let crowded = |elasticity: &str| column(&national(&[elasticity]), "national.dpi", 2);
    let (free, dear) = (
        crowded("market.quality_elasticity=0"),
        crowded("market.quality_elasticity=1"),
    );
    assert!(free[0] > 1.02 * dear[0] && free[1] > 1.02 * dear[1]);
}

#[test]
fn without_places_every_listing_becomes_a_sale_at_the_fallback_price() {
    let none = national(&[
        "market.max_share=0",
        "market.fallback_price=0",
        "market.longest_wait_years=0",
    ]);
    let open = national(&["market.max_share=1", "market.listings_per_year=1000000"]);
    let ends = |scenario: &Scenario| {
        let mut found = Vec::new();
        replay(scenario, 5, 2, |workspace| {
            let programme = &workspace.programme;
            let route = |route: Route| programme.ends[route as usize];
            found.push((route(Route::Listing), route(Route::TradeSale)));
        });
        found
    };
    for (refused, listed) in ends(&none).into_iter().zip(ends(&open)) {
        assert_eq!(refused.0, 0);
        assert!(listed.0 > 0);
        // The same companies sell themselves, and those that would be listed do.
        assert_eq!(refused.1, listed.0 + listed.1);
    }
    assert_eq!(column(&none, "market.waited_in_vain", 2), [1.0; 2]);
}

#[test]
fn no_year_gives_the_programme_more_places_than_its_share() {
    let scenario = national(&["market.max_share=0.2"]);
    let market = scenario.market.expect("a market");
    let mut full = 0;
    replay(&scenario, 7, 4, |workspace| {
        let taken = &workspace.programme.market;
        let (mut listed, mut supply) = (0.0, 0.0);
        for (stakes, year) in taken.listings.iter().zip(&taken.supply) {
            listed += f64::from(*stakes) / market.funds_per_company;
            supply += 0.2 * year;
            assert!(listed <= supply + 1e-6, "{listed} of {supply}");
            full += u32::from(listed > 0.5 * supply);
        }
    });
    assert!(full > 0, "the limit never mattered");
}

/// All sub-funds of R1 invest 20 cheques in seed over ten years: 600 x 20 / 40 in each quarter.
#[test]
fn prices_rise_with_the_programmes_share_of_the_years_deals() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/reference-r1.toml"
    ))
    .expect("the file");
    let market = "
[market]
early_deals_per_year = 2000
funds_per_company = 1.5
price_elasticity = 0.5
quality_elasticity = 0.0
listings_per_year = 1e9
max_share = 1
longest_wait_years = 0
fallback_price = 1
";
    let scenario = Scenario::parse("with market", &(text + market), &[]);
    let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
    let share = 600.0 * 20.0 / 10.0 / (2000.0 * 1.5);
    let expected = 1.0 / f64::sqrt(1.0 - share);
    replay(&scenario, 1, 1, |workspace| {
        let market = &workspace.programme.market;
        assert!((f64::from(market.price[0]) / expected - 1.0).abs() < 1e-6);
        assert!((f64::from(market.price[39]) / expected - 1.0).abs() < 1e-6);
        assert_eq!(market.early_deals.iter().sum::<u32>(), 12_000);
    });
}
