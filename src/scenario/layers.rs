//! From files and `--set` arguments to one tree.
//!
//! A file may open with `extends = "other.toml"`, relative to its own folder; chains are allowed.
//! The layers are the base first, then each file over it, then each `--set key=value`. See
//! `merge.rs` for how one layer is laid over another.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use toml::de::DeTable;

use super::merge::merge;
use super::problem::{Layer, Place, Problem, Problems, line_and_column};
use super::reader::suggestion;
use super::set;
use super::tree::{Entries, Node, Planter, Value, parse_errors};

/// A scenario file is at most this many bytes.
const LARGEST: u64 = 4 << 20;
/// At most this many files extend one another.
const LONGEST_CHAIN: usize = 16;

/// A scenario after inheritance: one tree whose every value knows the layer that set it.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) layers: Vec<Layer>,
    pub(super) root: Node,
}

impl Document {
    /// Reads the file at `path`, the files it extends, and the arguments `sets`, each `key=value`.
    ///
    /// # Errors
    ///
    /// Every file that cannot be read, syntax error and misused `extends`, `*`, `remove` or
    /// `--set`.
    pub fn load(path: &Path, sets: &[String]) -> Result<Self, Problems> {
        let mut loader = Loader::new(&read_file);
        if let Err((message, hint)) = loader.file(path, &mut Vec::new()) {
            loader
                .layers
                .push(Layer::file(&path.display().to_string(), ""));
            let place = Place::whole(loader.layers.len() - 1);
            loader
                .problems
                .push(Problem::new(place, message).hint(hint));
        }
        loader.finish(sets)
    }

    /// Reads `text`, called `name` in messages; the files it extends are relative to the folder of
    /// `name`.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn parse(name: &str, text: &str, sets: &[String]) -> Result<Self, Problems> {
        Self::parse_with(name, text, sets, &read_file)
    }

    /// Like [`parse`](Self::parse), with `read` supplying the files that are extended: for
    /// scenarios that live elsewhere than in files.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn parse_with(
        name: &str,
        text: &str,
        sets: &[String],
        read: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
    ) -> Result<Self, Problems> {
        let mut loader = Loader::new(read);
        loader.text(Path::new(name), text, &mut Vec::new());
        loader.finish(sets)
    }

    /// This document with the arguments `sets`, each `key=value`, over all its layers.
    ///
    /// # Errors
    ///
    /// What is wrong with the arguments.
    pub fn with(&self, sets: &[String]) -> Result<Self, Problems> {
        let root = self.root.table().cloned().unwrap_or_default();
        lay_over(self.layers.clone(), root, sets, Vec::new())
    }

    /// A document that says nothing.
    pub(super) fn empty() -> Self {
        let root = Node {
            value: Value::Table(Entries::new()),
            place: Place::whole(0),
            key_place: Place::whole(0),
        };
        let layers = vec![Layer::file("", "")];
        Self { layers, root }
    }

    /// The texts this scenario was made of, in the order in which they apply.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }
}

/// The bytes of a file, at most one more than allowed.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct Loader<'a> {
    read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
    layers: Vec<Layer>,
    trees: Vec<Entries>,
    problems: Vec<Problem>,
}

