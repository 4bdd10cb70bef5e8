//! The whole path: its economy, its money as a tree and by year, and what the sums hide.

use super::{View, date, quarter};
use crate::report::catalogue::trace::Term;
use crate::report::catalogue::{route_label, thing_label};
use crate::report::format::{percent, signed};
use crate::report::table::fits;
use crate::report::text::{WIDTH, wrap};
use crate::table::Section;
use crate::trace::highlights::{FundOf, TopCompany};
use crate::trace::totals::{Branch, Tier, Year, year_end};

pub(super) fn sections(view: View) -> Vec<Section> {
    let mut sections = vec![economy(view), tree(view), closes(view), by_year(view)];
    sections.extend(nav_by_year(view));
    sections.extend(highlights(view));
    sections
}

fn economy(view: View) -> Section {
    let row = |year: &Year| {
        let (open, all) = (year.open.to_string(), year.quarters.to_string());
        vec![
            year.number.to_string(),
            signed(year.cycle, 2),
            format!("{:.2}", year.index),
            view.fill(Term::QuartersOf, &[("open", &open), ("all", &all)]),
        ]
    };
    let header = [Term::Date, Term::Cycle, Term::Index, Term::Window];
    Section {
        rows: view.trace.years().iter().map(row).collect(),
        ..view.titled(Term::EconomyByYear, &header)
    }
}

/// The tree of money; also for one region.
pub(super) fn tree(view: View) -> Section {
    let header = [
        Term::Size,
        Term::PaidIn,
        Term::Distributed,
        Term::Held,
        Term::Fees,
        Term::Carry,
    ];
    let header = header.map(|term| view.term(term));
    let header = [""].into_iter().chain(header);
    let header = header.chain(["DPI", view.term(Term::Irr)]);
    Section {
        rows: view.trace.tree().iter().map(|b| branch(view, b)).collect(),
        notes: wrap(view.term(Term::TreeNote), WIDTH),
        ..Section::new(view.term(Term::Tree), header)
    }
}

fn branch(view: View, branch: &Branch) -> Vec<String> {
    let count = branch.count.to_string();
    let name = match branch.tier {
        Tier::National => view.term(Term::National).to_owned(),
        Tier::Region(region) => view.region(region),
        Tier::SubFunds(_) => view.fill(Term::SubFundsOf, &[("count", &count)]),
        Tier::Companies(_) => view.fill(Term::CompaniesOf, &[("count", &count)]),
        Tier::Projects(_) => view.fill(Term::ProjectsOf, &[("count", &count)]),
    };
    let stem = match branch.depth {
        0 => String::new(),
        depth => format!("{}└ ", "  ".repeat(depth - 1)),
    };
    let [paid_in, distributed, held, dpi, irr] = view.returns(&branch.returns);
    vec![
        format!("{stem}{name}"),
        view.money_or_none(branch.size),
        paid_in,
        distributed,
        held,
        view.money_or_none(branch.fees),
        view.money_or_none(branch.carry),
        dpi,
        irr,
    ]
}

fn closes(view: View) -> Section {
    let mut rows = Vec::new();
    for region in &view.trace.regions {
        for close in &region.closes {
            let national = close.commitments.first().map_or(0.0, |lp| lp.amount);
            let others = close.commitments.iter().skip(1);
            rows.push(vec![
                view.region(region),
                date(close.date),
                view.money(national),
                view.money(others.map(|lp| lp.amount).sum()),
                view.money(close.total),
            ]);
        }
    }
    let header = [
        Term::Region,
        Term::Date,
        Term::NationalMoney,
        Term::Others,
        Term::Total,
    ];
    Section {
        rows,
        ..view.titled(Term::Closes, &header)
    }
}

fn by_year(view: View) -> Section {
    let row = |year: &Year| {
        let pairs = [year.national, year.regions, year.sub_funds, year.companies];
        let amounts = pairs.as_flattened().iter();
        let amounts = amounts.map(|&amount| view.money(amount));
        std::iter::once(year.number.to_string())
            .chain(amounts)
            .collect()
    };
    let header = [
        Term::Date,
        Term::NationalIn,
        Term::Out,
        Term::RegionsIn,
        Term::Out,
        Term::SubFundsIn,
        Term::Out,
        Term::Cheques,
        Term::Proceeds,
    ];
    Section {
        rows: view.trace.years().iter().map(row).collect(),
        ..view.titled(Term::MoneyByYear, &header)
    }
}

