//! The simulator against closed forms. Each comparison fails a correct simulator with probability
//! [`support::FALSE_ALARM`] when its seed is chosen, and each has a twin that a wrong model must fail.

mod support;

use pulp::Arch;
use support::{FALSE_ALARM, mean_agrees, replay, scenario, share_agrees};
use tierfund::path::company::Route;
use tierfund::path::economy::Economy;
use tierfund::random::Streams;
use tierfund::scenario::{Event, Scenario};

/// Draws of one number per path from the economy alone.
fn economies(scenario: &Scenario, paths: u32, of: impl Fn(&Economy) -> f64) -> Vec<f64> {
    let plan = support::structure(scenario).shocks;
    let mut economy = Economy::default();
    let draw = |path| {
        economy.draw(Arch::new(), scenario, &plan, Streams::new(11), path);
        of(&economy)
    };
    (0..paths).map(draw).collect()
}

/// Power: at 20000 paths a variance 7% off is caught 99 times in 100 (4.9 + 2.3 errors of 0.01).
#[test]
fn the_cycle_has_unit_variance_and_the_stated_memory() {
    let scenario = scenario("national-2025", &["economy.start=stationary"]);
    let at = |quarter: usize, other: usize| {
        economies(&scenario, 20_000, |e| e.cycle[quarter] * e.cycle[other])
    };
    assert!(mean_agrees(&at(40, 40), 1.0));
    let phi_4 = f64::exp_of(-1.0 / 2.0);
    assert!(mean_agrees(&at(40, 44), phi_4));
    // The twin: a memory of half the length is refused.
    assert!(!mean_agrees(&at(40, 44), phi_4 * phi_4));
}

#[test]
fn the_cycle_forgets_where_it_started() {
    let scenario = scenario("national-2025", &["economy.start=-1.5"]);
    let quarter = |q: usize| economies(&scenario, 20_000, |e| e.cycle[q]);
    assert!(quarter(0).iter().all(|&x| x == -1.5));
    assert!(mean_agrees(&quarter(8), -1.5 * f64::exp_of(-1.0)));
    assert!(
        !mean_agrees(&quarter(8), 0.0),
        "the twin: a start that is forgotten at once"
    );
}

#[test]
fn sectors_move_with_the_cycle_as_stated() {
    let scenario = scenario("national-2025", &["economy.start=stationary"]);
    let quarters = 80;
    let product = economies(&scenario, 20_000, |e| {
        e.cycle[30] * e.sector[2 * quarters + 30]
    });
    assert!(mean_agrees(&product, 0.6));
    assert!(mean_agrees(
        &economies(&scenario, 20_000, |e| e.sector[30] * e.sector[30]),
        1.0
    ));
    assert!(
        !mean_agrees(&product, 0.36),
        "the twin: the correlation of two sectors"
    );
}

#[test]
fn the_index_grows_at_its_mean_return() {
    let scenario = scenario("national-2025", &["economy.start=stationary"]);
    let growth = economies(&scenario, 20_000, |e| f64::exp_of(e.log_index[40]));
    assert!(mean_agrees(&growth, f64::power(1.07, 10)));
    // The twin: log returns without the correction for variance would grow by e^(sigma^2 / 2) more.
    assert!(!mean_agrees(
        &growth,
        f64::power(1.07, 10) * f64::exp_of(0.5 * 0.25 * 0.25 * 10.0)
    ));
}

#[test]
fn the_listing_window_is_shut_as_often_as_its_chain_says() {
    let scenario = scenario(
        "national-2025",
        &["economy.listing_window.start=stationary"],
    );
    let shut = economies(&scenario, 20_000, |e| f64::from(u8::from(!e.open[50])))
        .iter()
        .sum();
    assert!(share_agrees(shut, 20_000.0, 0.04 / 0.18));
    assert!(
        !share_agrees(shut, 20_000.0, 0.14 / 0.18),
        "the twin: the chain turned round"
    );
}

