//! Managers and owners, and whether anybody could vote at all.

use approval::usecase::decide::DecideError;
use domain::approval::{Manager, Need, OwnerScope, People, Stage, Voters};
use domain::request::RequestState;
use domain::rules::{Body, Owned, OwnersSpec};
use domain::{GroupId, UserId};
use judge::{About, Shortage};
use testkit::requests::{need, pair};
use testkit::{Asked, company};

use crate::lab::{Lab, groups, lab, needs, policy, stage, yes};

fn manager(fallback: &GroupId) -> Voters {
    let fallback = People { groups: vec![fallback.clone()], users: vec![] };
    Voters { manager: Some(Manager { fallback }), ..Voters::default() }
}

fn owners() -> Voters {
    Voters { owners: true, ..Voters::default() }
}

async fn is_managed_by(lab: &Lab, user: &UserId, manager: &UserId) {
    let mut tx = lab.db.begin(company::actor("root")).await.unwrap();
    store::directory::set_manager(&mut tx, user, manager).await.unwrap();
    tx.commit().await.unwrap();
}

async fn owned(lab: &Lab, target: Owned, owners: &GroupId) {
    let owners = People { groups: vec![owners.clone()], users: vec![] };
    company::publish(&lab.desk.db, Body::Owners(OwnersSpec { name: format!("{target:?}"), target, owners })).await;
}

async fn shortages(lab: &Lab, about: &About, needs: &[Need]) -> Vec<Shortage> {
    let mut connection = lab.db.read().await.unwrap();
    let book = lab.desk.judge.books.current(&mut connection).await.unwrap();
    let now = lab.db.clock().now();
    lab.desk.judge.opening(&mut connection, &book, about, needs, now).await.unwrap().shortages
}

fn about(user: &UserId, accounts: &[u32]) -> About {
    let accounts = accounts.iter().map(|n| pair(*n, 1).account).collect();
    About { requester: user.clone(), beneficiary: user.clone(), accounts }
}

