//! What a scenario gives as actual, and what of each region's mandate is left to simulate.

use crate::scenario::{Region, Scenario};
use crate::structure::Structure;
use crate::units::{Money, Years};

/// What is actual, and what is left. Money in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct Actual {
    /// Date up to which everything is data, in years; `None` where actual entries are only signed.
    pub as_of: Option<f64>,
    /// Regions in file order.
    pub regions: Vec<ActualRegion>,
}

/// What is actual in one region.
#[derive(Clone, Debug, PartialEq)]
pub struct ActualRegion {
    /// The region.
    pub region: String,
    /// Sub-funds that have closed by then.
    pub closed: u32,
    /// Sub-funds that are signed, and close later.
    pub signed: u32,
    /// Sizes of both.
    pub size: f64,
    /// The region's tickets in both.
    pub tickets: f64,
    /// Called by sub-funds.
    pub paid_in: f64,
    /// Distributed by sub-funds.
    pub distributed: f64,
    /// Value that sub-funds hold.
    pub nav: f64,
    /// Direct projects.
    pub projects: u32,
    /// Their cheques.
    pub cheques: f64,
    /// Value of those that are paid.
    pub projects_nav: f64,
    /// Tickets that are left to sub-funds, if later closes come as expected.
    pub tickets_left: f64,
    /// What is left to direct projects then; nothing where there are none.
    pub cheques_left: f64,
}

/// What is actual in `scenario`; `None` where nothing is.
pub(super) fn actual(scenario: &Scenario, structure: &Structure) -> Option<Actual> {
    let as_of = scenario.national.as_of.map(Years::years);
    let given = |region: &Region| !region.actual.is_empty() || !region.projects.is_empty();
    if as_of.is_none() && !scenario.region.iter().any(given) {
        return None;
    }
    let regions = 0..scenario.region.len();
    Some(Actual {
        as_of,
        regions: regions
            .map(|region| of_region(scenario, structure, region))
            .collect(),
    })
}

fn of_region(scenario: &Scenario, structure: &Structure, number: usize) -> ActualRegion {
    let region = &scenario.region[number];
    let mut found = ActualRegion {
        region: region.id.clone(),
        closed: 0,
        signed: 0,
        size: 0.0,
        tickets: 0.0,
        paid_in: 0.0,
        distributed: 0.0,
        nav: 0.0,
        projects: 0,
        cheques: 0.0,
        projects_nav: 0.0,
        tickets_left: 0.0,
        cheques_left: 0.0,
    };
    for fund in &structure.actual[number] {
        found.size += fund.size;
        found.tickets += fund.regional;
        if let Some(opening) = fund.opening {
            found.closed += 1;
            found.paid_in += opening.paid_in;
            found.distributed += opening.distributed;
            found.nav += opening.nav;
        } else {
            found.signed += 1;
        }
    }
    for group in &region.projects {
        let count = f64::from(group.count);
        found.projects += group.count;
        found.cheques += count * group.cheque.to_yuan();
        found.projects_nav += count * group.nav.map_or(0.0, Money::to_yuan);
    }
    let mean = region.take_up_mean.fraction();
    let closes = structure.closes[number].iter();
    let expected: f64 = closes
        .map(|close| match close.others {
            Some(others) => close.national + others,
            None => close.national / (1.0 - mean),
        })
        .sum();
    let net = expected * (1.0 - structure.region_fee_budget);
    let share = scenario.regions.sub_fund_share;
    found.tickets_left = (share.fraction() * net - found.tickets).max(0.0);
    if structure.direct.is_some() {
        found.cheques_left = (share.rest().fraction() * net - found.cheques).max(0.0);
    }
    found
}