/// Mean event probabilities at a date equal the keys whatever the loadings (0, as shipped, and 1).
#[test]
fn event_weights_keep_their_means_under_loadings() {
    let stationary = [
        "economy.start=stationary",
        "economy.listing_window.start=stationary",
    ];
    let strong = [
        "event.up_round.cycle_loading=1",
        "event.fail.cycle_loading=-1",
        "event.listing.cycle_loading=1",
        "event.listing.skill_loading=1",
        "event.fail.sector_loading=-1",
    ];
    let none = [
        "event.*.cycle_loading=0",
        "event.*.skill_loading=0",
        "event.*.sector_loading=0",
    ];
    let mean_of = |sets: &[&str], event: Event| {
        let sets: Vec<&str> = stationary.iter().chain(sets).copied().collect();
        let scenario = scenario("national-2025", &sets);
        let structure = support::structure(&scenario);
        let growth = &structure.companies.stages[3];
        let draws = economies(&scenario, 60_000, |e| {
            let factors = e.event_factors[80 + 37];
            // A sector's own shock of another date and sector stands for the manager's skill.
            let theta = (e.sector[5 * 80 + 3] - 0.6 * e.cycle[3]) / 0.8;
            let weight = |o: usize| {
                let skill = f64::exp_of(scenario.event[o].skill * theta);
                f64::from(growth.weights[o]) * f64::from(factors[o]) * skill
            };
            weight(event as usize) / (0..Event::COUNT).map(weight).sum::<f64>()
        });
        mean_agrees(&draws, scenario.stage[3].weights[event as usize])
    };
    for event in [Event::UpRound, Event::Fail, Event::Listing, Event::Stalled] {
        assert!(mean_of(&[], event), "{event:?} as shipped");
        assert!(mean_of(&strong, event), "{event:?} under strong loadings");
        assert!(mean_of(&none, event), "{event:?} without loadings");
    }
    let conditional: Vec<&str> = strong
        .into_iter()
        .chain(["events.weights=conditional"])
        .collect();
    assert!(
        !mean_of(&conditional, Event::Listing),
        "the twin: weights that hold only at cycle 0"
    );
}

/// One sub-fund per region, approved at the start, without rules that cut its ticket.
const ONE_FUND: [&str; 9] = [
    "economy.start=stationary",
    "national.capital=630亿",
    "region.*.first_close.national=200亿",
    "regions.last_approval=0",
    "rules.not_largest_lp.mode=off",
    "sub_funds.share_cap=0.95",
    "sub_funds.min_viable_size=0",
    "sub_funds.closing_cycle_loading=1.5",
    "sub_funds.closing_skill_loading=1.0",
];

/// One number per closed sub-fund, and how many were approved.
fn sub_funds(
    sets: &[&str],
    paths: u32,
    of: impl Fn(&tierfund::path::Programme) -> Vec<f64>,
) -> (Vec<f64>, f64) {
    let sets: Vec<&str> = ONE_FUND.iter().chain(sets).copied().collect();
    let scenario = scenario("national-2025", &sets);
    let (mut draws, mut approved) = (Vec::new(), 0.0);
    replay(&scenario, 21, paths, |workspace| {
        draws.extend(of(&workspace.programme));
        approved += workspace
            .programme
            .raising
            .iter()
            .map(|r| f64::from(r.approved))
            .sum::<f64>();
    });
    (draws, approved)
}

#[test]
fn closings_fail_as_often_as_the_key_says_under_strong_loadings() {
    // One region's sub-funds share the cycle, so a path's share of failures is one draw.
    let failed = |programme: &tierfund::path::Programme| {
        vec![
            programme
                .raising
                .iter()
                .map(|r| f64::from(r.failed))
                .sum::<f64>()
                / 3.0,
        ]
    };
    let (draws, approved) = sub_funds(&["sub_funds.closing_failure_mean=0.19"], 6_000, failed);
    assert_eq!(approved, 18_000.0);
    assert!(mean_agrees(&draws, 0.19));
    // The twin: logistic(logit(0.81) + z) has mean 0.74 at this spread, so 0.26 would fail.
    assert!(!mean_agrees(&draws, 0.26));
}

