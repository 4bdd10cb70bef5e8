//! From a file to a valid [`Scenario`]: each key is asked for once, with its bounds.
//!
//! What a key means stands in `scenarios/README.md`; a test holds that page to the keys asked for here.

mod actual;
mod companies;
mod direct;
mod exits;
mod extent;
mod market;
mod money;
mod questions;
mod rounds;
mod terms;

use super::layers::Document;
use super::problem::Problems;
use super::reader::{Bounds, Pair, Reader, Table};
use super::{
    Country, CycleStart, Economy, ListingWindow, LpClass, Origin, Price, Scenario, Sector,
    WindowStart,
};
use crate::units::{AnnualRate, Money, Years};

/// A share, both ends included.
const SHARE: Bounds = Bounds::closed(0.0, 1.0);
/// A share below one: something is left.
const PART: Bounds = Bounds::from_below(0.0, 1.0);
/// A loading on a logit or a log weight: beyond 10 an effect is all or nothing.
const LOADING: Bounds = Bounds::closed(-10.0, 10.0);
/// A relative weight.
const WEIGHT: Bounds = Bounds::closed(0.0, 1e15);
/// A coefficient of variation.
const CV: Bounds = Bounds::closed(0.0, 10.0);
/// A simple yearly rate of a fee or a hurdle.
const RATE: Bounds = Bounds::closed(0.0, 0.5);
/// A correlation.
const CORRELATION: Bounds = Bounds::closed(-1.0, 1.0);
/// Money from one yuan (the unit of R1) to a million 亿.
const MONEY: Bounds = Bounds::closed(1e-3, 1e14);
/// Longest programme in years.
const LONGEST: f64 = 40.0;

/// The scenario of `document`, or all its problems.
pub fn scenario(document: &Document, sets: &[String]) -> Result<Scenario, Problems> {
    let reader = Reader::new(document);
    let root = reader.root();
    let (built, pairs) = ask(&root, document, sets);
    let asked = reader.asked();
    if !reader.has_problems() {
        money::check(&root, &built);
        companies::check(&root, &built);
        direct::check(&root, &built);
        actual::check(&root, &built);
        terms::check(&root, &built);
        if !reader.has_problems() {
            extent::check_number(&root, &built);
            extent::check_magnitude(&root, &built);
        }
    }
    let mut read = Scenario {
        parameters: reader.finish()?,
        asked,
        ..built
    };
    read.correlations = questions::correlations(&read, &pairs)?;
    Ok(read)
}

/// Asks for every key: the scenario without its parameters, and the pairs of keys that are correlated.
pub(super) fn ask(root: &Table, document: &Document, sets: &[String]) -> (Scenario, Vec<Pair>) {
    let lp_class = lp_classes(root);
    let stage_order = root.text_list("stage_order");
    let national = money::national(root);
    let regions = money::regions(root);
    let region = money::region_list(root, &lp_class, national.as_of);
    let sub_funds = money::sub_funds(root, &lp_class);
    let stage = companies::stages(root, stage_order.as_deref());
    let (weights, event) = companies::events(root);
    let (terms, rules) = (terms::terms(root), terms::rules(root));
    let report = root.optional_table("report");
    let reports = |key| {
        let report = report.as_ref();
        report.is_some_and(|report| report.optional_flag(key).unwrap_or(false))
    };
    let built = Scenario {
        name: root.text("name"),
        title: root.text("title"),
        title_zh: root.optional_text("title_zh"),
        country: root.optional_choice("country", &Country::ALL),
        start: root.date("start"),
        economy: economy(root),
        national,
        regions,
        region,
        lp_class,
        sub_funds,
        deployment: companies::deployment(root, &stage),
        direct: direct::direct(root, &stage),
        sector: sectors(root),
        event,
        weights,
        price: price(root),
        exit: exits::exit(root, &stage),
        stage,
        market: market::market(root),
        co_investment: market::co_investment(root),
        terms,
        rules,
        by_company: reports("by_company"),
        nav: reports("nav"),
        lp_returns: true,
        sweep: questions::sweep(root),
        correlations: Vec::new(),
        parameters: Vec::new(),
        asked: Vec::new(),
        document: document.clone(),
        overrides: sets.to_vec(),
    };
    let pairs = questions::pairs(root);
    (built, pairs)
}

