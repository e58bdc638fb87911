//! The sample company, signed in: those who ask, those who decide, and what may be asked for.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, ensure};
use client::{Client, NewWebhook, Pair, TokenSource};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;

use crate::oracle::{Oracle, Tuple};
use crate::system::System;

/// Somebody who asks.
#[derive(Debug, Clone)]
pub struct Engineer {
    pub id: String,
    pub client: Client,
}

/// Everybody with a part in a life, and the tuples that nobody uses just now.
#[derive(Debug)]
pub struct People {
    engineers: Vec<Engineer>,
    approvers: Vec<Client>,
    free: Mutex<VecDeque<Subject>>,
    decisions: Mutex<Vec<(Tuple, Timestamp)>>,
}

/// Who asks for what. Held by one life at a time, so that no two share an assignment.
#[derive(Debug, Clone)]
pub struct Subject {
    engineer: usize,
    pub pair: Pair,
}

impl People {
    /// Signs everybody in, and makes the webhook endpoint.
    pub async fn gather(system: &System, oracle: &Oracle) -> anyhow::Result<Self> {
        let nobody = Client::new(system.endpoints.clone(), TokenSource::none())?;
        let sign_in = async |name: &str| -> anyhow::Result<Client> {
            let token = SecretString::from(oracle.token(name).await.with_context(|| format!("signing {name} in"))?);
            Ok(nobody.with_token(TokenSource::fixed(token)))
        };
        let admin = sign_in("frank").await?;
        admin.create_webhook(&NewWebhook { url: oracle.hook()? }).await.context("the webhook endpoint")?;
        let approvers = vec![sign_in("carla").await?, sign_in("dave").await?];
        let mut engineers = Vec::new();
        for (id, name) in engineers_of(&oracle.directory().await?) {
            engineers.push(Engineer { id, client: sign_in(&name).await? });
        }
        let first = engineers.first().context("the company has no engineers")?;
        let pairs = pairs_with_one_vote(&first.client).await?;
        // Neighbours in the queue differ in everything, as among people who do not wait for each other.
        let count = engineers.len();
        let subject = |(round, pair): (usize, &Pair), index: usize| Subject {
            engineer: (index + round) % count,
            pair: pair.clone(),
        };
        let free =
            (0..count).flat_map(|index| pairs.iter().enumerate().map(move |pair| subject(pair, index))).collect();
        Ok(Self { engineers, approvers, free: Mutex::new(free), decisions: Mutex::default() })
    }

    /// How many ask.
    pub fn count(&self) -> usize {
        self.engineers.len()
    }

    /// A tuple that has rested longest.
    pub fn take(&self) -> anyhow::Result<Subject> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).pop_front().context("every tuple is in use")
    }

    /// It may be asked for again.
    pub fn give_back(&self, subject: Subject) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push_back(subject);
    }

    pub fn engineer(&self, subject: &Subject) -> anyhow::Result<&Engineer> {
        self.engineers.get(subject.engineer).context("no such engineer")
    }

    /// What AWS would call it.
    pub fn tuple(&self, subject: &Subject) -> anyhow::Result<Tuple> {
        Ok(Tuple {
            principal: self.engineer(subject)?.id.clone(),
            account: subject.pair.account.clone(),
            permission_set: subject.pair.permission_set.clone(),
        })
    }

    /// An approver's call about this tuple is about to leave.
    pub fn note_decision(&self, tuple: Tuple, at: Timestamp) {
        self.decisions.lock().unwrap_or_else(PoisonError::into_inner).push((tuple, at));
    }

    /// What has been approved, and the moment before it was: of lives that went wrong, too.
    pub fn decisions(&self) -> Vec<(Tuple, Timestamp)> {
        self.decisions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Those who decide, in turn.
    pub fn approver(&self, turn: usize) -> anyhow::Result<&Client> {
        self.approvers.get(turn % self.approvers.len().max(1)).context("nobody decides")
    }
}

fn engineers_of(directory: &Value) -> Vec<(String, String)> {
    let users = directory.get("users").and_then(Value::as_array).into_iter().flatten();
    let text = |user: &Value, field: &str| user.get(field).and_then(Value::as_str).map(str::to_owned);
    users
        .filter(|user| user.get("enabled") == Some(&Value::Bool(true)))
        .filter(|user| {
            user.get("groups").and_then(Value::as_array).is_some_and(|g| g.contains(&Value::from("engineers")))
        })
        .filter_map(|user| Some((text(user, "id")?, text(user, "user_name")?)))
        .collect()
}

/// What needs one approval and no ticket.
async fn pairs_with_one_vote(client: &Client) -> anyhow::Result<Vec<Pair>> {
    let offers = client.eligibility().await.context("asking what may be asked for")?.items;
    let mut pairs = BTreeSet::new();
    for offer in offers.iter().filter(|offer| offer.needs_one_vote()) {
        for account in &offer.accounts {
            pairs.extend(offer.permission_sets.iter().map(|set| (account.clone(), set.clone())));
        }
    }
    ensure!(!pairs.is_empty(), "nothing needs just one approval: {offers:?}");
    Ok(pairs.into_iter().map(|(account, permission_set)| Pair { account, permission_set }).collect())
}
