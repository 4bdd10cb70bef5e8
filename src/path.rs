//! One path, from the economy to the last distribution: [`simulate_path`] tells the story.

pub mod cash;
pub mod company;
pub mod deployment;
pub mod direct;
pub mod economy;
pub mod exits;
pub mod fundraising;
pub mod journal;
pub mod lanes;
pub mod ledger;
pub mod market;
pub mod nav;
pub mod realised;
pub mod sorting;
pub mod waterfall;

use crate::math::elementary::exp;
use crate::random::Streams;
use crate::scenario::{Scenario, SubFundStructure};
use crate::structure::Structure;
use crate::structure::companies::EVENT_LANES;
use crate::units::Years;
use cash::lp_classes::book_regional;
use cash::sub_funds::BlockCash;
use cash::upward::UpwardBuffers;
use company::rounds::OthersInRounds;
use company::{LifeBuffers, LifeContext, Lives, Route};
use deployment::opening::OpeningPortfolio;
use deployment::{DealBuffers, DealContext, DealCounts, DealSink, Mandate, Money};
use direct::DirectPortfolio;
use economy::{Economy, EventFactors};
use exits::ExitBuffers;
use fundraising::closes::{Close, draw_closes};
use fundraising::records::Records;
use fundraising::sub_funds::{RaisingContext, RegionRaising, SubFund};
use journal::Journal;
use ledger::Ledger;
use market::MarketUse;
use nav::{Detail, Holdings, Levels, Vehicle};
use pulp::{Arch, Simd, WithSimd};
use realised::{Realised, RealisedBuffers, unicorns};

/// Sub-funds that are simulated together: their tables fit the processor's caches.
pub const BLOCK: usize = 128;

/// What happened on one path.
#[derive(Clone, Debug, Default)]
pub struct Programme {
    /// Closes by region.
    pub closes: Vec<Vec<Close>>,
    /// The raising of sub-funds by region.
    pub raising: Vec<RegionRaising>,
    /// Closed sub-funds.
    pub funds: Vec<SubFund>,
    /// What became of each of them.
    pub outcomes: Vec<FundOutcome>,
    /// What regional funds invested in themselves.
    pub direct: DirectPortfolio,
    /// Cheques of sub-funds by the stage that they finance, in yuan.
    pub cheques_by_stage: Vec<f64>,
    /// Companies of sub-funds by stage of the first cheque.
    pub funded_by_stage: Vec<u64>,
    /// The same by sector of the sub-fund.
    pub funded_by_sector: Vec<u64>,
    /// The same by region of the sub-fund.
    pub funded_by_region: Vec<u64>,
    /// Decisions on deals.
    pub deals: DealCounts,
    /// Follow-on cheques, part of `cheques_by_stage`, in yuan.
    pub follow_on: f64,
    /// Number of follow-on cheques by the stage that the round led into.
    pub follow_ons_by_stage: Vec<u64>,
    /// First cheques from recycled proceeds, part of `cheques_by_stage`, in yuan.
    pub recycled: f64,
    /// Other investors' money in rounds of companies of sub-funds and regional funds; nothing where nobody asks for it.
    pub others_in_rounds: OthersInRounds,
    /// Sales of a part of a stake, whose companies end by another sale or route.
    pub partial_transfers: u64,
    /// Companies of sub-funds by [`Route`].
    pub ends: [u64; Route::COUNT],
    /// Their proceeds (or value held) by [`Route`], in yuan.
    pub proceeds: [f64; Route::COUNT],
    /// Cost of what ended by [`Route`], in yuan.
    pub cost: [f64; Route::COUNT],
    /// What the programme took of the market.
    pub market: MarketUse,
    /// What companies brought, each as a whole; `None` where the scenario does not ask for it.
    pub realised: Option<Realised>,
    /// All flows.
    pub ledger: Ledger,
}

impl Programme {
    /// The closed sub-funds, each with what became of it.
    pub fn sub_funds(&self) -> impl Iterator<Item = (&SubFund, &FundOutcome)> + Clone {
        self.funds.iter().zip(&self.outcomes)
    }

