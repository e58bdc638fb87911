//! Reviews: looks at what nobody was asked about, after the fact.

pub mod list;
pub mod take;
pub mod view;

use store::reviews::Looker;
use web::{Caller, Problem};

/// The caller as somebody who might look.
fn looker(caller: &Caller) -> Result<Looker, Problem> {
    let me = caller.require_user()?;
    let personas = caller.personas();
    Ok(Looker {
        user: me.id.clone(),
        groups: me.groups.iter().map(|(id, _)| id.clone()).collect(),
        privileged: personas.admin || personas.auditor,
    })
}
