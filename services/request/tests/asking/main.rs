//! The verbs of asking, against a real database.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails at once"
)]

mod cancelling;
mod extending;
mod rules;
mod submitting;
mod synchronising;

use domain::approval::Decision;
use domain::rules::RuleSpec;
use domain::{Justification, Minutes, Pair, RequestId, Ticket};
use request::usecase::{Opened, Refusal, Submit, submit};
use runtime::settings::Requests as Limits;
use store::approvals::ApprovalState;
use store::decision::{self, Approved};
use store::{approvals, requests};
use testkit::TestDb;
use testkit::company::{self, actor, decided_by, rule_for, user};

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
        reason: Justification::parse("the payment queue is stuck").unwrap(),
        ticket: Some(Ticket::parse("INC-7").unwrap()),
    }
}

pub async fn ask(db: &TestDb, who: &str, what: Submit) -> Result<Opened, Refusal> {
    let mut tx = db.begin(actor(who)).await.unwrap();
    let opened = submit(&mut tx, &Limits::default(), what).await?;
    tx.commit().await.unwrap();
    Ok(opened)
}

/// What the approval service does with the last vote needed. `Err` says in which state the request was.
pub async fn decide(db: &TestDb, who: &str, id: RequestId, decision: Decision) -> Result<Approved, String> {
    let mut tx = db.begin(actor(who)).await.unwrap();
    let request = requests::lock(&mut tx, id).await.unwrap().unwrap();
    approvals::lock(&mut tx, id).await.unwrap();
    if request.state != domain::request::RequestState::Pending {
        return Err(request.state.as_str().to_owned());
    }
    let outcome = match decision {
        Decision::Approve => {
            approvals::close(&mut tx, id, ApprovalState::Approved).await.unwrap();
            decision::approve(&mut tx, &request, false).await.unwrap()
        }
        Decision::Reject => {
            approvals::close(&mut tx, id, ApprovalState::Rejected).await.unwrap();
            decision::reject(&mut tx, &request, user(who)).await.unwrap();
            Approved::Grants(vec![])
        }
    };
    tx.commit().await.unwrap();
    Ok(outcome)
}
