//! Regional funds: closes, LPs by class, cash by quarter, and their sub-funds.

use super::Returns;
use super::companies::{self, ProjectTrace};
use super::sub_funds::{Closed, SubFundTrace};
use super::waterfall::{Line, lines};
use crate::path::Workspace;
use crate::path::fundraising::closes::Close;
use crate::path::journal::CompanyLife;
use crate::path::ledger::RegionFlows;
use crate::random::{Entity, MAX_COMPANIES};
use crate::scenario::{ConcessionTo, Scenario};
use crate::structure::raising::MAX_CLASSES;
use crate::structure::{Structure, quarter_of};
use serde::Serialize;

/// One regional fund.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegionTrace {
    /// Its name in the scenario's keys.
    pub id: String,
    /// Its name as the scenario gives it.
    pub name: String,
    /// All commitments.
    pub size: f64,
    /// Its closes in order.
    pub closes: Vec<CloseTrace>,
    /// Most that fees may take.
    pub fee_budget: f64,
    /// First quarter: that of the first close; null without one.
    pub first_quarter: Option<usize>,
    /// Quarter after the investment period.
    pub investing_until: Option<usize>,
    /// What its LPs paid and got.
    pub returns: Returns,
    /// Its LPs: `national`, then classes.
    pub lps: Vec<RegionLpTrace>,
    /// Cash by quarter.
    pub flows: RegionFlowsTrace,
    /// NAV at the end of each quarter: its part of its sub-funds' and that of its direct projects; null where the
    /// scenario does not follow NAV.
    pub nav: Option<Vec<f64>>,
    /// What each claim took of its distributions.
    pub waterfall: Vec<Line>,
    /// Sub-funds approved.
    pub approved: u32,
    /// Sub-funds that failed to close.
    pub failed: u32,
    /// Sub-funds that closed.
    pub sub_funds: Vec<SubFundTrace>,
    /// Companies that it invested in itself: those that are signed already, then close by close.
    pub projects: Vec<ProjectTrace>,
}

/// Money that joined a regional fund at one date.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CloseTrace {
    /// Date in years.
    pub date: f64,
    /// Its quarter; the close counts from the quarter's start.
    pub quarter: usize,
    /// All of it.
    pub total: f64,
    /// By LP: `national`, then classes.
    pub commitments: Vec<Commitment>,
}

/// What one LP committed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Commitment {
    /// `national` or a class of LPs.
    pub lp: String,
    /// The amount.
    pub amount: f64,
}

/// One LP, or class of LPs, of a regional fund, with its cash by quarter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegionLpTrace {
    /// `national` or a class of LPs.
    pub lp: String,
    /// Committed in all.
    pub committed: f64,
    /// Paid to the fund and, when a close brings others in, to or (negative) by them.
    pub calls: Vec<f64>,
    /// The part of `calls` that goes to or comes from other LPs.
    pub equalisation: Vec<f64>,
    /// Received, with what was passed on.
    pub distributions: Vec<f64>,
    /// The part of `distributions` that the national company passed on: its own is negative.
    pub conceded: Vec<f64>,
}

/// Cash of a regional fund by quarter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegionFlowsTrace {
    /// Paid into sub-funds.
    pub sub_fund_calls: Vec<f64>,
    /// Received from sub-funds, without what it passed on.
    pub sub_fund_distributions: Vec<f64>,
    /// What it passed on of its part.
    pub sub_fund_conceded: Vec<f64>,
    /// Cheques to its direct projects.
    pub direct_cheques: Vec<f64>,
    /// Received from them.
    pub direct_proceeds: Vec<f64>,
    /// Fees and expenses.
    pub fees: Vec<f64>,
    /// Called from LPs.
    pub calls: Vec<f64>,
    /// Distributed to LPs.
    pub distributions: Vec<f64>,
    /// The manager's carry, with what the national company passed on to it.
    pub carry: Vec<f64>,
    /// What the national company passed on, to other LPs within `distributions`, or to the manager within `carry`.
    pub conceded: Vec<f64>,
    /// Interest on the cash of the quarter before.
    pub interest: Vec<f64>,
    /// Cash held at the end of the quarter; what is left at the end is distributed in the last one.
    pub cash: Vec<f64>,
}

