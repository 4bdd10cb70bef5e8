//! First cheques, stages, events and exits, as a scenario states them.

use super::{FollowOn, Recycling, Tail, Transfer};
use crate::units::{Money, Share, Years};

/// How sub-funds put money into companies (model section 4).
#[derive(Clone, Debug)]
pub struct Deployment {
    /// From launch to the last first cheque.
    pub investment: Years,
    /// From then to the end of the sub-fund's life, during which the later fee runs.
    pub exit: Years,
    /// Time beyond that in which it may still hold companies, without a fee.
    pub extension: Years,
    /// What ends the list of first cheques.
    pub first_cheques: FirstCheques,
    /// Weights by stage of first cheques: of money under `Money`, of companies under `Count`.
    pub mix: Vec<f64>,
    /// Candidates of the deal pool that are looked at before the money waits.
    pub candidates: u32,
    /// Reserves for later rounds, if there are any.
    pub follow_on: Option<FollowOn>,
    /// Recycling of early proceeds, if there is any.
    pub recycling: Option<Recycling>,
}

/// What ends a sub-fund's list of first cheques.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstCheques {
    /// Its investable money.
    Money,
    /// A number of companies.
    Count(u32),
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

/// What an exit pays, and when.
#[derive(Clone, Debug)]
pub struct Exit {
    /// Value at a trade sale over the price of the stake.
    pub trade_sale: Step,
    /// Value at a listing over the price of the stake (`pop`).
    pub listing: Step,
    /// Part of cost that a wound-up company returns.
    pub fail_recovery: Share,
    /// How listed shares are sold.
    pub sell_down: SellDown,
    /// Time from the listing to the first sale of shares.
    pub lock_up: Years,
    /// Most that may be sold per quarter, as a part of the company, by time held at the listing: under 36
    /// months, from 36 and from 48 months on. From 60 months on there is no limit.
    pub sell_down_pace: [Share; 3],
    /// Standard deviation of the log of the shares' own return from the listing to their sale.
    pub sell_down_noise: f64,
    /// Who is paid first in a trade sale.
    pub preference: Preference,
    /// What a sub-fund gets at its end for a company that is alive.
    pub secondary: Secondary,
    /// What becomes of stalled companies.
    pub redemption: Redemption,
    /// Sales of old shares in rounds, if there are any.
    pub transfer: Option<Transfer>,
    /// The tail of values at a listing or trade sale, if there is one.
    pub tail: Option<Tail>,
}

/// Sales at a sub-fund's end, to funds that buy holdings of others (S funds).
#[derive(Clone, Copy, Debug)]
pub struct Secondary {
    /// Probability that a company is sold; otherwise it is written off.
    pub probability: Share,
    /// Mean price over value.
    pub price: f64,
    /// Effect of the cycle on the log of the price.
    pub cycle_loading: f64,
    /// Probability that a stalled company without a claim is sold.
    pub stalled_probability: Share,
    /// Its price over value.
    pub stalled_price: f64,
}

/// Claims that a founder buys the stake back.
#[derive(Clone, Copy, Debug)]
pub struct Redemption {
    /// Whether there are any.
    pub model: RedemptionModel,
    /// Probability that a stalled company is claimed on.
    pub probability: Share,
    /// Earliest date, from the first cheque.
    pub after: Years,
    /// Simple yearly interest on cost that the contract promises.
    pub rate: f64,
    /// Probability that the claim is settled by negotiation.
    pub negotiated: Share,
    /// Least part of the claim that a negotiation brings; the part is uniform up to all of it.
    pub part_low: Share,
    /// Part of the claim that is recovered in court.
    pub litigated: Share,
}

/// Whether stalled companies are claimed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedemptionModel {
    /// Never.
    None,
    /// As contracts say.
    Claims,
}

/// How listed shares are sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SellDown {
    /// All of them in the quarter of the listing.
    None,
    /// After the lock-up, at the legal pace.
    Legal,
}

/// Who is paid first in a trade sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// Nobody: every holder gets its fraction of the price.
    None,
    /// All investors get their cost back first, in proportion where the price falls short of it.
    PariPassu,
}
