//! A valid scenario: every number that a path needs, checked once.
//!
//! A file is read in layers (`extends`, `--set`; [`layers`]), asked key by key ([`reader`]) and
//! turned into a [`Scenario`] ([`file`]), or into all its [`problem`]s with their places. Nothing
//! after this module checks again. What each key means, its unit and its range stand in
//! `scenarios/README.md`; where each number comes from in `scenarios/ASSUMPTIONS.md`.

mod answers;
mod file;
pub mod layers;
mod merge;
mod numbers;
pub mod problem;
mod quantity;
pub mod reader;
pub mod resolved;
mod set;
mod tree;

use crate::units::{AnnualRate, Money, Share, Years};
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
    /// Fees and profit shares by vehicle.
    pub terms: Terms,
    /// The documented rules.
    pub rules: Rules,
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
        file::scenario(Document::load(path, sets)?, sets)
    }

    /// Reads a scenario from `text`, called `name` in messages.
    ///
    /// # Errors
    ///
    /// As [`Scenario::read`].
    pub fn parse(name: &str, text: &str, sets: &[String]) -> Result<Self, Problems> {
        file::scenario(Document::parse(name, text, sets)?, sets)
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

/// The national company.
#[derive(Clone, Copy, Debug)]
pub struct National {
    /// Money from the treasury.
    pub capital: Money,
    /// Life of the programme.
    pub term: Years,
    /// Last date for commitments to sub-funds.
    pub investment_period: Years,
    /// Where the capital beyond first closes goes.
    pub unplaced_capital: UnplacedCapital,
    /// What is done with unsold holdings at the term.
    pub at_term: AtTerm,
}

/// Where national capital beyond the first closes goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnplacedCapital {
    /// Into later closes of the same regions.
    LaterCloses,
    /// Into first closes of regions that launch later.
    SecondBatch,
    /// It stays with the treasury.
    None,
}

/// What is done with unsold holdings at the national term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtTerm {
    /// They are reported as residual value, gross of carry.
    HoldNav,
}

/// What holds for all regional funds.
#[derive(Clone, Debug)]
pub struct Regions {
    /// How other LPs answer to the national offer.
    pub take_up_model: TakeUpModel,
    /// Standard deviation of a close's own shock, in logits.
    pub take_up_logit_sd: f64,
    /// Effect of the cycle on take-up, in logits per standard deviation.
    pub take_up_cycle_loading: f64,
    /// Share of budget money up to which it draws others in.
    pub take_up_pivot: Share,
    /// Logits lost per unit of budget share below the pivot.
    pub take_up_anchor_loading: f64,
    /// Logits lost per unit of budget share above the pivot.
    pub take_up_crowd_loading: f64,
    /// Dates of the later closes.
    pub later_closes: Vec<Years>,
    /// Part of a regional fund, net of its fees, meant for sub-funds.
    pub sub_fund_share: Share,
    /// Time over which the mandate is opened for approvals.
    pub pace: Years,
    /// Last date of an approval.
    pub last_approval: Years,
    /// From an approval to the closing.
    pub close_lag: Years,
    /// From an approval that fails to the return of its money to the mandate.
    pub time_lost: Years,
}

/// How the share of other LPs at a later close is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeUpModel {
    /// Always the mean.
    Fixed,
    /// Logit-normal around the mean, moved by the cycle.
    Stochastic,
    /// As stochastic, and moved by the share of budget money already there.
    Elastic,
}

/// One regional fund.
#[derive(Clone, Debug)]
pub struct Region {
    /// Identifier in keys and metric names.
    pub id: String,
    /// Name in Chinese or English, as the file gives it.
    pub name: String,
    /// Manager of the fund, as the file gives it.
    pub manager: Option<String>,
    /// Launch, in years from the scenario's start.
    pub launch: Years,
    /// Size of the first close; `None` for a region of a second batch.
    pub first_close: Option<FirstClose>,
    /// Expected share of other LPs in a later close.
    pub take_up_mean: Share,
    /// Weights by LP class of the other LPs' money in later closes, summing to 1.
    pub later_close_mix: Vec<f64>,
    /// Sub-funds given as data, for `structure = "listed"`.
    pub listed: Vec<ListedSubFunds>,
}

/// A registered first close.
#[derive(Clone, Debug)]
pub struct FirstClose {
    /// All LPs.
    pub total: Money,
    /// The national company's ticket.
    pub national: Money,
    /// Weights by LP class of the rest, summing to 1.
    pub mix: Vec<f64>,
}

/// Equal sub-funds given as data.
#[derive(Clone, Debug)]
pub struct ListedSubFunds {
    /// Name of the group.
    pub id: String,
    /// How many.
    pub count: u32,
    /// Final size of each.
    pub size: Money,
    /// The region's share of each.
    pub regional_share: Share,
    /// Launch, in years from the scenario's start.
    pub launch: Years,
}

/// A class of limited partners.
#[derive(Clone, Debug)]
pub struct LpClass {
    /// Identifier in keys and metric names.
    pub id: String,
    /// Whose money it is in the end.
    pub origin: Origin,
}

