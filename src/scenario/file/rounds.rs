//! Keys of later rounds (follow-on cheques, sales of old shares), of recycling, and of the tail of values.

use super::{MONEY, PART, SHARE};
use crate::scenario::reader::{Bounds, Table};
use crate::scenario::{FollowOn, Recycling, Stage, Tail, Transfer};
use crate::units::{Money, Share};

/// Reserves, where `[deployment]` has them.
pub fn follow_on(deployment: &Table) -> Option<FollowOn> {
    let table = deployment.optional_table("follow_on")?;
    Some(FollowOn {
        reserve: Share::new(table.share("reserve", PART)),
        participation: Share::new(table.share("participation", SHARE)),
    })
}

/// Recycling, where `[deployment]` has it.
pub fn recycling(deployment: &Table) -> Option<Recycling> {
    let table = deployment.optional_table("recycling")?;
    Some(Recycling {
        cap: Share::new(table.share("cap", SHARE)),
    })
}

/// Sales of old shares, where `[exit]` has them.
pub fn transfer(exit: &Table, stages: &[Stage]) -> Option<Transfer> {
    let table = exit.optional_table("transfer")?;
    let by_stage = table.table("probability");
    let last = stages.len().saturating_sub(1);
    let mut probability: Vec<Share> = stages[..last]
        .iter()
        .map(|stage| Share::new(by_stage.share(&stage.id, SHARE)))
        .collect();
    // No round leads out of the last stage.
    probability.resize(stages.len(), Share::new(0.0));
    Some(Transfer {
        probability,
        full: Share::new(table.share("full", SHARE)),
        part: Share::new(table.share("part", Bounds::open(0.0, 1.0))),
        price: table.number("price", Bounds::closed(0.0, 2.0)),
    })
}

/// The tail of values, where `[exit]` has it.
pub fn tail(exit: &Table, stages: &[Stage]) -> Option<Tail> {
    let table = exit.optional_table("tail")?;
    let by_stage = table.table("share");
    let share = |stage: &Stage| Share::new(by_stage.share(&stage.id, SHARE));
    Some(Tail {
        share: stages.iter().map(share).collect(),
        exponent: table.number("exponent", Bounds::closed(0.5, 10.0)),
        cap: table.number("cap", Bounds::closed(1.0, 1e4)),
        value_cap: Money::yuan(table.money("value_cap", MONEY)),
    })
}
