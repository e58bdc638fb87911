//! `/grants/{id}/revoke`: takes somebody's access away.

use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use serde::Deserialize;
use uuid::Uuid;

use super::{find, id_of, place};
use crate::pages::confirm::Confirm;
use crate::pages::frame::see;
use crate::pages::visit::{Visit, answer};

fn what(id: Uuid) -> String {
    format!("revoke {id}")
}

#[derive(Deserialize)]
pub(in crate::pages) struct Fields {
    code: String,
    #[serde(default)]
    note: String,
}

pub(in crate::pages) async fn show(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let found = find(visit, &id).await?;
        let t = found.me.t();
        let title = t.revoke_question(found.what.plain(t), &found.request.beneficiary.name);
        Ok(Confirm::new(&found.me, title, &what(found.grant.id), place(found.request.id))?
            .about(vec![found.what])
            .saying(t.revoke_text())
            .note(t.revoke_why())
            .button(t.revoke_it())
            .page())
    })
    .await
}

pub(in crate::pages) async fn revoke(visit: Visit, id: Path<String>, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let (me, id) = id_of(visit, &id).await?;
        me.checked(&what(id), &fields.code)?;
        let t = me.t();
        let note = Some(fields.note.trim()).filter(|note| !note.is_empty());
        let grant = me.api.grant(id).await.map_err(|error| me.refused(t.nothing_changed(), &error))?;
        me.api.revoke(id, note).await.map_err(|error| me.refused(t.nothing_changed(), &error))?;
        Ok(see(&place(grant.request)))
    })
    .await
}
