//! Reviews: looks at what nobody was asked about, after the fact.

pub mod list;
pub mod take;
pub mod view;

use store::delegations;
use store::reviews::Looker;
use web::{Caller, Problem};

use super::{Api, problems};

/// The caller as somebody who might look.
async fn looker(api: &Api, caller: &Caller) -> Result<Looker, Problem> {
    let me = caller.require_user()?;
    let personas = caller.personas();
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let one_with = delegations::one_with(&mut connection, &me.id, api.db.clock().now()).await;
    Ok(Looker {
        user: me.id.clone(),
        one_with: one_with.map_err(problems::store)?,
        groups: me.groups.iter().map(|(id, _)| id.clone()).collect(),
        privileged: personas.admin || personas.auditor,
    })
}
