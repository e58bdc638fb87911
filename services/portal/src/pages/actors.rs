//! Who did something, as the API tells it: a person by id, a machine, or a part of Curfew.

use std::collections::HashMap;

use serde_json::Value;

use super::visit::SignedIn;

/// The person's id, if it is one.
pub(super) fn id_of(actor: &Value) -> Option<String> {
    actor.get("id").and_then(Value::as_str).map(str::to_owned)
}

/// The names of those among them who are people.
pub(super) async fn names<'a>(me: &SignedIn, actors: impl Iterator<Item = &'a Value>) -> HashMap<String, String> {
    me.site().people.names(&me.api, actors.filter_map(id_of)).await
}

/// What to call them; none where nobody is told.
pub(super) fn name(actor: &Value, names: &HashMap<String, String>) -> Option<String> {
    let person = id_of(actor).map(|id| names.get(&id).cloned().unwrap_or(id));
    let other = || ["name", "client"].into_iter().find_map(|key| actor.get(key)?.as_str().map(str::to_owned));
    person.or_else(other)
}
