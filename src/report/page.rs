//! A report as one HTML file that opens without a network: charts, their data as tables, and the answer in sentences.
//!
//! Its only source is the object that `--format json` prints, which it carries: each number in a sentence or a table names its place
//! in that object, and charts look theirs up there. So a page says what the object says, whether it is made with the results or
//! from a folder of them later.

mod charts;
mod comparison;
mod document;
mod parts;
mod rules;
mod run;
mod sampled;
mod sensitivity;
mod sweep;

use crate::report::catalogue::Lang;
use crate::report::catalogue::page::Term;
use document::Document;
use minijinja::{Environment, context};
use parts::Block;
use serde_json::Value;
use std::fmt;

const TEMPLATE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
const LIBRARY: &str = include_str!("../../vendor/echarts/echarts.min.js");

/// Forms of the object that pages are made from.
const KNOWN_FORM: u64 = crate::report::json::SCHEMA_VERSION as u64;

/// Why an object cannot become a page.
#[derive(Debug, PartialEq, Eq)]
pub enum PageError {
    /// It is no object of results.
    Foreign,
    /// It was written by another version in a form that this one does not know.
    Form(u64),
    /// A part that every such object has is missing: a damaged object, or one of an older version.
    Missing(&'static str),
    /// The page cannot be put together: a mistake of this program.
    Template(String),
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str("this is no result of tierfund (no `schema_version`)"),
            Self::Form(found) => write!(
                f,
                "its form is version {found}, and this tierfund reads version {KNOWN_FORM}; run the scenario again, or use the version that wrote it"
            ),
            Self::Missing(what) => write!(
                f,
                "`{what}` is missing: it was written by an older version or is damaged; run the scenario again"
            ),
            Self::Template(why) => write!(f, "the page cannot be put together: {why}"),
        }
    }
}

impl std::error::Error for PageError {}

/// The page on `result`, an object as `--format json` prints it: of a run, of a run with sampled assumptions,
/// of a comparison, a sweep, a sensitivity analysis or the prices of rules.
///
/// # Errors
///
/// See [`PageError`].
pub fn render(result: &Value, lang: Lang) -> Result<String, PageError> {
    let form = result.get("schema_version").and_then(Value::as_u64);
    match form {
        None => return Err(PageError::Foreign),
        Some(KNOWN_FORM) => {}
        Some(other) => return Err(PageError::Form(other)),
    }
    let document = Document::new(result, lang);
    let content = if result.get("comparisons").is_some() {
        comparison::content(&document)?
    } else if result.get("measures").is_some() {
        sensitivity::content(&document)?
    } else if result.get("vary").is_some() {
        sweep::content(&document)?
    } else if result.get("base").is_some() && result.get("rules").is_some() {
        rules::content(&document)?
    } else if result.get("assumptions").is_some() {
        sampled::content(&document)?
    } else {
        run::content(&document)?
    };
    html(&document, &content)
}

/// What a page says.
struct Content {
    title: String,
    /// Lines below the title, as HTML.
    about: Vec<String>,
    blocks: Vec<Block>,
}

fn html(document: &Document, content: &Content) -> Result<String, PageError> {
    let failed = |error: minijinja::Error| PageError::Template(error.to_string());
    let mut environment = Environment::new();
    environment
        .add_template("page.html", TEMPLATE)
        .map_err(failed)?;
    let word = |term: Term| term.text(document.lang);
    let data = serde_json::to_string(document.root)
        .map_err(|error| PageError::Template(error.to_string()))?;
    let values = context! {
        lang => document.lang.choose("en", "zh-CN"),
        title => content.title.as_str(),
        about => content.about.clone(),
        blocks => minijinja::Value::from(minijinja::value::Serde(&content.blocks)),
        generator => concat!("tierfund ", env!("CARGO_PKG_VERSION")),
        style => STYLE,
        // Neither may end the element that it stands in.
        script => SCRIPT.replace("</", "<\\/"),
        library => LIBRARY.replace("</script", "<\\/script"),
        data => data.replace('<', "\\u003c"),
        words => context! {
            skip => word(Term::Skip),
            contents => word(Term::Contents),
            theme => word(Term::Theme),
            print => word(Term::Print),
            copy => word(Term::CopyData),
            data => word(Term::DataTable),
            footer => word(Term::Footer),
            noscript => word(Term::NoScript),
        },
    };
    let template = environment.get_template("page.html").map_err(failed)?;
    template.render(values).map_err(failed)
}

#[cfg(test)]
mod tests;
