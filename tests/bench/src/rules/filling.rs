//! The large organization in a database, as synchronising it and three weeks of use would have left it.

use anyhow::Context;
use domain::rules::{Book, Document};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::documents::now;
use super::organization::Company;

/// People of the sample company, who can sign in; each is put into the groups of somebody of the large one.
pub const CALLERS: [&str; 6] = ["ann", "ben", "carla", "dave", "erin", "frank"];
/// Rows that are written at once.
const CHUNK: usize = 5_000;

/// Writes the organization, and so many requests of its people.
pub async fn fill(pool: &PgPool, company: &Company, past: usize) -> anyhow::Result<()> {
    let mut random = StdRng::seed_from_u64(7);
    directory(pool, company, &mut random).await.context("filling the directory")?;
    ask_before(pool, company, past, &mut random).await.context("past requests")
}

/// Writes the organization beside the sample company, as synchronising it would have.
async fn directory(pool: &PgPool, company: &Company, random: &mut StdRng) -> anyhow::Result<()> {
    let organization = &company.organization;
    let (mut units, mut parents): (Vec<&str>, Vec<Option<&str>>) = (Vec::new(), Vec::new());
    for account in &organization.accounts {
        for (at, unit) in account.units.iter().enumerate() {
            if !units.contains(&unit.as_str()) {
                units.push(unit);
                parents.push(account.units.get(at + 1).map(String::as_str));
            }
        }
    }
    sqlx::query("INSERT INTO directory_units (id, name, parent_id) SELECT u, u, p FROM unnest($1::text[], $2::text[]) AS t(u, p) ON CONFLICT DO NOTHING")
        .bind(&units).bind(&parents).execute(pool).await?;
    let accounts = &organization.accounts;
    sqlx::query(
        "INSERT INTO directory_accounts (id, name, email, active, unit_id, tags, tags_read_at) \
         SELECT id, name, id || '@accounts.example', active, unit, tags, now() \
         FROM unnest($1::text[], $2::text[], $3::bool[], $4::text[], $5::jsonb[]) AS t(id, name, active, unit, tags) ON CONFLICT DO NOTHING",
    )
    .bind(accounts.iter().map(|a| a.id.as_str()).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.name.as_str()).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.active).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.units.first().map(String::as_str)).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| json!(a.tags)).collect::<Vec<_>>())
    .execute(pool)
    .await?;
    let sets = &organization.permission_sets;
    sqlx::query(
        "INSERT INTO directory_permission_sets (arn, name, session_s, tags) \
         SELECT arn, name, 3600, tags FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS t(arn, name, tags) ON CONFLICT DO NOTHING",
    )
    .bind(sets.iter().map(|s| s.arn.as_str()).collect::<Vec<_>>())
    .bind(sets.iter().map(|s| s.name.as_str()).collect::<Vec<_>>())
    .bind(sets.iter().map(|s| json!(s.tags)).collect::<Vec<_>>())
    .execute(pool)
    .await?;
    people(pool, company, random).await?;
    documents(pool, &company.documents).await?;
    sqlx::query("UPDATE directory_revision SET revision = revision + 1").execute(pool).await?;
    // As a database is left that has lived for a while.
    sqlx::query("VACUUM ANALYZE").execute(pool).await?;
    Ok(())
}

async fn people(pool: &PgPool, company: &Company, random: &mut StdRng) -> anyhow::Result<()> {
    let ids: Vec<&str> = company.people.iter().map(|p| p.user.as_str()).collect();
    sqlx::query(
        "INSERT INTO directory_users (id, user_name, display_name, email, active) \
         SELECT u, 'user-' || u, 'User ' || u, u || '@example.com', true FROM unnest($1::text[]) AS u ON CONFLICT DO NOTHING",
    )
    .bind(&ids)
    .execute(pool)
    .await?;
    let memberships = company.people.iter().flat_map(|p| p.groups.iter().map(move |g| (g.as_str(), p.user.as_str())));
    let mut memberships: Vec<(&str, &str)> = memberships.collect();
    let callers: Vec<(String, String)> =
        sqlx::query_as("SELECT id, user_name FROM directory_users WHERE user_name = ANY($1)")
            .bind(CALLERS.map(str::to_owned).to_vec())
            .fetch_all(pool)
            .await?;
    for (id, _) in &callers {
        let like = company.people.choose(random).context("there are no people")?;
        memberships.extend(like.groups.iter().map(|group| (group.as_str(), id.as_str())));
    }
    let (groups, users): (Vec<&str>, Vec<&str>) = memberships.into_iter().unzip();
    sqlx::query("INSERT INTO directory_groups (id, name) SELECT DISTINCT g, 'group-' || g FROM unnest($1::text[]) AS g ON CONFLICT DO NOTHING")
        .bind(&groups).execute(pool).await?;
    sqlx::query("INSERT INTO directory_members (group_id, user_id) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING")
        .bind(&groups).bind(&users).execute(pool).await?;
    Ok(())
}

