//! What people do while everything goes wrong: through the store and the use cases, as the API does it.

use domain::emergency::{Caution, Scope, Switch};
use domain::request::RequestState;
use domain::{Actor, GrantId, Pair, RequestId};
use revocation::usecase::emergency::{self, Desk};
use revocation::usecase::{Revoke, Revoker};
use simulator::inside::of_user;
use store::Db;
use store::decision::Approved;
use store::emergencies::Order;
use testkit::Asked;

use crate::house::{House, UNKNOWN};
use crate::more::Struck;
use crate::plan::Deed;
use crate::play::GRANT_ROLE;
use crate::stage::Stage;

/// What was done so far.
#[derive(Debug, Default)]
pub struct Doings {
    requests: Vec<RequestId>,
    grants: Vec<GrantId>,
}

/// Does it. What is refused was not to be had.
pub async fn perform(deed: &Deed, stage: &Stage, db: &Db, house: &House, doings: &mut Doings) {
    let grants = &mut doings.grants;
    let said = match deed {
        Deed::Ask { tuple, minutes, starts_in } => {
            let tuple = &house.tuples[*tuple];
            let now = db.clock().now();
            let asked = Asked {
                pairs: vec![Pair { account: tuple.account.clone(), permission_set: tuple.permission_set.clone() }],
                minutes: *minutes,
                start_at: starts_in.map(|minutes| now + jiff::SignedDuration::from_mins(minutes)),
                ..Asked::by(&tuple.principal, &house.approvers)
            };
            let (request, _) = testkit::requests::asks(db, asked).await;
            doings.requests.push(request);
            let approved = approve(db, house, request).await;
            if let Approved::Grants(new) = &approved {
                grants.extend(new);
            }
            format!("{approved:?}")
        }
        Deed::End { nth } => match grants.get(*nth) {
            Some(id) => end(db, *id).await,
            None => return,
        },
        Deed::Revoke { nth, only_this } => match grants.get(*nth) {
            Some(id) => revoke(db, house, *id, *only_this).await,
            None => return,
        },
        Deed::Extend { nth, minutes } => match grants.get(*nth) {
            Some(id) => extend(db, house, *id, *minutes).await,
            None => return,
        },
        Deed::RemoveOutside { tuple } => outside(stage, house, *tuple, |aws, tuple| aws.remove_outside(tuple)),
        Deed::MakeOutside { tuple } => outside(stage, house, *tuple, |aws, tuple| aws.make_outside(tuple)),
        Deed::Disable { tuple } => outside(stage, house, *tuple, |aws, tuple| {
            aws.enable_user(&tuple.principal_id, false);
            true
        }),
        Deed::OpenSession { tuple } => outside(stage, house, *tuple, |aws, tuple| aws.open_session(tuple)),
        Deed::MakeUnknown => outside(stage, house, UNKNOWN, |aws, tuple| {
            let role = aws.role(GRANT_ROLE);
            aws.make_as(tuple, &role)
        }),
        Deed::ReleaseBrake => {
            let mut tx = db.begin(Actor::User { id: house.approver.clone() }).await.unwrap();
            let released = store::drift::release(&mut tx, house.approver.as_str()).await.unwrap();
            tx.commit().await.unwrap();
            released.to_string()
        }
        Deed::Leave { tuple, gone } => {
            let person = house.tuples[*tuple].principal.clone();
            let now = db.clock().now();
            house.leaves(&person, *gone, now).await;
            outside(stage, house, *tuple, |aws, tuple| {
                if *gone {
                    aws.delete_user(&tuple.principal_id);
                } else {
                    aws.enable_user(&tuple.principal_id, false);
                }
                true
            });
            let mut state = stage.state();
            state.record.leaves(now, person);
            // The copy is written by a commit like any other.
            state.changed();
            String::new()
        }
        Deed::Emergency { ends } => {
            let scope = match ends {
                Struck::Everything => Scope::Everything,
                Struck::Person(tuple) => Scope::User { user: house.tuples[*tuple].principal.clone() },
                Struck::Account(tuple) => Scope::Account { account: house.tuples[*tuple].account.clone() },
            };
            press(db, house, Some(scope), None).await
        }
        Deed::Pause => press(db, house, None, Some(Switch::Pause)).await,
        Deed::Resume => press(db, house, None, Some(Switch::Resume)).await,
        Deed::ApproveAgain { nth } => match doings.requests.get(*nth) {
            Some(request) => approve_again(db, house, *request).await,
            None => return,
        },
        Deed::Kill { .. } => return,
    };
    stage.state().note(|| format!("{deed:?}: {said}"));
}

