//! The leverage ladder of one path: what national money mobilised, by each definition in use.

use super::{MetricUnit, MissingRank, Sink, ratio};
use crate::path::Programme;
use crate::path::fundraising::closes::Close;
use crate::path::fundraising::sub_funds::SubFund;
use crate::scenario::{Origin, Scenario};
use crate::structure::raising::MAX_CLASSES;

/// Money by tier and by whose it is in the end, in yuan: committed or drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mobilised {
    /// National money placed in regional funds.
    pub national: f64,
    /// Regional funds.
    pub regions: f64,
    /// Sub-funds.
    pub sub_funds: f64,
    /// Regional money in sub-funds.
    pub regional_in_sub_funds: f64,
    /// From government budgets other than the national company's, at both tiers.
    pub budget: f64,
    /// From state-owned firms, at both tiers.
    pub state_owned: f64,
    /// Private and foreign, at both tiers.
    pub private: f64,
}

impl Mobilised {
    /// All money counted once: regions, and what others put into sub-funds.
    pub fn consolidated(&self) -> f64 {
        self.regions + self.sub_funds - self.regional_in_sub_funds
    }

    /// The sum of all tiers' sizes.
    pub fn summed(&self) -> f64 {
        self.national + self.regions + self.sub_funds
    }

    /// The rungs in the order of [`LADDER`](super::LADDER); NaN where there is no base.
    pub fn rungs(&self) -> [f64; super::LADDER.len()] {
        let state = self.national + self.budget + self.state_owned;
        [
            ratio(self.regions, self.national),
            ratio(self.sub_funds, self.regional_in_sub_funds),
            ratio(self.consolidated(), self.national),
            ratio(self.summed(), self.national),
            ratio(self.state_owned + self.private, self.national),
            ratio(self.private, state),
            ratio(self.national + self.budget, self.national),
        ]
    }

    fn add(&mut self, origin: Origin, amount: f64) {
        match origin {
            Origin::Budget => self.budget += amount,
            Origin::StateOwned => self.state_owned += amount,
            Origin::Private | Origin::Foreign => self.private += amount,
        }
    }

    fn add_classes(&mut self, scenario: &Scenario, amounts: &[f64; MAX_CLASSES], part: f64) {
        for (class, amount) in scenario.lp_class.iter().zip(amounts) {
            self.add(class.origin, amount * part);
        }
    }

    fn add_close(&mut self, scenario: &Scenario, close: &Close, part: f64) {
        self.national += close.national * part;
        self.regions += close.total * part;
        self.add_classes(scenario, &close.others, part);
    }

    fn add_sub_funds(&mut self, scenario: &Scenario, money: &SubFundMoney) {
        self.sub_funds += money.size;
        self.regional_in_sub_funds += money.regional;
        self.add(scenario.sub_funds.gp_origin, money.gp);
        self.add_classes(scenario, &money.others, 1.0);
    }
}

/// Money of many sub-funds, by LP class: classes are told apart by origin once, not for every fund.
#[derive(Clone, Copy, Debug, Default)]
struct SubFundMoney {
    size: f64,
    regional: f64,
    gp: f64,
    others: [f64; MAX_CLASSES],
}

impl SubFundMoney {
    /// Adds what `fund` took in, scaled by `part`, of the first `classes` LP classes.
    fn add(&mut self, fund: &SubFund, classes: usize, part: f64) {
        self.size += fund.size * part;
        self.regional += fund.regional * part;
        self.gp += fund.gp * part;
        for (sum, amount) in self.others.iter_mut().zip(&fund.others).take(classes) {
            *sum += amount * part;
        }
    }
}

/// Commitments of the whole programme up to `time` in years.
pub fn committed(scenario: &Scenario, programme: &Programme, time: f64) -> Mobilised {
    let mut money = Mobilised::default();
    let closes = programme.closes.iter().flatten();
    for close in closes.filter(|close| close.time < time) {
        money.add_close(scenario, close, 1.0);
    }
    let mut sub_funds = SubFundMoney::default();
    for fund in programme.funds.iter().filter(|fund| fund.launch < time) {
        sub_funds.add(fund, scenario.lp_class.len(), 1.0);
    }
    money.add_sub_funds(scenario, &sub_funds);
    money
}

/// [`committed`] at the end of each year.
pub fn committed_by_year(
    scenario: &Scenario,
    programme: &Programme,
    years: usize,
) -> Vec<Mobilised> {
    let mut in_year = vec![SubFundMoney::default(); years];
    for fund in &programme.funds {
        if let Some(sub_funds) = in_year.get_mut(fund.launch as usize) {
            sub_funds.add(fund, scenario.lp_class.len(), 1.0);
        }
    }
    let mut money = Mobilised::default();
    let so_far = in_year.iter().enumerate().map(|(year, sub_funds)| {
        let closes = programme.closes.iter().flatten();
        for close in closes.filter(|close| close.time as usize == year) {
            money.add_close(scenario, close, 1.0);
        }
        money.add_sub_funds(scenario, sub_funds);
        money
    });
    so_far.collect()
}

/// Money drawn by the term. LPs of one vehicle are drawn in step.
pub fn drawn(scenario: &Scenario, programme: &Programme) -> Mobilised {
    let mut money = Mobilised::default();
    for (closes, flows) in programme.closes.iter().zip(&programme.ledger.regions) {
        let size: f64 = closes.iter().map(|close| close.total).sum();
        if size <= 0.0 {
            continue;
        }
        let part = flows.calls.iter().sum::<f64>() / size;
        for close in closes {
            money.add_close(scenario, close, part);
        }
    }
    let mut sub_funds = SubFundMoney::default();
    for (fund, outcome) in programme.sub_funds() {
        let part = outcome.called / fund.size;
        sub_funds.add(fund, scenario.lp_class.len(), part);
    }
    money.add_sub_funds(scenario, &sub_funds);
    money
}

/// Writes the ladder on money committed by the term and on drawn money.
pub fn record(scenario: &Scenario, committed: &Mobilised, drawn: &Mobilised, sink: &mut impl Sink) {
    let (multiple, omitted) = (MetricUnit::Multiple, MissingRank::Omitted);
    for (name, value) in super::LADDER.iter().zip(committed.rungs()) {
        sink.put(&[name], multiple, omitted, value);
    }
    for (name, value) in super::LADDER.iter().zip(drawn.rungs()) {
        sink.put(&[name, ".drawn"], multiple, omitted, value);
    }
    let capital = scenario.national.capital.to_yuan();
    sink.put(
        &["leverage.consolidated.on_capital"],
        multiple,
        omitted,
        ratio(committed.consolidated(), capital),
    );
    sink.put(
        &["leverage.consolidated.on_capital.drawn"],
        multiple,
        omitted,
        ratio(drawn.consolidated(), capital),
    );
    for (name, money) in [
        ("mobilised.national", committed.national),
        ("mobilised.regions", committed.regions),
        ("mobilised.sub_funds", committed.sub_funds),
        ("mobilised.consolidated", committed.consolidated()),
        ("mobilised.budget", committed.national + committed.budget),
        ("mobilised.state_owned", committed.state_owned),
        ("mobilised.private", committed.private),
    ] {
        sink.put(&[name], MetricUnit::Money, omitted, money);
    }
}
