//! `--set key=value`: one changed value as a layer of its own.

use std::ops::Range;

use toml::de::DeValue;

use super::problem::{Place, Problem};
use super::tree::{Entries, Node, Planter, Value, join, parse_errors};

/// What precedes the argument in the layer's text.
pub const PREFIX: &str = "--set ";
/// Keys nest at most this deep.
const DEPTH: usize = 12;

/// Turns `region.gba.take_up_mean=0.4` into a tree with one value.
///
/// Keys may be quoted, and any of them may be `*`. A value that is not TOML is text, so that
/// `ticket=money` and `capital=1200亿` need no quotes that the shell would take away.
///
/// # Errors
///
/// A missing `=`, a key or value that cannot be read, a key `extends`.
pub fn parse(argument: &str, layer: usize) -> Result<Entries, Vec<Problem>> {
    let place =
        |span: Range<usize>| Place::new(layer, PREFIX.len() + span.start..PREFIX.len() + span.end);
    let refuse = |span: Range<usize>, message: &str| {
        let hint = "write --set region.gba.take_up_mean=0.4";
        Err(vec![Problem::new(place(span), message).hint(hint)])
    };
    let (keys, equals) = match keys(argument) {
        Ok(parsed) => parsed,
        Err((span, message)) => return refuse(span, message),
    };
    if keys.len() > DEPTH {
        return refuse(0..equals, "the key has too many parts");
    }
    if keys[0].0 == "extends" {
        return refuse(keys[0].1.clone(), "`extends` belongs into a file");
    }
    let written = &argument[equals + 1..];
    let value = written.trim();
    if value.is_empty() {
        return refuse(
            equals..argument.len(),
            "a value follows the `=`; empty text is written \"\"",
        );
    }
    let start = equals + 1 + (written.len() - written.trim_start().len());
    let last = place(keys[keys.len() - 1].1.clone());
    let path = keys
        .iter()
        .fold(String::new(), |path, (key, _)| join(&path, key));
    let key = (path.as_str(), last, keys.len());
    let mut node = parse_value(value, layer, PREFIX.len() + start, key)?;
    for pair in keys.windows(2).rev() {
        let (parent, key) = (place(pair[0].1.clone()), pair[1].0.clone());
        node = Node {
            value: Value::Table(Entries::from([(key, node)])),
            place: parent,
            key_place: parent,
        };
    }
    Ok(Entries::from([(keys[0].0.clone(), node)]))
}

/// The value in `text`, which stands at byte `offset` of the layer under the key `path` of `depth` parts.
fn parse_value(
    text: &str,
    layer: usize,
    offset: usize,
    (path, key_place, depth): (&str, Place, usize),
) -> Result<Node, Vec<Problem>> {
    let mut problems = Vec::new();
    let (value, errors) = DeValue::parse_recoverable(text);
    let bare_word = !text.starts_with(['"', '\'', '[', '{']);
    if !errors.is_empty() && bare_word {
        let place = Place::new(layer, offset..offset + text.len());
        return Ok(Node {
            value: Value::Text(text.to_owned()),
            place,
            key_place,
        });
    }
    parse_errors(&errors, text, layer, offset, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let node = Planter {
        layer,
        offset,
        problems: &mut problems,
    }
    .value(&value, key_place, path, depth);
    if problems.is_empty() {
        Ok(node)
    } else {
        Err(problems)
    }
}

type Keys = Vec<(String, Range<usize>)>;

/// The parts of a dotted key with their spans, and where the `=` stands.
fn keys(argument: &str) -> Result<(Keys, usize), (Range<usize>, &'static str)> {
    let mut keys = Vec::new();
    let mut at = 0;
    loop {
        let start = at + blanks(&argument[at..]);
        let (key, length) =
            key(&argument[start..]).map_err(|message| (start..argument.len(), message))?;
        let end = start + length;
        keys.push((key, start..end));
        at = end + blanks(&argument[end..]);
        match argument[at..].chars().next() {
            Some('.') => at += 1,
            Some('=') => return Ok((keys, at)),
            Some(_) => {
                return Err((
                    at..argument.len(),
                    "a key holds letters, digits, `_` and `-`; others in quotes",
                ));
            }
            None => return Err((0..argument.len(), "an `=` stands between key and value")),
        }
    }
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The key `text` starts with and its length in bytes.
pub fn key(text: &str) -> Result<(String, usize), &'static str> {
    if let Some(quote @ ('"' | '\'')) = text.chars().next() {
        let end = text[1..].find(quote).ok_or("the quote is never closed")?;
        return Ok((text[1..=end].to_owned(), end + 2));
    }
    if text.starts_with('*') {
        return Ok(("*".to_owned(), 1));
    }
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let length = text.find(|c| !plain(c)).unwrap_or(text.len());
    if length == 0 {
        Err("a key is missing here")
    } else {
        Ok((text[..length].to_owned(), length))
    }
}

#[cfg(test)]
mod tests {
    use super::super::layers::Document;

    fn set(argument: &str) -> Result<String, String> {
        let document = Document::parse("a.toml", "", &[argument.to_owned()]);
        document
            .map(|document| document.to_toml())
            .map_err(|problems| problems.to_string())
    }

    #[test]
    fn values_are_toml_and_bare_words_are_text() {
        let pairs = [
            ("x=0.4", "x = 0.4\n"),
            ("x = 4", "x = 4\n"),
            ("x=true", "x = true\n"),
            ("x=money", "x = \"money\"\n"),
            ("x=1200亿", "x = \"1200亿\"\n"),
            ("x=51%", "x = \"51%\"\n"),
            ("x=[1, 2]", "x = [1, 2]\n"),
            ("x=a=b", "x = \"a=b\"\n"),
            ("x=2025-01-01", "x = 2025-01-01\n"),
            ("x={base=1,low=0}", "x = { base = 1, low = 0 }\n"),
            ("x=\"\"", "x = \"\"\n"),
            ("大湾区.x=1", "[\"大湾区\"]\nx = 1\n"),
            ("\"a.b\".'c d'=1", "[\"a.b\"]\n\"c d\" = 1\n"),
        ];
        for (argument, expected) in pairs {
            assert_eq!(set(argument).as_deref(), Ok(expected), "{argument}");
        }
    }

    #[test]
    fn a_missing_equals_sign_points_into_the_argument() {
        let expected = "\
error: an `=` stands between key and value
 |
 | --set national.capital
 |       ^^^^^^^^^^^^^^^^
 |
help: write --set region.gba.take_up_mean=0.4";
        assert_eq!(set("national.capital").unwrap_err(), expected);
    }

    #[test]
    fn odd_arguments_are_refused() {
        for (argument, rule) in [
            ("", "a key is missing"),
            ("=1", "a key is missing"),
            ("a..b=1", "a key is missing"),
            ("a.=1", "a key is missing"),
            ("a b=1", "a key holds letters"),
            ("\"a=1", "the quote is never closed"),
            ("\"", "the quote is never closed"),
            ("a=", "a value follows"),
            ("a=  ", "a value follows"),
            ("a=[1", "this is not TOML"),
            ("a=\"b", "this is not TOML"),
            ("a=nan", "a number is finite"),
            ("extends=x", "belongs into a file"),
            (&"a.".repeat(50_000), "a key is missing"),
            (&("a.".repeat(50_000) + "a=1"), "too many parts"),
        ] {
            let shown = set(argument).unwrap_err();
            assert!(
                shown.starts_with(&format!("error: {rule}")) || shown.contains(rule),
                "{argument}: {shown}"
            );
        }
    }
}
