//! What a fund owes to whom, in order: the claims of its terms.

use crate::scenario::FundTerms;

/// A claim on what a fund distributes, served in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claim {
    /// Paid-in capital back to the LPs.
    Capital,
    /// The LPs' preferred return, compounded quarterly on what is not yet returned.
    Hurdle {
        /// Growth per quarter.
        growth: f64,
    },
    /// To the manager at `rate` until it has `carry` of all profit distributed; the rest to the LPs.
    CatchUp {
        /// The manager's share of this claim.
        rate: f64,
        /// The manager's share of profit at which the claim is served.
        carry: f64,
        /// What the claim must pay in all per unit that the manager misses: it pays `rate` of it to the
        /// manager, whose due rises by `carry` of it.
        per_missing: f64,
    },
    /// What is left: `carry` to the manager.
    Split {
        /// The manager's share.
        carry: f64,
    },
}

/// The claims of a fund with these terms, in order.
///
/// No catch-up claim stands where its rate does not exceed the carry: it could never be served.
pub fn claims(terms: &FundTerms) -> Vec<Claim> {
    let (carry, catch_up) = (terms.carry.fraction(), terms.catch_up.fraction());
    let mut claims = vec![
        Claim::Capital,
        Claim::Hurdle {
            growth: terms.hurdle.quarterly_growth(),
        },
    ];
    if catch_up > carry {
        claims.push(Claim::CatchUp {
            rate: catch_up,
            carry,
            per_missing: 1.0 / (catch_up - carry),
        });
    }
    claims.push(Claim::Split { carry });
    claims
}
