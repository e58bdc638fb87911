//! Credentials that are taken away while they are used.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::refuse;
use crate::host::Host;

/// `POST /control/roles/{role}/revoke` and `/restore`: the credentials that were handed out are known no more, and there are no new
/// ones; or there are again.
pub async fn change(host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (role, change) = path.into_inner();
    if host.world().credentials.set_revoked(&role, change == "revoke") {
        HttpResponse::NoContent().finish()
    } else {
        refuse(StatusCode::NOT_FOUND, "no such role")
    }
}
