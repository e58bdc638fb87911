//! Who is asked to decide, when, how often, and where the links lead.

use crate::support::{Asked, Wish, World, leads};
use domain::approval::{Channel, Decision, Escalation, Need, People, PolicySpec, Stage, Vote, Voters};
use domain::rules::{Severity, Subjects};
use domain::{Actor, CommentId, Fact};
use store::approvals::{self, Progress};
use store::{new_id, requests};
use testkit::company;

const WHAT: &str = "AdministratorAccess in payments-prod";

fn service() -> Actor {
    Actor::service("approval")
}

fn to(all: &[(String, String)]) -> Vec<&str> {
    all.iter().map(|(to, _)| to.split('@').next().unwrap()).collect()
}

/// Two accounts, each decided by itself: the first by the leads or root, the second by `second`.
async fn apart(world: &World, second: PolicySpec) -> Asked {
    let decided = vec![(vec![0], leads()), (vec![1], second)];
    world.wish(Wish { accounts: &["payments-prod", "search-prod"], decided, ..Wish::of("ann", "ann") }).await
}

#[tokio::test]
async fn a_request_of_several_approvals_asks_each_approver_once() {
    let world = World::new().await;
    let second = PolicySpec::of(vec![company::group("leads")], vec![], 1);
    let asked = apart(&world, second).await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    let mails = world.mail.mails();
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["cora@example.com", "dave@example.com", "root@example.com"]);
    // Two decisions wait for the leads: the page has them both. One waits for root: the link leads to it.
    for mail in &mails[..2] {
        assert!(!mail.text().contains("/decide/"), "{}", mail.text());
        assert!(mail.text().contains(&format!("https://curfew.example/requests/{}", asked.request)));
        assert!(mail.text().contains("Several decisions about it wait for you"));
        assert!(mail.subject().contains(&format!("{WHAT} and 1 more")), "{}", mail.subject());
    }
    assert!(mails[2].text().contains("Approve: https://curfew.example/decide/"));
}

#[tokio::test]
async fn a_severity_that_is_not_as_usual_is_said() {
    let world = World::new().await;
    let severity = Severity::parse("critical").unwrap();
    let asked = world.wish(Wish { severity, ..Wish::of("ann", "ann") }).await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    assert!(world.mail.mails()[0].text().replace('\r', "").contains("Severity:\n  | critical"));
}

/// The leads or root, and zoe or eve where they stand in.
fn leads_or_whom_they_send() -> PolicySpec {
    let users = vec![company::user("zoe"), company::user("eve")];
    PolicySpec { delegates: Subjects { users, ..Subjects::default() }, ..leads() }
}

#[tokio::test]
async fn who_stands_in_is_asked_like_those_for_whom_they_do_and_told_so() {
    let world = World::new().await;
    world.stands_in("cora", "zoe").await;
    world.stands_in("dave", "zoe").await;
    // Not taken by the policy; and one who stands in for the asker may not decide for anybody.
    world.stands_in("root", "ben").await;
    world.stands_in("dave", "eve").await;
    world.stands_in("ann", "eve").await;
    let asked =
        world.wish(Wish { decided: vec![(vec![0], leads_or_whom_they_send())], ..Wish::of("ann", "ann") }).await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    let mails = world.mail.take();
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["cora@example.com", "dave@example.com", "root@example.com", "zoe@example.com"]);
    let text = mails[3].text();
    assert!(text.contains("in place of Cora Example and Dave Example, for whom you stand in."), "{text}");
    assert!(text.contains("Approve: https://curfew.example/decide/"), "{text}");
    assert!(!mails[0].text().contains("in place of"), "{}", mails[0].text());
}

#[tokio::test]
async fn who_stands_in_is_not_asked_for_somebody_who_has_voted() {
    let world = World::new().await;
    world.stands_in("cora", "zoe").await;
    let decided = vec![(
        vec![0],
        PolicySpec {
            delegates: leads_or_whom_they_send().delegates,
            ..PolicySpec::of(vec![company::group("leads")], vec![], 2)
        },
    )];
    let asked = world.wish(Wish { decided, ..Wish::of("ann", "ann") }).await;
    votes(&world, &asked, "cora").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    let to: Vec<String> = world.mail.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["dave@example.com"]);
}

