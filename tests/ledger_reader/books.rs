//! The books of all tiers, rebuilt from companies' events upward and compared with the flows of the trace.

use super::account::{Account, Findings};
use super::json::{index, list, number, series, text};
use super::nav::{self, Market};
use super::rules::{Bases, Calendar, Divided, Waterfall, budget_share, concession, fee};
use super::tiers::{national, region};
use serde_json::Value;

/// A company's costs are single-precision parts of its cheques.
const SINGLE: f64 = 1e-5;

/// What a tier pays and gets, rebuilt.
#[derive(Default)]
pub struct Flows {
    pub calls: Vec<f64>,
    pub distributions: Vec<f64>,
    /// What would be distributed if the public LP passed nothing on, and what it passes on.
    pub before: Vec<f64>,
    pub conceded: Vec<f64>,
    pub residual: f64,
    /// At the end of each quarter; nothing where NAV is not followed.
    pub nav: Vec<f64>,
    /// Cash of a regional fund at the end of each quarter, and what of it is distributed in the last one.
    pub cash: Vec<f64>,
    pub cash_left: f64,
}

impl Flows {
    /// Books a quarter of a fund in which the public LP passes `part` of all excess on; what the manager gets.
    pub fn divide(&mut self, call: f64, divided: &Divided, part: f64, to_manager: bool) -> f64 {
        let conceded = part * divided.excess;
        let to_manager = if to_manager { conceded } else { 0.0 };
        self.calls.push(call);
        self.before.push(divided.to_lps);
        self.conceded.push(conceded);
        self.distributions.push(divided.to_lps - to_manager);
        divided.carry + to_manager
    }
}

/// All accounts that do not agree.
pub fn audit(trace: &Value) -> Findings {
    let mut found = Findings::new();
    let quarters = index(trace, "quarters");
    let terms = &trace["terms"];
    let market = Market::of(trace);
    let regions: Vec<Flows> = list(trace, "regions")
        .iter()
        .map(|fund| region(fund, terms, market, quarters, &mut found))
        .collect();
    national(trace, terms, &regions, &mut found);
    found
}

pub fn sum(series: &[f64]) -> f64 {
    series.iter().sum()
}

/// Two series added up.
pub fn plus(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(a, b)| a + b).collect()
}

pub fn returns(account: &mut Account, name: &'static str, returns: &Value, flows: &Flows) {
    account.agree(name, number(returns, "paid_in"), sum(&flows.calls));
    account.agree(
        name,
        number(returns, "distributed"),
        sum(&flows.distributions),
    );
    account.agree(name, number(returns, "residual"), flows.residual);
}

/// Cash between a fund and its companies, by quarter: cheques, proceeds, cost of what left; and what is held.
pub struct Portfolio {
    pub cheques: Vec<f64>,
    pub proceeds: Vec<f64>,
    pub cost_out: Vec<f64>,
    pub held: f64,
}

/// The portfolio of `companies`; of those with a past in `opening` it says when their cheques were paid.
pub fn portfolio(
    companies: &[Value],
    opening: &Value,
    quarters: usize,
    account: &mut Account,
) -> Portfolio {
    let nothing = || vec![0.0; quarters];
    let mut all = Portfolio {
        cheques: nothing(),
        proceeds: nothing(),
        cost_out: nothing(),
        held: 0.0,
    };
    for company in companies {
        let mut cheques = number(company, "cheque");
        if opening.is_null() || company["opening"].is_null() {
            all.cheques[index(company, "quarter")] += cheques;
        }
        for event in list(company, "events") {
            let paid = number(event, "paid");
            all.cheques[index(event, "quarter")] += paid;
            cheques += paid;
        }
        let (mut proceeds, mut held, mut cost) = (0.0, 0.0, 0.0);
        for receipt in list(company, "receipts") {
            let (quarter, amount) = (index(receipt, "quarter"), number(receipt, "amount"));
            cost += number(receipt, "cost");
            if receipt["held"] == true {
                held += amount;
            } else {
                all.proceeds[quarter] += amount;
                all.cost_out[quarter] += number(receipt, "cost");
                proceeds += amount;
            }
        }
        account.agree("company.proceeds", number(company, "proceeds"), proceeds);
        account.agree("company.residual", number(company, "residual"), held);
        if (cost - cheques).abs() > SINGLE * cheques {
            account.found.insert("company.cost");
        }
        history(company, account.found);
        all.held += held;
    }
    all
}

