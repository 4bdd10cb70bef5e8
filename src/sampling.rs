//! Points that fill a cube evenly.

pub mod sobol;
