//! Sub-funds from approval to closing: the region opens its mandate over time, managers raise the rest.
//!
//! A region approves the next sub-fund as soon as what it has committed and reserved is no more than the
//! opened part of its mandate. An approval reserves the requested share of the target. At its closing the
//! reservation gives way to the ticket, or, if the sub-fund fails, is freed `time_lost` after the approval
//! (or at the failed closing where that is later).

mod actual;

use super::closes::{Close, size_at};
use super::prospects::{Prospect, Prospects};
use crate::math::links::logistic;
use crate::path::economy::Economy;
use crate::random::Streams;
use crate::scenario::{Raising, Scenario, SubFundStructure, TicketRule};
use crate::structure::Structure;
use crate::structure::actual::ActualFund;
use crate::structure::raising::{MAX_CLASSES, SubFundLaws};
use pulp::Arch;
use std::collections::VecDeque;

/// Closings of a region from which on its mean size steers targets.
const MEAN_SIZE_RULE_FROM: usize = 10;

/// Part of the largest other ticket that a region's ticket stays below it by.
const BELOW_LARGEST: f64 = 1.0 - 1e-6;

/// A closed sub-fund. Amounts in yuan, times in years from the scenario's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SubFund {
    /// Index of its region.
    pub region: u32,
    /// Number within its region, in order of approval: its address in random draws.
    pub number: u32,
    /// Closing, from which on it invests.
    pub launch: f64,
    /// Final size.
    pub size: f64,
    /// The region's ticket.
    pub regional: f64,
    /// The GP's commitment.
    pub gp: f64,
    /// Other LPs' tickets by class.
    pub others: [f64; MAX_CLASSES],
    /// The largest ticket of one other LP.
    pub largest_other: f64,
    /// Manager's skill, in standard deviations.
    pub skill: f64,
    /// Index of its sector.
    pub sector: u32,
    /// Whether the region's ticket was cut because it may not be the largest.
    pub not_largest_binds: bool,
    /// Whether its target was cut to keep the mean size.
    pub mean_size_binds: bool,
}

/// An approved sub-fund on its way to a closing.
#[derive(Clone, Copy, Debug)]
struct Pending {
    number: u32,
    approved: f64,
    target: f64,
    prospect: Prospect,
    mean_size_binds: bool,
}

/// Money on its way back to the mandate.
#[derive(Clone, Copy, Debug)]
struct Release {
    time: f64,
    amount: f64,
}

/// The next thing that happens in a region's raising.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Actual(f64),
    Release(f64),
    Closing(f64),
    Approval(f64),
    Nothing,
}

/// The raising of one region's sub-funds on one path, advanced from year to year.
#[derive(Clone, Debug, Default)]
pub struct RegionRaising {
    region: u32,
    now: f64,
    committed: f64,
    reserved: f64,
    pending: VecDeque<Pending>,
    releases: VecDeque<Release>,
    prospects: Prospects,
    /// Managers and LPs of actual sub-funds: a batch of its own, because theirs are other numbers.
    known: Prospects,
    /// Actual sub-funds that have not closed.
    signed: usize,
    /// When the next of them closes; never, if there is none.
    next_signed: f64,
    /// Most sub-funds that may be simulated.
    most_simulated: u32,
    /// Their tickets.
    promised: f64,
    /// Number of the next simulated sub-fund.
    next_number: u32,
    pending_size: f64,
    closed_size: f64,
    /// Sub-funds approved so far.
    pub approved: u32,
    /// Sub-funds closed so far.
    pub closed: u32,
    /// Sub-funds that failed to close so far.
    pub failed: u32,
    /// What the closed ones had asked others and the region for, in yuan.
    pub targets_of_closed: f64,
}

/// What a raising needs to know of its path.
#[derive(Clone, Copy, Debug)]
pub struct RaisingContext<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its derived numbers.
    pub structure: &'a Structure,
    /// The path's economy.
    pub economy: &'a Economy,
    /// The source of draws.
    pub streams: Streams,
    /// The path's number.
    pub path: u32,
    /// The instruction set of the loops.
    pub arch: Arch,
    /// The region's closes.
    pub closes: &'a [Close],
    /// What the region's record adds to the fraction raised, in logits.
    pub record: f64,
}

impl RegionRaising {
    /// Ready to approve sub-funds of `region` from `launch` on; it has signed with `actual` ones.
    pub fn begin(&mut self, region: usize, launch: f64, actual: &[ActualFund]) {
        self.pending.clear();
        self.releases.clear();
        self.prospects.clear();
        self.known.clear();
        *self = Self {
            region: region as u32,
            now: launch,
            pending: std::mem::take(&mut self.pending),
            releases: std::mem::take(&mut self.releases),
            prospects: std::mem::take(&mut self.prospects),
            known: std::mem::take(&mut self.known),
            ..Self::default()
        };
        self.sign(actual);
    }

