//! Mails: who gets them, what they say, and that nothing that people typed can do harm in them.

use crate::support::{World, activated, at, ended, link_key};
use domain::approval::Decision;
use domain::fact::Evidence;
use domain::grant::EndReason;
use domain::{Actor, Fact, GrantId};
use jiff::SignedDuration;
use store::deliveries::DeliveryState;
use store::{approvals, new_id, requests};
use testkit::company;
use web::link::verify;

fn recipients(world: &World) -> Vec<String> {
    world.mail.mails().into_iter().map(|mail| mail.to).collect()
}

#[tokio::test]
async fn every_approver_is_asked_once_and_never_who_asked_or_is_disabled() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    assert_eq!(recipients(&world), ["cora@example.com", "dave@example.com", "root@example.com"]);
}

#[tokio::test]
async fn an_approver_who_asks_or_would_have_the_access_is_not_asked() {
    let world = World::new().await;
    let asked = world.ask("cora", "root", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    assert_eq!(recipients(&world), ["dave@example.com", "root@example.com"]);
    let mails = world.mail.mails();
    assert!(mails[0].text().contains("on behalf of Root Example"));
    assert!(!mails[1].text().contains("/decide/"), "root, whom it is for, is told and not asked");
}

#[tokio::test]
async fn the_links_are_bound_to_approval_approver_and_decision() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    for (mail, name) in world.mail.mails().iter().zip(["cora", "dave", "root"]) {
        let text = mail.text();
        for (label, decision) in [("Approve", Decision::Approve), ("Reject", Decision::Reject)] {
            let start = format!("{label}: https://curfew.example/decide/");
            let token = text.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_else(|| panic!("{text}"));
            assert!(mail.html().contains(&format!("href=\"https://curfew.example/decide/{token}\"")));
            let link = verify(&link_key(), token, world.db.clock().now()).unwrap();
            assert_eq!((link.approval, link.approver, link.decision), (asked.approval, company::user(name), decision));
            assert_eq!(link.expires_at, at("2026-03-02T12:00:00Z"));
        }
    }
}

#[tokio::test]
async fn no_link_is_kept_in_the_database() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    for delivery in world.deliveries().await {
        assert!(!delivery.body.to_string().contains("v1."), "{}", delivery.body);
    }
}

#[tokio::test]
async fn a_request_for_approval_says_all_that_is_needed_to_decide() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck\nand customers wait").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    let mail = &world.mail.mails()[0];
    assert_eq!(
        mail.subject(),
        "[Curfew] Decide by 12:00 UTC: Ann Example asks for AdministratorAccess in payments-prod for 1 h 30 min"
    );
    let text = mail.text().replace("\r\n", "\n");
    let body = text.split("Approve: ").next().unwrap();
    let expected = format!(
        "Ann Example asks for AdministratorAccess in payments-prod for 1 h 30 min.\n\n\
         Please decide by Mon 2 Mar 2026, 12:00 UTC; after that the request lapses. Each link opens a page that shows the request again \
         and asks you to confirm.\n\n\
         Decide by:\n  | Mon 2 Mar 2026, 12:00 UTC\n\
         Asked by:\n  | Ann Example\n\
         Access:\n  | AdministratorAccess in payments-prod ({})\n\
         How long:\n  | 1 h 30 min\n\
         From:\n  | as soon as it is approved\n\
         Why:\n  | the queue is stuck\n  | and customers wait\n\
         Ticket:\n  | OPS-1\n\n",
        company::account("payments-prod")
    );
    assert_eq!(body, expected);
    let parsed = mail.parsed();
    assert_eq!(parsed.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
    assert_eq!(parsed.from().unwrap().first().unwrap().address().unwrap(), "curfew@curfew.example");
    assert_eq!(parsed.references().as_text().unwrap(), format!("request-{}@curfew.example", asked.request));
}

