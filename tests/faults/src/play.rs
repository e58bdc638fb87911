//! One seed, from its first request until everything is quiet again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cloud::{AccessKey, BackstopConfig, Cloud, CloudConfig, Surroundings};
use domain::backstop::Timing;
use futures_util::future::BoxFuture;
use grant::{Adding, Again, Backstop, Keeping};
use jiff::{SignedDuration, Timestamp};
use rand::Rng as _;
use revocation::offline::{Limits, Offline};
use revocation::reconcile::Step;
use revocation::sweep::Sweeping;
use revocation::{CuttingSessions, Means, Reconciler, Removing, Settling};
use simulator::inside::{Organization, of_user};
use simulator::{ACCESS_KEY_ID, IDENTITY_STORE_ID, INSTANCE_ARN, Millis, Profile, SECRET_ACCESS_KEY};
use store::leases::Leases;
use store::{Clock, Db, Ends, emergencies};

use crate::deeds::{self, Doings};
use crate::house::House;
use crate::plan::{Deed, Plan};
use crate::process::{self, Kind, Process};
use crate::stage::{Stage, TaskId};
use crate::verdict::{self, Verdict};

/// Whom creations are by, as the reconciler knows it.
pub const GRANT_ROLE: &str = "curfew-grant";
/// Whom AWS acts as when a schedule fires.
pub const BACKSTOP_ROLE: &str = "curfew-backstop-target";
/// How often what is remembered is read anew.
pub const REFRESH: Duration = Duration::from_secs(20);
/// How far apart two reads must be to count as two.
pub const LAG: SignedDuration = SignedDuration::from_secs(2);
/// How long a lease lasts, and until the next scan finds what it held.
pub const LEASE: SignedDuration = SignedDuration::from_secs(12);
/// How long everything may take to be quiet, after the last deadline and the last fault.
const QUIET: SignedDuration = SignedDuration::from_mins(20);
/// How long somebody waits for a place before looking again; really they look more often.
const FOR_A_PLACE: SignedDuration = SignedDuration::from_millis(400);
/// How long the longest session lasts.
const SESSION: SignedDuration = SignedDuration::from_hours(1);
/// More turns than any play needs.
const MOST_TURNS: usize = 60_000;

enum Event {
    Deed(Deed),
    Spells,
    Restart(usize),
}

struct Play<'a> {
    house: &'a House,
    plan: &'a Plan,
    stage: Stage,
    db: Db,
    cloud: Cloud,
    tasks: BTreeMap<TaskId, (usize, BoxFuture<'static, ()>)>,
    events: BTreeMap<(Timestamp, u64), Event>,
    doings: Doings,
}

/// One look for access of leavers and emergencies, and when there has to be another.
async fn sweep(db: Db) -> Result<Option<Timestamp>, String> {
    Sweeping { db: db.clone() }.step().await.map_err(|error| error.to_string())?;
    let running = async { emergencies::running(&mut *db.read().await?).await };
    let running = running.await.map_err(|error: store::StoreError| error.to_string())?;
    let again = running.iter().filter(|emergency| emergency.grants_done_at.is_none());
    Ok(again.filter_map(|emergency| emergency.begun_at).map(|begun_at| begun_at + emergencies::SETTLES).max())
}

/// One step of a comparison, and when there has to be another.
async fn compare(reconciler: Arc<Reconciler>, db: Db) -> Result<Option<Timestamp>, String> {
    let step = reconciler.step().await.map_err(|error| error.to_string())?;
    let now = db.clock().now();
    Ok(Some(match step {
        Step::Piece => now,
        // Really it is looked more often.
        Step::Idle | Step::Over => now + SignedDuration::from_mins(1),
    }))
}

/// Plays a seed's plan and judges it.
pub async fn play(house: &House, plan: &Plan) -> Verdict {
    house.forget_lives().await;
    store::seam::seed_ids(plan.seed);
    let mut play = Play::set(house, plan).await;
    play.begin().await;
    let turns = play.run().await;
    if turns >= MOST_TURNS {
        play.stage.state().record.broken(format!("no rest after {turns} turns"));
    }
    play.tasks.clear();
    let mut verdict = verdict::judge(house, plan, &play.stage).await;
    verdict.turns = turns;
    verdict
}

