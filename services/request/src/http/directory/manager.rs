//! `GET`, `PUT` and `DELETE /v1/users/{id}/manager`

use actix_web::{HttpResponse, delete, get, put, web::Data};
use domain::{Fact, UserId};
use serde::{Deserialize, Serialize};
use store::directory;
use web::{Caller, Json, Path, Problem, ProblemType};

use crate::http::{Api, problems};

/// Who somebody's manager is.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagerView {
    /// The manager; none where nobody said who.
    manager: Option<UserId>,
}

/// Who shall be somebody's manager.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewManager {
    /// The manager.
    manager: UserId,
}

/// Who is somebody's manager? What an admin said goes before what the Identity Store says. For admins and auditors.
#[utoipa::path(tag = "directory", params(("id" = UserId, Path, description = "The person.")),
    responses((status = 200, description = "The manager.", body = ManagerView)))]
#[get("/v1/users/{id}/manager")]
pub async fn show_manager(api: Data<Api>, caller: Caller, id: Path<UserId>) -> Result<Json<ManagerView>, Problem> {
    caller.require_auditor_or_admin()?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let manager = directory::manager_of(&mut connection, &id.into_inner()).await.map_err(problems::store)?;
    Ok(Json(ManagerView { manager }))
}

/// Say who somebody's manager is, whatever the Identity Store says. For admins.
#[utoipa::path(tag = "directory", params(("id" = UserId, Path, description = "The person.")), request_body = NewManager,
    responses((status = 204, description = "That is their manager from now on.")))]
#[put("/v1/users/{id}/manager")]
pub async fn set_manager(
    api: Data<Api>,
    caller: Caller,
    id: Path<UserId>,
    body: Json<NewManager>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let (user, manager) = (id.into_inner(), body.into_inner().manager);
    if user == manager {
        let detail = "Nobody is their own manager; name another person.";
        return Err(Problem::because(ProblemType::InvalidValue, detail).with("path", "manager"));
    }
    let mut tx = api.begin(caller.actor()).await?;
    let known = directory::users(tx.connection(), &[user.clone(), manager.clone()]).await.map_err(problems::store)?;
    if known.iter().all(|known| known.id != user) {
        return Err(Problem::not_found("user"));
    }
    if known.iter().all(|known| known.id != manager) {
        let detail = format!("Nobody in the directory has the id {manager}; name somebody who is there.");
        return Err(Problem::because(ProblemType::InvalidValue, detail).with("path", "manager"));
    }
    directory::set_manager(&mut tx, &user, &manager).await.map_err(problems::store)?;
    tx.record(Fact::ManagerSaid { user, manager: Some(manager) });
    tx.commit().await.map_err(problems::store)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take that back: the Identity Store's word counts again. For admins.
#[utoipa::path(tag = "directory", params(("id" = UserId, Path, description = "The person.")),
    responses((status = 204, description = "Nothing is said here any more.")))]
#[delete("/v1/users/{id}/manager")]
pub async fn forget_manager(api: Data<Api>, caller: Caller, id: Path<UserId>) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let user = id.into_inner();
    let mut tx = api.begin(caller.actor()).await?;
    if directory::forget_manager(&mut tx, &user).await.map_err(problems::store)? {
        tx.record(Fact::ManagerSaid { user, manager: None });
    }
    tx.commit().await.map_err(problems::store)?;
    Ok(HttpResponse::NoContent().finish())
}