async fn votes(world: &World, asked: &Asked, who: &str) {
    let mut tx = world.db.begin(company::actor(who)).await.unwrap();
    let vote = Vote { voter: company::user(who), stands_for: None, decision: Decision::Approve, need: 0, stage: 0 };
    approvals::cast(&mut tx, asked.approval, &vote, &[], Channel::SignedIn, None, None).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_reminder_reaches_only_those_who_have_not_voted() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    votes(&world, &asked, "cora").await;
    let reminded = Fact::ApprovalReminded { approval: asked.approval, request: asked.request, need: 0, stage: 0 };
    let told = world.tell(service(), vec![reminded]).await;
    assert_eq!(to(&told), ["dave", "root"]);
    assert!(told[0].1.starts_with("[Curfew] Reminder, decide by 12:00 UTC: Ann Example asks for"), "{told:?}");
    assert!(world.mail.mails()[0].text().contains("Approve: https://curfew.example/decide/"));
}

/// Writes where the only need stands, and whom it asks.
async fn moves_to(world: &World, asked: &Asked, needs: Vec<Need>, stage: usize, asks: &[String]) {
    let mut tx = world.db.begin(service()).await.unwrap();
    requests::lock(&mut tx, asked.request).await.unwrap().unwrap();
    let mut approval = approvals::lock(&mut tx, asked.request).await.unwrap().remove(0);
    approval.needs = needs;
    approval.progress = vec![Progress { stage: Some(stage), since: tx.now(), reminded: false, escalated: false }];
    approvals::advance(&mut tx, &approval, asks).await.unwrap();
    tx.commit().await.unwrap();
}

fn need(stages: Vec<Stage>) -> Vec<Need> {
    let policy = PolicySpec { stages, ..leads() };
    vec![Need { policy, named: None, because: "a rule".to_owned() }]
}

fn stage(groups: &[&str], escalation: Option<Escalation>) -> Stage {
    let voters = Voters { groups: groups.iter().map(|g| company::group(g)).collect(), ..Voters::default() };
    Stage { voters, votes: 1, remind_after_minutes: None, escalation }
}

#[tokio::test]
async fn a_later_stage_asks_its_own_people_and_says_that_it_is_their_turn() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    let asks = [format!("group:{}", company::group("admins"))];
    moves_to(&world, &asked, need(vec![stage(&["leads"], None), stage(&["admins"], None)]), 1, &asks).await;
    let began = Fact::ApprovalStageBegan { approval: asked.approval, request: asked.request, need: 0, stage: 1 };
    let told = world.tell(company::actor("cora"), vec![began]).await;
    assert_eq!(to(&told), ["root"]);
    assert!(told[0].1.contains("Your turn, decide by 12:00 UTC"), "{told:?}");
    assert!(world.mail.mails()[0].text().contains("have agreed; now it is your turn"));
}

#[tokio::test]
async fn an_escalation_reaches_the_further_people_alone_and_says_so() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let further = People { groups: vec![company::group("auditors")], users: vec![company::user("ann")] };
    let escalation = Some(Escalation { after_minutes: 30, to: further });
    let asks = [format!("group:{}", company::group("leads")), format!("group:{}", company::group("auditors"))];
    moves_to(&world, &asked, need(vec![stage(&["leads"], escalation)]), 0, &asks).await;
    let escalated = Fact::ApprovalEscalated { approval: asked.approval, request: asked.request, need: 0, stage: 0 };
    let told = world.tell(service(), vec![escalated]).await;
    assert_eq!(to(&told), ["eve"], "not the leads, who know, and never who asked");
    assert!(told[0].1.contains("Escalated, decide by"), "{told:?}");
    assert!(world.mail.mails()[0].text().contains("escalated to you"));
}

#[tokio::test]
async fn rules_that_became_stricter_ask_again() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let tightened = Fact::ApprovalTightened { approval: asked.approval, request: asked.request };
    let told = world.tell(service(), vec![tightened]).await;
    assert_eq!(to(&told), ["cora", "dave", "root"]);
    assert!(told[0].1.contains("Another approval, decide by"), "{told:?}");
}

#[tokio::test]
async fn one_commit_about_several_approvals_asks_each_approver_once_even_if_it_is_heard_in_pieces() {
    let world = World::new().await;
    let asked = apart(&world, leads()).await;
    let reminded =
        |n: usize| Fact::ApprovalReminded { approval: asked.approvals[n], request: asked.request, need: 0, stage: 0 };
    let told = world.tell(service(), vec![reminded(0), reminded(1)]).await;
    assert_eq!(to(&told), ["cora", "dave", "root"]);
    // The second half of a commit arrives later.
    world.turn(jiff::SignedDuration::from_mins(5));
    let mut tx = world.db.begin(service()).await.unwrap();
    tx.record(reminded(0));
    tx.record(reminded(1));
    let committed = tx.commit().await.unwrap();
    let mut planned = Vec::new();
    for occurred in committed {
        let one = notification::usecase::plan_deliveries::Heard { occurred, trace_parent: None };
        planned.push(world.plan(&[one]).await);
    }
    assert_eq!(planned, [3, 0]);
}

