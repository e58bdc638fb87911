//! The verbs of asking, against a real database.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails at once"
)]

mod at_once;
mod away;
mod cancelling;
mod closing;
mod extending;
mod rechecking;
mod somebody_else;
mod submitting;
mod synchronising;
mod templates;
mod together;

use domain::approval::Decision;
use domain::rules::{RuleSpec, Severity};
use domain::{Justification, Minutes, Pair, RequestId, Ticket};
use integrations::Integrations;
use judge::Judge;
use request::usecase::{Opened, Refusal, Submit, prepare, submit};
use runtime::Settings;
use runtime::settings::Requests as Limits;
use store::approvals::ApprovalState;
use store::decision::{self, Approved};
use store::{approvals, requests};
use testkit::TestDb;
use testkit::company::{self, actor, decided_by, rule_for, user};

const SAMPLE: &str = include_str!("../../../../shared/runtime/curfew.sample.toml");

/// Asks no other system, or those that these variables name. Each test has its own: what is compiled is its database's.
pub fn judge(variables: &[(&str, &str)]) -> Judge {
    let variables = variables.iter().map(|(name, value)| (format!("CURFEW__{name}"), (*value).to_owned()));
    let settings = Settings::from_sources(Some(("curfew.toml", SAMPLE)), variables).unwrap();
    Judge::new(Integrations::new(&settings).unwrap())
}

/// A company where leads decide about an hour or four of power in payments-prod and search-prod.
pub async fn open_for_business() -> TestDb {
    let db = testkit::database().await;
    company::move_in(&db).await;
    company::enforce(&db, power()).await;
    db
}

pub fn power() -> RuleSpec {
    rule_for("power in production", &["payments-prod", "search-prod"], "PowerUserAccess", decided_by("leads", 1))
}

pub fn power_in(account: &str) -> Pair {
    company::pair(account, "PowerUserAccess")
}

pub fn minutes(n: i64) -> Minutes {
    Minutes::new(n).unwrap()
}

/// An hour of these pairs, now, with a good reason.
pub fn an_hour_of(pairs: Vec<Pair>) -> Submit {
    Submit {
        beneficiary: None,
        pairs,
        minutes: minutes(60),
        start_at: None,
        severity: Severity::default(),
        reason: Justification::parse("the payment queue is stuck").unwrap(),
        ticket: Some(Ticket::parse("INC-7").unwrap()),
        break_glass: None,
        template: None,
    }
}

pub async fn ask(db: &TestDb, who: &str, what: Submit) -> Result<Opened, Refusal> {
    ask_by(&judge(&[]), db, who, what).await
}

pub async fn ask_by(judge: &Judge, db: &TestDb, who: &str, what: Submit) -> Result<Opened, Refusal> {
    let proposal = what.proposal(&user(who));
    let mut connection = db.read().await.unwrap();
    let prepared = prepare(judge, &mut connection, &proposal, db.clock.now()).await?;
    drop(connection);
    let mut tx = db.begin(actor(who)).await.unwrap();
    let opened = submit(&mut tx, judge, &Limits::default(), what, &prepared).await?;
    tx.commit().await.unwrap();
    Ok(opened)
}

/// What the approval service does with the last vote of every open approval. `Err` says in which state the request was.
pub async fn decide(db: &TestDb, who: &str, id: RequestId, decision: Decision) -> Result<Approved, String> {
    let mut tx = db.begin(actor(who)).await.unwrap();
    let request = requests::lock(&mut tx, id).await.unwrap().unwrap();
    let open = approvals::lock(&mut tx, id).await.unwrap();
    if request.state != domain::request::RequestState::Pending {
        return Err(request.state.as_str().to_owned());
    }
    let mut outcome = Approved::Grants(vec![]);
    for approval in open.iter().filter(|approval| approval.state == ApprovalState::Open) {
        match decision {
            Decision::Approve => {
                approvals::close(&mut tx, approval.id, ApprovalState::Approved).await.unwrap();
                outcome = decision::approve(&mut tx, &request, &approval.ordinals, false).await.unwrap();
            }
            Decision::Reject => {
                approvals::close(&mut tx, approval.id, ApprovalState::Rejected).await.unwrap();
                decision::reject(&mut tx, &request, &approval.ordinals).await.unwrap();
            }
        }
    }
    tx.commit().await.unwrap();
    Ok(outcome)
}

/// How each pair of a request stands, in their order.
pub async fn states(db: &TestDb, id: RequestId) -> Vec<&'static str> {
    let mut connection = db.read().await.unwrap();
    requests::items(&mut connection, id).await.unwrap().iter().map(|item| item.state.as_str()).collect()
}

/// What happened, in its order, without what put rules in force.
pub async fn doings(db: &TestDb) -> Vec<String> {
    db.facts().await.into_iter().filter(|fact| !fact.starts_with("policy.")).collect()
}
