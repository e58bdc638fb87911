//! The service's endpoints, a file for each.

mod approvals;
mod comments;
mod decisions;
mod delegations;
mod dto;
mod links;
mod problems;
mod show_approval;
mod waiting_view;

use std::sync::Arc;

use jiff::Timestamp;
use store::pauses;
use utoipa_actix_web::service_config::ServiceConfig;
use web::link::LinkKey;

use crate::usecase::electors::Desk;

/// What the handlers share.
#[derive(Clone)]
pub struct State {
    /// What deciding goes by.
    pub desk: Desk,
    /// The key that signs links in mails.
    pub links: Arc<LinkKey>,
}

impl State {
    /// Since when nobody's new access begins, as far as is known: the decision stands whatever becomes of this question.
    async fn paused_since(&self) -> Option<Timestamp> {
        let mut connection = self.desk.db.read().await.ok()?;
        Some(pauses::all(&mut connection).await.ok()?.first()?.since)
    }
}

/// Every endpoint of the service.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(approvals::list_approvals)
        .service(show_approval::get_approval)
        .service(decisions::decide)
        .service(comments::comment)
        .service(comments::list_comments)
        .service(delegations::create_delegation)
        .service(delegations::list_delegations)
        .service(delegations::end_delegation)
        .service(links::show_link)
        .service(links::decide_link);
}