fn outside(
    stage: &Stage,
    house: &House,
    tuple: usize,
    change: impl Fn(&mut simulator::inside::Organization, &simulator::Tuple) -> bool,
) -> String {
    let tuple = &house.tuples[tuple];
    let tuple = of_user(tuple.principal.as_str(), tuple.account.as_str(), tuple.permission_set.as_str());
    let mut state = stage.state();
    let now = simulator::Millis(state.now.as_millisecond());
    state.organization.turn_to(now);
    change(&mut state.organization, &tuple).to_string()
}

async fn approve(db: &Db, house: &House, request: RequestId) -> Approved {
    let mut tx = db.begin(Actor::User { id: house.approver.clone() }).await.unwrap();
    let request = store::requests::lock(&mut tx, request).await.unwrap().unwrap();
    let answer = store::decision::approve(&mut tx, &request, &[0], false).await.unwrap();
    if matches!(answer, Approved::TooLate(_)) {
        store::decision::give_up(&mut tx, &request, RequestState::Cancelled).await.unwrap();
    }
    tx.commit().await.unwrap();
    answer
}

async fn extend(db: &Db, house: &House, id: GrantId, minutes: i32) -> String {
    let grant = store::grants::get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    let tuple = grant.tuple;
    let asked = Asked {
        pairs: vec![Pair { account: tuple.account.clone(), permission_set: tuple.permission_set.clone() }],
        minutes,
        extends: Some(id),
        ..Asked::by(&tuple.principal, &house.approvers)
    };
    let (request, _) = testkit::requests::asks(db, asked).await;
    format!("{:?}", approve(db, house, request).await)
}

/// As a message would that is delivered twice, without a look at where the request stands.
async fn approve_again(db: &Db, house: &House, request: RequestId) -> String {
    let mut tx = db.begin(Actor::User { id: house.approver.clone() }).await.unwrap();
    let request = store::requests::lock(&mut tx, request).await.unwrap().unwrap();
    match store::decision::approve(&mut tx, &request, &[0], false).await {
        Ok(answer) => {
            tx.commit().await.unwrap();
            format!("{answer:?}")
        }
        Err(refused) => {
            tx.roll_back().await.unwrap();
            refused.to_string()
        }
    }
}

async fn press(db: &Db, house: &House, ends: Option<Scope>, switch: Option<Switch>) -> String {
    let desk = Desk { caution: Caution::Never, admin_groups: Vec::new() };
    let order = Order { ends, switch, reason: "somebody pressed it".to_owned() };
    let mut tx = db.begin(Actor::User { id: house.approver.clone() }).await.unwrap();
    let pressed = emergency::press(&mut tx, &desk, &order).await.unwrap();
    tx.commit().await.unwrap();
    format!("{pressed:?}")
}

async fn end(db: &Db, id: GrantId) -> String {
    let grant = store::grants::get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    let by = grant.tuple.principal;
    let mut tx = db.begin(Actor::User { id: by.clone() }).await.unwrap();
    match revocation::usecase::end(&mut tx, id, &by, None).await {
        Ok(ended) => {
            tx.commit().await.unwrap();
            format!("{:?}", ended.ended)
        }
        Err(refused) => refused.to_string(),
    }
}

async fn revoke(db: &Db, house: &House, grant: GrantId, only_this: bool) -> String {
    let admin = Revoker { user: house.approver.clone(), groups: vec![], is_admin: true };
    let mut tx = db.begin(Actor::User { id: admin.user.clone() }).await.unwrap();
    let command = Revoke { grant, only_this, comment: None, version: None };
    match revocation::usecase::revoke(&mut tx, &command, &admin).await {
        Ok(ended) => {
            tx.commit().await.unwrap();
            format!("{:?}", ended.ended)
        }
        Err(refused) => refused.to_string(),
    }
}
