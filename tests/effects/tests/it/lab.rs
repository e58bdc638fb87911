//! A database, an organization and the two workers, for one test.
//!
//! The clock of the lives runs with the real one, since AWS's asynchrony does, and can be turned forward besides.

mod asking;
mod backed;
mod said;

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cloud::{AccessKey, Cloud, CloudConfig, Roles};
use domain::approval::PolicySpec;
use domain::grant::GrantState;
use domain::rules::{Accounts, Approval, Body, PermissionSets, Subjects};
use domain::{AccountId, GrantId, GroupId, PermissionSetArn, Tuple, UserId};
use grant::{Adding, Again, Backstop};
use integrations::Integrations;
use jiff::{SignedDuration, Timestamp};
use judge::Judge;
use revocation::{CuttingSessions, Means, Removing, Settling};
use runtime::work::Worker as _;
use serde_json::{Value, json};
use simulator::{ACCESS_KEY_ID, Config, Running, SECRET_ACCESS_KEY, Simulator};
use store::assignments::Assignment;
use store::grants::{Beside, Grant};
use store::leases::Leases;
use store::slots::Slots;
use testkit::TestDb;

pub use backed::{MARGIN, Scheduled, TIMING};
use said::Said;

/// How long a test waits for a life to get somewhere.
const PATIENCE: Duration = Duration::from_secs(60);
/// Rests up to this long are turned over; longer ones are deadlines and watches, which a test turns to by itself.
const REST: SignedDuration = SignedDuration::from_secs(65);
/// How far apart two reads must be to count as two.
pub const LAG: SignedDuration = SignedDuration::from_secs(2);
/// The simulator's prepared policy.
pub const POLICY: &str = "p-curfewdeny";
/// Signs receipts here.
pub const RECEIPT_SECRET: &str = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBieXRlcyBtb3Jl";

pub struct Lab {
    pub db: TestDb,
    pub simulator: Running,
    pub http: reqwest::Client,
    pub approver: UserId,
    /// How many operations may be under way; no limit, unless a test sets one.
    pub slots: Slots,
    company: Value,
    aws: Cloud,
    again: Again,
    approvers: GroupId,
    backed: bool,
    backstop: Backstop,
    ticked: Cell<Instant>,
    /// Whether sessions are cut by the permission sets' own policies.
    pub inline: Cell<bool>,
    said: Said,
    _said: tracing::subscriber::DefaultGuard,
}

impl Lab {
    /// No quotas and no delays.
    pub async fn instant() -> Self {
        Self::start(Config::instant(), CloudConfig::default()).await
    }

    /// Operations take this long; no rates, and conflicts linger half a second.
    pub async fn slow(seconds: f64) -> Self {
        let lab = Self::instant().await;
        lab.set(json!({"latency_median_seconds": seconds, "latency_sigma": 0.0, "linger_seconds": 0.5})).await;
        lab
    }

    /// Calls give up after this long.
    pub async fn impatient(call_timeout: Duration) -> Self {
        Self::start(Config::instant(), CloudConfig { call_timeout, ..CloudConfig::default() }).await
    }

    /// As `instant`, each kind of work by its role.
    pub async fn by_roles() -> Self {
        let db = testkit::database().await;
        Self::start_as(Config::instant(), CloudConfig::default(), key(), "management_account_id", db).await
    }

    /// As `by_roles`, in the account that Identity Center's administration is delegated to.
    pub async fn delegated() -> Self {
        let id = simulator::DELEGATED_ACCESS_KEY_ID.to_owned();
        let key = AccessKey { id, secret: simulator::DELEGATED_SECRET_ACCESS_KEY.to_owned() };
        let db = testkit::database().await;
        Self::start_as(Config::instant(), CloudConfig::default(), key, "delegated_account_id", db).await
    }

    /// No quotas and no delays; ends are attested, and sessions are cut a second after a removal. The clock of the lives
    /// goes by the real one, since AWS compares it with when sessions began; roles stay when nobody has them.
    pub async fn cutting() -> Self {
        let clock = store::Clock::manual(store::Clock::system().now());
        let db = testkit::database_at(clock).await;
        let lab = Self::start_as(Config::instant(), CloudConfig::default(), key(), "", db).await;
        lab.until_now_by_aws();
        lab.set(json!({"role_removal_kills_sessions": false})).await;
        lab
    }