/// Amounts by class with the classes' names, those of nothing left out.
pub(super) fn class_money(
    scenario: &Scenario,
    amounts: &[f64; MAX_CLASSES],
) -> impl Iterator<Item = (String, f64)> {
    let classes = scenario.lp_class.iter().zip(amounts);
    let some = classes.filter(|(_, amount)| **amount != 0.0);
    some.map(|(class, &amount)| (class.id.clone(), amount))
}

/// All regional funds of the path in `workspace`.
pub(super) fn list(
    scenario: &Scenario,
    structure: &Structure,
    workspace: &Workspace,
) -> Vec<RegionTrace> {
    let programme = &workspace.programme;
    let mut regions: Vec<RegionTrace> = (0..scenario.region.len())
        .map(|region| RegionTrace::new(scenario, structure, workspace, region))
        .collect();
    let Some(journal) = &workspace.journal else {
        return regions;
    };
    let mut lives = journal.companies.clone();
    lives.sort_by_key(|life| life.entity);
    let closed = programme.sub_funds().zip(&journal.mandates);
    let conceded = journal.cash.conceded.iter().map(Vec::as_slice);
    let cash = journal.cash.funds.iter();
    let cash = cash.zip(conceded.chain(std::iter::repeat(&[][..])));
    let nav = journal.nav.iter().map(|nav| Some(nav.as_slice()));
    let books = cash.zip(nav.chain(std::iter::repeat(None)));
    for (((fund, outcome), mandate), ((cash, conceded), nav)) in closed.zip(books) {
        let closed = Closed {
            fund,
            outcome,
            mandate,
            cash,
            conceded,
            nav,
            lives: lives_of(&lives, fund.region, fund.number),
        };
        let trace = SubFundTrace::new(scenario, structure, workspace, &closed);
        regions[fund.region as usize].sub_funds.push(trace);
    }
    for (number, region) in regions.iter_mut().enumerate() {
        region.sub_funds.sort_by_key(|fund| fund.number);
        region.projects = companies::projects(scenario, workspace, number as u32, &lives);
    }
    regions
}

/// Of companies in the order of their addresses, those of one sub-fund.
fn lives_of(lives: &[CompanyLife], region: u32, number: u32) -> &[CompanyLife] {
    let first = Entity::sub_fund(region, number).word();
    let start = lives.partition_point(|life| life.entity < first);
    let rest = &lives[start..];
    let of_fund = |life: &CompanyLife| life.entity - first < MAX_COMPANIES;
    &rest[..rest.partition_point(of_fund)]
}

impl RegionTrace {
    fn new(
        scenario: &Scenario,
        structure: &Structure,
        workspace: &Workspace,
        region: usize,
    ) -> Self {
        let programme = &workspace.programme;
        let closes = &programme.closes[region];
        let flows = &programme.ledger.regions[region];
        let raising = &programme.raising[region];
        let size: f64 = closes.iter().map(|close| close.total).sum();
        let first_quarter = closes.first().map(|close| quarter_of(close.time));
        let period = scenario.national.investment_period.quarters();
        let returns = Returns::of(
            &flows.calls,
            &flows.distributions,
            programme.ledger.region_residual[region],
        );
        Self {
            id: scenario.region[region].id.clone(),
            name: scenario.region[region].name.clone(),
            size,
            closes: closes
                .iter()
                .map(|c| CloseTrace::new(scenario, c))
                .collect(),
            fee_budget: structure.region_fee_budget * size,
            first_quarter,
            investing_until: first_quarter.map(|first| (first + period).min(structure.quarters)),
            returns,
            lps: lps(scenario, closes, flows),
            waterfall: lines(
                &structure.region_claims,
                0,
                &flows.calls,
                &distributable(flows),
            ),
            flows: flows.into(),
            nav: scenario.nav.then(|| flows.nav.clone()),
            approved: raising.approved,
            failed: raising.failed,
            sub_funds: Vec::new(),
            projects: Vec::new(),
        }
    }
}