fn economy(root: &Table) -> Economy {
    let economy = root.table("economy");
    let window = economy.table("listing_window");
    Economy {
        cycle_years: Years::new(economy.years("cycle_years", Bounds::closed(0.05, 100.0))),
        start: economy.number_or_choice(
            "start",
            Bounds::closed(-6.0, 6.0),
            CycleStart::At,
            &[("stationary", CycleStart::Stationary)],
        ),
        market_return_mean: AnnualRate::new(
            economy.rate("market_return_mean", Bounds::closed(-0.5, 1.0)),
        ),
        market_return_sd: economy.number("market_return_sd", Bounds::closed(0.0, 2.0)),
        market_cycle_correlation: economy.number("market_cycle_correlation", CORRELATION),
        sector_correlation: economy.number("sector_correlation", CORRELATION),
        window: ListingWindow {
            open_to_shut: window.share("open_to_shut", SHARE),
            shut_to_open: window.share("shut_to_open", SHARE),
            shut_factor: window.number("shut_factor", SHARE),
            start: window.choice(
                "start",
                &[
                    ("open", WindowStart::Open),
                    ("shut", WindowStart::Shut),
                    ("stationary", WindowStart::Stationary),
                ],
            ),
        },
    }
}

const ORIGINS: [(&str, Origin); 4] = [
    ("budget", Origin::Budget),
    ("state_owned", Origin::StateOwned),
    ("private", Origin::Private),
    ("foreign", Origin::Foreign),
];

fn lp_classes(root: &Table) -> Vec<LpClass> {
    let tables = root.named_tables("lp_class");
    if tables.len() > MAX_CLASSES {
        let rule = format!(
            "at most {MAX_CLASSES} classes of LPs are possible, found {}",
            tables.len()
        );
        root.problem_at("lp_class", &rule, "join classes of one origin");
    }
    tables
        .into_iter()
        .map(|(id, table)| LpClass {
            id,
            origin: table.choice("origin", &ORIGINS),
        })
        .collect()
}

/// Most LP classes; each sub-fund keeps one amount per class.
pub const MAX_CLASSES: usize = 16;

/// Most sectors: tables by region, sector and quarter stay within the places that a path can tell apart.
const MAX_SECTORS: usize = 64;

fn sectors(root: &Table) -> Vec<Sector> {
    let of_table = |(id, table): (String, Table)| Sector {
        id,
        weight: table.number("weight", WEIGHT),
        clock: table.number("clock", Bounds::closed(0.05, 20.0)),
        long_cycle: table
            .optional_quarters("long_cycle_years", Bounds::closed(0.0, LONGEST))
            .map(Years::new),
    };
    let tables = root.named_tables("sector");
    if tables.len() > MAX_SECTORS {
        let rule = format!(
            "at most {MAX_SECTORS} sectors are possible, found {}",
            tables.len()
        );
        root.problem_at("sector", &rule, "drop some with `remove = true`");
    }
    let sectors: Vec<Sector> = tables.into_iter().map(of_table).collect();
    if root.ok() && sectors.iter().all(|sector| sector.weight == 0.0) {
        root.problem_at(
            "sector",
            "all sectors have weight 0",
            "give at least one a positive weight",
        );
    }
    sectors
}

fn price(root: &Table) -> Price {
    let price = root.table("price");
    Price {
        cycle_loading: price.number("cycle_loading", Bounds::closed(-5.0, 5.0)),
        sector_loading: price.number("sector_loading", Bounds::closed(-5.0, 5.0)),
        noise: price.number("noise", Bounds::closed(0.0, 3.0)),
        market_beta: price.number("market_beta", Bounds::closed(-5.0, 5.0)),
    }
}

/// An amount as people write it: `200亿`, or yuan where it is small.
fn amount(money: Money) -> String {
    if money.to_yuan() < 1e6 {
        format!("{} yuan", money.to_yuan())
    } else {
        format!("{}亿", (money.to_yi() * 1e6).round() / 1e6)
    }
}

/// Relative weights of `names` in the table `key`, normalised to sum to 1; a name that is left out has none.
fn mix<'a>(parent: &Table, key: &str, names: impl Iterator<Item = &'a str>) -> Vec<f64> {
    let table = parent.table(key);
    let weights: Vec<f64> = names
        .map(|name| table.optional_number(name, WEIGHT).unwrap_or(0.0))
        .collect();
    if weights.is_empty() {
        table.accept_all_beside("");
    }
    let total: f64 = weights.iter().sum();
    if total > 0.0 {
        return weights.iter().map(|weight| weight / total).collect();
    }
    if parent.ok() {
        parent.problem_at(
            key,
            "all weights are 0",
            "give at least one a positive weight",
        );
    }
    weights
}
