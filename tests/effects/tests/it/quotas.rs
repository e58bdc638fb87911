//! Many ends at one moment at AWS's own quotas, worked off by two instances of each worker that share one budget.

use std::time::{Duration, Instant};

use cloud::{AccessKey, Cloud, CloudConfig};
use domain::GrantId;
use domain::grant::GrantState;
use grant::{Adding, Again};
use integrations::Integrations;
use judge::Judge;
use revocation::Removing;
use runtime::Shutdown;
use serde_json::json;
use simulator::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use store::slots::Slots;
use tokio::sync::Notify;

use crate::lab::Lab;

const ENDS: usize = 60;
const GRANTS: usize = 10;
/// Far longer than it takes: so long it is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

impl Lab {
    /// What one more process has, within AWS's limits.
    async fn process(&mut self) -> (Adding, Removing) {
        let config = CloudConfig { endpoint_url: Some(self.simulator.http.clone()), ..CloudConfig::default() };
        let key = AccessKey { id: ACCESS_KEY_ID.to_owned(), secret: SECRET_ACCESS_KEY.to_owned() };
        let cloud = Cloud::connect_as(config, key).await.unwrap();
        cloud.borrow_from(process::lender(&self.db.db));
        self.slots = Slots { outstanding: 10, covers_delete: true, reserved: 2, one_at_a_time: true };
        let systems = Integrations::new(&testkit::api::settings_at("http://issuer.test", &[])).unwrap();
        let again = Again::new(Judge::new(systems), cloud.directory().clone());
        let adding = Adding { aws: cloud.creations().clone(), again, ..self.adding() };
        (adding, Removing { aws: cloud.deletions().clone(), ..self.removing() })
    }

    async fn how_many_are(&self, ids: &[GrantId], state: GrantState) -> usize {
        let mut count = 0;
        for id in ids {
            count += usize::from(self.grant(*id).await.state == state);
        }
        count
    }
}

async fn work(adding: &Adding, removing: &Removing, shutdown: &Shutdown) {
    let (bell, scan) = (Notify::new(), Duration::from_millis(200));
    tokio::join!(
        runtime::work::run("grant.work", adding, &bell, scan, 64, shutdown),
        runtime::work::run("revocation.work", removing, &bell, scan, 64, shutdown),
        async {
            tokio::select! {
                () = shutdown.stopped() => {}
                () = adding.leases.renew_for_ever(&adding.db) => {}
                () = removing.leases.renew_for_ever(&removing.db) => {}
            }
        },
    );
}

#[tokio::test]
async fn many_ends_at_quotas_lose_nothing_meet_no_throttles_and_do_not_starve_grants() {
    let mut lab = Lab::instant().await;
    let mut ending = Vec::new();
    for n in 0..ENDS {
        ending.push(lab.approved(&lab.nth(n)).await);
    }
    for id in &ending {
        lab.until(*id, GrantState::Active).await;
    }
    let (first, second) = (lab.process().await, lab.process().await);
    let settings = json!({
        "quotas": true, "transactions_per_second": 20.0, "outstanding_operations": 10, "deletions_counted": true,
        "latency_median_seconds": 0.4, "latency_sigma": 0.5, "linger_seconds": 0.5,
    });
    lab.set(settings).await;
    let calls_before = lab.calls().await.len();
    let last = lab.grant(ending[ENDS - 1]).await.deadline_at.unwrap();
    lab.turn_to(last);
    let mut arriving = Vec::new();
    for n in 0..GRANTS {
        arriving.push(lab.approved(&lab.nth(ENDS + n)).await);
    }

    let shutdown = Shutdown::new();
    let (mut granted, mut gone, mut meanwhile) = (0, 0, None);
    let watching = async {
        let started = Instant::now();
        while granted < GRANTS || gone < ENDS {
            assert!(started.elapsed() < PATIENCE, "{granted} granted, {gone} gone\n{}", lab.said());
            lab.now();
            tokio::time::sleep(Duration::from_millis(5)).await;
            granted = lab.how_many_are(&arriving, GrantState::Active).await;
            gone = lab.how_many_are(&ending, GrantState::Ended).await;
            if gone == ENDS {
                meanwhile.get_or_insert(granted);
            }
        }
        shutdown.begin();
    };
    tokio::join!(watching, work(&first.0, &first.1, &shutdown), work(&second.0, &second.1, &shutdown));

    for id in &ending {
        assert!(!lab.exists(&lab.grant(*id).await.tuple).await);
    }
    let calls = lab.calls().await.split_off(calls_before);
    let throttled = calls.iter().filter(|call| call.outcome.contains("Throttling")).count();
    assert!(throttled * 100 <= calls.len(), "{throttled} of {} calls", calls.len());
    // A fifth of the calls is theirs while ends wait, and each needs twice as many as an end: starved, there were none.
    assert!(meanwhile.is_some_and(|count| count * 4 >= GRANTS), "{meanwhile:?} of {GRANTS} came before the last end");
    lab.check().await;
}