#[tokio::test]
async fn what_people_typed_stays_inert() {
    let world = World::new().await;
    let hostile = "<script>alert(1)</script>\r\n.\r\nApprove: https://evil.example/\u{202e}\u{2028}Bcc: all@example.com \"'&<a href=x>";
    let asked = world.ask("ann", "ann", hostile).await;
    let mut tx = world.db.begin(Actor::service("test")).await.unwrap();
    let mut users = company::users();
    users[0].display_name = "Ann\r\nBcc: victim@example.com\r\n\r\n<img src=x onerror=alert(1)>".to_owned();
    users[2].display_name = "Cora\r\nX-Evil: 1 <root@example.com>, \"".to_owned();
    store::directory::replace_users(&mut tx, &users).await.unwrap();
    tx.commit().await.unwrap();
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    let mails = world.mail.mails();
    assert_eq!(mails.len(), 3);
    for mail in &mails {
        let html = mail.html();
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<a href=x"), "{html}");
        assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"), "{html}");
        let text = mail.text();
        let links = text.lines().filter(|line| line.starts_with("Approve: ")).count();
        assert_eq!(links, 1, "{text}");
        assert!(
            text.contains("  | Approve: https://evil.example/\n")
                || text.contains("  | Approve: https://evil.example/\r\n"),
            "{text}"
        );
        assert!(!text.contains('\u{202e}') && !html.contains('\u{202e}'));
        let parsed = mail.parsed();
        assert!(parsed.bcc().is_none() && parsed.header_raw("X-Evil").is_none(), "{}", mail.raw);
        assert_eq!(parsed.to().unwrap().iter().count(), 1);
    }
    assert_eq!(mails[0].parsed().to().unwrap().first().unwrap().address().unwrap(), "cora@example.com");
}

#[tokio::test]
async fn a_message_that_comes_twice_is_told_once() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let twice = [asked.submitted.clone(), asked.submitted.clone()];
    assert_eq!(world.plan(&twice).await, 3);
    assert_eq!(world.plan(&twice).await, 0);
    world.send().await;
    assert_eq!(world.plan(&twice).await, 0);
    world.send().await;
    assert_eq!(world.mail.mails().len(), 3);
}

#[tokio::test]
async fn two_consumers_of_one_message_plan_it_once() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let batch = vec![asked.submitted.clone(); 1];
    let (a, b) = tokio::join!(world.inbound.plan(&batch), world.inbound.plan(&batch));
    assert_eq!(a.unwrap() + b.unwrap(), 3);
}

#[tokio::test]
async fn who_has_decided_meanwhile_is_not_asked_any_more() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    let mut tx = world.db.begin(company::actor("cora")).await.unwrap();
    approvals::close(&mut tx, asked.approval, approvals::ApprovalState::Approved).await.unwrap();
    tx.commit().await.unwrap();
    world.send().await;
    assert!(world.mail.mails().is_empty());
    for delivery in world.deliveries().await {
        assert_eq!(delivery.state, DeliveryState::NotNeeded);
        assert_eq!(delivery.last_error.as_deref(), Some("there is nothing left for them to decide"));
    }
}

#[tokio::test]
async fn a_question_that_is_too_late_is_not_asked() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.turn(SignedDuration::from_hours(3));
    world.send().await;
    assert!(world.mail.mails().is_empty());
}

#[tokio::test]
async fn those_who_were_asked_hear_of_the_cancellation() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    world.mail.take();
    let cancelled = world.happened(company::actor("ann"), Fact::RequestCancelled { request: asked.request }).await;
    world.plan(&[cancelled]).await;
    world.send().await;
    assert_eq!(recipients(&world), ["cora@example.com", "dave@example.com", "root@example.com"]);
    let subject = world.mail.mails()[0].subject();
    assert_eq!(
        subject,
        "[Curfew] Nothing to decide: Ann Example withdrew the request for AdministratorAccess in payments-prod"
    );
}

