//! Companies: how many, how they end, what they bring, and what share of the market they take.

use super::{bars_of, metric_row, spread_heads};
use crate::metrics::MetricUnit;
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{self, region_label, route_label, thing_label};
use crate::report::page::charts::{self, About, Drawing, Group, Named};
use crate::report::page::document::{Document, fill_html};
use crate::report::page::parts::{Block, Cell, Chart, Table};

pub(super) fn exits(document: &Document) -> Block {
    let mut block = Block::new("exits", document.term(Term::BlockExits));
    let routes: Vec<&str> = document.keys("/exits");
    // What is stalled has a residual value and no proceeds.
    for (id, title, text, measure, unit) in [
        (
            "exit-counts",
            Term::ExitsTitle,
            Term::ExitsSummary,
            "count",
            "count",
        ),
        (
            "exit-proceeds",
            Term::ProceedsTitle,
            Term::ProceedsSummary,
            "proceeds",
            "yuan",
        ),
    ] {
        let place = |route: &str, part: &str| format!("/exits/{route}/{measure}/{part}");
        let routes: Vec<&str> = routes
            .iter()
            .copied()
            .filter(|route| document.get(&place(route, "mean")).is_some())
            .collect();
        let names: Vec<String> = routes
            .iter()
            .map(|route| route_label(route, document.lang))
            .collect();
        let places = |part: &str| routes.iter().map(|route| place(route, part)).collect();
        let group = Group::over_paths(document, places);
        let about = About::plain(document, id, title, text);
        if !names.is_empty() {
            block
                .charts
                .push(charts::bars(document, about, unit, &names, &[group]));
        }
    }
    let series = [
        (document.term(Term::Cheques), "companies.cheques".to_owned()),
        (
            document.term(Term::Proceeds),
            "companies.proceeds".to_owned(),
        ),
    ];
    let about = About::plain(
        document,
        "in-and-out",
        Term::InAndOutTitle,
        Term::CurveSummary,
    );
    block
        .charts
        .extend(charts::curves(document, about, &series, Drawing::Lines));
    block.charts.extend(routes_over_time(document, &routes));
    block.charts.extend(companies_by(document));
    block.tables.push(by_route(document, &routes));
    block.tables.extend(concentration(document));
    let belongs = |metric: &&&str| {
        [
            "companies.",
            "proceeds.",
            "sub_funds.",
            "direct.size",
            "direct.projects",
            "direct.cheque",
        ]
        .iter()
        .any(|start| metric.starts_with(start))
    };
    let metrics = document.keys("/metrics");
    let rows = metrics
        .iter()
        .filter(belongs)
        .filter_map(|metric| metric_row(document, metric));
    block.folded.push(Table {
        caption: document.term(Term::StructureTable),
        heads: spread_heads(document, document.word(catalogue::Term::Measure)),
        rows: rows.collect(),
    });
    block.notes = vec![document.word(catalogue::Term::StalledNote)];
    block
}

/// What the best companies bring; nothing where proceeds were not followed by company.
fn concentration(document: &Document) -> Option<Table> {
    let rows = [
        "proceeds.top_1_share",
        "proceeds.top_5_share",
        "companies.unicorns",
    ];
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .filter_map(|metric| metric_row(document, metric))
        .collect();
    (!rows.is_empty()).then(|| Table {
        caption: document.term(Term::ConcentrationTable),
        heads: spread_heads(document, document.word(catalogue::Term::Measure)),
        rows,
    })
}