#[test]
fn fractions_raised_and_asked_have_their_means_and_spreads() {
    let neutral = [
        "sub_funds.closing_cycle_loading=0",
        "sub_funds.closing_skill_loading=0",
    ];
    let raised = |p: &tierfund::path::Programme| {
        p.funds
            .iter()
            .filter(|f| f.region == 1)
            .map(|f| f.size / p.raising[1].targets_of_closed)
            .collect()
    };
    let asked = |p: &tierfund::path::Programme| {
        p.funds
            .iter()
            .filter(|f| f.region == 1)
            .map(|f| f.regional / f.size)
            .collect()
    };
    let target = |p: &tierfund::path::Programme| {
        p.raising
            .iter()
            .map(|r| r.targets_of_closed)
            .filter(|&t| t > 0.0)
            .collect()
    };
    let squares = |draws: &[f64], mean: f64| {
        draws
            .iter()
            .map(|x| (x - mean) * (x - mean))
            .collect::<Vec<_>>()
    };
    let (draws, _) = sub_funds(&neutral, 6_000, raised);
    assert!(mean_agrees(&draws, 0.70));
    assert!(mean_agrees(&squares(&draws, 0.70), 0.16 * 0.16));
    assert!(
        !mean_agrees(&draws, 0.72),
        "the twin: a mean two points off"
    );
    let (draws, _) = sub_funds(&neutral, 6_000, asked);
    assert!(mean_agrees(&draws, 0.20));
    assert!(mean_agrees(&squares(&draws, 0.20), 0.0625 * 0.0625));
    assert!(!mean_agrees(&draws, 0.21), "the twin: a mean one point off");
    let (draws, _) = sub_funds(&neutral, 6_000, target);
    assert!(mean_agrees(&draws, 14e8));
    assert!(
        !mean_agrees(&draws, 15e8),
        "the twin: the mean before truncation"
    );
}

/// Take-up at a later close under strong noise and cycle.
#[test]
fn take_up_keeps_its_mean_under_noise() {
    let share = |sets: &[&str]| {
        let all = [
            "economy.start=stationary",
            "region.*.take_up_mean=0.8",
            "regions.take_up_logit_sd=0.9",
            "regions.take_up_cycle_loading=0.6",
        ];
        let sets: Vec<&str> = all.iter().chain(sets).copied().collect();
        let scenario = scenario("national-2025", &sets);
        let structure = support::structure(&scenario);
        let plan = &structure.shocks;
        let (mut economy, mut closes) = (Economy::default(), Vec::new());
        let draw = |path: u32| {
            let streams = Streams::new(4);
            economy.draw(Arch::new(), &scenario, plan, streams, path);
            let draw = tierfund::path::fundraising::closes::draw_closes;
            draw(
                &scenario,
                &structure,
                &economy,
                streams,
                path,
                2,
                &mut closes,
            );
            1.0 - closes[2].national / closes[2].total
        };
        (0..20_000).map(draw).collect::<Vec<f64>>()
    };
    let stochastic = share(&[]);
    assert!(mean_agrees(&stochastic, 0.8));
    // The twin: logit(0.8) as the intercept would give a mean of 0.76.
    assert!(!mean_agrees(&stochastic, 0.76));
    assert!(
        share(&["regions.take_up_model=fixed"])
            .iter()
            .all(|u| (u - 0.8).abs() < 1e-12)
    );
    // Elastic at a pivot of 1 and no anchor effect is the stochastic model.
    let neutral = [
        "regions.take_up_model=elastic",
        "regions.take_up_pivot=1",
        "regions.take_up_anchor_loading=0",
    ];
    assert_eq!(share(&neutral), stochastic);
    // Budget money far above the pivot crowds out.
    let (elastic, _) = support::mean_and_error(&share(&[
        "regions.take_up_model=elastic",
        "regions.take_up_crowd_loading=3",
    ]));
    assert!(elastic < 0.75, "{elastic}");
}

