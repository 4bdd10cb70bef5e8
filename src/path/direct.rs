//! Direct projects of regional funds, from the first cheque to the last proceeds: the lives of companies without a
//! sub-fund above them.
//!
//! In the loops over companies each project stands where a sub-fund of its own would stand: it has a sector, the
//! skill of the regional funds' teams, and it may be held to the national term.

use super::company::{Ends, Route};
use super::deployment::direct::{DirectProject, find_projects};
use super::deployment::opening::Stake;
use super::deployment::{DealContext, Mandate};
use super::ledger::Ledger;
use super::nav::{Detail, Levels, Unit, Vehicle};
use super::{BLOCK, PathContext, Workspace};
use crate::scenario::Scenario;
use crate::structure::direct::DirectModel;

/// What became of all direct projects. Money in yuan.
#[derive(Clone, Debug, Default)]
pub struct DirectPortfolio {
    /// The projects, region after region.
    pub projects: Vec<DirectProject>,
    /// Money set aside for them.
    pub budget: f64,
    /// First cheques by stage.
    pub cheques_by_stage: Vec<f64>,
    /// Companies by stage of the first cheque.
    pub funded_by_stage: Vec<u64>,
    /// The same by sector.
    pub funded_by_sector: Vec<u64>,
    /// The same by region.
    pub funded_by_region: Vec<u64>,
    /// Companies by [`Route`].
    pub ends: [u64; Route::COUNT],
    /// Proceeds (or value held) by [`Route`].
    pub proceeds: [f64; Route::COUNT],
    /// First cheques by [`Route`].
    pub cost: [f64; Route::COUNT],
}

impl DirectPortfolio {
    /// No projects.
    pub fn clear(&mut self, scenario: &Scenario) {
        let stages = scenario.stage.len();
        self.projects.clear();
        self.budget = 0.0;
        self.cheques_by_stage.clear();
        self.cheques_by_stage.resize(stages, 0.0);
        for (counts, n) in [
            (&mut self.funded_by_stage, stages),
            (&mut self.funded_by_sector, scenario.sector.len()),
            (&mut self.funded_by_region, scenario.region.len()),
        ] {
            counts.clear();
            counts.resize(n, 0);
        }
        self.ends = [0; Route::COUNT];
        self.proceeds = [0.0; Route::COUNT];
        self.cost = [0.0; Route::COUNT];
    }

    /// Books the first cheques of `projects`.
    fn book_cheques(&mut self, projects: &[DirectProject], ledger: &mut Ledger) {
        for project in projects {
            let (stage, quarter) = (project.stage as usize, project.quarter as usize);
            let cheque = f64::from(project.entrant.cost);
            self.cheques_by_stage[stage] += cheque;
            self.funded_by_stage[stage] += 1;
            self.funded_by_sector[project.sector as usize] += 1;
            self.funded_by_region[project.region as usize] += 1;
            ledger.direct.cheques[quarter] += cheque;
            ledger.regions[project.region as usize].direct_cheques[quarter] += cheque;
        }
    }

    /// Books the ends of `projects` by one route.
    fn book_ends(
        &mut self,
        projects: &[DirectProject],
        route: Route,
        ends: &Ends,
        ledger: &mut Ledger,
    ) {
        self.ends[route as usize] += ends.companies();
        for (i, &project) in ends.fund.iter().enumerate() {
            let region = projects[project as usize].region as usize;
            let (amount, cost) = (f64::from(ends.amount[i]), f64::from(ends.cost[i]));
            self.proceeds[route as usize] += amount;
            self.cost[route as usize] += cost;
            if route.is_held() {
                ledger.direct.residual[region] += amount;
            } else {
                let quarter = ends.quarter[i] as usize;
                ledger.direct.proceeds[quarter] += amount;
                ledger.regions[region].direct_proceeds[quarter] += amount;
                if route.pays() {
                    ledger.proceeds_by_route[route as usize][quarter] += amount;
                }
            }
        }
    }
}

impl Workspace {
    /// Finds, funds and follows the direct projects of all regions.
    pub(super) fn invest_directly(&mut self, context: PathContext, model: &DirectModel) {
        let mut portfolio = std::mem::take(&mut self.programme.direct);
        let deals = DealContext::new(context, &self.economy, &[]);
        for (region, closes) in self.programme.closes.iter().enumerate() {
            let size: f64 = closes.iter().map(|close| close.total).sum();
            portfolio.budget += model.budget_share * size;
            let projects = &mut portfolio.projects;
            find_projects(&deals, model, region as u32, closes, projects);
        }
        let projects = std::mem::take(&mut portfolio.projects);
        for block in projects.chunks(BLOCK) {
            portfolio.book_cheques(block, &mut self.programme.ledger);
            self.enter(context, model, block);
            if let Some(journal) = &mut self.journal {
                journal.deployed(&self.lives.entrants);
                journal.opened(&self.opening.stakes);
            }
            self.run_lives(context);
            for (route, ends) in Route::ALL.into_iter().zip(&self.lives.ends) {
                portfolio.book_ends(block, route, ends, &mut self.programme.ledger);
            }
        }
        if context.scenario.nav {
            let Ledger {
                direct, regions, ..
            } = &mut self.programme.ledger;
            let levels = Levels::new(&self.economy, &self.exits);
            self.holdings.book(levels, &mut direct.nav, regions);
        }
        portfolio.projects = projects;
        self.programme.direct = portfolio;
    }

    /// Hands a block of projects over to their lives.
    fn enter(&mut self, context: PathContext, model: &DirectModel, block: &[DirectProject]) {
        let PathContext {
            scenario,
            structure,
            ..
        } = context;
        let skill = scenario.direct.as_ref().map_or(0.0, |direct| direct.skill);
        self.skills.clear();
        self.skills.resize(block.len(), skill);
        self.weigh_skills(context);
        self.sectors.clear();
        self.sectors
            .extend(block.iter().map(|project| project.sector));
        self.mandates.clear();
        let until = crate::structure::quarter_of(model.last) as u32;
        let quarters = structure.quarters as u32;
        self.mandates.extend(block.iter().map(|project| Mandate {
            first_quarter: project.quarter,
            investing_until: until.min(quarters),
            ends: quarters,
            holds_until: quarters,
            ..Mandate::default()
        }));
        let vehicles = block.iter().map(|project| Vehicle {
            region: project.region,
            share: 1.0,
            sector: project.sector,
        });
        self.follow_nav(context, vehicles, Detail::ByTier);
        // Regional funds keep no reserve for later rounds.
        if scenario.deployment.follow_on.is_some() {
            self.lives.follow_ons.begin(&self.mandates);
        }
        let exits = &structure.companies.exits;
        for (place, project) in block.iter().enumerate() {
            if let Some(value) = project.opening {
                let stake = Stake::of_project(place as u32, project, value);
                self.opening.stakes.push(stake);
                if scenario.nav {
                    let until = project.quarter..structure.as_of as u32;
                    let cost = project.entrant.cost;
                    self.holdings.hold(Unit::Fixed, place as u32, until, cost);
                }
                if !stake.is_held() {
                    continue;
                }
            }
            let lives = &mut self.lives.entrants[project.stage as usize];
            lives.push(place as u32, &project.entrant, exits);
        }
    }
}
