//! `GET /v1/operations`

use actix_web::{get, web::Data};
use domain::drift::DriftKind;
use domain::parked::ParkedKind;
use jiff::Timestamp;
use serde::Serialize;
use store::{PgConnection, alarms, backstops, budget, directory, drift, emergencies, outbox, parked, pauses, workers};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Problem};

use super::emergency::view::{EmergencyView, PauseView};
use super::{Backstop, State};

/// How Curfew stands, on one page. Each part is read by a function of its own below.
#[derive(Debug, Serialize, ToSchema)]
pub struct Operations {
    /// The moment that it is about.
    now: Timestamp,
    /// Access that should have been gone for longer than a minute.
    overdue: OverdueView,
    /// What cannot go on by itself, a count for each kind.
    parked: Vec<ParkedCount>,
    /// Why no access begins just now; empty while it does.
    pauses: Vec<PauseView>,
    /// Emergencies whose scope is still being ended.
    emergencies: Vec<EmergencyView>,
    /// Differences between AWS and what is known that nobody has acknowledged, a count for each kind.
    drift: Vec<DriftCount>,
    /// How the comparison with AWS stands.
    comparison: ComparisonView,
    /// What Curfew uses of AWS's limits.
    budget: BudgetView,
    /// What removes access inside AWS should every process of Curfew be gone.
    backstop: BackstopView,
    /// Facts on their way to the broker.
    outbox: OutboxView,
    /// The parts of the directory, and how old each is.
    directory: Vec<DirectoryAge>,
    /// The processes heard of within a day.
    workers: Vec<WorkerView>,
}

/// Access that should be gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverdueView {
    /// How many.
    count: i64,
    /// Since when the oldest should be gone.
    oldest: Option<Timestamp>,
}

/// What is parked of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParkedCount {
    /// What sort of thing.
    kind: ParkedKind,
    /// How many.
    count: i64,
    /// How many of them nobody has acknowledged.
    unacknowledged: i64,
    /// Since when the oldest is.
    oldest: Option<Timestamp>,
}

/// What differs of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftCount {
    /// How AWS and what is known differ.
    kind: DriftKind,
    /// How many.
    count: i64,
}

/// The comparison with AWS.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonView {
    /// The last one's number; 0 before the first.
    run: i64,
    /// When the last whole one was done.
    finished_at: Option<Timestamp>,
    /// Since when the brake keeps it from repairing, where it does.
    braked_at: Option<Timestamp>,
}

/// Limits of AWS, and what is used of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct BudgetView {
    /// What throttles leave of the calls a second just now, of 1.
    rate_factor: f64,
    /// Throttles since the beginning.
    throttled: i64,
    /// Operations under way that create.
    creations_under_way: i64,
    /// Operations under way that delete.
    deletions_under_way: i64,
    /// How long AWS takes for a creation, in seconds, as far as it was learned.
    creation_s: Option<f64>,
    /// How long it takes for a deletion.
    deletion_s: Option<f64>,
}

/// Schedules inside AWS.
#[derive(Debug, Serialize, ToSchema)]
pub struct BackstopView {
    /// Whether it is configured; without it access lasts until Curfew is back.
    on: bool,
    /// Schedules that are not yet known to be there.
    placing: i64,
    /// Schedules that are there.
    placed: i64,
    /// Schedules that are to go.
    removing: i64,
    /// Of all these, those that went wrong the last time.
    failing: i64,
    /// Active access that has none.
    without: i64,
    /// Extensions that wait for theirs.
    extensions: i64,
}

/// Facts that wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutboxView {
    /// How many.
    count: i64,
    /// Since when the oldest waits.
    oldest: Option<Timestamp>,
}

/// A part of the directory.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectoryAge {
    /// Which.
    part: &'static str,
    /// When it was last read; where it is read piece by piece, its oldest piece.
    read_at: Option<Timestamp>,
    /// How old that is, in seconds.
    age_s: Option<i64>,
    /// What went wrong since.
    error: Option<String>,
}

/// A process.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkerView {
    /// Another one with every start.
    id: Uuid,
    /// The name under which it reports.
    name: String,
    /// Its version.
    version: String,
    /// The services inside.
    services: Vec<String>,
    /// When it started.
    started_at: Timestamp,
    /// When it was last heard of.
    seen_at: Timestamp,
    /// Whether that is less than a minute ago.
    alive: bool,
    /// How far its clock was from the database's, in milliseconds.
    clock_offset_ms: i64,
    /// What was wrong with its clock, for which reason it gives no access; it removes all the same.
    clock_doubt: Option<String>,
}

