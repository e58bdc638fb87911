//! `GET /v1/eligibility`

use actix_web::{get, web::Data};
use domain::RuleId;
use serde::Serialize;
use web::{Caller, Json, Problem};

use super::{DeciderView, deciders};
use crate::http::{Api, problems};
use crate::usecase::eligible;

/// What the caller may ask for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Eligibility {
    /// Each rule that offers something.
    pub items: Vec<OfferView>,
}

/// What one rule offers: each of its accounts with each of its permission sets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfferView {
    /// The rule.
    pub rule: RuleId,
    /// The rule's version.
    pub rule_version: i64,
    /// What people call the rule.
    pub name: String,
    /// Where.
    pub accounts: Vec<OfferedAccount>,
    /// What.
    pub permission_sets: Vec<OfferedPermissionSet>,
    /// The longest access, in minutes.
    pub max_minutes: u32,
    /// Whether a ticket must be named.
    pub ticket_required: bool,
    /// Who would decide; none where nobody has to.
    pub approval: Option<DeciderView>,
}

/// An account to ask for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfferedAccount {
    /// Twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A permission set to ask for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfferedPermissionSet {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

/// What may I ask for?
#[utoipa::path(tag = "eligibility", responses((status = 200, description = "What each rule offers.", body = Eligibility)))]
#[get("/v1/eligibility")]
pub async fn show_eligibility(api: Data<Api>, caller: Caller) -> Result<Json<Eligibility>, Problem> {
    let me = caller.require_user()?;
    let mut tx = api.begin(caller.actor()).await?;
    let offers = eligible(&mut tx, &me.id).await?;
    let asked: Vec<_> = offers.iter().filter_map(|o| o.decider.as_ref()).collect();
    let mut views = deciders(&mut tx, &asked).await.map_err(problems::store)?.into_iter();
    let most = api.settings.requests.max_minutes;
    let items = offers
        .into_iter()
        .map(|offer| OfferView {
            approval: offer.decider.and_then(|_| views.next()),
            rule: offer.rule.id,
            rule_version: offer.rule.version,
            name: offer.rule.spec.name,
            accounts: offer.accounts.into_iter().map(|a| OfferedAccount { id: a.id.into(), name: a.name }).collect(),
            permission_sets: offer
                .permission_sets
                .into_iter()
                .map(|p| OfferedPermissionSet { arn: p.arn.into(), name: p.name })
                .collect(),
            max_minutes: offer.rule.spec.max_minutes.get().min(most),
            ticket_required: offer.rule.spec.ticket_required,
        })
        .collect();
    Ok(Json(Eligibility { items }))
}
