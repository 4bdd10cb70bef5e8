//! What follows from a scenario before any path is run: solved numbers, feasibility, leverage arithmetic.
//!
//! The arithmetic is a table and not a verdict: with national money N, first-tier ratio r = R/N, sub-funds'
//! part of a region p and the regional share s of a sub-fund's final size, the structure counted once holds
//! `R (p / s + 1 - p)` (GP money, fees and unplaced national money apart).

mod actual;

pub use actual::{Actual, ActualRegion};

use crate::scenario::{Event, FirstCheques, Scenario, Stage, Step, SubFundStructure};
use crate::structure::companies::{base_weights, deal_probabilities};
use crate::structure::{CloseOffer, Structure, close_offers, unplaced_capital};

/// Regional shares of a sub-fund that the leverage table shows.
pub const SHARES: [f64; 5] = [0.12, 0.16, 0.20, 0.25, 0.30];

/// Leverage targets whose number of sub-funds is shown.
pub const TARGETS: [f64; 5] = [4.0, 6.0, 8.0, 10.0, 12.0];

/// Beyond this factor between implied and declared worth of a stage, `check` warns.
pub const LEVEL_FACTOR: f64 = 2.0;

/// Derived numbers of a scenario. Money in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// Money and ratios of the first tier.
    pub first_tier: FirstTier,
    /// What is given as actual, and what is left; `None` where nothing is.
    pub actual: Option<Actual>,
    /// Leverage counted once over ratios (rows) and [`SHARES`] (columns).
    pub leverage: LeverageTable,
    /// What each of [`TARGETS`] needs in sub-funds.
    pub targets: Vec<TargetNeed>,
    /// Numbers solved so that a mean is the scenario's key.
    pub solved: Vec<Solved>,
    /// Event probabilities and base weights by stage.
    pub events: Vec<StageEvents>,
    /// Fees, what is left for companies and the early-stage floor.
    pub floor: Floor,
    /// Declared and implied worth by stage.
    pub levels: Vec<Level>,
}

/// The national company and the regions at expected take-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirstTier {
    /// Capital of the national company.
    pub capital: f64,
    /// Running costs over its life.
    pub running_cost: f64,
    /// National money in first closes that are data.
    pub first_national: f64,
    /// Those first closes in full.
    pub first_total: f64,
    /// National money offered later.
    pub later_national: f64,
    /// Regions in full when every later close brings its expected share of others.
    pub expected_total: f64,
}

impl FirstTier {
    /// National money placed when every offer is taken up.
    pub fn placed(&self) -> f64 {
        self.first_national + self.later_national
    }
}

/// Leverage counted once, over national money placed.
#[derive(Clone, Debug, PartialEq)]
pub struct LeverageTable {
    /// Sub-funds' part of a region.
    pub sub_fund_part: f64,
    /// First-tier ratio and the leverage at each of [`SHARES`].
    pub rows: Vec<(f64, Vec<f64>)>,
}

/// What a leverage target needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TargetNeed {
    /// Leverage counted once, over national money placed.
    pub target: f64,
    /// Sub-funds' sizes in all.
    pub sub_funds: f64,
    /// Sub-funds of at most the mean-size rule.
    pub count: f64,
    /// Largest mean regional share at which the regions' money suffices.
    pub share_needed: f64,
}

/// A number solved at set-up.
#[derive(Clone, Debug, PartialEq)]
pub struct Solved {
    /// Key whose mean it keeps.
    pub key: String,
    /// That mean.
    pub mean: f64,
    /// The solved location or intercept.
    pub intercept: f64,
    /// The spread beside it, in the same scale.
    pub spread: f64,
}

/// Events of a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageEvents {
    /// Stage.
    pub stage: String,
    /// Mean probability by event, in the order of [`Event::ALL`].
    pub probability: [f64; Event::COUNT],
    /// Base weight by event.
    pub base: [f64; Event::COUNT],
}

/// Fees against the early-stage floor, as parts of a sub-fund's size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Floor {
    /// Scheduled fees over life.
    pub fees: f64,
    /// What is left for companies.
    pub investable: f64,
    /// Least part in early stages.
    pub floor: f64,
    /// Part of the money for first cheques that must therefore be early: a reserve may go into late stages.
    pub early_of_investable: f64,
    /// Part of first-cheque money that the mix gives to early stages.
    pub early_of_mix: f64,
    /// First cheques per sub-fund of the mean size, at the mix's mean cheque; `None` if they are counted.
    pub companies_per_fund: Option<f64>,
}

