//! Templates: what the caller asks for again and again. Nobody sees anybody else's.

pub mod change;
pub mod delete;
pub mod list;
pub mod make;
pub mod show;

use domain::rules::Severity;
use domain::{Minutes, Pair, TemplateId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::templates::{Template, TemplateSpec};
use web::Problem;

use crate::usecase::Refusal;

/// What is asked for. A reason and a ticket are new each time, so a template has none.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// 1 to 50 different pairs.
    #[schema(min_items = 1, max_items = 50)]
    pairs: Vec<Pair>,
    /// How long, in whole minutes.
    #[schema(minimum = 1, example = 60)]
    minutes: i64,
    /// How urgent, one of the severities in the settings.
    #[serde(default)]
    severity: Severity,
    /// Who shall have the access; without it, the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    beneficiary: Option<UserId>,
}

impl Wanted {
    fn parse(self) -> Result<TemplateSpec, Problem> {
        let minutes = Minutes::new(self.minutes).map_err(Refusal::Minutes)?;
        Ok(TemplateSpec { pairs: self.pairs, minutes, severity: self.severity, beneficiary: self.beneficiary })
    }
}

/// A template.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TemplateView {
    /// Which.
    pub id: TemplateId,
    /// What its owner calls it.
    pub name: String,
    /// What is asked for.
    pub wanted: Wanted,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// When it was last asked for.
    pub used_at: Option<Timestamp>,
}

fn view(template: Template) -> TemplateView {
    let TemplateSpec { pairs, minutes, severity, beneficiary } = template.spec;
    TemplateView {
        id: template.id,
        name: template.name,
        wanted: Wanted { pairs, minutes: minutes.into(), severity, beneficiary },
        saved_at: template.saved_at,
        used_at: template.used_at,
    }
}
