//! `/requests/{id}/cancel`: takes an undecided request back, after asking whether that is meant.

use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use uuid::Uuid;

use super::{place, which};
use crate::pages::confirm::{Code, Confirm};
use crate::pages::frame::see;
use crate::pages::visit::{Visit, answer};
use crate::pages::words;

fn what(id: Uuid) -> String {
    format!("cancel {id}")
}

pub(in crate::pages) async fn show(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let (me, id) = which(visit, &id).await?;
        let t = me.t();
        let request = me.api.request(id).await.map_err(|error| me.refused(t.no_request(), &error))?;
        let places = me.site().atlas.places(&me.api).await;
        Ok(Confirm::new(&me, t.take_back_question(), &what(id), place(id))?
            .about(request.items.iter().map(|item| words::pair(item, &places, t)).collect())
            .saying(t.take_back_text())
            .button(t.take_back())
            .page())
    })
    .await
}

pub(in crate::pages) async fn cancel(visit: Visit, id: Path<String>, fields: Form<Code>) -> HttpResponse {
    answer(async {
        let (me, id) = which(visit, &id).await?;
        me.checked(&what(id), &fields.code)?;
        me.api.cancel(id, None).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see(&place(id)))
    })
    .await
}
