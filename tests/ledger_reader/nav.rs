//! NAV, rebuilt: every stake of every company marked quarter by quarter, from its events and receipts.

use super::account::Account;
use super::json::{index, list, number, series, text};
use serde_json::Value;

/// Marks are worked out here in double precision from single-precision numbers, and by the engine partly in single
/// precision: each stake may differ by a few roundings of 2^-24 (own x worth; worth of an opening value, times own; shares from an amount, the index and
/// their number), all in one direction at worst.
pub const SINGLE: f64 = 4.0 / (1 << 24) as f64;

/// What marks of companies need beside the companies.
#[derive(Clone, Copy)]
pub struct Market<'a> {
    trace: &'a Value,
    quarters: usize,
}

impl<'a> Market<'a> {
    pub fn of(trace: &'a Value) -> Self {
        let quarters = index(trace, "quarters");
        Self { trace, quarters }
    }

    /// Price over worth in a sector, by quarter.
    fn prices(self, sector: &str) -> Vec<f64> {
        let sectors = list(&self.trace["economy"], "sectors").iter();
        let mut of_name = sectors.filter(|of| text(of, "id") == sector);
        series(
            of_name.next().expect("the sector"),
            "price",
            0,
            self.quarters,
        )
    }

    /// Whether funds sell at their end what they hold.
    fn settles(self) -> bool {
        text(&self.trace["terms"], "at_term") == "settle"
    }

    /// NAV of a direct project of one sector; what was paid before simulation takes over stands at cost.
    pub fn project(self, project: &Value, sector: &str) -> Vec<f64> {
        let mut nav = self.value(&[project], sector);
        if !project["opening"].is_null() {
            let cost = number(project, "cheque");
            mark(&mut nav, index(project, "quarter")..self.as_of(), |_| cost);
        }
        nav
    }

    /// NAV of a sub-fund; what it had paid to companies before simulation takes over stands at cost.
    pub fn sub_fund(self, fund: &Value) -> Vec<f64> {
        let companies: Vec<&Value> = list(fund, "companies").iter().collect();
        let mut nav = self.value(&companies, text(fund, "sector"));
        if !fund["opening"].is_null() {
            let cheques = list(&fund["opening"], "cheques").iter();
            for (quarter, cheque) in (index(fund, "first_quarter")..).zip(cheques) {
                let cheque = cheque.as_f64().expect("a number");
                mark(&mut nav, quarter..self.as_of(), |_| cheque);
            }
        }
        nav
    }

    /// Quarter at whose start simulation takes over.
    fn as_of(self) -> usize {
        index(&self.trace["terms"], "as_of")
    }

    /// NAV of `companies` of one sector, of those with a past from the end of that past on.
    pub fn value(self, companies: &[&Value], sector: &str) -> Vec<f64> {
        let prices = self.prices(sector);
        let mut nav = vec![0.0; self.quarters];
        for company in companies {
            self.add_company(company, &prices, &mut nav);
        }
        nav
    }

    /// Adds the marks of one company.
    fn add_company(self, company: &Value, prices: &[f64], nav: &mut [f64]) {
        let events = list(company, "events");
        let receipts = list(company, "receipts");
        let listed = company["listed"].as_u64().map(|quarter| quarter as usize);
        // The stake is gone with the last cash, unless something is held at the term.
        let held = receipts.iter().any(|receipt| receipt["held"] == true);
        let last_cash = receipts
            .iter()
            .map(|receipt| index(receipt, "quarter"))
            .max();
        let gone = if held {
            self.quarters
        } else {
            last_cash.expect("a receipt")
        };
        let private_until = listed.unwrap_or(gone);
        // What is left of a stake with a past is told in yuan: `own` is what was bought.
        let (mut from, mut stake) = if let Some(value) = company["opening"].as_f64() {
            (self.as_of(), value / prices[self.as_of()])
        } else {
            let bought = number(company, "own") * number(company, "worth");
            (index(company, "quarter"), bought)
        };
        for event in events {
            let until = index(event, "quarter").min(private_until);
            mark(nav, from..until, |quarter| stake * prices[quarter]);
            (from, stake) = (until, number(event, "own") * number(event, "worth"));
            if text(event, "event") == "stalled" && !self.settles() {
                let value = stake * prices[until];
                return mark(nav, until..gone, |_| value);
            }
        }
        mark(nav, from..private_until, |quarter| stake * prices[quarter]);
        if let Some(listed) = listed {
            self.add_shares(receipts, listed, nav);
        }
    }

    /// Shares of a listed company: each part, in units of the market index, until its sale.
    fn add_shares(self, receipts: &[Value], listed: usize, nav: &mut [f64]) {
        let market = series(&self.trace["economy"], "index", 0, self.quarters);
        let of_listing = |receipt: &&Value| ["listing", "unsold"].contains(&text(receipt, "route"));
        for receipt in receipts.iter().filter(of_listing) {
            let sold = index(receipt, "quarter");
            let shares = number(receipt, "amount") / market[sold];
            let until = if receipt["held"] == true {
                self.quarters
            } else {
                sold
            };
            mark(nav, listed..until, |quarter| shares * market[quarter]);
        }
    }
}

fn mark(nav: &mut [f64], quarters: std::ops::Range<usize>, value: impl Fn(usize) -> f64) {
    for quarter in quarters {
        nav[quarter] += value(quarter);
    }
}

/// Compares a vehicle's NAV with what it is told to be, and at the term with the value reported as held.
pub fn agree(
    account: &mut Account,
    name: &'static str,
    told: &[f64],
    vehicle: &Value,
    rebuilt: &[f64],
) {
    for (told, rebuilt) in told.iter().zip(rebuilt) {
        account.nearly(name, *told, *rebuilt, SINGLE * rebuilt);
    }
    let (last, held) = (
        told[told.len() - 1],
        number(&vehicle["returns"], "residual"),
    );
    account.nearly(name, last, held, SINGLE * held);
}
