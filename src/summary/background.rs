//! What a scenario says of itself, for those who have its results only.

use crate::derived::{LeverageTable, SHARES};
use crate::scenario::Scenario;
use crate::scenario::reader::{Parameter, Unit};
use serde::Serialize;

/// A scenario beside its results.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Background {
    /// Title, dates and regions.
    pub scenario: About,
    /// Every number that the scenario gives.
    pub parameters: Vec<Assumed>,
    /// Leverage by first-tier ratio and regional share.
    pub arithmetic: Arithmetic,
}

/// Title, dates and regions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct About {
    /// One line in English.
    pub title: String,
    /// The same in Chinese, where the file gives it.
    pub title_zh: Option<String>,
    /// Date from which years count.
    pub start: String,
    /// Life of the programme.
    pub years: f64,
    /// Regional funds in file order.
    pub regions: Vec<Region>,
}

/// A regional fund.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Region {
    /// Identifier in keys and metrics.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A number of a scenario, with what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assumed {
    /// Key.
    pub key: String,
    /// `yuan`, `share`, `rate_per_year`, `years`, `number`, `count` or `multiple`.
    pub unit: &'static str,
    /// The value used.
    pub base: f64,
    /// Lowest plausible value.
    pub low: Option<f64>,
    /// Highest plausible value.
    pub high: Option<f64>,
    /// Where the number is from.
    pub source: Option<String>,
}

/// Leverage counted once over first-tier ratios (rows) and regional shares (columns): arithmetic, no simulation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Arithmetic {
    /// Sub-funds' part of a region.
    pub sub_fund_part: f64,
    /// The regional shares.
    pub shares: Vec<f64>,
    /// The first-tier ratios.
    pub ratios: Vec<f64>,
    /// Leverage by ratio, then by share.
    pub leverage: Vec<Vec<f64>>,
}

impl Background {
    /// The background of `scenario`.
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            scenario: About::of(scenario),
            parameters: scenario.parameters.iter().map(assumed).collect(),
            arithmetic: arithmetic(scenario),
        }
    }
}

impl About {
    /// What `scenario` is about.
    pub fn of(scenario: &Scenario) -> Self {
        let region = |region: &crate::scenario::Region| Region {
            id: region.id.clone(),
            name: region.name.clone(),
        };
        Self {
            title: scenario.title.clone(),
            title_zh: scenario.title_zh.clone(),
            start: scenario.start.to_string(),
            years: scenario.national.term.quarters() as f64 / 4.0,
            regions: scenario.region.iter().map(region).collect(),
        }
    }
}

fn assumed(parameter: &Parameter) -> Assumed {
    Assumed {
        key: parameter.path.clone(),
        unit: unit_key(parameter.unit),
        base: parameter.base,
        low: parameter.low,
        high: parameter.high,
        source: parameter.source.clone(),
    }
}

fn unit_key(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "yuan",
        Unit::Share => "share",
        Unit::Rate => "rate_per_year",
        Unit::Years => "years",
        Unit::Number => "number",
        Unit::Count => "count",
        Unit::Multiple => "multiple",
    }
}

fn arithmetic(scenario: &Scenario) -> Arithmetic {
    let table = LeverageTable::of(scenario);
    let (ratios, leverage) = table.rows.into_iter().unzip();
    Arithmetic {
        sub_fund_part: table.sub_fund_part,
        shares: SHARES.to_vec(),
        ratios,
        leverage,
    }
}
