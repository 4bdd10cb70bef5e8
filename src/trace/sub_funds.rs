//! Sub-funds: who holds them, what they paid and received by quarter, and their companies.

use super::companies::{self, CompanyTrace};
use super::waterfall::{Line, lines};
use super::{Returns, regions::class_money};
use crate::path::cash::sums::FundFlows;
use crate::path::deployment::Mandate;
use crate::path::fundraising::sub_funds::SubFund;
use crate::path::journal::CompanyLife;
use crate::path::{FundOutcome, Workspace};
use crate::scenario::{ConcessionTo, Scenario};
use crate::structure::Structure;
use serde::Serialize;

/// One sub-fund that closed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SubFundTrace {
    /// Number within its region, in order of approval: its address in random draws. Missing numbers never closed.
    pub number: u32,
    /// Closing, in years.
    pub closed: f64,
    /// Its sector.
    pub sector: String,
    /// The manager's skill, in standard deviations.
    pub skill: f64,
    /// Final size.
    pub size: f64,
    /// The region's part of it.
    pub regional_share: f64,
    /// Whether the region's ticket was cut because it may not be the largest.
    pub not_largest_binds: bool,
    /// Whether its target was cut to keep the mean size.
    pub mean_size_binds: bool,
    /// What it has done by the date up to which everything is data; null where all of it is simulated.
    pub opening: Option<OpeningTrace>,
    /// Most that fees may take.
    pub fee_budget: f64,
    /// Paid to early-stage companies.
    pub early: f64,
    /// First quarter.
    pub first_quarter: usize,
    /// Quarter after the investment period.
    pub investing_until: usize,
    /// Quarter after the life, up to which fees run.
    pub fees_until: usize,
    /// Quarter after the last one in which it holds anything.
    pub holds_until: usize,
    /// What its holders paid and got.
    pub returns: Returns,
    /// The region, the GP, and other LPs by class.
    pub holders: Vec<Holder>,
    /// Cash by quarter.
    pub flows: FundFlowsTrace,
    /// NAV at the end of each quarter from `first_quarter` on, to the last one in which it holds anything; null where
    /// the scenario does not follow NAV.
    pub nav: Option<Vec<f64>>,
    /// What each claim took of its distributions.
    pub waterfall: Vec<Line>,
    /// Its companies.
    pub companies: Vec<CompanyTrace>,
}

/// The past of a sub-fund that is data, and what it holds at its end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpeningTrace {
    /// Quarter at whose start it ends.
    pub quarter: usize,
    /// Called by then, in equal parts by quarter.
    pub paid_in: f64,
    /// Distributed by then; booked in `quarter`.
    pub distributed: f64,
    /// Value held then.
    pub nav: f64,
    /// Paid to companies by quarter, from `first_quarter` of the sub-fund on, in sum over the companies with an `opening`.
    pub cheques: Vec<f64>,
}

/// A holder of a sub-fund; LPs of one class stand together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Holder {
    /// `region`, `gp` or a class of LPs.
    pub holder: String,
    /// Committed.
    pub ticket: f64,
    /// Paid in.
    pub paid_in: f64,
    /// Received, carry apart, with what was passed on.
    pub distributed: f64,
    /// The part of `distributed` that the region passed on: its own is negative.
    pub conceded: f64,
}

/// Cash of a sub-fund by quarter, from `first_quarter` of the sub-fund on. Calls, and what goes to holders before the
/// region passes anything on, are the holders' in proportion to their tickets.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FundFlowsTrace {
    /// Paid to companies.
    pub cheques: Vec<f64>,
    /// Fees and expenses.
    pub fees: Vec<f64>,
    /// Called from holders.
    pub calls: Vec<f64>,
    /// Received from companies.
    pub proceeds: Vec<f64>,
    /// Distributed to holders.
    pub distributions: Vec<f64>,
    /// The manager's carry, with what the region passed on to it.
    pub carry: Vec<f64>,
    /// What the region passed on, to other holders within `distributions`, or to the manager within `carry`.
    pub conceded: Vec<f64>,
}

/// A closed sub-fund as the engine left it.
pub(super) struct Closed<'a> {
    pub fund: &'a SubFund,
    pub outcome: &'a FundOutcome,
    pub mandate: &'a Mandate,
    pub cash: &'a [FundFlows<f64>],
    /// What its region passed on by quarter; may be shorter.
    pub conceded: &'a [f64],
    /// NAV by quarter of the programme, where it is followed.
    pub nav: Option<&'a [f64]>,
    pub lives: &'a [CompanyLife],
}