/// Worth of a stage's companies before their round, in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// Stage.
    pub stage: String,
    /// The scenario's `pre_money_mean`.
    pub declared: f64,
    /// What the stage before and its mean step-up imply; `None` for the first stage.
    pub implied: Option<f64>,
}

impl Level {
    /// Whether declared and implied are more than [`LEVEL_FACTOR`] apart.
    pub fn is_far_apart(&self) -> bool {
        let apart = |implied: f64| {
            let ratio = implied / self.declared;
            !(1.0 / LEVEL_FACTOR..=LEVEL_FACTOR).contains(&ratio)
        };
        self.implied.is_some_and(apart)
    }
}

impl Derived {
    /// What follows from `scenario` and its solved `structure`.
    pub fn new(scenario: &Scenario, structure: &Structure) -> Self {
        let first_tier = first_tier(scenario, &structure.closes);
        Self {
            leverage: leverage(scenario, &first_tier),
            targets: targets(scenario, &first_tier),
            first_tier,
            actual: actual::actual(scenario, structure),
            solved: solved(scenario, structure),
            events: events(scenario),
            floor: floor(scenario, structure),
            levels: levels(&scenario.stage),
        }
    }
}

/// `R (p / s + 1 - p)` over N.
pub fn counted_once(ratio: f64, sub_fund_part: f64, share: f64) -> f64 {
    ratio * (sub_fund_part / share + 1.0 - sub_fund_part)
}

impl LeverageTable {
    /// The table of `scenario`, for which nothing needs to be solved.
    pub fn of(scenario: &Scenario) -> Self {
        leverage(scenario, &first_tier(scenario, &close_offers(scenario)))
    }
}

fn first_tier(scenario: &Scenario, closes: &[Vec<CloseOffer>]) -> FirstTier {
    let mut tier = FirstTier {
        capital: scenario.national.capital.to_yuan(),
        running_cost: 0.0,
        first_national: 0.0,
        first_total: 0.0,
        later_national: 0.0,
        expected_total: 0.0,
    };
    for (region, closes) in scenario.region.iter().zip(closes) {
        let mean = region.take_up_mean.fraction();
        for close in closes {
            if let Some(others) = close.others {
                tier.first_national += close.national;
                tier.first_total += close.national + others;
            } else {
                tier.later_national += close.national;
                tier.expected_total += close.national / (1.0 - mean);
            }
        }
    }
    tier.expected_total += tier.first_total;
    tier.running_cost = tier.capital - tier.first_national - unplaced_capital(scenario).to_yuan();
    tier
}

fn leverage(scenario: &Scenario, tier: &FirstTier) -> LeverageTable {
    let part = scenario.regions.sub_fund_share.fraction();
    let mut ratios = vec![1.5, 2.5];
    for (total, national) in [
        (tier.first_total, tier.first_national),
        (tier.expected_total, tier.placed()),
    ] {
        if national > 0.0 {
            ratios.push(total / national);
        }
    }
    ratios.sort_by(f64::total_cmp);
    ratios.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let row = |ratio: f64| {
        (
            ratio,
            SHARES
                .map(|share| counted_once(ratio, part, share))
                .to_vec(),
        )
    };
    LeverageTable {
        sub_fund_part: part,
        rows: ratios.into_iter().map(row).collect(),
    }
}

/// Counted once, a structure with regions R and sub-funds F at regional share s holds R + F (1 - s).
fn targets(scenario: &Scenario, tier: &FirstTier) -> Vec<TargetNeed> {
    let SubFundStructure::Raised(raising) = &scenario.sub_funds.structure else {
        return Vec::new();
    };
    let share = raising.requested_share_mean.fraction();
    let part = scenario.regions.sub_fund_share.fraction();
    let size = scenario.rules.sub_fund_mean_size_max.threshold;
    let need = |&target: &f64| {
        let total = target * tier.placed();
        let sub_funds = ((total - tier.expected_total) / (1.0 - share)).max(0.0);
        TargetNeed {
            target,
            sub_funds,
            count: libm::ceil(sub_funds / size),
            share_needed: part / (total / tier.expected_total - 1.0 + part),
        }
    };
    TARGETS.iter().map(need).collect()
}

