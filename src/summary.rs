//! All paths -> estimates with their Monte Carlo error: plain data for every report.
//!
//! Everything here is a pure function of [`Outcomes`] and takes paths in their order, so the same
//! outcomes give the same bits. The [`method`] of intervals, all at 95%, fits how the paths were sampled. From independent paths:
//! means by Student's t, quantiles by order statistics ([`quantile`]), standard deviations by the normal law with the sample's
//! fourth moment ([`estimate`]), probabilities by Wilson's score ([`probability`]). From paths in [`replicates`]: everything by
//! Student's t over the replicates.

pub mod background;
pub mod columns;
pub mod curve;
pub mod estimate;
pub mod fan;
pub mod histogram;
mod laws;
pub mod mean_flows;
pub mod method;
pub mod named;
pub mod probability;
pub mod quantile;
pub mod replicates;
pub mod rules;
pub mod sampling;

use crate::metrics::co_investment::RUNG as CO_INVESTMENT;
use crate::metrics::{LADDER, THRESHOLDS};
use crate::outcomes::tally::Tally;
use crate::outcomes::{Outcomes, ReachedTotal, Totals};
use crate::sampling::Sampling;
use crate::scenario::{BondDraw, National, Scenario};
use crate::units::AnnualRate;
use background::Background;
use curve::Curve;
use estimate::Estimate;
use fan::Fan;
use histogram::Histogram;
use laws::Laws;
use mean_flows::MeanFlowsIrr;
pub use method::{INTERVAL_METHOD, IntervalMethod};
use method::{Method, Sums};
use named::Named;
use probability::Probability;
use rules::{RuleEstimate, RuleTerms};
use sampling::Sampled;
use serde::Serialize;

/// Metrics beside the ladder that get a histogram.
const HISTOGRAMS: [&str; 5] = [
    "national.dpi",
    "national.tvpi",
    "national.irr",
    "sub_fund.pooled.tvpi",
    "sub_fund.pooled.irr",
];

/// Metrics of money that comes back, each with the threshold of its probability.
pub const MONEY_BACK: [(&str, f64); 7] = [
    ("national.dpi", 1.0),
    ("fiscal.principal_recovered", 1.0),
    ("fiscal.npv", 0.0),
    ("fiscal.as_called.principal_recovered", 1.0),
    ("fiscal.as_called.npv", 0.0),
    ("fiscal.upfront.principal_recovered", 1.0),
    ("fiscal.upfront.npv", 0.0),
];

/// Fewer paths than this give a warning: the 5% and 95% quantiles then rest on under 50 paths.
const FEW_PATHS: u64 = 1000;

/// Where a result comes from: all that is needed to get the same bits again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Provenance {
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the resolved scenario.
    pub scenario_sha256: String,
    /// Overrides given with `--set`, as written.
    pub overrides: Vec<String>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Number of paths.
    pub paths: u64,
    /// Name of the rule that makes random numbers from seed and path.
    pub scheme: String,
    /// Version of this program.
    pub version: String,
}

impl Provenance {
    /// The provenance of `paths` plain paths of `scenario` on `seed`.
    pub fn new(scenario: &Scenario, seed: u64, paths: u64) -> Self {
        Self {
            scenario: scenario.name.clone(),
            scenario_sha256: scenario.document.sha256(),
            overrides: scenario.overrides.clone(),
            seed,
            paths,
            scheme: crate::random::SCHEME.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// What a reader must know before using the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The scenario has no direct projects: the part of regional funds that is meant for them is never called.
    DirectProjectsUncalled,
    /// Too few paths for the outer quantiles.
    FewPaths,
    /// The programme takes most of a year's early deals or listings.
    MarketDominated,
    /// The scenario's numbers are held at their base values.
    PointAssumptions,
    /// Quantiles were told from a sketch of the paths, which are too many to be kept.
    SketchedQuantiles,
}

/// P(rung >= threshold) by the end of year 1, 2, ...
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reached {
    /// The rung, for example `leverage.consolidated`.
    pub metric: String,
    /// The threshold.
    pub threshold: f64,
    /// The probability by the end of each year.
    pub by_year: Vec<Probability>,
}

/// What the treasury's account is held against.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FiscalTerms {
    /// Rate of the bonds that pay for the capital.
    pub bond_rate: AnnualRate,
    /// The scenario's rule of issuing them.
    pub bond_draw: BondDraw,
    /// What idle cash earns where bonds are issued up front.
    pub cash_rate: AnnualRate,
}

impl FiscalTerms {
    /// The terms of a national company.
    pub fn of(national: &National) -> Self {
        Self {
            bond_rate: national.bond_rate,
            bond_draw: national.bond_draw,
            cash_rate: national.cash_rate,
        }
    }
}

/// Mean money from one holder to another over the life of the programme.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flow {
    /// Payer.
    pub from: String,
    /// Payee.
    pub to: String,
    /// Yuan per path.
    pub mean: f64,
}

