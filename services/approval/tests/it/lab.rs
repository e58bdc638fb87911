//! A database with an organization, a rule that allows everything, and AWS as the test wants it.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use approval::fresh::{Fresh, Witness};
use approval::usecase::decide::{Decide, DecideError, Decided, Narrow, Outcome};
use approval::usecase::electors::Desk;
use domain::approval::{Channel, Decision, Need, OwnerScope, PolicySpec, Stage, Voters};
use domain::request::RequestState;
use domain::rules::{Accounts, Approval, Automatic, Body, Document, PermissionSets, RuleSpec, Subjects};
use domain::{Actor, ApprovalId, GrantId, GroupId, RequestId, UserId};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use integrations::Integrations;
use judge::Judge;
use runtime::Settings;
use runtime::settings::{Approvals, FreshCheck};
use store::approvals::ApprovalState;
use store::directory::{self, Account, PermissionSet, Unit};
use store::{Db, documents};
use testkit::requests::{need, pair};
use testkit::{TestDb, company, database};

const SAMPLE: &str = include_str!("../../../../shared/runtime/curfew.sample.toml");

/// AWS as the directory has it, but for what a test says.
#[derive(Clone)]
pub struct Aws {
    db: Db,
    pub away: Arc<AtomicBool>,
    pub left: Arc<Mutex<Vec<(UserId, GroupId)>>>,
}

impl Witness for Aws {
    fn is_enabled<'a>(&'a self, user: &'a UserId) -> BoxFuture<'a, Result<Option<bool>, String>> {
        async move {
            self.answers()?;
            let mut connection = self.db.read().await.unwrap();
            Ok(directory::user(&mut connection, user).await.unwrap().map(|user| user.active))
        }
        .boxed()
    }

    fn groups_of<'a>(&'a self, user: &'a UserId, groups: &'a [GroupId]) -> BoxFuture<'a, Result<Vec<GroupId>, String>> {
        async move {
            self.answers()?;
            let theirs = directory::groups_of(&mut self.db.read().await.unwrap(), user).await.unwrap();
            let left = self.left.lock().unwrap().clone();
            let is_in = |group: &GroupId| theirs.contains(group) && !left.contains(&(user.clone(), group.clone()));
            Ok(groups.iter().filter(|group| is_in(group)).cloned().collect())
        }
        .boxed()
    }
}

impl Aws {
    fn answers(&self) -> Result<(), String> {
        if self.away.load(Ordering::SeqCst) { Err("no connection".to_owned()) } else { Ok(()) }
    }
}

pub struct Lab {
    pub db: TestDb,
    pub aws: Aws,
    pub desk: Desk,
    /// The rule that allows everything to everybody, without an approval.
    pub rule: Document,
}

impl Deref for Lab {
    type Target = TestDb;
    fn deref(&self) -> &TestDb {
        &self.db
    }
}

pub async fn lab() -> Lab {
    lab_with(&[], FreshCheck::Prefer).await
}

/// With other settings of integrations, and of what a vote needs of AWS.
pub async fn lab_with(variables: &[(String, String)], fresh_check: FreshCheck) -> Lab {
    runtime::install_crypto();
    let db = database().await;
    let settings = Settings::from_sources(Some(("curfew.toml", SAMPLE)), variables.to_vec()).unwrap();
    let aws = Aws { db: db.db.clone(), away: Arc::default(), left: Arc::default() };
    let fresh = Fresh::new(Arc::new(aws.clone()), &Approvals { fresh_check, copy_minutes: 60 });
    let judge = Judge::new(Integrations::new(&settings).unwrap());
    let desk = Desk { db: db.db.clone(), judge, fresh };
    organization(&db).await;
    let rule = company::publish(&db, Body::Rule(everything())).await;
    Lab { db, aws, desk, rule }
}

/// A rule that allows everything to everybody at once.
pub fn everything() -> RuleSpec {
    let automatic = Automatic { waiver: Some("a test".to_owned()), ..Automatic::default() };
    RuleSpec {
        subjects: Subjects { everyone: true, ..Subjects::default() },
        accounts: Accounts { all: true, ..Accounts::default() },
        permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
        on_behalf: Subjects { everyone: true, ..Subjects::default() },
        ..company::rule_for("everything", &[], "ReadOnlyAccess", Approval::Automatic(automatic))
    }
}