#[tokio::test]
async fn the_manager_votes_and_the_fallback_does_not_while_there_is_one() {
    let lab = lab().await;
    let (ann, mia, bob) = (lab.person("ann").await, lab.person("mia").await, lab.person("bob").await);
    let fallback = lab.group("fallback", &[&bob]).await;
    is_managed_by(&lab, &ann, &mia).await;
    let (request, _) =
        lab.asks(Asked { needs: needs(vec![stage(manager(&fallback))]), ..Asked::by(&ann, &fallback) }).await;
    let refused = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::NotAnApprover(None)), "{refused}");
    assert_eq!(lab.agrees(&mia, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn the_fallback_votes_where_the_manager_is_unknown_disabled_or_the_asker() {
    let lab = lab().await;
    let (ann, mia, bob) = (lab.person("ann").await, lab.person("mia").await, lab.person("bob").await);
    let fallback = lab.group("fallback", &[&bob]).await;
    let asked = |requester: &UserId| Asked {
        requester: requester.clone(),
        needs: needs(vec![stage(manager(&fallback))]),
        ..Asked::by(&ann, &fallback)
    };
    let (nobody_known, _) = lab.asks(asked(&ann)).await;
    assert_eq!(lab.agrees(&bob, nobody_known).await.state, RequestState::Approved);
    is_managed_by(&lab, &ann, &mia).await;
    let (by_the_manager, _) = lab.asks(asked(&mia)).await;
    assert!(matches!(lab.votes(&mia, &yes(by_the_manager)).await, Err(DecideError::OwnRequest)));
    assert_eq!(lab.agrees(&bob, by_the_manager).await.state, RequestState::Approved);
    let (later, _) = lab.asks(asked(&ann)).await;
    lab.disable(&mia).await;
    assert_eq!(lab.agrees(&bob, later).await.state, RequestState::Approved);
}

#[tokio::test]
async fn the_nearest_owners_vote_or_all_of_them_as_the_policy_says() {
    let lab = lab().await;
    let (ann, near, far) = (lab.person("ann").await, lab.person("near").await, lab.person("far").await);
    let (team, root) = (lab.group("team", &[&near]).await, lab.group("root owners", &[&far]).await);
    owned(&lab, Owned::Unit { id: "ou-team".to_owned() }, &team).await;
    owned(&lab, Owned::Unit { id: "r-1".to_owned() }, &root).await;
    let nearest = needs(vec![stage(owners())]);
    let mut all = nearest.clone();
    all[0].policy.owners = OwnerScope::All;

    let (request, _) = lab.asks(Asked { needs: nearest.clone(), ..Asked::by(&ann, &team) }).await;
    let refused = lab.votes(&far, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::NotAnApprover(None)), "{refused}");
    assert_eq!(lab.agrees(&near, request).await.state, RequestState::Approved);

    let (request, _) = lab.asks(Asked { needs: all, ..Asked::by(&ann, &team) }).await;
    assert_eq!(lab.agrees(&far, request).await.state, RequestState::Approved);

    // Account 3 lies beside the team's unit: there the root's owners are the nearest.
    let pairs = vec![pair(3, 1)];
    let (request, _) = lab.asks(Asked { pairs, needs: nearest, ..Asked::by(&ann, &team) }).await;
    assert_eq!(lab.agrees(&far, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn of_several_accounts_decided_together_only_who_owns_each_decides() {
    let lab = lab().await;
    let (ann, one, both) = (lab.person("ann").await, lab.person("one").await, lab.person("both").await);
    let (first, third) = (lab.group("first", &[&one, &both]).await, lab.group("third", &[&both]).await);
    owned(&lab, Owned::Account { id: pair(1, 1).account }, &first).await;
    owned(&lab, Owned::Account { id: pair(3, 1).account }, &third).await;
    let needs = needs(vec![stage(owners())]);
    let pairs = vec![pair(1, 1), pair(3, 1)];
    let (request, _) = lab.asks(Asked { pairs, needs: needs.clone(), ..Asked::by(&ann, &first) }).await;
    let refused = lab.votes(&one, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::NotAnApprover(None)), "{refused}");
    assert_eq!(lab.agrees(&both, request).await.state, RequestState::Approved);

    let mut connection = lab.db.read().await.unwrap();
    let book = lab.desk.judge.books.current(&mut connection).await.unwrap();
    let now = lab.db.clock().now();
    let opening = lab.desk.judge.opening(&mut connection, &book, &about(&ann, &[1, 3]), &needs, now).await.unwrap();
    assert_eq!(opening.asks, [format!("user:{both}")], "nobody is asked who could not answer");
}

#[tokio::test]
async fn a_stage_that_nobody_could_meet_is_named_with_what_it_lacks() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let (both, only_ann) = (lab.group("both", &[&ann, &bob]).await, lab.group("only", &[&ann]).await);
    let ann_asks = about(&ann, &[1]);
    let two = |group: &GroupId| Stage { votes: 2, ..stage(groups(&[group])) };
    let shortage = |stage, needed, there| vec![Shortage { because: "a rule".to_owned(), stage, needed, there }];
    for (stages, expected) in [
        (vec![stage(groups(&[&both]))], vec![]),
        (vec![stage(groups(&[&only_ann]))], shortage(0, 1, 0)),
        (vec![two(&both)], shortage(0, 2, 1)),
        (vec![stage(groups(&[&both])), stage(groups(&[&both]))], shortage(1, 1, 0)),
    ] {
        assert_eq!(shortages(&lab, &ann_asks, &needs(stages.clone())).await, expected, "{stages:?}");
    }
    lab.disable(&bob).await;
    let needs = vec![need(policy(vec![stage(groups(&[&both]))]))];
    assert_eq!(shortages(&lab, &ann_asks, &needs).await, shortage(0, 1, 0));
}
