//! Mathematics with the same bits on every machine.
//!
//! No transcendental function of std enters a result: their bits differ between machines. [`elementary`] holds f32 kernels for the hot loops;
//! all else is f64 over the crate `libm`, for set-up and reports.

pub mod cholesky;
pub mod elementary;
pub mod irr;
pub mod links;
pub mod principal;
pub mod quadrature;
pub mod roots;
