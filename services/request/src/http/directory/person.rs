//! `GET /v1/users/{id}`

use actix_web::{get, web::Data};
use domain::UserId;
use serde::Serialize;
use store::directory;
use web::{Caller, Json, Path, Problem};

use super::groups::GroupView;
use crate::http::view::PersonView;
use crate::http::{Api, problems};

/// What the directory knows of somebody.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PersonDetail {
    /// The immutable id in Identity Store.
    id: String,
    /// The display name.
    name: String,
    /// What they sign in with.
    user_name: String,
    /// Whether they may sign in; never true for somebody who is gone.
    active: bool,
    /// The address.
    email: Option<String>,
    /// The groups that they are in, by name.
    groups: Vec<GroupView>,
    /// Their manager, as an admin or the Identity Store said; none where nobody did.
    manager: Option<PersonView>,
}

/// What does the directory know of this person? For auditors and admins.
#[utoipa::path(tag = "directory", params(("id" = UserId, Path, description = "The person.")),
    responses((status = 200, description = "The person.", body = PersonDetail)))]
#[get("/v1/users/{id}")]
pub async fn show_user(api: Data<Api>, caller: Caller, id: Path<UserId>) -> Result<Json<PersonDetail>, Problem> {
    caller.require_auditor_or_admin()?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let person = directory::person(&mut connection, &id.into_inner()).await.map_err(problems::store)?;
    let person = person.ok_or_else(|| Problem::not_found("user"))?;
    let manager = match directory::manager_of(&mut connection, &person.id).await.map_err(problems::store)? {
        None => None,
        Some(id) => {
            let known = directory::user(&mut connection, &id).await.map_err(problems::store)?;
            let name = known.map_or_else(|| id.to_string(), |user| user.display_name);
            Some(PersonView { id: id.into(), name })
        }
    };
    let mut groups: Vec<GroupView> =
        person.groups.into_iter().map(|(id, name)| GroupView { id: id.into(), name }).collect();
    groups.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(Json(PersonDetail {
        id: person.id.into(),
        name: person.display_name,
        user_name: person.user_name,
        active: person.active,
        email: person.email,
        groups,
        manager,
    }))
}