    /// Goes on to `until` and appends the sub-funds that close before it.
    pub fn advance(&mut self, context: &RaisingContext, until: f64, closed: &mut Vec<SubFund>) {
        match &context.scenario.sub_funds.structure {
            SubFundStructure::Listed => self.take_listed(context, until, closed),
            SubFundStructure::Raised(raising) => {
                if let Some(laws) = &context.structure.raising.sub_funds {
                    self.raise(context, raising, laws, until, closed);
                }
            }
        }
    }

    fn take_listed(&mut self, context: &RaisingContext, until: f64, closed: &mut Vec<SubFund>) {
        let scenario = context.scenario;
        let gp_share = scenario.sub_funds.gp_commitment.fraction();
        let mut number = 0;
        for group in &scenario.region[self.region as usize].listed {
            let launch = group.launch.years();
            let due = launch >= self.now && launch < until;
            let size = group.size.to_yuan();
            let regional = size * group.regional_share.fraction();
            let gp = size * gp_share;
            let rest = size - regional - gp;
            let mut others = [0.0; MAX_CLASSES];
            for (amount, weight) in others.iter_mut().zip(&scenario.sub_funds.lp_mix) {
                *amount = rest * weight;
            }
            let largest_other = others.iter().fold(0.0_f64, |a, &b| a.max(b));
            if due {
                let region = self.region;
                closed.extend((number..number + group.count).map(|number| {
                    let manager = self.prospects.of(context, region, number);
                    SubFund {
                        region,
                        number,
                        launch,
                        size,
                        regional,
                        gp,
                        others,
                        largest_other,
                        skill: manager.skill,
                        sector: manager.sector,
                        not_largest_binds: false,
                        mean_size_binds: false,
                    }
                }));
                self.approved += group.count;
                self.closed += group.count;
                self.targets_of_closed += size * f64::from(group.count);
            }
            number += group.count;
        }
        self.now = until;
    }

    fn raise(
        &mut self,
        context: &RaisingContext,
        raising: &Raising,
        laws: &SubFundLaws,
        until: f64,
        closed: &mut Vec<SubFund>,
    ) {
        loop {
            let step = self.next_step(context);
            let (Step::Actual(time)
            | Step::Release(time)
            | Step::Closing(time)
            | Step::Approval(time)) = step
            else {
                break;
            };
            if time >= until {
                break;
            }
            // Actual closings may lie before the date from which on anything else happens.
            self.now = self.now.max(time);
            match step {
                Step::Actual(_) => self.close_actual(context, closed),
                Step::Release(_) => {
                    if let Some(release) = self.releases.pop_front() {
                        self.reserved -= release.amount;
                    }
                }
                Step::Closing(_) => self.close(context, raising, laws, closed),
                Step::Approval(_) => self.approve(context, raising),
                Step::Nothing => {}
            }
        }
    }

    /// The earliest of an actual closing, a release, a closing and an approval; at one time in this order.
    fn next_step(&self, context: &RaisingContext) -> Step {
        let lag = context.scenario.regions.close_lag.years();
        let release = self.releases.front().map_or(f64::INFINITY, |r| r.time);
        let closing = self
            .pending
            .front()
            .map_or(f64::INFINITY, |p| p.approved + lag);
        let approval = self.next_approval(context);
        let actual = self.next_signed;
        let first = actual.min(release).min(closing).min(approval);
        if first == f64::INFINITY {
            Step::Nothing
        } else if actual == first {
            Step::Actual(first)
        } else if release == first {
            Step::Release(first)
        } else if closing == first {
            Step::Closing(first)
        } else {
            Step::Approval(first)
        }
    }

    /// When the opened mandate first covers what is committed and reserved, if nothing else happens before.
    fn next_approval(&self, context: &RaisingContext) -> f64 {
        let regions = &context.scenario.regions;
        let deadline = regions.last_approval.years();
        let pace = regions.pace.years();
        let used = self.committed + self.promised + self.reserved;
        if self.next_number >= self.most_simulated {
            return f64::INFINITY;
        }
        let launch = context
            .closes
            .first()
            .map_or(f64::INFINITY, |close| close.time);
        let mut from = self.now.max(launch);
        for next_close in context
            .closes
            .iter()
            .map(|close| close.time)
            .chain([f64::INFINITY])
        {
            if next_close <= from {
                continue;
            }
            let mandate = Self::mandate(context, from);
            let opens = if used < mandate {
                from.max(launch + pace * used / mandate)
            } else {
                f64::INFINITY
            };
            if opens < next_close {
                return if opens <= deadline {
                    opens
                } else {
                    f64::INFINITY
                };
            }
            from = next_close;
        }
        f64::INFINITY
    }

