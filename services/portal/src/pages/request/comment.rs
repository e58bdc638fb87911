//! `POST /requests/{id}/comments`: a question, or an answer.

use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use serde::Deserialize;
use uuid::Uuid;

use super::{place, which};
use crate::pages::frame::see;
use crate::pages::visit::{Visit, answer};

/// What the form is about.
pub(super) fn what(id: Uuid) -> String {
    format!("comment {id}")
}

#[derive(Deserialize)]
pub(in crate::pages) struct Fields {
    code: String,
    text: String,
    /// The button that was pressed: `question` wants an answer.
    #[serde(default)]
    kind: String,
}

pub(in crate::pages) async fn comment(visit: Visit, id: Path<String>, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let (me, id) = which(visit, &id).await?;
        me.checked(&what(id), &fields.code)?;
        let said = me.api.comment(id, fields.text.trim(), fields.kind == "question").await;
        said.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see(&format!("{}#life", place(id))))
    })
    .await
}
