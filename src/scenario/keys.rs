//! Every key that a scenario may give, heard from the reader itself.

use super::file::ask;
use super::layers::Document;
use super::reader::{AskedKey, Reader, Turn};
use std::collections::{BTreeMap, BTreeSet};

/// Most words of a choice on which other keys depend.
const MOST_WORDS: usize = 4;

/// Every key by path, `*` for names that the author gives: found by asking for a scenario as often as it takes to have
/// every choice made each way. A key is optional where some file may leave it out though its table is there.
pub fn keys() -> Vec<AskedKey> {
    let document = Document::empty();
    let mut found: BTreeMap<String, AskedKey> = BTreeMap::new();
    for word in 0..MOST_WORDS {
        for optional in [false, true] {
            let reader = Reader::survey(&document, Turn { optional, word });
            let _ = ask(&reader.root(), &document, &[]);
            let mut asked = reader.asked();
            for key in &mut asked {
                // The name of a survey's entries is no plain key, so that paths quote it.
                key.path = key.path.replace("\"*\"", "*");
            }
            merge(&mut found, asked);
        }
    }
    found.into_values().collect()
}

/// Adds the keys of one turn. What this turn or the ones before did not ask for in a table that both opened is optional.
fn merge(found: &mut BTreeMap<String, AskedKey>, asked: Vec<AskedKey>) {
    let tables = |keys: &mut dyn Iterator<Item = &str>| -> BTreeSet<String> {
        keys.map(|path| table_of(path).to_owned()).collect()
    };
    let before = tables(&mut found.keys().map(String::as_str));
    let now = tables(&mut asked.iter().map(|key| key.path.as_str()));
    let paths: BTreeSet<String> = asked.iter().map(|key| key.path.clone()).collect();
    for key in found.values_mut() {
        key.optional |= now.contains(table_of(&key.path)) && !paths.contains(&key.path);
    }
    for mut key in asked {
        key.optional |= before.contains(table_of(&key.path)) && !found.contains_key(&key.path);
        match found.get_mut(&key.path) {
            Some(old) => old.optional |= key.optional,
            None => drop(found.insert(key.path.clone(), key)),
        }
    }
}

/// The path of the table that holds the key `path`.
fn table_of(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(table, _)| table)
}
