//! How long it takes to compile the book, to evaluate a submit, to say what somebody may ask for, and to say what
//! a change does; and how much memory the book takes. Nothing but the processor takes part.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Context;
use domain::rules::{Ask, Body, Book, Details, Duty, Person, Severity, evaluate, impact};
use domain::{Minutes, Pair};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::documents::now;
use super::organization::{Company, Somebody};
use crate::figures::{Aim, Figures, number};
use crate::machine::rss_mib;
use crate::spread::Spread;

pub(super) fn measure(company: &Company, seed: u64, rounds: usize, figures: &mut Figures) -> anyhow::Result<()> {
    let resident = || rss_mib(std::process::id());
    let (documents, organization) = (company.documents.clone(), company.organization.clone());
    let (began, empty) = (Instant::now(), resident());
    let book = Book::compile(documents, organization);
    figures.add("compile_ms", Some(milliseconds(began)), "", None);
    figures.add("book_mib", resident().zip(empty).map(|(full, empty)| full - empty), "", None);

    let mut random = StdRng::seed_from_u64(seed);
    let mut offers = Spread::default();
    let mut evaluations = Spread::default();
    let (mut offered, mut allowed) = (0, 0);
    for _ in 0..rounds {
        let somebody = company.people.choose(&mut random).context("there are no people")?;
        let began = Instant::now();
        let found = black_box(book.offers(&somebody.user, &somebody.groups, now()));
        offers.add(milliseconds(began));
        offered += found.len();
        let pair = pair(company, &found, &mut random).context("there are no accounts")?;
        drop(found);
        let began = Instant::now();
        let answer = ask(somebody, &pair, |ask| black_box(evaluate(&book, ask)))?;
        evaluations.add(milliseconds(began));
        allowed += usize::from(answer.chosen.is_some());
    }
    figures.add("decide_p50_ms", evaluations.p50(), "", None);
    figures.add("decide_p99_ms", evaluations.p99(), "", Some(Aim::AtMost(1.0)));
    figures.add("offers_p50_ms", offers.p50(), "", None);
    figures.add("offers_p99_ms", offers.p99(), "", Some(Aim::AtMost(20.0)));
    figures.note("evaluations", rounds);
    figures.note("evaluations_allowed_share", number(allowed) / number(rounds.max(1)));
    figures.note("offers_each", number(offered) / number(rounds.max(1)));

    let mut longer = company.documents.clone();
    for document in &mut longer {
        if let Body::Rule(spec) = &mut document.body {
            spec.max_minutes = Minutes::new(i64::from(spec.max_minutes) + 1)?;
        }
    }
    let changed = Book::compile(longer, company.organization.clone());
    let began = Instant::now();
    let told = black_box(impact(&book, &changed));
    figures.add("impact_of_all_ms", Some(milliseconds(began)), "", Some(Aim::AtMost(1_000.0)));
    figures.note("impact_of_all_entries", told.lightened.len() + told.unlisted);
    let began = Instant::now();
    black_box(impact(&book, &book));
    figures.add("impact_of_nothing_ms", Some(milliseconds(began)), "", None);
    Ok(())
}

/// Mostly something that is offered, sometimes anything.
fn pair(company: &Company, offers: &[domain::rules::Offer<'_>], random: &mut StdRng) -> Option<Pair> {
    let offer = offers.choose(random).filter(|_| random.random_bool(0.8));
    let (account, set) = match offer {
        Some(offer) => (offer.accounts().next()?, offer.permission_sets().next()?),
        None => {
            let organization = &company.organization;
            (organization.accounts.choose(random)?, organization.permission_sets.choose(random)?)
        }
    };
    Some(Pair { account: account.id.clone(), permission_set: set.arn.clone() })
}

fn ask<T>(somebody: &Somebody, pair: &Pair, look: impl FnOnce(&Ask<'_>) -> T) -> anyhow::Result<T> {
    let severity = Severity::default();
    let duty = Duty::default();
    let details = Details {
        minutes: Minutes::new(60)?,
        severity: &severity,
        reason: "the nightly import of the ledger fails",
        ticket: Some("OPS-1234"),
        tickets: &[],
        duty: &duty,
        incident: false,
    };
    let person = Person { user: &somebody.user, groups: &somebody.groups };
    Ok(look(&Ask {
        beneficiary: person,
        sponsor: None,
        pair,
        now: now(),
        start: None,
        details: Some(details),
        break_glass: None,
        uses: &[],
    }))
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}
