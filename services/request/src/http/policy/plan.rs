//! `POST /v1/policy/plan`

use actix_web::post;
use actix_web::web::{Data, block};
use domain::rules::Book;
use jiff::SignedDuration;
use policy::{File, Plan, Problem as Mistake, Replay, Replaying, Rest};
use serde::{Deserialize, Serialize};
use web::{Caller, Json, Problem, ProblemType, Upload};

use super::{BODY_MOST, may_read};
use crate::http::documents::problems::set;
use crate::http::{Api, problems};
use crate::usecase::documents::Weighed;
use crate::usecase::policy::{Draft, past, plan_files};

/// The files.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFiles {
    /// All files together; a list that none of them has is left as it is in force.
    files: Vec<File>,
    /// The requests of how many days are replayed, to 366; 0 for none.
    #[serde(default = "month")]
    #[schema(default = 30, maximum = 366)]
    days: u16,
    /// What becomes of those of a kind that the files have a list of, but not of these.
    #[serde(default)]
    rest: Rest,
}

const fn month() -> u16 {
    30
}

/// What files would change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Planned {
    /// What is wrong with the files; with errors among it there is no plan.
    problems: Vec<Mistake>,
    /// What would change.
    plan: Option<Plan>,
    /// What that means.
    weighed: Option<Weighed>,
    /// Whether it would wait for a second person.
    second_person: bool,
    /// How past requests would have been decided. What ticket systems and PagerDuty said then is not kept: both are
    /// taken to have said yes.
    replay: Option<Replay>,
}

/// What files would change, what it would make easier to get, which active access it would not allow any more, and
/// which past requests it would have decided otherwise. Nothing is written. For admins, auditors, and machines with
/// the scope `policy:read`.
#[utoipa::path(tag = "policy", request_body = PlanFiles,
    responses((status = 200, description = "The plan, or what is wrong with the files.", body = Planned)))]
#[post("/v1/policy/plan")]
pub async fn plan_policy(api: Data<Api>, caller: Caller, body: Upload) -> Result<Json<Planned>, Problem> {
    may_read(&caller)?;
    let PlanFiles { files, days, rest } = body.json(BODY_MOST).await?;
    if days > 366 {
        return Err(Problem::because(ProblemType::InvalidValue, "At most 366 days are replayed.").with("path", "days"));
    }
    let mut tx = api.begin(caller.actor()).await?;
    let draft = plan_files(&mut tx, &api.desk(), &files, rest).await.map_err(set)?;
    // The plan took the lock of all documents; a replay takes its time.
    drop(tx);
    let replay = replayed(&api, &draft, days).await?;
    let Draft { plan, problems, weighed, second_person, .. } = draft;
    Ok(Json(Planned { problems, plan, weighed, second_person, replay }))
}

/// One page after the other: what was asked in a year is not held in memory.
async fn replayed(api: &Api, draft: &Draft, days: u16) -> Result<Option<Replay>, Problem> {
    let Some(wanted) = draft.wanted.as_ref().filter(|_| days > 0) else { return Ok(None) };
    let now = api.db.clock().now();
    let since = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).map_err(Problem::internal)?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let organization = api.judge.books.current(&mut connection).await.map_err(problems::store)?.organization().clone();
    let changed = wanted.changed(&draft.standing.books);
    let (before, after) = (draft.standing.books.documents.clone(), wanted.documents.clone());
    let compiled = block(move || {
        let before = Book::compile(before, organization.clone());
        Replaying::of(before, Book::compile(after, organization), &changed)
    });
    let mut replaying = compiled.await.map_err(Problem::internal)?;
    let mut past = past(&mut connection, since, now, replaying.books()).await.map_err(problems::store)?;
    while let Some(page) = past.next(&mut connection).await.map_err(problems::store)? {
        let asked = block(move || {
            let requests: Vec<_> = past.requests(page, replaying.books()).collect();
            requests.iter().for_each(|request| replaying.ask(request));
            (past, replaying)
        });
        (past, replaying) = asked.await.map_err(Problem::internal)?;
    }
    Ok(Some(replaying.done()))
}
