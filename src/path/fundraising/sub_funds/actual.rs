//! Sub-funds that are signed already: set aside from the launch on, closed at their dates.

use super::{BELOW_LARGEST, RaisingContext, RegionRaising, SubFund};
use crate::random::MAX_SUB_FUNDS;
use crate::structure::actual::ActualFund;

impl RegionRaising {
    /// Sets aside the tickets of sub-funds that are signed already; their sizes count for the mean size.
    pub(super) fn sign(&mut self, actual: &[ActualFund]) {
        self.signed = actual.len();
        self.next_signed = actual.first().map_or(f64::INFINITY, |fund| fund.launch);
        self.most_simulated = MAX_SUB_FUNDS.saturating_sub(actual.len() as u32);
        self.promised = actual.iter().map(|fund| fund.regional).sum();
        self.pending_size = actual.iter().map(|fund| fund.size).sum();
    }

    /// The closing of an actual sub-fund. Its ticket and size are data; its manager, sector and LPs are drawn like
    /// those of others, and where the region may not be the largest LP there is one that is larger.
    pub(super) fn close_actual(&mut self, context: &RaisingContext, closed: &mut Vec<SubFund>) {
        let actual = &context.structure.actual[self.region as usize];
        let at = actual.len() - self.signed;
        let Some(fund) = actual.get(at) else {
            return;
        };
        let prospect = self.known.of(context, self.region, fund.number);
        let scenario = context.scenario;
        let gp = fund.size * scenario.sub_funds.gp_commitment.fraction();
        let others_total = fund.size - fund.regional - gp;
        let largest = prospect.raising.largest_other * others_total;
        let enforced = scenario.rules.not_largest_lp.is_enforced();
        closed.push(SubFund {
            region: self.region,
            number: fund.number,
            launch: fund.launch,
            size: fund.size,
            regional: fund.regional,
            gp,
            others: prospect.raising.others.map(|part| part * others_total),
            largest_other: if enforced {
                largest.max(fund.regional / BELOW_LARGEST)
            } else {
                largest
            },
            skill: prospect.skill,
            sector: prospect.sector,
            not_largest_binds: false,
            mean_size_binds: false,
        });
        self.signed -= 1;
        let next = actual.get(at + 1);
        self.next_signed = next.map_or(f64::INFINITY, |fund| fund.launch);
        self.promised -= fund.regional;
        self.pending_size -= fund.size;
        self.committed += fund.regional;
        self.closed_size += fund.size;
        self.approved += 1;
        self.closed += 1;
        self.targets_of_closed += fund.size;
    }
}
