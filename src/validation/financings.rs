//! Financings: what each cheque of a sub-fund in one round brought, follow-on cheques apart.
//!
//! A trace knows the fund's fraction of a company after each event and the money that the company brought. Every cheque buys a part
//! of the fraction; later rounds thin all parts alike and sales take from all alike, so that money is shared by the parts held when
//! it comes.

use crate::path::journal::CompanyLife;
use crate::scenario::Scenario;
use crate::units::QUARTERS_PER_YEAR;

/// One cheque in one round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Financing {
    /// Date of the cheque, in years.
    pub time: f64,
    /// The cheque, in yuan.
    pub cost: f64,
    /// What it bought, in fractions of the company as undiluted as at the first cheque.
    units: f64,
    /// Quarter of the cheque.
    quarter: usize,
}

/// The financings of one company and what came of them.
#[derive(Clone, Debug, Default)]
pub struct Financings {
    cheques: Vec<Financing>,
    /// Date in years and amount in yuan of each receipt.
    receipts: Vec<(usize, f64)>,
    /// Whether something is still held, so that nothing is known of the end.
    pub held: bool,
}

impl Financings {
    /// Those of `life`, or none for companies whose past is data.
    pub fn of(scenario: &Scenario, life: &CompanyLife) -> Self {
        if life.opening.is_some() {
            return Self::default();
        }
        let mut own = f64::from(life.own);
        let mut cheques = vec![Financing {
            time: f64::from(life.time),
            cost: f64::from(life.cheque),
            units: own,
            quarter: quarter_of(life.time),
        }];
        // What is left of a fraction bought at the first cheque by someone who never follows.
        let mut left = 1.0;
        for event in &life.events {
            let after = f64::from(event.own);
            if event.paid > 0.0 {
                let stage = &scenario.stage[event.stage as usize];
                let kept = stage.dilution.rest().fraction() * stage.pool.rest().fraction();
                left *= kept;
                cheques.push(Financing {
                    time: f64::from(event.time),
                    cost: f64::from(event.paid),
                    units: (after - own * kept).max(0.0) / left,
                    quarter: event.quarter as usize,
                });
            } else if after > 0.0 && own > 0.0 {
                left *= after / own;
            }
            own = after;
        }
        let paid = life.receipts.iter().filter(|r| !r.route.is_held());
        Self {
            cheques,
            receipts: paid
                .map(|r| (r.quarter as usize, f64::from(r.amount)))
                .collect(),
            held: life.receipts.iter().any(|r| r.route.is_held()),
        }
    }

    /// Cost and multiple of each, counting money of its first `within_years` years.
    pub fn multiples(&self, within_years: f64) -> impl Iterator<Item = (f64, f64)> {
        let horizon = libm::ceil(within_years * QUARTERS_PER_YEAR as f64) as usize;
        self.cheques.iter().map(move |cheque| {
            let mut proceeds = 0.0;
            for &(quarter, amount) in &self.receipts {
                if (cheque.quarter..=cheque.quarter + horizon).contains(&quarter) {
                    proceeds += amount * cheque.units / self.units_held(quarter);
                }
            }
            (cheque.cost, proceeds / cheque.cost)
        })
    }

    /// Units bought by `quarter`.
    fn units_held(&self, quarter: usize) -> f64 {
        let bought = self.cheques.iter().filter(|c| c.quarter <= quarter);
        bought.map(|cheque| cheque.units).sum()
    }
}

fn quarter_of(time: f32) -> usize {
    libm::floorf(time * QUARTERS_PER_YEAR as f32) as usize
}