#[tokio::test]
async fn who_is_asked_in_another_approval_alone_is_sent_no_link_to_the_one_that_is_over() {
    let world = World::new().await;
    let asked = apart(&world, PolicySpec::of(vec![company::group("leads")], vec![], 1)).await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    let mut tx = world.db.begin(company::actor("cora")).await.unwrap();
    approvals::close(&mut tx, asked.approvals[0], approvals::ApprovalState::Approved).await.unwrap();
    tx.commit().await.unwrap();
    world.send().await;
    let to: Vec<String> = world.mail.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["cora@example.com", "dave@example.com"], "root's only approval is over");
}

#[tokio::test]
async fn who_it_is_for_hears_that_somebody_asked_and_what_was_decided() {
    let world = World::new().await;
    let asked = world.ask("ann", "ben", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    let mails = world.mail.take();
    let ben = mails.iter().find(|mail| mail.to == "ben@example.com").unwrap();
    assert_eq!(ben.subject(), format!("[Curfew] Ann Example asks for {WHAT} on your behalf"));
    assert!(!ben.text().contains("/decide/"));
    let rejected = Fact::RequestRejected { request: asked.request, by: company::user("dave") };
    let told = world.tell(company::actor("dave"), vec![rejected]).await;
    assert_eq!(to(&told), ["ann", "ben"]);
    let mails = world.mail.mails();
    assert!(mails[0].text().contains(&format!("rejected your request for {WHAT}.")), "{}", mails[0].text());
    assert!(mails[1].text().contains(&format!("rejected Ann Example's request for you, {WHAT}.")));
}

#[tokio::test]
async fn a_part_that_is_decided_is_told_while_the_rest_waits() {
    let world = World::new().await;
    let asked = apart(&world, leads()).await;
    let concluded = |approved| Fact::ApprovalConcluded {
        approval: asked.approvals[1],
        request: asked.request,
        approved,
        pairs: vec![company::pair("search-prod", "AdministratorAccess")],
        grants: vec![],
    };
    let told = world.tell(company::actor("cora"), vec![concluded(true)]).await;
    let subject = "[Curfew] A part was approved: AdministratorAccess in search-prod".to_owned();
    assert_eq!(told, [("ann@example.com".to_owned(), subject)]);
    assert!(world.mail.mails()[0].text().contains("still waits for others to decide"));
    let told = world.tell(company::actor("cora"), vec![concluded(false)]).await;
    assert!(told[0].1.contains("A part was rejected"), "{told:?}");

    // The last part: the outcome of the whole is what is told, with what was left out.
    let mut tx = world.db.begin(company::actor("cora")).await.unwrap();
    let request = requests::lock(&mut tx, asked.request).await.unwrap().unwrap();
    store::decision::reject(&mut tx, &request, &[1]).await.unwrap();
    store::decision::approve(&mut tx, &request, &[0], false).await.unwrap();
    tx.record(concluded(true));
    let heard: Vec<_> = tx.commit().await.unwrap();
    world.mail.take();
    for occurred in heard {
        world.plan(&[notification::usecase::plan_deliveries::Heard { occurred, trace_parent: None }]).await;
    }
    world.send().await;
    let mails = world.mail.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject(), format!("[Curfew] Approved in part: {WHAT}"));
    assert!(mails[0].text().replace('\r', "").contains("Not approved:\n  | AdministratorAccess in search-prod"));
}

#[tokio::test]
async fn questions_and_answers_reach_all_who_talk_but_their_author() {
    let world = World::new().await;
    let asked = world.ask("ann", "ben", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    let comment = CommentId(new_id());
    sqlx::query("INSERT INTO comments (id, request_id, author_id, question, body, said_at) VALUES ($1, $2, $3, true, $4, now())")
        .bind(comment.uuid())
        .bind(asked.request.uuid())
        .bind(company::user("dave").as_str())
        .bind("Which queue?\nAnd since when?")
        .execute(world.db.pool())
        .await
        .unwrap();
    let said = |author, question| Fact::RequestCommented {
        request: asked.request,
        comment,
        author: company::user(author),
        question,
    };
    let told = world.tell(company::actor("dave"), vec![said("dave", true)]).await;
    assert_eq!(to(&told), ["ann", "ben", "cora", "root"]);
    assert_eq!(told[0].1, format!("[Curfew] Question about {WHAT}"));
    let text = world.mail.mails()[0].text().replace('\r', "");
    assert!(text.contains("They say:\n  | Which queue?\n  | And since when?"), "{text}");
    let told = world.tell(company::actor("ann"), vec![said("ann", false)]).await;
    assert_eq!(to(&told), ["ben", "cora", "dave", "root"]);
    assert_eq!(told[0].1, format!("[Curfew] Answer about {WHAT}"));
}
