//! What people do while everything goes wrong: through the store and the use cases, as the API does it.

use domain::{Actor, GrantId, Pair};
use revocation::usecase::{Revoke, Revoker};
use simulator::inside::of_user;
use store::Db;
use store::decision::Approved;
use testkit::Asked;

use crate::house::House;
use crate::plan::Deed;
use crate::stage::Stage;

/// Does it. What is refused was not to be had.
pub async fn perform(deed: &Deed, stage: &Stage, db: &Db, house: &House, grants: &mut Vec<GrantId>) {
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
            let approved = approve(db, house, asked).await;
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

async fn approve(db: &Db, house: &House, asked: Asked) -> Approved {
    let (request, _) = testkit::requests::asks(db, asked).await;
    let mut tx = db.begin(Actor::User { id: house.approver.clone() }).await.unwrap();
    let request = store::requests::lock(&mut tx, request).await.unwrap().unwrap();
    let answer = store::decision::approve(&mut tx, &request, &[0], false).await.unwrap();
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
    format!("{:?}", approve(db, house, asked).await)
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
