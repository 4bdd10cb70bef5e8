//! Derived numbers of a scenario as tables: what `tierfund check` prints.

use crate::derived::{Actual, ActualRegion, Derived, FirstTier, Floor, Level, SHARES, StageEvents};
use crate::metrics::MetricUnit;
use crate::report::Names;
use crate::report::catalogue::{Lang, Term, fill, region_label};
use crate::report::format::{NO_NUMBER, count, fixed, money, number, percent};
use crate::scenario::Event;
use crate::table::Section;

/// The tables of `derived`, in a scenario of these `names`.
pub fn sections(derived: &Derived, names: &Names, lang: Lang) -> Vec<Section> {
    let first = first_tier(&derived.first_tier, lang);
    let actual = derived.actual.as_ref();
    let actual = actual.map(|found| self::actual(found, names, lang));
    let rest = [
        leverage(derived, lang),
        targets(derived, lang),
        solved(derived, lang),
        events(&derived.events, lang),
        floor(&derived.floor, lang),
        levels(&derived.levels, lang),
    ];
    [first].into_iter().chain(actual).chain(rest).collect()
}

fn titled(title: Term, header: &[Term], lang: Lang) -> Section {
    Section::new(title.text(lang), header.iter().map(|term| term.text(lang)))
}

fn multiple(value: f64) -> String {
    number(value, MetricUnit::Multiple, Lang::En)
}

fn first_tier(tier: &FirstTier, lang: Lang) -> Section {
    let amounts = [
        (Term::Capital, tier.capital),
        (Term::RunningCost, tier.running_cost),
        (Term::FirstNational, tier.first_national),
        (Term::FirstTotal, tier.first_total),
        (Term::LaterNational, tier.later_national),
        (Term::ExpectedTotal, tier.expected_total),
    ];
    let row = |(term, amount): (Term, f64)| vec![term.text(lang).to_owned(), money(amount, lang)];
    Section {
        rows: amounts.map(row).to_vec(),
        ..titled(Term::FirstTier, &[], lang)
    }
}

/// Regions side by side.
fn actual(actual: &Actual, names: &Names, lang: Lang) -> Section {
    let regions = actual.regions.iter();
    let header = regions.map(|region| region_label(&region.region, names, lang));
    let header = std::iter::once(String::new()).chain(header);
    let row = |term: Term, of: &dyn Fn(&ActualRegion) -> String| -> Vec<String> {
        let cells = actual.regions.iter().map(of);
        std::iter::once(term.text(lang).to_owned())
            .chain(cells)
            .collect()
    };
    let whole = |term, of: fn(&ActualRegion) -> u32| row(term, &|r| of(r).to_string());
    let amount = |term, of: fn(&ActualRegion) -> f64| row(term, &|r| money(of(r), lang));
    let title = match actual.as_of {
        Some(as_of) => fill(Term::ActualAsOf, lang, &[("year", &as_of.to_string())]),
        None => Term::ActualSigned.text(lang).to_owned(),
    };
    Section {
        title,
        header: header.collect(),
        rows: vec![
            whole(Term::ActualClosed, |r| r.closed),
            whole(Term::ActualSignedFunds, |r| r.signed),
            amount(Term::ActualSize, |r| r.size),
            amount(Term::ActualTickets, |r| r.tickets),
            amount(Term::ActualPaidIn, |r| r.paid_in),
            amount(Term::ActualDistributed, |r| r.distributed),
            amount(Term::ActualNav, |r| r.nav),
            whole(Term::ActualProjects, |r| r.projects),
            amount(Term::ActualCheques, |r| r.cheques),
            amount(Term::ActualProjectsNav, |r| r.projects_nav),
            amount(Term::ActualTicketsLeft, |r| r.tickets_left),
            amount(Term::ActualChequesLeft, |r| r.cheques_left),
        ],
        ..Section::default()
    }
}

