//! The emergency button: end everything of a person, of an account or all, and pause or resume what begins.

pub mod agree;
pub mod list;
pub mod press;
pub mod refuse;
pub mod show;
pub mod view;
pub mod withdraw;

use actix_web::HttpResponse;
use domain::EmergencyId;
use store::{Tx, emergencies};
use utoipa_actix_web::service_config::ServiceConfig;
use web::once::{Answer, once};
use web::{Caller, IdempotencyKey, Problem, ProblemType};

use crate::http::State;
use crate::usecase::emergency::Refused;
use view::EmergencyView;

/// Every endpoint.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(press::press_emergency)
        .service(list::list_emergencies)
        .service(show::show_emergency)
        .service(agree::agree_emergency)
        .service(refuse::refuse_emergency)
        .service(withdraw::withdraw_emergency);
}

async fn view(tx: &mut Tx, id: EmergencyId) -> Result<EmergencyView, Problem> {
    let found = emergencies::get(tx.connection(), id).await?;
    Ok(found.ok_or_else(|| Problem::not_found("emergency"))?.into())
}

/// What an admin does about one that waits, done once; `verb` is the last part of the address.
async fn decide(
    state: &State,
    caller: &Caller,
    key: IdempotencyKey,
    (id, verb): (EmergencyId, &str),
    does: impl AsyncFnOnce(&mut Tx, EmergencyId) -> Result<(), Refused>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let answer = once(&state.db, caller, key, &format!("POST /v1/emergency/{id}/{verb}"), &(), async |tx| {
        does(tx, id).await?;
        Answer::done(&view(tx, id).await?)
    })
    .await?;
    Ok(answer.respond("/v1/emergency"))
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unknown => Self::not_found("emergency"),
            Refused::Decided { state, tried } => Self::conflict(tried, "waiting", state.as_str()),
            Refused::Own => Self::because(ProblemType::OwnChange, "A second admin agrees to it or refuses it."),
            Refused::NotYours => Self::because(ProblemType::Forbidden, "Only whoever proposed it takes it back."),
            Refused::Store(error) => error.into(),
        }
    }
}
