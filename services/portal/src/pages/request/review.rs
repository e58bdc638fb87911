//! `POST /requests/{id}/reviews/{review}`: what a second person saw of access that nobody was asked about.

use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use client::Look;
use serde::Deserialize;
use uuid::Uuid;

use super::place;
use crate::pages::frame::see;
use crate::pages::visit::{Visit, answer};

/// What the form is about.
pub(super) fn what(review: Uuid) -> String {
    format!("review {review}")
}

#[derive(Deserialize)]
pub(in crate::pages) struct Fields {
    code: String,
    /// The button that was pressed: `concern`, or that all was in order.
    seen: String,
    #[serde(default)]
    comment: String,
}

pub(in crate::pages) async fn take(visit: Visit, path: Path<(Uuid, Uuid)>, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let (request, review) = path.into_inner();
        let me = visit.signed_in().await?;
        me.checked(&what(review), &fields.code)?;
        let comment = Some(fields.comment.trim()).filter(|comment| !comment.is_empty()).map(str::to_owned);
        let look = Look { concern: fields.seen == "concern", comment };
        me.api.review(review, &look).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see(&place(request)))
    })
    .await
}
