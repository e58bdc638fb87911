//! `/grants/{id}/end`: gives one's own access back.

use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use uuid::Uuid;

use super::{find, id_of, place};
use crate::pages::confirm::{Code, Confirm};
use crate::pages::frame::see;
use crate::pages::visit::{Visit, answer};

fn what(id: Uuid) -> String {
    format!("end {id}")
}

pub(in crate::pages) async fn show(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let found = find(visit, &id).await?;
        let t = found.me.t();
        let title = t.end_question(found.what.plain(t));
        Ok(Confirm::new(&found.me, title, &what(found.grant.id), place(found.request.id))?
            .about(vec![found.what])
            .saying(t.end_text())
            .button(t.end_it())
            .page())
    })
    .await
}

pub(in crate::pages) async fn end(visit: Visit, id: Path<String>, fields: Form<Code>) -> HttpResponse {
    answer(async {
        let (me, id) = id_of(visit, &id).await?;
        me.checked(&what(id), &fields.code)?;
        let t = me.t();
        let grant = me.api.grant(id).await.map_err(|error| me.refused(t.nothing_changed(), &error))?;
        me.api.end(id).await.map_err(|error| me.refused(t.nothing_changed(), &error))?;
        Ok(see(&place(grant.request)))
    })
    .await
}
