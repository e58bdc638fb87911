//! The organization.

use conformance::comparison::{Follows, Group};

use super::{OK, TOKEN};

const INVALID: &str = "InvalidInputException, HTTP 400";
const NO_ACCOUNT: &str = "AccountNotFoundException, HTTP 400";

pub const GROUPS: &[Group] = &[
    Group {
        case: "organization::listed_in_pages",
        follows: Follows::Simulator,
        why: "The model bounds MaxResults of Organizations to 20, so no page has more; moto sends up to 100.",
        rows: &[("as many as come: sizes of pages", "20 20 20", "60"), ("21 at once", INVALID, OK)],
    },
    Group {
        case: "organization::listed_in_pages",
        follows: Follows::Simulator,
        why: "The model lists InvalidInputException, with INVALID_NEXT_TOKEN among its reasons, but no InvalidToken.",
        rows: &[("a token that nobody gave", INVALID, TOKEN)],
    },
    Group {
        case: "organization::parents",
        follows: Follows::Simulator,
        why: "The model lists ChildNotFoundException for ListParents, but no AccountNotFoundException.",
        rows: &[("of an unknown account", "ChildNotFoundException, HTTP 400", NO_ACCOUNT)],
    },
    Group {
        case: "organization::what_does_not_exist",
        follows: Follows::Simulator,
        why: "The model's pattern of an account id is twelve digits, and what breaks a pattern is an InvalidInputException.",
        rows: &[("eleven digits", INVALID, NO_ACCOUNT)],
    },
];
