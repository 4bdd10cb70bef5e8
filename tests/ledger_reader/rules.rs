//! Fees and distributions as the documents state them, written anew: plain loops over quarters.

use super::json::{number, text};
use serde_json::Value;

/// Quarters of a fund's life.
#[derive(Clone, Copy)]
pub struct Calendar {
    pub first: usize,
    pub investing_until: usize,
    pub fees_until: usize,
}

/// What a fee is charged on, at the end of a quarter's payments.
#[derive(Clone, Copy)]
pub struct Bases {
    pub committed: f64,
    pub paid_in: f64,
    pub cost: f64,
}

/// A quarter's fee and expenses before the budget.
fn due(terms: &Value, investing: bool, bases: Bases) -> f64 {
    let fee = &terms[if investing { "fee" } else { "later_fee" }];
    let rate = number(fee, "rate") + number(terms, "expense_rate");
    let basis = match text(fee, "basis") {
        "committed" => bases.committed,
        "paid_in" => bases.paid_in,
        "invested_cost" => bases.cost,
        other => panic!("unknown basis {other}"),
    };
    rate / 4.0 * basis
}

/// Part of a fund's size that its fees may take: what they come to if calls rise in equal steps to all of the
/// size, and cost rises with them to what the budget leaves and then falls in equal steps to nothing.
pub fn budget_share(terms: &Value, investing: usize, exiting: usize) -> f64 {
    let planned = |budget: f64| {
        let mut fees = 0.0;
        for quarter in 1..=investing {
            let part = quarter as f64 / investing as f64;
            let cost = part * (1.0 - budget);
            fees += due(
                terms,
                true,
                Bases {
                    committed: 1.0,
                    paid_in: part,
                    cost,
                },
            );
        }
        for quarter in 0..exiting {
            let cost = (1.0 - quarter as f64 / exiting as f64) * (1.0 - budget);
            fees += due(
                terms,
                false,
                Bases {
                    committed: 1.0,
                    paid_in: 1.0,
                    cost,
                },
            );
        }
        fees
    };
    // `planned` is a line: where it crosses its argument.
    let (at_0, at_1) = (planned(0.0), planned(1.0));
    at_0 / (1.0 + at_0 - at_1)
}

/// The fee of a quarter, which takes at most what is left of the budget.
pub fn fee(terms: &Value, life: Calendar, quarter: usize, bases: Bases, left: &mut f64) -> f64 {
    if quarter < life.first || quarter >= life.fees_until {
        return 0.0;
    }
    let wanted = due(terms, quarter < life.investing_until, bases).max(0.0);
    let paid = wanted.min(*left);
    *left -= paid;
    paid
}

/// The part of what the public LP gets beyond capital and hurdle that it passes on, and whether to the manager.
pub fn concession(terms: &Value) -> Option<(f64, bool)> {
    let concession = &terms["concession"];
    let to_manager = |concession| match text(concession, "to") {
        "gp" => true,
        "other_lps" => false,
        other => panic!("unknown receiver {other}"),
    };
    (!concession.is_null()).then(|| (number(concession, "share"), to_manager(concession)))
}

/// Money of a regional fund between calls and payments; there is none where it calls what it needs.
pub struct Till {
    tranche: Option<f64>,
    rate: f64,
    pub cash: f64,
    pub called: f64,
}

impl Till {
    pub fn new(terms: &Value) -> Self {
        Self {
            tranche: terms["tranche"].as_f64(),
            rate: libm::pow(1.0 + number(terms, "cash_rate"), 0.25) - 1.0,
            cash: 0.0,
            called: 0.0,
        }
    }

    /// A quarter's interest on what the last one left.
    pub fn interest(&mut self) -> f64 {
        let before = self.cash;
        self.cash *= 1.0 + self.rate;
        self.cash - before
    }

    /// Pays `due`, with as many tranches of `size` as that takes; not beyond what is committed or what `later` payments
    /// need, unless `due` cannot be paid otherwise.
    pub fn pay(&mut self, due: f64, later: f64, size: f64) {
        let missing = due - self.cash;
        let mut call = 0.0;
        if missing > 0.0 {
            if let Some(part) = self.tranche {
                while call < missing - 1e-9 * part * size {
                    call += part * size;
                }
                call = call.min(missing + later).min(size - self.called);
            }
            call = call.max(missing);
        }
        self.called += call;
        self.cash += call - due;
    }
}

/// What became of a quarter's money.
pub struct Divided {
    /// To LPs, before one of them passes anything on.
    pub to_lps: f64,
    /// The part of it beyond their capital and hurdle.
    pub excess: f64,
    /// To the manager.
    pub carry: f64,
}

/// A whole-fund waterfall: capital, compounded hurdle, catch-up, split.
#[derive(Default)]
pub struct Waterfall {
    /// What LPs still have to get before the manager shares: capital and hurdle.
    owed: f64,
    paid_in: f64,
    to_lps: f64,
    carry: f64,
}

impl Waterfall {
    /// Divides what was `received` in a quarter.
    pub fn quarter(&mut self, terms: &Value, call: f64, received: f64) -> Divided {
        let (share, rate) = (number(terms, "carry"), number(terms, "catch_up"));
        let growth = libm::pow(1.0 + number(terms, "hurdle"), 0.25);
        self.owed = self.owed * growth + call;
        self.paid_in += call;
        let preferred = received.min(self.owed);
        self.owed -= preferred;
        let mut rest = received - preferred;
        let mut carry = 0.0;
        if rate > share {
            // The manager catches up until it has its share of all profit that was distributed.
            let profit = (self.to_lps + self.carry + preferred - self.paid_in).max(0.0);
            let missing = (share * profit - self.carry).max(0.0);
            let takes = rest.min(missing / (rate - share));
            carry += rate * takes;
            rest -= takes;
        }
        carry += share * rest;
        self.to_lps += received - carry;
        self.carry += carry;
        Divided {
            to_lps: received - carry,
            excess: received - preferred - carry,
            carry,
        }
    }
}
