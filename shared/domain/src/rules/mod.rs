//! Who may have what: rules, guardrails, freezes, owners and schedules as data, and the one pure function that
//! evaluates them.

mod above;
mod area;
mod ask;
mod book;
mod choose;
mod document;
mod edit;
mod evaluate;
mod guardrail;
mod hours;
mod impact;
mod kept;
mod objection;
mod offers;
mod owners;
mod pattern;
mod questions;
mod reach;
mod reached;
mod reason;
mod references;
mod rule;
mod schedule;
mod selector;
mod severity;
mod time;
mod validate;
mod who;

pub use ask::{Ask, Chosen, Details, Duty, Evaluation, Judged, Person, TicketAnswer, Use, Way};
pub use book::{Book, CompiledRule};
pub use choose::{Concerned, choose};
pub use document::{Body, Document, Kind, NamedPolicySpec};
pub use edit::Edit;
pub use evaluate::evaluate;
pub use guardrail::{Effect, Freeze, FreezeSpec, Guardrail, GuardrailSpec, PolicyRef};
pub use hours::{Clock, Day, Hours, Validity, Weekly, Window, ZoneName};
pub use impact::{Impact, Lightened, Subject, Term, TermWay, Terms, impact};
pub use offers::{Offer, named};
pub use owners::{Owned, OwnersSpec, Property, owners_of};
pub use pattern::{InvalidPattern, NamePattern, Pattern};
pub use questions::Questions;
pub use reached::Reached;
pub use reason::{Reason, Refused};
pub use references::{Reference, Referred};
pub use rule::{
    Approval, Automatic, BreakGlass, Pace, ReasonDemand, Review, Rule, RuleSpec, TicketCheck, TicketDemand, WhenAway,
};
pub use schedule::{Rotation, ScheduleSpec, Shift};
pub use selector::{
    AccountFacts, Accounts, Depth, Except, Organization, PermissionSetFacts, PermissionSets, Subjects, TagSelector,
    UnitSelector,
};
pub use severity::{InvalidSeverity, Severity};
pub use validate::Invalid;
pub use who::Holder;