async fn documents(pool: &PgPool, documents: &[Document]) -> anyhow::Result<()> {
    let specs = documents.iter().map(|d| Ok(serde_json::to_value(&d.body)?.get("spec").cloned().unwrap_or_default()));
    let specs: anyhow::Result<Vec<Value>> = specs.collect();
    sqlx::query(
        "WITH d AS (INSERT INTO documents (id, kind, version, spec, created_at, updated_at) \
             SELECT id, kind, 1, spec, now(), now() FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) AS t(id, kind, spec) RETURNING id, spec), \
         v AS (INSERT INTO document_versions (document_id, version, spec, saved_at, saved_by) \
             SELECT id, 1, spec, now(), '{\"kind\": \"service\", \"name\": \"bench\"}' FROM d) \
         UPDATE revisions SET value = value + 1 WHERE name = 'policy'",
    )
    .bind(documents.iter().map(|d| d.id).collect::<Vec<_>>())
    .bind(documents.iter().map(|d| d.body.kind().as_str()).collect::<Vec<_>>())
    .bind(specs?)
    .execute(pool)
    .await?;
    Ok(())
}

/// Requests of the last three weeks, most of them for something that a rule offered.
async fn ask_before(pool: &PgPool, company: &Company, count: usize, random: &mut StdRng) -> anyhow::Result<()> {
    let book = Book::compile(company.documents.clone(), company.organization.clone());
    let mut left = count;
    while left > 0 {
        let (mut ids, mut users, mut accounts, mut sets, mut rules, mut ages) =
            (vec![], vec![], vec![], vec![], vec![], vec![]);
        while ids.len() < CHUNK.min(left) {
            let somebody = company.people.choose(random).context("there are no people")?;
            let offers = book.offers(&somebody.user, &somebody.groups, now());
            let Some(offer) = offers.choose(random) else { continue };
            let Some((account, set)) = offer.accounts().next().zip(offer.permission_sets().next()) else { continue };
            ids.push(Uuid::now_v7());
            users.push(somebody.user.as_str());
            accounts.push(account.id.to_string());
            sets.push(set.arn.to_string());
            rules.push(offer.rule.id.uuid());
            ages.push(random.random_range(3_600..21 * 86_400));
        }
        left -= ids.len();
        let asked = "INSERT INTO requests (id, state, requester_id, beneficiary_id, reason, ticket, minutes, trace, submitted_at, decide_by, decided_at) \
            SELECT id, 'approved', u, u, 'the nightly import of the ledger fails', 'OPS-1234', 30, '[]', now() - make_interval(secs => age), \
                now() - make_interval(secs => age - 3600), now() - make_interval(secs => age - 60) \
            FROM unnest($1::uuid[], $2::text[], $3::int[]) AS t(id, u, age)";
        sqlx::query(asked).bind(&ids).bind(&users).bind(&ages).execute(pool).await?;
        let items = "INSERT INTO request_items (request_id, ordinal, account_id, account_name, permission_set_arn, permission_set_name, rule_id, rule_version, state) \
            SELECT id, 0, a, a, p, p, r, 1, 'approved' FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS t(id, a, p, r)";
        sqlx::query(items).bind(&ids).bind(&accounts).bind(&sets).bind(&rules).execute(pool).await?;
    }
    sqlx::query("VACUUM ANALYZE requests, request_items").execute(pool).await?;
    Ok(())
}
