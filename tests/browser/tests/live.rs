//! What open pages do by themselves.

use crate::stage::{ACCOUNT, Stage};

#[tokio::test]
async fn signing_out_elsewhere_ends_what_is_open_there() {
    let stage = Stage::set().await;
    let (here, there) = (stage.person("ann").await, stage.person("ann").await);
    here.open(&stage.at("/sessions")).await;
    here.says("Chrome").await;
    here.click("Sign out everywhere else").await;
    here.until("this is the only one", "document.querySelectorAll('tbody tr').length === 1").await;
    there.open(&stage.at("/history")).await;
    assert!(!there.place().await.contains("/history"), "signed out there: {}", there.text().await);
    here.open(&stage.at("/history")).await;
    here.says("History").await;
}

#[tokio::test]
async fn an_open_page_hears_of_what_concerns_it_and_of_nothing_else() {
    let stage = Stage::set().await;
    let (ann, ben) = (stage.person("ann").await, stage.person("ben").await);
    for tab in [&ann, &ben] {
        tab.open(&stage.at("/")).await;
        tab.says("You have not asked for anything yet.").await;
        tab.run("window.same = true; new Promise(done => setTimeout(done, 500))").await;
    }
    let request = stage.system.ask("ann", vec![stage.system.pair(ACCOUNT, "PowerUserAccess")], 30).await;
    let heard = ann.says("Waiting for a decision").await;
    assert!(heard.as_secs() < 3, "not {heard:?} later");
    assert_eq!(ann.run("window.same").await, serde_json::json!(true), "without loading the page anew");
    assert!(ben.text().await.contains("You have not asked for anything yet."));
    stage.system.person("ann").await.cancel(request.id, None).await.unwrap();
    ann.says("Cancelled").await;
}
