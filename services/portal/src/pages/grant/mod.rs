//! What is done with an access, each after asking whether it is meant.

pub(super) mod end;
pub(super) mod extend;
pub(super) mod revoke;

use actix_web::HttpResponse;
use client::{Grant, Item, Request};
use uuid::Uuid;

use super::visit::{SignedIn, Visit};
use super::words;
use crate::parts::PairPart;

/// An access with the request that it came from.
struct Found {
    me: SignedIn,
    grant: Grant,
    request: Request,
    what: PairPart,
}

async fn id_of(visit: Visit, id: &str) -> Result<(SignedIn, Uuid), HttpResponse> {
    match id.parse::<Uuid>() {
        Ok(id) => Ok((visit.signed_in().await?, id)),
        Err(_) => Err(super::not_found::not_found(visit).await),
    }
}

async fn find(visit: Visit, id: &str) -> Result<Found, HttpResponse> {
    let (me, id) = id_of(visit, id).await?;
    let t = me.t();
    let grant = me.api.grant(id).await.map_err(|error| me.refused(t.no_request(), &error))?;
    let request = me.api.request(grant.request).await.map_err(|error| me.refused(t.no_request(), &error))?;
    let places = me.site().atlas.places(&me.api).await;
    let items: Vec<&Item> = request.items.iter().collect();
    let what = words::granted(&grant, &items, &places, t);
    Ok(Found { me, grant, request, what })
}

fn place(request: Uuid) -> String {
    format!("/requests/{request}")
}
