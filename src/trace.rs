//! One path in full, as plain data: closes, calls, companies' histories, exits and distributions of every tier.
//!
//! A trace replays a path with the engine of every run, which keeps a journal meanwhile; the results are the same
//! bits. Amounts are in yuan, dates in years from the scenario's start, series by quarter. `docs/trace.md` tells
//! what each field of the JSON form means, which is this data field by field.

mod companies;
pub mod focus;
pub mod highlights;
mod regions;
mod sub_funds;
mod terms;
pub mod totals;
pub mod waterfall;

pub use companies::{CompanyTrace, EventTrace, ProjectTrace, ReceiptTrace};
pub use regions::{CloseTrace, RegionFlowsTrace, RegionLpTrace, RegionTrace};
pub use sub_funds::{FundFlowsTrace, Holder, OpeningTrace, SubFundTrace};
pub use terms::{ConcessionTerms, FeeTerms, StageTerms, TermsTrace, VehicleTerms};

use crate::math::irr::irr;
use crate::path::{PathContext, Workspace, simulate_path};
use crate::random::Streams;
use crate::sampling::Sampling;
use crate::scenario::Scenario;
use crate::scenario::problem::Problems;
use crate::structure::Structure;
use pulp::Arch;
use serde::Serialize;

/// Version of the data's form: a change that a reader must know of raises it.
pub const SCHEMA_VERSION: u32 = 1;

/// One path in full.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trace {
    /// See [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// All that is needed to get the same bits again.
    pub provenance: PathProvenance,
    /// Date from which years count.
    pub start: String,
    /// Quarters of the programme.
    pub quarters: usize,
    /// What rebuilding the books needs of the scenario.
    pub terms: TermsTrace,
    /// The path's economy.
    pub economy: EconomyTrace,
    /// The national company.
    pub national: NationalTrace,
    /// Regional funds in file order.
    pub regions: Vec<RegionTrace>,
}

/// Where a trace comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathProvenance {
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the resolved scenario.
    pub scenario_sha256: String,
    /// Overrides given with `--set`, as written.
    pub overrides: Vec<String>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Number of the path.
    pub path: u32,
    /// Name of the rule that makes random numbers from seed and path.
    pub scheme: String,
    /// Version of this program.
    pub version: String,
}

/// The economy of the path, by quarter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EconomyTrace {
    /// The cycle, in standard deviations.
    pub cycle: Vec<f64>,
    /// The public market's index at the start of the quarter; 1 in the first.
    pub index: Vec<f64>,
    /// Whether the listing window is open.
    pub window_open: Vec<bool>,
    /// Cycles of sectors.
    pub sectors: Vec<SectorCycle>,
}

/// The cycle of one sector.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SectorCycle {
    /// The sector.
    pub id: String,
    /// In standard deviations, by quarter.
    pub cycle: Vec<f64>,
    /// The market's price over worth in the sector, without the noise of single deals, by quarter.
    pub price: Vec<f64>,
}

/// The national company.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NationalTrace {
    /// Money placed in regional funds.
    pub placed: f64,
    /// What was called from the treasury and came back.
    pub returns: Returns,
    /// Running costs.
    pub running_cost: Vec<f64>,
    /// Drawn from the treasury.
    pub calls: Vec<f64>,
    /// Paid to the treasury.
    pub distributions: Vec<f64>,
    /// Its part of regions' NAV at the end of each quarter; null where the scenario does not follow NAV.
    pub nav: Option<Vec<f64>>,
}

/// What the holders of a vehicle paid and got. A multiple of nothing paid, and a rate that does not exist, are null.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Returns {
    /// Called.
    pub paid_in: f64,
    /// Paid back.
    pub distributed: f64,
    /// Value still held at the term, before carry.
    pub residual: f64,
    /// Distributed over paid in.
    pub dpi: Option<f64>,
    /// Distributed and still held over paid in.
    pub tvpi: Option<f64>,
    /// Internal rate of return, per year.
    pub irr: Option<f64>,
}