    /// A programme in which nothing has happened yet.
    pub fn clear(&mut self, scenario: &Scenario, structure: &Structure) {
        let regions = scenario.region.len();
        let stages = scenario.stage.len();
        self.ledger
            .clear(structure.quarters, regions, structure.lp_classes);
        self.ledger
            .follow_nav(if scenario.nav { structure.quarters } else { 0 });
        self.funds.clear();
        self.outcomes.clear();
        self.closes.resize_with(regions, Vec::new);
        self.raising.resize_with(regions, RegionRaising::default);
        self.direct.clear(scenario);
        self.cheques_by_stage.clear();
        self.cheques_by_stage.resize(stages, 0.0);
        for (counts, n) in [
            (&mut self.funded_by_stage, stages),
            (&mut self.funded_by_sector, scenario.sector.len()),
            (&mut self.funded_by_region, regions),
        ] {
            counts.clear();
            counts.resize(n, 0);
        }
        self.deals = DealCounts::default();
        self.follow_on = 0.0;
        self.follow_ons_by_stage.clear();
        self.follow_ons_by_stage.resize(stages, 0);
        self.partial_transfers = 0;
        self.recycled = 0.0;
        self.others_in_rounds = OthersInRounds::default();
        self.ends = [0; Route::COUNT];
        self.proceeds = [0.0; Route::COUNT];
        self.cost = [0.0; Route::COUNT];
        self.market.clear(scenario, structure.quarters);
        self.realised = scenario.by_company.then(Realised::default);
    }
}

/// What became of a sub-fund, in yuan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FundOutcome {
    /// Called from LPs and the GP.
    pub called: f64,
    /// Distributed to them.
    pub distributed: f64,
    /// What its region passed on of its part; to the manager, then not part of `distributed`, or to other LPs.
    pub conceded: f64,
    /// Value held at the term.
    pub residual: f64,
    /// Paid to early-stage companies.
    pub early: f64,
}

/// What a path is made of.
#[derive(Clone, Copy, Debug)]
pub struct PathContext<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its derived numbers.
    pub structure: &'a Structure,
    /// The source of draws.
    pub streams: Streams,
    /// The path's number.
    pub path: u32,
    /// The instruction set of the vector loops; it changes no result.
    pub arch: Arch,
}

/// Everything that one path after another needs; nothing is allocated anew after the first ones.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The path's economy.
    pub economy: Economy,
    /// What happened.
    pub programme: Programme,
    /// Company by company and fund by fund, where a path is traced.
    pub journal: Option<Box<Journal>>,
    mandates: Vec<Mandate>,
    skills: Vec<f64>,
    skill_factors: Vec<EventFactors>,
    sectors: Vec<u32>,
    early: Vec<f64>,
    bought: Vec<u32>,
    opening: OpeningPortfolio,
    deals: DealBuffers,
    lives: LifeBuffers,
    exits: ExitBuffers,
    holdings: Holdings,
    cash: BlockCash,
    upward: UpwardBuffers,
    records: Records,
    realised: RealisedBuffers,
}

/// Simulates a path into `workspace`.
pub fn simulate_path(context: PathContext, workspace: &mut Workspace) {
    workspace.begin(context);
    // Direct projects are late companies: most are ready for a listing before those of sub-funds are.
    if let Some(direct) = &context.structure.direct {
        workspace.invest_directly(context, direct);
    }
    let years = libm::ceil(context.scenario.national.term.years()) as usize;
    for year in 0..years {
        let before = workspace.programme.funds.len();
        workspace.raise_cohort(context, (year + 1) as f64);
        workspace.plan_cohort(context, before);
        workspace.read_records(context, year + 1);
        let funds = std::mem::take(&mut workspace.programme.funds);
        for block in funds[before..].chunks(BLOCK) {
            workspace.deploy(context, block);
            workspace.live(context, block);
            workspace.recycle(context, block);
            workspace.settle(context, block);
        }
        workspace.programme.funds = funds;
    }
    workspace.finish(context);
}

impl Workspace {
    /// A workspace that keeps a journal of every path.
    pub fn with_journal() -> Self {
        Self {
            journal: Some(Box::default()),
            ..Self::default()
        }
    }

    /// Clears the last path, draws the economy and holds the closes of all regions.
    pub fn begin(&mut self, context: PathContext) {
        let PathContext {
            scenario,
            structure,
            streams,
            path,
            arch,
        } = context;
        self.economy
            .draw(arch, scenario, &structure.shocks, streams, path);
        if let Some(journal) = &mut self.journal {
            journal.clear();
        }
        let programme = &mut self.programme;
        programme.clear(scenario, structure);
        programme.market.begin(scenario, &self.economy);
        self.exits.begin(&structure.companies.exits, &self.economy);
        if scenario.nav {
            self.holdings.begin(scenario, structure.quarters);
        }
        self.records.clear();
        self.realised.begin(structure.companies.deals.mean_cheque);
        let regions = scenario.region.len();
        self.cash
            .sums
            .clear(structure.quarters, regions, structure.sub_fund_concession);
        self.cash
            .classes
            .clear(structure.quarters, structure.lp_classes);
        self.lives
            .entrants
            .resize_with(scenario.stage.len(), Lives::default);
        for region in 0..regions {
            draw_closes(
                scenario,
                structure,
                &self.economy,
                streams,
                path,
                region,
                &mut programme.closes[region],
            );
            let launch = scenario.region[region].launch.years();
            let launch = launch.max(scenario.national.as_of.map_or(0.0, Years::years));
            programme.raising[region].begin(region, launch, &structure.actual[region]);
        }
    }

