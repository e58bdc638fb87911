//! What the mails of a batch have to say, read once for all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use domain::approval::People;
use domain::rules::{Book, Severity};
use domain::{Actor, ApprovalId, ChangeId, CommentId, DelegationId, Fact, GrantId, RequestId, ReviewId, UserId};
use store::grants::{self, Grant};
use store::requests::{self, Item, Request};
use store::telling::{self, Change, Delegation, Person, Review, Told};
use store::{StoreError, Tx, approvals};
use uuid::Uuid;

use super::{AskedOnce, Heard, Mailing, alarm, moment};
use crate::message::{About, Place};
use crate::table::{Audience, audiences};

/// The facts that ask people to decide.
pub(super) const ASKING: [&str; 5] = [
    "request.submitted.v1",
    "approval.stage_began.v1",
    "approval.reminded.v1",
    "approval.escalated.v1",
    "approval.tightened.v1",
];

/// Which of a request's pairs a mail is about.
#[derive(Debug, Clone)]
pub(super) enum Places {
    All,
    These(Vec<domain::Pair>),
}

/// A stage of one need of an approval.
pub(super) type StageOf = (ApprovalId, usize, usize);

#[derive(Default)]
pub(super) struct Known {
    pub requests: HashMap<RequestId, Request>,
    pub items: HashMap<RequestId, Vec<Item>>,
    pub grants: HashMap<GrantId, Grant>,
    pub people: HashMap<UserId, Person>,
    /// Who is asked in which open approvals of a request just now.
    pub asking: BTreeMap<(RequestId, UserId), Vec<ApprovalId>>,
    /// For whom each may speak there: themselves, or those whom they stand in for.
    pub voices: BTreeMap<(ApprovalId, UserId), BTreeSet<UserId>>,
    pub asked: HashMap<RequestId, Vec<UserId>>,
    pub further: HashMap<StageOf, Vec<UserId>>,
    pub alarmed: HashMap<RequestId, BTreeSet<UserId>>,
    pub admins: Vec<UserId>,
    pub auditors: Vec<UserId>,
    pub reviewers: HashMap<ReviewId, Vec<UserId>>,
    pub refusals: HashMap<RequestId, String>,
    pub comments: HashMap<CommentId, String>,
    pub reviews: HashMap<ReviewId, Review>,
    pub delegations: HashMap<DelegationId, Delegation>,
    pub changes: HashMap<ChangeId, Change>,
    pub book: Option<Arc<Book>>,
    told: Vec<Told>,
}

