//! `GET /v1/operations/figures`

use actix_web::{get, web::Data};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::figures::{self, Bucket, Lateness};
use utoipa::ToSchema;
use web::{Caller, Json, Problem, Query};

use super::State;

/// Of which time.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichFigures {
    /// How far back.
    #[serde(default)]
    #[param(inline)]
    span: Span,
}

/// How far back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// 24 hours, by the half hour.
    #[default]
    Day,
    /// Seven days, by four hours.
    Week,
    /// Thirty days, by twelve hours.
    Month,
}

impl Span {
    /// How long a bucket is, and how many there are.
    const fn buckets(self) -> (SignedDuration, i32) {
        match self {
            Self::Day => (SignedDuration::from_mins(30), 48),
            Self::Week => (SignedDuration::from_hours(4), 42),
            Self::Month => (SignedDuration::from_hours(12), 60),
        }
    }
}

/// Access and the lateness of its removal over time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Figures {
    /// When the first bucket begins.
    from: Timestamp,
    /// When the last one ends: now.
    until: Timestamp,
    /// How long each is, in seconds.
    bucket_s: i64,
    /// The oldest first.
    buckets: Vec<BucketView>,
}

/// What there was in a bucket.
#[derive(Debug, Serialize, ToSchema)]
pub struct BucketView {
    /// When it begins.
    at: Timestamp,
    /// Accesses that lived at its end.
    active: i64,
    /// Those that began in it.
    begun: i64,
    /// Those that AWS was seen not to have any more in it.
    gone: i64,
    /// How late these were; absent where there were none.
    #[serde(skip_serializing_if = "Option::is_none")]
    lateness: Option<LatenessView>,
}

/// How long after its deadline, or after somebody ended it, access was seen gone, in seconds.
#[derive(Debug, Serialize, ToSchema)]
pub struct LatenessView {
    /// Half of them were no later.
    median_s: f64,
    /// Nineteen of twenty were no later.
    p95_s: f64,
    /// The latest.
    most_s: f64,
}

/// How much access there was, and how late it was removed, over time.
#[utoipa::path(tag = "operations", params(WhichFigures),
    responses((status = 200, description = "The figures.", body = Figures)))]
#[get("/v1/operations/figures")]
pub async fn show_figures(
    state: Data<State>,
    caller: Caller,
    which: Query<WhichFigures>,
) -> Result<Json<Figures>, Problem> {
    caller.require_auditor_or_admin()?;
    let until = state.db.clock().now();
    let (bucket, count) = which.into_inner().span.buckets();
    let found = figures::figures(&mut *state.db.read().await?, until, bucket, count).await?;
    let from = found.first().map_or(until, |bucket| bucket.at);
    Ok(Json(Figures { from, until, bucket_s: bucket.as_secs(), buckets: found.into_iter().map(view).collect() }))
}

fn view(bucket: Bucket) -> BucketView {
    let Bucket { at, active, begun, gone, lateness } = bucket;
    let lateness = lateness.map(|Lateness { median_s, p95_s, most_s }| LatenessView { median_s, p95_s, most_s });
    BucketView { at, active, begun, gone, lateness }
}
