//! `GET /v1/me`

use actix_web::{get, web::Data};
use domain::profile::Profile;
use serde::Serialize;
use store::profiles;
use web::{Caller, Json, Problem};

use super::directory::groups::GroupView;
use super::{Api, problems};

/// Who calls, as Curfew sees them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Me {
    /// A person.
    User {
        /// The immutable id in Identity Store.
        id: String,
        /// The display name.
        name: String,
        /// What they sign in with.
        user_name: String,
        /// The groups that they are in.
        groups: Vec<GroupView>,
        /// Whether they may change rules and settings.
        admin: bool,
        /// Whether they may read everything.
        auditor: bool,
        /// What limits every request.
        limits: Limits,
        /// How they want pages to look; none where they never said so.
        profile: Option<Profile>,
    },
    /// An OAuth2 client.
    Machine {
        /// Its id.
        client: String,
        /// What it may do.
        scopes: Vec<String>,
    },
}

/// What limits every request; rules may be narrower.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Limits {
    /// The longest access, in minutes.
    max_minutes: u32,
    /// The duration that is proposed, in minutes.
    default_minutes: u32,
    /// How many days ahead a start may lie.
    start_within_days: u32,
    /// How many characters a reason must have.
    min_reason: u32,
    /// How urgent something can be, the most urgent first.
    severities: Vec<String>,
}

/// Who am I here, and within which limits may I ask?
#[utoipa::path(tag = "me", responses((status = 200, description = "The caller.", body = Me)))]
#[get("/v1/me")]
pub async fn me(api: Data<Api>, caller: Caller) -> Result<Json<Me>, Problem> {
    let limits = &api.settings.requests;
    Ok(Json(match &caller {
        Caller::Machine { client, scopes } => Me::Machine { client: client.clone(), scopes: scopes.clone() },
        Caller::User { person, personas } => Me::User {
            id: person.id.to_string(),
            name: person.display_name.clone(),
            user_name: person.user_name.clone(),
            groups: person
                .groups
                .iter()
                .map(|(id, name)| GroupView { id: id.to_string(), name: name.clone() })
                .collect(),
            admin: personas.admin,
            auditor: personas.auditor,
            limits: Limits {
                max_minutes: limits.max_minutes,
                default_minutes: limits.default_minutes,
                start_within_days: limits.start_within_days,
                min_reason: limits.min_reason,
                severities: limits.severities.clone(),
            },
            profile: {
                let mut connection = api.db.read().await.map_err(problems::store)?;
                profiles::get(&mut connection, &person.id).await.map_err(problems::store)?
            },
        },
    }))
}
