//! Users, groups and memberships of Identity Store.

use std::collections::{HashMap, HashSet};

use aws_sdk_identitystore::types::{self, MemberId, UserStatus};
use aws_smithy_types::Document;
use domain::{GroupId, UserId};

use super::Directory;
use crate::{CloudError, call::call, error::CallError, pages, queue::Lane};

const SERVICE: &str = "identitystore";
/// The largest page that Identity Store gives.
const PAGE: i32 = 100;
/// Where companies keep who somebody's manager is.
const ENTERPRISE: &str = "aws:identitystore:enterprise";

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
    /// Their manager, where the enterprise attributes name somebody who is there.
    pub manager: Option<UserId>,
}

/// A group without its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Immutable.
    pub id: GroupId,
    /// For people to read; the id where there is none.
    pub name: String,
}

impl Directory {
    /// Everybody: one call for a hundred.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn users(&self) -> Result<Vec<User>, CloudError> {
        const OPERATION: &str = "ListUsers";
        let users = match self.list_users(Some(ENTERPRISE)).await {
            // Not every Identity Store has the extension; without it there are no managers.
            Err(CallError::Invalid(why)) => {
                tracing::debug!(why, "the enterprise attributes cannot be asked for");
                self.list_users(None).await
            }
            answered => answered,
        };
        let users = users.map_err(CloudError::calling(OPERATION))?;
        let known = Known::of(&users);
        let mut people = Vec::with_capacity(users.len());
        for listed in &users {
            let mut person = user(listed)?;
            let manager = listed
                .managers
                .iter()
                .find_map(|text| known.find(text))
                .filter(|manager| *manager != person.id.as_str());
            person.manager = manager.and_then(|id| UserId::parse(id.to_owned()).ok());
            people.push(person);
        }
        Ok(people)
    }

    async fn list_users(&self, extension: Option<&str>) -> Result<Vec<Listed>, CallError> {
        pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Background).await;
            let page = self
                .people
                .list_users()
                .identity_store_id(&self.instance.identity_store)
                .set_extensions(extension.map(|name| vec![name.to_owned()]))
                .max_results(PAGE)
                .set_next_token(token);
            let page = call(SERVICE, "ListUsers", page.send()).await?;
            self.listed.add(page.users.len());
            Ok((page.users.into_iter().map(Listed::of).collect(), page.next_token))
        })
        .await
    }

    /// Every group: one call for a hundred.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn groups(&self) -> Result<Vec<Group>, CloudError> {
        const OPERATION: &str = "ListGroups";
        let listed = pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Background).await;
            let page = self
                .people
                .list_groups()
                .identity_store_id(&self.instance.identity_store)
                .max_results(PAGE)
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            self.listed.add(page.groups.len());
            Ok((page.groups, page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        let mut groups = Vec::with_capacity(listed.len());
        for group in listed {
            let id = GroupId::parse(group.group_id).map_err(CloudError::unusable(OPERATION, "group id"))?;
            groups.push(Group { name: group.display_name.unwrap_or_else(|| id.to_string()), id });
        }
        Ok(groups)
    }

    /// Who is in a group: one call for a hundred. Nobody is in a group that is gone.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn members(&self, group: &GroupId) -> Result<Vec<UserId>, CloudError> {
        const OPERATION: &str = "ListGroupMemberships";
        let memberships = pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Background).await;
            let page = self
                .people
                .list_group_memberships()
                .identity_store_id(&self.instance.identity_store)
                .group_id(group.as_str())
                .max_results(PAGE)
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.group_memberships, page.next_token))
        })
        .await;
        let mut members = Vec::new();
        for membership in or_none(memberships).map_err(CloudError::calling(OPERATION))? {
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

    /// Which groups somebody is in: one call for a hundred. Whoever is gone is in none.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn memberships(&self, user: &UserId) -> Result<Vec<GroupId>, CloudError> {
        const OPERATION: &str = "ListGroupMembershipsForMember";
        let memberships = pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Background).await;
            let page = self
                .people
                .list_group_memberships_for_member()
                .identity_store_id(&self.instance.identity_store)
                .member_id(MemberId::UserId(user.to_string()))
                .max_results(PAGE)
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.group_memberships, page.next_token))
        })
        .await;
        or_none(memberships)
            .map_err(CloudError::calling(OPERATION))?
            .into_iter()
            .map(|membership| {
                GroupId::parse(membership.group_id.unwrap_or_default())
                    .map_err(CloudError::unusable(OPERATION, "group id"))
            })
            .collect()
    }
}

/// What is gone has none.
fn or_none<T>(answer: Result<Vec<T>, CallError>) -> Result<Vec<T>, CallError> {
    match answer {
        Err(CallError::NotFound(_)) => Ok(Vec::new()),
        answer => answer,
    }
}

/// What is kept of a listed user while the others are listed: the SDK's own is many times larger.
struct Listed {
    id: String,
    user_name: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
    active: bool,
    managers: Vec<String>,
    external_ids: Vec<String>,
}

