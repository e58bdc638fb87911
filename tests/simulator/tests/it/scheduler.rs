//! EventBridge Scheduler: its calls, its refusals, and that schedules really fire.

use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::config::retry::RetryConfig;
use aws_sdk_scheduler::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_scheduler::error::ProvideErrorMetadata;
use aws_sdk_scheduler::primitives::DateTime;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, Target,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use simulator::INSTANCE_ARN;

use crate::lab::{Lab, Wanted, code};
use crate::roles::{assume, own};

const GROUP: &str = "curfew";
const DELETE: &str = "arn:aws:scheduler:::aws-sdk:ssoadmin:deleteAccountAssignment";

fn client(lab: &Lab, credentials: Credentials) -> Client {
    let config = aws_sdk_scheduler::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(&lab.simulator.http)
        .credentials_provider(credentials)
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// Everything's, with the group that the deleting role trusts.
async fn admin(lab: &Lab) -> Client {
    let admin = client(lab, own());
    admin.create_schedule_group().name(GROUP).send().await.unwrap();
    admin
}

async fn assumed(lab: &Lab, role: &str) -> Client {
    client(lab, assume(lab, own(), role).await.unwrap())
}

fn role(lab: &Lab, name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", lab.company["management_account_id"].as_str().unwrap())
}

fn removal_of(wanted: &Wanted) -> String {
    json!({
        "InstanceArn": INSTANCE_ARN, "TargetType": "AWS_ACCOUNT", "TargetId": wanted.account,
        "PermissionSetArn": wanted.set, "PrincipalType": "USER", "PrincipalId": wanted.user,
    })
    .to_string()
}

fn target(lab: &Lab, wanted: &Wanted) -> Target {
    let retries = RetryPolicy::builder().maximum_event_age_in_seconds(60).maximum_retry_attempts(3).build();
    let target = Target::builder().arn(DELETE).role_arn(role(lab, "curfew-backstop-target"));
    target.input(removal_of(wanted)).retry_policy(retries).build().unwrap()
}

fn off() -> FlexibleTimeWindow {
    FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap()
}

fn seconds(at: Timestamp) -> DateTime {
    DateTime::from_secs(at.as_second())
}

/// Every five minutes from an hour from now on, for an hour.
async fn scheduled(lab: &Lab, by: &Client, name: &str, wanted: &Wanted) -> Timestamp {
    let first = full_minute(Timestamp::now() + SignedDuration::from_hours(1));
    let call = by
        .create_schedule()
        .name(name)
        .group_name(GROUP)
        .schedule_expression("rate(5 minutes)")
        .start_date(seconds(first));
    let call = call.end_date(seconds(first + SignedDuration::from_hours(1))).flexible_time_window(off());
    let call = call.target(target(lab, wanted)).action_after_completion(ActionAfterCompletion::Delete);
    call.send().await.unwrap();
    first
}

fn full_minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60 + 60).unwrap()
}

async fn turn_to(lab: &Lab, at: Timestamp) {
    let call = lab.http.put(lab.url("/control/clock")).json(&json!({"at": at.to_string()}));
    call.send().await.unwrap().error_for_status().unwrap();
}

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

async fn firings(lab: &Lab) -> Vec<Value> {
    lab.get("/control/schedules").await["firings"].as_array().unwrap().clone()
}

fn refusal<T: std::fmt::Debug, E, R>(answer: Result<T, aws_sdk_scheduler::error::SdkError<E, R>>) -> String
where
    E: ProvideErrorMetadata,
    R: std::fmt::Debug,
{
    code(&answer.expect_err("a refusal"))
}

