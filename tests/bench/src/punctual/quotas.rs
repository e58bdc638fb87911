//! Ends at one moment at AWS's quotas, with new grants arriving meanwhile.

use std::time::Duration;

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::floor::{self, Quotas};
use super::{Options, arrivals, ends};
use crate::figures::{Aim, Figures, number, round};
use crate::lives::Post;
use crate::oracle::Oracle;
use crate::people::People;
use crate::system::{AwsLimits, Limits, Place, Shape, System};

/// Accounts that the grants are spread over.
const ACCOUNTS: usize = 100;
/// Operations that AWS lets be under way at once.
const OUTSTANDING: u32 = 10;
/// Calls a second that Curfew allows itself of AWS's twenty.
const CALLS_PER_SECOND: u32 = 18;
/// The spread of AWS's durations: the standard deviation of their logarithm.
const SIGMA: f64 = 0.5;
const LEAD: SignedDuration = SignedDuration::from_secs(5);
/// The reference worker stays within 1.4 of the floor; this is for the machine, not for the aim.
const PATIENCE: f64 = 4.0;

/// Measures, with deletions counted among the operations under way or not.
pub async fn measure(place: &Place, options: &Options, counted: bool, figures: &mut Figures) -> anyhow::Result<()> {
    let (ends, words) = (options.quota_ends, if counted { "counted" } else { "not counted" });
    println!("{ends} ends at one moment and {} grants, deletions {words} ...", options.arrivals);
    let quotas = Quotas { deletions_counted: counted, ..floor::AWS };
    let least = floor::seconds(quotas, number(ends), number(options.arrivals), options.mean);
    let aws = AwsLimits { calls_per_second: CALLS_PER_SECOND, outstanding: OUTSTANDING, deletions_counted: counted };
    let limits = Limits { database_connections: 10 };
    let mut system = System::start_within(place, Shape::SevenProcesses, limits, aws).await?;
    let oracle = Oracle::new(system.http.clone(), system.simulator.clone());
    let people = People::gather(&system, &oracle).await?;
    let post = Post::open(oracle.clone());
    let tuples = ends::tuples(&system, &oracle, ends, ACCOUNTS).await?;

    let deadline = Timestamp::now() + SignedDuration::from_secs(i64::try_from(ends / 250).unwrap_or(0)) + LEAD;
    ends::prepare(&system, &tuples, deadline).await?;
    // The median of a lognormal of this mean.
    let median = options.mean / (SIGMA * SIGMA / 2.0).exp();
    let settings = json!({
        "quotas": true, "transactions_per_second": quotas.per_second, "outstanding_operations": OUTSTANDING,
        "deletions_counted": counted, "latency_median_seconds": median, "latency_sigma": SIGMA, "linger_seconds": 1.5,
    });
    control(&system, Method::PATCH, "settings", &settings).await?;
    control(&system, Method::DELETE, "oracle/calls", &Value::Null).await?;
    ensure!(Timestamp::now() < deadline, "the preparation took too long");
    tokio::time::sleep(deadline.duration_since(Timestamp::now()).try_into().unwrap_or_default()).await;

    let patience = Duration::from_secs_f64(least * PATIENCE + 60.0);
    // They come within the first three quarters of the least time.
    let every = Duration::from_secs_f64(least * 0.75 / number(options.arrivals.max(1)));
    let arriving = arrivals::arrive(&people, &post, options.arrivals, every, patience);
    let (arrived, gone) = tokio::join!(arriving, ends::until_gone(&mut system, &oracle, &tuples, deadline, patience));
    let gone = gone?;
    let counts = control(&system, Method::GET, "oracle/calls/count", &Value::Null).await?;
    let (calls, throttled) = of_identity_center(&counts);
    let share = throttled / calls.max(1.0);

    let key = |name: &str| if counted { name.to_owned() } else { format!("{name}_uncounted") };
    let took = gone.lateness.max().filter(|_| gone.lost == 0);
    let reference = "reference worker 1.1 to 1.4 x floor";
    figures.add(key("quota_1k_s"), took, reference, Some(Aim::AtMost(round(1.15 * least))));
    figures.add(key("quota_1k_floor_s"), Some(least), "", None);
    figures.add(key("quota_1k_over_floor"), took.map(|took| took / least), reference, Some(Aim::AtMost(1.15)));
    figures.add(key("throttled_share"), Some(share), "", Some(Aim::AtMost(0.01)));
    figures.add(key("lost"), Some(number(gone.lost)), "TEAM loses 36% of 100", Some(Aim::AtMost(0.0)));
    figures.add(key("grants_wait_p50_s"), arrived.waits.p50(), "", None);
    figures.add(key("grants_wait_p99_s"), arrived.waits.p99(), "", None);
    figures.add(key("grants_wait_max_s"), arrived.waits.max(), "", None);
    figures.add(key("grants_starved"), Some(number(arrived.starved)), "", Some(Aim::AtMost(0.0)));
    figures.add(key("calls_per_operation"), Some(calls / number(ends + options.arrivals)), "", None);
    figures.note(key("quota_ends"), ends);
    figures.note(key("arrivals"), options.arrivals);
    figures.note(key("mean_s"), options.mean);
    figures.note(key("calls_by_outcome"), counts.get("sso-admin").cloned().unwrap_or_default());
    Ok(())
}

async fn control(system: &System, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
    let url = system.simulator.join(&format!("control/{path}"))?;
    let answer = system.http.request(method, url).json(body).send().await?.error_for_status()?;
    Ok(serde_json::from_str(&answer.text().await?).unwrap_or_default())
}

/// All calls to it, and those that were throttled.
fn of_identity_center(counts: &Value) -> (f64, f64) {
    let (mut all, mut throttled) = (0.0, 0.0);
    let operations = counts.get("sso-admin").and_then(Value::as_object);
    for outcomes in operations.into_iter().flat_map(|operations| operations.values()).filter_map(Value::as_object) {
        for (outcome, count) in outcomes {
            let count = count.as_f64().unwrap_or(0.0);
            all += count;
            if outcome.contains("Throttling") {
                throttled += count;
            }
        }
    }
    (all, throttled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttled_calls_are_told_from_the_others() {
        let counts = json!({
            "sso-admin": {"DeleteAccountAssignment": {"ok": 10, "ThrottlingException": 2}, "ListAccountAssignments": {"ok": 8}},
            "identitystore": {"ListUsers": {"ThrottlingException": 5}},
        });
        assert_eq!(of_identity_center(&counts), (20.0, 2.0));
    }
}
