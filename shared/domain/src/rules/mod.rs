//! Who may ask for what: rules as data, and the one pure function that evaluates them.

mod evaluate;
mod rule;

pub use evaluate::{Ask, Chosen, Evaluation, Judged, evaluate};
pub use rule::{Accounts, Approval, InvalidRule, PermissionSets, Rule, RuleSpec, Subjects};
