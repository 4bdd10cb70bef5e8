//! Money of other investors in the programme's rounds: associated with it, not caused by it.

use super::ladder::Mobilised;
use super::{MetricUnit, MissingRank, Sink, ratio};
use crate::path::Programme;
use crate::scenario::Scenario;

/// The rung that counts it.
pub const RUNG: &str = "leverage.co_investment";

/// Writes the rung on `committed` and on `drawn` money, then amounts; nothing where the scenario does not ask.
///
/// Cheques are paid from drawn money; both rungs take all rounds of the path.
pub fn record(
    scenario: &Scenario,
    programme: &Programme,
    committed: &Mobilised,
    drawn: &Mobilised,
    sink: &mut impl Sink,
) {
    let Some(law) = &scenario.co_investment else {
        return;
    };
    let rounds = &programme.others_in_rounds;
    let money = law.programme_overlap.rest().fraction() * rounds.beside;
    let rung = |structure: &Mobilised| ratio(structure.consolidated() + money, structure.national);
    let additional = law.additional_share.fraction() * money;
    let mut put = |name: &[&str], unit, value| sink.put(name, unit, MissingRank::Omitted, value);
    put(&[RUNG], MetricUnit::Multiple, rung(committed));
    put(&[RUNG, ".drawn"], MetricUnit::Multiple, rung(drawn));
    for (name, amount) in [
        ("co_investment.money", money),
        ("co_investment.additional", additional),
        ("co_investment.relay", rounds.relay),
    ] {
        put(&[name], MetricUnit::Money, amount);
    }
}
