//! `GET /v1/settings`

use actix_web::{get, web::Data};
use runtime::Settings;
use runtime::settings::{EmergencySecondPerson, SecondPerson, Source};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use super::Api;

/// A ticket that no system has: an answer about it is an answer.
const NO_TICKET: &str = "CURFEW-0";

/// How this installation is set. No secret is among it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsView {
    /// What limits every request, and who must agree to what, as it counts.
    limits: LimitsInForce,
    /// Other systems.
    integrations: Vec<IntegrationView>,
    /// Every key, with what is set for the process that answers, and where that comes from.
    keys: Vec<KeyView>,
}

/// Limits as they count, set or as Curfew is made.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsInForce {
    /// The longest access, in minutes.
    max_minutes: u32,
    /// The duration that is proposed, in minutes.
    default_minutes: u32,
    /// Minutes until an undecided request times out.
    pending_minutes: u32,
    /// How many days ahead a start may lie.
    start_within_days: u32,
    /// How many characters a reason must have.
    min_reason: u32,
    /// How urgent something can be, the most urgent first.
    severities: Vec<String>,
    /// Which changes of documents need a second admin: `loosening`, `always` or `never`.
    changes_need_two: &'static str,
    /// What of the emergency button does: `resume`, `always` or `never`.
    emergencies_need_two: &'static str,
    /// Whether schedules inside AWS stand behind access.
    backstop: bool,
}

/// Another system.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntegrationView {
    /// Its name in the settings.
    name: String,
    /// `on_call` or `tickets`.
    kind: &'static str,
    /// Whether it is configured.
    configured: bool,
    /// Whether it answered just now; absent where it was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<bool>,
    /// Why it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// A key of the settings.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// Its name in the file.
    key: &'static str,
    /// What it is for.
    what: &'static str,
    /// What is set; absent where nothing is, and always for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// What holds where nothing is set; absent where that is nothing, where something has to be set, and for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    /// `file`, `environment`, or `default` where nothing is set.
    source: &'static str,
    /// Whether it is a secret, which is never shown.
    secret: bool,
}

/// How is this installation set, and where does that come from? Other systems are asked whether they answer. For auditors
/// and admins.
#[utoipa::path(tag = "settings", responses((status = 200, description = "The settings.", body = SettingsView)))]
#[get("/v1/settings")]
pub async fn show_settings(api: Data<Api>, caller: Caller) -> Result<Json<SettingsView>, Problem> {
    caller.require_auditor_or_admin()?;
    Ok(Json(SettingsView {
        limits: limits(&api.settings),
        integrations: integrations(&api).await,
        keys: keys(&api.settings),
    }))
}

fn limits(settings: &Settings) -> LimitsInForce {
    let requests = &settings.requests;
    LimitsInForce {
        max_minutes: requests.max_minutes,
        default_minutes: requests.default_minutes,
        pending_minutes: requests.pending_minutes,
        start_within_days: requests.start_within_days,
        min_reason: requests.min_reason,
        severities: requests.severities.clone(),
        changes_need_two: match settings.policy.second_person {
            SecondPerson::Loosening => "loosening",
            SecondPerson::Always => "always",
            SecondPerson::Never => "never",
        },
        emergencies_need_two: match settings.emergency.second_person {
            EmergencySecondPerson::Resume => "resume",
            EmergencySecondPerson::Always => "always",
            EmergencySecondPerson::Never => "never",
        },
        backstop: settings.backstop.role_arn.is_some(),
    }
}

async fn integrations(api: &Api) -> Vec<IntegrationView> {
    let tickets = api.judge.systems.tickets();
    let asked = tickets.names().map(async |name| {
        let answer = tickets.look_up(name, NO_TICKET).await;
        let (answers, why) = match answer {
            Ok(_) => (true, None),
            Err(away) => (false, Some(away.to_string())),
        };
        IntegrationView { name: name.to_owned(), kind: "tickets", configured: true, answers: Some(answers), why }
    });
    let mut all = futures_util::future::join_all(asked).await;
    // Nobody can be asked about without a schedule of theirs.
    let configured = api.settings.on_call.pagerduty_token.is_some();
    all.push(IntegrationView { name: "pagerduty".to_owned(), kind: "on_call", configured, answers: None, why: None });
    all
}

fn keys(settings: &Settings) -> Vec<KeyView> {
    let key = |told: &runtime::settings::Told| KeyView {
        key: told.key,
        what: told.what,
        value: told.value.clone(),
        default: told.default.clone(),
        source: match told.source {
            Source::File => "file",
            Source::Environment => "environment",
            Source::Default => "default",
        },
        secret: told.secret,
    };
    settings.told.iter().map(key).collect()
}
