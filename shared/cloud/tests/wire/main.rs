//! What leaves, what does not, and what each kind of answer becomes.

mod stub;
mod trace;

use std::time::{Duration, Instant};

use cloud::{CallError, CloudConfig, Presence, Progress};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use stub::{Reply, Stub, refuse, status, tuple};

fn soon() -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(30)
}

#[tokio::test]
async fn what_may_have_an_effect_is_never_repeated_behind_our_back() {
    for (code, http) in [("ThrottlingException", 400), ("InternalServerException", 500)] {
        let stub = Stub::start(move |_, _| refuse(http, code)).await;
        let cloud = stub.connect(stub.config()).await;
        let (creations, deletions) = (cloud.creations(), cloud.deletions());
        let operation = "some-operation".to_owned().into();
        let errors = [
            creations.create(&tuple(), soon()).await.unwrap_err(),
            deletions.delete(&tuple(), soon()).await.unwrap_err(),
            deletions.read(&tuple()).await.unwrap_err(),
            creations.creation_status(&operation).await.unwrap_err(),
            deletions.deletion_status(&operation).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.effect_unknown(), http == 500, "{error}");
            assert!(error.is_transient(), "{error}");
        }
        let once_each = [
            "CreateAccountAssignment",
            "DeleteAccountAssignment",
            "ListAccountAssignments",
            "DescribeAccountAssignmentCreationStatus",
            "DescribeAccountAssignmentDeletionStatus",
        ];
        assert_eq!(stub.operations(), once_each);
    }
}

#[tokio::test]
async fn the_directory_reads_on_through_throttles() {
    let stub = Stub::start(|_, before| match before {
        0 | 1 => refuse(400, "ThrottlingException"),
        _ => Reply::Json(200, json!({"Users": []})),
    })
    .await;
    let cloud = stub.connect(stub.config()).await;
    assert_eq!(cloud.directory().users().await, Ok(vec![]));
    assert_eq!(stub.operations().len(), 3);
}

#[tokio::test]
async fn no_answer_or_half_of_one_is_unclear() {
    let replies: [fn() -> Reply; 4] =
        [|| Reply::Close, || Reply::Hang, || Reply::Truncated, || Reply::Json(200, json!({}))];
    for reply in replies {
        let stub = Stub::start(move |_, _| reply()).await;
        let call_timeout = Duration::from_millis(300);
        let cloud = stub.connect(CloudConfig { call_timeout, ..stub.config() }).await;
        let started = Instant::now();
        let error = cloud.creations().create(&tuple(), soon()).await.unwrap_err();
        assert!(error.effect_unknown(), "{error}");
        assert!(started.elapsed() < Duration::from_secs(3));
        assert_eq!(stub.operations(), ["CreateAccountAssignment"]);
    }
}

#[tokio::test]
async fn nothing_is_sent_after_its_time() {
    let stub = Stub::start(|call, _| status(call, "op", "IN_PROGRESS")).await;
    let cloud = stub.connect(CloudConfig { outstanding: 1, ..stub.config() }).await;
    let (creations, deletions) = (cloud.creations(), cloud.deletions());
    let past = Timestamp::now() - SignedDuration::from_millis(1);
    assert_eq!(deletions.delete(&tuple(), past).await.unwrap_err(), CallError::TooLate);
    assert!(stub.calls().is_empty());

    let holding_the_only_place = creations.create(&tuple(), soon()).await.unwrap();
    let shortly = Timestamp::now() + SignedDuration::from_millis(200);
    assert_eq!(creations.create(&tuple(), shortly).await.unwrap_err(), CallError::TooLate);
    assert!(Timestamp::now() >= shortly);
    assert_eq!(stub.operations().len(), 1);
    drop(holding_the_only_place);
    assert!(creations.create(&tuple(), soon()).await.is_ok());
}

#[tokio::test]
async fn a_deletion_goes_before_creations_that_have_waited_longer() {
    let stub = Stub::start(|call, _| status(call, "op", "IN_PROGRESS")).await;
    let cloud = stub.connect(CloudConfig { outstanding: 1, ..stub.config() }).await;
    let holding = cloud.creations().create(&tuple(), soon()).await.unwrap();
    let mut waiting = Vec::new();
    for is_deletion in [false, false, true] {
        let (creations, deletions) = (cloud.creations().clone(), cloud.deletions().clone());
        waiting.push(tokio::spawn(async move {
            let call = if is_deletion {
                deletions.delete(&tuple(), soon()).await
            } else {
                creations.create(&tuple(), soon()).await
            };
            drop(call.unwrap());
        }));
        tokio::task::yield_now().await;
    }
    drop(holding);
    for call in waiting {
        call.await.unwrap();
    }
    let (create, delete) = ("CreateAccountAssignment", "DeleteAccountAssignment");
    assert_eq!(stub.operations(), [create, delete, create, create]);
}