/// The ids that these facts name, each once.
fn named(heard: &[Heard], pick: impl Fn(&Fact) -> Option<Uuid>) -> Vec<Uuid> {
    heard.iter().filter_map(|one| pick(&one.occurred.fact)).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The requests of those facts that some audience of this sort hears.
fn requests_for(heard: &[Heard], sort: &[Audience]) -> Vec<Uuid> {
    named(heard, |fact| {
        let concerns = audiences(fact).iter().any(|audience| sort.contains(audience));
        fact.request().filter(|_| concerns).map(RequestId::uuid)
    })
}

fn hears(heard: &[Heard], sort: &[Audience]) -> bool {
    heard.iter().any(|one| audiences(&one.occurred.fact).iter().any(|audience| sort.contains(audience)))
}

impl Known {
    pub async fn read(tx: &mut Tx, heard: &[Heard], mailing: &Mailing) -> Result<Self, StoreError> {
        let mut known = Self::default();
        if heard.iter().all(|one| audiences(&one.occurred.fact).is_empty()) {
            return Ok(known);
        }
        known.read_requests(tx, heard).await?;
        known.read_deciders(tx, heard).await?;
        known.read_overseers(tx, heard, mailing).await?;
        known.read_words(tx, heard).await?;
        known.read_people(tx, heard).await?;
        Ok(known)
    }

    async fn read_requests(&mut self, tx: &mut Tx, heard: &[Heard]) -> Result<(), StoreError> {
        let concerned =
            named(heard, |fact| fact.request().filter(|_| !audiences(fact).is_empty()).map(RequestId::uuid));
        if concerned.is_empty() {
            return Ok(());
        }
        self.requests = requests::by_ids(tx.connection(), &concerned).await?.into_iter().map(|r| (r.id, r)).collect();
        for (id, item) in requests::items_of(tx.connection(), &concerned).await? {
            self.items.entry(id).or_default().push(item);
        }
        let granted = named(heard, |fact| match fact {
            Fact::GrantEnded { request, .. } | Fact::GrantExtended { request, .. } => Some(request.uuid()),
            _ => None,
        });
        if !granted.is_empty() {
            let grants = grants::of_requests(tx.connection(), &granted).await?;
            self.grants = grants.into_iter().map(|g| (g.id, g)).collect();
        }
        Ok(())
    }

    /// Who may decide now, and who was asked before.
    async fn read_deciders(&mut self, tx: &mut Tx, heard: &[Heard]) -> Result<(), StoreError> {
        let asking = requests_for(heard, &[Audience::Approvers, Audience::Further]);
        if !asking.is_empty() {
            let now = tx.now();
            for asked in telling::approvers(tx.connection(), &asking, now).await? {
                let approvals = self.asking.entry((asked.request, asked.person.id.clone())).or_default();
                if approvals.last() != Some(&asked.approval) {
                    approvals.push(asked.approval);
                }
                self.voices.entry((asked.approval, asked.person.id.clone())).or_default().insert(asked.voice);
                self.people.insert(asked.person.id.clone(), asked.person);
            }
            self.told = telling::told(tx.connection(), &asking, &ASKING).await?;
        }
        let asked = requests_for(heard, &[Audience::Asked, Audience::Talkers]);
        if !asked.is_empty() {
            for (id, person) in telling::asked(tx.connection(), &asked).await? {
                self.asked.entry(id).or_default().push(person);
            }
        }
        for one in heard {
            if let Fact::ApprovalEscalated { approval, need, stage, .. } = one.occurred.fact {
                let people = escalated_to(tx, (approval, need, stage)).await?;
                let people = telling::active(tx.connection(), &people.users, &people.groups).await?;
                let people = self.meet(people);
                self.further.insert((approval, need, stage), people);
            }
        }
        Ok(())
    }

    /// Admins, auditors, reviewers, and who has to hear of a break-glass.
    async fn read_overseers(&mut self, tx: &mut Tx, heard: &[Heard], mailing: &Mailing) -> Result<(), StoreError> {
        use Audience::{Admins, Alarmed, OtherAdmins, Overseers, Reviewers};
        if !hears(heard, &[Admins, Alarmed, OtherAdmins, Overseers, Reviewers]) {
            return Ok(());
        }
        let now = tx.now();
        let connection = tx.connection();
        let admins = telling::members_of_named(connection, &mailing.personas.admin_groups).await?;
        let auditors = telling::members_of_named(connection, &mailing.personas.auditor_groups).await?;
        (self.admins, self.auditors) = (self.meet(admins), self.meet(auditors));
        let reviews = named(heard, |fact| match fact {
            Fact::ReviewOpened { review, .. }
            | Fact::ReviewOverdue { review, .. }
            | Fact::ReviewDone { review, .. } => Some(review.uuid()),
            _ => None,
        });
        for review in telling::reviews(connection, &reviews, now).await? {
            let named = &review.reviewers.named;
            let people = telling::active(connection, &named.users, &named.groups).await?;
            let mut reviewers = self.meet(people);
            // Everybody may look: those whose duty it is are told.
            if review.reviewers.by_default || named.everyone {
                reviewers.extend(self.overseers());
            }
            reviewers.retain(|id| !review.barred.contains(id));
            self.reviewers.insert(review.id, reviewers);
            self.reviews.insert(review.id, review);
        }
        if heard.iter().any(|o| matches!(o.occurred.fact, Fact::BreakGlass { .. } | Fact::PolicyMatched { .. })) {
            self.book = Some(mailing.books.current(connection).await?);
        }
        for one in heard {
            if let (Fact::BreakGlass { request, beneficiary, pairs, .. }, Some(book)) =
                (&one.occurred.fact, self.book.clone())
            {
                let near = alarm::near(tx, &book, beneficiary, pairs).await?;
                let near = telling::active(tx.connection(), &near.users, &near.groups).await?;
                let all = self.meet(near).into_iter().chain(self.overseers()).collect();
                self.alarmed.insert(*request, all);
            }
        }
        Ok(())
    }

    /// What people said, and what they did about each other and the rules.
    async fn read_words(&mut self, tx: &mut Tx, heard: &[Heard]) -> Result<(), StoreError> {
        let connection = tx.connection();
        let rejected = named(heard, |fact| match fact {
            Fact::RequestRejected { request, .. } => Some(request.uuid()),
            _ => None,
        });
        if !rejected.is_empty() {
            self.refusals = telling::refusals(connection, &rejected).await?.into_iter().collect();
        }
        let comments = named(heard, |fact| match fact {
            Fact::RequestCommented { comment, .. } => Some(comment.uuid()),
            _ => None,
        });
        if !comments.is_empty() {
            self.comments =
                telling::comments(connection, &comments).await?.into_iter().map(|c| (c.id, c.body)).collect();
        }
        let delegations = named(heard, |fact| match fact {
            Fact::DelegationMade { delegation, .. } | Fact::DelegationEnded { delegation } => Some(delegation.uuid()),
            _ => None,
        });
        if !delegations.is_empty() {
            self.delegations =
                telling::delegations(connection, &delegations).await?.into_iter().map(|d| (d.id, d)).collect();
        }
        let changes = named(heard, |fact| match fact {
            Fact::ChangeProposed { change } | Fact::ChangeDecided { change, .. } => Some(change.uuid()),
            _ => None,
        });
        if !changes.is_empty() {
            self.changes = telling::changes(connection, &changes).await?.into_iter().map(|c| (c.id, c)).collect();
        }
        Ok(())
    }

    /// Everybody who is named or reached and not known yet.
    async fn read_people(&mut self, tx: &mut Tx, heard: &[Heard]) -> Result<(), StoreError> {
        let mut wanted: BTreeSet<&UserId> = self.asked.values().flatten().collect();
        wanted.extend(self.voices.values().flatten());
        wanted.extend(self.requests.values().flat_map(|r| [&r.requester, &r.beneficiary]));
        wanted.extend(self.delegations.values().flat_map(|d| [&d.from, &d.to]));
        let behind = self.changes.values().flat_map(|c| [Some(&c.proposed_by), c.decided_by.as_ref()]);
        wanted.extend(behind.flatten().filter_map(Actor::user));
        wanted.extend(heard.iter().filter_map(|one| one.occurred.actor.user()));
        wanted.extend(heard.iter().filter_map(|one| match &one.occurred.fact {
            Fact::RequestApproved { by, .. } => by.as_ref(),
            Fact::RequestRejected { by: author, .. }
            | Fact::RequestCommented { author, .. }
            | Fact::ReviewDone { reviewer: author, .. } => Some(author),
            _ => None,
        }));
        let wanted: Vec<&str> =
            wanted.into_iter().filter(|id| !self.people.contains_key(*id)).map(UserId::as_str).collect();
        if !wanted.is_empty() {
            let people = telling::people(tx.connection(), &wanted).await?;
            self.meet(people);
        }
        Ok(())
    }

    /// Keeps them by id.
    fn meet(&mut self, people: Vec<Person>) -> Vec<UserId> {
        let ids = people.iter().map(|person| person.id.clone()).collect();
        self.people.extend(people.into_iter().map(|person| (person.id.clone(), person)));
        ids
    }

    /// Admins and auditors, each once.
    pub fn overseers(&self) -> Vec<UserId> {
        let all: BTreeSet<&UserId> = self.admins.iter().chain(&self.auditors).collect();
        all.into_iter().cloned().collect()
    }

    /// Whom the database knows to have been asked.
    pub fn told(&self) -> HashSet<AskedOnce> {
        let name = |action: &str| ASKING.into_iter().find(|name| *name == action);
        let told = self.told.iter();
        told.filter_map(|t| Some((t.request, name(&t.action)?, moment(t.at), t.person.clone()))).collect()
    }

    pub fn name(&self, id: &UserId) -> String {
        self.people.get(id).map_or_else(|| id.to_string(), |person| person.display_name.clone())
    }

    /// What to call whoever did something.
    pub fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::User { id } => self.name(id),
            Actor::Machine { client } => format!("the client {client}"),
            Actor::Service { .. } => "Curfew".to_owned(),
        }
    }

    pub fn items_of(&self, request: &Request) -> &[Item] {
        self.items.get(&request.id).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn about(&self, request: &Request, places: &Places) -> About {
        let is_meant = |item: &&Item| match places {
            Places::All => true,
            Places::These(pairs) => pairs.contains(&item.pair),
        };
        About {
            request: request.id,
            requester: self.name(&request.requester),
            beneficiary: (request.beneficiary != request.requester).then(|| self.name(&request.beneficiary)),
            places: self.items_of(request).iter().filter(is_meant).map(place).collect(),
            minutes: request.minutes,
            asked_minutes: request.asked.map(|(minutes, _)| minutes).filter(|minutes| *minutes != request.minutes),
            start_at: request.start_at,
            reason: request.reason.clone(),
            ticket: request.ticket.clone(),
            extends: request.extends.is_some(),
            severity: Some(&request.severity).filter(|s| **s != Severity::default()).map(ToString::to_string),
            break_glass: request.break_glass.is_some(),
        }
    }
}

pub(super) fn place(item: &Item) -> Place {
    Place {
        account: item.pair.account.clone(),
        account_name: item.account_name.clone(),
        permission_set: item.permission_set_name.clone(),
    }
}

/// The further people of a stage.
async fn escalated_to(tx: &mut Tx, (approval, need, stage): StageOf) -> Result<People, StoreError> {
    let found = approvals::get(tx.connection(), approval).await?;
    let stage = found.as_ref().and_then(|a| a.needs.get(need)).and_then(|need| need.policy.stages.get(stage));
    Ok(stage.and_then(|stage| stage.escalation.as_ref()).map(|e| e.to.clone()).unwrap_or_default())
}