fn by_route(document: &Document, routes: &[&str]) -> Table {
    let mut measures = vec![("multiple", catalogue::Term::Multiple)];
    let held = |route: &&str| {
        document
            .get(&format!("/exits/{route}/years_held"))
            .is_some()
    };
    if routes.iter().any(held) {
        measures.push(("years_held", catalogue::Term::YearsHeld));
    }
    let word = |term| document.word(term);
    let row = |route: &&str| {
        let amount = format!("/exits/{route}/proceeds");
        let amount = if document.get(&amount).is_some() {
            amount
        } else {
            format!("/exits/{route}/residual")
        };
        let mut row = vec![Cell::text(&route_label(route, document.lang))];
        row.push(Cell::number(
            document.part(&format!("/exits/{route}/count"), "mean"),
        ));
        for part in ["mean", "p5", "p95"] {
            row.push(Cell::number(document.part(&amount, part)));
        }
        for (measure, _) in &measures {
            row.push(Cell::number(
                document.part(&format!("/exits/{route}/{measure}"), "mean"),
            ));
        }
        row
    };
    let mut heads = vec![
        word(catalogue::Term::Route),
        word(catalogue::Term::Count),
        word(catalogue::Term::Proceeds),
        "P5".to_owned(),
        "P95".to_owned(),
    ];
    heads.extend(measures.iter().map(|(_, head)| word(*head)));
    Table {
        caption: document.term(Term::ExitTable),
        heads,
        rows: routes.iter().map(row).collect(),
    }
}

/// What companies bring by route, one upon the other.
fn routes_over_time(document: &Document, routes: &[&str]) -> Option<Chart> {
    let series = |route: &&str| {
        let label = route_label(route, document.lang);
        (label, format!("exits.{route}.proceeds"))
    };
    let series: Vec<Named> = routes.iter().map(series).collect();
    let about = About::plain(
        document,
        "routes-over-time",
        Term::RoutesOverTimeTitle,
        Term::RoutesOverTimeSummary,
    );
    charts::curves(document, about, &series, Drawing::Stacked)
}

/// Companies with a first cheque: by stage, and by sector and region where there are several.
fn companies_by(document: &Document) -> impl Iterator<Item = Chart> {
    let all = document.part("/metrics/companies.funded", "mean");
    let summary = fill_html(Term::StagesSummary.text(document.lang), &[("all", all)]);
    let bars = |id, title, prefix, label: &dyn Fn(&str) -> String| {
        let about = About::new(id, title, summary.clone());
        bars_of(document, about, "count", prefix, label)
    };
    let thing = |id: &str| thing_label(id, document.lang);
    let region = |id: &str| region_label(id, &document.names, document.lang);
    let several = |chart: &Chart| chart.table.rows.len() > 1;
    let sectors = "companies.funded_by_sector.";
    let regions = "companies.funded_by_region.";
    let charts = [
        bars("stages", Term::StagesTitle, "companies.funded.", &thing),
        bars("sectors", Term::SectorsTitle, sectors, &thing).filter(several),
        bars("regions", Term::RegionsTitle, regions, &region).filter(several),
    ];
    charts.into_iter().flatten()
}

pub(super) fn market(document: &Document) -> Block {
    let mut block = Block::new("market", document.term(Term::BlockMarket));
    let places = |prefix: &str| {
        let metrics = document.keys("/metrics").into_iter();
        let yearly = metrics.filter(|metric| {
            let year = metric.strip_prefix(prefix);
            year.is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
        });
        yearly
            .map(|metric| format!("/metrics/{metric}/mean"))
            .collect::<Vec<String>>()
    };
    let deals = places("market.deals_share.");
    if deals.is_empty() {
        return block;
    }
    let series = [
        (document.word(catalogue::Term::EarlyDeals), deals),
        (
            document.word(catalogue::Term::Listings),
            places("market.listings_share."),
        ),
    ];
    let value = |metric: &str| document.data(&format!("/metrics/{metric}/mean"), MetricUnit::Share);
    let values = [
        ("deals", value("market.deals_share.peak")),
        ("listings", value("market.listings_share.peak")),
    ];
    let text = Term::MarketSummary.text(document.lang);
    let about = About::new("market-share", Term::MarketTitle, fill_html(text, &values));
    block
        .charts
        .extend(charts::by_year(document, about, "share", &series));
    let rows = ["market.waited", "market.mean_wait", "market.waited_in_vain"]
        .into_iter()
        .filter_map(|metric| metric_row(document, metric));
    block.tables.push(Table {
        caption: document.term(Term::WaitTable),
        heads: spread_heads(document, document.word(catalogue::Term::Measure)),
        rows: rows.collect(),
    });
    block.notes = vec![document.word(catalogue::Term::MarketNote)];
    block
}