/// One page of truth for those who run Curfew: what is overdue or parked, whether anything is paused, how old the
/// directory is, and who works.
#[utoipa::path(tag = "operations",
    responses((status = 200, description = "How it stands.", body = Operations)))]
#[get("/v1/operations")]
pub async fn show_operations(state: Data<State>, caller: Caller) -> Result<Json<Operations>, Problem> {
    caller.require_auditor_or_admin()?;
    let now = state.db.clock().now();
    let outbox = outbox(&state).await?;
    let mut connection = state.db.read().await?;
    Ok(Json(Operations {
        now,
        overdue: overdue(&mut connection, now).await?,
        parked: parked(&mut connection, now).await?,
        pauses: pauses::all(&mut connection).await?.into_iter().map(PauseView::from).collect(),
        emergencies: emergencies::running(&mut connection).await?.into_iter().map(EmergencyView::from).collect(),
        drift: drift(&mut connection).await?,
        comparison: comparison(&mut connection).await?,
        budget: budget(&mut connection).await?,
        backstop: backstop(&mut connection, state.backstop).await?,
        outbox,
        directory: directory(&mut connection, now).await?,
        workers: workers(&mut connection, now).await?,
    }))
}

async fn overdue(connection: &mut PgConnection, now: Timestamp) -> Result<OverdueView, Problem> {
    let (count, oldest) = alarms::overdue(connection, now).await?;
    Ok(OverdueView { count, oldest })
}

async fn parked(connection: &mut PgConnection, now: Timestamp) -> Result<Vec<ParkedCount>, Problem> {
    let counts = parked::counts(connection, now).await?;
    Ok(counts
        .into_iter()
        .map(|c| ParkedCount { kind: c.kind, count: c.count, unacknowledged: c.unknown, oldest: c.oldest })
        .collect())
}

async fn drift(connection: &mut PgConnection) -> Result<Vec<DriftCount>, Problem> {
    let counts = drift::open_counts(connection).await?;
    Ok(counts.into_iter().map(|(kind, count)| DriftCount { kind, count }).collect())
}

async fn comparison(connection: &mut PgConnection) -> Result<ComparisonView, Problem> {
    let run = drift::status(connection).await?;
    Ok(ComparisonView { run: run.run, finished_at: run.finished_at, braked_at: run.braked_at })
}

async fn budget(connection: &mut PgConnection) -> Result<BudgetView, Problem> {
    let standing = budget::standing(connection).await?;
    Ok(BudgetView {
        rate_factor: standing.rate_factor,
        throttled: standing.throttled,
        creations_under_way: standing.creations,
        deletions_under_way: standing.deletions,
        creation_s: standing.creation_s,
        deletion_s: standing.deletion_s,
    })
}

async fn backstop(connection: &mut PgConnection, on: Backstop) -> Result<BackstopView, Problem> {
    let counts = backstops::counts(connection).await?;
    Ok(BackstopView {
        on: on == Backstop::On,
        placing: counts.placing,
        placed: counts.placed,
        removing: counts.removing,
        failing: counts.failing,
        without: counts.without,
        extensions: counts.extensions,
    })
}

async fn outbox(state: &State) -> Result<OutboxView, Problem> {
    let (count, oldest) = outbox::backlog(&state.db).await?;
    Ok(OutboxView { count, oldest })
}

async fn directory(connection: &mut PgConnection, now: Timestamp) -> Result<Vec<DirectoryAge>, Problem> {
    let syncs = directory::syncs(connection).await?;
    Ok(syncs
        .into_iter()
        .map(|sync| DirectoryAge {
            part: sync.part.as_str(),
            read_at: sync.succeeded_at,
            age_s: sync.succeeded_at.map(|at| now.duration_since(at).as_secs()),
            error: sync.error,
        })
        .collect())
}

async fn workers(connection: &mut PgConnection, now: Timestamp) -> Result<Vec<WorkerView>, Problem> {
    let all = workers::all(connection).await?;
    Ok(all
        .into_iter()
        .map(|worker| WorkerView {
            id: worker.id,
            name: worker.name,
            version: worker.version,
            services: worker.services,
            started_at: worker.started_at,
            seen_at: worker.seen_at,
            alive: now.duration_since(worker.seen_at).as_secs() < 60,
            clock_offset_ms: worker.clock_offset_ms,
            clock_doubt: worker.clock_doubt,
        })
        .collect())
}
