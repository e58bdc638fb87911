//! Who is on duty votes, by a schedule kept here or in PagerDuty.

use approval::usecase::decide::DecideError;
use domain::approval::{ScheduleRef, ScheduleSource, Voters};
use domain::request::RequestState;
use domain::rules::{Body, Rotation, ScheduleSpec};
use jiff::SignedDuration;
use runtime::settings::FreshCheck;
use serde_json::json;
use simulator::{Config, Simulator};
use testkit::{Asked, company};

use crate::lab::{lab, lab_with, needs, stage, yes};

fn on_call(source: ScheduleSource, id: String) -> Voters {
    Voters { on_call: vec![ScheduleRef { source, id }], ..Voters::default() }
}

#[tokio::test]
async fn who_is_on_duty_by_a_schedule_kept_here_votes_and_nobody_else() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let nobody = lab.group("nobody", &[]).await;
    let from = lab.db.clock().now() - SignedDuration::from_mins(1);
    let rotation = Some(Rotation { users: vec![bob.clone(), cleo.clone()], from, hours: 1 });
    let schedule = ScheduleSpec { name: "payments".to_owned(), rotation, shifts: vec![] };
    let schedule = company::publish(&lab.desk.db, Body::Schedule(schedule)).await.id.to_string();
    let needs = needs(vec![stage(on_call(ScheduleSource::Curfew, schedule.clone()))]);
    let (request, approval) = lab.asks(Asked { needs: needs.clone(), ..Asked::by(&ann, &nobody) }).await;

    let mut connection = lab.db.read().await.unwrap();
    let book = lab.desk.judge.books.current(&mut connection).await.unwrap();
    let about = judge::About { requester: ann.clone(), beneficiary: ann.clone(), accounts: vec![] };
    let now = lab.db.clock().now();
    let opening = lab.desk.judge.opening(&mut connection, &book, &about, &needs, now).await.unwrap();
    assert_eq!(opening.asks, [format!("duty:{bob}"), format!("schedule:curfew:{schedule}")]);
    assert!(opening.shortages.is_empty());
    sqlx::query("UPDATE approvals SET asks = $2 WHERE id = $1")
        .bind(approval.uuid())
        .bind(&opening.asks)
        .execute(lab.db.pool())
        .await
        .unwrap();
    assert_eq!(lab.waits_for(&bob).await, [approval]);
    assert!(lab.waits_for(&cleo).await.is_empty());

    lab.advance_minutes(60);
    let off_duty = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(off_duty, DecideError::NotAnApprover(None)), "{off_duty}");
    assert_eq!(lab.waits_for(&cleo).await, [approval]);
    assert_eq!(lab.agrees(&cleo, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn pagerduty_says_who_is_on_duty_and_while_it_is_away_nobody_knows() {
    runtime::install_crypto();
    let pagerduty = Simulator::start(Config::instant()).unwrap();
    let url = format!("{}/pagerduty", pagerduty.http);
    let variable = |name: &str, value: &str| (format!("CURFEW__ON_CALL__{name}"), value.to_owned());
    let variables = [
        variable("PAGERDUTY_URL", &url),
        variable("PAGERDUTY_TOKEN", "pagerduty-token"),
        variable("REMEMBERED_S", "0"),
    ];
    let lab = lab_with(&variables, FreshCheck::Prefer).await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let nobody = lab.group("nobody", &[]).await;
    let put = format!("{}/control/desk/schedules/PONE", pagerduty.http);
    let people = json!({"people": [{"user": "Bob@Example.com"}]});
    reqwest::Client::new().put(put).json(&people).send().await.unwrap().error_for_status().unwrap();
    let needs = |id: &str| needs(vec![stage(on_call(ScheduleSource::PagerDuty, id.to_owned()))]);
    let (request, _) = lab.asks(Asked { needs: needs("PONE"), ..Asked::by(&ann, &nobody) }).await;
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Approved);

    let (request, _) = lab.asks(Asked { needs: needs("PNONE"), ..Asked::by(&ann, &nobody) }).await;
    let refused = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(&refused, DecideError::NotAnApprover(Some(why)) if why.contains("PNONE")), "{refused}");
    let mut connection = lab.db.read().await.unwrap();
    let book = lab.desk.judge.books.current(&mut connection).await.unwrap();
    let about = judge::About { requester: ann.clone(), beneficiary: ann.clone(), accounts: vec![] };
    let now = lab.db.clock().now();
    let opening = lab.desk.judge.opening(&mut connection, &book, &about, &needs("PNONE"), now).await.unwrap();
    assert!(opening.shortages.is_empty(), "who cannot be asked about may well be there");
}
