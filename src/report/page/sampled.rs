//! The page on a run whose assumptions were drawn: the answer over assumptions and luck, and what it hangs on.

use super::document::{Document, escape, fill_html};
use super::parts::{Block, Cell, Table, spread};
use super::run::about;
use super::{Content, PageError, charts};
use crate::assumptions::MAIN;
use crate::metrics::{LADDER, MetricUnit};
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, Lang};
use charts::{About, Bar};

/// Parts that the object of every such run has.
const PARTS: [&str; 5] = [
    "provenance",
    "metrics",
    "probabilities",
    "variance_share_of_assumptions",
    "dominance",
];

/// Metrics whose leading assumptions have a chart, with its name.
const LED: [(&str, &str); 3] = [
    ("lead-leverage", "leverage.consolidated"),
    ("lead-dpi", "national.dpi"),
    ("lead-irr", "national.irr"),
];

/// Assumptions that a chart shows.
const LEADING: usize = 10;

pub(super) fn content(document: &Document) -> Result<Content, PageError> {
    for part in PARTS {
        if document.root.get(part).is_none() {
            return Err(PageError::Missing(part));
        }
    }
    let mut lines = about(document);
    let worlds = document.data_as("/assumptions/worlds", |count| format!("{count:.0}"));
    lines.push(format!(
        "{} {worlds}",
        document.word(catalogue::Term::Worlds)
    ));
    let title = document.names.title(document.lang);
    let title = if title.is_empty() {
        document.text("/provenance/scenario")
    } else {
        title
    };
    let lang = document.lang;
    Ok(Content {
        title: lang.labelled(title, &document.term(Term::SampledTitle)),
        about: lines,
        blocks: vec![answer(document), dominance(document), how(document)],
    })
}

fn answer(document: &Document) -> Block {
    let mut block = Block::new("answer", document.term(Term::BlockAnswer));
    let (leverage, dpi) = (LED[0].1, LED[1].1);
    let (ten, back) = ("leverage.consolidated>=10", "national.dpi>=1");
    let sentences = [
        outlook(
            document,
            |lang| catalogue::Term::SampledAnswerLeverage.text(lang),
            leverage,
            ten,
        ),
        hangs_on(document, leverage),
        outlook(
            document,
            |lang| catalogue::Term::SampledAnswerReturns.text(lang),
            dpi,
            back,
        ),
        hangs_on(document, dpi),
    ];
    block.answer = sentences.into_iter().flatten().collect();
    block.charts.extend(rungs(document));
    block.charts.extend(shares(document));
    for (caption, names) in [
        (catalogue::Term::SampledLadder, &LADDER[..]),
        (catalogue::Term::SampledReturns, &MAIN[..]),
    ] {
        let rows = names.iter().filter_map(|metric| row(document, metric));
        let mut heads = vec![document.word(catalogue::Term::Measure)];
        heads.extend([catalogue::Term::Mean, catalogue::Term::Interval].map(|t| document.word(t)));
        heads.extend(["P5", "P50", "P95"].map(str::to_owned));
        let of = [
            catalogue::Term::OfAssumptions,
            catalogue::Term::IntervalOfIt,
        ];
        heads.extend(of.map(|term| document.word(term)));
        block.tables.push(Table {
            caption: document.word(caption),
            heads,
            rows: rows.collect(),
        });
    }
    block
}

fn row(document: &Document, metric: &str) -> Option<Vec<Cell>> {
    let at = format!("/metrics/{metric}");
    document.get(&at)?;
    let mut row = vec![Cell::text(&document.label(metric))];
    row.extend(spread(document, &at));
    let part = |part| format!("/variance_share_of_assumptions/{metric}/{part}");
    let share = MetricUnit::Share;
    row.push(Cell::number(document.data(&part("share"), share)));
    row.push(Cell::number(document.interval(
        &part("lo"),
        &part("hi"),
        share,
    )));
    Some(row)
}

fn outlook(
    document: &Document,
    text: fn(Lang) -> &'static str,
    metric: &str,
    event: &str,
) -> Option<String> {
    let at = format!("/metrics/{metric}");
    let chance = format!("/probabilities/{event}");
    document.get(&at)?;
    document.get(&chance)?;
    let end = |end| format!("{chance}/{end}");
    let values = [
        ("p5", document.part(&at, "p5")),
        ("p50", document.part(&at, "p50")),
        ("p95", document.part(&at, "p95")),
        ("p", document.part(&chance, "mean")),
        (
            "interval",
            document.interval(&end("lo"), &end("hi"), MetricUnit::Share),
        ),
    ];
    Some(fill_html(text(document.lang), &values))
}

