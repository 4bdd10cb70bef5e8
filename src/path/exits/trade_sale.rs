//! Trade sales with a liquidation preference.

use crate::path::company::Ends;

/// Investors get their cost back before other holders get anything, in proportion where the price of the whole
/// company falls short of all money raised; where their fraction of the price is more, they take that.
pub fn pay_investors_first(sales: &mut Ends) {
    let details = &sales.details;
    let stakes = details.own.iter().zip(details.raised.iter());
    let paid = sales.amount.iter_mut().zip(sales.cost.iter());
    for ((amount, &cost), (&own, &raised)) in paid.zip(stakes) {
        *amount = preferred(*amount, own, cost, raised);
    }
}

/// Proceeds of a stake that is worth `share`, the fraction `own` of the price.
fn preferred(share: f32, own: f32, cost: f32, raised: f32) -> f32 {
    let price = share / own;
    share.max(cost.min(price * (cost / raised)))
}

#[cfg(test)]
mod tests {
    use super::preferred;

    /// Own 10% for a cost of 2, with 8 raised in all.
    #[test]
    fn investors_are_paid_first_in_proportion_to_their_cost() {
        for (price, expected) in [
            (0.0, 0.0),
            (4.0, 1.0),  // a quarter of 4
            (8.0, 2.0),  // all costs
            (12.0, 2.0), // more than the costs, but 1.2 is less than 2
            (20.0, 2.0), // the fraction is worth the cost
            (30.0, 3.0), // the fraction is worth more
        ] {
            let found = preferred(0.1 * price, 0.1, 2.0, 8.0);
            assert!((found - expected).abs() < 1e-6, "{price}: {found}");
        }
        // The twin: without the preference the second case would pay 0.4.
        assert!((preferred(0.4, 0.1, 2.0, 8.0) - 0.4).abs() > 0.5);
    }
}
