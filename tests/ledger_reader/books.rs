//! The books of all tiers, rebuilt from companies' events upward and compared with the flows of the trace.

use super::account::{Account, Findings};
use super::json::{index, list, number, series, text};
use super::rules::{Bases, Calendar, Waterfall, budget_share, fee};
use serde_json::Value;

/// A company's costs are single-precision parts of its cheques.
const SINGLE: f64 = 1e-5;

/// What a tier pays and gets, rebuilt.
struct Flows {
    calls: Vec<f64>,
    distributions: Vec<f64>,
    residual: f64,
}

/// All accounts that do not agree.
pub fn audit(trace: &Value) -> Findings {
    let mut found = Findings::new();
    let quarters = index(trace, "quarters");
    let terms = &trace["terms"];
    let regions: Vec<Flows> = list(trace, "regions")
        .iter()
        .map(|fund| region(fund, terms, quarters, &mut found))
        .collect();
    national(trace, terms, &regions, &mut found);
    found
}

fn sum(series: &[f64]) -> f64 {
    series.iter().sum()
}

/// Two series added up.
fn plus(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(a, b)| a + b).collect()
}

fn returns(account: &mut Account, name: &'static str, returns: &Value, flows: &Flows) {
    account.agree(name, number(returns, "paid_in"), sum(&flows.calls));
    account.agree(
        name,
        number(returns, "distributed"),
        sum(&flows.distributions),
    );
    account.agree(name, number(returns, "residual"), flows.residual);
}

/// Cash between a fund and its companies, by quarter: cheques, proceeds, cost of what left; and what is held.
struct Portfolio {
    cheques: Vec<f64>,
    proceeds: Vec<f64>,
    cost_out: Vec<f64>,
    held: f64,
}