impl SubFundTrace {
    pub(super) fn new(
        scenario: &Scenario,
        structure: &Structure,
        workspace: &Workspace,
        closed: &Closed,
    ) -> Self {
        let Closed {
            fund,
            outcome,
            mandate,
            cash,
            conceded,
            nav,
            lives,
        } = *closed;
        let first = mandate.first_quarter as usize;
        let cash = cash.get(first..).unwrap_or_default();
        let conceded = conceded.get(first..).unwrap_or_default();
        let concession = scenario.terms.sub_fund.concession;
        let to = concession.map(|concession| concession.to);
        let mut flows = FundFlowsTrace::new(cash, conceded, to);
        let mut returns = Returns::of(&flows.calls, &flows.distributions, outcome.residual);
        flows.shorten();
        // As the engine has added them up.
        returns.paid_in = outcome.called;
        returns.distributed = outcome.distributed;
        let opening = structure.opening(fund.region, fund.number);
        let opening = opening.map(|opening| OpeningTrace {
            quarter: opening.as_of,
            paid_in: opening.paid_in,
            distributed: opening.distributed,
            nav: opening.nav,
            cheques: mandate.cheques(opening, structure, fund.size).collect(),
        });
        Self {
            number: fund.number,
            closed: fund.launch,
            sector: scenario.sector[fund.sector as usize].id.clone(),
            skill: fund.skill,
            size: fund.size,
            regional_share: fund.regional / fund.size,
            not_largest_binds: fund.not_largest_binds,
            mean_size_binds: fund.mean_size_binds,
            opening,
            fee_budget: mandate.fee_budget,
            early: outcome.early,
            first_quarter: first,
            investing_until: mandate.investing_until as usize,
            fees_until: mandate.ends as usize,
            holds_until: mandate.holds_until as usize,
            returns,
            holders: holders(scenario, fund, outcome, to),
            waterfall: lines(
                &structure.sub_fund_claims,
                first,
                &flows.calls,
                &flows.proceeds,
            ),
            flows,
            nav: nav.map(|nav| held_from(nav, first)),
            companies: companies::list(scenario, &workspace.economy, fund.sector, lives),
        }
    }
}

/// A series from quarter `first` on, without the quarters at its end in which it is nothing.
fn held_from(nav: &[f64], first: usize) -> Vec<f64> {
    let last = nav.iter().rposition(|&nav| nav != 0.0);
    let until = last.map_or(first, |last| (last + 1).max(first));
    nav.get(first..until).unwrap_or_default().to_vec()
}

impl FundFlowsTrace {
    fn new(cash: &[FundFlows<f64>], conceded: &[f64], to: Option<ConcessionTo>) -> Self {
        let conceded = conceded.iter().copied().chain(std::iter::repeat(0.0));
        let conceded: Vec<f64> = conceded.take(cash.len()).collect();
        let to_manager = |conceded: f64| {
            if to == Some(ConcessionTo::Gp) {
                conceded
            } else {
                0.0
            }
        };
        let with = || cash.iter().zip(conceded.iter().copied().map(to_manager));
        let series = |of: fn(&FundFlows<f64>) -> f64| cash.iter().map(of).collect();
        Self {
            cheques: series(|flows| flows.cheques),
            fees: series(|flows| flows.fees),
            calls: series(|flows| flows.calls),
            proceeds: series(|flows| flows.proceeds),
            distributions: with().map(|(flows, more)| flows.to_lps - more).collect(),
            carry: with()
                .map(|(flows, more)| flows.proceeds - flows.to_lps + more)
                .collect(),
            conceded,
        }
    }

    /// Drops the quarters after the last one with money.
    fn shorten(&mut self) {
        let last = |series: &[f64]| series.iter().rposition(|&amount| amount != 0.0);
        let quarters = last(&self.calls)
            .max(last(&self.proceeds))
            .map_or(0, |q| q + 1);
        for series in [
            &mut self.cheques,
            &mut self.fees,
            &mut self.calls,
            &mut self.proceeds,
            &mut self.distributions,
            &mut self.carry,
            &mut self.conceded,
        ] {
            series.truncate(quarters);
        }
    }
}

fn holders(
    scenario: &Scenario,
    fund: &SubFund,
    outcome: &FundOutcome,
    to: Option<ConcessionTo>,
) -> Vec<Holder> {
    let others: f64 = fund.others.iter().sum();
    let conceded = |holder: &str, ticket: f64| match (holder, to) {
        ("region", _) => -outcome.conceded,
        ("gp", _) => 0.0,
        (_, Some(ConcessionTo::OtherLps)) => ticket / others * outcome.conceded,
        _ => 0.0,
    };
    // What goes to the manager is not in the distributions any more, though all holders have had their part of it.
    let to_manager = to == Some(ConcessionTo::Gp);
    let before = outcome.distributed + if to_manager { outcome.conceded } else { 0.0 };
    let mut tickets = vec![
        ("region".to_owned(), fund.regional),
        ("gp".to_owned(), fund.gp),
    ];
    tickets.extend(class_money(scenario, &fund.others));
    let holder = |(holder, ticket): (String, f64)| {
        let conceded = conceded(&holder, ticket);
        Holder {
            holder,
            ticket,
            paid_in: ticket / fund.size * outcome.called,
            distributed: ticket / fund.size * before + conceded,
            conceded,
        }
    };
    tickets.into_iter().map(holder).collect()
}
