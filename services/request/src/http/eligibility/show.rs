//! `GET /v1/eligibility`

use actix_web::{get, web::Data};
use domain::approval::Need;
use domain::rules::{
    AccountFacts, Approval, Book, Hours, Offer, PermissionSetFacts, PolicyRef, ReasonDemand, Rule, Severity,
    TicketDemand, Validity, named,
};
use domain::{AccountId, GroupId, PermissionSetArn, RuleId, UserId};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, directory};
use web::{Caller, Json, Problem, Query};

use crate::http::view::{NeedView, need_views};
use crate::http::{Api, problems};
use crate::usecase::Refusal;

/// For whom.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForWhom {
    /// Who would have the access: then only what the caller may ask for on their behalf is told. Without it, the caller.
    #[param(value_type = Option<String>)]
    beneficiary: Option<UserId>,
}

/// What the caller may ask for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Eligibility {
    /// Each rule that offers something. A rule is there more than once where a guardrail forbids a part of it.
    pub items: Vec<OfferView>,
    /// Every account that an item names, once.
    pub accounts: Vec<OfferedAccount>,
    /// Every permission set that an item names, once.
    pub permission_sets: Vec<OfferedPermissionSet>,
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
    /// Whether it is break-glass: taken only when it is asked for by the rule's id.
    pub break_glass: bool,
    /// Whether nobody has to decide, when the rule's conditions hold.
    pub automatic: bool,
    /// Where.
    #[schema(value_type = Vec<String>)]
    pub accounts: Vec<AccountId>,
    /// What.
    #[schema(value_type = Vec<String>)]
    pub permission_sets: Vec<PermissionSetArn>,
    /// The longest access, in minutes.
    pub max_minutes: u32,
    /// At which severities; none means any.
    pub severities: Vec<Severity>,
    /// What the reason must be like.
    pub reason: ReasonDemand,
    /// What the ticket must be like.
    pub ticket: TicketDemand,
    /// When the access may be had; none means always.
    pub hours: Option<Hours>,
    /// From when until when the rule counts.
    pub validity: Validity,
    /// How long the same access rests after its end, in minutes.
    pub cool_down_minutes: Option<u32>,
    /// Who would decide; none where nobody has to. Guardrails may demand more, which explaining tells.
    pub approval: Option<NeedView>,
}

/// An account to ask for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfferedAccount {
    /// Twelve digits.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// Its name.
    pub name: String,
}

/// A permission set to ask for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfferedPermissionSet {
    /// Its ARN.
    #[schema(value_type = String)]
    pub arn: PermissionSetArn,
    /// Its name.
    pub name: String,
}

/// What may I ask for?
#[utoipa::path(tag = "eligibility", params(ForWhom),
    responses((status = 200, description = "What each rule offers.", body = Eligibility)))]
#[get("/v1/eligibility")]
pub async fn show_eligibility(
    api: Data<Api>,
    caller: Caller,
    whom: Query<ForWhom>,
) -> Result<Json<Eligibility>, Problem> {
    let me = caller.require_user()?;
    let groups: Vec<GroupId> = me.groups.iter().map(|(id, _)| id.clone()).collect();
    let mut tx = api.begin(caller.actor()).await?;
    let book = api.judge.books.current(tx.connection()).await.map_err(problems::store)?;
    let offers = match whom.into_inner().beneficiary.filter(|beneficiary| *beneficiary != me.id) {
        None => book.offers(&me.id, &groups, tx.now()),
        Some(beneficiary) => {
            let person = directory::person(tx.connection(), &beneficiary).await.map_err(problems::store)?;
            let person = person.ok_or_else(|| Refusal::UnknownBeneficiary(beneficiary.clone()))?;
            if !person.active {
                return Err(Refusal::UserDisabled(beneficiary).into());
            }
            let mut offers = book.offers(&person.id, &person.group_ids(), tx.now());
            offers.retain(|offer| offer.rule.spec.on_behalf.name(&me.id, &groups));
            offers
        }
    };
    let most = api.settings.requests.max_minutes;
    Ok(Json(told(&mut tx, &book, &offers, most).await.map_err(problems::store)?))
}

/// Offers as answers have them.
pub(super) async fn told(tx: &mut Tx, book: &Book, offers: &[Offer<'_>], most: u32) -> Result<Eligibility, StoreError> {
    let needs: Vec<Option<Need>> = offers.iter().map(|offer| need(book, offer.rule)).collect();
    let asked: Vec<&Need> = needs.iter().flatten().collect();
    let mut views = need_views(tx, &asked).await?.into_iter();
    let items = offers.iter().zip(&needs).map(|(offer, need)| {
        let approval = need.as_ref().and_then(|_| views.next());
        view(offer, approval, most)
    });
    let (accounts, sets) = named(offers);
    let account = |a: &AccountFacts| OfferedAccount { id: a.id.clone(), name: a.name.clone() };
    let set = |p: &PermissionSetFacts| OfferedPermissionSet { arn: p.arn.clone(), name: p.name.clone() };
    Ok(Eligibility {
        items: items.collect(),
        accounts: accounts.into_iter().map(account).collect(),
        permission_sets: sets.into_iter().map(set).collect(),
    })
}

/// What the rule itself demands.
fn need(book: &Book, rule: &Rule) -> Option<Need> {
    let policy = match &rule.spec.approval {
        Approval::Policy(spec) => PolicyRef::Policy(spec.clone()),
        Approval::Named(named) => PolicyRef::Named(named.clone()),
        Approval::Automatic(_) | Approval::BreakGlass(_) => return None,
    };
    book.need(&policy, &rule.spec.name)
}

fn view(offer: &Offer<'_>, approval: Option<NeedView>, most: u32) -> OfferView {
    let Rule { id, version, spec } = offer.rule;
    OfferView {
        rule: *id,
        rule_version: *version,
        name: spec.name.clone(),
        break_glass: offer.break_glass,
        automatic: matches!(spec.approval, Approval::Automatic(_)),
        accounts: offer.accounts().map(|account| account.id.clone()).collect(),
        permission_sets: offer.permission_sets().map(|set| set.arn.clone()).collect(),
        max_minutes: spec.max_minutes.get().min(most),
        severities: spec.severities.clone(),
        reason: spec.reason.clone(),
        ticket: spec.ticket.clone(),
        hours: spec.hours.clone(),
        validity: spec.validity,
        cool_down_minutes: spec.pace.cool_down_minutes,
        approval,
    }
}
