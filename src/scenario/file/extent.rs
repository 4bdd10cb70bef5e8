//! What no machine should be asked for: more sub-funds or companies than can be told apart or
//! simulated, and values beyond single precision.
//!
//! Both checks are estimates with a wide margin: a scenario of a real programme stays far below, and
//! what is refused would stop placing money without a word, or give infinite results.

use super::amount;
use crate::math::links::logit;
use crate::random::{MAX_COMPANIES, MAX_SUB_FUNDS};
use crate::scenario::reader::Table;
use crate::scenario::{
    CycleStart, Event, FirstCheques, ListedSubFunds, Raising, Region, Scenario, SubFundStructure,
    TakeUpModel, UnplacedCapital, Wait,
};
use crate::units::Money;

/// Most companies that a path may be expected to hold: about a minute on one core.
const MOST_COMPANIES: f64 = 5e7;
/// Luck up to which a region's size is estimated, in standard deviations.
const LUCK: f64 = 3.0;

/// Refuses what would be too many.
pub fn check_number(root: &Table, scenario: &Scenario) {
    check_projects(root, scenario);
    let (companies, key) = match &scenario.sub_funds.structure {
        SubFundStructure::Listed => (listed_companies(scenario), None),
        SubFundStructure::Raised(raising) => {
            let mut companies = 0.0;
            for region in &scenario.region {
                let (mandate, sub_funds) = sub_funds(scenario, raising, region);
                if sub_funds > f64::from(MAX_SUB_FUNDS) {
                    let message = format!(
                        "region {} may hold {} and place it in about {sub_funds:.0} sub-funds, more than the {MAX_SUB_FUNDS} that are possible",
                        region.id,
                        amount(Money::yuan(mandate))
                    );
                    let hint = "raise it or the region's part of a sub-fund (requested_share_mean, share_cap, fewer LPs), or lower the capital or the take-up";
                    return root
                        .table("sub_funds")
                        .problem_at("target_size_mean", &message, hint);
                }
                companies += sub_funds * companies_of(scenario, size(scenario, raising));
                companies += companies_of_groups(scenario, &region.actual);
            }
            let largest = raising.target_size_max.to_yuan();
            (companies, Some(companies_of(scenario, largest)))
        }
    };
    let too_many = if companies > MOST_COMPANIES {
        format!("about {companies:.0} companies on one path, more than {MOST_COMPANIES}")
    } else if key.is_some_and(|largest| largest > f64::from(MAX_COMPANIES)) {
        format!("a sub-fund of target_size_max funds more than {MAX_COMPANIES} companies")
    } else {
        return;
    };
    let hint = "raise the first cheques, or lower the number or the size of sub-funds";
    match scenario.deployment.first_cheques {
        FirstCheques::Count(_) => root
            .table("deployment")
            .problem_at("count", &too_many, hint),
        FirstCheques::Money => {
            // The stage that takes most of the cheques.
            let cheques = |(at, mix): (usize, &f64)| {
                (at, mix / scenario.stage[at].first_cheque_mean.to_yuan())
            };
            let stages = scenario.deployment.mix.iter().enumerate().map(cheques);
            if let Some((at, _)) = stages.max_by(|a, b| a.1.total_cmp(&b.1)) {
                let stage = root.table("stage").table(&scenario.stage[at].id);
                stage.problem_at("first_cheque_mean", &too_many, hint);
            }
        }
    }
}

/// Direct projects of one region have as many addresses as the companies of one sub-fund.
fn check_projects(root: &Table, scenario: &Scenario) {
    let Some(direct) = &scenario.direct else {
        return;
    };
    let part = scenario.regions.sub_fund_share.rest().fraction();
    for region in &scenario.region {
        let budget = part * lucky_size(scenario, region);
        let projects = budget / direct.cheque_mean.to_yuan();
        if projects > f64::from(MAX_COMPANIES) {
            let message = format!(
                "region {} may put {} into about {projects:.0} direct projects, more than the {MAX_COMPANIES} that are possible",
                region.id,
                amount(Money::yuan(budget))
            );
            let hint = "raise it, or regions.sub_fund_share";
            return root
                .table("direct")
                .problem_at("cheque_mean", &message, hint);
        }
    }
}