impl<'a> Play<'a> {
    async fn set(house: &'a House, plan: &'a Plan) -> Self {
        let mut organization = Organization::new(Profile::Instant, plan.seed, Millis(plan.start.as_millisecond()));
        plan.aws.apply(organization.settings());
        plan.more.apply(organization.settings());
        // As the directory's copy has it.
        organization.sessions_last(house.tuples[0].permission_set.as_str(), "PT1H");
        for tuple in plan.standing.iter().map(|tuple| &house.tuples[*tuple]) {
            let (user, account) = (tuple.principal.as_str(), tuple.account.as_str());
            organization.make_outside(&of_user(user, account, tuple.permission_set.as_str()));
        }
        let role_arn = (plan.keepers > 0).then(|| organization.role(BACKSTOP_ROLE));
        let stage = Stage::new(plan.seed, plan.start, organization, plan.chaos);
        stage.state().outages.clone_from(&plan.more.outages);
        if plan.more.places.is_some() {
            stage.state().processes.patience = FOR_A_PLACE;
        }
        let shared = Arc::new(stage.clone());
        let db = Db::new(house.db.pool().clone(), Clock::by(shared.clone())).with_seam(shared.clone());
        let db = db.with_ends(Ends { receipts: None, cutting: plan.more.cutting() });
        let config = CloudConfig {
            endpoint_url: Some("http://aws.test".to_owned()),
            instance_arn: Some(INSTANCE_ARN.to_owned()),
            identity_store_id: Some(IDENTITY_STORE_ID.to_owned()),
            calls_per_second: 0,
            outstanding: 0,
            backstop: BackstopConfig { role_arn, ..BackstopConfig::default() },
            ..CloudConfig::default()
        };
        let key = AccessKey { id: ACCESS_KEY_ID.to_owned(), secret: SECRET_ACCESS_KEY.to_owned() };
        let around = Surroundings { time: shared.clone(), wire: Some(shared) };
        let cloud = Cloud::connect_in(config, key, around).await.unwrap();
        let (tasks, events) = (BTreeMap::new(), BTreeMap::new());
        Self { house, plan, stage, db, cloud, tasks, events, doings: Doings::default() }
    }

    async fn begin(&mut self) {
        let plan = self.plan;
        for (at, deed) in &plan.deeds {
            self.schedule(*at, Event::Deed(deed.clone()));
        }
        for spell in &plan.spells {
            self.schedule(spell.from, Event::Spells);
            self.schedule(spell.until, Event::Spells);
        }
        let grants = (0..plan.grants).map(|_| Kind::Grant);
        let revocations = (0..plan.revocations).map(|_| Kind::Revocation);
        let keepers = (0..plan.keepers).map(|_| Kind::Keeper);
        let memories = (0..plan.more.memories).map(|_| Kind::Memory);
        let comparers = (0..plan.more.comparers).map(|_| Kind::Comparer);
        let cutters = (0..plan.more.cutters).map(|_| Kind::Cutter);
        let sweepers = (0..plan.more.sweepers).map(|_| Kind::Sweeper);
        for kind in
            grants.chain(revocations).chain(keepers).chain(sweepers).chain(cutters).chain(comparers).chain(memories)
        {
            let at = {
                let mut state = self.stage.state();
                state.processes.all.push(Process::new(kind));
                state.processes.all.len() - 1
            };
            self.start(at).await;
        }
    }

    fn schedule(&mut self, at: Timestamp, event: Event) {
        let number = self.stage.state().next_number();
        self.events.insert((at, number), event);
    }

