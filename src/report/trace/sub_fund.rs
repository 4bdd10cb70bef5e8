//! One sub-fund in full: holders, cash and waterfall by quarter, companies.

use super::{View, date, quarter};
use crate::report::catalogue::trace::Term;
use crate::report::catalogue::{route_label, thing_label};
use crate::report::format::{percent, signed};
use crate::report::table::fits;
use crate::table::Section;
use crate::trace::{CompanyTrace, RegionTrace, SubFundTrace};

pub(super) fn sections(view: View, region: &RegionTrace, fund: &SubFundTrace) -> Vec<Section> {
    vec![
        facts(view, region, fund),
        holders(view, fund),
        cash(view, fund),
        waterfall(view, fund),
        companies(view, fund),
    ]
}

fn facts(view: View, region: &RegionTrace, fund: &SubFundTrace) -> Section {
    let (number, region) = (fund.number.to_string(), view.region(region));
    let values = [("number", number.as_str()), ("region", &region)];
    let until = [fund.investing_until, fund.fees_until, fund.holds_until];
    let until = until.map(|until| quarter(until.saturating_sub(1)));
    let binds = [
        (fund.not_largest_binds, Term::NotLargest),
        (fund.mean_size_binds, Term::MeanSize),
    ];
    let binds = binds.into_iter().filter(|(binds, _)| *binds);
    let mut rules: Vec<&str> = binds.map(|(_, rule)| view.term(rule)).collect();
    if rules.is_empty() {
        rules.push(view.term(Term::NoRule));
    }
    let [paid_in, distributed, held, dpi, irr] = view.returns(&fund.returns);
    let mut rows = vec![
        (view.term(Term::Closed), date(fund.closed)),
        (view.term(Term::InvestsFrom), until.join(", ")),
        (view.term(Term::Size), view.money(fund.size)),
        (view.term(Term::RegionShare), percent(fund.regional_share)),
        (view.term(Term::RuleBinds), rules.join(", ")),
        (
            view.term(Term::Sector),
            thing_label(&fund.sector, view.lang),
        ),
        (view.term(Term::Skill), signed(fund.skill, 2)),
        (view.term(Term::FeeBudget), view.money(fund.fee_budget)),
        (view.term(Term::Early), percent(fund.early / fund.size)),
        (view.term(Term::PaidIn), paid_in),
        (view.term(Term::Distributed), distributed),
        (view.term(Term::Held), held),
        ("DPI", dpi),
        ("TVPI", view.multiple(fund.returns.tvpi)),
        (view.term(Term::Irr), irr),
    ];
    if let Some(opening) = &fund.opening {
        let values = [
            ("quarter", quarter(opening.quarter)),
            ("paid", view.money(opening.paid_in)),
            ("distributed", view.money(opening.distributed)),
            ("nav", view.money(opening.nav)),
        ];
        let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
        let so_far = view.fill(Term::OpeningOf, &values);
        rows.push((view.term(Term::Opening), so_far));
    }
    let row = |(what, value): (&str, String)| vec![what.to_owned(), value];
    Section {
        title: view.fill(Term::Facts, &values),
        rows: rows.into_iter().map(row).collect(),
        ..Section::default()
    }
}

fn holders(view: View, fund: &SubFundTrace) -> Section {
    let label = |holder: &str| match holder {
        "region" => view.term(Term::Region).to_owned(),
        "gp" => view.term(Term::Gp).to_owned(),
        class => thing_label(class, view.lang),
    };
    let rows = fund.holders.iter().map(|holder| {
        vec![
            label(&holder.holder),
            view.money(holder.ticket),
            percent(holder.ticket / fund.size),
            view.money(holder.paid_in),
            view.money(holder.distributed),
            view.money(holder.conceded),
        ]
    });
    let header = [
        Term::Lp,
        Term::Ticket,
        Term::ShareOfSize,
        Term::PaidIn,
        Term::Distributed,
        Term::PassedOn,
    ];
    Section {
        rows: rows.collect(),
        ..view.titled(Term::Holders, &header)
    }
}

