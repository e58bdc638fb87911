//! What a change means, before it is written: who gets what more easily, which active access it would not allow any more,
//! whether a second person must confirm it, and how past requests would have been decided.

use std::collections::{BTreeSet, HashMap};

use client::{Find, Planned};
use domain::rules::Refused;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::form::difference;
use crate::pages::visit::SignedIn;
use crate::pages::{reasons, terms, words};
use crate::parts::{Moment, PairPart};
use crate::places::Places;

/// So many lines of each sort are told.
const TOLD: usize = 50;

/// What it means.
pub(super) struct Meaning {
    pub lighter: Vec<Lighter>,
    pub unlisted: usize,
    pub tightened: Option<String>,
    pub affected: Vec<Affected>,
    pub second_person: bool,
    /// Field by field.
    pub differences: Vec<String>,
    pub replay: Option<String>,
}

/// Something that gets easier to get.
pub(super) struct Lighter {
    pub who: String,
    pub what: String,
    pub place: String,
    pub before: String,
    pub after: String,
}

/// Active access that would not be allowed any more.
pub(super) struct Affected {
    pub page: String,
    pub who: String,
    pub what: PairPart,
    pub until: Option<Moment>,
    pub because: String,
}

/// As the API tells it.
#[derive(Deserialize)]
struct Weighed {
    impact: Impact,
    #[serde(default)]
    affected: Vec<Grant>,
}

#[derive(Deserialize)]
struct Impact {
    #[serde(default)]
    lightened: Vec<Lightened>,
    #[serde(default)]
    unlisted: usize,
    #[serde(default)]
    tightened: usize,
}

#[derive(Deserialize)]
struct Lightened {
    subject: Value,
    accounts: Vec<String>,
    permission_sets: Vec<String>,
    before: String,
    after: String,
    #[serde(default)]
    before_terms: Value,
    #[serde(default)]
    after_terms: Value,
}

#[derive(Deserialize)]
struct Grant {
    request: Uuid,
    user: String,
    account: String,
    permission_set: String,
    until: Option<Timestamp>,
    because: String,
    #[serde(default)]
    refused: Option<Refused>,
}

/// What a plan of one document means.
pub(super) async fn of_plan(me: &SignedIn, planned: &Planned) -> Meaning {
    let t = me.t();
    let weighed = planned.weighed.clone().unwrap_or_default();
    let updates = planned.plan.iter().flat_map(|plan| &plan.updates);
    let differences = updates
        .flat_map(|update| update.differences.iter().map(move |one| difference(update.entry.kind, one, me.look())));
    let differences = differences.take(TOLD).collect();
    let replay = planned.replay.as_ref().map(|replay| t.rules_replay(replay.checked, replay.total()));
    Meaning { differences, replay, ..of_weighed(me, weighed, planned.second_person).await }
}

/// What the API's weighing means.
pub(super) async fn of_weighed(me: &SignedIn, weighed: Value, second_person: bool) -> Meaning {
    let t = me.t();
    let Ok(Weighed { impact, affected }) = serde_json::from_value(weighed) else {
        return Meaning {
            lighter: Vec::new(),
            unlisted: 0,
            tightened: None,
            affected: Vec::new(),
            second_person,
            differences: Vec::new(),
            replay: None,
        };
    };
    let Impact { lightened, unlisted, tightened } = impact;
    let unlisted = unlisted + lightened.len().saturating_sub(TOLD);
    let names = Names::of(me, &lightened, &affected).await;
    Meaning {
        lighter: lightened.iter().take(TOLD).map(|one| names.lighter(me, one)).collect(),
        unlisted,
        tightened: (tightened > 0).then(|| t.policy_tightened(tightened)),
        affected: affected.into_iter().take(TOLD).map(|grant| names.affected(me, grant)).collect(),
        second_person,
        differences: Vec::new(),
        replay: None,
    }
}

/// What those are called whom it is about.
struct Names {
    people: HashMap<String, String>,
    groups: HashMap<String, String>,
    sets: HashMap<String, String>,
    places: std::sync::Arc<Places>,
}

impl Names {
    async fn of(me: &SignedIn, lightened: &[Lightened], affected: &[Grant]) -> Self {
        let told = lightened.iter().take(TOLD);
        let subjects = |kind: &'static str| {
            let of_kind = told.clone().filter(move |one| one.subject.get("kind").is_some_and(|k| k == kind));
            of_kind.filter_map(|one| one.subject.get("id")?.as_str().map(str::to_owned))
        };
        let people = subjects("user").chain(affected.iter().take(TOLD).map(|grant| grant.user.clone()));
        let groups: BTreeSet<String> = subjects("group").collect();
        let group = async |id: String| {
            let found = me.api.groups_found(&Find { text: id.clone(), limit: Some(1), ..Find::default() }).await;
            let name = found.ok()?.items.pop().filter(|group| group.id == id)?.name;
            Some((id, name))
        };
        let (people, groups, sets, places) = futures_util::future::join4(
            me.site().people.names(&me.api, people),
            futures_util::future::join_all(groups.into_iter().map(group)),
            me.api.every_permission_set(),
            me.site().atlas.places(&me.api),
        )
        .await;
        let sets = sets.unwrap_or_default().into_iter().map(|set| (set.arn, set.name)).collect();
        Self { people, groups: groups.into_iter().flatten().collect(), sets, places }
    }

    fn lighter(&self, me: &SignedIn, one: &Lightened) -> Lighter {
        let t = me.t();
        let id = one.subject.get("id").and_then(Value::as_str).unwrap_or_default();
        let who = match one.subject.get("kind").and_then(Value::as_str) {
            Some("group") => t.preview_group(self.groups.get(id).map_or(id, String::as_str)),
            Some("user") => self.people.get(id).cloned().unwrap_or_else(|| id.to_owned()),
            Some(_) | None => t.who_everyone().to_owned(),
        };
        let set = |arn: &String| self.sets.get(arn).unwrap_or(arn).clone();
        let account = |id: &String| self.places.get(id).map_or_else(|| id.clone(), |place| place.name.clone());
        let place = if one.accounts.len() > 3 {
            t.accounts_counted(one.accounts.len())
        } else {
            one.accounts.iter().map(account).collect::<Vec<_>>().join(", ")
        };
        let mut what: Vec<String> = one.permission_sets.iter().take(4).map(set).collect();
        if one.permission_sets.len() > 4 {
            what.push(t.and_more(one.permission_sets.len() - 4));
        }
        let before = terms::told(&one.before_terms, &one.before, me.look());
        let after = terms::told(&one.after_terms, &one.after, me.look());
        Lighter { who, what: what.join(", "), place, before, after }
    }

    fn affected(&self, me: &SignedIn, grant: Grant) -> Affected {
        let set = self.sets.get(&grant.permission_set).map_or("", String::as_str);
        let refused = grant.refused.as_ref().and_then(|refused| reasons::refused(refused, me.look()));
        Affected {
            page: format!("/requests/{}", grant.request),
            who: self.people.get(&grant.user).cloned().unwrap_or(grant.user),
            what: words::part((&grant.account, ""), (&grant.permission_set, set), &self.places, me.t()),
            until: grant.until.map(|at| Moment::new(at, me.look())),
            because: refused.unwrap_or(grant.because),
        }
    }
}