/// All paths of one scenario, estimated.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// What the scenario says of itself; `None` where nobody said.
    pub background: Option<Background>,
    /// Every metric but those of the rules.
    pub metrics: Named<Estimate>,
    /// P(metric >= threshold), by `metric>=threshold`.
    pub probabilities: Named<Probability>,
    /// P(rung >= threshold by the end of a year), by `metric>=threshold`.
    pub reached: Named<Reached>,
    /// The documented rules.
    pub rules: Named<RuleEstimate>,
    /// By route and measure (`count`, `proceeds`, ...).
    pub exits: Named<Named<Estimate>>,
    /// IRR of the flows averaged over paths, by tier.
    pub irr_of_mean_flows: Named<MeanFlowsIrr>,
    /// What the treasury's account is held against; `None` where nobody said.
    pub fiscal_terms: Option<FiscalTerms>,
    /// Series over time.
    pub curves: Named<Curve>,
    /// Spread over paths of the main series.
    pub fans: Named<Fan>,
    /// Distributions of the main metrics.
    pub histograms: Named<Histogram>,
    /// Who paid whom.
    pub flows: Vec<Flow>,
    /// What to know before using the numbers.
    pub warnings: Vec<Warning>,
    /// How intervals were made.
    pub interval_method: IntervalMethod,
    /// How the paths were sampled.
    pub sampled: Sampled,
}

impl Summary {
    /// The summary of `outcomes`, which `scenario` gave on `seed`.
    pub fn new(outcomes: &Outcomes, scenario: &Scenario, seed: u64) -> Self {
        let provenance = Provenance {
            scheme: outcomes.sampling.scheme().to_owned(),
            ..Provenance::new(scenario, seed, outcomes.paths() as u64)
        };
        Self::of(outcomes, provenance, &rules::terms(&scenario.rules)).with_terms(scenario)
    }

    /// The summary of paths that were counted and not kept.
    pub fn of_tally(tally: &Tally, scenario: &Scenario, seed: u64) -> Self {
        let provenance = Provenance::new(scenario, seed, tally.paths);
        let method = Method::sketched(tally.paths);
        let sums = Sums {
            all: &tally.totals,
            replicates: &[],
        };
        let followed = tally.followed.iter();
        let fan = |(name, years): &(String, Vec<_>)| (name.clone(), Fan::sketched(years, &method));
        let mut summary = Self::assemble(
            Laws::of_tally(tally, &method),
            (&method, Sampling::Plain),
            sums,
            provenance,
            &rules::terms(&scenario.rules),
        );
        summary.fans = followed.map(fan).collect();
        summary.warnings.push(Warning::SketchedQuantiles);
        summary.with_terms(scenario)
    }

    /// With what the scenario alone tells, and the warnings that follow.
    fn with_terms(mut self, scenario: &Scenario) -> Self {
        self.background = Some(Background::of(scenario));
        self.fiscal_terms = Some(FiscalTerms::of(&scenario.national));
        let for_direct = scenario.regions.sub_fund_share.rest().fraction();
        if for_direct > 0.0 && scenario.direct.is_none() {
            self.warnings.push(Warning::DirectProjectsUncalled);
        }
        if self.dominates_the_market() {
            self.warnings.push(Warning::MarketDominated);
        }
        self
    }

    /// Whether the mean share of early deals or listings exceeds a half in some year.
    fn dominates_the_market(&self) -> bool {
        let shares = self.metrics.iter().filter(|(name, _)| {
            let share = ["market.deals_share.", "market.listings_share."]
                .iter()
                .find_map(|prefix| name.strip_prefix(prefix));
            share.is_some_and(|of| of != "peak")
        });
        shares
            .filter_map(|(_, share)| share.mean)
            .any(|mean| mean > 0.5)
    }

    /// The summary of `outcomes` of this provenance under these rules.
    pub fn of(outcomes: &Outcomes, provenance: Provenance, terms: &[RuleTerms]) -> Self {
        let method = Method::of(outcomes);
        let sums = Sums {
            all: &outcomes.totals,
            replicates: &outcomes.replicates,
        };
        let followed = outcomes.followed.iter();
        let fans = followed.map(|series| (series.name.clone(), Fan::of(series, &method)));
        let laws = Laws::of(outcomes, &method);
        let sampling = (&method, outcomes.sampling);
        Self {
            fans: fans.collect(),
            ..Self::assemble(laws, sampling, sums, provenance, terms)
        }
    }