fn cash(view: View, fund: &SubFundTrace) -> Section {
    let flows = &fund.flows;
    let row = |i: usize| {
        let series = [
            &flows.cheques,
            &flows.fees,
            &flows.calls,
            &flows.proceeds,
            &flows.distributions,
            &flows.carry,
            &flows.conceded,
        ];
        let amounts = series.map(|series| series[i]);
        let moves = amounts.iter().any(|&amount| amount != 0.0);
        moves.then(|| {
            let mut row = vec![quarter(fund.first_quarter + i)];
            row.extend(amounts.map(|amount| view.money(amount)));
            let nav = fund.nav.iter().map(|nav| nav.get(i).copied());
            row.extend(nav.map(|nav| view.money(nav.unwrap_or(0.0))));
            row
        })
    };
    let header = [
        Term::Quarter,
        Term::Cheques,
        Term::Fees,
        Term::Called,
        Term::Proceeds,
        Term::ToHolders,
        Term::Carry,
        Term::RegionPassedOn,
    ];
    let mut section = view.titled(Term::CashByQuarter, &header);
    if fund.nav.is_some() {
        section.header.push(view.term(Term::Nav).to_owned());
    }
    section.rows = (0..flows.calls.len()).filter_map(row).collect();
    section
}

fn waterfall(view: View, fund: &SubFundTrace) -> Section {
    let rows = fund.waterfall.iter().map(|line| {
        let amounts = [
            line.capital,
            line.hurdle,
            line.catch_up,
            line.split,
            line.carry,
        ];
        let mut row = vec![quarter(line.quarter)];
        row.extend(amounts.map(|amount| view.money(amount)));
        row
    });
    let header = [
        Term::Quarter,
        Term::Capital,
        Term::Hurdle,
        Term::CatchUp,
        Term::Split,
        Term::CarryOfIt,
    ];
    Section {
        rows: rows.collect(),
        ..view.titled(Term::Waterfall, &header)
    }
}

fn companies(view: View, fund: &SubFundTrace) -> Section {
    let count = fund.companies.len().to_string();
    let title = view.fill(Term::CompaniesTitle, &[("count", &count)]);
    let companies = fund.companies.iter();
    let rows = companies.map(|company| (company.number.to_string(), company));
    company_table(view, &title, Term::Company, rows)
}

/// Companies, one a row, each with its label; `what` heads the labels.
pub(super) fn company_table<'a>(
    view: View,
    title: &str,
    what: Term,
    companies: impl Iterator<Item = (String, &'a CompanyTrace)>,
) -> Section {
    let header = [
        what,
        Term::Stage,
        Term::Date,
        Term::PostMoney,
        Term::Cheque,
        Term::Own,
        Term::Rounds,
        Term::End,
        Term::Quarter,
        Term::Proceeds,
        Term::Held,
    ];
    let mut section = view.headed(title, &header);
    section.header.push("x".to_owned());
    section.rows = companies
        .map(|(label, told)| company(view, label, told))
        .collect();
    let note = if fits(&section) {
        Term::RoundsNote
    } else {
        keep_signs(&mut section, view.term(Term::Rounds));
        Term::RoundSignsNote
    };
    section.notes = vec![view.term(note).to_owned()];
    section
}

/// Leaves of the rounds in the column `head` only whether they went up or down.
fn keep_signs(section: &mut Section, head: &str) {
    let Some(column) = section.column(head) else {
        return;
    };
    for row in &mut section.rows {
        row[column].retain(|c| matches!(c, '+' | '-'));
    }
}

fn company(view: View, label: String, company: &CompanyTrace) -> Vec<String> {
    let rounds = company.events.iter().filter_map(|event| {
        let sign = match event.event {
            "up_round" => '+',
            "down_round" => '-',
            _ => return None,
        };
        Some(format!("{sign}{:.1}", event.date))
    });
    let last = company.receipts.last();
    vec![
        label,
        thing_label(&company.stage, view.lang),
        date(company.date),
        view.money(company.post_money),
        view.money(company.cheque),
        percent(company.own),
        rounds.collect::<Vec<_>>().join(" "),
        route_label(company.end, view.lang),
        last.map_or_else(String::new, |last| quarter(last.quarter)),
        view.money(company.proceeds),
        view.money(company.residual),
        view.multiple(company.multiple),
    ]
}
