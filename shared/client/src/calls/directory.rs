//! The directory: what there is in AWS, by name.

use serde_json::{Value, json};

use crate::{
    Account, Client, ClientError, DirectoryAges, Eligibility, Find, Group, Holder, InstallationSettings,
    OfferedPermissionSet, OrganizationalUnit, Page, PersonDetail, User,
};

impl Client {
    /// Accounts, by name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn accounts(&self, find: &Find) -> Result<Page<Account>, ClientError> {
        self.get(&["v1", "accounts"], find.query()).await
    }

    /// Accounts that the caller owns, by name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn owned_accounts(&self, find: &Find) -> Result<Page<Account>, ClientError> {
        self.get(&["v1", "me", "accounts"], find.query()).await
    }

    /// Who has access in an account, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn holders(&self, account: &str, cursor: Option<&str>) -> Result<Page<Holder>, ClientError> {
        let query = cursor.map(|cursor| ("cursor", cursor.to_owned())).into_iter().collect();
        self.get(&["v1", "accounts", account, "holders"], query).await
    }

    /// All permission sets, by name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn every_permission_set(&self) -> Result<Vec<OfferedPermissionSet>, ClientError> {
        let (mut all, mut find) = (Vec::new(), Find { limit: Some(200), ..Find::default() });
        loop {
            let page: Page<OfferedPermissionSet> = self.get(&["v1", "permission-sets"], find.query()).await?;
            all.extend(page.items);
            find.cursor = page.next;
            if find.cursor.is_none() {
                return Ok(all);
            }
        }
    }

    /// People, by display name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn users(&self, find: &Find) -> Result<Page<User>, ClientError> {
        self.get(&["v1", "users"], find.query()).await
    }

    /// Whose id this is, or who signs in with exactly this, in small or capital letters.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn users_exactly(&self, text: &str) -> Result<Vec<User>, ClientError> {
        let page: Page<User> = self.get(&["v1", "users"], vec![("exactly", text.to_owned())]).await?;
        Ok(page.items)
    }

    /// What the directory knows of somebody.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn user(&self, id: &str) -> Result<PersonDetail, ClientError> {
        self.get(&["v1", "users", id], vec![]).await
    }

    /// How the installation is set, without secrets.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn settings(&self) -> Result<InstallationSettings, ClientError> {
        self.get(&["v1", "settings"], vec![]).await
    }

    /// What somebody may ask for.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn eligibility_of_user(&self, id: &str) -> Result<Eligibility, ClientError> {
        self.get(&["v1", "users", id, "eligibility"], vec![]).await
    }

    /// Who is in a group, by display name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn members(&self, group: &str, find: &Find) -> Result<Page<User>, ClientError> {
        self.get(&["v1", "groups", group, "members"], find.query()).await
    }

    /// How old what Curfew knows of AWS is.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn directory(&self) -> Result<DirectoryAges, ClientError> {
        self.get(&["v1", "directory"], vec![]).await
    }

    /// Has these parts of the directory read anew; all of them where none is named.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn read_directory(&self, parts: &[&str]) -> Result<(), ClientError> {
        self.post::<Value>(&["v1", "directory", "read"], &json!({ "parts": parts })).await.map(drop)
    }

    /// The root and the organizational units, by name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn organizational_units(&self, find: &Find) -> Result<Page<OrganizationalUnit>, ClientError> {
        self.get(&["v1", "organizational-units"], find.query()).await
    }

    /// Groups whose name begins so or holds it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn groups(&self, search: &str) -> Result<Page<Value>, ClientError> {
        self.get(&["v1", "groups"], vec![("q", search.to_owned())]).await
    }

    /// Groups, by name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn groups_found(&self, find: &Find) -> Result<Page<Group>, ClientError> {
        self.get(&["v1", "groups"], find.query()).await
    }

    /// Permission sets whose name begins so or holds it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn permission_sets(&self, search: &str) -> Result<Page<Value>, ClientError> {
        self.get(&["v1", "permission-sets"], vec![("q", search.to_owned())]).await
    }
}
