//! People and groups, as the directory would have brought them.

use domain::{GroupId, UserId};

use crate::TestDb;

impl TestDb {
    /// A new active user.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn person(&self, name: &str) -> UserId {
        let id = UserId::parse(uuid::Uuid::now_v7().to_string()).expect("a UUID");
        sqlx::query(
            "INSERT INTO directory_users (id, user_name, display_name, email, active) VALUES ($1, $2, $3, $4, true)",
        )
        .bind(id.as_str())
        .bind(name)
        .bind(format!("{name} of the tests"))
        .bind(format!("{name}@example.com"))
        .execute(self.db.pool())
        .await
        .expect("a new user");
        id
    }

    /// A new group with these members.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn group(&self, name: &str, members: &[&UserId]) -> GroupId {
        let id = GroupId::parse(uuid::Uuid::now_v7().to_string()).expect("a UUID");
        sqlx::query("INSERT INTO directory_groups (id, name) VALUES ($1, $2)")
            .bind(id.as_str())
            .bind(name)
            .execute(self.db.pool())
            .await
            .expect("a new group");
        for member in members {
            sqlx::query("INSERT INTO directory_members (group_id, user_id) VALUES ($1, $2)")
                .bind(id.as_str())
                .bind(member.as_str())
                .execute(self.db.pool())
                .await
                .expect("a new member");
        }
        id
    }

    /// Takes somebody out of a group.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn leaves(&self, user: &UserId, group: &GroupId) {
        sqlx::query("DELETE FROM directory_members WHERE group_id = $1 AND user_id = $2")
            .bind(group.as_str())
            .bind(user.as_str())
            .execute(self.db.pool())
            .await
            .expect("one member less");
    }

    /// Disables somebody.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn disable(&self, user: &UserId) {
        sqlx::query("UPDATE directory_users SET active = false WHERE id = $1")
            .bind(user.as_str())
            .execute(self.db.pool())
            .await
            .expect("the user disabled");
    }

    /// Somebody is in the directory no more.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn is_gone(&self, user: &UserId, since: jiff::Timestamp) {
        sqlx::query("UPDATE directory_users SET active = false, gone_at = $2::timestamptz WHERE id = $1")
            .bind(user.as_str())
            .bind(since.to_string())
            .execute(self.db.pool())
            .await
            .expect("the user gone");
    }

    /// Nobody else is in the directory's copy.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn only(&self, people: &[&UserId]) {
        let ids: Vec<&str> = people.iter().map(|person| person.as_str()).collect();
        for statement in [
            "DELETE FROM directory_members WHERE user_id <> ALL($1)",
            "DELETE FROM directory_users WHERE id <> ALL($1)",
        ] {
            sqlx::query(statement).bind(&ids).execute(self.db.pool()).await.expect("fewer people");
        }
    }

    /// Everybody who was disabled or gone is there again.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn everybody_is_back(&self) {
        sqlx::query("UPDATE directory_users SET active = true, gone_at = NULL WHERE NOT active OR gone_at IS NOT NULL")
            .execute(self.db.pool())
            .await
            .expect("everybody");
    }
}