    /// Money that the region may place in sub-funds, as of `time`.
    fn mandate(context: &RaisingContext, time: f64) -> f64 {
        let net = 1.0 - context.structure.region_fee_budget;
        context.scenario.regions.sub_fund_share.fraction() * net * size_at(context.closes, time)
    }

    fn approve(&mut self, context: &RaisingContext, raising: &Raising) {
        let number = self.next_number;
        let prospect = *self.prospects.of(context, self.region, number);
        let drawn = prospect.raising.target;
        let target = self.steered_target(context.scenario, raising, drawn);
        self.next_number += 1;
        self.approved += 1;
        self.reserved += prospect.raising.requested * target;
        self.pending_size += raising.raised_mean.fraction() * target;
        self.pending.push_back(Pending {
            number,
            approved: self.now,
            target,
            prospect,
            mean_size_binds: target < drawn,
        });
    }

    /// The target, cut so that the mean of closed and pending sub-funds stays within the rule.
    fn steered_target(&self, scenario: &Scenario, raising: &Raising, target: f64) -> f64 {
        let rule = &scenario.rules.sub_fund_mean_size_max;
        let waiting = self.pending.len() + self.signed;
        let funds = self.closed as usize + waiting;
        if !rule.is_enforced() || funds < MEAN_SIZE_RULE_FROM {
            return target;
        }
        let room = rule.threshold * (funds + 1) as f64 - self.closed_size - self.pending_size;
        target.min((room / raising.raised_mean.fraction()).max(raising.target_size_min.to_yuan()))
    }

    fn close(
        &mut self,
        context: &RaisingContext,
        raising: &Raising,
        laws: &SubFundLaws,
        closed: &mut Vec<SubFund>,
    ) {
        let Some(pending) = self.pending.pop_front() else {
            return;
        };
        self.pending_size -= raising.raised_mean.fraction() * pending.target;
        let reservation = pending.prospect.raising.requested * pending.target;
        let in_time = self.now <= context.scenario.national.investment_period.years()
            && self.now < context.scenario.national.term.years();
        let fund = if in_time {
            self.attempt(context, raising, laws, &pending)
        } else {
            None
        };
        if let Some(fund) = fund {
            self.reserved -= reservation;
            self.committed += fund.regional;
            self.closed_size += fund.size;
            self.closed += 1;
            self.targets_of_closed += pending.target;
            closed.push(fund);
        } else {
            self.failed += 1;
            let time = self
                .now
                .max(pending.approved + context.scenario.regions.time_lost.years());
            self.releases.push_back(Release {
                time,
                amount: reservation,
            });
        }
    }

    /// The closing of an approved sub-fund; `None` when it never closes or stays too small.
    fn attempt(
        &self,
        context: &RaisingContext,
        raising: &Raising,
        laws: &SubFundLaws,
        pending: &Pending,
    ) -> Option<SubFund> {
        let Prospect {
            skill,
            sector,
            raising: luck,
        } = pending.prospect;
        let share = luck.requested;
        let x = context.economy.cycle_at(self.now);
        let closing = laws.closing_intercept
            + raising.closing_cycle_loading * x
            + raising.closing_skill_loading * skill
            + raising.closing_share_loading * (share - raising.requested_share_mean.fraction());
        if luck.closing >= logistic(closing) {
            return None;
        }
        let raised = logistic(
            laws.raised_location
                + raising.raised_cycle_loading * x
                + raising.raised_skill_loading * skill
                + laws.raised_noise * luck.raised
                + context.record,
        );
        let gp_share = context.scenario.sub_funds.gp_commitment.fraction();
        let others_part = 1.0 - share - gp_share;
        let others_total = raised * others_part.max(0.0) * pending.target;
        let gp = gp_share * raised * pending.target;
        let others = luck.others.map(|part| part * others_total);
        let largest_other = luck.largest_other * others_total;
        let wanted = match raising.ticket {
            TicketRule::Share => share * raised * pending.target,
            TicketRule::Money => share * pending.target,
        };
        let cap = raising.share_cap.fraction();
        let left = Self::mandate(context, self.now) - self.committed - self.promised;
        let before_rule = wanted
            .min(cap * (others_total + gp) / (1.0 - cap))
            .min(left.max(0.0));
        let not_largest = BELOW_LARGEST * largest_other;
        let binds = not_largest < before_rule;
        let enforced = context.scenario.rules.not_largest_lp.is_enforced();
        let regional = if enforced {
            before_rule.min(not_largest)
        } else {
            before_rule
        };
        let size = others_total + gp + regional;
        (size >= raising.min_viable_size.to_yuan()).then_some(SubFund {
            region: self.region,
            number: pending.number,
            launch: self.now,
            size,
            regional,
            gp,
            others,
            largest_other,
            skill,
            sector,
            not_largest_binds: binds,
            mean_size_binds: pending.mean_size_binds,
        })
    }
}
