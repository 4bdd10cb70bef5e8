//! The page on scenarios compared on the same luck.

use super::charts::{self, About, Bar, Group};
use super::document::{Document, escape, fill_html, token, unit_of};
use super::parts::{Block, Cell, Chart, Table};
use super::{Content, PageError};
use crate::metrics::{LADDER, MetricUnit};
use crate::report::catalogue::comparison::Term as Word;
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, Lang};
use crate::report::format;
use serde_json::Value;

/// Identifiers of the blocks of at most so many comparisons; more are told to be left out of the page.
const IDS: [[&str; 5]; 6] = [
    ["answer", "ladder", "returns", "events", "keys"],
    ["answer-2", "ladder-2", "returns-2", "events-2", "keys-2"],
    ["answer-3", "ladder-3", "returns-3", "events-3", "keys-3"],
    ["answer-4", "ladder-4", "returns-4", "events-4", "keys-4"],
    ["answer-5", "ladder-5", "returns-5", "events-5", "keys-5"],
    ["answer-6", "ladder-6", "returns-6", "events-6", "keys-6"],
];

pub(super) fn content(document: &Document) -> Result<Content, PageError> {
    let all = document.list("/comparisons");
    if all.is_empty() {
        return Err(PageError::Missing("comparisons"));
    }
    let mut blocks = Vec::new();
    let several = all.len() > 1;
    for (number, ids) in (0..all.len()).zip(IDS) {
        let one = One {
            document,
            at: format!("/comparisons/{number}"),
            ids,
            several,
        };
        for part in ["base", "other", "metrics", "probabilities"] {
            if document.get(&one.place(part)).is_none() {
                return Err(PageError::Missing("comparisons"));
            }
        }
        blocks.extend(one.blocks());
    }
    let first = One {
        document,
        at: "/comparisons/0".to_owned(),
        ids: IDS[0],
        several,
    };
    Ok(Content {
        title: document.term(Term::ComparisonTitle),
        about: first.about(all.len()),
        blocks,
    })
}

/// One comparison of the object.
struct One<'a> {
    document: &'a Document<'a>,
    at: String,
    ids: [&'static str; 5],
    several: bool,
}