fn listed_companies(scenario: &Scenario) -> f64 {
    let regions = scenario.region.iter();
    regions
        .map(|region| companies_of_groups(scenario, &region.listed))
        .sum()
}

fn companies_of_groups(scenario: &Scenario, groups: &[ListedSubFunds]) -> f64 {
    groups
        .iter()
        .map(|group| f64::from(group.count) * companies_of(scenario, group.size.to_yuan()))
        .sum()
}

/// Companies of a sub-fund of `size` yuan.
fn companies_of(scenario: &Scenario, size: f64) -> f64 {
    let stages = || scenario.deployment.mix.iter().zip(&scenario.stage);
    match scenario.deployment.first_cheques {
        FirstCheques::Money => stages()
            .map(|(mix, stage)| size * mix / stage.first_cheque_mean.to_yuan())
            .sum(),
        FirstCheques::Count(count) => {
            let mean: f64 = stages()
                .map(|(mix, stage)| mix * stage.first_cheque_mean.to_yuan())
                .sum();
            f64::from(count).min(2.0 * size / mean)
        }
    }
}

/// Mean size of a sub-fund, in yuan.
fn size(scenario: &Scenario, raising: &Raising) -> f64 {
    let rule = &scenario.rules.sub_fund_mean_size_max;
    let raised = raising.raised_mean.fraction();
    let size = raising.target_size_mean.to_yuan() * raised;
    if rule.is_enforced() {
        let least = raising.target_size_min.to_yuan() * raised;
        size.min(rule.threshold.max(least))
    } else {
        size
    }
}

/// What `region` may place in sub-funds with good luck, in yuan, and in how many.
fn sub_funds(scenario: &Scenario, raising: &Raising, region: &Region) -> (f64, f64) {
    let regions = &scenario.regions;
    let mandate = regions.sub_fund_share.fraction() * lucky_size(scenario, region);
    let size = size(scenario, raising);
    let requested = raising.requested_share_mean.fraction();
    let mut part = requested.min(raising.share_cap.fraction());
    if scenario.rules.not_largest_lp.is_enforced() {
        part = part.min(largest_ticket(raising) * (1.0 - requested));
    }
    let by_money = mandate / (part * size);
    // An approval reserves the whole requested share until the closing.
    let reserved = requested * size / raising.raised_mean.fraction();
    let rounds = 1.0 + regions.last_approval.years() / regions.close_lag.years();
    (mandate, by_money.min(mandate / reserved * rounds))
}

/// Mean part of all other LPs' money that the largest of them brings, roughly.
fn largest_ticket(raising: &Raising) -> f64 {
    let count = f64::from(raising.lp_count);
    let excess = libm::log(count) / libm::sqrt(raising.lp_concentration.max(1.0));
    ((1.0 + excess) / count).min(1.0)
}

/// A region's commitments where others take up what they do one time in a thousand, in yuan.
fn lucky_size(scenario: &Scenario, region: &Region) -> f64 {
    let unplaced = scenario.national.capital.to_yuan() - first_closes(scenario);
    let of_batch = |first: bool| {
        let batch = scenario.region.iter();
        batch
            .filter(|region| region.first_close.is_some() == first)
            .count() as f64
    };
    let (first, later) = match (&region.first_close, scenario.national.unplaced_capital) {
        (Some(close), UnplacedCapital::LaterCloses) => {
            (close.total.to_yuan(), unplaced / of_batch(true))
        }
        (Some(close), _) => (close.total.to_yuan(), 0.0),
        (None, UnplacedCapital::SecondBatch) => (0.0, unplaced / of_batch(false)),
        (None, _) => (0.0, 0.0),
    };
    let regions = &scenario.regions;
    let take_up = logit(region.take_up_mean.fraction().max(1e-300));
    let spread = match regions.take_up_model {
        TakeUpModel::Fixed => 0.0,
        TakeUpModel::Stochastic | TakeUpModel::Elastic => libm::sqrt(
            regions.take_up_cycle_loading * regions.take_up_cycle_loading
                + regions.take_up_logit_sd * regions.take_up_logit_sd,
        ),
    };
    // Others pay x / (1 - x) of what the nation pays: the exponential of the logit.
    first + later.max(0.0) * (1.0 + libm::exp(take_up + LUCK * spread))
}