/// NAV of all tiers, where it is followed.
fn nav_by_year(view: View) -> Option<Section> {
    let trace = view.trace;
    let national = trace.national.nav.as_ref()?;
    let mut section = view.titled(Term::NavByYear, &[Term::Date, Term::National]);
    let regions = trace.regions.iter().map(|region| view.region(region));
    section.header.extend(regions);
    section.header.push(view.term(Term::AllSubFunds).to_owned());
    for year in 0..trace.quarters.div_ceil(4) {
        let regions = trace.regions.iter().map(|region| region.nav.as_ref());
        let series = std::iter::once(Some(national)).chain(regions);
        let amounts = series.map(|nav| nav.map_or(0.0, |nav| year_end(nav, 0, year)));
        let sub_funds = trace.sub_funds().filter_map(|(_, fund)| {
            let nav = fund.nav.as_ref()?;
            Some(year_end(nav, fund.first_quarter, year))
        });
        let amounts = amounts.chain([sub_funds.sum()]);
        let row = std::iter::once((year + 1).to_string());
        section
            .rows
            .push(row.chain(amounts.map(|nav| view.money(nav))).collect());
    }
    Some(section)
}

/// Extremes among what is shown.
pub(super) fn highlights(view: View) -> Vec<Section> {
    let found = view.trace.highlights();
    let mut notes = Vec::new();
    let shares = [found.top_share, found.top_hundredth_share, found.below_cost];
    if let [Some(share), Some(hundredth), Some(below)] = shares.map(|share| share.map(percent)) {
        let count = found.top_companies.len().to_string();
        let values = [
            ("count", count.as_str()),
            ("share", &share),
            ("hundredth", &hundredth),
            ("below", &below),
        ];
        notes.extend(wrap(&view.fill(Term::TopShare, &values), WIDTH));
    }
    if let Some(share) = found.below_one {
        let share = percent(share);
        notes.extend(wrap(
            &view.fill(Term::BelowOne, &[("share", &share)]),
            WIDTH,
        ));
    }
    vec![
        Section {
            title: view.term(Term::Highlights).to_owned(),
            notes,
            ..Section::default()
        },
        top_companies(view, &found.top_companies),
        funds(view, Term::BestFunds, &found.best),
        funds(view, Term::WorstFunds, &found.worst),
    ]
}

fn top_companies(view: View, top: &[TopCompany]) -> Section {
    let row = |top: &TopCompany| {
        let (region, fund) = top.of;
        let company = top.company;
        let last = company.receipts.last();
        vec![
            view.region(region),
            fund.number.to_string(),
            company.number.to_string(),
            thing_label(&company.stage, view.lang),
            date(company.date),
            view.money(company.cheque),
            route_label(company.end, view.lang),
            last.map_or_else(String::new, |last| quarter(last.quarter)),
            view.money(company.proceeds),
            view.multiple(company.multiple),
            percent(top.share),
        ]
    };
    let header = [
        Term::Region,
        Term::SubFund,
        Term::Company,
        Term::Stage,
        Term::Date,
        Term::Cheque,
        Term::End,
        Term::Quarter,
        Term::Proceeds,
    ];
    let header = header.map(|term| view.term(term)).into_iter();
    let header = header.chain(["x", view.term(Term::ProceedsShare)]);
    let mut section = Section {
        rows: top.iter().map(row).collect(),
        ..Section::new(view.term(Term::TopCompanies), header)
    };
    for term in [Term::Date, Term::Cheque] {
        if !fits(&section) {
            drop_column(&mut section, view.term(term));
        }
    }
    section
}

/// Sub-funds of several regions, in fewer columns.
fn funds(view: View, title: Term, funds: &[FundOf]) -> Section {
    let mut section = fund_table(view, view.term(title), funds.iter().copied());
    for term in [Term::RegionShare, Term::Companies, Term::PaidIn] {
        drop_column(&mut section, view.term(term));
    }
    section.header.insert(0, view.term(Term::Region).to_owned());
    for (row, (region, _)) in section.rows.iter_mut().zip(funds) {
        row.insert(0, view.region(region));
    }
    section
}

/// Takes the column with this head out of a table.
fn drop_column(section: &mut Section, head: &str) {
    if let Some(column) = section.column(head) {
        section.header.remove(column);
        for row in &mut section.rows {
            row.remove(column);
        }
    }
}

/// Sub-funds, one a row.
pub(super) fn fund_table<'a>(
    view: View,
    title: &str,
    funds: impl Iterator<Item = FundOf<'a>>,
) -> Section {
    let row = |(_, fund): FundOf| {
        let [paid_in, distributed, held, dpi, irr] = view.returns(&fund.returns);
        vec![
            fund.number.to_string(),
            date(fund.closed),
            view.money(fund.size),
            percent(fund.regional_share),
            signed(fund.skill, 2),
            thing_label(&fund.sector, view.lang),
            fund.companies.len().to_string(),
            paid_in,
            distributed,
            held,
            dpi,
            irr,
        ]
    };
    let header = [
        Term::SubFund,
        Term::Closed,
        Term::Size,
        Term::RegionShare,
        Term::Skill,
        Term::Sector,
        Term::Companies,
        Term::PaidIn,
        Term::Distributed,
        Term::Held,
    ];
    let header = header.map(|term| view.term(term)).into_iter();
    let header = header.chain(["DPI", view.term(Term::Irr)]);
    Section {
        rows: funds.map(row).collect(),
        ..Section::new(title, header)
    }
}
