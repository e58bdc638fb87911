//! One seed, from its first request until everything is quiet again.

use std::collections::BTreeMap;
use std::sync::Arc;

use cloud::{AccessKey, Cloud, CloudConfig, Surroundings};
use domain::GrantId;
use futures_util::future::BoxFuture;
use grant::{Adding, Again};
use jiff::{SignedDuration, Timestamp};
use rand::Rng as _;
use revocation::Removing;
use simulator::inside::{Organization, of_user};
use simulator::{ACCESS_KEY_ID, IDENTITY_STORE_ID, INSTANCE_ARN, Millis, Profile, SECRET_ACCESS_KEY};
use store::{Clock, Db};

use crate::deeds;
use crate::house::House;
use crate::plan::{Deed, Plan};
use crate::process::{self, Kind, Process};
use crate::stage::{Stage, TaskId};
use crate::verdict::{self, Verdict};

/// How far apart two reads must be to count as two.
pub const LAG: SignedDuration = SignedDuration::from_secs(2);
/// How long a lease lasts, and until the next scan finds what it held.
pub const LEASE: SignedDuration = SignedDuration::from_secs(33);
/// How long everything may take to be quiet, after the last deadline and the last fault.
const QUIET: SignedDuration = SignedDuration::from_mins(20);
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
    grants: Vec<GrantId>,
}

/// Plays a seed's plan and judges it.
pub async fn play(house: &House, plan: &Plan) -> Verdict {
    house.db.forget_lives().await;
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
        for tuple in plan.standing.iter().map(|tuple| &house.tuples[*tuple]) {
            let (user, account) = (tuple.principal.as_str(), tuple.account.as_str());
            organization.make_outside(&of_user(user, account, tuple.permission_set.as_str()));
        }
        let stage = Stage::new(plan.seed, plan.start, organization, plan.chaos);
        let shared = Arc::new(stage.clone());
        let db = Db::new(house.db.pool().clone(), Clock::by(shared.clone())).with_seam(shared.clone());
        let config = CloudConfig {
            endpoint_url: Some("http://aws.test".to_owned()),
            instance_arn: Some(INSTANCE_ARN.to_owned()),
            identity_store_id: Some(IDENTITY_STORE_ID.to_owned()),
            calls_per_second: 0,
            outstanding: 0,
            ..CloudConfig::default()
        };
        let key = AccessKey { id: ACCESS_KEY_ID.to_owned(), secret: SECRET_ACCESS_KEY.to_owned() };
        let around = Surroundings { time: shared.clone(), wire: Some(shared) };
        let cloud = Cloud::connect_in(config, key, around).await.unwrap();
        let (tasks, events) = (BTreeMap::new(), BTreeMap::new());
        Self { house, plan, stage, db, cloud, tasks, events, grants: Vec::new() }
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
        for kind in grants.chain((0..plan.revocations).map(|_| Kind::Revocation)) {
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
        let life = match kind {
            Kind::Grant => {
                let again = Again::new(self.house.judge.clone(), self.cloud.directory().clone());
                process::run(self.stage.clone(), at, Adding { db, aws: self.cloud.creations().clone(), again })
            }
            Kind::Revocation => {
                process::run(self.stage.clone(), at, Removing { db, aws: self.cloud.deletions().clone(), lag: LAG })
            }
        };
        self.add(at, life).await;
    }

    /// A new task, up to its first gate.
    async fn add(&mut self, process: usize, mut task: BoxFuture<'static, ()>) {
        let id = self.stage.state().next_number();
        if !self.stage.drive(id, process, &mut task).await {
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
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let back = {
            let mut state = self.stage.state();
            state.processes.all[at].is_alive = false;
            let back = state.now + SignedDuration::from_millis(200) + state.up_to(SignedDuration::from_secs(40));
            let (now, over) = (state.now, back.max(state.now + LEASE));
            state.record.trouble(now, over);
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
        if !self.stage.drive(task, process, &mut future).await {
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
            state.record.trouble(now, over);
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
        let next = gates.chain(state.network.next()).chain(self.events.keys().next().map(|(at, _)| *at)).min();
        let quiet = if self.plan.whole_watch { SignedDuration::from_hours(26) } else { QUIET };
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
            Event::Deed(deed) => {
                deeds::perform(&deed, &self.stage, &self.db, self.house, &mut self.grants).await;
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
