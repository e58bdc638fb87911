//! What rules and people can say besides a plain yes.

use client::{Client, Decision, DocumentKind, GrantFilter, NewRequest, Pair, RequestFilter, TokenSource, TrailFilter};
use jiff::{SignedDuration, Timestamp};
use journeys::{Plan, REASON, System, eventually};
use serde_json::{Value, json};

const ACCOUNT: &str = "payments-ledger-production";
const OTHER: &str = "payments-fraud-production";
const SET: &str = "PowerUserAccess";

fn policy(system: &System, votes: u8, mail_decision: &str) -> Value {
    let mut approval = system.approved_by("prod-approvers", votes);
    approval["mail_decision"] = json!(mail_decision);
    json!({ "approval": approval })
}

async fn with_rule(changes: impl FnOnce(&System) -> Value) -> System {
    let system = Plan::new().start().await;
    let changes = changes(&system);
    system.rule(SET, changes).await;
    system
}

fn automatic(_: &System) -> Value {
    journeys::automatic()
}

fn one_vote(_: &System) -> Value {
    json!({})
}

fn pair(system: &System) -> Vec<Pair> {
    vec![system.pair(ACCOUNT, SET)]
}

async fn no_assignment_was_tried(system: &System) {
    assert!(system.calls("CreateAccountAssignment").await.is_empty(), "a call to create an assignment was made");
}

#[tokio::test]
async fn where_the_rule_says_so_the_link_alone_decides_and_that_is_recorded() {
    let system = with_rule(|system| policy(system, 1, "link_alone")).await;
    let request = system.ask("ann", pair(&system), 30).await;
    let token = system.mail("carla", request.id, "asks for").await.link_token("Approve");
    let nobody = Client::new(system.endpoints(), TokenSource::none()).unwrap();
    let shown = nobody.link(&token).await.unwrap();
    assert!(!shown.sign_in_required && !shown.used);
    assert_eq!(nobody.decide_link(&token, None).await.unwrap().state, "approved");
    let vote = system.trail(request.id).await.into_iter().find(|entry| entry.action == "approval.voted.v1").unwrap();
    assert_eq!(
        (vote.data["channel"].as_str(), vote.data["voter"].as_str()),
        (Some("link_alone"), Some(&*system.user("carla")))
    );
    assert!(nobody.decide_link(&token, None).await.is_err(), "the link worked twice");
    system.grant_in(&system.person("ann").await, request.id, "active").await;
}

#[tokio::test]
async fn one_rejection_is_final_and_reaches_nothing_in_aws() {
    let system = with_rule(|system| policy(system, 2, "sign_in")).await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", pair(&system), 30).await;
    let (carla, dave) = (system.person("carla").await, system.person("dave").await);
    let said = "Not during the freeze";
    assert_eq!(carla.decide(request.id, Decision::Reject, Some(said), None).await.unwrap().state, "rejected");
    let late = dave.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    let problem = late.problem().unwrap();
    assert_eq!((problem.status, problem.slug()), (409, "state-conflict"));
    assert_eq!((&problem.members["from"], &problem.members["tried"]), (&json!("rejected"), &json!("approved")));
    let mail = system.mail("ann", request.id, "Rejected").await;
    assert!(mail.text.contains(said), "{}", mail.text);
    assert!(ann.request(request.id).await.unwrap().grants.is_empty());
    no_assignment_was_tried(&system).await;
}

#[tokio::test]
async fn a_cancelled_request_can_no_longer_be_approved() {
    let system = with_rule(one_vote).await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", pair(&system), 30).await;
    let token = system.mail("carla", request.id, "asks for").await.link_token("Approve");
    assert_eq!(ann.cancel(request.id, None).await.unwrap().state, "cancelled");
    let carla = system.person("carla").await;
    for late in [
        carla.decide(request.id, Decision::Approve, None, None).await.unwrap_err(),
        carla.decide_link(&token, None).await.unwrap_err(),
    ] {
        let problem = late.problem().unwrap();
        assert_eq!((problem.status, &problem.members["from"]), (409, &json!("cancelled")), "{problem:?}");
    }
    system.mail("carla", request.id, "Nothing to decide").await;
    assert_eq!(ann.request(request.id).await.unwrap().state, "cancelled");
    no_assignment_was_tried(&system).await;
}

