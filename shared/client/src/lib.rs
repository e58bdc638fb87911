//! A typed client of Curfew's own REST API, for the portal, the command line and tests: no door that others
//! do not have. It bears answers with more fields than it knows.

mod call;
mod calls;
mod dto;
mod endpoints;
mod problem;
mod token;

pub use call::Client;
pub use calls::events::Events;
pub use dto::approval::{
    Approval, ApprovalDetail, ApprovalPolicy, Comment, Decision, EarlierGrant, LinkView, NamedPolicy, Need,
    OnCallSchedule, Outcome, Stage, Vote, Waiting, WaitingNeed, Word,
};
pub use dto::change::Change;
pub use dto::delegation::{Delegation, NewDelegation};
pub use dto::directory::{
    Account, DirectoryAges, DirectoryPart, DirectoryProgress, Find, Group, Holder, OrganizationalUnit, PersonDetail,
    User,
};
pub use dto::document::{Document, DocumentKind, DocumentVersion, Saved};
pub use dto::event::{Event, Happened};
pub use dto::explanation::{
    Access, ApprovalExplanation, AskedPeople, BreakGlassOffer, Explanation, LongestWhy, PairExplanation, Question, Said,
};
pub use dto::grant::{EndedGrant, Ending, Grant, GrantFilter, Remaining};
pub use dto::incident::{Incident, NewIncident};
pub use dto::operations::{
    BackstopCounts, Budget, Counted, DirectoryAge, Emergencies, Emergency, EmergencyPreview, EmergencyScope, Figures,
    FiguresBucket, ForcedRevocation, KindCount, Lateness, NewEmergency, Operations, Parked, ParkedCount, Pause, Worker,
};
pub use dto::policy::{AppliedFiles, ApplyFiles, Exported, PlanFiles, Planned};
pub use dto::profile::{NewView, Profile, View, ViewFilter};
pub use dto::request::{
    AskedFor, Eligibility, Item, Limits, Me, NewRequest, Offer, OfferedAccount, OfferedPermissionSet, Pair, PairTrace,
    Paused, Request, RequestFilter, TicketDemand,
};
pub use dto::review::{Look, Looked, Review};
pub use dto::settings::{InstallationSettings, Integration, LimitsInForce, SettingsKey};
pub use dto::template::{NewTemplate, Template, Wanted};
pub use dto::trail::{TrailEntry, TrailFilter};
pub use dto::webhook::{NewWebhook, Webhook};
pub use dto::{Page, Person};
pub use endpoints::{Endpoints, service_of};
pub use policy::{File, Rest};
pub use problem::{ClientError, Problem};
pub use token::TokenSource;
