//! Live sessions: what was opened before a revoke cannot act after it, and nothing else suffers. Who can act is the
//! simulator's to say, by the policy that it has.

use std::pin::pin;
use std::time::Duration;

use domain::grant::GrantState;
use domain::sessions::{NotCut, Sessions};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::grants::Grant;

use crate::crash::polled;
use crate::lab::Lab;
use crate::receipts::verified;

/// Longer than the writer's lease.
const LEASE_OVER: SignedDuration = SignedDuration::from_secs(46);

impl Lab {
    /// Steps all three workers until the policy is what it should be.
    async fn until_cut(&self, grant: &Grant) -> Grant {
        for _ in 0..200 {
            let grant = self.grant(grant.id).await;
            if matches!(grant.sessions, Some(Sessions::Cut { .. })) {
                return grant;
            }
            self.now();
            self.cutting_sessions().step().await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not cut: {:?}\n{}", self.grant(grant.id).await.sessions, self.said());
    }

    async fn revoked(&self, grant: &Grant) -> Grant {
        self.revoke(grant.id, false).await.unwrap();
        self.until(grant.id, GrantState::Ended).await
    }

    /// Statements about somebody.
    async fn denied(&self) -> Vec<Value> {
        let policy = self.session_policy().await;
        let about = |s: &&Value| s["Condition"]["StringEquals"]["identitystore:UserId"] != "nobody";
        policy["Statement"].as_array().unwrap().iter().filter(about).cloned().collect()
    }
}

fn by_policy() -> Option<Value> {
    Some(json!({"denied_by_policy": crate::lab::POLICY}))
}

#[tokio::test]
async fn a_session_from_before_a_revoke_cannot_act_and_one_by_a_later_grant_can() {
    let lab = Lab::cutting().await;
    let tuple = lab.any();
    let grant = lab.active(&tuple).await;
    assert!(lab.opens_session(&tuple).await);
    assert_eq!(lab.sessions(&tuple).await, [None]);
    let grant = lab.revoked(&grant).await;
    assert!(matches!(grant.sessions, Some(Sessions::Cutting { .. })), "{grant:?}");
    let grant = lab.until_cut(&grant).await;
    assert_eq!(lab.sessions(&tuple).await, [by_policy()]);

    // The same again, legitimately: it is not given before the cut is past.
    let Some(Sessions::Cut { cut_before, .. }) = grant.sessions else { panic!("{grant:?}") };
    let again = lab.active(&tuple).await;
    assert!(again.active_at.unwrap() >= cut_before, "{again:?}");
    let began = lab.intervals(&tuple).await.last().unwrap().from;
    // The simulator's clock is the machine's; the lives' may be turned a little ahead of it.
    if began < cut_before {
        let ahead = cut_before.duration_since(began).try_into().unwrap_or(Duration::ZERO);
        tokio::time::sleep(ahead + Duration::from_millis(1100)).await;
    }
    assert!(lab.opens_session(&tuple).await);
    assert_eq!(lab.sessions(&tuple).await, [by_policy(), None]);
    lab.check().await;
}

#[tokio::test]
async fn nobody_else_and_no_other_role_is_denied() {
    let lab = Lab::cutting().await;
    let (mine, other_role) = (lab.any(), lab.tuple("ann", "payments-ledger-production", "LogReader"));
    let (other_account, other_person) = (
        lab.tuple("ann", "sandbox-data", "PowerUserAccess"),
        lab.tuple("ben", "payments-ledger-production", "PowerUserAccess"),
    );
    let grant = lab.active(&mine).await;
    for tuple in [&other_role, &other_account, &other_person] {
        lab.active(tuple).await;
        assert!(lab.opens_session(tuple).await);
    }
    assert!(lab.opens_session(&mine).await);
    let grant = lab.revoked(&grant).await;
    lab.until_cut(&grant).await;
    assert_eq!(lab.sessions(&mine).await, [None, None, by_policy()]);
    assert_eq!(lab.sessions(&other_person).await, [None]);
}

/// Waits until AWS's clock, which is the machine's, is past this moment of the lives'.
async fn past(moment: jiff::Timestamp) {
    let ahead = moment.duration_since(store::Clock::system().now()).try_into().unwrap_or(Duration::ZERO);
    tokio::time::sleep(ahead + Duration::from_millis(1100)).await;
}

#[tokio::test]
async fn what_began_under_a_revoked_access_is_cut_when_the_other_one_that_kept_it_has_ended() {
    let lab = Lab::cutting().await;
    let tuple = lab.any();
    let (revoked, other) = (lab.active(&tuple).await, lab.active(&tuple).await);
    assert!(lab.opens_session(&tuple).await);
    lab.revoke(revoked.id, true).await.unwrap();
    let revoked = lab.until(revoked.id, GrantState::Ended).await;
    let Some(Sessions::Postponed { cut_before }) = revoked.sessions else { panic!("{revoked:?}") };
    lab.cutting_sessions().step().await.unwrap();
    assert_eq!(lab.sessions(&tuple).await, [None], "the other access is not hurt");
    past(cut_before).await;
    assert!(lab.opens_session(&tuple).await);

    lab.ends(&other).await;
    let other = lab.until(other.id, GrantState::Ended).await;
    assert_eq!(other.sessions, Some(Sessions::NotCut { why: NotCut::NotAsked }));
    let cut = lab.until_cut(&revoked).await;
    assert!(matches!(cut.sessions, Some(Sessions::Cut { cut_before: at, .. }) if at == cut_before), "{cut:?}");
    assert_eq!(lab.sessions(&tuple).await, [by_policy(), None], "its own sessions run out, as its rule says");
    let receipts = lab.receipts(&cut).await;
    assert_eq!(verified(receipts.last().unwrap()).sessions, cut.sessions.unwrap());
    lab.check().await;
}

#[tokio::test]
async fn what_ran_out_while_another_access_kept_it_needs_no_cut() {
    let lab = Lab::cutting().await;
    let tuple = lab.any();
    let revoked = lab.active(&tuple).await;
    let other = lab.approved_for(&tuple, 240, None).await;
    lab.until(other, GrantState::Active).await;
    lab.revoke(revoked.id, true).await.unwrap();
    let revoked = lab.until(revoked.id, GrantState::Ended).await;
    assert!(matches!(revoked.sessions, Some(Sessions::Postponed { .. })), "{revoked:?}");
    // A session of an hour, and five minutes of margin.
    lab.turn(SignedDuration::from_mins(70));
    lab.ends(&lab.grant(other).await).await;
    lab.until(other, GrantState::Ended).await;
    assert_eq!(lab.grant(revoked.id).await.sessions, Some(Sessions::NotCut { why: NotCut::RanOut }));
    lab.cutting_sessions().step().await.unwrap();
    assert!(lab.denied().await.is_empty());
}

#[tokio::test]
async fn nothing_is_cut_of_what_somebody_had_before_curfew() {
    let lab = Lab::cutting().await;
    let tuple = lab.any();
    lab.made_outside(&tuple).await;
    let (revoked, other) = (lab.active(&tuple).await, lab.active(&tuple).await);
    assert!(lab.opens_session(&tuple).await);
    lab.revoke(revoked.id, true).await.unwrap();
    let revoked = lab.until(revoked.id, GrantState::Ended).await;
    assert_eq!(revoked.sessions, Some(Sessions::Unaffected));
    lab.ends(&other).await;
    lab.until(other.id, GrantState::Ended).await;
    lab.cutting_sessions().step().await.unwrap();
    assert_eq!((lab.sessions(&tuple).await, lab.denied().await.len()), (vec![None], 0));
}

#[tokio::test]
async fn a_deadline_cuts_only_where_the_rule_says_always() {
    let lab = Lab::cutting().await;
    let usual = lab.active(&lab.any()).await;
    lab.turn_to(usual.deadline_at.unwrap());
    let usual = lab.until(usual.id, GrantState::Ended).await;
    assert_eq!(usual.sessions, Some(Sessions::NotCut { why: NotCut::NotAsked }));
    assert!(usual.credentials_until.unwrap() > usual.removed_at.unwrap());

    let always = lab.active(&lab.nth(3)).await;
    lab.keeps_about_sessions(&always, "cut_sessions = 'always'").await;
    lab.turn_to(always.deadline_at.unwrap());
    let always = lab.until(always.id, GrantState::Ended).await;
    lab.until_cut(&always).await;
    assert_eq!(lab.denied().await.len(), 1);
}

#[tokio::test]
async fn the_management_account_is_told_to_be_out_of_reach() {
    let lab = Lab::cutting().await;
    let grant = lab.active(&lab.tuple("ann", "harbour-freightline", "LogReader")).await;
    let grant = lab.revoked(&grant).await;
    assert_eq!(grant.sessions, Some(Sessions::NotCut { why: NotCut::ManagementAccount }));
    lab.cutting_sessions().step().await.unwrap();
    assert!(lab.denied().await.is_empty());
}

#[tokio::test]
async fn an_entry_leaves_the_policy_when_the_longest_session_is_over() {
    let lab = Lab::cutting().await;
    let grant = lab.active(&lab.any()).await;
    let grant = lab.revoked(&grant).await;
    let grant = lab.until_cut(&grant).await;
    let Some(Sessions::Cut { cut_before, .. }) = grant.sessions else { panic!("{grant:?}") };
    // A session of an hour, and five minutes of margin.
    lab.turn_to(cut_before + SignedDuration::from_mins(64));
    while lab.cutting_sessions().step().await.unwrap() > 0 {}
    assert_eq!(lab.denied().await.len(), 1, "not yet");
    lab.turn_to(cut_before + SignedDuration::from_mins(66));
    while lab.cutting_sessions().step().await.unwrap() > 0 {}
    assert!(lab.denied().await.is_empty(), "over");
    assert!(matches!(lab.grant(grant.id).await.sessions, Some(Sessions::Cut { .. })), "what was done stays said");
}

#[tokio::test]
async fn a_writer_that_dies_anywhere_loses_nothing() {
    let lab = Lab::cutting().await;
    lab.every_call_takes_a_little().await;
    let (mut whole, mut n) = (false, 0);
    while !whole {
        let grant = lab.active(&lab.nth(n)).await;
        let grant = lab.revoked(&grant).await;
        let dying = lab.cutting_sessions();
        whole = polled(&mut pin!(dying.step()), n).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        lab.turn(LEASE_OVER);
        lab.until_cut(&grant).await;
        // Before the next one this one is out again, so that the policy never fills.
        lab.turn(SignedDuration::from_mins(70));
        n += 1;
    }
    // On a busy machine several wakes are one poll.
    assert!(n > 4, "only {n} polls: the step was not cut in enough places");
}

#[tokio::test]
async fn of_two_writers_one_has_the_turn() {
    let lab = Lab::cutting().await;
    let grant = lab.active(&lab.any()).await;
    let grant = lab.revoked(&grant).await;
    let before = lab.session_policy_versions().await;
    let (one, two) = (lab.cutting_sessions(), lab.cutting_sessions());
    // Neither is over before the other began.
    lab.every_call_takes(1.0).await;
    let (a, b) = tokio::join!(one.step(), two.step());
    lab.lift_faults().await;
    assert_eq!(a.unwrap() + b.unwrap(), 1, "the other had nothing to do");
    lab.until_cut(&grant).await;
    assert_eq!(lab.session_policy_versions().await, before + 1);
}

#[tokio::test]
async fn what_somebody_else_writes_into_the_policy_is_put_right() {
    let lab = Lab::cutting().await;
    let grant = lab.active(&lab.any()).await;
    assert!(lab.opens_session(&grant.tuple).await);
    let grant = lab.revoked(&grant).await;
    lab.until_cut(&grant).await;
    lab.policy_written_outside().await;
    assert_eq!(lab.sessions(&grant.tuple).await, [None], "undone");
    lab.turn(SignedDuration::from_mins(2));
    lab.cutting_sessions().step().await.unwrap();
    assert_eq!(lab.sessions(&grant.tuple).await, [by_policy()]);
}

#[tokio::test]
async fn throttles_errors_and_lost_answers_hold_it_up_and_no_more() {
    let lab = Lab::cutting().await;
    let grant = lab.active(&lab.any()).await;
    let grant = lab.revoked(&grant).await;
    for fault in [
        json!({"kind": "throttle", "operations": ["UpdatePolicy"], "count": 2}),
        json!({"kind": "conflict", "operations": ["UpdatePolicy"], "count": 1}),
        json!({"kind": "reset_after", "operations": ["UpdatePolicy"], "count": 1}),
        json!({"kind": "server_error", "operations": ["DescribePolicy"], "count": 2}),
    ] {
        lab.fault(fault).await;
    }
    let mut told = false;
    for _ in 0..40 {
        lab.turn(SignedDuration::from_secs(1));
        lab.cutting_sessions().step().await.unwrap();
        let sessions = lab.grant(grant.id).await.sessions;
        told |= matches!(&sessions, Some(Sessions::Cutting { held_up: Some(_), .. }));
        if matches!(sessions, Some(Sessions::Cut { .. })) {
            break;
        }
    }
    assert!(told, "who looks sees what holds it up");
    assert!(lab.faults_struck().await);
    lab.until_cut(&grant).await;
}

#[tokio::test]
async fn when_the_policy_is_full_the_rest_is_told_and_follows_when_there_is_room() {
    let lab = Lab::cutting().await;
    let mut grants = Vec::new();
    for n in 0..24 {
        let grant = lab.active(&lab.nth(n)).await;
        // Apart by more than the step of their moments, so that no two share a statement.
        lab.turn(SignedDuration::from_secs(6));
        grants.push(lab.revoked(&grant).await);
    }
    lab.cutting_sessions().step().await.unwrap();
    let mut waiting = Vec::new();
    for grant in &grants {
        if let Some(Sessions::Cutting { held_up, .. }) = lab.grant(grant.id).await.sessions {
            assert!(held_up.is_some_and(|why| why.contains("full")));
            waiting.push(grant);
        }
    }
    let policy = lab.session_policy().await.to_string();
    assert!(
        policy.len() <= 5_120 && lab.denied().await.len() >= 15,
        "{} of {}",
        lab.denied().await.len(),
        policy.len()
    );
    assert!(!waiting.is_empty() && waiting.len() < 12, "{} wait", waiting.len());
    // Those that run out last waited; the first ones are over before them.
    let last = waiting.last().unwrap();
    let first_over = lab.grant(grants[0].id).await.removed_at.unwrap() + SignedDuration::from_mins(66);
    lab.turn_to(first_over);
    for _ in 0..3 {
        lab.turn(SignedDuration::from_secs(31));
        lab.cutting_sessions().step().await.unwrap();
    }
    assert!(
        matches!(lab.grant(waiting[0].id).await.sessions, Some(Sessions::Cut { .. })),
        "{:?}",
        lab.grant(waiting[0].id).await.sessions
    );
    assert!(lab.grant(last.id).await.sessions.is_some());
}

#[tokio::test]
async fn by_a_permission_sets_own_policy_the_same_sessions_are_cut_and_what_others_wrote_stays() {
    let lab = Lab::cutting_by_permission_sets().await;
    let (mine, other) = (lab.any(), lab.tuple("ben", "payments-ledger-production", "PowerUserAccess"));
    lab.inline_policy_written_outside(&mine).await;
    let content = lab.content(&mine).await;
    let grant = lab.active(&mine).await;
    lab.active(&other).await;
    assert!(lab.opens_session(&mine).await && lab.opens_session(&other).await);
    let grant = lab.revoked(&grant).await;
    let grant = lab.until_cut(&grant).await;
    assert_eq!(lab.sessions(&mine).await, [Some(json!("denied_by_role"))]);
    assert_eq!(lab.sessions(&other).await, [None]);
    assert_eq!(lab.content(&mine).await, content, "approved access to it is still what was approved");
    let Some(Sessions::Cut { cut_before, .. }) = grant.sessions else { panic!("{grant:?}") };
    lab.turn_to(cut_before + SignedDuration::from_mins(66));
    while lab.cutting_sessions().step().await.unwrap() > 0 {}
    assert_eq!(lab.sessions(&mine).await, [None], "the statement is out, and the session over by the lives' clock");
}

#[tokio::test]
async fn a_permission_sets_provisioning_that_fails_or_takes_long_is_tried_again() {
    let lab = Lab::cutting_by_permission_sets().await;
    let (mine, other) = (lab.any(), lab.tuple("ben", "payments-ledger-production", "PowerUserAccess"));
    let grant = lab.active(&mine).await;
    lab.active(&other).await;
    assert!(lab.opens_session(&mine).await);
    let grant = lab.revoked(&grant).await;
    for fault in [
        json!({"kind": "throttle", "operations": ["PutInlinePolicyToPermissionSet"], "count": 1}),
        json!({"kind": "conflict", "operations": ["ProvisionPermissionSet"], "count": 1}),
        json!({"kind": "reset_after", "operations": ["ProvisionPermissionSet"], "count": 1}),
    ] {
        lab.fault(fault).await;
    }
    for _ in 0..20 {
        lab.turn(SignedDuration::from_secs(2));
        lab.cutting_sessions().step().await.unwrap();
    }
    assert!(lab.faults_struck().await);
    lab.until_cut(&grant).await;
    assert_eq!(lab.sessions(&mine).await, [Some(json!("denied_by_role"))]);
}
