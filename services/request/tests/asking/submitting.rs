use domain::approval::PolicySpec;
use domain::request::RequestState;
use domain::rules::{Accounts, Approval, Body, Effect, GuardrailSpec, PermissionSets, Severity, Subjects};
use domain::{Justification, Pair};
use jiff::SignedDuration;
use judge::PairTrace;
use request::usecase::Refusal;
use store::{approvals, grants, requests};
use testkit::company::{self, automatic, decided_by, pair, rule_for, user};

use super::{an_hour_of, ask, doings, minutes, open_for_business, power_in};

#[tokio::test]
async fn a_request_is_written_whole_with_the_names_that_the_server_knows() {
    let db = open_for_business().await;
    let opened = ask(&db, "ann", an_hour_of(vec![power_in("search-prod"), power_in("payments-prod")])).await.unwrap();
    let mut tx = db.tx(&user("ann")).await;
    let request = requests::get(tx.connection(), opened.request).await.unwrap().unwrap();
    assert_eq!((request.state, request.minutes), (RequestState::Pending, 60));
    assert_eq!((&request.requester, &request.beneficiary), (&user("ann"), &user("ann")));
    assert_eq!(request.decide_by.duration_since(request.submitted_at), SignedDuration::from_mins(180));
    let items = requests::items(tx.connection(), opened.request).await.unwrap();
    let names: Vec<_> = items.iter().map(|i| (i.account_name.as_str(), i.permission_set_name.as_str())).collect();
    assert_eq!(names, [("search-prod", "PowerUserAccess"), ("payments-prod", "PowerUserAccess")]);
    let found = approvals::of_request(tx.connection(), opened.request).await.unwrap();
    assert_eq!(found.iter().map(|a| a.ordinals.clone()).collect::<Vec<_>>(), [[0, 1]], "both need the same policy");
    assert_eq!(found[0].asks, [format!("group:{}", company::group("leads"))]);
    let trace: Vec<PairTrace> = requests::evaluation(tx.connection(), opened.request).await.unwrap().unwrap();
    assert!(trace.iter().all(|t| t.rules.iter().any(|r| r.allows)));
    assert_eq!(doings(&db).await, ["request.submitted.v1"]);
}

