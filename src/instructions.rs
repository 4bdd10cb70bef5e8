//! Instruction sets of the vector loops: which this processor has, and the token of the widest.
//!
//! Loops are plain code that the compiler turns into vectors of any width. The few steps that no plain loop
//! becomes (packing chosen lanes, a table in a register, shuffles between products) ask for the token of
//! AVX-512 and have a plain form beside them that gives the same bits.

#![allow(clippy::inline_always)] // folded into the loop that asks

use pulp::Arch;
#[cfg(target_arch = "x86_64")]
use pulp::{Simd, x86::V4};

/// Every instruction set that this processor has, from plain code to the widest: results are the same for all.
pub fn instruction_sets() -> Vec<Arch> {
    let mut sets = vec![Arch::Scalar];
    #[cfg(target_arch = "x86_64")]
    sets.extend(pulp::x86::V3::try_new().map(Arch::V3));
    sets.push(Arch::new());
    sets
}

/// The token of AVX-512, if the code around runs with it. The compiler knows the answer for each instruction set.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub fn avx512<S: Simd>(simd: S) -> Option<V4> {
    (&simd as &dyn std::any::Any).downcast_ref::<V4>().copied()
}