/// Whose money an LP brings in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A government budget.
    Budget,
    /// A state-owned firm or platform.
    StateOwned,
    /// Private.
    Private,
    /// Foreign.
    Foreign,
}

impl Origin {
    /// Whether the money belongs to the state, by budget or by ownership.
    pub fn is_state(self) -> bool {
        matches!(self, Self::Budget | Self::StateOwned)
    }
}

/// The sub-funds of all regions (model section 3).
#[derive(Clone, Debug)]
pub struct SubFunds {
    /// Raised in the model or given as data.
    pub structure: SubFundStructure,
    /// The GP's commitment as a share of the final size.
    pub gp_commitment: Share,
    /// Whose money the GP's commitment is.
    pub gp_origin: Origin,
    /// Probability of each LP class per LP (raised), or share of the other LPs' money (listed); sums to 1.
    pub lp_mix: Vec<f64>,
}

/// Whether sub-funds are raised in the model or given as data.
#[derive(Clone, Debug)]
pub enum SubFundStructure {
    /// Approved, raised and closed in the model.
    Raised(Raising),
    /// Count, size, share and launch as given in `[region.<id>.listed.<group>]`.
    Listed,
}

/// How sub-funds are raised.
#[derive(Clone, Debug)]
pub struct Raising {
    /// What limits the regional ticket.
    pub ticket: TicketRule,
    /// Mean of the target size, after truncation.
    pub target_size_mean: Money,
    /// Coefficient of variation of the target size, before truncation.
    pub target_size_cv: f64,
    /// Smallest target size.
    pub target_size_min: Money,
    /// Largest target size.
    pub target_size_max: Money,
    /// Mean share that managers ask of the region.
    pub requested_share_mean: Share,
    /// Its standard deviation.
    pub requested_share_sd: f64,
    /// Largest share of a sub-fund that the region may hold.
    pub share_cap: Share,
    /// Probability that an approved sub-fund never closes.
    pub closing_failure_mean: Share,
    /// Effect of the cycle on closing, in logits.
    pub closing_cycle_loading: f64,
    /// Effect of the manager's skill on closing, in logits.
    pub closing_skill_loading: f64,
    /// Effect of the requested share above its mean on closing, in logits per unit.
    pub closing_share_loading: f64,
    /// Mean fraction raised of what others are asked for, given a closing.
    pub raised_mean: Share,
    /// Its standard deviation.
    pub raised_sd: f64,
    /// Effect of the cycle on it, in logits.
    pub raised_cycle_loading: f64,
    /// Effect of the manager's skill on it, in logits.
    pub raised_skill_loading: f64,
    /// Below this final size a sub-fund fails.
    pub min_viable_size: Money,
    /// Other LPs of a sub-fund.
    pub lp_count: u32,
    /// Concentration of the Dirichlet split of their tickets.
    pub lp_concentration: f64,
}

/// What limits the region's ticket in a sub-fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketRule {
    /// Its requested share of what was in fact raised.
    Share,
    /// Its requested share of the target, in money.
    Money,
}

/// How sub-funds put money into companies (model section 4).
#[derive(Clone, Debug)]
pub struct Deployment {
    /// From launch to the last first cheque.
    pub investment: Years,
    /// From then to the end of the sub-fund's life, during which the later fee runs.
    pub exit: Years,
    /// What ends the list of first cheques.
    pub first_cheques: FirstCheques,
    /// Weights by stage of first cheques: of money under `Money`, of companies under `Count`.
    pub mix: Vec<f64>,
    /// Candidates of the deal pool that are looked at before the money waits.
    pub candidates: u32,
}

/// What ends a sub-fund's list of first cheques.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstCheques {
    /// Its investable money.
    Money,
    /// A number of companies.
    Count(u32),
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
}

/// A stage of a company's life (model section 5).
#[derive(Clone, Debug)]
pub struct Stage {
    /// Identifier in keys and metric names.
    pub id: String,
    /// Whether it counts for the early-stage floor.
    pub early: bool,
    /// Mean first cheque, after truncation.
    pub first_cheque_mean: Money,
    /// Its coefficient of variation, before truncation.
    pub first_cheque_cv: f64,
    /// Mean worth before the first cheque (pre-money at cycle 0).
    pub pre_money_mean: Money,
    /// Its coefficient of variation.
    pub pre_money_cv: f64,
    /// Time to the next event.
    pub wait: Wait,
    /// Part of the company sold in a round.
    pub dilution: Share,
    /// Part of the company given to the option pool in a round.
    pub pool: Share,
    /// Worth before an up round over the last worth after a round.
    pub step_up: Step,
    /// The same for a down round.
    pub step_down: Step,
    /// Probability of each event, in the order of [`Event::ALL`], summing to 1.
    pub weights: [f64; Event::COUNT],
}

/// Time from one event to the next, in years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wait {
    /// Exponential with this mean.
    Exponential {
        /// Mean in years.
        mean: f64,
    },
    /// Lognormal.
    LogNormal {
        /// Mean of the log.
        mu: f64,
        /// Standard deviation of the log.
        sigma: f64,
    },
}

/// A lognormal factor on worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Mean of the log.
    pub mu: f64,
    /// Standard deviation of the log.
    pub sigma: f64,
}