fn first_closes(scenario: &Scenario) -> f64 {
    let closes = scenario
        .region
        .iter()
        .filter_map(|r| r.first_close.as_ref());
    closes.map(|close| close.national.to_yuan()).sum()
}

/// Standard deviations up to which a company's value must stay within single precision.
const EXTREME: f64 = 8.0;
/// Largest logarithm of a value: single precision ends at `e^88`.
const LARGEST: f64 = 80.0;

/// One law that moves the logarithm of a value.
struct Factor<'a> {
    table: &'a [&'a str],
    key: &'a str,
    shift: f64,
    spread: f64,
}

impl Factor<'_> {
    fn extreme(&self) -> f64 {
        self.shift + EXTREME * self.spread
    }
}

/// Refuses laws that together lift or lower values beyond single precision.
pub fn check_magnitude(root: &Table, scenario: &Scenario) {
    for first in 0..scenario.stage.len() {
        let worth = &scenario.stage[first].id;
        let stage = ["stage", worth.as_str()];
        let mut factors = price_factors(scenario);
        // A price of almost nothing: the cheque buys a round without end.
        let (sigma, mean) = worth_of(scenario, first);
        let (spread, cheque) = largest_cheque(scenario, first);
        factors.push(Factor {
            table: &stage,
            key: "pre_money_mean",
            shift: (cheque - mean).max(0.0),
            spread: libm::hypot(sigma, spread),
        });
        if refused(root, &factors) {
            return;
        }
        if let Some(last) = factors.last_mut() {
            last.shift = mean;
            last.spread = sigma;
        }
        let tables: Vec<[&str; 2]> = scenario
            .stage
            .iter()
            .map(|s| ["stage", s.id.as_str()])
            .collect();
        growth_factors(scenario, first, &tables, &mut factors);
        if refused(root, &factors) {
            return;
        }
    }
}

/// Standard deviation and mean of the logarithm of a stage's worth before its first cheque.
fn worth_of(scenario: &Scenario, stage: usize) -> (f64, f64) {
    let stage = &scenario.stage[stage];
    let sigma = libm::sqrt(libm::log1p(stage.pre_money_cv * stage.pre_money_cv));
    (sigma, libm::log(stage.pre_money_mean.to_yuan()))
}

/// Standard deviation and mean of the logarithm of the largest kind of first cheques into a stage. A sub-fund's size
/// bounds its cheques; that of a direct project may be anything.
fn largest_cheque(scenario: &Scenario, stage: usize) -> (f64, f64) {
    let of_sub_funds = scenario.stage[stage].first_cheque_mean.to_yuan();
    let direct = scenario.direct.as_ref();
    match direct.filter(|direct| direct.mix[stage] > 0.0) {
        Some(direct) => {
            let largest = of_sub_funds.max(direct.cheque_mean.to_yuan());
            let spread = libm::sqrt(libm::log1p(direct.cheque_cv * direct.cheque_cv));
            (spread, libm::log(largest))
        }
        None => (0.0, libm::log(of_sub_funds)),
    }
}