/// A past that is data: equal calls up to its end, and companies that make up what was paid to them and what is held.
fn past(fund: &Value, calls: &[f64], all: &mut Portfolio, account: &mut Account) {
    let opening = &fund["opening"];
    if opening.is_null() {
        return;
    }
    let (first, until) = (index(fund, "first_quarter"), index(opening, "quarter"));
    let paid_in = number(opening, "paid_in");
    for call in &calls[first..until] {
        account.agree(
            "sub_fund.opening_calls",
            *call,
            paid_in / (until - first) as f64,
        );
    }
    let mut invested = 0.0;
    for (quarter, cheque) in (first..).zip(list(opening, "cheques")) {
        let cheque = cheque.as_f64().expect("a number");
        all.cheques[quarter] += cheque;
        invested += cheque;
    }
    let of_past = || {
        list(fund, "companies")
            .iter()
            .filter(|c| !c["opening"].is_null())
    };
    let of_all = |key| of_past().map(|company| number(company, key)).sum::<f64>();
    // Each company has its part in single precision.
    let mut parts = |name, one: f64, other: f64| {
        if (one - other).abs() > SINGLE * other {
            account.found.insert(name);
        }
    };
    parts("sub_fund.opening_cost", of_all("cheque"), invested);
    parts(
        "sub_fund.opening_nav",
        of_all("opening"),
        number(opening, "nav"),
    );
    let sold = of_past().flat_map(|company| list(company, "receipts"));
    let sold = sold.filter(|receipt| index(receipt, "quarter") == until);
    let sold: f64 = sold.map(|receipt| number(receipt, "amount")).sum();
    let distributed = number(opening, "distributed");
    if sold < distributed * (1.0 - SINGLE) {
        account.found.insert("sub_fund.opening_distributed");
    }
}

/// A company's events follow each other, and no money comes before the first cheque.
fn history(company: &Value, found: &mut Findings) {
    let mut date = number(company, "date");
    let mut own = number(company, "own");
    for event in list(company, "events") {
        let next = number(event, "date");
        let quarter = (4.0 * next).floor() as usize;
        if next < date
            || number(event, "own") > own * (1.0 + SINGLE)
            || index(event, "quarter") != quarter
        {
            found.insert("company.history");
        }
        (date, own) = (next, number(event, "own"));
    }
    let first = index(company, "quarter");
    let receipts = list(company, "receipts").iter();
    if receipts
        .map(|receipt| index(receipt, "quarter"))
        .any(|quarter| quarter < first)
    {
        found.insert("company.history");
    }
}

pub fn sub_fund(
    fund: &Value,
    terms: &Value,
    market: Market,
    quarters: usize,
    found: &mut Findings,
) -> Flows {
    let size = number(fund, "size");
    let mut account = Account { scale: size, found };
    let life = Calendar {
        first: index(fund, "first_quarter"),
        investing_until: index(fund, "investing_until"),
        fees_until: index(fund, "fees_until"),
    };
    let told = |key| series(&fund["flows"], key, life.first, quarters);
    let [cheques, fees, calls] = ["cheques", "fees", "calls"].map(told);
    let [proceeds, distributions, carry] = ["proceeds", "distributions", "carry"].map(told);
    let conceded = told("conceded");
    let opening = &fund["opening"];
    let mut companies = portfolio(list(fund, "companies"), opening, quarters, &mut account);
    past(fund, &calls, &mut companies, &mut account);
    account.all("company.cheques", &cheques, &companies.cheques);
    account.all("company.receipts", &proceeds, &companies.proceeds);
    let (investing, exiting) = (
        life.investing_until - life.first,
        life.fees_until - life.investing_until,
    );
    let mut left = size * budget_share(terms, investing, exiting);
    if !opening.is_null() {
        let cheques = list(opening, "cheques").iter();
        let invested: f64 = cheques.filter_map(Value::as_f64).sum();
        left = left.min(size - invested);
    }
    account.agree("sub_fund.fee_budget", number(fund, "fee_budget"), left);
    let mut waterfall = Waterfall::default();
    let mut rebuilt = Flows {
        residual: companies.held,
        ..Flows::default()
    };
    let by_holder = Tickets::of(fund);
    let (part, to_manager) = match concession(terms) {
        Some((share, true)) => (share * by_holder.region / size, true),
        Some((share, false)) if by_holder.others > 0.0 => (share * by_holder.region / size, false),
        _ => (0.0, false),
    };
    let (mut called, mut cost) = (0.0, 0.0);
    for quarter in 0..quarters {
        cost += companies.cheques[quarter] - companies.cost_out[quarter];
        let bases = Bases {
            committed: size,
            paid_in: called + companies.cheques[quarter],
            cost,
        };
        let paid = fee(terms, life, quarter, bases, &mut left);
        let call = companies.cheques[quarter] + paid;
        let divided = waterfall.quarter(terms, call, companies.proceeds[quarter]);
        let to_gp = rebuilt.divide(call, &divided, part, to_manager);
        account.agree("sub_fund.fees", fees[quarter], paid);
        account.agree("sub_fund.calls", calls[quarter], call);
        let to_lps = rebuilt.distributions[quarter];
        account.agree("sub_fund.distributions", distributions[quarter], to_lps);
        account.agree("sub_fund.carry", carry[quarter], to_gp);
        let passed_on = rebuilt.conceded[quarter];
        account.agree("sub_fund.conceded", conceded[quarter], passed_on);
        called += call;
    }
    account.cash(
        "sub_fund.cash",
        &[&calls, &proceeds],
        &[&cheques, &fees, &distributions, &carry],
    );
    let own_carry = less_conceded(&carry, &rebuilt, to_manager);
    lines(
        "sub_fund.waterfall",
        fund,
        &proceeds,
        &own_carry,
        &mut account,
    );
    returns(&mut account, "sub_fund.returns", &fund["returns"], &rebuilt);
    holders(fund, &rebuilt, &by_holder, to_manager, &mut account);
    if !fund["nav"].is_null() {
        rebuilt.nav = market.sub_fund(fund);
        let told = series(fund, "nav", life.first, quarters);
        nav::agree(&mut account, "sub_fund.nav", &told, fund, &rebuilt.nav);
    }
    rebuilt
}