/// What a region distributed by quarter, to LPs and manager: from sub-funds, from direct projects, and cash that is left.
fn distributable(flows: &RegionFlows) -> Vec<f64> {
    let both = flows
        .sub_fund_distributions
        .iter()
        .zip(&flows.direct_proceeds);
    let both = both.map(|(from_funds, from_projects)| from_funds + from_projects);
    let mut all: Vec<f64> = both.collect();
    if let Some(last) = all.last_mut() {
        *last += flows.cash_left;
    }
    all
}

impl CloseTrace {
    fn new(scenario: &Scenario, close: &Close) -> Self {
        let national = ("national".to_owned(), close.national);
        let all = std::iter::once(national).chain(class_money(scenario, &close.others));
        Self {
            date: close.time,
            quarter: quarter_of(close.time),
            total: close.total,
            commitments: all.map(|(lp, amount)| Commitment { lp, amount }).collect(),
        }
    }
}

/// The LPs of a region; the national company's cash is that of the ledger, the others' follows the same rule.
fn lps(scenario: &Scenario, closes: &[Close], flows: &RegionFlows) -> Vec<RegionLpTrace> {
    let national = RegionLpTrace {
        lp: "national".to_owned(),
        committed: closes.iter().map(|close| close.national).sum(),
        calls: flows.national_calls.clone(),
        equalisation: flows.equalisation.clone(),
        distributions: flows.national_distributions.clone(),
        conceded: flows
            .national_conceded
            .iter()
            .map(|passed| -passed)
            .collect(),
    };
    let concession = scenario.terms.region.concession;
    let to_manager = concession.is_some_and(|concession| concession.to == ConcessionTo::Gp);
    let mut lps = vec![national];
    for (class, of) in scenario.lp_class.iter().enumerate() {
        let committed: f64 = closes.iter().map(|close| close.others[class]).sum();
        if committed > 0.0 {
            lps.push(RegionLpTrace {
                lp: of.id.clone(),
                committed,
                ..lp_of_class(closes, class, flows, to_manager)
            });
        }
    }
    lps
}

/// Cash of one class of LPs: its part of calls as of the quarter, and its part of what was called before that a
/// close has changed.
fn lp_of_class(
    closes: &[Close],
    class: usize,
    flows: &RegionFlows,
    to_manager: bool,
) -> RegionLpTrace {
    let mut lp = RegionLpTrace {
        lp: String::new(),
        committed: 0.0,
        calls: Vec::new(),
        equalisation: Vec::new(),
        distributions: Vec::new(),
        conceded: Vec::new(),
    };
    let (mut called, mut before) = (0.0, None);
    for (quarter, (&call, &paid)) in flows.calls.iter().zip(&flows.distributions).enumerate() {
        let joined = closes
            .iter()
            .filter(|close| quarter_of(close.time) <= quarter);
        let (own, total, others) = joined.fold((0.0, 0.0, 0.0), |(own, total, others), close| {
            let joining = close.total - close.national;
            (
                own + close.others[class],
                total + close.total,
                others + joining,
            )
        });
        let share = if total > 0.0 { own / total } else { 0.0 };
        let equalisation = (share - before.unwrap_or(share)) * called;
        lp.calls.push(share * call + equalisation);
        lp.equalisation.push(equalisation);
        let passed_on = flows.national_conceded[quarter];
        let (all, conceded) = if to_manager {
            // Distributed before the national company passed its part on.
            (paid + passed_on, 0.0)
        } else if own > 0.0 {
            (paid, passed_on * own / others)
        } else {
            (paid, 0.0)
        };
        lp.conceded.push(conceded);
        lp.distributions.push(share * all + conceded);
        called += call;
        before = Some(share);
    }
    lp
}

impl From<&RegionFlows> for RegionFlowsTrace {
    fn from(flows: &RegionFlows) -> Self {
        Self {
            sub_fund_calls: flows.sub_fund_calls.clone(),
            sub_fund_distributions: flows.sub_fund_distributions.clone(),
            sub_fund_conceded: flows.sub_fund_conceded.clone(),
            direct_cheques: flows.direct_cheques.clone(),
            direct_proceeds: flows.direct_proceeds.clone(),
            fees: flows.fees.clone(),
            calls: flows.calls.clone(),
            distributions: flows.distributions.clone(),
            carry: flows.carry.clone(),
            conceded: flows.national_conceded.clone(),
            interest: flows.interest.clone(),
            cash: flows.cash.clone(),
        }
    }
}
