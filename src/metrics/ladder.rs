//! The leverage ladder of one path: what national money mobilised, by each definition in use.

use super::{MetricUnit, MissingRank, Sink, ratio};
use crate::path::{FundOutcome, Programme};
use crate::scenario::{Origin, Scenario};

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

    /// Adds what `fund` took in, scaled by `part`.
    fn add_fund(&mut self, scenario: &Scenario, fund: &FundOutcome, part: f64) {
        let sub_fund = &fund.fund;
        self.sub_funds += sub_fund.size * part;
        self.regional_in_sub_funds += sub_fund.regional * part;
        self.add(scenario.sub_funds.gp_origin, sub_fund.gp * part);
        for (class, amount) in scenario.lp_class.iter().zip(&sub_fund.others) {
            self.add(class.origin, amount * part);
        }
    }
}

/// Commitments of the whole programme up to `time` in years.
pub fn committed(scenario: &Scenario, programme: &Programme, time: f64) -> Mobilised {
    let mut money = Mobilised::default();
    for close in programme
        .closes
        .iter()
        .flatten()
        .filter(|close| close.time < time)
    {
        money.national += close.national;
        money.regions += close.total;
        for (class, amount) in scenario.lp_class.iter().zip(&close.others) {
            money.add(class.origin, *amount);
        }
    }
    for fund in programme
        .funds
        .iter()
        .filter(|fund| fund.fund.launch < time)
    {
        money.add_fund(scenario, fund, 1.0);
    }
    money
}

/// Money drawn by the term. LPs of one vehicle are drawn in step.
pub fn drawn(scenario: &Scenario, programme: &Programme) -> Mobilised {
    let mut money = Mobilised::default();
    for (closes, flows) in programme.closes.iter().zip(&programme.ledger.regions) {
        let size: f64 = closes.iter().map(|close| close.total).sum();
        if size <= 0.0 {
            continue;
        }
        let called: f64 = flows.calls.iter().sum();
        let part = called / size;
        money.regions += called;
        for close in closes {
            money.national += close.national * part;
            for (class, amount) in scenario.lp_class.iter().zip(&close.others) {
                money.add(class.origin, amount * part);
            }
        }
    }
    for fund in &programme.funds {
        money.add_fund(scenario, fund, fund.called / fund.fund.size);
    }
    money
}

/// Writes the ladder on committed and on drawn money.
pub fn record(scenario: &Scenario, programme: &Programme, sink: &mut impl Sink) {
    let committed = committed(scenario, programme, f64::INFINITY);
    let drawn = drawn(scenario, programme);
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