/// Tickets of the region and of other LPs, managers apart.
struct Tickets {
    region: f64,
    others: f64,
}

impl Tickets {
    fn of(fund: &Value) -> Self {
        let mut tickets = Self {
            region: 0.0,
            others: 0.0,
        };
        for holder in list(fund, "holders") {
            match text(holder, "holder") {
                "region" => tickets.region += number(holder, "ticket"),
                "gp" => {}
                _ => tickets.others += number(holder, "ticket"),
            }
        }
        tickets
    }
}

/// Carry without what the public LP passed on to the manager: what the claims of the waterfall come to.
pub fn less_conceded(carry: &[f64], rebuilt: &Flows, to_manager: bool) -> Vec<f64> {
    let conceded = rebuilt.conceded.iter();
    let conceded = conceded.map(|&conceded| if to_manager { conceded } else { 0.0 });
    carry.iter().zip(conceded).map(|(a, b)| a - b).collect()
}

/// Holders of a sub-fund: each has its ticket's part, and the region passes on to other LPs by their tickets.
fn holders(
    fund: &Value,
    rebuilt: &Flows,
    by_holder: &Tickets,
    to_manager: bool,
    account: &mut Account,
) {
    let size = number(fund, "size");
    let passed_on = sum(&rebuilt.conceded);
    let mut tickets = 0.0;
    for holder in list(fund, "holders") {
        let ticket = number(holder, "ticket");
        tickets += ticket;
        let part = |series: &[f64]| ticket / size * sum(series);
        let paid_in = part(&rebuilt.calls);
        let conceded = match text(holder, "holder") {
            "region" => -passed_on,
            "gp" => 0.0,
            _ if to_manager => 0.0,
            _ => passed_on * ticket / by_holder.others,
        };
        let distributed = part(&rebuilt.before) + conceded;
        account.agree("sub_fund.passed_on", number(holder, "conceded"), conceded);
        account.agree("sub_fund.holders", number(holder, "paid_in"), paid_in);
        account.agree(
            "sub_fund.holders",
            number(holder, "distributed"),
            distributed,
        );
    }
    account.agree("sub_fund.size", size, tickets);
}

/// The lines of a waterfall take what was received, and no more than the manager's part is carry.
pub fn lines(
    name: &'static str,
    fund: &Value,
    proceeds: &[f64],
    carry: &[f64],
    account: &mut Account,
) {
    let mut rest: Vec<f64> = proceeds.to_vec();
    let mut manager: Vec<f64> = carry.to_vec();
    for line in list(fund, "waterfall") {
        let quarter = index(line, "quarter");
        for claim in ["capital", "hurdle", "catch_up", "split"] {
            rest[quarter] -= number(line, claim);
        }
        manager[quarter] -= number(line, "carry");
    }
    for (rest, manager) in rest.into_iter().zip(manager) {
        account.agree(name, rest, 0.0);
        account.agree(name, manager, 0.0);
    }
}
