//! The national company, regional funds and sub-funds, as a scenario states them.

use crate::units::{AnnualRate, Money, Share, Years};
use serde::Serialize;

/// The national company.
#[derive(Clone, Copy, Debug)]
pub struct National {
    /// Money from the treasury.
    pub capital: Money,
    /// Life of the programme.
    pub term: Years,
    /// Last date for commitments to sub-funds.
    pub investment_period: Years,
    /// Date up to which the programme is data: before it only actual entries exist. `None` where all is simulated.
    pub as_of: Option<Years>,
    /// Where the capital beyond first closes goes.
    pub unplaced_capital: UnplacedCapital,
    /// What is done with unsold holdings at the term.
    pub at_term: AtTerm,
    /// Rate of the bonds that pay for the capital: the treasury's cost of money.
    pub bond_rate: AnnualRate,
    /// When the bonds are issued.
    pub bond_draw: BondDraw,
    /// What money earns that was raised and is not used yet: the treasury's before calls, a regional fund's after them.
    pub cash_rate: AnnualRate,
}

/// When the treasury issues the bonds that pay for the capital.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BondDraw {
    /// In step with calls.
    AsCalled,
    /// The whole capital at the start; what is not called yet is held in cash.
    Upfront,
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
    /// Each sub-fund sells or writes off what it holds at the end of its life.
    Settle,
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
    /// How regional funds call money.
    pub call_policy: CallPolicy,
}

/// When a regional fund calls money, and how much at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CallPolicy {
    /// What each quarter needs.
    AsNeeded,
    /// Whole tranches, whenever cash runs short.
    Tranches {
        /// Part of the fund's commitments that one tranche brings.
        tranche: Share,
    },
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
    /// Actual sub-funds, signed or closed, for `structure = "raised"`: simulated ones fill the rest of the mandate.
    pub actual: Vec<ListedSubFunds>,
    /// Actual direct projects: simulated ones fill the rest of their budget.
    pub projects: Vec<ActualProjects>,
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
    /// What became of each up to [`National::as_of`]; only of actual ones that closed before it.
    pub so_far: Option<SoFar>,
}

/// What became of one actual sub-fund up to [`National::as_of`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoFar {
    /// Called from all LPs and the GP.
    pub paid_in: Money,
    /// Value of what it holds.
    pub nav: Money,
    /// Distributed to LPs and the GP.
    pub distributed: Money,
}

/// Equal direct projects given as data.
#[derive(Clone, Debug)]
pub struct ActualProjects {
    /// Name of the group.
    pub id: String,
    /// How many.
    pub count: u32,
    /// First cheque of each.
    pub cheque: Money,
    /// Date of it, in years from the scenario's start.
    pub date: Years,
    /// Value of each at [`National::as_of`]; only of those dated before it.
    pub nav: Option<Money>,
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
    /// Managers who run several sub-funds; `None` where each sub-fund has one of its own.
    pub manager_pool: Option<ManagerPool>,
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
    /// Effect of the region's record on the fraction raised, in logits per unit of DPI; `None` where nobody looks.
    pub track_record: Option<f64>,
}

/// Managers of whom each may run several sub-funds of a region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ManagerPool {
    /// Managers per region.
    pub size: u32,
    /// Correlation of the skill in two sub-funds of one manager.
    pub persistence: Share,
}

/// What limits the region's ticket in a sub-fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketRule {
    /// Its requested share of what was in fact raised.
    Share,
    /// Its requested share of the target, in money.
    Money,
}
