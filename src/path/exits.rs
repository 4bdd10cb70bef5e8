//! What ends of companies bring, and when: after lives, before money is booked.
//!
//! Lives say at which price a company is listed or sold. Where the scenario asks for it, this says when listed
//! shares may be sold and who is paid first. Every draw stands at the company's own address.

mod listing;
mod queue;
mod settlement;
mod stalled;
mod trade_sale;

use super::company::{Ends, LifeContext, Route};
use super::economy::Economy;
use super::lanes::{Column, room, whole};
use super::nav::Holdings;
use super::sorting::ByCode;
use crate::random::{Purpose, tag};
use crate::structure::exits::ExitModel;
use listing::{Plan, SellShares};
use pulp::{Simd, WithSimd};
use settlement::Settle;
use stalled::EndStalled;

/// Lists that are kept from block to block so that nothing is allocated anew.
#[derive(Clone, Debug, Default)]
pub struct ExitBuffers {
    /// The public market index by quarter; filled where listed shares are sold over time.
    index: Vec<f32>,
    plan: Plan,
    draws: Draws,
    fates: Fates,
    /// Ends of one route while they are turned into others.
    taken: Ends,
    /// Companies that want to be listed, in the order of their dates; those that find a place, and the others.
    order: Vec<u32>,
    /// Where each quarter's stand among them.
    starts: Vec<u32>,
    placed: Vec<u32>,
    refused: Vec<u32>,
}

impl ExitBuffers {
    /// Makes ready for a path.
    pub fn begin(&mut self, model: &ExitModel, economy: &Economy) {
        self.index.clear();
        if model.sell_down.is_some() {
            let levels = economy.log_index.iter().map(|&log| libm::exp(log) as f32);
            self.index.extend(levels);
        }
    }

    /// The public market index by quarter; nothing where listed shares are sold at once.
    pub fn index(&self) -> &[f32] {
        &self.index
    }

    /// Turns ends as lives give them into proceeds by quarter; `holdings` books what is held until then.
    pub fn run(
        &mut self,
        context: &LifeContext,
        ends: &mut [Ends; Route::COUNT],
        mut holdings: Option<&mut Holdings>,
    ) {
        if context.model.exits.preference {
            trade_sale::pay_investors_first(&mut ends[Route::TradeSale as usize]);
        }
        let exits = &context.model.exits;
        self.fates.begin(context);
        if let Some(law) = exits.sell_down {
            let listed = take(ends, Route::Listing, &mut self.taken);
            self.draws
                .draw(context, &listed.details.entity, Purpose::SellDown);
            let mut sold = std::mem::take(&mut ends[Route::Listing as usize]);
            context.arch.dispatch(SellShares {
                context,
                law,
                listed: &listed,
                draws: &mut self.draws,
                index: &self.index,
                last: &self.fates.last,
                plan: &mut self.plan,
                holdings: holdings.as_deref_mut(),
                sold: &mut sold,
                unsold: &mut ends[Route::Unsold as usize],
            });
            ends[Route::Listing as usize] = sold;
            self.taken = listed;
        }
        if exits.redemption.is_some() || exits.settlement.is_some() {
            let stalled = take(ends, Route::Stalled, &mut self.taken);
            self.draws
                .draw(context, &stalled.details.entity, Purpose::Redemption);
            context.arch.dispatch(EndStalled {
                context,
                stalled: &stalled,
                draws: &self.draws,
                fates: &mut self.fates,
                ends,
            });
            if let Some(holdings) = holdings {
                stalled::book_until_the_end(&stalled, &self.fates, exits, holdings);
            }
            self.taken = stalled;
        } else if let Some(holdings) = holdings {
            stalled::book_for_good(&ends[Route::Stalled as usize], holdings);
        }
        if let Some(law) = exits.settlement {
            let alive = take(ends, Route::Alive, &mut self.taken);
            self.draws
                .draw(context, &alive.details.entity, Purpose::EndOfFund);
            context.arch.dispatch(Settle {
                context,
                law,
                alive: &alive,
                draws: &self.draws,
                fates: &mut self.fates,
                ends,
            });
            self.taken = alive;
        }
    }
}

/// Takes the ends of a route, which is left empty; `kept` lends its lists.
fn take(ends: &mut [Ends; Route::COUNT], route: Route, kept: &mut Ends) -> Ends {
    let mut empty = std::mem::take(kept);
    empty.clear();
    std::mem::replace(&mut ends[route as usize], empty)
}

/// What becomes of the companies of one list.
#[derive(Clone, Debug, Default)]
struct Fates {
    /// Which of some routes each takes, when, and for how much.
    code: Vec<u32>,
    quarter: Vec<u32>,
    amount: Vec<f32>,
    sorted: ByCode,
    /// Whether ends say which company they belong to.
    by_company: bool,
    /// The last quarter of each sub-fund, and the first row of its sector in the economy's tables.
    last: Column<u32>,
    row: Column<u32>,
    /// Price over value in a sale at a fund's end, by quarter.
    prices: Vec<f32>,
}

impl Fates {
    /// Looks up what depends on the sub-fund alone.
    fn begin(&mut self, context: &LifeContext) {
        self.by_company = context.model.exits.by_company;
        let mandates = context.mandates.iter();
        self.last.fill_from(mandates.map(|m| m.holds_until - 1));
        let (quarters, sectors) = (context.economy.quarters as u32, context.sectors.iter());
        self.row.fill_from(sectors.map(|sector| sector * quarters));
    }

    /// Appends the companies of `from` to the ends by `routes`.
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
    fn hand_over<S: Simd>(
        &mut self,
        simd: S,
        from: &Ends,
        routes: &[Route],
        ends: &mut [Ends; Route::COUNT],
    ) {
        let n = from.fund.len();
        let code = room(&mut self.code, whole(n));
        self.sorted.sort(simd, code, n, routes.len());
        for (code, &route) in routes.iter().enumerate() {
            let chosen = self.sorted.of(code);
            let ends = &mut ends[route as usize];
            ends.fund.append(&from.fund, chosen);
            ends.cost.append(&from.cost, chosen);
            ends.quarter.append(&self.quarter, chosen);
            ends.amount.append(&self.amount, chosen);
            if self.by_company {
                ends.details.entity.append(&from.details.entity, chosen);
                ends.details.since.append(&from.details.since, chosen);
            }
        }
    }
}

/// The four words of one draw for each of some companies.
#[derive(Clone, Debug, Default)]
struct Draws {
    words: [Vec<u32>; 4],
    normal: Vec<f32>,
}

impl Draws {
    /// Draws for the companies `entities` with `purpose`.
    fn draw(&mut self, context: &LifeContext, entities: &[u32], purpose: Purpose) {
        context.arch.dispatch(Fill {
            context,
            entities,
            tag: tag(purpose, 0, 0),
            draws: self,
        });
    }
}

/// Fills [`Draws`] at one tag.
struct Fill<'a> {
    context: &'a LifeContext<'a>,
    entities: &'a [u32],
    tag: u32,
    draws: &'a mut Draws,
}

impl WithSimd for Fill<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch
    fn with_simd<S: Simd>(self, simd: S) {
        let n = whole(self.entities.len());
        let words = self.draws.words.each_mut().map(|word| room(word, n));
        let (streams, path) = (self.context.streams, self.context.path);
        streams.fill_words(simd, path, self.entities, self.tag, 0, words);
    }
}
