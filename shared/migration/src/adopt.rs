//! Sessions that TEAM has scheduled or given become grants of Curfew's, with TEAM's deadlines: once TEAM is switched
//! off, nobody else takes them away. They are never made longer.

use domain::{AccountId, GrantId, PermissionSetArn, RequestId, RuleId, Tuple, UserId};
use jiff::Timestamp;
use serde::Serialize;

use crate::directory::Found;
use crate::history::request_id;
use crate::read::tuple_key;
use crate::{Directory, Export, Status, TeamRequest, timed_id};

/// How far TEAM had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdoptedState {
    /// Its start is still to come; Curfew gives it.
    Scheduled,
    /// Its start has just come, and TEAM may or may not have called AWS: Curfew looks, gives it if need be, and owns it.
    Granting,
    /// TEAM has given it; Curfew takes it away at its deadline, at once where that is past.
    Active,
}

/// A session of TEAM's that becomes a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// The grant's id; the same at every import.
    pub grant: GrantId,
    /// Its request's id, the same as that of the record of TEAM's request.
    pub request: RequestId,
    /// TEAM's id.
    pub external_id: String,
    /// How far TEAM had come.
    pub state: AdoptedState,
    /// Who, where, what.
    #[serde(flatten)]
    pub tuple: Tuple,
    /// For people to read.
    pub user_name: String,
    /// For people to read.
    pub account_name: String,
    /// For people to read.
    pub permission_set_name: String,
    /// The rule of this import that allows it, the lightest of them.
    pub rule: Option<RuleId>,
    /// How long it was approved for.
    pub minutes: u32,
    /// When it starts or started.
    pub start_at: Timestamp,
    /// When it ends; never later than TEAM would have ended it.
    pub deadline_at: Timestamp,
    /// Why it was asked for.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// Who approved it, as TEAM wrote it; nobody where TEAM asked nobody.
    pub approver: Option<String>,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// What is odd about it.
    pub remark: Option<String>,
}

/// A request after which access may have been left behind; only a person can know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doubtful {
    /// What it would be adopted as, to be taken away at once or at its deadline.
    #[serde(flatten)]
    pub adopted: Adopted,
    /// TEAM's word for where it stands.
    pub status: Status,
    /// Why it is in doubt.
    pub why: String,
}

/// A session that cannot be adopted: somebody has to end it before TEAM is switched off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Orphan {
    /// TEAM's id.
    pub external_id: String,
    /// TEAM's word for where it stands.
    pub status: Status,
    /// Whose, as TEAM wrote it.
    pub user_name: String,
    /// Where, as TEAM wrote it.
    pub account: String,
    /// What, as TEAM wrote it.
    pub permission_set: String,
    /// Why it cannot be adopted.
    pub why: String,
}

/// What becomes of TEAM's open requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sessions {
    /// They become grants.
    pub adopted: Vec<Adopted>,
    /// Somebody should look.
    pub doubtful: Vec<Doubtful>,
    /// Somebody must act.
    pub orphans: Vec<Orphan>,
    /// Undecided requests, which have to be asked again: TEAM's id and whose.
    pub pending: Vec<(String, String)>,
}