    /// Starts the process at this place anew.
    async fn start(&mut self, at: usize) {
        let kind = {
            let mut state = self.stage.state();
            let kind = state.processes.all[at].kind;
            state.processes.all[at] = Process::new(kind);
            kind
        };
        let db = self.db.clone();
        let backstop = Backstop { aws: self.cloud.backstop().clone(), timing: Timing::default() };
        let (slots, leases) = (self.plan.more.slots(), Leases::default());
        let (stage, kept) = (self.stage.clone(), (db.clone(), leases.clone()));
        let life = match kind {
            Kind::Keeper => process::run(stage, at, Keeping::new(db, backstop), kept),
            Kind::Cutter => {
                let means = Means::Policy(self.cloud.session_policy(simulator::SESSION_POLICY));
                process::run(stage, at, CuttingSessions { db, means }, kept)
            }
            Kind::Memory => {
                let limits = Limits { refresh: REFRESH, at_once: 4 };
                let offline = Offline::new(db, self.cloud.deletions().clone(), LAG, limits);
                process::remember(stage, at, offline)
            }
            Kind::Comparer => {
                let role = self.stage.state().organization.role(GRANT_ROLE);
                let survey = self.cloud.survey().clone().with_grant_role(role);
                let schedules = self.cloud.backstop().clone();
                let compares = Reconciler::new(db.clone(), survey, schedules, self.plan.more.comparing());
                let compares = Arc::new(compares);
                process::look(stage, at, move || compare(Arc::clone(&compares), db.clone()))
            }
            Kind::Sweeper => process::look(stage, at, move || sweep(db.clone())),
            Kind::Grant => {
                let again = Again::new(self.house.judge.clone(), self.cloud.directory().clone());
                let aws = self.cloud.creations().clone();
                process::run(stage, at, Adding { db, aws, again, backstop, slots, leases }, kept)
            }
            Kind::Revocation => {
                let aws = self.cloud.deletions().clone();
                process::run(
                    stage,
                    at,
                    Removing { db, aws, lag: LAG, slots, leases, settling: Settling::default() },
                    kept,
                )
            }
        };
        self.add(at, life).await;
    }

    /// Connections to Postgres that somebody has in their hands.
    fn in_use(&self) -> impl Fn() -> usize + Clone + use<> {
        let pool = self.house.db.pool().clone();
        move || usize::try_from(pool.size()).unwrap_or(usize::MAX).saturating_sub(pool.num_idle())
    }

    /// A new task, up to its first gate.
    async fn add(&mut self, process: usize, mut task: BoxFuture<'static, ()>) {
        let id = self.stage.state().next_number();
        if !self.stage.drive(id, process, &mut task, self.in_use()).await {
            self.tasks.insert(id, (process, task));
        }
    }

