//! `/v1/requests/{id}/comments`: questions and answers while people decide.

use actix_web::web::{Data, Json as Reply};
use actix_web::{HttpResponse, get, post};
use domain::{CommentId, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::comments::Said;
use utoipa::ToSchema;
use web::{Caller, Json, Page, Path, Problem, ProblemType};

use super::State;
use super::dto::PersonView;
use super::problems;
use crate::usecase::Person;
use crate::usecase::comments::CommentError;

/// Something to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentBody {
    /// The words, 1 to 4,000 characters.
    pub text: String,
    /// Whether it wants an answer.
    #[serde(default)]
    pub question: bool,
}

/// Something that was said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentView {
    /// Which.
    pub id: CommentId,
    /// Who said it.
    pub author: PersonView,
    /// Whether it wants an answer.
    pub question: bool,
    /// The words.
    pub text: String,
    /// When.
    pub said_at: Timestamp,
}

impl From<(Person, Said)> for CommentView {
    fn from((author, said): (Person, Said)) -> Self {
        Self { id: said.id, author: author.into(), question: said.question, text: said.text, said_at: said.said_at }
    }
}

fn refused(error: CommentError) -> Problem {
    match error {
        CommentError::UnknownRequest => Problem::not_found("request"),
        CommentError::NotConcerned => Problem::because(ProblemType::Forbidden, problems::sentence(&error.to_string())),
        CommentError::Store(error) => error.into(),
    }
}

/// Asks or answers something. The request stays as it is; everybody concerned is told.
#[utoipa::path(
    tag = "requests", operation_id = "comment", params(("id" = RequestId, Path, description = "The request")),
    request_body = CommentBody, responses(
        (status = 201, body = CommentView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security(("bearer" = []))
)]
#[post("/v1/requests/{id}/comments")]
pub async fn comment(
    caller: Caller,
    id: Path<RequestId>,
    body: Json<CommentBody>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let me = caller.require_user()?;
    let CommentBody { text, question } = body.into_inner();
    let text = problems::text(&text, "text")?;
    let said = state.desk.comment(&me.id, id.into_inner(), &text, question).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(CommentView::from(said)))
}

/// What was said, the oldest first.
#[utoipa::path(
    tag = "requests", operation_id = "list_comments", params(("id" = RequestId, Path, description = "The request")),
    responses(
        (status = 200, body = Page<CommentView>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security(("bearer" = []))
)]
#[get("/v1/requests/{id}/comments")]
pub async fn list_comments(
    caller: Caller,
    id: Path<RequestId>,
    state: Data<State>,
) -> Result<Reply<Page<CommentView>>, Problem> {
    let me = caller.require_user()?;
    let sees_all = caller.require_auditor_or_admin().is_ok();
    let said = state.desk.comments(&me.id, sees_all, id.into_inner()).await.map_err(refused)?;
    Ok(Reply(Page { items: said.into_iter().map(CommentView::from).collect(), next: None }))
}
