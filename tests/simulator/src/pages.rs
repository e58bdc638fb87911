//! Pages for people: the landing page, and what all pages share.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use crate::host::Host;
use crate::seed::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::world::permission_sets::{IDENTITY_STORE_ID, INSTANCE_ARN};

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing {
    http: String,
    smtp: String,
    issuer: String,
    instance_arn: &'static str,
    identity_store_id: &'static str,
    access_key_id: &'static str,
    secret_access_key: &'static str,
    accounts: usize,
    users: usize,
    groups: usize,
    permission_sets: usize,
    open_assignments: usize,
    mails: u64,
}

/// `GET /`.
pub async fn landing(host: Data<Host>) -> HttpResponse {
    let mails = host.mail.arrived();
    let world = host.world();
    let landing = Landing {
        http: host.http.clone(),
        smtp: host.smtp.clone(),
        issuer: host.oidc.issuer().to_owned(),
        instance_arn: INSTANCE_ARN,
        identity_store_id: IDENTITY_STORE_ID,
        access_key_id: ACCESS_KEY_ID,
        secret_access_key: SECRET_ACCESS_KEY,
        accounts: world.organization.accounts.len(),
        users: world.directory.users.len(),
        groups: world.directory.groups.len(),
        permission_sets: world.permission_sets.by_arn.len(),
        open_assignments: world.access.intervals().iter().filter(|interval| interval.until.is_none()).count(),
        mails,
    };
    drop(world);
    page(&landing)
}

/// A rendered page.
pub fn page(template: &impl Template) -> HttpResponse {
    match template.render() {
        Ok(html) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header(("cache-control", "no-store"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "cannot render a page");
            HttpResponse::InternalServerError().finish()
        }
    }
}