    /// The sub-funds that close before `until`, region after region.
    pub fn raise_cohort(&mut self, context: PathContext, until: f64) {
        let Programme {
            closes,
            raising,
            funds,
            ..
        } = &mut self.programme;
        let regions = raising.iter_mut().zip(closes.iter());
        for (region, (raising, closes)) in regions.enumerate() {
            let context = RaisingContext {
                scenario: context.scenario,
                structure: context.structure,
                economy: &self.economy,
                streams: context.streams,
                path: context.path,
                arch: context.arch,
                closes,
                record: self.records.effect(region),
            };
            raising.advance(&context, until, funds);
        }
    }

    /// What the sub-funds from number `first` on plan to take of the market.
    pub fn plan_cohort(&mut self, context: PathContext, first: usize) {
        let any = first < self.programme.funds.len();
        if any && context.scenario.market.is_some() {
            let Programme { funds, market, .. } = &mut self.programme;
            let (scenario, structure) = (context.scenario, context.structure);
            Mandate::list(scenario, structure, &funds[first..], &mut self.mandates);
            market.plan(scenario, structure, &self.mandates);
        }
    }

    /// What LPs know at the start of `year` of sub-funds that closed before the year that is being raised.
    fn read_records(&mut self, context: PathContext, year: usize) {
        if let SubFundStructure::Raised(raising) = &context.scenario.sub_funds.structure
            && let Some(loading) = raising.track_record
            && year as f64 <= context.scenario.national.investment_period.years()
        {
            self.records.read(&self.cash.sums, year, loading);
        }
    }

    /// First cheques of a block of sub-funds, at most [`BLOCK`].
    pub fn deploy(&mut self, context: PathContext, block: &[SubFund]) {
        let PathContext {
            scenario,
            structure,
            ..
        } = context;
        Mandate::list(scenario, structure, block, &mut self.mandates);
        self.early.clear();
        self.early.resize(block.len(), 0.0);
        self.bought.clear();
        self.bought.resize(block.len(), 0);
        self.cash
            .begin(structure.quarters, &structure.sub_fund_fees);
        let detail = match self.journal {
            Some(_) => Detail::ByVehicle,
            None => Detail::ByTier,
        };
        self.follow_nav(context, block.iter().map(Vehicle::of_fund), detail);
        self.open(context, block);
        self.find_deals(context, block, Money::First);
        if let Some(journal) = &mut self.journal {
            journal.opened(&self.opening.stakes);
        }
        if scenario.deployment.follow_on.is_some() {
            self.lives.follow_ons.begin(&self.mandates);
        }
    }

    /// What the block's actual sub-funds have paid and hold where their simulation begins.
    fn open(&mut self, context: PathContext, block: &[SubFund]) {
        self.opening.stakes.clear();
        if context.structure.as_of == 0 {
            return;
        }
        let crowding = &self.programme.market.price;
        let deals = DealContext::new(context, &self.economy, crowding);
        let mut sink = DealSink {
            entrants: &mut self.lives.entrants,
            cheques: &mut self.cash.cheques,
            by_stage: &mut self.programme.cheques_by_stage,
            early: &mut self.early,
            funded_by_stage: &mut self.programme.funded_by_stage,
            bought: &mut self.bought,
            counts: &mut self.programme.deals,
            early_deals: &mut self.programme.market.early_deals,
        };
        let holdings = context.scenario.nav.then_some(&mut self.holdings);
        self.opening
            .find(&deals, block, &mut self.mandates, &mut sink, holdings);
    }

