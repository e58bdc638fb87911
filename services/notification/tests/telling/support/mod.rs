//! A company whose facts are told: a database with a clock that is turned by hand, a mail server and
//! endpoints that do as they are told.

pub mod mail_server;
pub mod sink;

use std::sync::Arc;

use domain::approval::{Need, PolicySpec};
use domain::fact::{Evidence, Occurred};
use domain::grant::EndReason;
use domain::request::RequestState;
use domain::rules::Severity;
use domain::{Actor, ApprovalId, DelegationId, EndpointId, Fact, GrantId, RequestId, RuleId, Tuple};
use jiff::{SignedDuration, Timestamp};
use mail_server::MailServer;
use notification::inbound::Inbound;
use notification::outlet::guard::Reach;
use notification::outlet::mail::MailOutlet;
use notification::outlet::webhook::WebhookOutlet;
use notification::send::Sender;
use notification::usecase::create_endpoint::create_endpoint;
use notification::usecase::plan_deliveries::{Heard, Mailing};
use notification::work::Worker;
use runtime::settings::Personas;
use secrecy::SecretString;
use store::delegations::{self, Delegation};
use store::deliveries::{self, Delivery, Filter};
use store::endpoints::Endpoint;
use store::requests::{Item, Request};
use store::{approvals, new_id, requests};
use testkit::company;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use web::link::LinkKey;

pub struct World {
    pub db: testkit::TestDb,
    pub mail: MailServer,
    pub inbound: Inbound,
    pub worker: Worker,
    pub stop: CancellationToken,
}

pub struct Asked {
    pub request: RequestId,
    pub approval: ApprovalId,
    pub approvals: Vec<ApprovalId>,
    pub submitted: Heard,
}

pub struct Wish<'a> {
    pub who: &'a str,
    pub for_whom: &'a str,
    pub reason: &'a str,
    pub accounts: &'a [&'a str],
    pub severity: Severity,
    pub break_glass: Option<RuleId>,
    /// Which pairs are decided together, and by whom.
    pub decided: Vec<(Vec<i16>, PolicySpec)>,
}

impl<'a> Wish<'a> {
    pub fn of(who: &'a str, for_whom: &'a str) -> Self {
        Self {
            who,
            for_whom,
            reason: "the queue is stuck",
            accounts: &["payments-prod"],
            severity: Severity::default(),
            break_glass: None,
            decided: vec![(vec![0], leads())],
        }
    }
}

/// One of the leads, or root, or gus, who is disabled.
pub fn leads() -> PolicySpec {
    PolicySpec::of(vec![company::group("leads")], vec![company::user("root"), company::user("gus")], 1)
}

pub fn link_key() -> LinkKey {
    LinkKey::new(&SecretString::from("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")).unwrap()
}

impl World {
    pub async fn new() -> Self {
        runtime::install_crypto();
        let db = testkit::database().await;
        company::move_in(&db).await;
        let mail = MailServer::start().await;
        let url = SecretString::from(mail.url());
        let sender = Sender {
            mail: Some(MailOutlet::new(&url, "Curfew <curfew@curfew.example>").unwrap()),
            webhooks: WebhookOutlet::new(Reach::Anywhere).unwrap(),
            link_key: link_key(),
            portal: "https://curfew.example".to_owned(),
        };
        let stop = CancellationToken::new();
        let worker = Worker::new(db.db.clone(), Arc::new(sender), stop.clone());
        let personas =
            Personas { admin_groups: vec!["admins".to_owned()], auditor_groups: vec!["auditors".to_owned()] };
        let mailing = Some(Mailing { personas, books: judge::Books::default() });
        let inbound = Inbound { db: db.db.clone(), mailing, bell: Arc::new(Notify::new()) };
        Self { db, mail, inbound, worker, stop }
    }

    pub async fn plan(&self, heard: &[Heard]) -> u64 {
        self.inbound.plan(heard).await.unwrap()
    }

    pub async fn send(&self) -> usize {
        self.worker.run_until_idle().await.unwrap()
    }

    pub fn turn(&self, by: SignedDuration) {
        self.db.clock().advance(by);
    }

    pub async fn endpoint(&self, url: &str) -> Endpoint {
        let mut tx = self.db.begin(company::actor("root")).await.unwrap();
        let endpoint = create_endpoint(&mut tx, url, true, Reach::Anywhere, rand::random()).await.unwrap();
        tx.commit().await.unwrap();
        endpoint
    }

    /// Commits a fact as a service would, and hands it over as the queue would.
    pub async fn happened(&self, actor: Actor, fact: Fact) -> Heard {
        let mut tx = self.db.begin(actor).await.unwrap();
        tx.record(fact);
        heard(tx.commit().await.unwrap())
    }

    /// Somebody asks for an hour and a half; the leads, or root, decide.
    pub async fn ask(&self, who: &str, for_whom: &str, reason: &str) -> Asked {
        let wish = Wish { reason, ..Wish::of(who, for_whom) };
        self.wish(wish).await
    }

