//! Recycling: what a sub-fund receives in its investment period pays for further first cheques.
//!
//! The proceeds are distributed as they come and called again, so that calls may exceed the commitment. Each
//! cheque waits for the proceeds that pay for it: its date is uniform between the end of the quarter by which as
//! much has come in as it and the recycled cheques before it cost, and the end of the investment period.

use super::candidates::Draw;
use super::{Book, DealBuffers, DealContext, DealSink, Mandate, Money, Purse};
use crate::path::cash::table::{GROUP, Table};
use crate::path::fundraising::sub_funds::SubFund;
use crate::random::{Entity, MAX_COMPANIES};
use crate::units::QUARTERS_PER_YEAR;

/// Where the numbers of recycled companies start: beyond any that first money is likely to reach, so that a
/// company keeps its luck when the number of those before it changes.
const FIRST_RECYCLED: u32 = MAX_COMPANIES / 2;

/// What one sub-fund has received by the end of each quarter of its investment period but the last, in yuan.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals {
    /// Its first quarter.
    first: u32,
    cumulated: Vec<f64>,
    /// Spent on recycled cheques so far.
    spent: f64,
    /// Quarter after the investment period.
    until: u32,
}

impl Arrivals {
    fn fill(&mut self, mandate: &Mandate, received: impl Iterator<Item = f64>) {
        self.first = mandate.first_quarter;
        self.spent = 0.0;
        self.until = mandate.investing_until;
        self.cumulated.clear();
        let mut sum = 0.0;
        let quarters = (mandate.investing_until - mandate.first_quarter).saturating_sub(1) as usize;
        self.cumulated.extend(received.take(quarters).map(|amount| {
            sum += amount;
            sum
        }));
    }

    /// All that arrives in time.
    fn total(&self) -> f64 {
        self.cumulated.last().copied().unwrap_or(0.0)
    }

    /// From when on there is money for one more cheque of this amount, and for how long there is, in years.
    fn window(&self, cheque: f64) -> (f32, f32) {
        let needed = (self.spent + cheque).min(self.total());
        let before = self.cumulated.partition_point(|&sum| sum < needed);
        let start = self.first + before as u32 + 1;
        let years = |quarters: u32| quarters as f32 / QUARTERS_PER_YEAR as f32;
        (years(start), years(self.until.saturating_sub(start)))
    }
}

impl DealBuffers {
    /// Finds and funds further companies with what `proceeds` say the sub-funds have received; the money paid.
    /// [`DealBuffers::run`] came before, for the same sub-funds.
    pub fn run_recycled(
        &mut self,
        context: &DealContext,
        funds: &[SubFund],
        mandates: &[Mandate],
        proceeds: &mut Table,
        sink: &mut DealSink,
    ) -> f64 {
        let Some(law) = &context.scenario.deployment.recycling else {
            return 0.0;
        };
        self.candidates.clear();
        self.retries.forget();
        self.funded.clear();
        self.refused.clear();
        let mut paid = 0.0;
        for (fund, mandate) in mandates.iter().enumerate() {
            let rows = proceeds.group(fund / GROUP).iter();
            let received = rows.skip(mandate.first_quarter as usize);
            self.arrivals
                .fill(mandate, received.map(|row| row[fund % GROUP]));
            let cap = law.cap.fraction() * funds[fund].size;
            let number = self.used[fund].max(FIRST_RECYCLED);
            let purse = Purse {
                left: self.arrivals.total().min(cap),
                early: 0.0,
                bought: 0,
                late_left: self.late_left[fund],
                companies: (MAX_COMPANIES - number).saturating_sub(mandate.past.stakes),
                ..Purse::new(context, mandate, funds[fund].size)
            };
            let (region, sub_fund) = (funds[fund].region, funds[fund].number);
            let entity = Entity::company(region, sub_fund, 0).word() + number;
            let before = purse.left;
            let purse = self.buy_recycled(context, fund, entity, purse, sink);
            sink.early[fund] += purse.early;
            sink.bought[fund] += purse.bought;
            paid += before - purse.left;
        }
        context.arch.dispatch(Book {
            deals: self,
            context,
            sink,
        });
        paid
    }

    /// Funds candidates one after the other until the purse is empty.
    fn buy_recycled(
        &mut self,
        context: &DealContext,
        fund: usize,
        first_entity: u32,
        mut purse: Purse,
        sink: &mut DealSink,
    ) -> Purse {
        let deals = &context.structure.companies.deals;
        let mut entity = first_entity;
        while purse.is_open() {
            let slot = self.draw_more(context, fund, entity, Money::Recycled);
            entity += 1;
            purse.companies -= 1;
            if self.choose(context, slot, &purse, sink.counts, Money::Recycled) {
                self.arrivals.spent += f64::from(self.pay(deals, slot, &mut purse));
            }
        }
        purse
    }

    /// Draws a candidate again at a date at which recycled money can pay for it. Its stage and cheque do not
    /// depend on the date.
    pub(super) fn redate(&mut self, context: &DealContext, slot: usize, draw: Draw) {
        let cheque = f64::from(self.candidates.cheque[slot]);
        let (from, years) = self.arrivals.window(cheque);
        self.candidates.launch[slot] = from;
        self.candidates.years[slot] = years;
        self.draw_one(context, slot, draw);
    }
}
