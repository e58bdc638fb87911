//! Delegations: who may be stood in for, by whom, and that the two are one person.

use approval::usecase::decide::DecideError;
use approval::usecase::delegations::{DelegationError, Make, end, make};
use domain::approval::{Channel, Decision, Need, Stage, Vote};
use domain::request::RequestState;
use domain::rules::Subjects;
use domain::{Actor, GroupId, UserId};
use jiff::SignedDuration;
use store::delegations::Delegation;
use testkit::Asked;

use crate::lab::{Lab, groups, lab, needs, stage, yes};

/// One of a group, or whom they send.
fn or_a_delegate(group: &GroupId, delegate: &UserId, votes: u8) -> Vec<Need> {
    let mut needs = needs(vec![Stage { votes, ..stage(groups(&[group])) }]);
    needs[0].policy.delegates = Subjects { users: vec![delegate.clone()], ..Subjects::default() };
    needs
}

async fn stands_in(lab: &Lab, from: &UserId, to: &UserId, hours: i64) -> Result<Delegation, DelegationError> {
    let mut tx = lab.tx(from).await;
    let ends_at = tx.now() + SignedDuration::from_hours(hours);
    let command = Make { from: from.clone(), to: to.clone(), starts_at: None, ends_at, reason: None };
    let made = make(&mut tx, command).await?;
    tx.commit().await.unwrap();
    Ok(made)
}

#[tokio::test]
async fn a_delegate_votes_for_whoever_is_away_and_both_are_one_person() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let dan = lab.person("dan").await;
    let approvers = lab.group("approvers", &[&bob, &cleo]).await;
    stands_in(&lab, &bob, &dan, 24).await.unwrap();
    let needs = or_a_delegate(&approvers, &dan, 2);
    let (request, approval) = lab.asks(Asked { needs, ..Asked::by(&ann, &approvers) }).await;

    assert_eq!(lab.waits_for(&dan).await, [approval]);
    assert_eq!(lab.agrees(&dan, request).await.state, RequestState::Pending);
    assert_eq!(lab.fact("approval.voted.v1").await["stands_for"], bob.as_str());
    let also = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(also, DecideError::AlreadyVoted), "{also}");
    assert_eq!(lab.agrees(&cleo, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn whoever_voted_is_not_voted_for_again_by_their_delegate() {
    let lab = lab().await;
    let (ann, bob, dan) = (lab.person("ann").await, lab.person("bob").await, lab.person("dan").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    stands_in(&lab, &bob, &dan, 24).await.unwrap();
    let needs = or_a_delegate(&approvers, &dan, 2);
    let (request, _) = lab.asks(Asked { needs, ..Asked::by(&ann, &approvers) }).await;
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Pending);
    let again = lab.votes(&dan, &yes(request)).await.unwrap_err();
    assert!(matches!(again, DecideError::AlreadyVoted), "{again}");
}

#[tokio::test]
async fn a_delegation_counts_only_where_the_policy_takes_it_while_it_lasts_and_while_both_may_vote() {
    let lab = lab().await;
    let (ann, bob, dan) = (lab.person("ann").await, lab.person("bob").await, lab.person("dan").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    stands_in(&lab, &bob, &dan, 2).await.unwrap();
    let refused = |error: DecideError| assert!(matches!(error, DecideError::NotAnApprover(None)), "{error}");

    let (plain, _) = lab.asks(Asked { decide_within: 999, ..Asked::by(&ann, &approvers) }).await;
    refused(lab.votes(&dan, &yes(plain)).await.unwrap_err());

    let needs = or_a_delegate(&approvers, &dan, 1);
    let (request, _) = lab.asks(Asked { needs, decide_within: 999, ..Asked::by(&ann, &approvers) }).await;
    lab.leaves(&bob, &approvers).await;
    refused(lab.votes(&dan, &yes(request)).await.unwrap_err());
    let approvers_again = lab.group("approvers again", &[&bob]).await;
    let needs = or_a_delegate(&approvers_again, &dan, 1);
    let (request, _) = lab.asks(Asked { needs, decide_within: 999, ..Asked::by(&ann, &approvers) }).await;
    lab.advance_minutes(120);
    refused(lab.votes(&dan, &yes(request)).await.unwrap_err());
    stands_in(&lab, &bob, &dan, 2).await.unwrap();
    lab.disable(&bob).await;
    refused(lab.votes(&dan, &yes(request)).await.unwrap_err());
}

#[tokio::test]
async fn a_delegation_goes_one_hop() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let (dan, eli) = (lab.person("dan").await, lab.person("eli").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    stands_in(&lab, &bob, &dan, 24).await.unwrap();
    stands_in(&lab, &dan, &eli, 24).await.unwrap();
    let mut needs = or_a_delegate(&approvers, &dan, 1);
    needs[0].policy.delegates.everyone = true;
    let (request, _) = lab.asks(Asked { needs, ..Asked::by(&ann, &approvers) }).await;
    let refused = lab.votes(&eli, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::NotAnApprover(None)), "{refused}");
}

#[tokio::test]
async fn who_stands_in_for_the_asker_decides_nothing_of_theirs_and_the_database_says_so_too() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let approvers = lab.group("approvers", &[&bob, &cleo]).await;
    let (request, approval) = lab.asks(Asked::by(&ann, &approvers)).await;
    stands_in(&lab, &ann, &bob, 24).await.unwrap();
    assert!(lab.waits_for(&bob).await.is_empty());
    let refused = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::OwnRequest), "{refused}");

    let direct = "INSERT INTO votes (id, approval_id, voter_id, stands_for, groups, decision, channel, voted_at) \
        VALUES ($1, $2, $3, $4, '[]', 'approve', 'signed_in', $5)";
    let now: jiff::Timestamp = lab.db.clock().now();
    for (voter, stands_for) in [(&ann, None), (&bob, None), (&cleo, Some(&ann)), (&cleo, Some(&bob))] {
        let error = sqlx::query(sqlx::AssertSqlSafe(direct.replace("$5", &format!("'{now}'"))))
            .bind(store::new_id())
            .bind(approval.uuid())
            .bind(voter.as_str())
            .bind(stands_for.map(UserId::as_str))
            .execute(lab.db.pool())
            .await
            .unwrap_err();
        let error = error.into_database_error().unwrap();
        assert_eq!(error.constraint(), Some("votes_never_ones_own"), "{voter} {stands_for:?}");
    }
    let mut tx = lab.tx(&cleo).await;
    let vote = Vote { voter: cleo.clone(), stands_for: None, decision: Decision::Approve, need: 0, stage: 0 };
    store::approvals::cast(&mut tx, approval, &vote, &[], Channel::SignedIn, None, None).await.unwrap();
}