/// What share of the variance assumptions make, and which two lead, of those that stand out from chance.
fn hangs_on(document: &Document, metric: &str) -> Option<String> {
    let share = |part| format!("/variance_share_of_assumptions/{metric}/{part}");
    let dominance = format!("/dominance/{metric}");
    let lead = |number: usize, part| format!("{dominance}/influences/{number}/{part}");
    document.get(&share("share"))?;
    let noise = document.number(&format!("{dominance}/noise"))?;
    let unit = MetricUnit::Share;
    let split = [
        ("share", document.data(&share("share"), unit)),
        (
            "interval",
            document.interval(&share("lo"), &share("hi"), unit),
        ),
    ];
    let stands_out = |number| {
        let share = document.number(&lead(number, "share"));
        share.is_some_and(|share| share > noise)
    };
    let term = match (stands_out(0), stands_out(1)) {
        (false, _) => catalogue::Term::SampledHangsOnNone,
        (true, false) => catalogue::Term::SampledHangsOnOne,
        (true, true) => catalogue::Term::SampledHangsOnTwo,
    };
    let key = |number| {
        format!(
            "<code>{}</code>",
            escape(document.text(&lead(number, "key")))
        )
    };
    let names = [
        ("first", key(0)),
        ("first_share", document.data(&lead(0, "share"), unit)),
        ("second", key(1)),
        ("second_share", document.data(&lead(1, "share"), unit)),
    ];
    let lang = document.lang;
    // Keys stand in backquotes where there is no other way to set them apart.
    let told = [
        fill_html(catalogue::Term::SampledSplit.text(lang), &split),
        fill_html(&term.text(lang).replace('`', ""), &names),
    ];
    Some(told.join(lang.choose(" ", "")))
}

fn rungs(document: &Document) -> Option<super::parts::Chart> {
    let part = |metric: &str, part: &str| format!("/metrics/{metric}/{part}");
    let bars: Vec<Bar> = LADDER
        .into_iter()
        .filter(|metric| document.get(&part(metric, "mean")).is_some())
        .map(|metric| Bar {
            name: document.label(metric),
            to: part(metric, "mean"),
            range: Some([part(metric, "p5"), part(metric, "p95")]),
            from: None,
        })
        .collect();
    let about = About::plain(
        document,
        "rungs",
        Term::RungsTitle,
        Term::RungsSampledSummary,
    );
    (!bars.is_empty()).then(|| charts::ladder(document, about, "multiple", "P5..P95", &bars))
}

fn shares(document: &Document) -> Option<super::parts::Chart> {
    let place =
        |metric: &str, part: &str| format!("/variance_share_of_assumptions/{metric}/{part}");
    let bars: Vec<Bar> = document
        .keys("/variance_share_of_assumptions")
        .into_iter()
        .map(|metric| Bar {
            name: document.label(metric),
            to: place(metric, "share"),
            range: Some([place(metric, "lo"), place(metric, "hi")]),
            from: None,
        })
        .collect();
    let about = About::plain(document, "shares", Term::SharesTitle, Term::SharesSummary);
    let range = document.word(catalogue::Term::IntervalOfIt);
    (!bars.is_empty()).then(|| charts::ladder(document, about, "share", &range, &bars))
}

fn dominance(document: &Document) -> Block {
    let mut block = Block::new("lead", document.term(Term::BlockLead));
    for (id, metric) in LED {
        let at = format!("/dominance/{metric}/influences");
        let count = document.list(&at).len().min(LEADING);
        let bars: Vec<Bar> = (0..count)
            .map(|number| Bar {
                name: document.text(&format!("{at}/{number}/key")).to_owned(),
                to: format!("{at}/{number}/rank_correlation"),
                range: Some([0, 1].map(|end| format!("{at}/{number}/interval/{end}"))),
                from: None,
            })
            .collect();
        if bars.is_empty() {
            continue;
        }
        let noise = document.data(&format!("/dominance/{metric}/noise"), MetricUnit::Share);
        let noise = [("noise", noise)];
        let text = catalogue::Term::SampledNoise.text(document.lang);
        let about = About::new(id, Term::LeadTitle, fill_html(text, &noise));
        let range = document.word(catalogue::Term::IntervalOfIt);
        let mut chart = charts::ladder(document, about, "number", &range, &bars);
        chart.title = document
            .lang
            .labelled(&chart.title, &document.label(metric));
        chart.table.caption.clone_from(&chart.title);
        chart.wide = true;
        block.charts.push(chart);
    }
    block
}

fn how(document: &Document) -> Block {
    let mut block = Block::new("how", document.word(catalogue::Term::SweepHow));
    let count = |key: &str| {
        document.data_as(&format!("/assumptions/{key}"), |count| {
            format!("{count:.0}")
        })
    };
    let values = [
        ("worlds", count("worlds")),
        ("paths", count("paths_per_world")),
        ("numbers", count("numbers")),
    ];
    let text = catalogue::Term::SampledHow.text(document.lang);
    block.answer = vec![fill_html(text, &values)];
    block
}
