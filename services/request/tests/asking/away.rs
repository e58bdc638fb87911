//! Systems of others: what they say decides, and when they are away the rule says what happens.

use domain::approval::{ScheduleRef, ScheduleSource};
use domain::rules::{Approval, Automatic, BreakGlass, RuleSpec, TicketCheck, WhenAway};
use judge::Judge;
use request::usecase::{Refusal, Submit};
use serde_json::{Value, json};
use simulator::{Config, Running, Simulator};
use testkit::TestDb;
use testkit::company::{self, automatic, rule_for};

use super::{an_hour_of, ask_by, judge, open_for_business, power_in};

struct Desk {
    simulator: Running,
    judge: Judge,
    db: TestDb,
}

impl Desk {
    async fn start() -> Self {
        let simulator = Simulator::start(Config::instant()).unwrap();
        let (pagerduty, jira) = (format!("{}/pagerduty", simulator.http), format!("{}/jira", simulator.http));
        let judge = judge(&[
            ("ON_CALL__PAGERDUTY_URL", &pagerduty),
            ("ON_CALL__PAGERDUTY_TOKEN", "pagerduty-token"),
            ("ON_CALL__REMEMBERED_S", "0"),
            ("TICKETS__SYSTEMS__JIRA__KIND", "jira_cloud"),
            ("TICKETS__SYSTEMS__JIRA__BASE_URL", &jira),
            ("TICKETS__SYSTEMS__JIRA__USER", "curfew@harbourfreight.example"),
            ("TICKETS__SYSTEMS__JIRA__SECRET", "jira-token"),
        ]);
        Self { simulator, judge, db: open_for_business().await }
    }

    async fn put(&self, path: &str, body: Value) {
        let url = format!("{}/control/desk/{path}", self.simulator.http);
        reqwest::Client::new().put(url).json(&body).send().await.unwrap().error_for_status().unwrap();
    }

    async fn ask(&self, who: &str, ticket: &str) -> Result<request::usecase::Opened, Refusal> {
        let ticket = Some(domain::Ticket::parse(ticket).unwrap());
        let asked = Submit { ticket, ..an_hour_of(vec![power_in("payments-dev")]) };
        ask_by(&self.judge, &self.db, who, asked).await
    }
}

fn by_ticket(when_away: WhenAway) -> RuleSpec {
    let mut rule = rule_for("by ticket", &["payments-dev"], "PowerUserAccess", automatic());
    rule.ticket.required = true;
    rule.ticket.check =
        Some(TicketCheck { system: "jira".to_owned(), assigned: true, change_window: false, when_away });
    rule
}

#[tokio::test]
async fn a_ticket_must_be_there_open_and_the_askers() {
    let desk = Desk::start().await;
    company::enforce(&desk.db, by_ticket(WhenAway::Refuse)).await;
    desk.put("tickets/jira/OPS-1", json!({"state": "To Do", "assignee": "ann@example.com"})).await;
    desk.put("tickets/jira/OPS-2", json!({"state": "Done", "open": false, "assignee": "ann@example.com"})).await;
    for (who, ticket, wanted) in [
        ("ann", "OPS-9", "jira has no such ticket"),
        ("ann", "not a number", "jira has no such ticket"),
        ("ann", "OPS-2", "the ticket in jira is not open"),
        ("ben", "OPS-1", "the ticket in jira is not assigned to whoever asks"),
    ] {
        let Err(refused) = desk.ask(who, ticket).await else { panic!("{who} {ticket}: not refused") };
        assert!(refused.to_string().contains(wanted), "{who} {ticket}: {refused}");
    }
    let opened = desk.ask("ann", "OPS-1").await.unwrap();
    let kept: Vec<String> = desk.db.rows("requests").await;
    assert!(kept.iter().any(|row| row.contains("\"\"heard\"\"") && row.contains("jira")), "{kept:?}");
    assert_eq!(opened.grants.len(), 1);
}

#[tokio::test]
async fn a_system_that_is_away_refuses_and_break_glass_is_offered_or_the_rule_goes_on_without() {
    let desk = Desk::start().await;
    let strict = company::publish(&desk.db, domain::rules::Body::Rule(by_ticket(WhenAway::Refuse))).await;
    desk.put("jira/behaviour", json!({"status": 503})).await;
    let Err(Refusal::NotEligible { instead, .. }) = desk.ask("ann", "OPS-1").await else { panic!("not refused") };
    assert_eq!(instead, [], "there is none");
    let fire = Approval::BreakGlass(BreakGlass::default());
    let fire = company::enforce(&desk.db, rule_for("fire", &["payments-dev"], "PowerUserAccess", fire)).await;
    company::enforce(&desk.db, rule_for("elsewhere", &["search-prod"], "PowerUserAccess", fire.spec.approval.clone()))
        .await;
    let refused = desk.ask("ann", "OPS-1").await.unwrap_err();
    let words = refused.to_string();
    assert!(words.contains("jira could not be asked about the ticket"), "{words}");
    assert!(words.contains(&format!("break-glass is left: fire (\"break_glass\": \"{}\")", fire.id)), "{words}");
    company::republish(&desk.db, &strict, domain::rules::Body::Rule(by_ticket(WhenAway::Allow))).await;
    assert!(desk.ask("ann", "OPS-1").await.is_ok());
}

#[tokio::test]
async fn whoever_is_on_duty_by_the_on_call_service_is_let_in() {
    let desk = Desk::start().await;
    let on_call = vec![ScheduleRef { source: ScheduleSource::PagerDuty, id: "PONE".to_owned() }];
    let automatic = Automatic { on_call, ..Automatic::default() };
    let rule = rule_for("on duty", &["payments-dev"], "PowerUserAccess", Approval::Automatic(automatic));
    company::enforce(&desk.db, rule).await;
    desk.put("schedules/PONE", json!({"people": [{"user": "ann@example.com"}]})).await;
    assert!(desk.ask("ann", "OPS-1").await.is_ok());
    let refused = desk.ask("ben", "OPS-1").await.unwrap_err().to_string();
    assert!(refused.contains("on duty: it needs current on-call duty"), "{refused}");
    desk.put("pagerduty/behaviour", json!({"status": 500})).await;
    let refused = desk.ask("ann", "OPS-1").await.unwrap_err().to_string();
    assert!(refused.contains("the on-call service could not be asked who is on duty"), "{refused}");
}