/// Two stages with exponential waits and no loadings (`tests/scenarios/two-stages.toml`).
fn two_stages(sets: &[&str]) -> Scenario {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/scenarios/two-stages.toml"
    );
    Scenario::read(std::path::Path::new(path), &sets)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// Probability of each event at which a company ends: (I - Q)^-1 R of the stage chain, stage by stage from
/// the last; `rounds` is what a down round does.
fn absorption(scenario: &Scenario, rounds: bool) -> [f64; Event::COUNT] {
    let mut after = [0.0; Event::COUNT];
    for stage in scenario.stage.iter().rev() {
        let w = stage.weights;
        let again = if rounds {
            w[Event::DownRound as usize]
        } else {
            0.0
        };
        let mut here = [0.0; Event::COUNT];
        for event in [
            Event::Fail,
            Event::TradeSale,
            Event::Listing,
            Event::Stalled,
        ] {
            let o = event as usize;
            here[o] = (w[o] + w[Event::UpRound as usize] * after[o]) / (1.0 - again);
        }
        after = here;
    }
    after
}

/// Power: with 240000 companies a share of 0.2 that is 0.006 off is caught 99 times in 100.
#[test]
fn companies_end_as_the_stage_chain_says() {
    let sets = [
        "stage.seed.weights.down_round=0.15",
        "stage.seed.weights.stalled=0.1",
    ];
    for scenario in [
        two_stages(&sets),
        scenario(
            "reference-r1",
            &["national.term=40", "event.*.cycle_loading=0"],
        ),
    ] {
        let (mut ends, mut companies) = ([0.0; Route::COUNT], 0.0);
        replay(&scenario, 8, 20, |workspace| {
            companies += workspace.programme.deals.funded as f64;
            for (sum, &count) in ends.iter_mut().zip(&workspace.programme.ends) {
                *sum += count as f64;
            }
        });
        let shares = absorption(&scenario, true);
        // In forty years a handful of a million companies are still on their way.
        assert!(ends[Route::Alive as usize] < 1e-5 * companies);
        let routes = [
            (Route::WoundUp, Event::Fail),
            (Route::TradeSale, Event::TradeSale),
            (Route::Listing, Event::Listing),
            (Route::Stalled, Event::Stalled),
        ];
        for (route, event) in routes {
            assert!(
                share_agrees(ends[route as usize], companies, shares[event as usize]),
                "{event:?}"
            );
        }
        let wrong = absorption(&scenario, false)[Event::Fail as usize];
        if scenario.stage[0].weights[Event::DownRound as usize] > 0.0 {
            let failed = ends[Route::WoundUp as usize];
            assert!(
                !share_agrees(failed, companies, wrong),
                "the twin: down rounds forgotten"
            );
        }
    }
}

/// Distribution of entry + wait + wait by the end of each quarter, against draws; the largest distance.
fn time_to_listing(quarters: usize, cdf: impl Fn(f64) -> f64) -> (f64, f64) {
    let scenario = two_stages(&[
        "stage.*.weights.fail=0",
        "stage.*.weights.trade_sale=0",
        "stage.*.weights.down_round=0",
        "stage.seed.weights.up_round=1",
        "stage.x.weights.listing=1",
        "stage.seed.step_up.sigma=0",
        "stage.seed.step_up.median=1",
        "exit.listing.median=1",
    ]);
    let mut counts = vec![0.0; quarters];
    let mut companies = 0.0;
    replay(&scenario, 8, 20, |workspace| {
        companies += workspace.programme.deals.funded as f64;
        // A stake keeps its cost of 1, so proceeds count listings.
        let proceeds = &workspace.programme.ledger.sub_funds.proceeds;
        for (count, amount) in counts.iter_mut().zip(proceeds) {
            *count += amount;
        }
    });
    let (mut so_far, mut distance) = (0.0, 0.0_f64);
    for (quarter, count) in counts.iter().enumerate() {
        so_far += count;
        let end = (quarter + 1) as f64 / 4.0;
        // Entry is uniform over the first quarter: the mean of the law of the waits over it, by Simpson's rule.
        let steps = 200;
        let weight = |i: usize| {
            if i == 0 || i == steps {
                1.0
            } else if i % 2 == 1 {
                4.0
            } else {
                2.0
            }
        };
        let mean: f64 = (0..=steps)
            .map(|i| weight(i) * cdf(end - 0.25 * i as f64 / steps as f64))
            .sum::<f64>()
            / (3.0 * steps as f64);
        distance = distance.max((so_far / companies - mean).abs());
    }
    (distance, companies)
}