    /// All but the fans, and what only the scenario tells.
    fn assemble(
        laws: Laws,
        (method, sampling): (&Method, Sampling),
        sums: Sums,
        provenance: Provenance,
        terms: &[RuleTerms],
    ) -> Self {
        let rules = rules::estimates(terms, &laws.estimates, &laws.kept);
        let estimates = laws.estimates.iter();
        let metrics: Named<Estimate> = estimates
            .filter(|(name, _)| !is_of_a_rule(name, &rules))
            .map(|(name, estimate)| (name.to_owned(), estimate.clone()))
            .collect();
        let paths = provenance.paths;
        let totals = sums.all;
        Self {
            probabilities: laws.probabilities,
            reached: (0..)
                .zip(&totals.reached)
                .map(|(number, total)| reached(sums, number, total, method))
                .collect(),
            rules,
            exits: exits(&metrics),
            irr_of_mean_flows: mean_flows::irrs(&totals.curves, paths, &metrics),
            fiscal_terms: None,
            background: None,
            fans: Named::default(),
            curves: (0..)
                .zip(&totals.curves)
                .filter_map(|(number, total)| {
                    Some((total.name.clone(), method.curve(sums, number)?))
                })
                .collect(),
            histograms: laws.histograms,
            flows: totals
                .flows
                .iter()
                .map(|flow| Flow {
                    from: flow.from.clone(),
                    to: flow.to.clone(),
                    mean: flow.sum as f64 / paths.max(1) as f64,
                })
                .collect(),
            warnings: warnings(paths),
            interval_method: method.described(),
            sampled: Sampled::of(sampling, &metrics),
            metrics,
            provenance,
        }
    }
}

/// The name of a probability: `leverage.consolidated>=10`.
pub fn event_name(metric: &str, threshold: f64) -> String {
    format!("{metric}>={threshold}")
}

fn is_of_a_rule(metric: &str, rules: &Named<RuleEstimate>) -> bool {
    metric
        .strip_prefix(rules::PREFIX)
        .and_then(|rest| rest.split('.').next())
        .is_some_and(|rule| rules.get(rule).is_some())
}

/// Every metric and threshold of which the probability is told, in the order of the report.
fn events() -> impl Iterator<Item = (String, f64)> {
    let names = || LADDER.into_iter().chain([CO_INVESTMENT]);
    let rungs = names().map(str::to_owned);
    let drawn = names().map(|rung| format!("{rung}.drawn"));
    rungs
        .chain(drawn)
        .flat_map(|rung| THRESHOLDS.map(|threshold| (rung.clone(), threshold)))
        .chain(MONEY_BACK.map(|(metric, threshold)| (metric.to_owned(), threshold)))
}

fn reached(sums: Sums, number: usize, total: &ReachedTotal, method: &Method) -> (String, Reached) {
    let count = |totals: &Totals, year: usize| {
        let of = totals.reached.get(number).map(|reached| &reached.by_year);
        of.and_then(|by_year| by_year.get(year))
            .copied()
            .unwrap_or(0)
    };
    let by_year = (0..total.by_year.len())
        .filter_map(|year| method.share(sums, |totals| count(totals, year)));
    let reached = Reached {
        metric: total.metric.clone(),
        threshold: total.threshold,
        by_year: by_year.collect(),
    };
    (event_name(&total.metric, total.threshold), reached)
}

/// Groups the metrics `exits.<route>.<measure>` by route.
fn exits(metrics: &Named<Estimate>) -> Named<Named<Estimate>> {
    let parts = |name: &str| {
        let (route, measure) = name.strip_prefix("exits.")?.split_once('.')?;
        Some((route.to_owned(), measure.to_owned()))
    };
    let mut routes: Vec<String> = metrics
        .iter()
        .filter_map(|(n, _)| Some(parts(n)?.0))
        .collect();
    let mut seen = Vec::new();
    routes.retain(|route| {
        let new = !seen.contains(route);
        seen.push(route.clone());
        new
    });
    let measures = |route: &str| {
        metrics
            .iter()
            .filter_map(|(name, estimate)| Some((parts(name)?, estimate)))
            .filter(|((of, _), _)| of == route)
            .map(|((_, measure), estimate)| (measure, estimate.clone()))
            .collect()
    };
    routes
        .iter()
        .map(|route| (route.clone(), measures(route)))
        .collect()
}

fn warnings(paths: u64) -> Vec<Warning> {
    let mut warnings = vec![Warning::PointAssumptions];
    if paths < FEW_PATHS {
        warnings.push(Warning::FewPaths);
    }
    warnings
}

#[cfg(test)]
pub(crate) mod tests;