impl One<'_> {
    fn place(&self, part: &str) -> String {
        format!("{}/{part}", self.at)
    }

    fn text(&self, part: &str) -> &str {
        self.document.text(&self.place(part))
    }

    fn word(&self, word: Word) -> String {
        word.text(self.document.lang).to_owned()
    }

    /// A title that says which comparison it is of.
    fn title(&self, term: Term) -> String {
        let title = self.document.term(term);
        if self.several {
            let lang = self.document.lang;
            lang.labelled(&title, self.text("other/scenario"))
        } else {
            title
        }
    }

    fn about(&self, count: usize) -> Vec<String> {
        let document = self.document;
        let number =
            |part: &str| document.data_as(&self.place(part), |value| format!("{value:.0}"));
        let origin = |word: Word, at: String, side: &str| {
            let text = |key: &str| escape(document.text(&format!("{at}/{side}/{key}")));
            let from = format!("{} ({})", text("scenario"), text("scenario_sha256"));
            document.lang.labelled(&self.word(word), &from)
        };
        let mut lines = vec![origin(Word::BaseLine, self.at.clone(), "base")];
        for other in 0..count {
            lines.push(origin(
                Word::OtherLine,
                format!("/comparisons/{other}"),
                "other",
            ));
        }
        lines.push(format!(
            "{} {} | {} {} | {} | tierfund {}",
            document.word(catalogue::Term::Paths),
            number("base/paths"),
            document.word(catalogue::Term::Seed),
            number("base/seed"),
            escape(self.text("base/scheme")),
            escape(self.text("base/version")),
        ));
        lines
    }

    fn blocks(&self) -> Vec<Block> {
        let document = self.document;
        let mut answer = Block::new(self.ids[0], self.title(Term::BlockAnswer));
        answer.answer = self.sentences();
        answer.charts.extend(self.side_by_side());
        answer.charts.extend(self.differences());
        let mut ladder = Block::new(self.ids[1], self.title(Term::BlockLeverage));
        let of_ladder = |metric: &str| LADDER.contains(&metric);
        ladder
            .tables
            .push(self.metrics(Word::LadderSideBySide, of_ladder));
        let mut returns = Block::new(self.ids[2], self.title(Term::BlockOther));
        let other = |metric: &str| !of_ladder(metric);
        returns
            .tables
            .push(self.metrics(Word::MetricsSideBySide, other));
        let mut events = Block::new(self.ids[3], self.title(Term::BlockEvents));
        events.charts.extend(self.events_chart());
        events.tables.push(self.events());
        let mut keys = Block::new(self.ids[4], self.title(Term::BlockKeys));
        keys.tables.push(self.keys());
        keys.notes = vec![document.term(Term::PairedNote)];
        vec![answer, ladder, returns, events, keys]
    }

    fn sentences(&self) -> Vec<String> {
        let document = self.document;
        if document.list(&self.place("keys")).is_empty() {
            return vec![escape(&self.word(Word::AnswerSame))];
        }
        let event = self.place("probabilities/leverage.consolidated>=10");
        let ten = document.get(&event).map(|_| {
            let side = |side| document.data(&format!("{event}/{side}/p"), MetricUnit::Share);
            let values = [("base", side("base")), ("other", side("other"))];
            fill_html(Word::AnswerTen.text(document.lang), &values)
        });
        let sentence = |text: fn(Lang) -> &'static str, metric: &str| {
            let at = self.place(&format!("metrics/{}", token(metric)));
            document.get(&format!("{at}/difference"))?;
            let values = [
                ("base", self.side(&at, "base")),
                ("other", self.side(&at, "other")),
                ("difference", self.difference(&at)),
                ("interval", self.interval(&at)),
            ];
            Some(fill_html(text(document.lang), &values))
        };
        let all = [
            sentence(
                |lang| Word::AnswerLeverage.text(lang),
                "leverage.consolidated",
            ),
            ten,
            sentence(|lang| Word::AnswerDpi.text(lang), "national.dpi"),
            sentence(|lang| Word::AnswerNpv.text(lang), "fiscal.npv"),
        ];
        all.into_iter().flatten().collect()
    }

    /// Which statistic of a metric is compared: `mean` or `p50`.
    fn statistic(&self, at: &str) -> &str {
        match self.document.text(&format!("{at}/statistic")) {
            "mean" | "" => "mean",
            _ => "p50",
        }
    }

    fn side(&self, at: &str, side: &str) -> String {
        self.document
            .part(&format!("{at}/{side}"), self.statistic(at))
    }

    fn half(&self, at: &str) -> Option<f64> {
        let end = |end: usize| self.document.number(&format!("{at}/interval/{end}"));
        Some((end(1)? - end(0)?) / 2.0)
    }

    fn difference(&self, at: &str) -> String {
        self.signed(at, "difference")
    }

    fn signed(&self, at: &str, part: &str) -> String {
        let unit = self.unit(at);
        let half = self.half(at);
        let say = |value| format::difference(value, half, unit, self.document.lang);
        self.document.data_as(&format!("{at}/{part}"), say)
    }

    fn unit(&self, at: &str) -> MetricUnit {
        if self.document.get(&format!("{at}/unit")).is_some() {
            self.document.unit(at)
        } else {
            MetricUnit::Share
        }
    }

    fn interval(&self, at: &str) -> String {
        if self.document.get(&format!("{at}/interval/0")).is_none() {
            return format::NO_NUMBER.to_owned();
        }
        format!(
            "{}..{}",
            self.signed(at, "interval/0"),
            self.signed(at, "interval/1")
        )
    }

    fn real(&self, at: &str) -> Cell {
        let word = match self
            .document
            .get(&format!("{at}/verdict/real"))
            .and_then(Value::as_bool)
        {
            Some(true) => self.word(Word::Yes),
            Some(false) => self.word(Word::No),
            None => format::NO_NUMBER.to_owned(),
        };
        Cell::text(&word)
    }

    fn heads(&self, first: Word) -> Vec<String> {
        [
            first,
            Word::BaseLine,
            Word::OtherLine,
            Word::DifferenceHead,
            Word::PairedInterval,
            Word::RealHead,
        ]
        .map(|word| self.word(word))
        .to_vec()
    }

    fn metrics(&self, caption: Word, belongs: impl Fn(&str) -> bool) -> Table {
        let row = |metric: &str| {
            let at = self.place(&format!("metrics/{}", token(metric)));
            let mut label = self.document.label(metric);
            if self.statistic(&at) == "p50" {
                label.push_str(" (P50)");
            }
            vec![
                Cell::text(&label),
                Cell::number(self.side(&at, "base")),
                Cell::number(self.side(&at, "other")),
                Cell::number(self.difference(&at)),
                Cell::number(self.interval(&at)),
                self.real(&at),
            ]
        };
        let metrics = self.document.keys(&self.place("metrics"));
        Table {
            caption: self.word(caption),
            heads: self.heads(Word::Metric),
            rows: metrics
                .into_iter()
                .filter(|m| belongs(m))
                .map(row)
                .collect(),
        }
    }

    fn event_name(&self, event: &str) -> String {
        match event.split_once(">=") {
            Some((metric, threshold)) => format!("{} >= {threshold}", self.document.label(metric)),
            None => event.to_owned(),
        }
    }

    fn events(&self) -> Table {
        let row = |event: &str| {
            let at = self.place(&format!("probabilities/{}", token(event)));
            let side = |side: &str| {
                let place = format!("{at}/{side}/p");
                Cell::number(self.document.data(&place, MetricUnit::Share))
            };
            vec![
                Cell::text(&self.event_name(event)),
                side("base"),
                side("other"),
                Cell::number(self.difference(&at)),
                Cell::number(self.interval(&at)),
                self.real(&at),
            ]
        };
        let events = self.document.keys(&self.place("probabilities"));
        Table {
            caption: self.word(Word::EventsSideBySide),
            heads: self.heads(Word::Event),
            rows: events.into_iter().map(row).collect(),
        }
    }

    fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.ids[0])
    }

    fn names(&self) -> [String; 2] {
        ["base", "other"].map(|side| self.text(&format!("{side}/scenario")).to_owned())
    }

    fn events_chart(&self) -> Option<Chart> {
        let events = self.document.keys(&self.place("probabilities"));
        let names: Vec<String> = events.iter().map(|event| self.event_name(event)).collect();
        let group = |(side, name): (&str, String)| Group {
            name,
            points: events
                .iter()
                .map(|event| self.place(&format!("probabilities/{}/{side}/p", token(event))))
                .collect(),
            range: None,
        };
        let [base, other] = self.names();
        let groups = [group(("base", base)), group(("other", other))];
        let about = About::plain(
            self.document,
            "events",
            Term::EventsTitle,
            Term::EventsSummary,
        );
        (!names.is_empty()).then(|| {
            let mut chart = charts::bars(self.document, about, "share", &names, &groups);
            chart.id = self.id("events");
            chart.wide = true;
            chart
        })
    }

    /// The ladder of both scenarios.
    fn side_by_side(&self) -> Option<Chart> {
        let document = self.document;
        let place = |metric: &str, side: &str| self.place(&format!("metrics/{metric}/{side}/mean"));
        let metrics: Vec<&str> = LADDER
            .into_iter()
            .filter(|metric| document.get(&place(metric, "base")).is_some())
            .collect();
        let names: Vec<String> = metrics
            .iter()
            .map(|metric| document.label(metric))
            .collect();
        let group = |side: &str, name: String| Group {
            name,
            points: metrics.iter().map(|metric| place(metric, side)).collect(),
            range: None,
        };
        let [base, other] = self.names();
        let groups = [group("base", base), group("other", other)];
        let about = About::plain(document, "side", Term::SideTitle, Term::SideSummary);
        (!names.is_empty()).then(|| {
            let mut chart = charts::bars(document, about, "multiple", &names, &groups);
            chart.id = self.id("side");
            chart
        })
    }

    /// Differences of multiples with their intervals.
    fn differences(&self) -> Option<Chart> {
        let document = self.document;
        let bars: Vec<Bar> = document
            .keys(&self.place("metrics"))
            .into_iter()
            .filter_map(|metric| {
                let at = self.place(&format!("metrics/{}", token(metric)));
                document.get(&format!("{at}/difference"))?;
                let multiple =
                    unit_of(document.text(&format!("{at}/unit"))) == MetricUnit::Multiple;
                multiple.then(|| Bar {
                    name: document.label(metric),
                    to: format!("{at}/difference"),
                    range: Some([0, 1].map(|end| format!("{at}/interval/{end}"))),
                    from: None,
                })
            })
            .collect();
        let about = About::plain(
            document,
            "differences",
            Term::DifferencesTitle,
            Term::DifferencesSummary,
        );
        let range = self.word(Word::PairedInterval);
        (!bars.is_empty()).then(|| {
            let mut chart = charts::ladder(document, about, "multiple", &range, &bars);
            chart.id = self.id("differences");
            chart
        })
    }

    fn keys(&self) -> Table {
        let [base, other] = self.names();
        let keys = self.document.list(&self.place("keys"));
        let row = |key: &Value| {
            let text = |part| {
                let text = key.get(part).and_then(Value::as_str);
                Cell::text(text.unwrap_or(format::NO_NUMBER))
            };
            vec![text("key"), text("base"), text("other")]
        };
        Table {
            caption: self.word(Word::KeysThatDiffer),
            heads: vec![self.document.word(catalogue::Term::Key), base, other],
            rows: keys.iter().map(row).collect(),
        }
    }
}
