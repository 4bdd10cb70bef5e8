//! Raising the money: closes of regional funds, and sub-funds from approval to closing.

pub mod closes;
pub mod prospects;
pub mod records;
pub mod sub_funds;