fn price_factors(scenario: &Scenario) -> Vec<Factor<'_>> {
    let (price, economy) = (&scenario.price, &scenario.economy);
    let start = match economy.start {
        CycleStart::At(start) => start.abs(),
        CycleStart::Stationary => 0.0,
    };
    let years = scenario.national.term.years();
    let growth = libm::log1p(economy.market_return_mean.per_year()).abs();
    let beta = price.market_beta.abs();
    let factor = |key, shift: f64, spread: f64| Factor {
        table: &["price"],
        key,
        shift: shift.abs(),
        spread: spread.abs(),
    };
    vec![
        factor("noise", 0.0, price.noise),
        factor(
            "cycle_loading",
            price.cycle_loading * start,
            price.cycle_loading,
        ),
        factor(
            "sector_loading",
            price.sector_loading * start,
            price.sector_loading,
        ),
        factor(
            "market_beta",
            beta * growth * years,
            beta * economy.market_return_sd * libm::sqrt(years),
        ),
    ]
}

/// Every stage from `first` on goes up once, the worst of them down as often as one company may, and then
/// the company is listed or sold.
fn growth_factors<'a>(
    scenario: &'a Scenario,
    first: usize,
    tables: &'a [[&'a str; 2]],
    factors: &mut Vec<Factor<'a>>,
) {
    let mut down: Option<Factor> = None;
    for (stage, table) in scenario.stage.iter().zip(tables).skip(first) {
        let growth = -libm::log(stage.dilution.rest().fraction());
        let up = stage.weights[Event::UpRound as usize] > 0.0;
        factors.push(Factor {
            table,
            key: if growth > 2.0 { "dilution" } else { "step_up" },
            shift: if up {
                (growth + stage.step_up.mu).max(0.0)
            } else {
                0.0
            },
            spread: if up { stage.step_up.sigma } else { 0.0 },
        });
        let probability = stage.weights[Event::DownRound as usize];
        let waits = scenario.national.term.years() / mean_wait(stage.wait).max(0.01);
        let repeats = if probability > 0.0 {
            let rare = libm::log(1e-9) / libm::log(probability.min(1.0 - 1e-9));
            rare.min(4.0 * waits).clamp(1.0, 256.0)
        } else {
            0.0
        };
        let found = Factor {
            table,
            key: if growth > 2.0 {
                "dilution"
            } else {
                "step_down"
            },
            shift: (repeats * (growth + stage.step_down.mu)).max(0.0),
            spread: libm::sqrt(repeats) * stage.step_down.sigma,
        };
        if down
            .as_ref()
            .is_none_or(|worst| worst.extreme() < found.extreme())
        {
            down = Some(found);
        }
    }
    factors.extend(down);
    let exits = [
        ("trade_sale", scenario.exit.trade_sale),
        ("listing", scenario.exit.listing),
    ];
    let exits = exits.map(|(key, step)| Factor {
        table: &["exit"],
        key,
        shift: step.mu.max(0.0),
        spread: step.sigma,
    });
    let [sale, listing] = exits;
    factors.push(if sale.extreme() > listing.extreme() {
        sale
    } else {
        listing
    });
}

fn mean_wait(wait: Wait) -> f64 {
    match wait {
        Wait::Exponential { mean } => mean,
        Wait::LogNormal { mu, .. } => libm::exp(mu),
    }
}

/// Blames the strongest of `factors` if together they lead beyond single precision.
fn refused(root: &Table, factors: &[Factor]) -> bool {
    let shift: f64 = factors.iter().map(|factor| factor.shift).sum();
    let variance: f64 = factors
        .iter()
        .map(|factor| factor.spread * factor.spread)
        .sum();
    let extreme = shift + EXTREME * libm::sqrt(variance);
    if extreme <= LARGEST {
        return false;
    }
    let strongest = |a: &&Factor, b: &&Factor| a.extreme().total_cmp(&b.extreme());
    if let Some(factor) = factors.iter().max_by(strongest) {
        let mut table = root.clone();
        for part in factor.table {
            table = table.table(part);
        }
        let message = format!(
            "values of a company may come to 10^{:.0} yuan or that part of one, beyond what the model can hold (10^{:.0})",
            extreme / std::f64::consts::LN_10,
            LARGEST / std::f64::consts::LN_10
        );
        let hint =
            "use a smaller value here, or smaller spreads and loadings of prices, rounds and exits";
        table.problem_at(factor.key, &message, hint);
    }
    true
}
