//! What open pages do by themselves.

use crate::stage::{ACCOUNT, Stage};

/// Events are not followed before `goOn` is called.
const FOLLOWS_LATE: &str = "
    const Real = window.EventSource;
    window.EventSource = class {
        listeners = [];
        constructor(address) {
            window.goOn = () => {
                this.real = new Real(address);
                for (const [name, listener] of this.listeners) this.real.addEventListener(name, listener);
            };
        }
        addEventListener(name, listener) { this.listeners.push([name, listener]); }
        close() { this.real?.close(); }
    };";

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

#[tokio::test]
async fn what_happens_before_a_page_follows_anything_is_shown_when_it_does() {
    let stage = Stage::set().await;
    let ann = stage.person("ann").await;
    let request = stage.system.ask("ann", vec![stage.system.pair(ACCOUNT, "PowerUserAccess")], 30).await;
    ann.before_each_page(FOLLOWS_LATE).await;
    ann.open(&stage.at(&format!("/requests/{}", request.id))).await;
    ann.says("Waiting for a decision").await;
    stage.system.person("ann").await.cancel(request.id, None).await.unwrap();
    ann.run("window.goOn()").await;
    ann.says("Cancelled").await;
}

#[tokio::test]
async fn a_form_is_sent_once_and_says_so_when_its_answer_takes_long() {
    let stage = Stage::set().await;
    let ann = stage.person("ann").await;
    ann.open(&stage.at("/display")).await;
    // The answer never comes: what would be sent is counted and held back.
    ann.run("window.sent = 0; addEventListener('submit', event => { if (!event.defaultPrevented) sent++; event.preventDefault(); })")
        .await;
    let press = "document.querySelector('main form button').click()";
    ann.run(press).await;
    ann.run(press).await;
    assert_eq!(ann.run("sent").await, serde_json::json!(1));
    assert!(!ann.text().await.contains("Working on it"), "nobody is told of what is over at once");
    ann.says("Working on it").await;
    assert_eq!(ann.violations().await, Vec::<String>::new());
    ann.run("dispatchEvent(new Event('pageshow'))").await;
    ann.run(press).await;
    assert_eq!(
        ann.run("sent").await,
        serde_json::json!(2),
        "whoever comes back by the browser's button may send it again"
    );
}