/// What TEAM's row asks of us.
enum Stance {
    Adopt { state: AdoptedState, deadline: Timestamp, remark: Option<&'static str> },
    Doubt { deadline: Timestamp, why: String },
    Ask,
    Nothing,
    Cannot(String),
}

/// What becomes of the open requests; `allows` finds the rule of a tuple.
pub(crate) fn sessions(
    export: &Export,
    directory: &Directory,
    now: Timestamp,
    allows: impl Fn(&Tuple) -> Option<RuleId>,
) -> Sessions {
    let mut sessions = Sessions::default();
    for row in export.open.values() {
        let cleared = tuple_key(row).and_then(|tuple| export.cleared.get(&tuple)).copied();
        let orphan = |why: String| Orphan {
            external_id: row.id.clone(),
            status: row.status.clone(),
            user_name: named(row),
            account: row.account.clone().unwrap_or_default(),
            permission_set: row.permission_set.clone().unwrap_or_default(),
            why,
        };
        match stance(row, cleared, now) {
            Stance::Nothing => {}
            Stance::Ask => sessions.pending.push((row.id.clone(), named(row))),
            Stance::Cannot(why) => sessions.orphans.push(orphan(why)),
            Stance::Adopt { state, deadline, remark } => match adopt(row, directory, state, deadline, remark) {
                Ok(mut adopted) => {
                    adopted.rule = allows(&adopted.tuple);
                    if adopted.rule.is_none() && adopted.state == AdoptedState::Scheduled {
                        let why = "no rule of this import allows it, so that it may be refused when its start comes";
                        adopted.remark = Some(adopted.remark.map_or_else(|| why.to_owned(), |r| format!("{r}; {why}")));
                    }
                    sessions.adopted.push(adopted);
                }
                Err(why) => sessions.orphans.push(orphan(why)),
            },
            // A doubt about what cannot even be named is no use to anybody.
            Stance::Doubt { deadline, why } => {
                if let Ok(adopted) = adopt(row, directory, AdoptedState::Active, deadline, None) {
                    sessions.doubtful.push(Doubtful { adopted, status: row.status.clone(), why });
                }
            }
        }
    }
    sessions.adopted.sort_by(|a, b| (a.deadline_at, &a.external_id).cmp(&(b.deadline_at, &b.external_id)));
    sessions
}

fn named(row: &TeamRequest) -> String {
    row.user_name.clone().or_else(|| row.email.clone()).unwrap_or_else(|| "(nobody named)".to_owned())
}

fn stance(row: &TeamRequest, cleared: Option<Timestamp>, now: Timestamp) -> Stance {
    use AdoptedState::{Active, Granting, Scheduled};
    let window = row.start.zip(row.deadline());
    let missing = || match (row.start, row.hours) {
        (None, _) => "its startTime is missing or no moment, so that its deadline is not known".to_owned(),
        (Some(_), None) => {
            "its duration is missing or not in whole hours, so that its deadline is not known".to_owned()
        }
        (Some(_), Some(_)) => "its deadline is beyond all calendars".to_owned(),
    };
    match (&row.status, window) {
        (Status::Pending, _) => Stance::Ask,
        (Status::InProgress, Some((_, deadline))) => {
            let late = (deadline <= now).then_some("it is past its end, and TEAM has not said that it took it away");
            Stance::Adopt { state: Active, deadline, remark: late }
        }
        (Status::Approved | Status::Scheduled, Some((start, deadline))) if start > now => {
            Stance::Adopt { state: Scheduled, deadline, remark: None }
        }
        (Status::Approved | Status::Scheduled, Some((_, deadline))) if deadline > now => {
            let remark = "its start has come, and TEAM has not said that it gave it";
            Stance::Adopt { state: Granting, deadline, remark: Some(remark) }
        }
        (Status::Approved | Status::Scheduled, Some((_, deadline))) => {
            doubt(row, cleared, deadline, "its time came and went without TEAM saying that it gave it")
        }
        (Status::Revoked, Some((start, deadline))) if start <= now => {
            let asked = row.updated.unwrap_or(now).min(now).max(start).min(deadline);
            let remark = "it was revoked, and TEAM has not said that it took it away";
            Stance::Adopt { state: Active, deadline: asked, remark: Some(remark) }
        }
        (Status::Revoked, Some(_)) => Stance::Nothing,
        (Status::InProgress | Status::Approved | Status::Scheduled | Status::Revoked, None) => {
            Stance::Cannot(missing())
        }
        (Status::Error, Some((_, deadline))) => doubt(row, cleared, deadline, "TEAM failed at some step of it"),
        (Status::Other(_), Some((_, deadline))) => {
            doubt(row, cleared, deadline, "its status is none that TEAM is known to write")
        }
        (Status::Error | Status::Other(_), None) => Stance::Nothing,
        (Status::Ended | Status::Rejected | Status::Cancelled | Status::Expired, _) => Stance::Nothing,
    }
}

/// What TEAM took away on the same tuple afterwards cannot have been left behind.
fn doubt(row: &TeamRequest, cleared: Option<Timestamp>, deadline: Timestamp, why: &str) -> Stance {
    if cleared.is_some_and(|at| row.start.is_some_and(|start| at >= start)) {
        return Stance::Nothing;
    }
    Stance::Doubt { deadline, why: why.to_owned() }
}

fn adopt(
    row: &TeamRequest,
    directory: &Directory,
    state: AdoptedState,
    deadline: Timestamp,
    remark: Option<&str>,
) -> Result<Adopted, String> {
    let tuple = Tuple {
        principal: principal(row, directory)?,
        account: id(row.account.as_deref(), "accountId", AccountId::parse)?,
        permission_set: id(row.permission_set.as_deref(), "roleId", PermissionSetArn::parse)?,
    };
    let (Some(start_at), Some(hours)) = (row.start, row.hours) else {
        return Err("its startTime or its duration is missing".to_owned());
    };
    let account_name = directory.accounts.get(&tuple.account).map(|account| account.name.clone());
    let set_name = directory.permission_sets.get(&tuple.permission_set).cloned();
    let unknown = match (&account_name, &set_name) {
        (None, _) => Some("the directory does not know the account"),
        (Some(_), None) => Some("the directory does not know the permission set"),
        (Some(_), Some(_)) => None,
    };
    let remarks: Vec<&str> = remark.into_iter().chain(unknown).collect();
    Ok(Adopted {
        grant: GrantId(timed_id("grant", &row.id, row.created.unwrap_or(start_at))),
        request: RequestId(request_id(row)),
        external_id: row.id.clone(),
        state,
        user_name: directory.users.get(&tuple.principal).map_or_else(|| named(row), |user| user.user_name.clone()),
        account_name: account_name.or_else(|| row.account_name.clone()).unwrap_or_else(|| tuple.account.to_string()),
        permission_set_name: set_name
            .or_else(|| row.permission_set_name.clone())
            .unwrap_or_else(|| tuple.permission_set.to_string()),
        rule: None,
        tuple,
        minutes: hours.saturating_mul(60),
        start_at,
        deadline_at: deadline,
        reason: text(row.reason.as_deref().unwrap_or("(TEAM kept no reason)"), 10_000),
        ticket: row.ticket.as_deref().map(|ticket| text(ticket, 200)),
        approver: row.approver.as_deref().map(|approver| text(approver, 320)),
        submitted_at: row.created.unwrap_or(start_at),
        remark: (!remarks.is_empty()).then(|| remarks.join("; ")),
    })
}

fn principal(row: &TeamRequest, directory: &Directory) -> Result<UserId, String> {
    let Some(name) = &row.user_name else {
        return Err("its username is missing, so that nobody knows whose it is".to_owned());
    };
    match directory.user_named(name) {
        Found::One(user) => Ok(user),
        Found::Several(count) => Err(format!("{count} users of the directory are called {name:?}")),
        Found::None => Err(match row.email.as_deref().map(|email| directory.user_at(email)) {
            // An address is not an identity: it is told, and not acted on.
            Some(Found::One(user)) => {
                format!("the directory has no user {name:?}; {user} has the same address, perhaps renamed")
            }
            _ => format!("the directory has no user {name:?}"),
        }),
    }
}

fn id<T>(
    text: Option<&str>,
    attribute: &str,
    parse: impl FnOnce(String) -> Result<T, domain::InvalidId>,
) -> Result<T, String> {
    let Some(text) = text else { return Err(format!("its {attribute} is missing")) };
    parse(text.to_owned()).map_err(|error| format!("its {attribute}: {error}"))
}

/// As somebody could have typed it into Curfew.
fn text(text: &str, most: usize) -> String {
    let sound = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { ' ' } else { c };
    text.trim().chars().take(most).map(sound).collect()
}