fn portfolio(companies: &[Value], quarters: usize, account: &mut Account) -> Portfolio {
    let nothing = || vec![0.0; quarters];
    let mut all = Portfolio {
        cheques: nothing(),
        proceeds: nothing(),
        cost_out: nothing(),
        held: 0.0,
    };
    for company in companies {
        let mut cheques = number(company, "cheque");
        all.cheques[index(company, "quarter")] += cheques;
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

fn sub_fund(fund: &Value, terms: &Value, quarters: usize, found: &mut Findings) -> Flows {
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
    let companies = portfolio(list(fund, "companies"), quarters, &mut account);
    account.all("company.cheques", &cheques, &companies.cheques);
    account.all("company.receipts", &proceeds, &companies.proceeds);
    let (investing, exiting) = (
        life.investing_until - life.first,
        life.fees_until - life.investing_until,
    );
    let mut left = size * budget_share(terms, investing, exiting);
    account.agree("sub_fund.fee_budget", number(fund, "fee_budget"), left);
    let mut waterfall = Waterfall::default();
    let mut rebuilt = Flows {
        calls: Vec::new(),
        distributions: Vec::new(),
        residual: companies.held,
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
        let (to_lps, to_manager) = waterfall.quarter(terms, call, companies.proceeds[quarter]);
        account.agree("sub_fund.fees", fees[quarter], paid);
        account.agree("sub_fund.calls", calls[quarter], call);
        account.agree("sub_fund.distributions", distributions[quarter], to_lps);
        account.agree("sub_fund.carry", carry[quarter], to_manager);
        called += call;
        rebuilt.calls.push(call);
        rebuilt.distributions.push(to_lps);
    }
    account.cash(
        "sub_fund.cash",
        &[&calls, &proceeds],
        &[&cheques, &fees, &distributions, &carry],
    );
    lines("sub_fund.waterfall", fund, &proceeds, &carry, &mut account);
    returns(&mut account, "sub_fund.returns", &fund["returns"], &rebuilt);
    let mut tickets = 0.0;
    for holder in list(fund, "holders") {
        let ticket = number(holder, "ticket");
        tickets += ticket;
        let part = |series: &[f64]| ticket / size * sum(series);
        let paid_in = part(&rebuilt.calls);
        let distributed = part(&rebuilt.distributions);
        account.agree("sub_fund.holders", number(holder, "paid_in"), paid_in);
        account.agree(
            "sub_fund.holders",
            number(holder, "distributed"),
            distributed,
        );
    }
    account.agree("sub_fund.size", size, tickets);
    rebuilt
}

/// The lines of a waterfall take what was received, and no more than the manager's part is carry.
fn lines(name: &'static str, fund: &Value, proceeds: &[f64], carry: &[f64], account: &mut Account) {
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

fn region(fund: &Value, terms: &Value, quarters: usize, found: &mut Findings) -> Flows {
    let size = number(fund, "size");
    let mut from_sub_funds = Flows {
        calls: vec![0.0; quarters],
        distributions: vec![0.0; quarters],
        residual: 0.0,
    };
    for sub in list(fund, "sub_funds") {
        let flows = sub_fund(sub, &terms["sub_fund"], quarters, found);
        let regional = list(sub, "holders")
            .iter()
            .find(|holder| text(holder, "holder") == "region");
        let part = number(regional.expect("the region holds it"), "ticket") / number(sub, "size");
        for quarter in 0..quarters {
            from_sub_funds.calls[quarter] += part * flows.calls[quarter];
            from_sub_funds.distributions[quarter] += part * flows.distributions[quarter];
        }
        from_sub_funds.residual += part * flows.residual;
    }
    let mut account = Account { scale: size, found };
    let told = |key| series(&fund["flows"], key, 0, quarters);
    let [into_funds, from_funds] = ["sub_fund_calls", "sub_fund_distributions"].map(told);
    account.all("region.sub_fund_calls", &into_funds, &from_sub_funds.calls);
    account.all(
        "region.sub_fund_distributions",
        &from_funds,
        &from_sub_funds.distributions,
    );
    let projects = portfolio(list(fund, "projects"), quarters, &mut account);
    let [into_projects, from_projects] = ["direct_cheques", "direct_proceeds"].map(told);
    account.all("region.direct_cheques", &into_projects, &projects.cheques);
    account.all("region.direct_proceeds", &from_projects, &projects.proceeds);
    let below = Flows {
        calls: plus(&from_sub_funds.calls, &projects.cheques),
        distributions: plus(&from_sub_funds.distributions, &projects.proceeds),
        residual: from_sub_funds.residual + projects.held,
    };
    let rebuilt = upward(fund, terms, &below, &mut account);
    returns(&mut account, "region.returns", &fund["returns"], &rebuilt);
    let [fees, carry] = ["fees", "carry"].map(told);
    let [calls, distributions] = ["calls", "distributions"].map(told);
    account.cash(
        "region.cash",
        &[&calls, &from_funds, &from_projects],
        &[&into_funds, &into_projects, &fees, &distributions, &carry],
    );
    let received = plus(&from_funds, &from_projects);
    lines("region.waterfall", fund, &received, &carry, &mut account);
    partners(fund, &rebuilt, &mut account);
    rebuilt
}

/// Fees and waterfall of a regional fund, from what it paid and received `below`.
fn upward(fund: &Value, terms: &Value, below: &Flows, account: &mut Account) -> Flows {
    let quarters = below.calls.len();
    let own = &terms["region"];
    let told = |key| series(&fund["flows"], key, 0, quarters);
    let [fees, carry] = ["fees", "carry"].map(told);
    let [calls, distributions] = ["calls", "distributions"].map(told);
    let period = (4.0 * number(terms, "investment_period")).round() as usize;
    let period = period.min(quarters);
    let first = fund["first_quarter"]
        .as_u64()
        .map_or(quarters, |first| first as usize);
    let life = Calendar {
        first,
        investing_until: first + period,
        fees_until: quarters,
    };
    let mut left = number(fund, "size") * budget_share(own, period, quarters - period);
    account.agree("region.fee_budget", number(fund, "fee_budget"), left);
    let mut waterfall = Waterfall::default();
    let mut rebuilt = Flows {
        calls: Vec::new(),
        distributions: Vec::new(),
        residual: below.residual,
    };
    let (mut called, mut cost) = (0.0, 0.0_f64);
    for quarter in 0..quarters {
        let (paid, received) = (below.calls[quarter], below.distributions[quarter]);
        cost = (cost + paid - received).max(0.0);
        let bases = Bases {
            committed: closed(fund, "total", quarter),
            paid_in: called + paid,
            cost,
        };
        let charge = fee(own, life, quarter, bases, &mut left);
        let (to_lps, to_manager) = waterfall.quarter(own, paid + charge, received);
        account.agree("region.fees", fees[quarter], charge);
        account.agree("region.calls", calls[quarter], paid + charge);
        account.agree("region.distributions", distributions[quarter], to_lps);
        account.agree("region.carry", carry[quarter], to_manager);
        called += paid + charge;
        rebuilt.calls.push(paid + charge);
        rebuilt.distributions.push(to_lps);
    }
    rebuilt
}

/// What `lp` (or `total`: all) has committed by the end of a quarter.
fn closed(fund: &Value, lp: &str, quarter: usize) -> f64 {
    let closes = list(fund, "closes").iter();
    let closes = closes.filter(|close| index(close, "quarter") <= quarter);
    closes
        .map(|close| {
            if lp == "total" {
                return number(close, lp);
            }
            let own = list(close, "commitments").iter();
            let own = own.filter(|commitment| text(commitment, "lp") == lp);
            own.map(|commitment| number(commitment, "amount"))
                .sum::<f64>()
        })
        .sum()
}

/// LPs of a region: after every quarter each has paid its part, as of then, of all that was ever called.
fn partners(fund: &Value, rebuilt: &Flows, account: &mut Account) {
    let quarters = rebuilt.calls.len();
    let size = number(fund, "size");
    let mut committed = 0.0;
    let (mut paid, mut got) = (vec![0.0; quarters], vec![0.0; quarters]);
    for partner in list(fund, "lps") {
        let lp = text(partner, "lp");
        let told = |key| series(partner, key, 0, quarters);
        let [calls, equalisation] = ["calls", "equalisation"].map(told);
        let distributions = told("distributions");
        let (mut all, mut own) = (0.0, 0.0);
        for quarter in 0..quarters {
            let total = closed(fund, "total", quarter);
            let part = if total > 0.0 {
                closed(fund, lp, quarter) / total
            } else {
                0.0
            };
            let evened = part * all - own;
            all += rebuilt.calls[quarter];
            own += part * rebuilt.calls[quarter] + evened;
            account.agree("region.equalisation", equalisation[quarter], evened);
            account.agree("region.lp_calls", sum(&calls[..=quarter]), own);
            let share = part * rebuilt.distributions[quarter];
            account.agree("region.lp_distributions", distributions[quarter], share);
            paid[quarter] += calls[quarter];
            got[quarter] += distributions[quarter];
        }
        committed += number(partner, "committed");
        account.agree(
            "region.commitments",
            number(partner, "committed"),
            closed(fund, lp, quarters),
        );
    }
    account.all("region.lp_calls", &paid, &rebuilt.calls);
    account.all("region.lp_distributions", &got, &rebuilt.distributions);
    account.agree("region.commitments", size, committed);
    account.agree("region.commitments", size, closed(fund, "total", quarters));
}

fn national(trace: &Value, terms: &Value, regions: &[Flows], found: &mut Findings) {
    let quarters = index(trace, "quarters");
    let company = &trace["national"];
    let capital = number(terms, "capital");
    let mut account = Account {
        scale: capital,
        found,
    };
    let told = |key| series(company, key, 0, quarters);
    let [running, calls] = ["running_cost", "calls"].map(told);
    let distributions = told("distributions");
    let cost = capital * number(terms, "running_cost") / 4.0;
    let mut rebuilt = Flows {
        calls: vec![cost; quarters],
        distributions: vec![0.0; quarters],
        residual: 0.0,
    };
    let mut placed = 0.0;
    for (fund, flows) in list(trace, "regions").iter().zip(regions) {
        let (mut all, mut own) = (0.0, 0.0);
        let mut part = 0.0;
        for quarter in 0..quarters {
            let total = closed(fund, "total", quarter);
            let of_nation = closed(fund, "national", quarter);
            part = if total > 0.0 { of_nation / total } else { 0.0 };
            all += flows.calls[quarter];
            rebuilt.calls[quarter] += part * all - own;
            rebuilt.distributions[quarter] += part * flows.distributions[quarter];
            own = part * all;
        }
        placed += closed(fund, "national", quarters);
        rebuilt.residual += part * flows.residual;
    }
    account.all("national.running_cost", &running, &vec![cost; quarters]);
    account.all("national.calls", &calls, &rebuilt.calls);
    account.all(
        "national.distributions",
        &distributions,
        &rebuilt.distributions,
    );
    account.agree("national.placed", number(company, "placed"), placed);
    returns(
        &mut account,
        "national.returns",
        &company["returns"],
        &rebuilt,
    );
    let lp = |key: &str| {
        let mut all = vec![0.0; quarters];
        for fund in list(trace, "regions") {
            let own = list(fund, "lps")
                .iter()
                .find(|lp| text(lp, "lp") == "national");
            let own = series(
                own.expect("the national company is an LP"),
                key,
                0,
                quarters,
            );
            all.iter_mut().zip(own).for_each(|(all, own)| *all += own);
        }
        all
    };
    account.cash(
        "national.cash",
        &[&calls, &lp("distributions")],
        &[&running, &lp("calls"), &distributions],
    );
}
