//! Ask, approve by the link in the mail, have access, lose it on time.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use client::{Client, Grant, Me, NewRequest, Pair, TrailFilter};
use cloud::{Cloud, Presence};
use domain::{AccountId, PermissionSetArn, Tuple, UserId};
use uuid::Uuid;

use super::mail;
use super::tell::Teller;
use crate::dev_issuer::People;

/// One minute is the shortest access there is.
const MINUTES: i64 = 1;
/// How long AWS may take for one assignment here.
const PATIENCE: Duration = Duration::from_secs(60);

/// Plays it.
pub async fn play(teller: &mut Teller, people: &People, aws: &Cloud) -> anyhow::Result<()> {
    let (ann, carla) = (people.sign_in("ann").await?, people.sign_in("carla").await?);
    let pair = choose(&ann).await?;
    let tuple = tuple(&ann, &pair).await?;
    ensure!(see(aws, &tuple).await? == Presence::Absent, "ann is assigned there already, before anything was asked");
    teller.saw("AWS", "ann has no such assignment");

    let asked = NewRequest {
        pairs: vec![pair],
        minutes: MINUTES,
        reason: "Demonstration: look at the failing import".to_owned(),
        ..NewRequest::default()
    };
    let request = ann.submit(&asked, None).await.context("submitting")?;
    teller.saw("API", &format!("request {} is {}", request.id, request.state));

    approve_by_mail(teller, people, &carla, request.id).await?;
    let grant = wait_for_grant(&ann, request.id, "active").await?;
    let deadline = grant.deadline_at.context("an active grant without a deadline")?;
    ensure!(see(aws, &tuple).await? == Presence::Present, "the grant is active, and AWS shows no assignment");
    teller.saw("AWS", "shows the assignment");
    teller.saw("API", &format!("grant {} is active until {deadline}", grant.id));
    mail::wait_for(people, &address("ann"), "that says the access is there", |m| m.subject.contains("Ready until"))
        .await?;
    teller.saw("mail", "ann was told that she has access");

    wait_until_absent(teller, aws, &tuple, deadline).await?;
    let ended = wait_for_grant(&ann, request.id, "ended").await?;
    ensure!(ended.reason.as_deref() == Some("deadline"), "it ended for {:?}", ended.reason);
    teller.saw("API", "the grant has ended: deadline");
    let of_request = TrailFilter { request: Some(request.id), limit: Some(100), ..TrailFilter::default() };
    let trail = people.sign_in("erin").await?.trail(&of_request).await?;
    let words: Vec<&str> = trail.items.iter().rev().map(|entry| entry.action.as_str()).collect();
    teller.saw("trail", &words.join(", "));
    Ok(())
}

fn address(user_name: &str) -> String {
    format!("{user_name}@harbourfreight.example")
}

/// Something that needs an approval.
async fn choose(ann: &Client) -> anyhow::Result<Pair> {
    let offers = ann.eligibility().await.context("asking what ann may ask for")?.items;
    let offer = offers.iter().find(|offer| offer.needs_one_vote());
    let offer = offer.context("ann may ask for nothing that needs one approval and no ticket")?;
    let (account, permission_set) = (offer.accounts.first(), offer.permission_sets.first());
    let (account, permission_set) = account.zip(permission_set).context("the rule offers nothing")?;
    Ok(Pair { account: account.clone(), permission_set: permission_set.clone() })
}

async fn tuple(ann: &Client, pair: &Pair) -> anyhow::Result<Tuple> {
    let Me::User { id, .. } = ann.me().await? else { bail!("ann's token is taken for a machine's") };
    Ok(Tuple {
        principal: UserId::parse(id)?,
        account: AccountId::parse(pair.account.as_str())?,
        permission_set: PermissionSetArn::parse(pair.permission_set.as_str())?,
    })
}

async fn approve_by_mail(teller: &mut Teller, people: &People, carla: &Client, request: Uuid) -> anyhow::Result<()> {
    let id = request.to_string();
    let mail = mail::wait_for(people, &address("carla"), "that asks to decide", |m| m.text.contains(&id)).await?;
    teller.saw("mail", &format!("to carla: {}", mail.subject));
    let token = mail::token_after(&mail, "approve")?;
    let shown = carla.link(&token).await.context("opening the link")?;
    ensure!(!shown.used, "the link was used before it was followed");
    teller.saw("link", &format!("shows {} by {}", shown.request.reason, shown.request.requester.name));
    carla.decide_link(&token, None).await.context("deciding by the link")?;
    teller.saw("link", "carla approved, signed in");
    match carla.decide_link(&token, None).await {
        Err(client::ClientError::Problem(problem)) => teller.saw("link", &format!("a second time: {}", problem.title)),
        Err(error) => return Err(error).context("following the link a second time"),
        Ok(_) => bail!("the link worked twice"),
    }
    Ok(())
}

async fn see(aws: &Cloud, tuple: &Tuple) -> anyhow::Result<Presence> {
    aws.deletions().read(tuple).await.context("reading the assignment from AWS")
}

async fn wait_for_grant(ann: &Client, request: Uuid, state: &str) -> anyhow::Result<Grant> {
    let until = Instant::now() + PATIENCE;
    let mut last = "none".to_owned();
    while Instant::now() < until {
        if let Some(grant) = ann.request(request).await?.grants.into_iter().next() {
            if grant.state == state {
                return Ok(grant);
            }
            last = format!("{} {}", grant.state, grant.reason.unwrap_or_default());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the grant did not become {state} within {} s; it is {last}", PATIENCE.as_secs())
}

async fn wait_until_absent(
    teller: &mut Teller,
    aws: &Cloud,
    tuple: &Tuple,
    deadline: jiff::Timestamp,
) -> anyhow::Result<()> {
    teller.saw("", &format!("waiting for the deadline, {MINUTES} minute"));
    let until = Instant::now() + Duration::from_secs(60) + PATIENCE;
    let mut shown_until = jiff::Timestamp::now();
    while Instant::now() < until {
        let at = jiff::Timestamp::now();
        match see(aws, tuple).await? {
            Presence::Present => shown_until = at,
            Presence::Absent => {
                ensure!(at >= deadline, "AWS no longer shows it at {at}, before the deadline {deadline}");
                let late = at.duration_since(deadline);
                teller.saw(
                    "AWS",
                    &format!("no longer shows the assignment, {:.1} s after the deadline", late.as_secs_f64()),
                );
                return Ok(());
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    bail!("AWS still showed the assignment at {shown_until}, the deadline was {deadline}")
}