    /// The same by the permission sets' own policies, each kind of work by its role.
    pub async fn cutting_by_permission_sets() -> Self {
        let clock = store::Clock::manual(store::Clock::system().now());
        let db = testkit::database_at(clock).await;
        let roles = Roles { session_deny: Some("session-deny-inline".to_owned()), ..Roles::default() };
        let config = CloudConfig { roles, ..CloudConfig::default() };
        let lab = Self::start_as(Config::instant(), config, key(), "management_account_id", db).await;
        lab.until_now_by_aws();
        lab.set(json!({"role_removal_kills_sessions": false})).await;
        lab.inline.set(true);
        lab
    }

    async fn start(simulated: Config, config: CloudConfig) -> Self {
        Self::start_as(simulated, config, key(), "", testkit::database().await).await
    }

    /// `home` names the account that the roles are in; none are assumed without it.
    async fn start_as(simulated: Config, config: CloudConfig, key: AccessKey, home: &str, mut db: TestDb) -> Self {
        let receipt_key = receipts::SigningKey::from_secret(RECEIPT_SECRET).unwrap();
        let cutting =
            domain::sessions::Cutting { lag: SignedDuration::from_secs(1), margin: SignedDuration::from_mins(5) };
        db.db = db.db.clone().with_ends(store::Ends { receipts: Some(Arc::new(receipt_key)), cutting: Some(cutting) });
        let said = Said::default();
        let sink = said.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || sink.clone())
            .finish();
        let _said = tracing::subscriber::set_default(subscriber);
        let simulator = Simulator::start(simulated).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let company: Value =
            http.get(format!("{}/control/directory", simulator.http)).send().await.unwrap().json().await.unwrap();
        let role =
            |name: &str| company[home].as_str().map(|account| format!("arn:aws:iam::{account}:role/curfew-{name}"));
        let roles = Roles {
            grant: role("grant"),
            revocation: role("revocation"),
            backstop: role("backstop"),
            session_deny: role(config.roles.session_deny.as_deref().unwrap_or("session-deny")),
            directory: role("directory"),
            external_id: None,
        };
        let endpoint_url = Some(simulator.http.clone());
        let config = CloudConfig { endpoint_url, roles, calls_per_second: 0, outstanding: 0, ..config };
        let aws = Cloud::connect_as(config, key).await.unwrap();
        let backstop = Backstop { aws: aws.backstop().clone(), timing: TIMING };
        testkit::simulated::move_in(&db, &company).await;
        let approver = db.person("approver").await;
        let approvers = db.group("approvers", &[&approver]).await;
        let ticked = Cell::new(Instant::now());
        let systems = Integrations::new(&testkit::api::settings_at("http://issuer.test", &[])).unwrap();
        let again = Again::new(Judge::new(systems), aws.directory().clone());
        let slots = Slots::unlimited();
        let lab = Self {
            db,
            simulator,
            http,
            approver,
            slots,
            company,
            aws,
            again,
            approvers,
            backed: false,
            backstop,
            ticked,
            inline: Cell::new(false),
            said,
            _said,
        };
        lab.everything_with_an_approval().await;
        lab
    }

    /// The rule that everything here goes by, unless a test makes others.
    async fn everything_with_an_approval(&self) {
        let approval = Approval::Policy(PolicySpec::of(vec![self.approvers.clone()], vec![], 1));
        let mut rule = testkit::company::rule_for("Everything", &[], "ReadOnlyAccess", approval);
        rule.subjects = Subjects { everyone: true, ..Subjects::default() };
        rule.accounts = Accounts { all: true, management: true, ..Accounts::default() };
        rule.permission_sets = PermissionSets { all: true, ..PermissionSets::default() };
        rule.max_minutes = domain::Minutes::new(1440).unwrap();
        testkit::company::publish(&self.db, Body::Rule(rule)).await;
    }

    pub const fn aws(&self) -> &Cloud {
        &self.aws
    }

    pub fn adding(&self) -> Adding {
        let (again, backstop) = (self.again.clone(), self.backstop.clone());
        let (slots, leases) = (self.slots, Leases::default());
        Adding { db: self.db.db.clone(), aws: self.aws.creations().clone(), again, backstop, slots, leases }
    }

    /// An adder that may be stopped anywhere: like every process's, its transactions do not stay open for long.
    pub async fn stoppable_adding(&self) -> Adding {
        let options: sqlx::postgres::PgConnectOptions = self.db.url.parse().unwrap();
        let options = options.options([("idle_in_transaction_session_timeout", "100ms")]);
        let pool = sqlx::postgres::PgPoolOptions::new().connect_with(options).await.unwrap();
        let (aws, again) = (self.aws.creations().clone(), self.again.clone());
        let (slots, leases, backstop) = (self.slots, Leases::default(), self.backstop.clone());
        Adding { db: store::Db::new(pool, self.db.clock.clone()), aws, again, backstop, slots, leases }
    }

    pub fn removing(&self) -> Removing {
        let (slots, leases, settling) = (self.slots, Leases::default(), Settling::default());
        Removing { db: self.db.db.clone(), aws: self.aws.deletions().clone(), lag: LAG, slots, leases, settling }
    }

    /// As if rule and directory had said something else at the approval.
    pub async fn keeps_about_sessions(&self, grant: &Grant, set: &str) {
        let sql = sqlx::AssertSqlSafe(format!("UPDATE grants SET {set} WHERE id = $1"));
        sqlx::query(sql).bind(grant.id.uuid()).execute(self.db.pool()).await.unwrap();
    }

    /// Makes the directory know a group of the company, with this person in it.
    pub async fn group_known(&self, name: &str, tuple: &Tuple) -> GroupId {
        let groups = self.company["groups"].as_array().unwrap();
        let id = groups.iter().find(|group| group["display_name"] == name).unwrap()["id"].as_str().unwrap();
        sqlx::query("INSERT INTO directory_groups (id, name) VALUES ($1, $2)")
            .bind(id)
            .bind(name)
            .execute(self.db.pool())
            .await
            .unwrap();
        sqlx::query("INSERT INTO directory_members (group_id, user_id) VALUES ($1, $2)")
            .bind(id)
            .bind(tuple.principal.as_str())
            .execute(self.db.pool())
            .await
            .unwrap();
        GroupId::parse(id).unwrap()
    }

    pub fn cutting_sessions(&self) -> CuttingSessions {
        let means = if self.inline.get() {
            Means::Inline(self.aws.inline_policies().clone())
        } else {
            Means::Policy(self.aws.session_policy(POLICY))
        };
        CuttingSessions { db: self.db.db.clone(), means }
    }

    /// The time by the clock of the lives, moved on by what really passed.
    pub fn now(&self) -> Timestamp {
        let passed = self.ticked.replace(Instant::now()).elapsed();
        self.turn(SignedDuration::try_from(passed).unwrap());
        self.db.clock.now()
    }

    /// Catches up with AWS's clock, which is the host's and went on while the database was made.
    fn until_now_by_aws(&self) {
        self.turn_to(store::Clock::system().now());
    }

    /// Turns the clock forward.
    pub fn turn(&self, by: SignedDuration) {
        self.db.clock.advance(by);
    }

    pub fn turn_to(&self, at: Timestamp) {
        self.turn(at.duration_since(self.now()).max(SignedDuration::ZERO));
    }

    /// A user, an account and a permission set, by name.
    pub fn tuple(&self, user: &str, account: &str, set: &str) -> Tuple {
        let find = |list: &str, field: &str, name: &str, id: &str| {
            let all = self.company[list].as_array().unwrap();
            let found = all.iter().find(|one| one[field] == name).unwrap_or_else(|| panic!("{name}"));
            found[id].as_str().unwrap().to_owned()
        };
        Tuple {
            principal: UserId::parse(find("users", "user_name", user, "id")).unwrap(),
            account: AccountId::parse(find("accounts", "name", account, "id")).unwrap(),
            permission_set: PermissionSetArn::parse(find("permission_sets", "name", set, "arn")).unwrap(),
        }
    }

    pub fn any(&self) -> Tuple {
        self.tuple("ann", "payments-ledger-production", "PowerUserAccess")
    }

    /// The tuple of the n-th account: another for each n.
    pub fn nth(&self, n: usize) -> Tuple {
        let accounts = self.company["accounts"].as_array().unwrap();
        let open: Vec<_> = accounts.iter().filter(|account| account["suspended"] == false).collect();
        let account = open[n % open.len()]["name"].as_str().unwrap();
        let user = ["ann", "ben", "carla", "dave"][n / open.len()];
        self.tuple(user, account, "LogReader")
    }

    /// What the tuple's permission set gives, by its hash.
    pub async fn content(&self, tuple: &Tuple) -> String {
        self.aws.directory().permission_set_content(&tuple.permission_set).await.unwrap().unwrap().hash()
    }

    /// As if the permission set had given this when the grant was asked for.
    pub async fn kept_content(&self, id: GrantId, hash: &str) {
        let kept = sqlx::query("UPDATE request_items SET content_hash = $1 WHERE request_id = $2")
            .bind(hash)
            .bind(self.grant(id).await.request.uuid())
            .execute(self.db.pool());
        assert_eq!(kept.await.unwrap().rows_affected(), 1);
    }

    pub async fn grant(&self, id: GrantId) -> Grant {
        store::grants::get(&mut self.db.read().await.unwrap(), id).await.unwrap().unwrap()
    }

    /// What is told with the grant beside its own row.
    pub async fn beside(&self, grant: &Grant) -> Beside {
        let now = self.grant(grant.id).await;
        let told = store::grants::beside(&mut self.db.read().await.unwrap(), [&now]).await.unwrap();
        told.get(&grant.id).copied().unwrap_or_default()
    }

    pub async fn assignment(&self, id: GrantId) -> Assignment {
        let assignment = self.grant(id).await.assignment.expect("a started grant");
        store::assignments::get(&mut self.db.read().await.unwrap(), assignment).await.unwrap().unwrap()
    }

    /// One step of each worker. Where neither had anything to do, the clock turns over a short rest.
    pub async fn round(&self) {
        let mut done = 0;
        if self.backed {
            self.turn_simulator().await;
            done += self.passing(self.keeping().step()).await.unwrap();
        }
        done += self.passing(self.adding().step()).await.unwrap();
        if done + self.passing(self.removing().step()).await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.turn_over_a_rest().await;
        }
    }

    /// The step to its end, while the clock of the lives goes on with the real one.
    pub async fn passing<T>(&self, step: impl Future<Output = T>) -> T {
        let mut step = std::pin::pin!(step);
        loop {
            self.now();
            tokio::select! {
                biased;
                done = &mut step => return done,
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
        }
    }

    pub async fn turn_over_a_rest(&self) {
        let kept = if self.backed { self.keeping().next_due().await.unwrap() } else { None };
        let due = [self.adding().next_due().await.unwrap(), self.removing().next_due().await.unwrap(), kept];
        let now = self.now();
        if let Some(due) = due.into_iter().flatten().filter(|due| *due > now && *due < now + REST).min() {
            self.turn_to(due);
        }
    }

    /// Steps until the grant is in this state.
    pub async fn until(&self, id: GrantId, state: GrantState) -> Grant {
        let started = Instant::now();
        loop {
            let grant = self.grant(id).await;
            if grant.state == state {
                return grant;
            }
            assert!(started.elapsed() < PATIENCE, "not {state:?}: {grant:#?}\n{}", self.said());
            self.round().await;
        }
    }

    pub async fn active(&self, tuple: &Tuple) -> Grant {
        let id = self.approved(tuple).await;
        self.until(id, GrantState::Active).await
    }

    /// The requester gives it back.
    pub async fn ends(&self, grant: &Grant) -> revocation::usecase::Ended {
        self.now();
        let mut tx = self.db.tx(&grant.tuple.principal).await;
        let ended = revocation::usecase::end(&mut tx, grant.id, &grant.tuple.principal, None).await.unwrap();
        tx.commit().await.unwrap();
        ended
    }

    /// What the workers logged.
    pub fn said(&self) -> String {
        String::from_utf8(self.said.0.lock().unwrap().clone()).unwrap()
    }
}

fn key() -> AccessKey {
    AccessKey { id: ACCESS_KEY_ID.to_owned(), secret: SECRET_ACCESS_KEY.to_owned() }
}

fn unlimited(url: &str, config: CloudConfig) -> CloudConfig {
    CloudConfig { endpoint_url: Some(url.to_owned()), calls_per_second: 0, outstanding: 0, ..config }
}
