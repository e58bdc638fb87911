use serde_json::{Value, json};

use crate::lab::Lab;

const PAGERDUTY: (&str, &str) = ("authorization", "Token token=pagerduty-token");
const JIRA: (&str, &str) = ("authorization", "Bearer jira-personal-token");

impl Lab {
    /// Status, and the body as JSON.
    async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> (u16, Value) {
        let mut request = self.http.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn servicenow(&self, query: &str) -> Value {
        let request = self.http.get(self.url(&format!("/servicenow/api/now/table/change_request?{query}")));
        let answer = request.basic_auth("curfew", Some("servicenow-password")).send().await.unwrap();
        answer.error_for_status().unwrap().json::<Value>().await.unwrap()["result"].clone()
    }
}

#[tokio::test]
async fn pagerduty_wants_its_key_and_its_version() {
    let lab = Lab::instant().await;
    let version = ("accept", "application/vnd.pagerduty+json;version=2");
    let (status, body) = lab.ask("/pagerduty/oncalls", &[version]).await;
    assert_eq!((status, &body["error"]["message"]), (401, &json!("Invalid API key")));
    assert_eq!(lab.ask("/pagerduty/oncalls", &[PAGERDUTY]).await.0, 406);
    let (status, body) = lab.ask("/pagerduty/oncalls", &[PAGERDUTY, version]).await;
    assert_eq!((status, body["oncalls"].as_array().unwrap().len()), (200, 2));
    assert_eq!(body["oncalls"][0]["user"]["type"], "user_reference");
    assert_eq!(body["oncalls"][0]["user"]["email"], Value::Null);
    let (_, page) = lab.ask("/pagerduty/oncalls?limit=1&offset=1&include[]=users", &[PAGERDUTY, version]).await;
    assert_eq!((&page["more"], &page["offset"]), (&json!(false), &json!(1)));
    assert_eq!(page["oncalls"][0]["user"]["email"], "dave@harbourfreight.example");
    let (status, body) = lab
        .ask(
            "/pagerduty/schedules/PX/users?since=2026-01-01T00:00:00Z&until=2026-01-01T00:00:01Z",
            &[PAGERDUTY, version],
        )
        .await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!(2100)));
}

#[tokio::test]
async fn jira_hides_issues_from_strangers_and_gives_the_fields_asked_for() {
    let lab = Lab::instant().await;
    let stranger = lab.http.get(lab.url("/jira/rest/api/3/issue/OPS-101")).send().await.unwrap();
    assert_eq!(
        (stranger.status().as_u16(), &stranger.headers()["x-seraph-loginreason"]),
        (404, &"AUTHENTICATED_FAILED".parse().unwrap())
    );
    assert_eq!(lab.ask("/jira/rest/api/2/issue/OPS-101", &[]).await.0, 401);
    let (_, issue) = lab.ask("/jira/rest/api/2/issue/ops-102?fields=status", &[JIRA]).await;
    assert_eq!(
        (&issue["key"], &issue["fields"]["status"]["statusCategory"]["key"]),
        (&json!("OPS-102"), &json!("done"))
    );
    assert_eq!(issue["fields"].as_object().unwrap().len(), 1);
    let (_, issue) = lab.ask("/jira/rest/api/3/issue/OPS-103", &[JIRA]).await;
    assert_eq!(issue["fields"]["customfield_10060"], "2026-01-10T20:00:00.000+0000");
    assert_eq!(lab.ask("/jira/rest/api/3/issue/OPS-999", &[JIRA]).await.0, 404);
}

#[tokio::test]
async fn servicenow_answers_encoded_queries_with_values_in_utc_and_what_people_see() {
    let lab = Lab::instant().await;
    let rows = lab
        .servicenow("sysparm_query=number=CHG0030002&sysparm_display_value=all&sysparm_fields=number,state,end_date")
        .await;
    assert_eq!(rows[0]["end_date"], json!({"value": "2026-01-10 22:00:00", "display_value": "2026-01-11 00:00:00"}));
    assert_eq!(rows[0]["state"], json!({"value": "3", "display_value": "Closed"}));
    assert_eq!(lab.servicenow("sysparm_query=number=CHG9").await, json!([]));
    assert_eq!(
        lab.servicenow("sysparm_query=number=CHG9^NQactive=true&sysparm_fields=number").await,
        json!([{"number": "CHG0030001"}])
    );
    assert_eq!(lab.servicenow("sysparm_query=nonsense").await.as_array().unwrap().len(), 2);
    let stranger = lab.ask("/servicenow/api/now/table/change_request", &[]).await;
    assert_eq!((stranger.0, &stranger.1["error"]["message"]), (401, &json!("User Not Authenticated")));
}

#[tokio::test]
async fn the_desk_is_set_shown_and_cleared_by_a_reset() {
    let lab = Lab::instant().await;
    let put = async |path: &str, body: Value| {
        lab.http.put(lab.url(&format!("/control/desk/{path}"))).json(&body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(put("schedules/PNEW", json!({"people": [{"user": "ann"}]})).await, 200);
    assert_eq!(put("tickets/jira/OPS-9", json!({"state": "To Do"})).await, 200);
    assert_eq!(put("tickets/pagerduty/OPS-9", json!({"state": "To Do"})).await, 400);
    assert_eq!(put("tickets/jira/OPS-9", json!({"stat": "To Do"})).await, 400);
    assert_eq!(put("jira/behaviour", json!({"status": 5})).await, 400);
    assert_eq!(put("jira/behaviour", json!({"status": 429, "times": 1, "retry_after": 9})).await, 200);
    let desk = lab.get("/control/desk").await;
    assert_eq!(desk["schedules"]["PNEW"]["people"][0]["user"], "ann");
    assert_eq!(desk["tickets"]["jira"]["OPS-9"]["open"], true);
    let limited = lab.http.get(lab.url("/jira/rest/api/3/issue/OPS-9")).send().await.unwrap();
    assert_eq!((limited.status().as_u16(), &limited.headers()["retry-after"]), (429, &"9".parse().unwrap()));
    assert_eq!(lab.ask("/jira/rest/api/3/issue/OPS-9?fields=status", &[JIRA]).await.0, 200);
    let asked = lab.get("/control/desk/jira/requests").await;
    assert_eq!((&asked["count"], &asked["requests"][1]["query"]), (&json!(2), &json!("fields=status")));
    assert!(!asked.to_string().contains("jira-personal-token"));
    lab.post("/control/reset", json!({})).await;
    let desk = lab.get("/control/desk").await;
    assert!(desk["schedules"]["PNEW"].is_null() && desk["tickets"]["jira"]["OPS-9"].is_null());
    assert_eq!(lab.get("/control/desk/jira/requests").await["count"], 0);
}
