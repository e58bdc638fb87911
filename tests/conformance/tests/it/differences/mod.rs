//! Where the simulator and moto differ: what each says, who follows AWS's documentation, and the source. "The model" is the service
//! model that AWS publishes and generates its clients from. Where moto is right, the simulator is mended instead.

mod assignments;
mod directory;
mod organization;
mod permission_sets;
mod shapes;
mod tokens;

use conformance::comparison::{Difference, Group};

const OK: &str = "ok";
const INVALID: &str = "ValidationException, HTTP 400";
const MISSING: &str = "ResourceNotFoundException, HTTP 400";
const CONFLICT: &str = "ConflictException, HTTP 400";
/// Moto answers an operation that it does not have with a page of HTML.
const NOT_THERE: &str = "an error without a code, HTTP 500";
/// Moto's own error for a page token; no model has it.
const TOKEN: &str = "InvalidToken, HTTP 400";

/// The whole table.
pub fn listed() -> Vec<Difference> {
    let rooms: [&[Group]; 6] = [
        permission_sets::GROUPS,
        assignments::GROUPS,
        directory::GROUPS,
        organization::GROUPS,
        tokens::GROUPS,
        shapes::GROUPS,
    ];
    rooms.into_iter().flatten().flat_map(Group::differences).collect()
}
