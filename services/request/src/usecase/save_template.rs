//! Keeping what is asked for again and again.

use domain::{Minutes, RequestId, TemplateId, UserId};
use runtime::settings::Requests as Limits;
use store::templates::{self, Template, TemplateSpec};
use store::{StoreError, Tx, new_id, requests};

use super::refusal::{Refusal, is_known, pairs_are_sound};

/// What is to be kept.
#[derive(Debug, Clone)]
pub enum SaveTemplate {
    /// Something new.
    New {
        /// What its owner calls it.
        name: String,
        /// What is asked for.
        spec: TemplateSpec,
    },
    /// What was asked for once.
    FromRequest {
        /// What its owner calls it.
        name: String,
        /// The request.
        request: RequestId,
    },
    /// Something else under an id that there is.
    Change {
        /// Which.
        id: TemplateId,
        /// What its owner calls it now.
        name: String,
        /// What is asked for now.
        spec: TemplateSpec,
    },
}

/// Why it is not kept.
#[derive(Debug, thiserror::Error)]
pub enum TemplateRefusal {
    /// Only people keep templates.
    #[error("only a person has templates")]
    NotAPerson,
    /// No name.
    #[error("a template's name has 1 to {most} characters, none of them a control character")]
    Name {
        /// How many it may have.
        most: usize,
    },
    /// The owner has another of this name.
    #[error("you have another template with this name")]
    NameTaken,
    /// More than anybody needs.
    #[error("you have {0} templates, which is the most there can be; delete one first")]
    TooMany(usize),
    /// No such template, or not the caller's.
    #[error("there is no such template")]
    Unknown,
    /// No such request, or not the caller's.
    #[error("there is no such request")]
    UnknownRequest,
    /// It asks for more time, which cannot be asked for again.
    #[error("a request for more time cannot become a template")]
    Extension,
    /// It could not be asked for.
    #[error(transparent)]
    Spec(#[from] Refusal),
}

impl From<StoreError> for TemplateRefusal {
    fn from(error: StoreError) -> Self {
        match error.constraint() {
            Some("templates_names") => Self::NameTaken,
            _ => Self::Spec(Refusal::Store(error)),
        }
    }
}

/// The most characters of a name, and the most templates of a person.
const NAME_MOST: usize = 200;
const MOST: usize = 100;

/// Keeps it. Reason and ticket are new each time and never kept.
///
/// # Errors
/// [`TemplateRefusal`].
pub async fn save_template(tx: &mut Tx, limits: &Limits, command: SaveTemplate) -> Result<Template, TemplateRefusal> {
    let owner = tx.actor().user().cloned().ok_or(TemplateRefusal::NotAPerson)?;
    let template = match command {
        SaveTemplate::New { name, spec } => made(tx, owner, name, spec).await?,
        SaveTemplate::FromRequest { name, request } => {
            let spec = of_request(tx, &owner, request).await?;
            made(tx, owner, name, spec).await?
        }
        SaveTemplate::Change { id, name, spec } => {
            let known = templates::get(tx.connection(), &owner, id).await?.ok_or(TemplateRefusal::Unknown)?;
            Template { name, spec, saved_at: tx.now(), ..known }
        }
    };
    let name = template.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_MOST || name.chars().any(char::is_control) {
        return Err(TemplateRefusal::Name { most: NAME_MOST });
    }
    pairs_are_sound(&template.spec.pairs)?;
    is_known(limits, &template.spec.severity)?;
    let asked = template.spec.minutes;
    if asked.get() > limits.max_minutes {
        return Err(Refusal::TooLong { asked: asked.into(), most: limits.max_minutes }.into());
    }
    let template = Template { name, ..template };
    templates::save(tx, &template).await?;
    Ok(template)
}

async fn made(tx: &mut Tx, owner: UserId, name: String, spec: TemplateSpec) -> Result<Template, TemplateRefusal> {
    let there = templates::of_owner(tx.connection(), &owner).await?.len();
    if there >= MOST {
        return Err(TemplateRefusal::TooMany(there));
    }
    Ok(Template { id: TemplateId(new_id()), owner, name, spec, saved_at: tx.now(), used_at: None })
}

async fn of_request(tx: &mut Tx, owner: &UserId, id: RequestId) -> Result<TemplateSpec, TemplateRefusal> {
    let request = requests::get(tx.connection(), id).await?.filter(|request| request.requester == *owner);
    let request = request.ok_or(TemplateRefusal::UnknownRequest)?;
    if request.extends.is_some() {
        return Err(TemplateRefusal::Extension);
    }
    let items = requests::items(tx.connection(), id).await?;
    let minutes = request.asked.map_or(request.minutes, |(minutes, _)| minutes);
    Ok(TemplateSpec {
        pairs: items.into_iter().map(|item| item.pair).collect(),
        minutes: Minutes::new(minutes.into()).map_err(Refusal::Minutes)?,
        severity: request.severity,
        beneficiary: (request.beneficiary != *owner).then_some(request.beneficiary),
    })
}