#[tokio::test]
async fn a_schedule_is_made_shown_changed_listed_and_deleted() {
    let lab = Lab::instant().await;
    let scheduler = admin(&lab).await;
    assert_eq!(scheduler.get_schedule_group().name(GROUP).send().await.unwrap().name(), Some(GROUP));
    let make = |name: &str| {
        let at = seconds(full_minute(Timestamp::now() + SignedDuration::from_mins(30)));
        let call = scheduler.create_schedule().name(name).group_name(GROUP).schedule_expression("rate(5 minutes)");
        call.start_date(at).flexible_time_window(off()).target(target(&lab, &lab.any())).client_token("one")
    };
    let arn = make("a-1").send().await.unwrap().schedule_arn;
    assert!(arn.ends_with(":schedule/curfew/a-1"), "{arn}");
    make("a-1").send().await.expect("the same call again is no conflict");
    assert_eq!(refusal(make("a-1").client_token("two").send().await), "ConflictException");
    make("a-2").send().await.unwrap();
    make("b-1").send().await.unwrap();

    let later = seconds(full_minute(Timestamp::now() + SignedDuration::from_hours(9)));
    let change = scheduler.update_schedule().name("a-1").group_name(GROUP).schedule_expression("rate(10 minutes)");
    let change = change.start_date(later).flexible_time_window(off()).target(target(&lab, &lab.any()));
    change.send().await.unwrap();
    let shown = scheduler.get_schedule().name("a-1").group_name(GROUP).send().await.unwrap();
    assert_eq!((shown.schedule_expression(), shown.start_date()), (Some("rate(10 minutes)"), Some(&later)));
    assert_eq!(shown.target().unwrap().input(), Some(removal_of(&lab.any()).as_str()));

    let list = scheduler.list_schedules().group_name(GROUP).name_prefix("a-").max_results(1);
    let first = list.clone().send().await.unwrap();
    let second = list.set_next_token(first.next_token.clone()).send().await.unwrap();
    let names: Vec<_> = first.schedules().iter().chain(second.schedules()).filter_map(|s| s.name()).collect();
    assert_eq!((names, second.next_token()), (vec!["a-1", "a-2"], None));

    scheduler.delete_schedule().name("a-1").group_name(GROUP).send().await.unwrap();
    let gone = scheduler.delete_schedule().name("a-1").group_name(GROUP).send().await;
    assert_eq!(refusal(gone), "ResourceNotFoundException");
    assert_eq!(refusal(scheduler.get_schedule().name("a-1").send().await), "ResourceNotFoundException");
}

#[tokio::test]
async fn what_aws_would_not_take_is_refused() {
    let lab = Lab::instant().await;
    let scheduler = admin(&lab).await;
    let now = Timestamp::now();
    let call = || {
        let call = scheduler.create_schedule().name("x").group_name(GROUP).schedule_expression("rate(5 minutes)");
        call.flexible_time_window(off()).target(target(&lab, &lab.any()))
    };
    let aimed = |arn: &str, role: String| Target::builder().arn(arn).role_arn(role).input("{}").build().unwrap();
    let good = role(&lab, "curfew-backstop-target");
    let refused = [
        call().group_name("none").send().await.map(drop),
        call().schedule_expression("rate(5 minute)").send().await.map(drop),
        call().start_date(seconds(now - SignedDuration::from_mins(6))).send().await.map(drop),
        call().end_date(seconds(now - SignedDuration::from_mins(1))).send().await.map(drop),
        call().name("x".repeat(65)).send().await.map(drop),
        call()
            .target(aimed("arn:aws:scheduler:::aws-sdk:ssoadmin:listAccountAssignments", good.clone()))
            .send()
            .await
            .map(drop),
        call().target(aimed("arn:aws:scheduler:::aws-sdk:nothing:deleteAll", good)).send().await.map(drop),
        call().target(aimed(DELETE, role(&lab, "none"))).send().await.map(drop),
        call().target(aimed(DELETE, role(&lab, "curfew-revocation"))).send().await.map(drop),
    ];
    let codes: Vec<_> = refused.into_iter().map(refusal).collect();
    assert_eq!(codes[0], "ResourceNotFoundException");
    assert!(codes[1..].iter().all(|code| code == "ValidationException"), "{codes:?}");
}

#[tokio::test]
async fn the_owner_of_schedules_passes_one_role_and_nobody_else_schedules() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    let owner = assumed(&lab, "curfew-backstop").await;
    owner.create_schedule_group().name(GROUP).send().await.unwrap();
    scheduled(&lab, &owner, "mine", &wanted).await;
    let other = Target::builder().arn(DELETE).role_arn(role(&lab, "curfew-admin")).input(removal_of(&wanted));
    let call = owner.create_schedule().name("other").group_name(GROUP).schedule_expression("rate(5 minutes)");
    let answer = call.flexible_time_window(off()).target(other.build().unwrap()).send().await;
    assert_eq!(refusal(answer), "AccessDeniedException");
    for role in ["curfew-grant", "curfew-revocation", "curfew-directory"] {
        let call = assumed(&lab, role).await.delete_schedule().name("mine").group_name(GROUP).send().await;
        assert_eq!(refusal(call), "AccessDeniedException", "{role}");
    }
    // Nobody but Scheduler assumes the role that deletes.
    assert!(assume(&lab, own(), "curfew-backstop-target").await.is_err());
}

