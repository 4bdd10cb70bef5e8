//! Simulates a government guidance fund of several tiers, from the treasury to start-ups and back.
//!
//! ```text
//! scenario file ─► scenario ─► structure ─► path ─► metrics ─► simulation ─► summary ─► report ─► cli
//!                  what is     what all     one     a row of   paths in      estimates   tables,
//!                  assumed     paths share  path    numbers    parallel      with error  JSON, CSV
//!
//!                                  └────► trace ──────────────────────────────► report ─► cli
//!                                         one path in full
//!
//! path: economy ─► fundraising ─► deployment ─► company ─► cash (fees, waterfalls) ─► ledger
//! ```
//!
//! [`units`], [`math`] and [`random`] know nothing of funds. A scenario is read with
//! [`Scenario::read`](scenario::Scenario::read), simulated with [`simulate`](simulation::simulate) and
//! summarised with [`Summary`](summary::Summary). Same scenario, seed and range of paths give the same bytes on any machine.

pub mod assumptions;
pub mod calibration;
pub mod cli;
pub mod comparison;
pub mod derived;
pub mod evidence;
pub mod goal;
pub mod instructions;
pub mod marginal;
pub mod math;
pub mod measure;
pub mod metrics;
pub mod outcomes;
pub mod path;
pub mod random;
pub mod report;
pub mod sampling;
pub mod scenario;
pub mod sensitivity;
pub mod simulation;
pub mod structure;
pub mod summary;
pub mod sweep;
pub mod table;
pub mod trace;
pub mod units;
pub mod validation;