/// Accounts 1 and 2 in a team's unit, 3 beside it; permission sets 1 and 2.
async fn organization(db: &Db) {
    let mut tx = db.begin(Actor::service("test")).await.unwrap();
    let unit = |id: &str, parent: Option<&str>| Unit {
        id: id.to_owned(),
        name: id.to_owned(),
        parent: parent.map(ToOwned::to_owned),
    };
    let account = |n: u32, unit: &str| Account {
        id: pair(n, 1).account,
        name: format!("account {n}"),
        email: format!("{n}@accounts.example.com"),
        active: true,
        unit: unit.to_owned(),
        tags: std::collections::BTreeMap::new(),
        tags_known: true,
        management: false,
        administration: false,
    };
    let units = [unit("r-1", None), unit("ou-team", Some("r-1"))];
    let accounts = [account(1, "ou-team"), account(2, "ou-team"), account(3, "r-1")];
    directory::replace_organization(&mut tx, &units, &accounts).await.unwrap();
    let set = |n: u32| PermissionSet {
        arn: pair(1, n).permission_set,
        name: format!("Set{n}"),
        description: None,
        session_s: 7200,
        tags: std::collections::BTreeMap::new(),
        content_hash: None,
    };
    directory::replace_permission_sets(&mut tx, &[set(1), set(2)]).await.unwrap();
    tx.commit().await.unwrap();
}

pub fn says(request: RequestId, decision: Decision) -> Decide {
    Decide {
        request,
        decision,
        comment: None,
        version: None,
        channel: Channel::SignedIn,
        pairs: vec![],
        approval: None,
        narrow: Narrow::default(),
    }
}

pub fn yes(request: RequestId) -> Decide {
    says(request, Decision::Approve)
}

pub fn no(request: RequestId) -> Decide {
    says(request, Decision::Reject)
}

impl Lab {
    /// Decides as the service does.
    pub async fn votes(&self, who: &UserId, command: &Decide) -> Result<Decided, DecideError> {
        self.desk.decide(Actor::User { id: who.clone() }, command).await
    }

    /// A yes that counts.
    pub async fn agrees(&self, who: &UserId, request: RequestId) -> Outcome {
        counted(self.votes(who, &yes(request)).await.unwrap())
    }

    /// Changes the rule that allows everything.
    pub async fn rule_becomes(&self, spec: RuleSpec) {
        let mut tx = self.db.begin(company::actor("root")).await.unwrap();
        documents::lock(&mut tx).await.unwrap();
        let next = Document { version: self.rule.version + 1, body: Body::Rule(spec), ..self.rule.clone() };
        documents::save(&mut tx, &next).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn approvals(&self, request: RequestId) -> Vec<store::approvals::Approval> {
        store::approvals::of_request(&mut self.db.read().await.unwrap(), request).await.unwrap()
    }

    pub async fn whom(&self, approval: ApprovalId) -> Vec<String> {
        sqlx::query_scalar("SELECT unnest(asks) FROM approvals WHERE id = $1")
            .bind(approval.uuid())
            .fetch_all(self.db.pool())
            .await
            .unwrap()
    }

    /// What waits for somebody.
    pub async fn waits_for(&self, who: &UserId) -> Vec<ApprovalId> {
        self.desk.waiting(who, None, 51).await.unwrap().into_iter().map(|summary| summary.approval.id).collect()
    }

    /// The data of the newest fact of a name.
    pub async fn fact(&self, name: &str) -> serde_json::Value {
        sqlx::query_scalar("SELECT data FROM trail_entries WHERE action = $1 ORDER BY id DESC LIMIT 1")
            .bind(name)
            .fetch_one(self.db.pool())
            .await
            .unwrap()
    }
}

pub fn counted(decided: Decided) -> Outcome {
    match decided {
        Decided::Counted(outcome) => outcome,
        Decided::Overdue | Decided::GrantGone(_) => Outcome {
            state: RequestState::TimedOut,
            grants: Vec::<GrantId>::new(),
            approvals: Vec::<(ApprovalId, ApprovalState)>::new(),
            tightened: false,
        },
    }
}

/// A stage that one of these votes in.
pub fn stage(voters: Voters) -> Stage {
    Stage { voters, votes: 1, remind_after_minutes: None, escalation: None }
}

pub fn groups(groups: &[&GroupId]) -> Voters {
    Voters { groups: groups.iter().map(|group| (*group).clone()).collect(), ..Voters::default() }
}

/// A policy of these stages.
pub fn policy(stages: Vec<Stage>) -> PolicySpec {
    PolicySpec { stages, owners: OwnerScope::Nearest, ..PolicySpec::of(vec![], vec![], 1) }
}

pub fn needs(stages: Vec<Stage>) -> Vec<Need> {
    vec![need(policy(stages))]
}
