//! `GET /v1/me`

use actix_web::{get, web::Data};
use domain::Actor;
use domain::profile::Profile;
use jiff::Timestamp;
use serde::Serialize;
use store::{StoreError, directory, pauses, profiles};
use web::{Caller, Json, Person, Problem};

use super::directory::groups::GroupView;
use super::owners::property;
use super::view::PersonView;
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
        /// Whether they own an account or a unit, and so may see who can get access there and who has it.
        owner: bool,
        /// What limits every request.
        limits: Limits,
        /// That new access does not begin just now; absent while it does.
        #[serde(skip_serializing_if = "Option::is_none")]
        paused: Option<Box<Paused>>,
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

/// That new access does not begin just now. Asking and deciding go on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Paused {
    /// Since when.
    since: Timestamp,
    /// Who paused it; only auditors and admins see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<PersonView>,
    /// Why; only auditors and admins see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
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

/// Who am I here, within which limits may I ask, and does new access begin?
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
            owner: owns(&api, person).await,
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
            paused: paused(&api, caller.require_auditor_or_admin().is_ok()).await?.map(Box::new),
        },
    }))
}

/// Where the rules cannot be read, nobody is told that they own anything; everything else about them is.
async fn owns(api: &Api, person: &Person) -> bool {
    let looked = async {
        let mut connection = api.db.read().await?;
        let book = api.judge.books.current(&mut connection).await?;
        Ok::<bool, StoreError>(!property(&book, person).is_empty())
    };
    looked.await.inspect_err(|error| tracing::warn!(%error, "it is not known what somebody owns")).unwrap_or(false)
}

/// The pause that has lasted longest.
async fn paused(api: &Api, sees_who: bool) -> Result<Option<Paused>, Problem> {
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let Some(pause) = pauses::all(&mut connection).await.map_err(problems::store)?.into_iter().next() else {
        return Ok(None);
    };
    if !sees_who {
        return Ok(Some(Paused { since: pause.since, by: None, reason: None }));
    }
    let by = match pause.by {
        Actor::User { id } => {
            let known = directory::users(&mut connection, std::slice::from_ref(&id)).await.map_err(problems::store)?;
            let name = known.into_iter().next().map_or_else(|| id.to_string(), |user| user.display_name);
            PersonView { id: id.to_string(), name }
        }
        Actor::Machine { client: name } | Actor::Service { name } => PersonView { id: name.clone(), name },
    };
    Ok(Some(Paused { since: pause.since, by: Some(by), reason: Some(pause.reason) }))
}