impl Returns {
    fn of(calls: &[f64], distributions: &[f64], residual: f64) -> Self {
        let paid_in: f64 = calls.iter().sum();
        let distributed: f64 = distributions.iter().sum();
        let per = |amount: f64| (paid_in > 0.0).then(|| amount / paid_in);
        let flows = distributions.iter().zip(calls);
        let mut net: Vec<f64> = flows.map(|(paid, called)| paid - called).collect();
        if let Some(last) = net.last_mut() {
            *last += residual;
        }
        Self {
            paid_in,
            distributed,
            residual,
            dpi: per(distributed),
            tvpi: per(distributed + residual),
            irr: irr(&net, 0.25).rate(),
        }
    }
}

impl Trace {
    /// The trace of `path` of `scenario` on `seed`.
    ///
    /// # Errors
    ///
    /// Every combination of numbers in the scenario that no law fulfils.
    pub fn new(scenario: &Scenario, seed: u64, path: u32) -> Result<Self, Problems> {
        Self::sampled(scenario, seed, Sampling::Plain, path)
    }

    /// The trace of `path` of `scenario` on `seed` where luck is spread over paths as `sampling` says.
    ///
    /// # Errors
    ///
    /// Those of [`Trace::new`].
    pub fn sampled(
        scenario: &Scenario,
        seed: u64,
        sampling: Sampling,
        path: u32,
    ) -> Result<Self, Problems> {
        let structure = Structure::sampled(scenario, sampling)?;
        let mut workspace = Workspace::with_journal();
        let context = PathContext {
            scenario,
            structure: &structure,
            streams: Streams::new(seed),
            path,
            arch: Arch::new(),
        };
        simulate_path(context, &mut workspace);
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            provenance: PathProvenance {
                scenario: scenario.name.clone(),
                scenario_sha256: scenario.document.sha256(),
                overrides: scenario.overrides.clone(),
                seed,
                path,
                scheme: sampling.scheme().to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            start: scenario.start.to_string(),
            quarters: structure.quarters,
            terms: TermsTrace::new(scenario),
            economy: EconomyTrace::new(scenario, &workspace),
            national: NationalTrace::new(scenario, &workspace),
            regions: regions::list(scenario, &structure, &workspace),
        })
    }

    /// All sub-funds, each with its region.
    pub fn sub_funds(&self) -> impl Iterator<Item = (&RegionTrace, &SubFundTrace)> {
        self.regions
            .iter()
            .flat_map(|region| region.sub_funds.iter().map(move |fund| (region, fund)))
    }
}

impl EconomyTrace {
    fn new(scenario: &Scenario, workspace: &Workspace) -> Self {
        let economy = &workspace.economy;
        let quarters = economy.quarters.max(1);
        let cycles = economy.sector.chunks(quarters);
        let sectors = scenario.sector.iter().zip(cycles);
        let sectors = sectors.zip(economy.price.chunks(quarters));
        Self {
            cycle: economy.cycle.clone(),
            index: economy.log_index.iter().map(|&x| libm::exp(x)).collect(),
            window_open: economy.open.clone(),
            sectors: sectors
                .map(|((sector, cycle), price)| SectorCycle {
                    id: sector.id.clone(),
                    cycle: cycle.to_vec(),
                    price: price.iter().map(|&price| f64::from(price)).collect(),
                })
                .collect(),
        }
    }
}

impl NationalTrace {
    fn new(scenario: &Scenario, workspace: &Workspace) -> Self {
        let programme = &workspace.programme;
        let ledger = &programme.ledger;
        let flows = &ledger.national;
        let closes = programme.closes.iter().flatten();
        Self {
            placed: closes.map(|close| close.national).sum(),
            returns: Returns::of(&flows.calls, &flows.distributions, ledger.national_residual),
            running_cost: flows.running_cost.clone(),
            calls: flows.calls.clone(),
            distributions: flows.distributions.clone(),
            nav: scenario.nav.then(|| flows.nav.clone()),
        }
    }
}