impl Listed {
    fn of(user: types::User) -> Self {
        let emails = user.emails();
        let email = emails.iter().find(|email| email.primary).or_else(|| emails.first());
        Self {
            email: email.and_then(|email| email.value.clone()),
            active: user.user_status.as_ref().is_none_or(|status| *status == UserStatus::Enabled),
            managers: named_manager(&user),
            external_ids: user.external_ids().iter().map(|external| external.id.clone()).collect(),
            id: user.user_id,
            user_name: user.user_name,
            display_name: user.display_name,
        }
    }
}

fn user(listed: &Listed) -> Result<User, CloudError> {
    let id = UserId::parse(listed.id.clone()).map_err(CloudError::unusable("ListUsers", "user id"))?;
    let user_name = listed.user_name.clone().unwrap_or_else(|| id.to_string());
    Ok(User {
        display_name: listed.display_name.clone().unwrap_or_else(|| user_name.clone()),
        user_name,
        email: listed.email.clone(),
        active: listed.active,
        manager: None,
        id,
    })
}

/// How the enterprise attributes name the manager, most certain first. AWS documents the extension and not what is in
/// it; identity providers fill it by SCIM, where the manager is an object with a `value`, and differ in spelling.
fn named_manager(user: &types::User) -> Vec<String> {
    let Some(extension) = user.extensions.as_ref().and_then(|all| all.get(ENTERPRISE)) else { return Vec::new() };
    match attribute(extension, "manager") {
        Some(Document::String(text)) => vec![text.clone()],
        Some(object) => ["value", "userId", "id", "userName"]
            .into_iter()
            .filter_map(|name| attribute(object, name)?.as_string().map(str::to_owned))
            .collect(),
        None => Vec::new(),
    }
}

fn attribute<'a>(document: &'a Document, name: &str) -> Option<&'a Document> {
    document.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The people there are, by everything that names exactly one of them.
struct Known<'a> {
    ids: HashSet<&'a str>,
    /// By external id and by user name in lower case; none where two people share it.
    others: HashMap<String, Option<&'a str>>,
}

impl<'a> Known<'a> {
    fn of(users: &'a [Listed]) -> Self {
        let mut others: HashMap<String, Option<&str>> = HashMap::new();
        for user in users {
            let names = user.user_name.iter().map(|name| name.to_lowercase());
            let externals = user.external_ids.iter().cloned();
            let mut own: Vec<String> = names.chain(externals).filter(|name| !name.is_empty()).collect();
            own.sort();
            own.dedup();
            for name in own {
                others.entry(name).and_modify(|who| *who = None).or_insert(Some(&user.id));
            }
        }
        Self { ids: users.iter().map(|user| user.id.as_str()).collect(), others }
    }

    fn find(&self, text: &str) -> Option<&'a str> {
        let other = || self.others.get(text).or_else(|| self.others.get(&text.to_lowercase())).copied().flatten();
        self.ids.get(text).copied().or_else(other)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_identitystore::types::ExternalId;

    use super::*;

    fn someone(id: &str, name: &str, external: Option<&str>) -> types::User {
        let external = external.map(|id| ExternalId::builder().issuer("https://idp").id(id).build().unwrap());
        types::User::builder()
            .identity_store_id("d-1")
            .user_id(id)
            .user_arn("arn")
            .revision("1")
            .user_name(name)
            .set_external_ids(external.map(|id| vec![id]))
            .build()
            .unwrap()
    }

    fn with_manager(manager: Document) -> types::User {
        let attributes = HashMap::from([("Manager".to_owned(), manager), ("division".to_owned(), "north".into())]);
        let mut user = someone("u-1", "ann", None);
        user.extensions = Some(HashMap::from([(ENTERPRISE.to_owned(), Document::Object(attributes))]));
        user
    }

    #[test]
    fn a_manager_is_named_by_a_text_or_by_the_members_of_an_object() {
        assert_eq!(named_manager(&someone("u-1", "ann", None)), Vec::<String>::new());
        assert_eq!(named_manager(&with_manager("u-9".into())), ["u-9"]);
        let object = |fields: &[(&str, &str)]| {
            Document::Object(fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect())
        };
        assert_eq!(named_manager(&with_manager(object(&[("UserName", "bob"), ("Value", "u-9")]))), ["u-9", "bob"]);
        assert_eq!(named_manager(&with_manager(object(&[("displayName", "Bob")]))), Vec::<String>::new());
    }

    #[test]
    fn a_name_means_somebody_only_if_it_means_nobody_else() {
        let users = [
            someone("u-1", "Ann", Some("0001")),
            someone("u-2", "bob", Some("0002")),
            someone("u-3", "cleo", Some("0002")),
        ]
        .map(Listed::of);
        let known = Known::of(&users);
        for (text, who) in [
            ("u-2", Some("u-2")),
            ("ann", Some("u-1")),
            ("ANN", Some("u-1")),
            ("0001", Some("u-1")),
            ("0002", None),
            ("zoe", None),
            ("", None),
        ] {
            assert_eq!(known.find(text), who, "{text:?}");
        }
    }
}
