//! Which pages are measured, and who looks at them.

use anyhow::Context;
use sqlx::PgPool;
use uuid::Uuid;

/// Asks for access.
pub const REQUESTER: &str = "ann";
/// Everybody whose pages are measured: who asks, an auditor, an admin.
pub const PEOPLE: [&str; 3] = [REQUESTER, "erin", "frank"];

/// A page by its name and address, and who opens it.
#[derive(Debug)]
pub struct Page {
    pub name: &'static str,
    pub path: String,
    pub who: &'static str,
}

/// All of them.
pub async fn all(pool: &PgPool) -> anyhow::Result<Vec<Page>> {
    let request: Uuid = sqlx::query_scalar("SELECT id FROM requests ORDER BY submitted_at LIMIT 1")
        .fetch_one(pool)
        .await
        .context("nobody asked for anything")?;
    let person: String = sqlx::query_scalar("SELECT beneficiary_id FROM requests ORDER BY submitted_at LIMIT 1")
        .fetch_one(pool)
        .await
        .context("nobody asked for anything")?;
    let account: String = sqlx::query_scalar("SELECT id FROM directory_accounts WHERE active ORDER BY name LIMIT 1")
        .fetch_one(pool)
        .await
        .context("there is no account")?;
    let rule: Uuid =
        sqlx::query_scalar("SELECT id FROM documents WHERE kind = 'rule' AND deleted_at IS NULL ORDER BY id LIMIT 1")
            .fetch_one(pool)
            .await
            .context("there is no rule")?;
    let page = |name, path: &str, who| Page { name, path: path.to_owned(), who };
    Ok(vec![
        page("home", "/", "ann"),
        page("ask", "/ask", "ann"),
        page("ask, found", "/ask?q=account-12", "ann"),
        page("ask, people", "/ask?who=User", "ann"),
        page("approvals", "/approvals", "ann"),
        page("my sessions", "/sessions", "ann"),
        page("display", "/display", "ann"),
        page("request", &format!("/requests/{request}"), "erin"),
        page("access", "/access", "erin"),
        page("history", "/history", "erin"),
        page("history, which person", "/history?state=approved&person=User", "erin"),
        page("history, of one", &format!("/history?state=approved&person={person}"), "erin"),
        page("accounts", "/accounts", "erin"),
        page("account", &format!("/accounts/{account}"), "erin"),
        page("who", "/who", "erin"),
        page("log", "/log", "erin"),
        page("rules", "/rules", "frank"),
        page("operations", "/operations", "frank"),
        page("operations, a month", "/operations?span=month", "frank"),
        page("policy, rules", "/policy/rules", "frank"),
        page("policy, rules, searched", "/policy/rules?q=12", "frank"),
        page("policy, a new rule", "/policy/rules/new", "frank"),
        page("policy, a rule", &format!("/policy/rules/{rule}"), "erin"),
        page("policy, a rule edited", &format!("/policy/rules/{rule}/edit"), "frank"),
        page("emergency", "/emergency", "frank"),
        page("people", "/people", "erin"),
        page("people, searched", "/people?q=User", "erin"),
        page("settings", "/settings", "frank"),
    ])
}