    /// First cheques that are paid with `money`; recycled money in all, in yuan.
    fn find_deals(&mut self, context: PathContext, block: &[SubFund], money: Money) -> f64 {
        let crowding = &self.programme.market.price;
        let context = DealContext::new(context, &self.economy, crowding);
        let mut sink = DealSink {
            entrants: &mut self.lives.entrants,
            cheques: &mut self.cash.cheques,
            by_stage: &mut self.programme.cheques_by_stage,
            early: &mut self.early,
            funded_by_stage: &mut self.programme.funded_by_stage,
            bought: &mut self.bought,
            counts: &mut self.programme.deals,
            early_deals: &mut self.programme.market.early_deals,
        };
        let (deals, mandates) = (&mut self.deals, &self.mandates);
        let recycled = match money {
            Money::First => {
                deals.run(&context, block, mandates, &mut sink);
                0.0
            }
            Money::Recycled => {
                let proceeds = &mut self.cash.proceeds;
                deals.run_recycled(&context, block, mandates, proceeds, &mut sink)
            }
        };
        if let Some(journal) = &mut self.journal {
            journal.deployed(&self.lives.entrants);
        }
        recycled
    }

    /// The lives of the block's companies, to their ends.
    pub fn live(&mut self, context: PathContext, block: &[SubFund]) {
        self.sectors.clear();
        self.sectors.extend(block.iter().map(|fund| fund.sector));
        let market = &self.programme.market;
        self.skills.clear();
        let skills = block.iter().zip(&self.mandates).map(|(fund, mandate)| {
            let crowding = context.scenario.market.as_ref();
            fund.skill - crowding.map_or(0.0, |model| market.crowding(model, mandate))
        });
        self.skills.extend(skills);
        self.weigh_skills(context);
        self.run_lives(context);
        let model = &context.structure.companies;
        if model.rounds.is_some() {
            self.book_rounds(&model.deals.laws.early);
        }
        let programme = &mut self.programme;
        programme.partial_transfers += self.lives.ends[Route::Transfer as usize].further;
        for (route, ends) in Route::ALL.into_iter().zip(&self.lives.ends) {
            let by_quarter = &mut programme.ledger.proceeds_by_route[route as usize];
            let (cost, proceeds) = self.cash.book_ends(context.arch, route, ends, by_quarter);
            programme.ends[route as usize] += ends.companies();
            programme.proceeds[route as usize] += proceeds;
            programme.cost[route as usize] += cost;
        }
    }

    /// Looks up the effect of each manager's skill on event weights.
    fn weigh_skills(&mut self, context: PathContext) {
        context.arch.dispatch(SkillFactors {
            scenario: context.scenario,
            skills: &self.skills,
            factors: &mut self.skill_factors,
        });
    }

    /// Lives all entrants to their ends.
    fn run_lives(&mut self, context: PathContext) {
        let market = context.scenario.market.as_ref();
        let rounds = &context.structure.companies.rounds;
        let context = LifeContext {
            model: &context.structure.companies,
            economy: &self.economy,
            streams: context.streams,
            path: context.path,
            arch: context.arch,
            skill_factors: &self.skill_factors,
            sectors: &self.sectors,
            mandates: &self.mandates,
        };
        let programme = &mut self.programme;
        let others = &mut programme.others_in_rounds;
        if rounds.is_some_and(|rounds| rounds.co_investment) {
            for lives in &self.lives.entrants {
                others.enter(lives);
            }
        }
        if programme.realised.is_some() {
            self.realised
                .enter(&self.lives.entrants, &self.opening.stakes);
        }
        let mut holdings = context.model.exits.nav.then_some(&mut self.holdings);
        self.lives.run(
            &context,
            holdings.as_deref_mut(),
            self.journal.as_deref_mut(),
        );
        others.beside += self.lives.others.beside;
        others.relay += self.lives.others.relay;
        if let Some(realised) = &mut programme.realised {
            realised.unicorns += unicorns(&self.lives.ends);
        }
        if let Some(market) = market {
            let places = &mut programme.market;
            let ends = &mut self.lives.ends;
            self.exits
                .queue(&context, market, places, ends, holdings.as_deref_mut());
        }
        if let Some(journal) = &mut self.journal {
            journal.exited(&context, &self.lives.ends, &mut self.exits);
        }
        if context.model.exits.follows_lives() {
            self.exits.run(&context, &mut self.lives.ends, holdings);
        }
        let by_company = context.model.exits.by_company;
        self.opening.end_past(&mut self.lives.ends, by_company);
        if let Some(realised) = &mut programme.realised {
            self.realised.add(&self.lives.ends, realised);
        }
    }

    /// Further first cheques from proceeds of the block's investment periods, and the lives of their companies.
    pub fn recycle(&mut self, context: PathContext, block: &[SubFund]) {
        if context.scenario.deployment.recycling.is_none() {
            return;
        }
        let recycled = self.find_deals(context, block, Money::Recycled);
        if recycled > 0.0 {
            self.programme.recycled += recycled;
            self.live(context, block);
        }
    }

