//! One region: its LPs close by close, its cash by year, all its sub-funds.

use super::overview::{fund_table, highlights, tree};
use super::sub_fund::company_table;
use super::{View, date};
use crate::report::catalogue::thing_label;
use crate::report::catalogue::trace::Term;
use crate::report::text::{WIDTH, wrap};
use crate::table::Section;
use crate::trace::totals::year_end;
use crate::trace::{CloseTrace, RegionTrace};

pub(super) fn sections(view: View, region: &RegionTrace) -> Vec<Section> {
    let mut sections = vec![tree(view), lps(view, region), by_year(view, region)];
    sections.push(sub_funds(view, region));
    sections.extend(projects(view, region));
    sections.extend(highlights(view));
    sections
}

/// What an LP of a region is called.
fn lp_label(view: View, lp: &str) -> String {
    match lp {
        "national" => view.term(Term::National).to_owned(),
        class => thing_label(class, view.lang),
    }
}

fn lps(view: View, region: &RegionTrace) -> Section {
    let close = |close: &CloseTrace| view.fill(Term::CloseAt, &[("date", &date(close.date))]);
    let mut header = vec![view.term(Term::Lp).to_owned()];
    header.extend(region.closes.iter().map(close));
    let last = [
        Term::Committed,
        Term::PaidIn,
        Term::Distributed,
        Term::PassedOn,
    ];
    header.extend(last.map(|term| view.term(term).to_owned()));
    let rows = region.lps.iter().map(|lp| {
        let mut row = vec![lp_label(view, &lp.lp)];
        for close in &region.closes {
            let mut own = close.commitments.iter().filter(|c| c.lp == lp.lp);
            row.push(view.money_or_none(own.next().map(|own| own.amount)));
        }
        row.extend([
            view.money(lp.committed),
            view.money(lp.calls.iter().sum()),
            view.money(lp.distributions.iter().sum()),
            view.money(lp.conceded.iter().sum()),
        ]);
        row
    });
    Section {
        title: view.term(Term::Lps).to_owned(),
        rows: rows.collect(),
        header,
        ..Section::default()
    }
}

fn by_year(view: View, region: &RegionTrace) -> Section {
    let years = view.trace.quarters.div_ceil(4);
    // What is held at the end of a year; only where there is any.
    let cash = &region.flows.cash;
    let cash = cash.iter().any(|&held| held != 0.0).then_some(cash);
    let stocks = [(Term::IdleCash, cash), (Term::Nav, region.nav.as_ref())];
    let stocks = stocks
        .into_iter()
        .filter_map(|(term, stock)| Some((term, stock?)));
    let row = |year: usize| {
        let amounts = region.year(year).into_iter();
        let stocks = stocks.clone().map(|(_, stock)| year_end(stock, 0, year));
        let amounts = amounts.chain(stocks).map(|amount| view.money(amount));
        std::iter::once((year + 1).to_string())
            .chain(amounts)
            .collect()
    };
    let header = [
        Term::Date,
        Term::Called,
        Term::OfNational,
        Term::Fees,
        Term::IntoSubFunds,
        Term::FromSubFunds,
        Term::IntoProjects,
        Term::FromProjects,
        Term::Distributed,
        Term::Carry,
    ];
    let mut section = view.titled(Term::RegionByYear, &header);
    section.rows = (0..years).map(row).collect();
    let heads = stocks.map(|(term, _)| view.term(term).to_owned());
    section.header.extend(heads);
    section
}

/// Direct projects, if there are any: `2-7` is number 7 of those that the second close pays.
fn projects(view: View, region: &RegionTrace) -> Option<Section> {
    if region.projects.is_empty() {
        return None;
    }
    let rows = region.projects.iter().map(|project| {
        let number = project.company.number;
        let label = match project.close {
            Some(close) => format!("{}-{number}", close + 1),
            None => format!("{}-{number}", view.term(Term::Signed)),
        };
        (label, &project.company)
    });
    let count = region.projects.len().to_string();
    let title = view.fill(Term::Projects, &[("count", &count)]);
    let mut section = company_table(view, &title, Term::Project, rows);
    section
        .notes
        .extend(wrap(view.term(Term::ProjectsNote), WIDTH));
    Some(section)
}

fn sub_funds(view: View, region: &RegionTrace) -> Section {
    let closed = region.sub_funds.len().to_string();
    let approved = region.approved.to_string();
    let values = [("closed", closed.as_str()), ("approved", &approved)];
    let title = view.fill(Term::SubFunds, &values);
    fund_table(
        view,
        &title,
        region.sub_funds.iter().map(|fund| (region, fund)),
    )
}
