//! Money up and down the tiers: calls, fees, waterfalls, and each holder's part of them.

pub mod lp_classes;
pub mod sub_funds;
pub mod sums;
pub mod table;
pub mod tranches;
pub mod upward;