#[tokio::test]
async fn an_undecided_request_times_out_and_stays_so() {
    let system = Plan::new().set("requests.pending_minutes", "1").start().await;
    system.rule(SET, json!({})).await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", pair(&system), 30).await;
    let window = request.decide_by.duration_since(request.submitted_at);
    assert_eq!(window, SignedDuration::from_secs(60));
    tokio::time::sleep(std::time::Duration::from_secs(58)).await;
    assert_eq!(ann.request(request.id).await.unwrap().state, "pending");
    let out = system.request_in(&ann, request.id, "timed_out").await;
    assert!(out.decided_at.unwrap() >= request.decide_by, "{out:?}");
    let late = system.person("carla").await.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    assert_eq!(late.problem().unwrap().status, 409, "{late:?}");
    system.mail("ann", request.id, "Nobody decided in time").await;
    no_assignment_was_tried(&system).await;
}

#[tokio::test]
async fn two_different_people_must_agree_where_the_rule_wants_two() {
    let system = with_rule(|system| policy(system, 2, "sign_in")).await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", pair(&system), 30).await;
    assert_eq!(system.approve("carla", request.id).await.state, "pending");
    let twice = system.person("carla").await.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    assert!(twice.is("already-voted"), "{twice:?}");
    assert!(ann.request(request.id).await.unwrap().grants.is_empty());
    let stranger = system.person("ben").await.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    let status = stranger.problem().unwrap().status;
    assert!(status == 403 || status == 404, "{stranger:?}");
    no_assignment_was_tried(&system).await;
    assert_eq!(system.approve("dave", request.id).await.state, "approved");
    system.grant_in(&ann, request.id, "active").await;
}

#[tokio::test]
async fn nobody_decides_about_their_own_request_and_an_admin_is_no_approver() {
    let system = with_rule(|system| json!({"subjects": {"users": [system.user("carla")]}})).await;
    let request = system.ask("carla", pair(&system), 30).await;
    let own = system.person("carla").await.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    assert!(own.is("own-request"), "{own:?}");
    let admin = system.person("frank").await.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    assert!(admin.is("not-an-approver"), "{admin:?}");
    assert!(system.mails("carla").await.iter().all(|mail| !mail.text.contains("/decide/")), "carla was sent a link");
    assert_eq!(system.approve("dave", request.id).await.state, "approved");
}

#[tokio::test]
async fn who_left_the_approvers_can_no_longer_decide() {
    let system = Plan::new().set("aws.directory_every_s", "1").start().await;
    system.rule(SET, json!({})).await;
    let request = system.ask("ann", pair(&system), 30).await;
    let token = system.mail("carla", request.id, "asks for").await.link_token("Approve");
    let membership = format!("/control/groups/prod-approvers/members/{}", system.user("carla"));
    system.tell_simulator(reqwest::Method::DELETE, &membership, &json!({})).await;
    let (carla, bearer) = (system.person("carla").await, system.token("carla").await);
    eventually("the directory hears that carla left", async || {
        let me = system.send(reqwest::Method::GET, "/v1/me", Some(&bearer), &[], None).await;
        (!me.json()["groups"].to_string().contains("prod-approvers")).then_some(())
    })
    .await;
    let refused = carla.decide_link(&token, None).await.unwrap_err();
    assert!(refused.is("not-an-approver"), "{refused:?}");
    no_assignment_was_tried(&system).await;
}

