//! Views: what of the history the caller looks at again and again. Nobody sees anybody else's.

pub mod change;
pub mod delete;
pub mod list;
pub mod make;

use domain::ViewId;
use domain::view::ViewFilter;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::views::View;

/// What is to be kept.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// What the caller calls it, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "Rejected this month")]
    name: String,
    /// What it shows.
    filter: ViewFilter,
}

/// A view.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ViewView {
    /// Which.
    pub id: ViewId,
    /// What its owner calls it.
    pub name: String,
    /// What it shows.
    pub filter: ViewFilter,
    /// When it was saved.
    pub saved_at: Timestamp,
}

fn view(view: View) -> ViewView {
    let View { id, name, filter, saved_at, owner: _ } = view;
    ViewView { id, name, filter, saved_at }
}