    /// The process is gone, with everything that it had in hand.
    async fn kill(&mut self, at: usize) {
        let gone: Vec<TaskId> = self.tasks.iter().filter(|(_, (p, _))| *p == at).map(|(id, _)| *id).collect();
        for id in gone {
            drop(self.tasks.remove(&id));
            self.stage.state().open.remove(&id);
        }
        // Connections go back to the pool by themselves.
        for _ in 0..1000 {
            if self.in_use()() == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let back = {
            let mut state = self.stage.state();
            state.processes.all[at].is_alive = false;
            let back = state.now + SignedDuration::from_millis(200) + state.up_to(SignedDuration::from_secs(40));
            let (now, over) = (state.now, back.max(state.now + LEASE));
            state.trouble(at, now, over);
            state.note(|| format!("process {at} is killed"));
            back
        };
        self.schedule(back, Event::Restart(at));
    }

    async fn run(&mut self) -> usize {
        for turn in 0..MOST_TURNS {
            if !self.turn().await {
                return turn;
            }
        }
        MOST_TURNS
    }

    /// One turn: an event, or a gate that opens. False when nothing is left to come.
    async fn turn(&mut self) -> bool {
        let now = self.stage.state().now;
        if let Some(key) = self.events.keys().next().copied().filter(|(at, _)| *at <= now) {
            if let Some(event) = self.events.remove(&key) {
                self.happens(event).await;
            }
            return true;
        }
        let Some(gate) = self.draw() else { return self.turn_clock() };
        let (task, process, label) = {
            let state = self.stage.state();
            let gate = &state.gates[&gate];
            (gate.task, gate.process, gate.label)
        };
        if self.stage.state().loses(|chaos| chaos.crash) {
            self.kill(process).await;
            return true;
        }
        self.freezes(process);
        let Some((process, mut future)) = self.tasks.remove(&task) else {
            self.stage.state().gates.remove(&gate);
            return true;
        };
        {
            let mut state = self.stage.state();
            state.note(|| format!("task {task} of process {process} goes on after {label}"));
            state.open_gate(gate);
        }
        if !self.stage.drive(task, process, &mut future, self.in_use()).await {
            self.tasks.insert(task, (process, future));
        }
        let made = std::mem::take(&mut self.stage.state().made);
        for (process, task) in made {
            self.add(process, task).await;
        }
        if self.stage.state().processes.all[process].is_dying {
            self.kill(process).await;
        }
        let mut state = self.stage.state();
        let a_moment = state.up_to(SignedDuration::from_millis(1));
        state.now += a_moment;
        true
    }

    /// A gate that may open now, drawn.
    fn draw(&self) -> Option<u64> {
        let mut state = self.stage.state();
        state.deliver();
        state.echo();
        let now = state.now;
        let thawed = |process: usize| {
            state.processes.all.get(process).and_then(|p| p.frozen_until).is_none_or(|until| until <= now)
        };
        let ready: Vec<u64> = state
            .gates
            .iter()
            .filter(|(_, gate)| gate.at.is_some_and(|at| at <= now) && thawed(gate.process))
            .map(|(id, _)| *id)
            .collect();
        if ready.is_empty() {
            return None;
        }
        let at = state.random.random_range(0..ready.len());
        ready.get(at).copied()
    }

    fn freezes(&self, process: usize) {
        let mut state = self.stage.state();
        if state.loses(|chaos| chaos.freeze) {
            let until = state.now + state.up_to(SignedDuration::from_secs(50));
            state.processes.all[process].frozen_until = Some(until);
            let (now, over) = (state.now, until.max(state.now + LEASE));
            state.trouble(process, now, over);
            state.note(|| format!("process {process} stands still until {until}"));
        }
    }

    /// Turns the clock to what comes next. False when nothing does, or everything has long been over.
    fn turn_clock(&self) -> bool {
        let mut state = self.stage.state();
        let gates = state.gates.values().filter_map(|gate| {
            let thaw = state.processes.all.get(gate.process).and_then(|process| process.frozen_until);
            gate.at.map(|at| thaw.map_or(at, |thaw| at.max(thaw)))
        });
        let next = gates
            .chain(state.network.next())
            .chain(state.next_echo())
            .chain(self.events.keys().next().map(|(at, _)| *at))
            .min();
        let quiet = match (self.plan.whole_watch, self.plan.more.cutters) {
            (true, _) => SignedDuration::from_hours(26),
            (false, 1..) => SESSION + QUIET,
            (false, 0) => QUIET,
        };
        let last = state.record.last_deadline().unwrap_or(self.plan.start).max(self.plan.calm_from());
        match next.filter(|next| self.events.keys().any(|(at, _)| at == next) || *next <= last + quiet) {
            Some(next) => {
                state.now = next.max(state.now);
                true
            }
            None => false,
        }
    }

    async fn happens(&mut self, event: Event) {
        match event {
            Event::Deed(Deed::Kill { process }) => {
                if self.stage.state().processes.all[process].is_alive {
                    self.kill(process).await;
                }
            }
            Event::Deed(deed) if deed.is_written() && self.stage.state().away_until().is_some() => {
                let until = self.stage.state().away_until();
                // People try again.
                let later = until.map_or(self.plan.start, |until| until + SignedDuration::from_secs(1));
                self.schedule(later, Event::Deed(deed));
            }
            Event::Deed(deed) => {
                deeds::perform(&deed, &self.stage, &self.db, self.house, &mut self.doings).await;
            }
            Event::Restart(process) => self.start(process).await,
            Event::Spells => self.cast(),
        }
    }

    /// The faults that strike from now on.
    fn cast(&self) {
        let mut state = self.stage.state();
        let now = state.now;
        state.organization.turn_to(Millis(now.as_millisecond()));
        state.organization.lift_faults();
        for spell in self.plan.spells.iter().filter(|spell| spell.from <= now && now < spell.until) {
            state.organization.order(spell.fault.clone());
            state.note(|| format!("from here on {:?}", spell.fault));
        }
    }
}