/// What can happen to a company at the end of a waiting time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Event {
    /// A round at a higher worth: on to the next stage.
    UpRound = 0,
    /// A round at a lower worth: the same stage again.
    DownRound = 1,
    /// Wound up.
    Fail = 2,
    /// Sold to another company.
    TradeSale = 3,
    /// Listed on an exchange.
    Listing = 4,
    /// Alive without growth, for good.
    Stalled = 5,
}

impl Event {
    /// How many events there are.
    pub const COUNT: usize = 6;
    /// All events in the order of the inverse distribution function: best first.
    pub const ALL: [Self; Self::COUNT] = [
        Self::UpRound,
        Self::DownRound,
        Self::Fail,
        Self::TradeSale,
        Self::Listing,
        Self::Stalled,
    ];

    /// The event's key in scenario files and metric names.
    pub fn key(self) -> &'static str {
        match self {
            Self::UpRound => "up_round",
            Self::DownRound => "down_round",
            Self::Fail => "fail",
            Self::TradeSale => "trade_sale",
            Self::Listing => "listing",
            Self::Stalled => "stalled",
        }
    }
}

/// How the weight of one event answers: `exp(cycle x + skill theta + sector s)`.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventLoading {
    /// Per standard deviation of the cycle.
    pub cycle: f64,
    /// Per standard deviation of the manager's skill.
    pub skill: f64,
    /// Per standard deviation of the sector's cycle.
    pub sector: f64,
}

/// What the weights of a stage say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightLaw {
    /// Mean probabilities over cycle, skill, sector and listing window.
    Unconditional,
    /// Probabilities at cycle, skill and sector 0 with the window open.
    Conditional,
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

/// What an exit pays.
#[derive(Clone, Copy, Debug)]
pub struct Exit {
    /// Value at a trade sale over the price of the stake.
    pub trade_sale: Step,
    /// Value at a listing over the price of the stake (`pop`).
    pub listing: Step,
    /// Part of cost that a wound-up company returns.
    pub fail_recovery: Share,
}

/// Fees and profit shares by vehicle.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Of the national company: a running cost, no profit share.
    pub national: NationalTerms,
    /// Of regional funds.
    pub region: FundTerms,
    /// Of sub-funds.
    pub sub_fund: FundTerms,
}

/// Running costs of the national company.
#[derive(Clone, Copy, Debug)]
pub struct NationalTerms {
    /// Cost per year as a share of capital.
    pub running_cost: AnnualRate,
}

/// Fees and profit share of a fund.
#[derive(Clone, Copy, Debug)]
pub struct FundTerms {
    /// Management fee in the investment period.
    pub fee: Fee,
    /// Management fee afterwards.
    pub later_fee: Fee,
    /// Other costs per year, on the basis of the fee in force.
    pub expense_rate: AnnualRate,
    /// Preferred return.
    pub hurdle: AnnualRate,
    /// Share of the catch-up that goes to the manager; 0 means no catch-up.
    pub catch_up: Share,
    /// The manager's share of profit.
    pub carry: Share,
}

/// A yearly fee on a basis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fee {
    /// Simple rate per year.
    pub rate: AnnualRate,
    /// What it is charged on.
    pub basis: FeeBasis,
}

/// What a fee is charged on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeBasis {
    /// Commitments.
    Committed,
    /// Commitments called so far.
    PaidIn,
    /// Cost of what is still held.
    InvestedCost,
}

/// The documented rules (model section 7).
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Least share of a regional fund's investments in sub-funds.
    pub sub_fund_share_min: Rule,
    /// Least share of a sub-fund's size in early stages.
    pub early_stage_min: Rule,
    /// The region's ticket is below the largest other LP's (threshold without meaning: 1 LP).
    pub not_largest_lp: Rule,
    /// Price from which an early-stage deal is not done, in yuan.
    pub valuation_max: Rule,
    /// Largest first cheque into a small company, in yuan.
    pub cheque_max: Rule,
    /// Largest mean size of sub-funds, in yuan.
    pub sub_fund_mean_size_max: Rule,
    /// Longest life of the programme, in years.
    pub national_term: Rule,
    /// Longest investment period, in years.
    pub investment_period: Rule,
    /// Least size of a regional fund, in yuan (an outcome).
    pub regional_size_min: Rule,
    /// Least number of sub-funds (an outcome).
    pub sub_fund_count_min: Rule,
    /// Least share of all sub-fund money in early stages (an outcome).
    pub programme_early_stage_min: Rule,
    /// Least consolidated leverage (an outcome).
    pub scale_target: Rule,
}

/// One rule: its threshold and what is done about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Threshold in the rule's unit.
    pub threshold: f64,
    /// Enforce, report or ignore.
    pub mode: RuleMode,
}

impl Rule {
    /// Whether decisions must keep the rule.
    pub fn is_enforced(&self) -> bool {
        self.mode == RuleMode::Enforce
    }
}

/// What is done about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleMode {
    /// Decisions keep it.
    Enforce,
    /// It is measured.
    Report,
    /// It is ignored.
    Off,
}