fn solved(scenario: &Scenario, structure: &Structure) -> Vec<Solved> {
    let regions = &scenario.regions;
    let (cycle, noise) = (regions.take_up_cycle_loading, regions.take_up_logit_sd);
    let mut list: Vec<Solved> = Vec::new();
    for (region, &intercept) in scenario.region.iter().zip(&structure.raising.take_up) {
        list.push(Solved {
            key: format!("region.{}.take_up_mean", region.id),
            mean: region.take_up_mean.fraction(),
            intercept,
            spread: libm::sqrt(cycle * cycle + noise * noise),
        });
    }
    if let (SubFundStructure::Raised(raising), Some(laws)) =
        (&scenario.sub_funds.structure, &structure.raising.sub_funds)
    {
        let mut put = |key: &str, mean, intercept, spread| {
            list.push(Solved {
                key: format!("sub_funds.{key}"),
                mean,
                intercept,
                spread,
            });
        };
        put(
            "closing_failure_mean",
            raising.closing_failure_mean.fraction(),
            laws.closing_intercept,
            libm::hypot(raising.closing_cycle_loading, raising.closing_skill_loading),
        );
        put(
            "raised_mean",
            raising.raised_mean.fraction(),
            laws.raised_location,
            laws.raised_noise,
        );
        let share = raising.requested_share_mean.fraction();
        put(
            "requested_share_mean",
            share,
            laws.requested.location,
            laws.requested.scale,
        );
        let target = raising.target_size_mean.to_yuan();
        put(
            "target_size_mean",
            target,
            laws.target.mu,
            laws.target.sigma,
        );
    }
    list
}

fn events(scenario: &Scenario) -> Vec<StageEvents> {
    let of_stage = |stage: &Stage| StageEvents {
        stage: stage.id.clone(),
        probability: stage.weights,
        base: base_weights(scenario, stage).unwrap_or(stage.weights),
    };
    scenario.stage.iter().map(of_stage).collect()
}

fn floor(scenario: &Scenario, structure: &Structure) -> Floor {
    let deployment = &scenario.deployment;
    let fees = structure
        .sub_fund_fees
        .budget_share(deployment.investment.quarters(), deployment.exit.quarters());
    let investable = 1.0 - fees;
    let first_cheques = match &deployment.follow_on {
        Some(law) => investable * law.reserve.rest().fraction(),
        None => investable,
    };
    let floor = scenario.rules.early_stage_min.threshold;
    let by_money = deal_probabilities(scenario)
        .into_iter()
        .zip(&scenario.stage)
        .map(|(p, stage)| (stage.early, p * stage.first_cheque_mean.to_yuan()));
    let (mut early, mut all) = (0.0, 0.0);
    for (is_early, money) in by_money {
        all += money;
        early += if is_early { money } else { 0.0 };
    }
    let mean_size = match &scenario.sub_funds.structure {
        SubFundStructure::Raised(raising) => {
            raising.target_size_mean.to_yuan() * raising.raised_mean.fraction()
        }
        SubFundStructure::Listed => {
            let groups = || scenario.region.iter().flat_map(|region| &region.listed);
            let money: f64 = groups()
                .map(|g| g.size.to_yuan() * f64::from(g.count))
                .sum();
            money / groups().map(|g| f64::from(g.count)).sum::<f64>()
        }
    };
    Floor {
        fees,
        investable,
        floor,
        early_of_investable: floor / first_cheques,
        early_of_mix: early / all,
        companies_per_fund: match deployment.first_cheques {
            FirstCheques::Money => {
                Some(mean_size * first_cheques / structure.companies.deals.mean_cheque)
            }
            FirstCheques::Count(_) => None,
        },
    }
}

fn levels(stages: &[Stage]) -> Vec<Level> {
    let mean = |step: Step| libm::exp(step.mu + 0.5 * step.sigma * step.sigma);
    let level = |i: usize| Level {
        stage: stages[i].id.clone(),
        declared: stages[i].pre_money_mean.to_yuan(),
        implied: i.checked_sub(1).map(|before| {
            let before = &stages[before];
            let after = before.pre_money_mean.to_yuan() / before.dilution.rest().fraction();
            after * mean(before.step_up)
        }),
    };
    (0..stages.len()).map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the published arithmetic: N, r, s, counted once over N.
    #[test]
    fn counted_once_reproduces_the_published_rows() {
        for (ratio, share, leverage) in [
            (2.03, 0.20, 8.526),
            (2.5, 0.20, 10.5),
            (2.5, 0.16, 13.0),
            (1.5, 0.20, 6.3),
            (2.5, 0.30, 7.166_666_666_666_667),
        ] {
            assert!((counted_once(ratio, 0.8, share) - leverage).abs() < 1e-9);
        }
    }
}
