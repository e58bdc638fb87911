//! The emergency button: end everything of a person, of an account or all, and pause or resume what begins.

pub mod agree;
pub mod list;
pub mod press;
pub mod refuse;
pub mod show;
pub mod view;
pub mod withdraw;

use domain::EmergencyId;
use store::{Tx, emergencies};
use utoipa_actix_web::service_config::ServiceConfig;
use web::{Problem, ProblemType};

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