/// Bound of Dvoretzky, Kiefer and Wolfowitz on the distance of an empirical distribution, exact for every n.
#[test]
fn two_exponential_waits_follow_the_hypoexponential_law() {
    let (a, b) = (1.0 / 1.5, 1.0 / 0.9);
    let hypoexponential = |t: f64| {
        if t <= 0.0 {
            0.0
        } else {
            1.0 - (b * f64::exp_of(-a * t) - a * f64::exp_of(-b * t)) / (b - a)
        }
    };
    let (distance, n) = time_to_listing(120, hypoexponential);
    let bound = (libm::log(2.0 / FALSE_ALARM) / (2.0 * n)).sqrt();
    assert!(distance < bound, "{distance} against {bound}");
    // The twin: one exponential wait of the same mean.
    let (distance, _) = time_to_listing(120, |t: f64| {
        if t <= 0.0 {
            0.0
        } else {
            1.0 - f64::exp_of(-t / 2.4)
        }
    });
    assert!(distance > bound);
}

/// E[proceeds per unit of cost] of the two-stage chain: sum over routes and rounds of the means of step-ups
/// and exit values. A down round multiplies a stake by its own mean.
#[test]
fn the_mean_stake_of_a_two_stage_chain_is_its_product_of_means() {
    let scenario = two_stages(&[
        "stage.seed.weights.down_round=0.1",
        "exit.trade_sale.sigma=0.4",
        "price.noise=0.3",
    ]);
    let mean =
        |step: tierfund::scenario::Step| f64::exp_of(step.mu + 0.5 * step.sigma * step.sigma);
    let sale = mean(scenario.exit.trade_sale);
    let listing = mean(scenario.exit.listing);
    let value_from = |stage: usize, next: f64| {
        let stage = &scenario.stage[stage];
        let w = |event: Event| stage.weights[event as usize];
        let ends = w(Event::TradeSale) * sale + w(Event::Listing) * listing;
        (ends + w(Event::UpRound) * mean(stage.step_up) * next)
            / (1.0 - w(Event::DownRound) * mean(stage.step_down))
    };
    // A noisy price of mean one buys exp(noise^2) of worth per yuan on average: E[1 / e^eta], eta ~ N(-s^2/2, s^2).
    let entry = f64::exp_of(0.3 * 0.3);
    let expected = entry * value_from(0, value_from(1, 0.0));
    let mut draws = Vec::new();
    replay(&scenario, 31, 60, |workspace| {
        let programme = &workspace.programme;
        draws.push(
            programme.proceeds[0..2].iter().sum::<f64>()
                / programme.cheques_by_stage.iter().sum::<f64>(),
        );
    });
    assert!(mean_agrees(&draws, expected));
    assert!(
        !mean_agrees(&draws, entry * value_from(0, 1.2 * value_from(1, 0.0))),
        "the twin: a step-up a fifth too high"
    );
}

