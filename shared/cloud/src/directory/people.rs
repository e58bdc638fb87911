//! Users and groups of Identity Store.

use aws_sdk_identitystore::types::{self, MemberId, UserStatus};
use domain::{GroupId, UserId};

use super::Directory;
use crate::{CloudError, call::call, pages, queue::Lane};

const SERVICE: &str = "identitystore";

/// A person. The id is who they are; names and addresses change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Immutable.
    pub id: UserId,
    /// What they sign in with; the id where there is none.
    pub user_name: String,
    /// For people to read; the user name where there is none.
    pub display_name: String,
    /// The primary address, or the first where none is primary.
    pub email: Option<String>,
    /// Whether they may sign in. True where Identity Store does not say.
    pub active: bool,
}

/// A group and the people in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Immutable.
    pub id: GroupId,
    /// For people to read; the id where there is none.
    pub name: String,
    /// Who is in it.
    pub members: Vec<UserId>,
}

impl Directory {
    /// Everybody.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn users(&self) -> Result<Vec<User>, CloudError> {
        const OPERATION: &str = "ListUsers";
        let users = pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Usual).await;
            let page = self.people.list_users().identity_store_id(&self.instance.identity_store).set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.users, page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        users.into_iter().map(user).collect()
    }

    /// Every group with its members: one call more for each.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn groups(&self) -> Result<Vec<Group>, CloudError> {
        const OPERATION: &str = "ListGroups";
        let listed = pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Usual).await;
            let page = self.people.list_groups().identity_store_id(&self.instance.identity_store).set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.groups, page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        let mut groups = Vec::with_capacity(listed.len());
        for group in listed {
            let id = GroupId::parse(group.group_id).map_err(CloudError::unusable(OPERATION, "group id"))?;
            let members = self.members(&id).await?;
            groups.push(Group { name: group.display_name.unwrap_or_else(|| id.to_string()), id, members });
        }
        Ok(groups)
    }

    async fn members(&self, group: &GroupId) -> Result<Vec<UserId>, CloudError> {
        const OPERATION: &str = "ListGroupMemberships";
        let memberships = pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Usual).await;
            let page = self
                .people
                .list_group_memberships()
                .identity_store_id(&self.instance.identity_store)
                .group_id(group.as_str())
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.group_memberships, page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        let mut members = Vec::with_capacity(memberships.len());
        for membership in memberships {
            match membership.member_id {
                Some(MemberId::UserId(id)) => {
                    members.push(UserId::parse(id).map_err(CloudError::unusable(OPERATION, "user id"))?);
                }
                // Only users are members today. Another kind would be no person, so it gives nobody anything.
                other => {
                    tracing::warn!(group.id = %group, member = ?other, "a member of a group is no user, left out")
                }
            }
        }
        Ok(members)
    }
}

fn user(user: types::User) -> Result<User, CloudError> {
    let id = UserId::parse(user.user_id).map_err(CloudError::unusable("ListUsers", "user id"))?;
    let user_name = user.user_name.unwrap_or_else(|| id.to_string());
    let emails = user.emails.unwrap_or_default();
    let email =
        emails.iter().find(|email| email.primary).or_else(|| emails.first()).and_then(|email| email.value.clone());
    Ok(User {
        display_name: user.display_name.unwrap_or_else(|| user_name.clone()),
        user_name,
        email,
        active: user.user_status.is_none_or(|status| status == UserStatus::Enabled),
        id,
    })
}
