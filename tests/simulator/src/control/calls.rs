//! The log of calls.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;
use serde_json::json;

use super::{done, refuse};
use crate::clock::Millis;
use crate::host::Host;
use crate::world::calls::Call;

/// Narrows the calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// RFC 3339.
    since: Option<String>,
    /// The id of a call: only later ones.
    after: Option<u64>,
    operation: Option<String>,
    principal_id: Option<String>,
    /// How many at most; all, if absent.
    limit: Option<usize>,
}

/// `GET /control/oracle/calls`.
pub async fn list(host: Data<Host>, wanted: Query<Wanted>) -> HttpResponse {
    let since = match wanted.since.as_deref().map(Millis::parse) {
        None => None,
        Some(Some(at)) => Some(at),
        Some(None) => return refuse(StatusCode::BAD_REQUEST, "since must be RFC 3339"),
    };
    let world = host.world();
    let fits = |call: &&Call| {
        since.is_none_or(|since| call.at >= since)
            && wanted.after.is_none_or(|after| call.id > after)
            && wanted.operation.as_ref().is_none_or(|operation| *operation == call.operation)
            && wanted.principal_id.as_ref().is_none_or(|id| call.subject.principal_id.as_ref() == Some(id))
    };
    let calls: Vec<&Call> = world.calls.kept().filter(fits).take(wanted.limit.unwrap_or(usize::MAX)).collect();
    done(json!({"now": Millis::now(), "calls": calls}))
}

/// `GET /control/oracle/calls/count`: by service, operation and outcome.
pub async fn count(host: Data<Host>) -> HttpResponse {
    done(json!(host.world().calls.counts()))
}

/// `DELETE /control/oracle/calls`: calls and counts.
pub async fn clear(host: Data<Host>) -> HttpResponse {
    host.world().calls.clear();
    HttpResponse::NoContent().finish()
}
