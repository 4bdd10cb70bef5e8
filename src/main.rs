//! The command `tierfund`.
fn main() {}
