//! `POST /v1/emergency`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web::Data};
use domain::emergency::{Scope, Switch};
use serde::{Deserialize, Serialize};
use store::emergencies::Order;
use store::emergency_scope::{self, InScope};
use store::{Tx, directory};
use utoipa::ToSchema;
use web::once::{Answer, once};
use web::{Caller, IdempotencyKey, Json, Problem, ProblemType, Query};

use super::view;
use super::view::EmergencyView;
use crate::http::State;
use crate::usecase::emergency::{Pressed, press, waits};

/// What the button does. At least one of `ends` and `new_access`; not both ending and resuming.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PressEmergency {
    /// Whose or where every access ends, whatever its deadline: what has begun is removed, what was to come is
    /// cancelled, and undecided requests are closed.
    #[serde(default)]
    ends: Option<Scope>,
    /// Whether new access stops beginning, or begins again. Asking and deciding go on, and so does every end.
    #[serde(default)]
    new_access: Option<Switch>,
    /// Why, 10 to 1,000 characters. Everybody who oversees Curfew reads it.
    #[schema(min_length = 10, max_length = 1000)]
    reason: String,
}

const REASON_LEAST: usize = 10;
const REASON_MOST: usize = 1_000;

impl PressEmergency {
    fn order(&self) -> Result<Order, Problem> {
        let reason = self.reason.trim();
        let long = reason.chars().count();
        if long < REASON_LEAST {
            return Err(Problem::because(
                ProblemType::JustificationTooShort,
                format!("`reason` has at least {REASON_LEAST} characters."),
            ));
        }
        if long > REASON_MOST {
            return Err(Problem::because(
                ProblemType::JustificationTooLong,
                format!("`reason` has at most {REASON_MOST} characters."),
            ));
        }
        if self.ends.is_none() && self.new_access.is_none() {
            let said = "Say what ends, or whether new access stops or begins again.";
            return Err(Problem::because(ProblemType::MissingField, said).with("path", "ends"));
        }
        if self.ends.is_some() && self.new_access == Some(Switch::Resume) {
            let said = "Ending access and letting new access begin again are two emergencies.";
            return Err(Problem::because(ProblemType::InvalidValue, said).with("path", "new_access"));
        }
        Ok(Order { ends: self.ends.clone(), switch: self.new_access, reason: reason.to_owned() })
    }
}

/// Whether it is meant.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MeantEmergency {
    /// Only say what it would end, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What pressing the button would do just now.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmergencyPreview {
    /// Accesses that would end: those that are there, those on their way, and those to come.
    grants: i64,
    /// The people who have them.
    people: i64,
    /// The accounts that they are in.
    accounts: i64,
    /// Undecided requests that would be closed.
    requests: i64,
    /// Whether it would wait for a second admin.
    second_person: bool,
}

/// End everything of a person, of an account or all, and stop new access or let it begin again. It answers before all
/// of it has ended: what it ends is ended batch by batch, at once, and the emergency shows how far it is. Where two
/// admins must stand behind it, it waits for the second one.
#[utoipa::path(tag = "emergency", request_body = PressEmergency,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe."), MeantEmergency),
    responses(
        (status = 200, description = "What it would end, for a dry run.", body = EmergencyPreview),
        (status = 201, description = "It is in force.", body = EmergencyView,
            headers(("Location" = String, description = "Where it is found."))),
        (status = 202, description = "It waits for a second admin.", body = EmergencyView)))]
#[post("/v1/emergency")]
pub async fn press_emergency(
    state: Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    meant: Query<MeantEmergency>,
    body: Json<PressEmergency>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let body = body.into_inner();
    let order = body.order()?;
    if meant.0.dry_run {
        let mut tx = state.db.begin(caller.actor()).await?;
        return Ok(HttpResponse::Ok().json(preview(&mut tx, &state, &order).await?));
    }
    let answer = once(&state.db, &caller, key, "POST /v1/emergency", &body, async |tx| {
        known(tx, order.ends.as_ref()).await?;
        match press(tx, &state.desk, &order).await? {
            Pressed::Declared(id) => Answer::created(&view(tx, id).await?),
            Pressed::Waits(id) => Answer::with(StatusCode::ACCEPTED, &view(tx, id).await?),
        }
    })
    .await?;
    state.sweep.notify_one();
    Ok(answer.respond("/v1/emergency"))
}

/// Refuses what ends access of somebody or somewhere that the directory does not know.
async fn known(tx: &mut Tx, ends: Option<&Scope>) -> Result<(), Problem> {
    match ends {
        Some(Scope::User { user }) => {
            let known = directory::users(tx.connection(), std::slice::from_ref(user)).await?;
            if known.is_empty() {
                return Err(Problem::new(ProblemType::UnknownPerson).with("path", "ends.user"));
            }
        }
        Some(Scope::Account { account }) => {
            let known = directory::accounts(tx.connection(), std::slice::from_ref(account)).await?;
            if known.is_empty() {
                return Err(Problem::new(ProblemType::UnknownAccount).with("path", "ends.account"));
            }
        }
        Some(Scope::Everything) | None => {}
    }
    Ok(())
}

async fn preview(tx: &mut Tx, state: &State, order: &Order) -> Result<EmergencyPreview, Problem> {
    known(tx, order.ends.as_ref()).await?;
    let second_person = waits(tx, &state.desk, order).await?;
    let InScope { grants, people, accounts, requests } = match &order.ends {
        Some(scope) => emergency_scope::count(tx.connection(), scope).await?,
        None => InScope { grants: 0, people: 0, accounts: 0, requests: 0 },
    };
    Ok(EmergencyPreview { grants, people, accounts, requests, second_person })
}
