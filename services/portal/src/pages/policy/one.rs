//! `GET /policy/{kind}/{id}`: one of them, in words, field by field, as YAML, and by whom it was saved.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use uuid::Uuid;

use super::form::{Line, facts};
use super::{Tab, kinds, reader, tabs, words};
use crate::pages::frame::{Frame, page};
use crate::pages::visit::{Visit, answer};
use crate::pages::{actors, not_found};
use crate::parts::Moment;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "policy_one.html")]
struct One {
    frame: Frame,
    t: Texts,
    tabs: Vec<Tab>,
    kind: &'static str,
    name: String,
    off: bool,
    says: String,
    facts: Vec<Line>,
    yaml: String,
    versions: Vec<(String, Moment, Option<String>)>,
    /// Where it is edited and deleted, for admins.
    place: Option<String>,
}

pub(in crate::pages) async fn show(visit: Visit, path: Path<(String, String)>) -> HttpResponse {
    answer(async {
        let (kind, id) = path.into_inner();
        let Ok(id) = id.parse::<Uuid>() else { return Err(not_found::not_found(visit).await) };
        let (me, kind) = reader(visit, &kind).await?;
        let t = me.t();
        let api = kinds::api(kind);
        let (document, exported, versions) =
            futures_util::future::join3(me.api.document(api, id), me.api.export_document(id), me.api.versions(api, id))
                .await;
        let document = document.map_err(|error| me.refused(kinds::one(kind, t), &error))?;
        let exported = exported.map_err(|error| me.refused(kinds::one(kind, t), &error))?;
        let yaml = exported.files.into_iter().map(|file| file.text).collect::<String>();
        let entry = policy::entry(kind, &yaml).unwrap_or_default();
        let versions = versions.map(|page| page.items).unwrap_or_default();
        let names = actors::names(&me, versions.iter().map(|version| &version.saved_by)).await;
        let look = me.look();
        let versions = versions.into_iter().map(|version| {
            let by = actors::name(&version.saved_by, &names);
            (t.policy_version(version.version), Moment::new(version.saved_at, look), by)
        });
        let one = One {
            frame: me.frame(),
            t,
            tabs: tabs(Some(kind), t),
            kind: kinds::one(kind, t),
            off: document.spec.get("enabled").is_some_and(|on| on == false),
            name: document.name,
            says: words::sentence(kind, &entry, look),
            facts: facts(kind, &entry, look),
            yaml,
            versions: versions.collect(),
            place: me.admin.then(|| format!("{}/{id}", kinds::list(kind))),
        };
        Ok(page(StatusCode::OK, &one))
    })
    .await
}
