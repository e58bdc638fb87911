//! How much access there was and how late it went, over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails at once")]

use actix_web::web::Data;
use revocation::http::{State, routes};
use serde_json::Value;
use testkit::api::{api, settings};
use testkit::{Issuer, TestDb, company};

/// Accesses by when they began, when they should have gone, and when they were gone; in seconds before now.
const LIVES: [(&str, f64, f64, Option<f64>); 4] = [
    ("deadline", 5_400.0, -600.0, None),
    ("deadline", 4_800.0, 3_000.0, Some(2_996.0)),
    ("ended_by_requester", 4_800.0, 1_200.0, Some(1_190.0)),
    // Longer ago than anybody asks for.
    ("deadline", 9_000_000.0, 8_000_000.0, Some(8_000_000.0)),
];

async fn lives(db: &TestDb) {
    let now = db.db.clock().now().to_string();
    let mut connection = db.pool().acquire().await.unwrap();
    // What else belongs to an access is of no matter here.
    sqlx::query("SET session_replication_role = replica").execute(&mut *connection).await.unwrap();
    for (reason, began, due, gone) in LIVES {
        sqlx::query(
            "INSERT INTO grants (id, request_id, ordinal, principal_id, account_id, permission_set_arn, assignment_id, state, \
                 minutes, start_at, start_by, deadline_at, approved_at, started_at, active_at, revoking_at, ended_at, reason, evidence) \
             SELECT gen_random_uuid(), gen_random_uuid(), 0, 'p', '000000000001', 'arn', gen_random_uuid(), \
                 CASE WHEN $4::float8 IS NULL THEN 'active' ELSE 'ended' END, 60, at, at, $5::text::timestamptz - make_interval(secs => $3), at, at, at, \
                 CASE WHEN $4::float8 IS NOT NULL THEN $5::text::timestamptz - make_interval(secs => $3) END, $5::text::timestamptz - make_interval(secs => $4), \
                 CASE WHEN $4::float8 IS NOT NULL THEN $1 END, CASE WHEN $4::float8 IS NOT NULL THEN '{}'::jsonb END \
             FROM (SELECT $5::text::timestamptz - make_interval(secs => $2) AS at) AS began",
        )
        .bind(reason)
        .bind(began)
        .bind(due)
        .bind(gone)
        .bind(&now)
        .execute(&mut *connection)
        .await
        .unwrap();
    }
    sqlx::query("SET session_replication_role = origin").execute(&mut *connection).await.unwrap();
}

#[actix_web::test]
async fn each_bucket_tells_what_lived_at_its_end_and_how_late_went_what_went_in_it() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    lives(&db).await;
    let issuer = Issuer::start().await;
    let state = Data::new(State::on(db.db.clone()));
    let api = api(&settings(&issuer, &[]), &db, routes, move |config| {
        config.app_data(state.clone());
    });
    let figures = async |who: &str, span: &str| {
        let path = format!("{}/v1/operations/figures?span={span}", api.url);
        let answer = reqwest::Client::new().get(path).bearer_auth(issuer.token(who)).send().await.unwrap();
        (answer.status().as_u16(), serde_json::from_str::<Value>(&answer.text().await.unwrap()).unwrap())
    };
    for (span, count) in [("day", 48), ("week", 42), ("month", 60)] {
        let (status, said) = figures("root", span).await;
        assert_eq!(status, 200, "{said}");
        let buckets = said["buckets"].as_array().unwrap();
        let sum = |name: &str| buckets.iter().map(|bucket| bucket[name].as_i64().unwrap()).sum::<i64>();
        assert_eq!((buckets.len(), sum("begun"), sum("gone")), (count, 3, 2), "{said}");
        assert_eq!(
            (buckets[0]["active"].as_i64(), buckets[count - 1]["active"].as_i64()),
            (Some(0), Some(1)),
            "{said}"
        );
        let latest = buckets.iter().filter_map(|bucket| bucket["lateness"]["most_s"].as_f64()).fold(0.0, f64::max);
        assert!((latest - 10.0).abs() < 0.5, "what was ended is counted from its end: {said}");
    }
    let (_, said) = figures("root", "day").await;
    let lateness: Vec<f64> = said["buckets"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|bucket| bucket["lateness"]["median_s"].as_f64())
        .collect();
    assert_eq!(lateness.len(), 2, "the two went in different half hours: {said}");
    assert!((lateness[0] - 4.0).abs() < 0.5, "what was over is counted from its deadline: {said}");
    assert_eq!(figures("ann", "day").await.0, 403);
    assert_eq!(figures("root", "year").await.0, 400);
}