#[tokio::test]
async fn a_window_is_decided_before_it_is_over_and_granted_as_it_was_asked() {
    let db = open_for_business().await;
    company::enforce(&db, rule_for("read", &["payments-prod"], "ReadOnlyAccess", automatic())).await;
    let start = db.clock.now() + SignedDuration::from_mins(30);
    let mut asked = an_hour_of(vec![pair("payments-prod", "ReadOnlyAccess")]);
    asked.start_at = Some(start);
    let opened = ask(&db, "ann", asked).await.unwrap();
    let mut tx = db.tx(&user("ann")).await;
    let request = requests::get(tx.connection(), opened.request).await.unwrap().unwrap();
    assert_eq!(request.decide_by, start + SignedDuration::from_mins(60));
    let grant = grants::get(tx.connection(), opened.grants[0]).await.unwrap().unwrap();
    assert_eq!((grant.start_at, grant.fixed_end), (start, Some(start + SignedDuration::from_mins(60))));
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_reason_and_leaves_nothing() {
    let db = open_for_business().await;
    let now = db.clock.now();
    let one = || an_hour_of(vec![power_in("payments-prod")]);
    let pairs = |pairs: Vec<Pair>| an_hour_of(pairs);
    let mut short = one();
    short.reason = Justification::parse("     fix    ").unwrap();
    let (mut past, mut far, mut long) = (one(), one(), one());
    past.start_at = Some(now - SignedDuration::from_mins(2));
    far.start_at = Some(now + SignedDuration::from_hours(24 * 30 + 1));
    long.minutes = minutes(481);
    let (mut other, mut panic) = (one(), one());
    other.beneficiary = Some(user("ben"));
    panic.severity = Severity::parse("panic").unwrap();
    let (elsewhere, strange) =
        ("arn:aws:sso:::permissionSet/ssoins-1/ps-9", domain::AccountId::parse("999999999999").unwrap());
    let unknown_account = Pair { account: strange, ..power_in("payments-prod") };
    let unknown_set = Pair { permission_set: elsewhere.parse().unwrap(), ..power_in("payments-prod") };
    for (who, asked, wanted) in [
        ("ann", pairs(vec![]), "give at least one pair"),
        ("ann", pairs(vec![power_in("payments-prod"); 51]), "51 pairs were given"),
        ("ann", pairs(vec![power_in("payments-prod"); 2]), "is there twice"),
        ("ann", pairs(vec![unknown_account]), "there is no account 999999999999"),
        ("ann", pairs(vec![power_in("closed")]), "is not in use"),
        ("ann", pairs(vec![unknown_set]), "there is no permission set"),
        ("ann", short, "the reason has 3 characters; at least 10 are needed"),
        ("ann", past, "lies in the past"),
        ("ann", far, "lies more than 30 days ahead"),
        ("ann", long, "481 minutes were asked for; at most 480 are allowed"),
        ("ann", other, "power in production: it does not let the asker ask for somebody else"),
        ("ann", panic, "the severity panic is not one of critical, high, normal, low"),
        ("gus", one(), "is disabled"),
        ("zoe", one(), "power in production: it is for other people"),
        ("ann", pairs(vec![power_in("payments-dev")]), "power in production: it does not reach account"),
        ("ann", pairs(vec![pair("payments-prod", "AdministratorAccess")]), "it does not allow this permission set"),
    ] {
        let refused = ask(&db, who, asked).await.unwrap_err().to_string();
        assert!(refused.contains(wanted), "{who}: {refused:?} does not say {wanted:?}");
    }
    assert_eq!(doings(&db).await, Vec::<String>::new());
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM requests").fetch_one(db.pool()).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn one_pair_that_no_rule_allows_refuses_all_and_is_named() {
    let db = open_for_business().await;
    let asked = an_hour_of(vec![power_in("payments-prod"), power_in("payments-dev")]);
    let Err(Refusal::NotEligible { objections, .. }) = ask(&db, "ann", asked).await else {
        panic!("it was not refused")
    };
    assert_eq!(objections.iter().map(|o| &o.pair).collect::<Vec<_>>(), [&power_in("payments-dev")]);
}

#[tokio::test]
async fn what_nobody_but_the_requester_could_approve_is_refused_at_once() {
    let db = open_for_business().await;
    let mut rule = rule_for("mine alone", &["payments-dev"], "PowerUserAccess", decided_by("leads", 1));
    rule.approval = Approval::Policy(PolicySpec::of(vec![], vec![user("ann"), user("gus")], 1));
    company::enforce(&db, rule).await;
    let refused = ask(&db, "ann", an_hour_of(vec![power_in("payments-dev")])).await.unwrap_err();
    assert_eq!(refused.to_string(), "mine alone needs 1 approval(s) in stage 1, and 0 other people could give one");
    assert!(ask(&db, "ben", an_hour_of(vec![power_in("payments-dev")])).await.is_ok(), "ann decides about ben");
    let two = rule_for("two leads", &["payments-dev"], "AdministratorAccess", decided_by("leads", 2));
    company::enforce(&db, two).await;
    let asked = an_hour_of(vec![pair("payments-dev", "AdministratorAccess")]);
    assert!(ask(&db, "ann", asked.clone()).await.is_ok());
    let refused = ask(&db, "cora", asked).await.unwrap_err();
    let Refusal::NobodyCanApprove(short) = refused else { panic!("{refused}") };
    assert_eq!((short[0].needed, short[0].there), (2, 1), "cora is one of two leads");
}

fn above(name: &str, account: &str, effect: Effect) -> Body {
    Body::Guardrail(GuardrailSpec {
        name: name.to_owned(),
        enabled: true,
        subjects: Subjects { everyone: true, ..Subjects::default() },
        accounts: Accounts { ids: vec![company::account(account)], ..Accounts::default() },
        permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
        effect,
    })
}

#[tokio::test]
async fn what_stands_above_rules_is_named_when_it_refuses() {
    let db = open_for_business().await;
    let deny = Effect::Deny { spares_break_glass: false };
    company::publish(&db, above("never there", "payments-prod", deny)).await;
    let refused = ask(&db, "ann", an_hour_of(vec![power_in("payments-prod")])).await.unwrap_err().to_string();
    assert!(refused.contains("is held back by the guardrail never there: it denies this"), "{refused}");
    assert!(ask(&db, "ann", an_hour_of(vec![power_in("search-prod")])).await.is_ok());
}

#[tokio::test]
async fn a_cap_counts_what_waits_and_the_pairs_of_one_request_beside_each_other() {
    let db = open_for_business().await;
    company::publish(&db, above("one at a time", "payments-prod", Effect::Cap { concurrent: 1 })).await;
    let both = vec![power_in("payments-prod"), pair("payments-prod", "ReadOnlyAccess")];
    company::enforce(&db, rule_for("read", &["payments-prod"], "ReadOnlyAccess", automatic())).await;
    let refused = ask(&db, "ann", an_hour_of(both)).await.unwrap_err().to_string();
    assert!(refused.contains("ReadOnlyAccess in account payments-prod"), "the second is too many: {refused}");
    drop(ask(&db, "ann", an_hour_of(vec![power_in("payments-prod")])).await.unwrap());
    let refused = ask(&db, "ann", an_hour_of(vec![pair("payments-prod", "ReadOnlyAccess")])).await;
    assert!(refused.unwrap_err().to_string().contains("there are 1"));
    assert!(ask(&db, "ben", an_hour_of(vec![power_in("payments-prod")])).await.is_ok(), "counted for each person");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_requests_at_the_same_moment_a_cap_lets_one_pass() {
    let db = open_for_business().await;
    company::publish(&db, above("one at a time", "payments-prod", Effect::Cap { concurrent: 1 })).await;
    let one = || ask(&db, "ann", an_hour_of(vec![power_in("payments-prod")]));
    let (a, b) = tokio::join!(one(), one());
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
}

#[tokio::test]
async fn a_cool_down_is_waited_for() {
    let db = open_for_business().await;
    let mut rule = rule_for("rest", &["payments-dev"], "PowerUserAccess", automatic());
    rule.pace.cool_down_minutes = Some(120);
    company::enforce(&db, rule).await;
    let first = ask(&db, "ann", an_hour_of(vec![power_in("payments-dev")])).await.unwrap();
    db.gives_access().await;
    db.advance_minutes(60);
    let ended = db.clock.now();
    sqlx::query(
        "UPDATE grants SET state = 'ended', ended_at = $1::text::timestamptz, reason = 'deadline', evidence = '{}' WHERE id = $2",
    )
    .bind(ended.to_string())
    .bind(first.grants[0].uuid())
    .execute(db.pool())
    .await
    .unwrap();
    db.advance_minutes(30);
    let second = ask(&db, "ann", an_hour_of(vec![power_in("payments-dev")])).await.unwrap();
    let mut tx = db.tx(&user("ann")).await;
    let items = requests::items(tx.connection(), second.request).await.unwrap();
    assert_eq!(items[0].not_before, Some(ended + SignedDuration::from_mins(120)));
    let grant = grants::get(tx.connection(), second.grants[0]).await.unwrap().unwrap();
    assert_eq!(grant.start_at, ended + SignedDuration::from_mins(120));
}
