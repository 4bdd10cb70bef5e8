//! One company's life as a story.

use super::{View, quarter};
use crate::report::catalogue::trace::Term;
use crate::report::catalogue::{route_label, thing_label};
use crate::report::format::{money, percent};
use crate::report::text::{WIDTH, wrap};
use crate::table::Section;
use crate::trace::{CompanyTrace, EventTrace, ReceiptTrace, RegionTrace, SubFundTrace};

pub(super) fn sections(
    view: View,
    region: &RegionTrace,
    fund: &SubFundTrace,
    company: &CompanyTrace,
) -> Vec<Section> {
    let (number, of) = (company.number.to_string(), fund.number.to_string());
    let region = view.region(region);
    let values = [
        ("company", number.as_str()),
        ("fund", &of),
        ("region", &region),
    ];
    let mut told: Vec<(usize, String)> = Vec::new();
    for event in &company.events {
        told.push((event.quarter, happened(view, event)));
        if event.paid > 0.0 {
            told.push((event.quarter, followed(view, event)));
        }
    }
    let receipts = company.receipts.iter();
    told.extend(receipts.map(|receipt| (receipt.quarter, paid(view, receipt))));
    told.sort_by_key(|(quarter, _)| *quarter);
    let mut notes = vec![first_cheque(view, company)];
    if let Some(value) = company.opening {
        notes.push(view.fill(Term::StoryOpening, &[("value", &money(value, view.lang))]));
    }
    notes.extend(told.into_iter().map(|(_, line)| line));
    notes.extend(wrap(&sum(view, company), WIDTH));
    vec![Section {
        title: view.fill(Term::Story, &values),
        notes,
        ..Section::default()
    }]
}

fn stage_label(view: View, index: usize) -> String {
    let stage = view.trace.terms.stages.get(index);
    stage.map_or_else(String::new, |stage| thing_label(&stage.id, view.lang))
}

fn first_cheque(view: View, company: &CompanyTrace) -> String {
    view.fill(
        Term::StoryCheque,
        &[
            ("date", &when(company.quarter)),
            ("cheque", &money(company.cheque, view.lang)),
            ("own", &percent(company.own)),
            ("stage", &thing_label(&company.stage, view.lang)),
            ("post", &money(company.post_money, view.lang)),
        ],
    )
}

fn followed(view: View, event: &EventTrace) -> String {
    view.fill(
        Term::StoryFollowOn,
        &[
            ("date", &when(event.quarter)),
            ("paid", &money(event.paid, view.lang)),
        ],
    )
}

fn happened(view: View, event: &EventTrace) -> String {
    let term = match event.event {
        "up_round" => Term::StoryUp,
        "down_round" => Term::StoryDown,
        "fail" => Term::StoryFail,
        "trade_sale" => Term::StoryTradeSale,
        "listing" => Term::StoryListing,
        _ => Term::StoryStalled,
    };
    view.fill(
        term,
        &[
            ("date", &when(event.quarter)),
            ("stage", &stage_label(view, event.stage)),
            ("growth", &format!("{:.2}", event.growth)),
            ("own", &percent(event.own)),
            ("stake", &money(event.stake, view.lang)),
        ],
    )
}

fn paid(view: View, receipt: &ReceiptTrace) -> String {
    let term = if receipt.held {
        Term::StoryHeld
    } else {
        Term::StoryReceipt
    };
    view.fill(
        term,
        &[
            ("quarter", &when(receipt.quarter)),
            ("route", &route_label(receipt.route, view.lang)),
            ("amount", &money(receipt.amount, view.lang)),
            ("cost", &money(receipt.cost, view.lang)),
        ],
    )
}

fn sum(view: View, company: &CompanyTrace) -> String {
    let term = if company.residual == 0.0 {
        Term::StorySum
    } else {
        Term::StorySumHeld
    };
    view.fill(
        term,
        &[
            ("proceeds", &money(company.proceeds, view.lang)),
            ("cheque", &money(company.cost, view.lang)),
            ("residual", &money(company.residual, view.lang)),
            ("multiple", &view.multiple(company.multiple)),
        ],
    )
}

/// A quarter's name, as wide as any.
fn when(at: usize) -> String {
    format!("{:>5}", quarter(at))
}
