//! Keys of exits.

use super::companies::step;
use super::rounds;
use super::{LONGEST, RATE, SHARE};
use crate::scenario::reader::{Bounds, Table};
use crate::scenario::{Exit, Preference, Redemption, RedemptionModel, Secondary, SellDown, Stage};
use crate::units::{Share, Years};

/// What an exit pays, and when.
pub fn exit(root: &Table, stages: &[Stage]) -> Exit {
    let table = root.table("exit");
    let months = table.count("lock_up_months", 0..=120);
    let pace = table.table("sell_down_pace");
    let paces = ["under_36_months", "from_36_months", "from_48_months"];
    Exit {
        trade_sale: step(&table, "trade_sale"),
        listing: step(&table, "listing"),
        fail_recovery: Share::new(table.share("fail_recovery", SHARE)),
        sell_down: table.choice(
            "sell_down",
            &[("none", SellDown::None), ("legal", SellDown::Legal)],
        ),
        lock_up: Years::new(f64::from(months) / 12.0),
        sell_down_pace: paces.map(|key| Share::new(pace.share(key, Bounds::closed(1e-3, 1.0)))),
        sell_down_noise: table.number("sell_down_noise", Bounds::closed(0.0, 3.0)),
        preference: table.choice(
            "trade_sale_preference",
            &[
                ("none", Preference::None),
                ("pari_passu", Preference::PariPassu),
            ],
        ),
        secondary: secondary(&table.table("secondary")),
        redemption: redemption(&table.table("redemption")),
        transfer: rounds::transfer(&table, stages),
        tail: rounds::tail(&table, stages),
    }
}

fn secondary(table: &Table) -> Secondary {
    let price = Bounds::closed(0.0, 2.0);
    Secondary {
        probability: Share::new(table.share("probability", SHARE)),
        price: table.number("price", price),
        cycle_loading: table.number("cycle_loading", Bounds::closed(-5.0, 5.0)),
        stalled_probability: Share::new(table.share("stalled_probability", SHARE)),
        stalled_price: table.number("stalled_price", price),
    }
}

fn redemption(table: &Table) -> Redemption {
    Redemption {
        model: table.choice(
            "model",
            &[
                ("none", RedemptionModel::None),
                ("claims", RedemptionModel::Claims),
            ],
        ),
        probability: Share::new(table.share("probability", SHARE)),
        after: Years::new(table.years("after_years", Bounds::closed(0.0, LONGEST))),
        rate: table.rate("rate", RATE),
        negotiated: Share::new(table.share("negotiated", SHARE)),
        part_low: Share::new(table.share("part_low", SHARE)),
        litigated: Share::new(table.share("litigated", SHARE)),
    }
}
