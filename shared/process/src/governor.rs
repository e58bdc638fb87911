//! The organization's budget, as the operator set it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use cloud::{Cloud, Lender, Lent};
use domain::governor::Wish;
use jiff::Timestamp;
use runtime::metrics::{self, Counter, Gauge, KeyValue};
use runtime::{Settings, Shutdown};
use store::slots::Slots;
use store::{Db, StoreError, assignments, budget};

/// How often the budget is reported.
const REPORTED_EVERY: Duration = Duration::from_secs(5);
/// The least time after which the lender is asked again.
const SOONEST: Duration = Duration::from_millis(5);

/// How many operations may be under way at once, and whose they are.
#[must_use]
pub fn slots(settings: &Settings) -> Slots {
    let aws = &settings.aws;
    Slots {
        outstanding: u16::try_from(aws.outstanding).unwrap_or(u16::MAX),
        covers_delete: aws.async_limit_covers_delete,
        reserved: u16::try_from(aws.outstanding_for_grants).unwrap_or(u16::MAX),
        one_at_a_time: aws.one_operation_per_permission_set_and_account,
    }
}

/// The budget in the database, for the calls of a process.
#[must_use]
pub fn lender(db: &Db) -> Arc<dyn Lender> {
    Arc::new(FromDatabase(db.clone()))
}

struct FromDatabase(Db);

impl Lender for FromDatabase {
    fn lend(&self, wish: Wish, refused: u32) -> Pin<Box<dyn Future<Output = Lent> + Send + '_>> {
        Box::pin(async move {
            match budget::lend(&self.0, &wish, refused).await {
                Ok(lent) => told(&lent),
                Err(error) => {
                    tracing::warn!(%error, "no calls can be borrowed, keeping to a few of our own");
                    Lent::Away
                }
            }
        })
    }
}

/// Postgres' moments as times from now.
fn told(lent: &budget::Lent) -> Lent {
    let after = |at: Timestamp| Duration::try_from(at.duration_since(lent.at)).unwrap_or_default();
    let loan = &lent.loan;
    match i32::try_from(loan.calls) {
        Ok(0) => Lent::AskAgain(after(loan.first_at).max(SOONEST)),
        Ok(calls) => Lent::Calls((0..calls).map(|n| after(loan.first_at + loan.every * n)).collect()),
        Err(_) => Lent::Away,
    }
}

/// Tells the database now and then what this process learned about AWS, and the metrics how the budget stands.
pub(crate) async fn report(db: &Db, cloud: &Cloud, stop: &Shutdown) {
    let mut meters = Meters::new();
    let mut told = (None, None);
    while stop.sleep(REPORTED_EVERY).await {
        let (creation, deletion) = cloud.learned();
        let learned = (creation.map(tenths), deletion.map(tenths));
        let reporting = async {
            if learned != told {
                budget::learned(db, learned.0, learned.1).await?;
            }
            show(db, &mut meters).await
        };
        match reporting.await {
            Ok(()) => told = learned,
            Err(error) => tracing::debug!(%error, "the budget could not be reported"),
        }
    }
}

/// Seconds, to a tenth: what differs less is not worth a write.
fn tenths(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).round() / 10.0
}

async fn show(db: &Db, meters: &mut Meters) -> Result<(), StoreError> {
    let mut connection = db.read().await?;
    let standing = budget::standing(&mut connection).await?;
    let ages = assignments::waiting(&mut connection, db.clock().now()).await?;
    meters.show(&standing, &ages);
    Ok(())
}

/// How the budget stands, as metrics.
struct Meters {
    slots: Gauge<f64>,
    rate: Gauge<f64>,
    calls: Counter<u64>,
    throttles: Counter<u64>,
    oldest: Gauge<f64>,
    waiting: Gauge<f64>,
    told: Option<(i64, i64)>,
}

impl Meters {
    fn new() -> Self {
        Self {
            slots: metrics::gauge(metrics::SLOTS),
            rate: metrics::gauge(metrics::RATE_FACTOR),
            calls: metrics::counter(metrics::CALLS_LENT),
            throttles: metrics::counter(metrics::THROTTLES),
            oldest: metrics::gauge(metrics::QUEUE_OLDEST),
            waiting: metrics::gauge(metrics::QUEUE),
            told: None,
        }
    }

    fn show(&mut self, standing: &budget::Standing, waiting: &[assignments::Waiting]) {
        let label = |kind: &'static str| [KeyValue::new("kind", kind)];
        self.slots.record(number(standing.creations), &label("create"));
        self.slots.record(number(standing.deletions), &label("delete"));
        self.rate.record(standing.rate_factor, &[]);
        let (lent, throttled) = self.told.unwrap_or((standing.lent, standing.throttled));
        self.calls.add(u64::try_from(standing.lent - lent).unwrap_or(0), &[]);
        self.throttles.add(u64::try_from(standing.throttled - throttled).unwrap_or(0), &[]);
        self.told = Some((standing.lent, standing.throttled));
        for class in waiting {
            self.oldest.record(class.oldest_s, &label(class.work.as_str()));
            self.waiting.record(number(class.count), &label(class.work.as_str()));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts here stay far below 2^52")]
const fn number(count: i64) -> f64 {
    count as f64
}