#[tokio::test]
async fn what_could_never_work_is_no_delegation() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let gone = UserId::parse(store::new_id().to_string()).unwrap();
    stands_in(&lab, &ann, &bob, 24).await.unwrap();
    stands_in(&lab, &bob, &cleo, 24).await.unwrap();
    assert!(matches!(stands_in(&lab, &ann, &ann, 24).await, Err(DelegationError::ToOneself)));
    assert!(matches!(stands_in(&lab, &ann, &gone, 24).await, Err(DelegationError::UnknownPerson(_))));
    assert!(matches!(stands_in(&lab, &ann, &bob, 3).await, Err(DelegationError::Overlaps(_))));
    assert!(matches!(stands_in(&lab, &bob, &ann, 3).await, Err(DelegationError::Circle(_))));
    assert!(matches!(stands_in(&lab, &cleo, &ann, 3).await, Err(DelegationError::Circle(_))));
    for hours in [0, -1, 90 * 24 + 1] {
        assert!(matches!(stands_in(&lab, &cleo, &ann, hours).await, Err(DelegationError::BadTime)), "{hours}");
    }
    lab.disable(&cleo).await;
    assert!(matches!(stands_in(&lab, &ann, &cleo, 24).await, Err(DelegationError::DisabledPerson(_))));
    assert_eq!(lab.facts().await.iter().filter(|fact| *fact == "delegation.made.v1").count(), 2);
}

#[tokio::test]
async fn of_two_people_who_close_a_circle_at_once_one_is_refused() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let (one, other) = tokio::join!(stands_in(&lab, &ann, &bob, 24), stands_in(&lab, &bob, &ann, 24));
    assert_eq!([one, other].iter().filter(|r| matches!(r, Err(DelegationError::Circle(_)))).count(), 1);
}

#[tokio::test]
async fn a_delegation_is_ended_early_by_those_it_concerns() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let made = stands_in(&lab, &ann, &bob, 24).await.unwrap();
    let mut tx = lab.db.begin(Actor::User { id: cleo.clone() }).await.unwrap();
    assert!(matches!(end(&mut tx, made.id, &cleo, false).await, Err(DelegationError::UnknownDelegation)));
    drop(tx);
    lab.advance_minutes(5);
    let mut tx = lab.tx(&ann).await;
    let ended = end(&mut tx, made.id, &ann, false).await.unwrap();
    assert_eq!(ended.over_at(), tx.now());
    tx.commit().await.unwrap();
    let mut tx = lab.tx(&ann).await;
    assert!(matches!(end(&mut tx, made.id, &ann, true).await, Err(DelegationError::Over(_))));
    assert_eq!(lab.facts().await.last().unwrap(), "delegation.ended.v1");
}
