//! Keeping what of the history somebody looks at again and again.

use domain::view::ViewFilter;
use domain::{UserId, ViewId};
use store::views::{self, View};
use store::{StoreError, Tx, new_id};

/// What is to be kept.
#[derive(Debug, Clone)]
pub struct SaveView {
    /// Which is changed; none is a new one.
    pub id: Option<ViewId>,
    /// What its owner calls it.
    pub name: String,
    /// What it shows.
    pub filter: ViewFilter,
}

/// Why it is not kept.
#[derive(Debug, thiserror::Error)]
pub enum ViewRefusal {
    /// Only people keep views.
    #[error("only a person has views")]
    NotAPerson,
    /// No name.
    #[error("a view's name has 1 to {most} characters, none of them a control character")]
    Name {
        /// How many it may have.
        most: usize,
    },
    /// The owner has another of this name.
    #[error("you have another view with this name")]
    NameTaken,
    /// More than anybody needs.
    #[error("you have {0} views, which is the most there can be; delete one first")]
    TooMany(usize),
    /// No such view, or not the caller's.
    #[error("there is no such view")]
    Unknown,
    /// Postgres.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ViewRefusal {
    fn from(error: StoreError) -> Self {
        match error.constraint() {
            Some("views_names") => Self::NameTaken,
            _ => Self::Store(error),
        }
    }
}

/// The most characters of a name, and the most views of a person.
const NAME_MOST: usize = 100;
const MOST: usize = 50;

/// Keeps it.
///
/// # Errors
/// [`ViewRefusal`].
pub async fn save_view(tx: &mut Tx, command: SaveView) -> Result<View, ViewRefusal> {
    let owner: UserId = tx.actor().user().cloned().ok_or(ViewRefusal::NotAPerson)?;
    let name = command.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_MOST || name.chars().any(char::is_control) {
        return Err(ViewRefusal::Name { most: NAME_MOST });
    }
    let there = views::of_owner(tx.connection(), &owner).await?;
    let id = match command.id {
        Some(id) if there.iter().any(|view| view.id == id) => id,
        Some(_) => return Err(ViewRefusal::Unknown),
        None if there.len() >= MOST => return Err(ViewRefusal::TooMany(there.len())),
        None => ViewId(new_id()),
    };
    let view = View { id, owner, name, filter: command.filter, saved_at: tx.now() };
    views::save(tx, &view).await?;
    Ok(view)
}
