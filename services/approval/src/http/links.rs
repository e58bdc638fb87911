//! `/v1/links/{token}`: what a mail's link is about, and doing what it says. Looking changes nothing, so that
//! a scanner that follows every link decides nothing.

use actix_web::web::{Data, Json as Reply};
use actix_web::{get, post};
use domain::UserId;
use domain::approval::Channel;
use web::link::{Link, LinkError, verify};
use web::{Caller, Json, Path, Problem, ProblemType};

use super::State;
use super::dto::{Answer, LinkBody, LinkView, Outcome, PersonView};
use super::problems;
use crate::usecase::decide_link::DecideLink;

/// Shows what the link is about and what it would decide. Where the policy demands signing in, the bearer
/// token of the approver whom the link is bound to is needed here too.
#[utoipa::path(
    tag = "approvals", operation_id = "show_link", params(("token" = String, Path, description = "The link's token")),
    responses(
        (status = 200, body = LinkView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security((), ("bearer" = []))
)]
#[get("/v1/links/{token}")]
pub async fn show_link(
    caller: Result<Caller, Problem>,
    token: Path<String>,
    state: Data<State>,
) -> Result<Reply<LinkView>, Problem> {
    let link = read(&state, &token.into_inner())?;
    let signed_in = holder(caller, &link)?;
    let shown = state.desk.show_link(link.approval, &link.approver).await?;
    let shown = shown.ok_or_else(problems::unknown_link)?;
    if shown.sign_in && signed_in.is_none() {
        return Err(problems::sign_in_required());
    }
    Ok(Reply(LinkView {
        decision: link.decision,
        approver: PersonView::from(shown.approver),
        sign_in_required: shown.sign_in,
        used: shown.used,
        expires_at: link.expires_at,
        request: shown.summary.into(),
    }))
}

/// Does what the link says, once. Where the policy lets the link alone suffice, no token is needed, and the
/// vote is recorded as made by the link alone.
#[utoipa::path(
    tag = "approvals", operation_id = "decide_link", params(("token" = String, Path, description = "The link's token")),
    request_body = LinkBody, responses(
        (status = 200, body = Outcome),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security((), ("bearer" = []))
)]
#[post("/v1/links/{token}/decision")]
pub async fn decide_link(
    caller: Result<Caller, Problem>,
    token: Path<String>,
    body: Json<LinkBody>,
    state: Data<State>,
) -> Result<Reply<Outcome>, Problem> {
    let link = read(&state, &token.into_inner())?;
    let channel = if holder(caller, &link)?.is_some() { Channel::LinkSignedIn } else { Channel::LinkAlone };
    let command = DecideLink {
        approval: link.approval,
        approver: link.approver,
        decision: link.decision,
        comment: problems::comment(body.into_inner().comment)?,
        channel,
    };
    let (request, decided) = state.desk.decide_link(command).await.map_err(problems::decide_link)?;
    let paused_since = state.paused_since().await;
    problems::settled(Answer::of(request, link.decision, decided, paused_since)).map(Reply)
}

fn read(state: &State, token: &str) -> Result<Link, Problem> {
    verify(&state.links, token, state.desk.db.clock().now()).map_err(|error| match error {
        LinkError::Malformed | LinkError::Forged => problems::unknown_link(),
        LinkError::Expired => Problem::because(ProblemType::LinkExpired, "The time to decide is over."),
    })
}

/// Who is signed in, if somebody is: nobody but the link's approver may be.
fn holder(caller: Result<Caller, Problem>, link: &Link) -> Result<Option<UserId>, Problem> {
    match caller {
        Err(problem) if problem.kind() == ProblemType::MissingToken => Ok(None),
        Err(problem) => Err(problem),
        Ok(caller) => match caller.person() {
            Some(person) if person.id == link.approver => Ok(Some(person.id.clone())),
            Some(_) | None => Err(Problem::because(
                ProblemType::LinkOfSomebodyElse,
                "The link was sent to another approver; nobody decides with somebody else's link.",
            )),
        },
    }
}