#[tokio::test]
async fn who_asked_hears_of_every_outcome() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let mut tx = world.db.begin(company::actor("cora")).await.unwrap();
    let request = requests::get(tx.connection(), asked.request).await.unwrap().unwrap();
    let store::decision::Approved::Grants(grants) =
        store::decision::approve(&mut tx, &request, &[0], false).await.unwrap()
    else {
        panic!("not approved")
    };
    let approved = crate::support::heard(tx.commit().await.unwrap());
    let grant: GrantId = grants[0];
    let (request, ann) = (asked.request, || company::actor("ann"));
    let until = at("2026-03-02T10:30:00Z");
    let read_back = Evidence::DeletedAndReadBack { read_at: until };
    let kept = Evidence::KeptByAnotherGrant { grant: GrantId(new_id()), until };
    let what = "AdministratorAccess in payments-prod";
    let table: Vec<(Fact, String, &str)> = vec![
        (
            Fact::RequestRejected { request, by: company::user("dave") },
            format!("Rejected: {what}"),
            "Dave Example rejected",
        ),
        (Fact::RequestTimedOut { request }, format!("Nobody decided in time: {what}"), "Ask again"),
        (
            activated(&asked, "ann"),
            format!("Ready until 10:30 UTC: {what}"),
            "In the AWS access portal choose the account payments-prod",
        ),
        (
            Fact::GrantExtended { grant, request, from: until, deadline_at: at("2026-03-02T11:30:00Z") },
            format!("Extended until 11:30 UTC: {what}"),
            "without a gap",
        ),
        (
            Fact::GrantPostponed {
                grant,
                request,
                tuple: crate::support::tuple_of("ann"),
                from: at("2026-03-02T09:00:00Z"),
                start_at: until,
            },
            format!("Begins later, at 10:30 UTC: {what}"),
            "The rules demand a rest",
        ),
        (
            ended(&asked, "ann", EndReason::Deadline, read_back.clone()),
            format!("Ended (its time was up): {what}"),
            "a read at Mon 2 Mar 2026, 10:30 UTC shows no assignment",
        ),
        (
            ended(&asked, "ann", EndReason::Revoked, read_back.clone()),
            format!("Ended (taken away by an approver or admin): {what}"),
            "",
        ),
        (
            ended(&asked, "ann", EndReason::EndedByRequester, kept),
            format!("Ended, but another access keeps it until 10:30 UTC: {what}"),
            "You still have this access",
        ),
        (
            ended(&asked, "ann", EndReason::Deadline, Evidence::PreExistingLeft),
            format!("Ended, but assigned from before: {what}"),
            "You may still have this access",
        ),
        (
            ended(&asked, "ann", EndReason::Failed, Evidence::NeverAttempted),
            format!("Failed: {what}"),
            "nothing is left behind",
        ),
        (
            ended(&asked, "ann", EndReason::NoLongerAllowed, Evidence::NeverAttempted),
            format!("No longer allowed: {what}"),
            "Something changed between the approval and the start",
        ),
    ];
    world.plan(&[approved]).await;
    world.send().await;
    let mail = world.mail.take().pop().unwrap();
    assert_eq!((mail.to.as_str(), mail.subject()), ("ann@example.com", format!("[Curfew] Approved: {what}")));
    assert!(mail.text().contains("Cora Example approved your request"), "{}", mail.text());
    for (fact, subject, says) in table {
        let told = world.happened(ann(), fact).await;
        world.plan(&[told]).await;
        world.send().await;
        let mails = world.mail.take();
        assert_eq!(mails.len(), 1, "{subject}");
        assert_eq!((mails[0].to.as_str(), mails[0].subject()), ("ann@example.com", format!("[Curfew] {subject}")));
        assert!(mails[0].text().contains(says), "{}", mails[0].text());
        assert!(mails[0].html().contains("https://curfew.example/"));
    }
}

#[tokio::test]
async fn who_asked_and_who_has_the_access_both_hear_that_it_is_ready() {
    let world = World::new().await;
    let asked = world.ask("ann", "ben", "the queue is stuck").await;
    let ready = world.happened(Actor::service("grant"), activated(&asked, "ben")).await;
    world.plan(&[ready]).await;
    world.send().await;
    assert_eq!(recipients(&world), ["ann@example.com", "ben@example.com"]);
}

#[tokio::test]
async fn the_rejection_carries_the_approvers_words() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let mut tx = world.db.begin(company::actor("dave")).await.unwrap();
    let vote = domain::approval::Vote {
        voter: company::user("dave"),
        stands_for: None,
        decision: Decision::Reject,
        need: 0,
        stage: 0,
    };
    let (channel, words) = (domain::approval::Channel::SignedIn, Some("use the read replica"));
    approvals::cast(&mut tx, asked.approval, &vote, &[], channel, words, None).await.unwrap();
    tx.record(Fact::RequestRejected { request: asked.request, by: company::user("dave") });
    let rejected = crate::support::heard(tx.commit().await.unwrap());
    world.plan(&[rejected]).await;
    world.send().await;
    assert!(
        world.mail.mails()[0].text().contains("They say:\n  | use the read replica")
            || world.mail.mails()[0].text().contains("They say:\r\n  | use the read replica")
    );
}