    pub async fn wish(&self, wish: Wish<'_>) -> Asked {
        let mut tx = self.db.begin(company::actor(wish.who)).await.unwrap();
        let now = tx.now();
        let request = Request {
            id: RequestId(new_id()),
            version: 1,
            state: RequestState::Pending,
            requester: company::user(wish.who),
            beneficiary: company::user(wish.for_whom),
            reason: wish.reason.to_owned(),
            ticket: Some("OPS-1".to_owned()),
            minutes: 90,
            start_at: None,
            extends: None,
            severity: wish.severity,
            break_glass: wish.break_glass,
            asked: None,
            submitted_at: now,
            decide_by: now + SignedDuration::from_hours(3),
            decided_at: None,
            trace_parent: None,
        };
        let items: Vec<Item> = (0_i16..)
            .zip(wish.accounts)
            .map(|(ordinal, account)| Item {
                ordinal,
                pair: company::pair(account, "AdministratorAccess"),
                account_name: (*account).to_owned(),
                permission_set_name: "AdministratorAccess".to_owned(),
                rule: RuleId(new_id()),
                rule_version: 1,
                state: RequestState::Pending,
                approval: None,
                not_before: None,
                content_hash: None,
            })
            .collect();
        requests::insert(&mut tx, &request, &items, &serde_json::json!([])).await.unwrap();
        let mut approvals = Vec::new();
        for (ordinals, policy) in wish.decided {
            let voters = &policy.stages[0].voters;
            let users = voters.users.iter().map(|user| format!("user:{user}"));
            let asks: Vec<String> = users.chain(voters.groups.iter().map(|group| format!("group:{group}"))).collect();
            let needs = [Need { policy, named: None, because: "a rule".to_owned() }];
            approvals.push(approvals::open(&mut tx, request.id, &ordinals, &needs, &asks, None).await.unwrap());
        }
        tx.record(Fact::RequestSubmitted {
            request: request.id,
            approvals: approvals.clone(),
            requester: request.requester.clone(),
            beneficiary: request.beneficiary.clone(),
            pairs: items.iter().map(|i| i.pair.clone()).collect(),
            minutes: 90,
            start_at: None,
            extends: None,
            severity: request.severity.clone(),
            break_glass: request.break_glass,
        });
        let submitted = heard(tx.commit().await.unwrap());
        let approval = approvals.first().copied().unwrap_or(ApprovalId(new_id()));
        Asked { request: request.id, approval, approvals, submitted }
    }

    /// Somebody stands in for somebody from now on, for a day.
    pub async fn stands_in(&self, from: &str, to: &str) {
        let mut tx = self.db.begin(company::actor(from)).await.unwrap();
        let now = tx.now();
        let new = Delegation {
            id: DelegationId(new_id()),
            from: company::user(from),
            to: company::user(to),
            starts_at: now,
            ends_at: now + SignedDuration::from_hours(24),
            reason: None,
            made_by: company::actor(from),
            made_at: now,
            ended_at: None,
        };
        delegations::insert(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Tells facts as one commit of somebody's, and sends what is to be sent; who got what, by subject.
    pub async fn tell(&self, actor: Actor, facts: Vec<Fact>) -> Vec<(String, String)> {
        self.mail.take();
        let mut tx = self.db.begin(actor).await.unwrap();
        for fact in facts {
            tx.record(fact);
        }
        let committed = tx.commit().await.unwrap();
        let heard: Vec<Heard> = committed.into_iter().map(|occurred| Heard { occurred, trace_parent: None }).collect();
        self.plan(&heard).await;
        self.send().await;
        self.mail.mails().into_iter().map(|mail| (mail.to.clone(), mail.subject())).collect()
    }

    /// Everything planned, the oldest first.
    pub async fn deliveries(&self) -> Vec<Delivery> {
        let mut connection = self.db.read().await.unwrap();
        let mut all = deliveries::list(&mut connection, &Filter { limit: 1000, ..Filter::default() }).await.unwrap();
        all.reverse();
        all
    }

    pub async fn only_delivery(&self) -> Delivery {
        let mut all = self.deliveries().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.pop().unwrap()
    }
}

pub fn heard(facts: Vec<Occurred>) -> Heard {
    let [occurred]: [Occurred; 1] = facts.try_into().unwrap();
    Heard { occurred, trace_parent: None }
}

pub fn tuple_of(who: &str) -> Tuple {
    let pair = company::pair("payments-prod", "AdministratorAccess");
    Tuple { principal: company::user(who), account: pair.account, permission_set: pair.permission_set }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn activated(asked: &Asked, who: &str) -> Fact {
    Fact::GrantActivated {
        grant: GrantId(new_id()),
        request: asked.request,
        tuple: tuple_of(who),
        deadline_at: at("2026-03-02T10:30:00Z"),
        read_back_at: at("2026-03-02T09:00:05Z"),
    }
}

pub fn ended(asked: &Asked, who: &str, reason: EndReason, evidence: Evidence) -> Fact {
    Fact::GrantEnded { grant: GrantId(new_id()), request: asked.request, tuple: tuple_of(who), reason, evidence }
}

pub fn webhook_deleted() -> Fact {
    Fact::WebhookDeleted { endpoint: EndpointId(new_id()) }
}
