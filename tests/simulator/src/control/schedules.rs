//! What EventBridge Scheduler holds, and what became of every invocation.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::done;
use crate::host::Host;

/// `GET /control/schedules`.
pub async fn list(host: Data<Host>) -> HttpResponse {
    let mut world = host.world();
    let now = world.time();
    world.settle(now);
    let schedules: Vec<Value> = world
        .schedules
        .iter()
        .map(|schedule| {
            json!({
                "group": schedule.group,
                "name": schedule.name,
                "expression": schedule.written,
                "start": schedule.start,
                "end": schedule.end,
                "enabled": schedule.enabled,
                "target": schedule.target,
                "delete_after_completion": schedule.delete_after_completion,
                "created": schedule.created,
                "modified": schedule.modified,
            })
        })
        .collect();
    done(json!({"now": world.now, "schedules": schedules, "firings": world.schedules.firings()}))
}
