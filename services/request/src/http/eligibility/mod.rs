//! What may be asked for, before asking.

pub mod explain;
pub mod show;

use serde::Serialize;
use store::{StoreError, Tx};

use super::view::{Names, PolicyView, group_names, policy};
use crate::usecase::Decider;

/// Who would decide, and whether they could.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeciderView {
    /// The policy.
    #[serde(flatten)]
    pub policy: PolicyView,
    /// How many active people could vote, the caller left out.
    pub people: i64,
    /// Whether they are enough.
    pub possible: bool,
}

/// Policies with names, in two questions for all of them.
async fn deciders(tx: &mut Tx, deciders: &[&Decider]) -> Result<Vec<DeciderView>, StoreError> {
    let groups = group_names(tx, deciders.iter().flat_map(|d| d.policy.groups.clone()).collect()).await?;
    let names = Names::of(tx, deciders.iter().flat_map(|d| d.policy.users.clone()).collect::<Vec<_>>()).await?;
    Ok(deciders
        .iter()
        .map(|d| DeciderView { policy: policy(&d.policy, &groups, &names), people: d.people, possible: d.can() })
        .collect())
}