fn leverage(derived: &Derived, lang: Lang) -> Section {
    let table = &derived.leverage;
    let header = std::iter::once("r \\ s".to_owned()).chain(SHARES.map(percent));
    let row = |(ratio, values): &(f64, Vec<f64>)| {
        std::iter::once(*ratio)
            .chain(values.iter().copied())
            .map(multiple)
            .collect()
    };
    let part = percent(table.sub_fund_part);
    Section {
        header: header.collect(),
        rows: table.rows.iter().map(row).collect(),
        notes: vec![fill(Term::ArithmeticNote, lang, &[("part", &part)])],
        ..titled(Term::LeverageArithmetic, &[], lang)
    }
}

fn targets(derived: &Derived, lang: Lang) -> Section {
    let header = [
        Term::Target,
        Term::SubFundsNeeded,
        Term::FundsNeeded,
        Term::ShareNeeded,
    ];
    let rows = derived.targets.iter().map(|need| {
        vec![
            format!("{:.0}", need.target),
            money(need.sub_funds, lang),
            count(need.count),
            if need.share_needed > 0.0 {
                percent(need.share_needed.min(1.0))
            } else {
                percent(1.0)
            },
        ]
    });
    Section {
        rows: rows.collect(),
        ..titled(Term::TargetNeeds, &header, lang)
    }
}

fn solved(derived: &Derived, lang: Lang) -> Section {
    let header = [Term::Key, Term::SolvedMean, Term::Intercept, Term::Spread];
    let rows = derived.solved.iter().map(|solved| {
        let mean = if solved.mean > 1.0 {
            money(solved.mean, lang)
        } else {
            format!("{:.4}", solved.mean)
        };
        let rest = [solved.intercept, solved.spread].map(|value| fixed(value, 4));
        [solved.key.clone(), mean].into_iter().chain(rest).collect()
    });
    Section {
        rows: rows.collect(),
        ..titled(Term::SolvedNumbers, &header, lang)
    }
}

fn events(stages: &[StageEvents], lang: Lang) -> Section {
    let header = std::iter::once(Term::Stage.text(lang)).chain(Event::ALL.iter().map(|e| e.key()));
    let row = |stage: &StageEvents| {
        let cells = stage.probability.iter().zip(&stage.base);
        let cells = cells.map(|(probability, base)| format!("{probability:.3} ({base:.3})"));
        std::iter::once(stage.stage.clone()).chain(cells).collect()
    };
    Section {
        rows: stages.iter().map(row).collect(),
        ..Section::new(Term::EventTable.text(lang), header)
    }
}

fn floor(floor: &Floor, lang: Lang) -> Section {
    let shares = [
        (Term::FeesOverLife, floor.fees),
        (Term::Investable, floor.investable),
        (Term::FloorOfSize, floor.floor),
        (Term::FloorOfInvestable, floor.early_of_investable),
        (Term::MixEarly, floor.early_of_mix),
    ];
    let shown = |share: f64| {
        if share.is_finite() {
            percent(share)
        } else {
            NO_NUMBER.to_owned()
        }
    };
    let row = |(term, share): (Term, f64)| vec![term.text(lang).to_owned(), shown(share)];
    let mut rows = shares.map(row).to_vec();
    if let Some(companies) = floor.companies_per_fund {
        rows.push(vec![
            Term::CompaniesPerFund.text(lang).to_owned(),
            count(companies),
        ]);
    }
    Section {
        rows,
        ..titled(Term::FloorTable, &[], lang)
    }
}

fn levels(levels: &[Level], lang: Lang) -> Section {
    let header = [Term::Stage, Term::Declared, Term::Implied];
    let row = |level: &Level| {
        let implied = level
            .implied
            .map_or_else(|| NO_NUMBER.to_owned(), |worth| money(worth, lang));
        vec![level.stage.clone(), money(level.declared, lang), implied]
    };
    let apart = levels.iter().filter(|level| level.is_far_apart());
    let far = Term::FarApart.text(lang);
    let notes = apart.map(|level| format!("! {}", lang.labelled(&level.stage, far)));
    Section {
        rows: levels.iter().map(row).collect(),
        notes: notes.collect(),
        ..titled(Term::Levels, &header, lang)
    }
}