impl<'a> Loader<'a> {
    fn new(read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>) -> Self {
        Self {
            read,
            layers: Vec::new(),
            trees: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Reads a file after all that it extends. The error, a message and a hint, is for whoever asked
    /// for the file to report.
    fn file(&mut self, path: &Path, chain: &mut Vec<PathBuf>) -> Result<(), Refusal> {
        let shown = path.display();
        if chain.contains(&plain_path(path)) {
            let links: Vec<String> = chain
                .iter()
                .map(|link| link.display().to_string())
                .collect();
            let message = format!(
                "the files go in a circle: {} -> {shown}",
                links.join(" -> ")
            );
            return Err((message, "drop one of these `extends`".to_owned()));
        }
        if chain.len() == LONGEST_CHAIN {
            let message = format!("at most {LONGEST_CHAIN} files extend one another");
            return Err((message, "join some of them".to_owned()));
        }
        let bytes = (self.read)(path).map_err(|error| {
            (
                format!("cannot read {shown}: {error}"),
                advice(path, &error),
            )
        })?;
        let text = str::from_utf8(&bytes).map_err(|error| {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let (line, column) = line_and_column(&before, before.len());
            let byte = bytes[error.valid_up_to()];
            let message = format!("{shown}:{line}:{column}: byte 0x{byte:02x} is not UTF-8 text");
            (message, "save the file as UTF-8".to_owned())
        })?;
        if bytes.len() as u64 > LARGEST {
            return Err(too_large(path));
        }
        self.text(path, text, chain);
        Ok(())
    }

    fn text(&mut self, path: &Path, text: &str, chain: &mut Vec<PathBuf>) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (name, mut problems) = (path.display().to_string(), Vec::new());
        if text.len() as u64 > LARGEST {
            self.layers.push(Layer::file(&name, ""));
            let (message, hint) = too_large(path);
            let place = Place::whole(self.layers.len() - 1);
            return self.problems.push(Problem::new(place, message).hint(hint));
        }
        let (tree, errors) = DeTable::parse_recoverable(text);
        chain.push(plain_path(path));
        let refusal = self.base_of(tree.get_ref(), path, chain);
        chain.pop();

        let layer = self.layers.len();
        problems.extend(refusal.map(|(span, (message, hint))| {
            Problem::of_key(Place::new(layer, span), "extends", message).hint(hint)
        }));
        let mut values = Vec::new();
        let entries = Planter {
            layer,
            offset: 0,
            problems: &mut values,
        }
        .root(tree.get_ref());
        parse_errors(&errors, text, layer, 0, &mut problems);
        // What stands for text that could not be parsed is not to blame a second time.
        let unread = |value: &Problem| problems.iter().any(|error| error.place == value.place);
        values.retain(|value| !unread(value));
        problems.append(&mut values);
        self.layers.push(Layer::file(&name, text));
        self.trees.push(entries);
        self.problems.append(&mut problems);
    }

    /// Reads what a file extends; what is wrong with that is to be reported at its `extends`.
    fn base_of(
        &mut self,
        tree: &DeTable<'_>,
        path: &Path,
        chain: &mut Vec<PathBuf>,
    ) -> Option<(std::ops::Range<usize>, Refusal)> {
        let extends = tree.get("extends")?;
        let Some(base) = extends.get_ref().as_str() else {
            let rule = "a scenario extends one file, whose name is text".to_owned();
            let hint = "write extends = \"national-2025.toml\"".to_owned();
            return Some((extends.span(), (rule, hint)));
        };
        let base = plain_path(&path.parent().unwrap_or(Path::new("")).join(base));
        self.file(&base, chain)
            .err()
            .map(|refusal| (extends.span(), refusal))
    }

    fn finish(self, sets: &[String]) -> Result<Document, Problems> {
        let Self {
            layers,
            trees,
            mut problems,
            ..
        } = self;
        let mut root = Entries::new();
        if problems.is_empty() {
            for tree in trees {
                merge(&mut root, tree, "", &mut problems);
            }
        }
        lay_over(layers, root, sets, problems)
    }
}

/// `root`, made of `layers`, with the arguments `sets` over it.
fn lay_over(
    mut layers: Vec<Layer>,
    mut root: Entries,
    sets: &[String],
    mut problems: Vec<Problem>,
) -> Result<Document, Problems> {
    let mut trees = Vec::new();
    for argument in sets {
        let layer = layers.len();
        layers.push(Layer::argument(&format!("{}{argument}", set::PREFIX)));
        match set::parse(argument, layer) {
            Ok(entries) => trees.push(entries),
            Err(mut list) => problems.append(&mut list),
        }
    }
    if problems.is_empty() {
        for tree in trees {
            merge(&mut root, tree, "", &mut problems);
        }
        let files = layers.iter().filter(|layer| !layer.argument).count();
        drop_outdated_title(&mut root, files);
    }
    if !problems.is_empty() {
        return Err(Problems::new(layers, problems));
    }
    let file = layers.iter().rposition(|layer| !layer.argument);
    let place = Place::whole(file.unwrap_or(0));
    Ok(Document {
        layers,
        root: Node {
            value: Value::Table(root),
            place,
            key_place: place,
        },
    })
}

/// Drops a Chinese title older than the English one, which it no longer translates; the arguments, from layer
/// number `files` on, are of one age.
fn drop_outdated_title(root: &mut Entries, files: usize) {
    let age = |key| {
        let node: Option<&Node> = root.get(key);
        node.map(|node| node.place.layer.min(files))
    };
    if age("title_zh") < age("title") {
        root.remove("title_zh");
    }
}

/// A message and what to do about it.
type Refusal = (String, String);

fn too_large(path: &Path) -> Refusal {
    let message = format!("{} is larger than {} MiB", path.display(), LARGEST >> 20);
    (
        message,
        "a scenario is a short text: check the path".to_owned(),
    )
}

/// What to do about a file that cannot be read: a file beside it may have the name that was meant.
fn advice(path: &Path, error: &io::Error) -> String {
    if error.kind() != io::ErrorKind::NotFound {
        return "name a scenario file that can be read; `extends` is relative to its own file"
            .to_owned();
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let beside = std::fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter();
    let mut names: Vec<String> = beside
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension() == path.extension())
        .collect();
    names.sort();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match suggestion(&name, names.iter().map(String::as_str)) {
        Some(beside) => format!("did you mean `{beside}`?"),
        None => "check the path; `extends` is relative to its own file".to_owned(),
    }
}

/// `a/./b/../c` as `a/c`, so that a circle of files is seen for what it is.
fn plain_path(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn files<'a>(list: &'a [(&'a str, &'a str)]) -> impl Fn(&Path) -> io::Result<Vec<u8>> + 'a {
        move |path| {
            let found = list.iter().find(|(name, _)| Path::new(name) == path);
            found
                .map(|(_, text)| text.as_bytes().to_vec())
                .ok_or_else(|| io::Error::other("no such file"))
        }
    }

    fn parse(text: &str) -> Result<Document, Problems> {
        Document::parse("a.toml", text, &[])
    }

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_chain_of_files_applies_base_first() {
        let read = files(&[
            ("dir/base/first.toml", "x = 1\ny = 1\nz = 1\n"),
            (
                "dir/second.toml",
                "extends = \"base/first.toml\"\ny = 2\nz = 2\n",
            ),
        ]);
        let text = "extends = \"./base/../second.toml\"\nz = 3\n";
        let document = Document::parse_with("dir/top.toml", text, &["w=4".into()], &read).unwrap();
        assert_eq!(document.to_toml(), "x = 1\ny = 2\nz = 3\nw = 4\n");
        let origins = ["x", "y", "z", "w"].map(|key| document.origin(key).unwrap());
        assert_eq!(
            origins,
            [
                "dir/base/first.toml",
                "dir/second.toml",
                "dir/top.toml",
                "--set w=4"
            ]
        );
    }

    #[test]
    fn a_chinese_title_lasts_as_long_as_the_english_one_it_translates() {
        let read = files(&[("base.toml", "title = \"a\"\ntitle_zh = \"甲\"\n")]);
        let titles = |overlay: &str, sets: &[&str]| {
            let text = format!("extends = \"base.toml\"\n{overlay}");
            let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
            let document = Document::parse_with("top.toml", &text, &sets, &read).unwrap();
            document.to_toml().replace('\n', ";")
        };
        assert_eq!(titles("", &[]), "title = \"a\";title_zh = \"甲\";");
        assert_eq!(titles("title = \"b\"", &[]), "title = \"b\";");
        assert_eq!(titles("", &["title=b"]), "title = \"b\";");
        for both in [
            "title = \"b\"\ntitle_zh = \"乙\"",
            "title_zh = \"乙\"\ntitle = \"b\"",
        ] {
            assert!(titles(both, &[]).contains("title_zh = \"乙\";"), "{both}");
        }
        assert!(titles("title_zh = \"乙\"", &[]).contains("title_zh = \"乙\";"));
        assert!(titles("", &["title_zh=乙", "title=b"]).contains("title_zh = \"乙\";"));
    }

    #[test]
    fn a_circle_of_files_is_shown_as_a_chain() {
        let read = files(&[
            ("a.toml", "extends = \"b.toml\""),
            ("b.toml", "extends = \"a.toml\""),
        ]);
        let problems =
            Document::parse_with("./a.toml", "extends = \"b.toml\"", &[], &read).unwrap_err();
        let expected = "\
error: `extends`: the files go in a circle: a.toml -> b.toml -> a.toml
 --> b.toml:1:11
  |
1 | extends = \"a.toml\"
  |           ^^^^^^^^
  |
help: drop one of these `extends`";
        assert_eq!(problems.to_string(), expected);
    }

    #[test]
    fn a_base_that_cannot_be_read_is_blamed_on_the_line_that_asks_for_it() {
        let problems =
            Document::parse_with("a.toml", "x = 1\nextends = \"b.toml\"", &[], &files(&[]))
                .unwrap_err();
        let shown = problems.to_string();
        assert!(
            shown.starts_with(
                "error: `extends`: cannot read b.toml: no such file\n --> a.toml:2:11\n"
            ),
            "{shown}"
        );
        assert!(
            refusal("extends = 3").starts_with("error: `extends`: a scenario extends one file")
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_located() {
        let read = |_: &Path| Ok(b"x = 1\ny = \"\xe5\xa4\xa7\xff\"".to_vec());
        let problems =
            Document::parse_with("a.toml", "extends = \"b.toml\"", &[], &read).unwrap_err();
        assert!(
            problems
                .to_string()
                .starts_with("error: `extends`: b.toml:2:7: byte 0xff is not UTF-8 text\n"),
            "{problems}"
        );
    }

    #[test]
    fn a_missing_file_and_a_folder_are_problems() {
        let missing = Document::load(Path::new("/nowhere/x.toml"), &[])
            .unwrap_err()
            .to_string();
        assert!(
            missing.starts_with("error: cannot read /nowhere/x.toml: No such file"),
            "{missing}"
        );
        assert!(missing.contains("\n--> /nowhere/x.toml\n"), "{missing}");
        assert!(Document::load(Path::new("/"), &[]).is_err());
        assert!(
            Document::load(Path::new("/dev/zero"), &[])
                .unwrap_err()
                .to_string()
                .contains("larger than 4 MiB")
        );
    }

    #[test]
    fn every_syntax_error_is_reported_at_once() {
        let shown = refusal("a = \nb = 1\nb = 2\nc = [1,\n");
        assert!(
            shown.contains("a.toml:1:5")
                && shown.contains("the key `b` stands twice")
                && shown.contains("a.toml:3:1"),
            "{shown}"
        );
    }

    #[test]
    fn values_no_scenario_can_hold_are_refused_where_they_stand() {
        let shown =
            refusal("a = nan\nb = [1, -inf]\nc = 99999999999999999999\nd = 1e999\ne = 10:00:00\n");
        for place in ["1:5", "2:9", "3:5", "4:5", "5:5"] {
            assert!(shown.contains(&format!("a.toml:{place}")), "{shown}");
        }
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_understood() {
        let document = parse("\u{feff}x = 1\r\n[t]\r\ny = 2\r\n").unwrap();
        assert_eq!(document.to_toml(), "x = 1\n\n[t]\ny = 2\n");
        assert!(refusal("\u{feff}x = ?\r\n").contains("a.toml:1:5\n"));
    }

    #[test]
    fn hostile_texts_are_refused_without_harm() {
        let hostile = [
            "x = ".to_owned() + &"[".repeat(20_000),
            "x = ".to_owned() + &"{a=".repeat(20_000),
            "[".repeat(20_000),
            "a.".repeat(100_000) + "b = 1",
            "x = 1\0\0\0".to_owned(),
            "\0".repeat(100_000),
            "?!{[\"'\n".repeat(10_000),
            "z".repeat(10 << 20),
            "?\n".repeat(300_000),
            "x = \"".to_owned() + &"大".repeat(1_000_000),
            "a = {".to_owned() + &"b = {".repeat(40) + &"}".repeat(41),
        ];
        for text in hostile {
            let problems = parse(&text).unwrap_err();
            assert!(problems.to_string().len() < 200_000);
        }
    }

    const VALID: &str = "title = \"国家队 α\"\n[national]\ncapital = \"1000亿\"\nstart = 2025-01-01\n\
        [region.\"大湾区\"]\ntake_up_mean = { base = 0.5, low = 0.3 }\nyears = [1, 2.5]\n";

    proptest! {
        #[test]
        fn mutated_texts_never_panic(cuts in prop::collection::vec((0..VALID.len(), any::<u8>()), 1..8)) {
            let mut bytes = VALID.as_bytes().to_vec();
            for (at, byte) in cuts {
                bytes[at] = byte;
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match Document::parse("a.toml", &text, std::slice::from_ref(&text)) {
                Ok(document) => drop(document.sha256()),
                Err(problems) => drop(problems.coloured()),
            }
            if let Ok(document) = parse(&text) {
                let again = parse(&document.to_toml()).unwrap();
                prop_assert_eq!(again.canonical(), document.canonical());
            }
        }
    }
}