    /// Follow-on cheques of the block, and sales of parts of stakes.
    fn book_rounds(&mut self, early_stages: &[bool]) {
        let programme = &mut self.programme;
        let follow_ons = &self.lives.follow_ons;
        programme.follow_on += follow_ons.book(
            early_stages,
            &mut self.cash.cheques,
            &mut programme.cheques_by_stage,
            &mut self.early,
        );
        for &stage in follow_ons.stage.iter() {
            programme.follow_ons_by_stage[stage as usize] += 1;
        }
        programme.deals.large_cheques += follow_ons.large;
    }

    /// Makes ready to follow the NAV of a block of vehicles, whose mandates are listed, where the scenario asks for it.
    fn follow_nav(
        &mut self,
        context: PathContext,
        vehicles: impl Iterator<Item = Vehicle> + Clone,
        detail: Detail,
    ) {
        if context.scenario.nav {
            self.holdings.enter(vehicles, &self.mandates, detail);
        }
    }

    /// Fees and waterfalls of the block.
    pub fn settle(&mut self, context: PathContext, block: &[SubFund]) {
        let PathContext {
            structure, arch, ..
        } = context;
        let mandates = &self.mandates;
        if let Some(journal) = &mut self.journal {
            journal.settling(mandates);
            if context.scenario.nav {
                let levels = Levels::new(&self.economy, &self.exits);
                self.holdings.tell(levels, &mut journal.nav);
            }
            self.cash
                .settle(arch, block, mandates, structure, &mut journal.cash);
        } else {
            self.cash.settle(arch, block, mandates, structure, &mut ());
        }
        for (fund, &bought) in block.iter().zip(&self.bought) {
            let programme = &mut self.programme;
            programme.funded_by_sector[fund.sector as usize] += u64::from(bought);
            programme.funded_by_region[fund.region as usize] += u64::from(bought);
        }
        let cash = &self.cash;
        self.programme.outcomes.extend((0..block.len()).map(|i| {
            FundOutcome {
                called: cash.called[i],
                distributed: cash.distributed[i],
                conceded: structure
                    .sub_fund_concession
                    .map_or(0.0, |_| cash.conceded[i]),
                residual: cash.residual[i],
                early: self.early[i],
            }
        }));
    }

    /// From the sub-funds' flows upward: regional funds, the national company, the treasury.
    fn finish(&mut self, context: PathContext) {
        let programme = &mut self.programme;
        if let Some(realised) = &mut programme.realised {
            let paid = Route::ALL.into_iter().filter(|route| !route.is_held());
            let direct = &programme.direct;
            let of =
                |route: Route| programme.proceeds[route as usize] + direct.proceeds[route as usize];
            let total = paid.map(of).sum();
            let companies = programme.deals.funded + direct.projects.len() as u64;
            self.realised.rank(companies, total, realised);
        }
        if context.scenario.nav {
            let Ledger {
                sub_funds, regions, ..
            } = &mut programme.ledger;
            let levels = Levels::new(&self.economy, &self.exits);
            self.holdings.book(levels, &mut sub_funds.nav, regions);
        }
        let concession = context.structure.sub_fund_concession;
        self.cash.sums.book(&mut programme.ledger, concession);
        self.upward.settle(
            context.scenario,
            context.structure,
            &programme.closes,
            &mut programme.ledger,
        );
        if context.structure.lp_classes > 0 {
            let PathContext {
                scenario,
                structure,
                ..
            } = context;
            self.cash.classes.book(&mut programme.ledger);
            book_regional(
                scenario,
                structure,
                &programme.closes,
                &mut programme.ledger,
            );
        }
    }
}

/// Effect of each manager's skill on event weights.
struct SkillFactors<'a> {
    scenario: &'a Scenario,
    skills: &'a [f64],
    factors: &'a mut Vec<EventFactors>,
}

impl WithSimd for SkillFactors<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch
    fn with_simd<S: Simd>(self, _: S) {
        self.factors.clear();
        self.factors.extend(self.skills.iter().map(|skill| {
            let mut logs = [0.0; EVENT_LANES];
            for (log, loading) in logs.iter_mut().zip(&self.scenario.event) {
                *log = (loading.skill * skill) as f32;
            }
            logs
        }));
        for factor in self.factors.as_flattened_mut() {
            *factor = exp(*factor);
        }
    }
}