#[tokio::test]
async fn an_operation_that_is_over_at_once_holds_no_place() {
    let stub = Stub::start(|call, _| status(call, "op", "SUCCEEDED")).await;
    let cloud = stub.connect(CloudConfig { outstanding: 1, ..stub.config() }).await;
    let first = cloud.creations().create(&tuple(), soon()).await.unwrap();
    let second = cloud.deletions().delete(&tuple(), soon()).await.unwrap();
    assert_eq!((first.progress, second.progress), (Progress::Succeeded, Progress::Succeeded));
}

#[tokio::test]
async fn a_deletion_is_followed_to_its_failure() {
    let stub = Stub::start(|call, before| match before {
        0 | 1 => status(call, "op-7", "IN_PROGRESS"),
        2 => refuse(400, "ThrottlingException"),
        _ => status(call, "op-7", "FAILED"),
    })
    .await;
    let cloud = stub.connect(stub.config()).await;
    let accepted = cloud.deletions().delete(&tuple(), soon()).await.unwrap();
    assert_eq!((accepted.operation.as_str(), &accepted.progress), ("op-7", &Progress::InProgress));
    let end = cloud.deletions().follow_deletion(&accepted.operation, Duration::from_secs(20)).await;
    assert_eq!(end, Ok(Progress::Failed { reason: "role quota".to_owned() }));
    let last = stub.calls().pop().unwrap();
    assert_eq!(last.operation, "DescribeAccountAssignmentDeletionStatus");
    assert_eq!(last.body["AccountAssignmentDeletionRequestId"], "op-7");
}

#[tokio::test]
async fn a_read_looks_behind_empty_pages_and_past_groups() {
    let person = tuple().principal;
    for (kind, presence) in [("USER", Presence::Present), ("GROUP", Presence::Absent)] {
        let person = person.clone();
        let stub = Stub::start(move |_, before| {
            Reply::Json(
                200,
                match before {
                    0 => json!({"AccountAssignments": [], "NextToken": "more"}),
                    _ => json!({"AccountAssignments": [
                        {"PrincipalType": "USER", "PrincipalId": "somebody else"},
                        {"PrincipalType": kind, "PrincipalId": person.as_str()},
                    ]}),
                },
            )
        })
        .await;
        let cloud = stub.connect(stub.config()).await;
        assert_eq!(cloud.deletions().read(&tuple()).await, Ok(presence));
        assert_eq!(stub.calls()[1].body["NextToken"], "more");
    }
}

#[tokio::test]
async fn a_creation_names_the_tuple() {
    let stub = Stub::start(|call, _| status(call, "op", "IN_PROGRESS")).await;
    let cloud = stub.connect(stub.config()).await;
    drop(cloud.creations().create(&tuple(), soon()).await.unwrap());
    let expected = json!({
        "InstanceArn": "arn:aws:sso:::instance/ssoins-1",
        "TargetType": "AWS_ACCOUNT",
        "TargetId": "123456789012",
        "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1/ps-1",
        "PrincipalType": "USER",
        "PrincipalId": "906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110",
    });
    assert_eq!(stub.calls()[0].body, expected);
}

#[tokio::test]
async fn tags_of_permission_sets_are_asked_for_only_where_wanted() {
    for (wanted, calls) in [(true, 3), (false, 2)] {
        let stub = Stub::start(|call, _| {
            let arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";
            Reply::Json(
                200,
                match call.operation.as_str() {
                    "ListPermissionSets" => json!({"PermissionSets": [arn]}),
                    "DescribePermissionSet" => {
                        json!({"PermissionSet": {"Name": "Admin", "SessionDuration": "PT4H"}})
                    }
                    _ => json!({"Tags": [{"Key": "tier", "Value": "1"}]}),
                },
            )
        })
        .await;
        let cloud = stub.connect(CloudConfig { permission_set_tags: wanted, ..stub.config() }).await;
        let sets = cloud.directory().permission_sets().await.unwrap();
        assert_eq!((sets[0].name.as_str(), sets[0].session), ("Admin", Duration::from_secs(4 * 3600)));
        assert_eq!(sets[0].tags.get("tier").map(String::as_str), wanted.then_some("1"));
        assert_eq!(stub.operations().len(), calls);
    }
}

#[tokio::test]
async fn an_answer_of_another_form_than_the_model_says_why_it_cannot_be_read() {
    let stub = Stub::start(|_, _| Reply::Json(200, json!({"AccountAssignments": 7}))).await;
    let cloud = stub.connect(stub.config()).await;
    let error = cloud.deletions().read(&tuple()).await.unwrap_err();
    assert!(error.effect_unknown(), "{error}");
    assert!(error.to_string().contains("HTTP 200: ") && error.to_string().contains("expected"), "{error}");
}