/// First cheques by stage have the stated means, after truncation at the rule.
#[test]
fn first_cheques_have_their_means() {
    let sets = [
        "deployment.first_cheques=count",
        "deployment.count=1",
        "deployment.mix.growth=0.3",
        "rules.early_stage_min.mode=report",
        "deployment.follow_on.remove=true",
    ];
    let scenario = scenario("national-2025", &sets);
    let (mut means, stages) = (vec![Vec::new(); 4], scenario.stage.len());
    replay(&scenario, 3, 400, |workspace| {
        let programme = &workspace.programme;
        assert_eq!(stages, programme.cheques_by_stage.len());
        for (stage, means) in means.iter_mut().enumerate() {
            let n = programme.funded_by_stage[stage] as f64;
            // Sums, not ratios: what a path funds beyond or below the mean per company has mean 0.
            means.push(
                programme.cheques_by_stage[stage]
                    - n * scenario.stage[stage].first_cheque_mean.to_yuan(),
            );
        }
    });
    for (stage, excess) in means.iter().enumerate() {
        let (mean, error) = support::mean_and_error(excess);
        println!("stage {stage}: excess {mean} +- {error}");
        assert!(mean.abs() <= support::z() * error);
    }
    // The twin: a start-up mean 5% off would be caught.
    let (_, error) = support::mean_and_error(&means[1]);
    let companies = 890.0 * 0.4;
    assert!(0.05 * 0.34e8 * companies > support::z() * error);
}

/// With prices at worth, what a company is worth before the cheque does not matter to returns. It does to the
/// fraction that a cheque buys, and by it to how long listed shares are sold and to who is paid first.
#[test]
fn returns_do_not_depend_on_entry_worth_where_price_is_worth() {
    let flat = [
        "price.cycle_loading=0",
        "price.sector_loading=0",
        "price.noise=0",
        "rules.valuation_max.mode=off",
        "exit.sell_down=none",
        "exit.trade_sale_preference=none",
        "exit.tail.remove=true",
        "deployment.follow_on.remove=true",
        "direct.remove=true",
        "market.remove=true",
    ];
    let proceeds = |sets: &[&str]| {
        let scenario = scenario(
            "national-2025",
            &flat.iter().chain(sets).copied().collect::<Vec<_>>(),
        );
        let mut sum = 0.0;
        replay(&scenario, 2, 3, |workspace| {
            sum += workspace.programme.proceeds.iter().sum::<f64>();
        });
        sum
    };
    let (base, dear) = (proceeds(&[]), proceeds(&["stage.*.pre_money_mean=20亿"]));
    assert!((dear / base - 1.0).abs() < 1e-4, "{dear} against {base}");
}

/// Money invested in a boom earns less than money invested in a slump, where prices follow the cycle.
#[test]
fn money_invested_in_a_boom_earns_less() {
    let multiple = |start: &str, loading: &str| {
        let sets = [
            start,
            loading,
            "event.*.cycle_loading=0",
            "deployment.investment_years=0.25",
            "regions.last_approval=0.2",
            "rules.valuation_max.mode=off",
            "regions.later_closes=[]",
        ];
        let scenario = scenario("national-2025", &sets);
        let mut draws = Vec::new();
        replay(&scenario, 6, 200, |workspace| {
            let programme = &workspace.programme;
            draws.push(
                programme.proceeds.iter().sum::<f64>()
                    / programme.cheques_by_stage.iter().sum::<f64>(),
            );
        });
        support::mean_and_error(&draws)
    };
    let ((boom, e), (slump, f)) = (
        multiple("economy.start=1", "price.cycle_loading=0.25"),
        multiple("economy.start=-1", "price.cycle_loading=0.25"),
    );
    assert!(
        slump - boom > support::z() * (e * e + f * f).sqrt(),
        "{slump} after a slump, {boom} after a boom"
    );
    // The twin: without the loading the start does not matter.
    let ((boom, e), (slump, f)) = (
        multiple("economy.start=1", "price.cycle_loading=0"),
        multiple("economy.start=-1", "price.cycle_loading=0"),
    );
    assert!((slump - boom).abs() < support::z() * (e * e + f * f).sqrt());
}

trait Elementary {
    fn exp_of(x: f64) -> f64;
    fn power(base: f64, times: u32) -> f64;
}

impl Elementary for f64 {
    fn exp_of(x: f64) -> f64 {
        libm::exp(x)
    }
    fn power(base: f64, times: u32) -> f64 {
        (0..times).fold(1.0, |product, _| product * base)
    }
}