#[tokio::test]
async fn several_pairs_have_a_life_each() {
    let system = with_rule(one_vote).await;
    let ann = system.person("ann").await;
    let pairs = vec![system.pair(ACCOUNT, SET), system.pair(OTHER, SET)];
    let request = system.ask("ann", pairs, 30).await;
    assert_eq!(request.items.len(), 2);
    system.approve("carla", request.id).await;
    let grants = system.grants_in(&ann, request.id, "active").await;
    assert_eq!(grants.len(), 2);
    let first = grants.iter().find(|grant| grant.account == system.account(ACCOUNT)).unwrap();
    ann.end(first.id).await.unwrap();
    system.gone("ann", ACCOUNT, SET).await;
    assert!(system.is_assigned("ann", OTHER, SET).await, "ending one pair ended the other");
    eventually("one ended, one active", async || {
        let mut states: Vec<_> = ann.request(request.id).await.unwrap().grants.into_iter().map(|g| g.state).collect();
        states.sort();
        (states == ["active", "ended"]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_extension_moves_the_deadline_without_a_gap() {
    let system = with_rule(one_vote).await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", pair(&system), 30).await;
    system.approve("carla", request.id).await;
    let before = system.grant_in(&ann, request.id, "active").await;
    let extension = ann.extend(before.id, 20, REASON).await.unwrap();
    assert_eq!((extension.state.as_str(), extension.extends), ("pending", Some(before.id)));
    let second = ann.extend(before.id, 20, REASON).await.unwrap_err();
    assert!(second.is("extension-pending"), "{second:?}");
    assert_eq!(ann.grant(before.id).await.unwrap().deadline_at, before.deadline_at, "the deadline moved undecided");
    system.approve("dave", extension.id).await;
    let after = ann.grant(before.id).await.unwrap();
    let moved = after.deadline_at.unwrap().duration_since(before.deadline_at.unwrap());
    assert_eq!((moved, after.state.as_str()), (SignedDuration::from_mins(20), "active"));
    system.mail("ann", request.id, "Extended until").await;
    assert_eq!(system.calls("CreateAccountAssignment").await.len(), 1);
    assert_eq!(system.intervals("ann", ACCOUNT, SET).await.len(), 1);
    // The rule's maximum counts for the whole.
    let more = ann.extend(before.id, 100, REASON).await.unwrap_err();
    assert!(more.is("not-eligible"), "{more:?}");
    ann.end(before.id).await.unwrap();
    system.gone("ann", ACCOUNT, SET).await;
    let late = ann.extend(before.id, 5, REASON).await.unwrap_err();
    assert_eq!(late.problem().unwrap().status, 409, "{late:?}");
}

#[tokio::test]
async fn overlapping_grants_share_the_assignment_and_the_last_one_ends_it() {
    let system = with_rule(automatic).await;
    let ann = system.person("ann").await;
    let (first, second) = (system.ask("ann", pair(&system), 30).await, system.ask("ann", pair(&system), 60).await);
    let one = system.grant_in(&ann, first.id, "active").await;
    let two = system.grant_in(&ann, second.id, "active").await;
    let ending = ann.end(one.id).await.unwrap();
    assert_eq!(ending.remaining.iter().map(|r| r.grant).collect::<Vec<_>>(), [two.id], "{ending:?}");
    system.grant_in(&ann, first.id, "ended").await;
    assert!(system.is_assigned("ann", ACCOUNT, SET).await, "the first end took the second's access");
    assert!(system.calls("DeleteAccountAssignment").await.is_empty());
    system.mail("ann", first.id, "another access keeps it").await;
    ann.end(two.id).await.unwrap();
    system.gone("ann", ACCOUNT, SET).await;
    assert_eq!(system.intervals("ann", ACCOUNT, SET).await.len(), 1, "the assignment was made twice");
}

#[tokio::test]
async fn a_scheduled_start_waits_and_its_end_is_fixed() {
    let system = with_rule(automatic).await;
    let ann = system.person("ann").await;
    let start = Timestamp::now() + SignedDuration::from_secs(6);
    let wish = |start_at| NewRequest {
        pairs: pair(&system),
        minutes: 30,
        reason: REASON.to_owned(),
        start_at: Some(start_at),
        ..NewRequest::default()
    };
    let request = ann.submit(&wish(start), None).await.unwrap();
    let grant = system.grant_in(&ann, request.id, "scheduled").await;
    assert!(grant.active_at.is_none());
    no_assignment_was_tried(&system).await;
    let active = system.grant_in(&ann, request.id, "active").await;
    let intervals = system.intervals("ann", ACCOUNT, SET).await;
    assert!(intervals[0].from >= start, "it began {} before {start}", intervals[0].from);
    let end = active.deadline_at.unwrap().duration_since(start);
    assert!(
        (end - SignedDuration::from_mins(30)).abs() < SignedDuration::from_millis(1),
        "the window ends {end:#} after its start"
    );

    let later = ann.submit(&wish(Timestamp::now() + SignedDuration::from_hours(3)), None).await.unwrap();
    system.grant_in(&ann, later.id, "scheduled").await;
    let calls = system.calls("CreateAccountAssignment").await.len();
    ann.cancel(later.id, None).await.unwrap();
    let ended = system.grant_in(&ann, later.id, "ended").await;
    assert_eq!(ended.reason.as_deref(), Some("cancelled"));
    assert_eq!(system.calls("CreateAccountAssignment").await.len(), calls);
}

#[tokio::test]
async fn approvers_and_admins_revoke_and_strangers_do_not() {
    let system = with_rule(one_vote).await;
    let ann = system.person("ann").await;
    for revoker in ["carla", "frank"] {
        let request = system.ask("ann", pair(&system), 30).await;
        system.approve("dave", request.id).await;
        let grant = system.grant_in(&ann, request.id, "active").await;
        for stranger in ["ben", "erin"] {
            let refused = system.person(stranger).await.revoke(grant.id, None).await.unwrap_err();
            let status = refused.problem().unwrap().status;
            assert!(status == 403 || status == 404, "{stranger}: {refused:?}");
        }
        assert!(system.is_assigned("ann", ACCOUNT, SET).await);
        system.person(revoker).await.revoke(grant.id, Some("Seen enough")).await.unwrap();
        system.gone("ann", ACCOUNT, SET).await;
        let ended = system.grant_in(&ann, request.id, "ended").await;
        assert_eq!(ended.reason.as_deref(), Some("revoked"), "by {revoker}");
        let mail = system.mail("ann", request.id, "Ended (taken away").await;
        assert!(mail.text.contains("Seen enough"), "{}", mail.text);
        let trail = system.trail(request.id).await;
        let entry = trail.iter().find(|entry| entry.action == "grant.revoking.v1").unwrap();
        assert_eq!(entry.actor["id"], system.user(revoker));
    }
}

#[tokio::test]
async fn an_auditor_sees_everything_and_changes_nothing() {
    let system = with_rule(one_vote).await;
    let (ann, erin) = (system.person("ann").await, system.person("erin").await);
    let request = system.ask("ann", pair(&system), 30).await;
    let sink = system.webhook("audited").await;
    system.approve("carla", request.id).await;
    let grant = system.grant_in(&ann, request.id, "active").await;

    let all = || Some("all".to_owned());
    assert_eq!(erin.request(request.id).await.unwrap().id, request.id);
    let requests = erin.requests(&RequestFilter { role: all(), ..RequestFilter::default() }).await.unwrap();
    assert!(requests.items.iter().any(|one| one.id == request.id));
    let grants = erin.grants(&GrantFilter { role: all(), ..GrantFilter::default() }).await.unwrap();
    assert!(grants.items.iter().any(|one| one.id == grant.id));
    assert!(!erin.trail(&TrailFilter::default()).await.unwrap().items.is_empty());
    assert_eq!(erin.webhooks().await.unwrap().items[0].id, sink.id);
    let rules = erin.rules().await.unwrap().items;

    let before = system.actions(request.id).await;
    let mut spec = serde_json::to_value(&rules[0]).unwrap();
    spec.as_object_mut().unwrap().retain(|key, _| key != "id" && key != "version");
    for (what, refused) in [
        ("decide", erin.decide(request.id, Decision::Reject, None, None).await.err()),
        ("cancel", erin.cancel(request.id, None).await.err()),
        ("end", erin.end(grant.id).await.err()),
        ("revoke", erin.revoke(grant.id, None).await.err()),
        ("extend", erin.extend(grant.id, 5, REASON).await.err()),
        ("make a rule", erin.make(DocumentKind::Rule, &spec).await.err()),
        ("delete a rule", erin.delete(DocumentKind::Rule, rules[0].id).await.err()),
        ("make a webhook", erin.create_webhook(&client::NewWebhook { url: "https://example.com/".into() }).await.err()),
        ("delete a webhook", erin.delete_webhook(sink.id).await.err()),
    ] {
        let error = refused.unwrap_or_else(|| panic!("the auditor could {what}"));
        let status = error.problem().unwrap_or_else(|| panic!("{what}: {error:?}")).status;
        assert!([403, 404].contains(&status), "{what}: {error:?}");
    }
    assert_eq!(system.actions(request.id).await, before);
    assert!(system.is_assigned("ann", ACCOUNT, SET).await);
}

#[tokio::test]
async fn what_was_assigned_before_is_left_alone() {
    let system = with_rule(automatic).await;
    let standing = json!({"user": "ann", "account": ACCOUNT, "permission_set": SET});
    system.simulator_post("/control/assignments", &standing).await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", pair(&system), 30).await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    ann.end(grant.id).await.unwrap();
    system.grant_in(&ann, request.id, "ended").await;
    system.mail("ann", request.id, "assigned from before").await;
    let intervals = system.intervals("ann", ACCOUNT, SET).await;
    assert_eq!((intervals.len(), intervals[0].until), (1, None), "{intervals:?}");
    assert!(system.calls("DeleteAccountAssignment").await.is_empty());
}

#[tokio::test]
async fn a_rule_that_goes_away_does_not_keep_access_alive() {
    let system = with_rule(automatic).await;
    let (ann, frank) = (system.person("ann").await, system.person("frank").await);
    let request = system.ask("ann", pair(&system), 30).await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    for rule in frank.rules().await.unwrap().items {
        assert!(frank.delete(DocumentKind::Rule, rule.id).await.unwrap().is_none(), "it waits for a second admin");
    }
    let wish = NewRequest { pairs: pair(&system), minutes: 5, reason: REASON.to_owned(), ..NewRequest::default() };
    assert!(ann.submit(&wish, None).await.unwrap_err().is("not-eligible"));
    ann.end(grant.id).await.unwrap();
    system.gone("ann", ACCOUNT, SET).await;
}
