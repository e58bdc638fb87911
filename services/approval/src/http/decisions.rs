//! `POST /v1/requests/{id}/decisions`: the caller's vote.

use actix_web::post;
use actix_web::web::{Data, Json as Reply};
use domain::RequestId;
use domain::approval::Channel;
use web::{Caller, Json, Path, Problem};

use super::State;
use super::dto::{Answer, DecisionBody, Outcome};
use super::problems;
use crate::usecase::decide::{Decide, Narrow};

/// Approves, narrower where the body says so, or rejects. Whether the caller may is asked of AWS at this moment. The
/// vote counts in whatever waits for the caller, for themselves or for whom they stand in for.
#[utoipa::path(
    tag = "approvals", operation_id = "decide", params(("id" = RequestId, Path, description = "The request")),
    request_body = DecisionBody, responses(
        (status = 200, body = Outcome),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security(("bearer" = []))
)]
#[post("/v1/requests/{id}/decisions")]
pub async fn decide(
    caller: Caller,
    id: Path<RequestId>,
    body: Json<DecisionBody>,
    state: Data<State>,
) -> Result<Reply<Outcome>, Problem> {
    caller.require_user()?;
    let DecisionBody { decision, comment, version, pairs, minutes, start_at } = body.into_inner();
    let command = Decide {
        request: id.into_inner(),
        decision,
        comment: problems::comment(comment)?,
        version,
        channel: Channel::SignedIn,
        pairs,
        approval: None,
        narrow: Narrow { minutes, start_at },
    };
    let decided = state.desk.decide(caller.actor(), &command).await.map_err(problems::decide)?;
    let paused_since = state.paused_since().await;
    problems::settled(Answer::of(command.request, decision, decided, paused_since)).map(Reply)
}
