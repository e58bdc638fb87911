use serde_json::json;

use crate::lab::Lab;

#[tokio::test]
async fn a_webhook_is_kept_exactly_with_its_headers() {
    let lab = Lab::instant().await;
    let body = "{\"type\":\"request.approved.v1\",  \"n\":1}";
    let answer = lab.http.post(lab.url("/hooks/siem")).header("webhook-id", "msg_1").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let kept = lab.get("/hooks/siem/requests").await;
    assert_eq!(kept["requests"][0]["body"], body);
    let headers = kept["requests"][0]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["webhook-id", "msg_1"])));
    assert_eq!(lab.get("/hooks/other/requests/count").await["count"], 0);
}

#[tokio::test]
async fn a_receiver_fails_as_often_as_ordered() {
    let lab = Lab::instant().await;
    let order = json!({"status": 503, "times": 2, "retry_after": 7});
    lab.http.put(lab.url("/hooks/siem/behaviour")).json(&order).send().await.unwrap().error_for_status().unwrap();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(lab.http.post(lab.url("/hooks/siem")).send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [503, 503, 200]);
    let hang = json!({"hang": true, "delay_ms": 100, "times": 1});
    lab.http.put(lab.url("/hooks/siem/behaviour")).json(&hang).send().await.unwrap().error_for_status().unwrap();
    assert!(lab.http.post(lab.url("/hooks/siem")).send().await.is_err(), "a hanging receiver never answers");
    assert_eq!(lab.get("/hooks/siem/requests/count").await["count"], 4);
}

#[tokio::test]
async fn chat_messages_are_kept_and_shown_as_text() {
    let lab = Lab::instant().await;
    lab.post("/chat/ops", json!({"text": "Ann asks for <PowerUserAccess>"})).await;
    let page = lab.http.get(lab.url("/chat")).send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("Ann asks for &#60;PowerUserAccess&#62;")
            || page.contains("Ann asks for &lt;PowerUserAccess&gt;"),
        "{page}"
    );
    let landing = lab.http.get(lab.url("/")).send().await.unwrap().text().await.unwrap();
    assert!(landing.contains("60 accounts, 80 users, 20 groups, 14 permission sets"));
}
