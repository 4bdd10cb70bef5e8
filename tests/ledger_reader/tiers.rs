//! Regional funds and the national company, from the tiers below them upward.

use super::account::{Account, Findings};
use super::books::{Flows, less_conceded, lines, plus, portfolio, returns, sub_fund, sum};
use super::json::{index, list, number, series, text};
use super::nav::{self, Market};
use super::rules::{Bases, Calendar, Till, Waterfall, budget_share, concession, fee};
use serde_json::Value;

pub fn region(
    fund: &Value,
    terms: &Value,
    market: Market,
    quarters: usize,
    found: &mut Findings,
) -> Flows {
    let size = number(fund, "size");
    let mut from_sub_funds = Flows {
        calls: vec![0.0; quarters],
        distributions: vec![0.0; quarters],
        conceded: vec![0.0; quarters],
        nav: vec![0.0; quarters],
        ..Flows::default()
    };
    for sub in list(fund, "sub_funds") {
        let flows = sub_fund(sub, &terms["sub_fund"], market, quarters, found);
        let regional = list(sub, "holders")
            .iter()
            .find(|holder| text(holder, "holder") == "region");
        let part = number(regional.expect("the region holds it"), "ticket") / number(sub, "size");
        for quarter in 0..quarters {
            from_sub_funds.calls[quarter] += part * flows.calls[quarter];
            let kept = part * flows.before[quarter] - flows.conceded[quarter];
            from_sub_funds.distributions[quarter] += kept;
            from_sub_funds.conceded[quarter] += flows.conceded[quarter];
        }
        from_sub_funds.residual += part * flows.residual;
        let nav = from_sub_funds.nav.iter_mut().zip(&flows.nav);
        nav.for_each(|(nav, own)| *nav += part * own);
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
    let passed_on = told("sub_fund_conceded");
    account.all(
        "region.sub_fund_conceded",
        &passed_on,
        &from_sub_funds.conceded,
    );
    let projects = list(fund, "projects");
    let projects = portfolio(projects, &Value::Null, quarters, &mut account);
    let [into_projects, from_projects] = ["direct_cheques", "direct_proceeds"].map(told);
    account.all("region.direct_cheques", &into_projects, &projects.cheques);
    account.all("region.direct_proceeds", &from_projects, &projects.proceeds);
    let below = Flows {
        calls: plus(&from_sub_funds.calls, &projects.cheques),
        distributions: plus(&from_sub_funds.distributions, &projects.proceeds),
        residual: from_sub_funds.residual + projects.held,
        ..Flows::default()
    };
    let mut rebuilt = upward(fund, terms, &below, &mut account);
    returns(&mut account, "region.returns", &fund["returns"], &rebuilt);
    let [fees, carry, interest] = ["fees", "carry", "interest"].map(told);
    let [calls, distributions] = ["calls", "distributions"].map(told);
    account.cash(
        "region.cash",
        &[&calls, &from_funds, &from_projects, &interest],
        &[&into_funds, &into_projects, &fees, &distributions, &carry],
    );
    let mut received = plus(&from_funds, &from_projects);
    received[quarters - 1] += rebuilt.cash_left;
    let to_manager = concession(&terms["region"]).is_some_and(|(_, to_manager)| to_manager);
    let own_carry = less_conceded(&carry, &rebuilt, to_manager);
    lines(
        "region.waterfall",
        fund,
        &received,
        &own_carry,
        &mut account,
    );
    partners(fund, &rebuilt, to_manager, &mut account);
    if !fund["nav"].is_null() {
        rebuilt.nav = plus(&from_sub_funds.nav, &rebuilt.cash);
        for project in list(fund, "projects") {
            let nav = market.project(project, text(project, "sector"));
            rebuilt.nav = plus(&rebuilt.nav, &nav);
        }
        let told = series(fund, "nav", 0, quarters);
        nav::agree(&mut account, "region.nav", &told, fund, &rebuilt.nav);
    }
    rebuilt
}

/// Fees and waterfall of a regional fund, from what it paid and received `below`.
fn upward(fund: &Value, terms: &Value, below: &Flows, account: &mut Account) -> Flows {
    let quarters = below.calls.len();
    let own = &terms["region"];
    let told = |key| series(&fund["flows"], key, 0, quarters);
    let [fees, carry] = ["fees", "carry"].map(told);
    let [calls, distributions] = ["calls", "distributions"].map(told);
    let [interest, cash] = ["interest", "cash"].map(told);
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
        residual: below.residual,
        ..Flows::default()
    };
    let conceded = told("conceded");
    let mut till = Till::new(terms);
    let mut cost = 0.0_f64;
    for quarter in 0..quarters {
        let (paid, mut received) = (below.calls[quarter], below.distributions[quarter]);
        cost = (cost + paid - received).max(0.0);
        let earned = till.interest();
        account.agree("region.interest", interest[quarter], earned);
        let (before, later) = (till.called, sum(&below.calls[quarter + 1..]));
        let committed = closed(fund, "total", quarter);
        till.pay(paid, later, committed);
        let bases = Bases {
            committed,
            paid_in: till.called,
            cost,
        };
        let charge = fee(own, life, quarter, bases, &mut left);
        till.pay(charge, later, committed);
        let call = till.called - before;
        if quarter + 1 == quarters {
            rebuilt.cash_left = std::mem::take(&mut till.cash);
            received += rebuilt.cash_left;
        }
        account.agree("region.idle_cash", cash[quarter], till.cash);
        rebuilt.cash.push(till.cash);
        let divided = waterfall.quarter(own, call, received);
        let part = part_of(fund, "national", quarter);
        let (part, to_manager) = match concession(own) {
            Some((share, true)) => (share * part, true),
            Some((share, false)) if part < 1.0 => (share * part, false),
            _ => (0.0, false),
        };
        let to_gp = rebuilt.divide(call, &divided, part, to_manager);
        account.agree("region.fees", fees[quarter], charge);
        account.agree("region.calls", calls[quarter], call);
        let to_lps = rebuilt.distributions[quarter];
        account.agree("region.distributions", distributions[quarter], to_lps);
        account.agree("region.carry", carry[quarter], to_gp);
        let passed_on = rebuilt.conceded[quarter];
        account.agree("region.conceded", conceded[quarter], passed_on);
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

/// An LP's part of a region as of the end of a quarter.
fn part_of(fund: &Value, lp: &str, quarter: usize) -> f64 {
    let total = closed(fund, "total", quarter);
    if total > 0.0 {
        closed(fund, lp, quarter) / total
    } else {
        0.0
    }
}

/// LPs of a region: after every quarter each has paid its part, as of then, of all that was ever called.
fn partners(fund: &Value, rebuilt: &Flows, to_manager: bool, account: &mut Account) {
    let quarters = rebuilt.calls.len();
    let size = number(fund, "size");
    let mut committed = 0.0;
    let (mut paid, mut got) = (vec![0.0; quarters], vec![0.0; quarters]);
    for partner in list(fund, "lps") {
        let lp = text(partner, "lp");
        let told = |key| series(partner, key, 0, quarters);
        let [calls, equalisation] = ["calls", "equalisation"].map(told);
        let [distributions, conceded] = ["distributions", "conceded"].map(told);
        let (mut all, mut own) = (0.0, 0.0);
        for quarter in 0..quarters {
            let part = part_of(fund, lp, quarter);
            let evened = part * all - own;
            all += rebuilt.calls[quarter];
            own += part * rebuilt.calls[quarter] + evened;
            account.agree("region.equalisation", equalisation[quarter], evened);
            account.agree("region.lp_calls", sum(&calls[..=quarter]), own);
            let others = 1.0 - part_of(fund, "national", quarter);
            let passed_on = match lp {
                "national" => -rebuilt.conceded[quarter],
                _ if to_manager || part == 0.0 => 0.0,
                _ => rebuilt.conceded[quarter] * part / others,
            };
            account.agree("region.passed_on", conceded[quarter], passed_on);
            let share = part * rebuilt.before[quarter] + passed_on;
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

pub fn national(trace: &Value, terms: &Value, regions: &[Flows], found: &mut Findings) {
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
        ..Flows::default()
    };
    let mut placed = 0.0;
    for (fund, flows) in list(trace, "regions").iter().zip(regions) {
        let (mut all, mut own) = (0.0, 0.0);
        let mut part = 0.0;
        for quarter in 0..quarters {
            part = part_of(fund, "national", quarter);
            all += flows.calls[quarter];
            rebuilt.calls[quarter] += part * all - own;
            rebuilt.distributions[quarter] +=
                part * flows.before[quarter] - flows.conceded[quarter];
            own = part * all;
        }
        placed += closed(fund, "national", quarters);
        rebuilt.residual += part * flows.residual;
        rebuilt.nav.resize(flows.nav.len(), 0.0);
        for (quarter, (nav, region)) in rebuilt.nav.iter_mut().zip(&flows.nav).enumerate() {
            *nav += part_of(fund, "national", quarter) * region;
        }
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
    if !company["nav"].is_null() {
        let (told, nav) = (told("nav"), &rebuilt.nav);
        nav::agree(&mut account, "national.nav", &told, company, nav);
    }
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