#[tokio::test]
async fn it_fires_within_its_minute_and_goes_on_until_its_end() {
    let lab = Lab::instant().await;
    lab.set(json!({"schedule_precision_seconds": 60})).await;
    let wanted = lab.any();
    lab.create(&wanted).await.unwrap();
    let first = scheduled(&lab, &admin(&lab).await, "removal", &wanted).await;
    turn_to(&lab, first - SignedDuration::from_secs(1)).await;
    assert!(lab.exists(&wanted).await);
    turn_to(&lab, first + SignedDuration::from_hours(3)).await;
    let intervals = lab.intervals(&wanted).await;
    let until = moment(&intervals[0]["until"]);
    assert!(until >= first && until < first + SignedDuration::from_mins(1), "{until} {first}");
    let by = intervals[0]["removed_by"].as_str().unwrap();
    assert!(by.contains(":assumed-role/curfew-backstop-target/"), "{by}");
    let fired = firings(&lab).await;
    let outcomes: Vec<_> = fired.iter().map(|firing| firing["outcome"].as_str().unwrap()).collect();
    assert_eq!((outcomes.len(), outcomes[0]), (13, "ok"));
    assert!(outcomes[1..].iter().all(|outcome| *outcome == "ResourceNotFoundException"), "{outcomes:?}");
    assert_eq!(lab.get("/control/schedules").await["schedules"], json!([]), "deleted after its last firing");
    let calls = lab.get("/control/oracle/calls?operation=DeleteAccountAssignment").await;
    let calls = calls["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 13);
    assert!(calls.iter().all(|call| call["caller_arn"] == by && call["principal_id"] == json!(wanted.user)));
}

#[tokio::test]
async fn a_throttled_firing_is_tried_again_and_a_failed_one_goes_unseen_until_the_next() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    lab.create(&wanted).await.unwrap();
    let first = scheduled(&lab, &admin(&lab).await, "removal", &wanted).await;
    lab.fault(json!({"kind": "throttle", "operations": ["DeleteAccountAssignment"], "count": 2})).await;
    lab.fault(json!({"kind": "failed", "operations": ["DeleteAccountAssignment"], "count": 1})).await;
    turn_to(&lab, first + SignedDuration::from_mins(2)).await;
    assert!(lab.exists(&wanted).await, "accepted and failed");
    turn_to(&lab, first + SignedDuration::from_mins(6)).await;
    assert!(!lab.exists(&wanted).await);
    let told: Vec<_> = firings(&lab).await.iter().map(|f| (f["attempt"].clone(), f["outcome"].clone())).collect();
    let throttled = json!("ThrottlingException");
    assert_eq!(
        told,
        [(json!(0), throttled.clone()), (json!(1), throttled), (json!(2), json!("ok")), (json!(0), json!("ok"))]
    );
    let until = moment(&lab.intervals(&wanted).await[0]["until"]);
    assert_eq!(until, first + SignedDuration::from_mins(5));
}

#[tokio::test]
async fn what_was_moved_or_deleted_does_not_fire_at_its_old_time() {
    let lab = Lab::instant().await;
    let (wanted, other) = (lab.any(), lab.wanted("ben", "payments-ledger-production", "PowerUserAccess"));
    let scheduler = admin(&lab).await;
    lab.create(&wanted).await.unwrap();
    lab.create(&other).await.unwrap();
    let first = scheduled(&lab, &scheduler, "moved", &wanted).await;
    scheduled(&lab, &scheduler, "deleted", &other).await;
    scheduler.delete_schedule().name("deleted").group_name(GROUP).send().await.unwrap();
    let later = first + SignedDuration::from_hours(2);
    let change = scheduler.update_schedule().name("moved").group_name(GROUP).schedule_expression("rate(5 minutes)");
    let change = change.start_date(seconds(later)).flexible_time_window(off()).target(target(&lab, &wanted));
    change.send().await.unwrap();
    turn_to(&lab, later - SignedDuration::from_secs(1)).await;
    assert!(firings(&lab).await.is_empty());
    turn_to(&lab, later + SignedDuration::from_secs(1)).await;
    assert!(!lab.exists(&wanted).await && lab.exists(&other).await);
}
