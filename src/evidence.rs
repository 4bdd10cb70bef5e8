//! Published figures: what each counts, where it comes from, and how far a model may lie from it.
//!
//! The rows stand in `evidence/*.toml` and are part of the program; other files of the same form can be read from a folder. A row
//! says what it measures as a [`Quantity`], which is all that a model needs to be held against it. Tolerances follow from the
//! sampling error of a figure or from the spread between sources, never from what a model gives.

mod file;

pub use file::{EvidenceError, read, shipped};

use crate::scenario::Country;
use serde::{Deserialize, Serialize};

/// One published figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Name, for `--rows` and in reports.
    pub id: String,
    /// What it is, in English.
    pub title: String,
    /// The same in Chinese.
    pub title_zh: String,
    /// Who published it, and where.
    pub source: String,
    /// Year of the publication.
    pub year: u16,
    /// Market that it is about.
    pub country: Country,
    /// Scenarios that it is about, where it is about some only: the results of one programme.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// Exact definition, with the unit of observation.
    pub unit: String,
    /// The same in the model's terms.
    pub quantity: Quantity,
    /// How it is written in a report.
    pub scale: Scale,
    /// The figure; shares are parts of 1.
    pub published: f64,
    /// How far a model may lie from it.
    pub tolerance: f64,
    /// Why that far.
    pub reason: String,
    /// Whether a model may be fitted to it.
    #[serde(rename = "use")]
    pub used: Use,
    /// How far the figure itself is to be believed.
    pub reliability: Reliability,
}

/// Whether a model may be fitted to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// It may.
    Fitted,
    /// It never is, so that it tells how well the model does where it was not fitted.
    HeldOut,
}

/// How a figure is written in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// A share, in percent.
    Percent,
    /// A multiple, an exponent or any other plain number.
    Number,
    /// Years.
    Years,
}

/// How far a figure is to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reliability {
    /// Read at its source, with sample and definition.
    High,
    /// Read in a copy or with an unclear definition.
    Medium,
    /// From general knowledge, or from one event.
    Low,
}

/// Something that published figures and paths have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum Quantity {
    /// Mean over paths of a metric of `tierfund run`.
    Metric {
        /// Its name.
        name: String,
    },
    /// Sum of some metrics over the sum of others, both added up over paths.
    Ratio {
        /// Names above the line.
        over: Vec<String>,
        /// Names below it.
        under: Vec<String>,
    },
    /// Share of financings (cheques in one round, follow-ons apart) that return between `from` and `to` times their cost within so
    /// many years; `from` belongs to it, `to` does not.
    Financings {
        /// Least multiple.
        from: f64,
        /// Multiple that is too much; none for all above `from`.
        to: Option<f64>,
        /// Years in which money counts.
        within_years: f64,
    },
    /// The same as a share of the money of financings.
    FinancedMoney {
        /// Least multiple.
        from: f64,
        /// Multiple that is too much.
        to: Option<f64>,
        /// Years in which money counts.
        within_years: f64,
    },
    /// Exponent of the tail: ln(S(from) / S(to)) / ln(to / from), S(x) being the share of financings that return x times or more.
    TailExponent {
        /// Where the tail is said to begin.
        from: f64,
        /// Where the figure ends.
        to: f64,
        /// Years in which money counts.
        within_years: f64,
    },
    /// Share of the companies first funded in a stage that raise so many further rounds at least, down rounds included.
    FurtherRounds {
        /// Stage of the first cheque.
        stage: String,
        /// Rounds after it.
        at_least: u32,
    },
    /// Share of them that raise a further round within so many years.
    FurtherRoundWithin {
        /// Stage of the first cheque.
        stage: String,
        /// Years from the first cheque.
        years: f64,
    },
    /// Median time in a stage before a round, in years.
    YearsToRound {
        /// The stage.
        stage: String,
    },
    /// Mean part that an up round out of a stage takes from those who do not follow.
    Dilution {
        /// The stage before the round.
        stage: String,
    },
    /// Share of the companies first funded in a stage that meet one of some events: keys of `[stage.<id>.weights]`.
    Event {
        /// Stage of the first cheque.
        stage: String,
        /// The events.
        events: Vec<String>,
        /// Years from the first cheque; none for a whole life.
        #[serde(default)]
        within_years: Option<f64>,
    },
    /// Share of holders' exits for money (listings, trade sales, transfers each for itself, redemptions) that take a route.
    ExitsBy {
        /// The route, as in `exits.<route>.count`.
        route: String,
        /// Least part of its cost that a redemption brings to count among them: one that is won in court and hardly paid is
        /// in the courts' statistics and not in investors'.
        redemption_from: f64,
    },
    /// Standard deviation over mean of the market's yearly listings over so many years.
    ListingSwing {
        /// Years.
        years: usize,
    },
    /// Part of sub-funds' commitments that is called by an age of so many years.
    CalledBy {
        /// Age in years.
        years: usize,
    },
    /// Distributions of sub-funds up to an age of so many years over their commitments.
    DistributedBy {
        /// Age in years.
        years: usize,
    },
}
