//! A valid scenario: every number that a path needs, checked once.
//!
//! A file is read in layers (`extends`, `--set`; [`layers`]), asked key by key ([`reader`]) and
//! turned into a [`Scenario`] (`file`), or into all its [`problem`]s with their places. Nothing
//! after this module checks again. What each key means, its unit and its range stand in
//! `scenarios/README.md`; where each number comes from in `scenarios/ASSUMPTIONS.md`.

mod answers;
mod companies;
mod direct;
mod economy;
mod file;
pub mod keys;
pub mod layers;
mod market;
mod merge;
mod numbers;
pub mod problem;
mod quantity;
mod questions;
mod raising;
pub mod reader;
pub mod resolved;
mod rounds;
mod set;
mod terms;
mod tree;
pub mod variant;

pub use companies::{
    Deployment, Event, EventLoading, Exit, FirstCheques, Preference, Redemption, RedemptionModel,
    Secondary, SellDown, Stage, Step, Wait, WeightLaw,
};
pub use direct::Direct;
pub use economy::{Country, CycleStart, Economy, ListingWindow, Price, Sector, WindowStart};
pub use market::{CoInvestment, Market};
pub use questions::{Correlation, Sweep};
pub use raising::{
    ActualProjects, AtTerm, BondDraw, CallPolicy, FirstClose, ListedSubFunds, LpClass, ManagerPool,
    National, Origin, Raising, Region, Regions, SoFar, SubFundStructure, SubFunds, TakeUpModel,
    TicketRule, UnplacedCapital,
};
pub use rounds::{FollowOn, Recycling, Tail, Transfer};
pub use terms::{
    Concession, ConcessionTo, Fee, FeeBasis, FundTerms, NationalTerms, Rule, RuleMode, Rules, Terms,
};

use layers::Document;
use problem::{Problem, Problems};
use reader::{AskedKey, Date, Parameter};
use std::path::Path;

/// A valid scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Short name, printed with every result.
    pub name: String,
    /// One line on what the scenario is, in English.
    pub title: String,
    /// The same line in Chinese, where the file gives it.
    pub title_zh: Option<String>,
    /// Whose published figures it answers to; `None` for a scenario that describes no real market.
    pub country: Option<Country>,
    /// Date from which years count.
    pub start: Date,
    /// The cycle, the public market, sectors and the listing window.
    pub economy: Economy,
    /// The national company.
    pub national: National,
    /// What holds for all regional funds.
    pub regions: Regions,
    /// The regional funds, in file order.
    pub region: Vec<Region>,
    /// Classes of limited partners, in file order.
    pub lp_class: Vec<LpClass>,
    /// How sub-funds are raised.
    pub sub_funds: SubFunds,
    /// How sub-funds put money into companies.
    pub deployment: Deployment,
    /// How regional funds invest in companies themselves; `None` leaves that money uncalled.
    pub direct: Option<Direct>,
    /// Sectors, in file order.
    pub sector: Vec<Sector>,
    /// Stages in `stage_order`.
    pub stage: Vec<Stage>,
    /// How events answer to cycle, skill and sector, in the order of [`Event::ALL`].
    pub event: [EventLoading; Event::COUNT],
    /// Whether the weights of a stage are means over luck or hold at cycle 0.
    pub weights: WeightLaw,
    /// Prices against worth.
    pub price: Price,
    /// What an exit pays.
    pub exit: Exit,
    /// The finite market around the programme; without it deals and listings have no limit.
    pub market: Option<Market>,
    /// What is said of other investors in the programme's rounds; without it their money is not followed.
    pub co_investment: Option<CoInvestment>,
    /// Fees and profit shares by vehicle.
    pub terms: Terms,
    /// The documented rules.
    pub rules: Rules,
    /// Whether results are asked for that need each company as a whole.
    pub by_company: bool,
    /// Whether NAV is followed by quarter.
    pub nav: bool,
    /// Whether the returns of LPs are followed by class.
    pub lp_returns: bool,
    /// What to vary, where the file says so.
    pub sweep: Option<Sweep>,
    /// How uncertain numbers move together.
    pub correlations: Vec<Correlation>,
    /// Every number that the file gives, with range and source.
    pub parameters: Vec<Parameter>,
    /// Every key that a scenario of this form may give.
    pub asked: Vec<AskedKey>,
    /// The file with all its layers.
    pub document: Document,
    /// Overrides given with `--set`, as written.
    pub overrides: Vec<String>,
}

impl Scenario {
    /// Reads the file at `path` with the files it extends and the overrides `sets` (`key=value`).
    ///
    /// # Errors
    ///
    /// Every mistake in the file or the overrides, each with its place.
    pub fn read(path: &Path, sets: &[String]) -> Result<Self, Problems> {
        file::scenario(&Document::load(path, sets)?, sets)
    }

    /// Reads a scenario from `text`, called `name` in messages.
    ///
    /// # Errors
    ///
    /// As [`Scenario::read`].
    pub fn parse(name: &str, text: &str, sets: &[String]) -> Result<Self, Problems> {
        file::scenario(&Document::parse(name, text, sets)?, sets)
    }

    /// Problems with keys of this scenario, each shown where the key was set.
    pub fn blame(&self, found: Vec<KeyProblem>) -> Problems {
        let problems = found.into_iter().map(|problem| {
            let place = self.document.blamed(&problem.key);
            Problem::of_key(place, &problem.key, problem.message).hint(problem.hint)
        });
        Problems::new(self.document.layers().to_vec(), problems.collect())
    }
}

/// A problem with the value of a key that only the model can see.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyProblem {
    /// Path of the key.
    pub key: String,
    /// What is wrong, with the arithmetic.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl KeyProblem {
    /// A problem with `key`.
    pub fn new(key: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            message: message.into(),
            hint: hint.into(),
        }
    }
}
