//! What a scenario asks beyond one run: values to vary, and how uncertain numbers move together.

/// Values to vary and measures to take, from `[sweep]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// As the arguments of `--vary`.
    pub vary: Vec<String>,
    /// As the argument of `--metrics`.
    pub metrics: Vec<String>,
}

/// Two uncertain numbers that move together, from `[assumptions]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// Path of the one.
    pub first: String,
    /// Path of the other.
    pub second: String,
    /// Correlation of the normal scores of the two.
    pub value: f64,
}
