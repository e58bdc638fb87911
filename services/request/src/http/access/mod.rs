//! `GET /v1/access`

mod words;

use actix_web::{get, web::Data};
use domain::approval::Need;
use domain::rules::{Approval, Effect, Guardrail, Holder, Way};
use domain::{AccountId, GroupId, GuardrailId, PermissionSetArn, RuleId};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, directory};
use web::{Caller, Json, Problem, Query};

use super::directory::groups::GroupView;
use super::owners::may_oversee;
use super::view::{Names, NeedView, PersonView, need_views};
use super::{Api, problems};
use crate::usecase::Refusal;

/// What is looked at.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The account, twelve digits.
    #[param(value_type = String)]
    account: AccountId,
    /// The permission set's ARN.
    #[param(value_type = String)]
    permission_set: PermissionSetArn,
}

/// Who could get it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Access {
    /// Twelve digits.
    account: String,
    /// The account's name.
    account_name: String,
    /// The permission set's ARN.
    permission_set: String,
    /// The permission set's name.
    permission_set_name: String,
    /// The rules by which somebody could get it, now or later. Those that a guardrail denies to all are left out.
    rules: Vec<RuleView>,
}

/// Whom one rule lets have it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RuleView {
    /// The rule.
    rule: RuleId,
    /// Its version.
    version: i64,
    /// Its name.
    name: String,
    /// Whom it is for.
    subjects: SubjectsView,
    /// The longest access, in minutes.
    max_minutes: u32,
    /// How it comes to a yes, in words.
    approval: String,
    /// The same by a code.
    way: WayView,
    /// The policy that must be met.
    needs: Vec<NeedView>,
    /// The guardrails that cover it for some or all of them.
    guardrails: Vec<GuardrailView>,
}

/// How a rule comes to a yes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WayView {
    /// People decide, as `needs` says.
    People,
    /// Nobody decides.
    Automatic {
        /// Why that is so whatever the circumstances.
        waiver: Option<String>,
        /// Whether it is so while an incident is open.
        incident: bool,
        /// Whether it is so for whoever is on duty.
        on_duty: bool,
    },
    /// Nobody decides, and a second person looks at it afterwards.
    BreakGlass {
        /// Within so many hours.
        within_hours: u32,
    },
}

/// What a guardrail does.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum EffectView {
    /// It denies.
    Deny {
        /// Whether it leaves break-glass.
        spares_break_glass: bool,
    },
    /// It demands an approval of its own as well.
    Floor,
    /// It allows one person so many at a time.
    Cap {
        /// How many.
        concurrent: u32,
    },
}

/// Whom a rule is for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SubjectsView {
    /// Everybody in the directory.
    everyone: bool,
    /// Members of these groups.
    groups: Vec<GroupView>,
    /// These people.
    users: Vec<PersonView>,
    /// How many active people these are; everybody is not counted.
    people: Option<i64>,
}

/// A guardrail above a rule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GuardrailView {
    /// Which.
    id: GuardrailId,
    /// Its version.
    version: i64,
    /// Its name.
    name: String,
    /// What it does, in words.
    effect: String,
    /// The same by a code.
    does: EffectView,
}

/// Who could get this permission set in this account? For its owners, auditors and admins.
#[utoipa::path(tag = "eligibility", params(Which),
    responses((status = 200, description = "The rules by which somebody could get it.", body = Access)))]
#[get("/v1/access")]
pub async fn who_has_access(api: Data<Api>, caller: Caller, which: Query<Which>) -> Result<Json<Access>, Problem> {
    let Which { account, permission_set } = which.into_inner();
    let mut tx = api.begin(caller.actor()).await?;
    let book = api.judge.books.current(tx.connection()).await.map_err(problems::store)?;
    may_oversee(&caller, &book, &account)?;
    let known = book.account(&account).ok_or_else(|| Refusal::UnknownAccount(account.clone()))?;
    let set = book.permission_set(&permission_set);
    let set = set.ok_or_else(|| Refusal::UnknownPermissionSet(permission_set.clone()))?;
    let mut rules = Vec::new();
    for holder in book.who(&account, &permission_set, tx.now()) {
        let most = api.settings.requests.max_minutes;
        rules.push(rule(&mut tx, holder, most).await.map_err(problems::store)?);
    }
    Ok(Json(Access {
        account: account.into(),
        account_name: known.name.clone(),
        permission_set: permission_set.into(),
        permission_set_name: set.name.clone(),
        rules,
    }))
}

async fn rule(tx: &mut Tx, holder: Holder<'_>, most: u32) -> Result<RuleView, StoreError> {
    let needs: Vec<&Need> = match &holder.way {
        Way::People(needs) => needs.iter().collect(),
        Way::Automatic { .. } | Way::BreakGlass { .. } => Vec::new(),
    };
    let needs = need_views(tx, &needs).await?;
    Ok(RuleView {
        rule: holder.rule.id,
        version: holder.rule.version,
        name: holder.rule.spec.name.clone(),
        subjects: subjects(tx, &holder).await?,
        max_minutes: holder.max.get().min(most),
        approval: words::approval(holder.rule, &needs),
        way: way(&holder.rule.spec.approval),
        needs,
        guardrails: holder.above.into_iter().map(guardrail).collect(),
    })
}

fn way(approval: &Approval) -> WayView {
    match approval {
        Approval::Automatic(automatic) => WayView::Automatic {
            waiver: automatic.waiver.clone(),
            incident: automatic.incident,
            on_duty: !automatic.on_call.is_empty(),
        },
        Approval::BreakGlass(spec) => WayView::BreakGlass { within_hours: spec.review.within_hours },
        Approval::Policy(_) | Approval::Named(_) => WayView::People,
    }
}

async fn subjects(tx: &mut Tx, holder: &Holder<'_>) -> Result<SubjectsView, StoreError> {
    let subjects = holder.subjects;
    let known = directory::group_names(tx.connection(), &subjects.groups).await?;
    let names = Names::of(tx, subjects.users.iter().cloned()).await?;
    let people = if subjects.everyone {
        None
    } else {
        Some(directory::approver_count(tx.connection(), &subjects.groups, &subjects.users, &[]).await?)
    };
    let group =
        |id: &GroupId| GroupView { id: id.to_string(), name: known.get(id).cloned().unwrap_or_else(|| id.to_string()) };
    Ok(SubjectsView {
        everyone: subjects.everyone,
        groups: subjects.groups.iter().map(group).collect(),
        users: subjects.users.iter().map(|id| names.person(id)).collect(),
        people,
    })
}

fn guardrail(guardrail: &Guardrail) -> GuardrailView {
    GuardrailView {
        id: guardrail.id,
        version: guardrail.version,
        name: guardrail.spec.name.clone(),
        effect: words::effect(&guardrail.spec.effect),
        does: match &guardrail.spec.effect {
            Effect::Deny { spares_break_glass } => EffectView::Deny { spares_break_glass: *spares_break_glass },
            Effect::Floor { .. } => EffectView::Floor,
            Effect::Cap { concurrent } => EffectView::Cap { concurrent: *concurrent },
        },
    }
}
