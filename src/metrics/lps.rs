//! What LPs of each class put in and got back, in regional funds, in sub-funds and in both.

use super::returns::{Flows, discounts};
use super::{MetricUnit, MissingRank, Sink, ratio};
use crate::path::economy::Economy;
use crate::path::ledger::{HolderFlows, Ledger, Series};
use crate::scenario::Scenario;

/// Writes `lp.<class>` over both levels, then the main measures by level; nothing where classes are not followed.
pub fn record(scenario: &Scenario, economy: &Economy, ledger: &Ledger, sink: &mut impl Sink) {
    if ledger.lps.is_empty() {
        return;
    }
    let discounts = discounts(economy);
    let (mut net, mut both) = (Vec::new(), HolderFlows::default());
    for (class, lps) in scenario.lp_class.iter().zip(&ledger.lps) {
        let (regions, sub_funds) = (&lps.regions, &lps.sub_funds);
        add(&mut both.calls, &regions.calls, &sub_funds.calls);
        add(
            &mut both.distributions,
            &regions.distributions,
            &sub_funds.distributions,
        );
        both.residual = regions.residual + sub_funds.residual;
        let mut lp = Lp {
            class: &class.id,
            net: &mut net,
            sink,
        };
        lp.record_all(&both, &discounts);
        lp.record_level(".regions", regions);
        lp.record_level(".sub_funds", sub_funds);
    }
}

fn add(sums: &mut Series, a: &Series, b: &Series) {
    sums.clear();
    sums.extend(a.iter().zip(b).map(|(a, b)| a + b));
}

/// One class on its way into the sink.
struct Lp<'a, S> {
    class: &'a str,
    net: &'a mut Vec<f64>,
    sink: &'a mut S,
}

impl<S: Sink> Lp<'_, S> {
    fn put(&mut self, level: &str, measure: &str, unit: MetricUnit, value: f64) {
        let missing = match unit {
            MetricUnit::Rate => MissingRank::Lowest,
            _ => MissingRank::Omitted,
        };
        let name = ["lp.", self.class, level, measure];
        self.sink.put(&name, unit, missing, value);
    }

    fn record_all(&mut self, holder: &HolderFlows, discounts: &[f64]) {
        use MetricUnit::{Money, Multiple, Rate};
        let flows = flows(holder);
        let (paid_in, distributed) = (flows.paid_in(), flows.distributed());
        let total = distributed + flows.residual;
        self.put("", ".paid_in", Money, paid_in);
        self.put("", ".distributed", Money, distributed);
        self.put("", ".residual", Money, flows.residual);
        self.put("", ".dpi", Multiple, ratio(distributed, paid_in));
        self.put("", ".tvpi", Multiple, ratio(total, paid_in));
        let irr = flows.irr(self.net).rate();
        self.put("", ".irr", Rate, irr.unwrap_or(f64::NAN));
        self.put("", ".pme_ks", Multiple, flows.pme_ks(discounts));
        let alpha = flows.direct_alpha(discounts, self.net).rate();
        self.put("", ".direct_alpha", Rate, alpha.unwrap_or(f64::NAN));
    }

    fn record_level(&mut self, level: &str, holder: &HolderFlows) {
        let flows = flows(holder);
        let (paid_in, distributed) = (flows.paid_in(), flows.distributed());
        self.put(level, ".paid_in", MetricUnit::Money, paid_in);
        let dpi = ratio(distributed, paid_in);
        self.put(level, ".dpi", MetricUnit::Multiple, dpi);
        let tvpi = ratio(distributed + flows.residual, paid_in);
        self.put(level, ".tvpi", MetricUnit::Multiple, tvpi);
        let irr = flows.irr(self.net).rate();
        self.put(level, ".irr", MetricUnit::Rate, irr.unwrap_or(f64::NAN));
    }
}

fn flows(holder: &HolderFlows) -> Flows<'_> {
    Flows {
        calls: &holder.calls,
        distributions: &holder.distributions,
        residual: holder.residual,
    }
}
