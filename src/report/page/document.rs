//! The object behind a page, read by the places of its numbers.

use crate::metrics::MetricUnit;
use crate::report::Names;
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, Lang, metric_label};
use crate::report::format::{self, NO_NUMBER};
use serde_json::Value;

/// The object, and how it is told.
pub(super) struct Document<'a> {
    pub(super) root: &'a Value,
    pub(super) lang: Lang,
    pub(super) names: Names,
}

impl<'a> Document<'a> {
    pub(super) fn new(root: &'a Value, lang: Lang) -> Self {
        Self {
            root,
            lang,
            names: names(root),
        }
    }

    pub(super) fn get(&self, at: &str) -> Option<&'a Value> {
        self.root.pointer(at).filter(|value| !value.is_null())
    }

    pub(super) fn number(&self, at: &str) -> Option<f64> {
        self.get(at)?.as_f64()
    }

    pub(super) fn text(&self, at: &str) -> &'a str {
        self.get(at).and_then(Value::as_str).unwrap_or("")
    }

    pub(super) fn list(&self, at: &str) -> &'a [Value] {
        let list = self.get(at).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// Keys of the object at `at`, in their order.
    pub(super) fn keys(&self, at: &str) -> Vec<&'a str> {
        let object = self.get(at).and_then(Value::as_object);
        object.map_or_else(Vec::new, |object| {
            object.keys().map(String::as_str).collect()
        })
    }

    /// The unit that the object at `at` gives.
    pub(super) fn unit(&self, at: &str) -> MetricUnit {
        unit_of(self.text(&format!("{at}/unit")))
    }

    pub(super) fn term(&self, term: Term) -> String {
        term.text(self.lang).to_owned()
    }

    pub(super) fn word(&self, term: catalogue::Term) -> String {
        term.text(self.lang).to_owned()
    }

    pub(super) fn label(&self, metric: &str) -> String {
        metric_label(metric, &self.names, self.lang).unwrap_or_else(|| metric.to_owned())
    }

    /// The number at `at` in `unit`, as HTML that names its place.
    pub(super) fn data(&self, at: &str, unit: MetricUnit) -> String {
        self.data_as(at, |value| format::number(value, unit, self.lang))
    }

    /// The number at `at`, said by `say`, as HTML that names its place.
    pub(super) fn data_as(&self, at: &str, say: impl Fn(f64) -> String) -> String {
        match self.get(at).and_then(Value::as_number) {
            Some(number) => format!(
                "<data value=\"{number}\" data-at=\"{}\">{}</data>",
                escape(at),
                escape(&say(number.as_f64().unwrap_or(f64::NAN)))
            ),
            None => NO_NUMBER.to_owned(),
        }
    }

    /// One number of the metric at `at`, `p50` for example; "never" or "none" for a quantile that falls on a missing value.
    pub(super) fn part(&self, at: &str, part: &str) -> String {
        let place = format!("{at}/{part}");
        let missing = self.number(&format!("{at}/missing")).unwrap_or(0.0) > 0.0;
        if self.get(&place).is_none() && missing && part.starts_with('p') {
            let term = if self.unit(at) == MetricUnit::Years {
                catalogue::Term::Never
            } else {
                catalogue::Term::NoValue
            };
            return self.word(term);
        }
        self.data(&place, self.unit(at))
    }

    /// Two numbers of one unit as an interval.
    pub(super) fn interval(&self, low: &str, high: &str, unit: MetricUnit) -> String {
        if self.get(low).is_none() && self.get(high).is_none() {
            return NO_NUMBER.to_owned();
        }
        format!("{}..{}", self.data(low, unit), self.data(high, unit))
    }
}

/// `template` escaped, with each `{name}` replaced by its HTML.
pub(super) fn fill_html(template: &str, values: &[(&str, String)]) -> String {
    let text = escape(template);
    values.iter().fold(text, |text, (name, html)| {
        text.replace(&format!("{{{name}}}"), html)
    })
}

/// The unit of this name; a plain number for others.
pub(super) fn unit_of(name: &str) -> MetricUnit {
    match name {
        "yuan" => MetricUnit::Money,
        "share" => MetricUnit::Share,
        "rate_per_year" => MetricUnit::Rate,
        "count" => MetricUnit::Count,
        "years" => MetricUnit::Years,
        _ => MetricUnit::Multiple,
    }
}

/// A key as a part of a JSON pointer.
pub(super) fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn names(root: &Value) -> Names {
    let text = |value: &Value, key: &str| {
        let text = value.get(key).and_then(Value::as_str);
        text.map(str::to_owned)
    };
    let Some(about) = root.get("scenario") else {
        return Names::default();
    };
    let regions = about.get("regions").and_then(Value::as_array);
    let region = |value: &Value| Some((text(value, "id")?, text(value, "name")?));
    Names {
        title: text(about, "title").unwrap_or_default(),
        title_zh: text(about, "title_zh"),
        regions: regions.map_or_else(Vec::new, |all| all.iter().filter_map(region).collect()),
    }
}
