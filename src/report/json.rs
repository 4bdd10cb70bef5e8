//! The machine-readable result: one JSON object whose form is part of the public surface.

use crate::report::catalogue::{Lang, warning};
use crate::summary::background::{About, Arithmetic, Assumed};
use crate::summary::curve::Curve;
use crate::summary::estimate::Estimate;
use crate::summary::fan::Fan;
use crate::summary::histogram::Histogram;
use crate::summary::mean_flows::MeanFlowsIrr;
use crate::summary::named::Named;
use crate::summary::probability::Probability;
use crate::summary::rules::RuleEstimate;
use crate::summary::sampling::Sampled;
use crate::summary::{FiscalTerms, Flow, IntervalMethod, Provenance, Reached, Summary, Warning};
use serde::Serialize;
use std::io;

/// Version of the object's form: a change that a reader must know of raises it.
pub const SCHEMA_VERSION: u32 = 1;

/// The object, field by field in the order in which it is written.
#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    provenance: &'a Provenance,
    scenario: Option<&'a About>,
    metrics: &'a Named<Estimate>,
    interval_method: IntervalMethod,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampling: Option<&'a Sampled>,
    probabilities: &'a Named<Probability>,
    reached: &'a Named<Reached>,
    rules: &'a Named<RuleEstimate>,
    exits: &'a Named<Named<Estimate>>,
    irr_of_mean_flows: &'a Named<MeanFlowsIrr>,
    fiscal_terms: Option<FiscalTerms>,
    curves: &'a Named<Curve>,
    fans: &'a Named<Fan>,
    histograms: &'a Named<Histogram>,
    flows: &'a [Flow],
    warnings: Vec<WarningText>,
    arithmetic: Option<&'a Arithmetic>,
    parameters: Option<&'a [Assumed]>,
}

#[derive(Serialize)]
struct Versioned<'a, T> {
    schema_version: u32,
    #[serde(flatten)]
    content: &'a T,
}

/// Writes `content` with the version of its form in front, as one JSON object and a line end.
pub(super) fn write_versioned(content: &impl Serialize, mut out: impl io::Write) -> io::Result<()> {
    let document = Versioned {
        schema_version: SCHEMA_VERSION,
        content,
    };
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct WarningText {
    code: Warning,
    en: &'static str,
    zh: &'static str,
}

/// Writes `summary` as one JSON object and a line end.
///
/// Numbers round-trip (shortest decimals that read back as the same bits); what does not exist is
/// null. Nothing depends on time, machine, path of a file or number of threads.
///
/// # Errors
///
/// Those of `out`.
pub fn write(summary: &Summary, mut out: impl io::Write) -> io::Result<()> {
    let background = summary.background.as_ref();
    let document = Document {
        schema_version: SCHEMA_VERSION,
        provenance: &summary.provenance,
        scenario: background.map(|background| &background.scenario),
        metrics: &summary.metrics,
        interval_method: summary.interval_method,
        sampling: (!summary.sampled.is_plain()).then_some(&summary.sampled),
        probabilities: &summary.probabilities,
        reached: &summary.reached,
        rules: &summary.rules,
        exits: &summary.exits,
        irr_of_mean_flows: &summary.irr_of_mean_flows,
        fiscal_terms: summary.fiscal_terms,
        curves: &summary.curves,
        fans: &summary.fans,
        histograms: &summary.histograms,
        flows: &summary.flows,
        warnings: summary.warnings.iter().map(|code| text_of(*code)).collect(),
        arithmetic: background.map(|background| &background.arithmetic),
        parameters: background.map(|background| background.parameters.as_slice()),
    };
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}

fn text_of(code: Warning) -> WarningText {
    let term = warning(code);
    WarningText {
        code,
        en: term.text(Lang::En),
        zh: term.text(Lang::Zh),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::tests::summary;
    use serde_json::Value;

    fn written() -> Value {
        let mut bytes = Vec::new();
        write(&summary(2000), &mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn the_object_has_the_documented_keys_in_their_order() {
        let mut bytes = Vec::new();
        write(&summary(50), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let keys: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("  \"")?.split('"').next())
            .collect();
        let documented = [
            "schema_version",
            "provenance",
            "scenario",
            "metrics",
            "interval_method",
            "probabilities",
            "reached",
            "rules",
            "exits",
            "irr_of_mean_flows",
            "fiscal_terms",
            "curves",
            "fans",
            "histograms",
            "flows",
            "warnings",
            "arithmetic",
            "parameters",
        ];
        assert_eq!(keys, documented);
    }

    #[test]
    fn a_metric_has_its_moments_quantiles_and_intervals() {
        let object = written();
        let metric = &object["metrics"]["leverage.consolidated"];
        for key in [
            "mean", "se", "sd", "lo", "hi", "p5", "p25", "p50", "p75", "p95", "n", "missing",
        ] {
            assert!(metric[key].is_number(), "{key}");
        }
        for key in ["mean", "sd", "p5", "p25", "p50", "p75", "p95"] {
            assert!(metric["intervals"][key][0].is_number(), "{key}");
        }
        assert_eq!(metric["unit"], "multiple");
        assert!(object["probabilities"]["leverage.consolidated>=10"]["lo"].is_number());
        assert_eq!(object["curves"]["national.calls"]["period"], "quarter");
        assert_eq!(object["flows"][0]["mean"], 98e9);
        assert_eq!(object["warnings"][0]["code"], "point_assumptions");
    }

    #[test]
    fn what_does_not_exist_is_null() {
        let object = written();
        let irr = &object["metrics"]["national.irr"];
        assert!(irr["mean"].is_null() && irr["p50"].is_number());
        assert_eq!(irr["missing"], 4);
    }
}
