//! A running system of one test, and everything around it.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;

use client::Endpoints;
use serde_json::Value;
use simulator::{ACCESS_KEY_ID, Running, SECRET_ACCESS_KEY, Simulator};
use testkit::TestDb;
use url::Url;

use crate::{Answer, Child, Moto, Plan, Proxy, Wire, environment, eventually};

/// 32 bytes in base64, of no use to anybody.
const LINK_KEY: &str = "YSBrZXkgb2YgdGVzdHMsIG9mIG5vIHVzZSB0byBhbnlib2R5IQ==";

/// A running system. Dropped, it ends and leaves nothing behind.
pub struct System {
    /// Its processes.
    pub children: Vec<Child>,
    /// The company as AWS has it.
    pub company: Value,
    /// The wire to the broker, where there is one to cut.
    pub broker: Option<Proxy>,
    /// The wire to the database, where there is one to cut.
    pub database: Option<Proxy>,
    /// Moto's server, where AWS is it.
    pub moto: Option<Moto>,
    pub(crate) simulator: Running,
    pub(crate) http: reqwest::Client,
    addresses: BTreeMap<String, Url>,
    environments: BTreeMap<String, BTreeMap<String, String>>,
    _schema: TestDb,
}

impl System {
    pub(crate) async fn start(mut plan: Plan) -> Self {
        let simulator = Simulator::start(plan.simulator()).expect("the simulator starts");
        let schema = testkit::database().await;
        let (broker, broker_url) = wire(plan.broker, &environment::amqp_url()).await;
        let (database, database_url) = wire(plan.database, &schema.url).await;
        let mut shared = settings(&simulator, &database_url, &broker_url);
        if let Some(moto) = &plan.moto {
            shared.insert("CURFEW__AWS__ENDPOINT_URL".to_owned(), moto.url.clone());
        }
        if !plan.aws_like {
            shared.insert("CURFEW__AWS__CALLS_PER_SECOND".to_owned(), "0".to_owned());
            shared.insert("CURFEW__AWS__OUTSTANDING".to_owned(), "0".to_owned());
        }
        if plan.desk {
            shared.extend(desk(&simulator));
        }
        shared.extend(std::mem::take(&mut plan.settings));
        let (addresses, environments) = processes(plan.seven, &shared);
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let moto = plan.moto.take();
        let mut system = Self {
            children: Vec::new(),
            company: Value::Null,
            broker,
            database,
            moto,
            simulator,
            http: http.expect("an HTTP client"),
            addresses,
            environments,
            _schema: schema,
        };
        system.company = match &system.moto {
            Some(moto) => moto.company.clone(),
            None => system.simulator_json("/control/directory").await,
        };
        for name in system.environments.keys().cloned().collect::<Vec<_>>() {
            system.start_process(&name);
        }
        let whole = plan.broker != Some(Wire::Cut) && plan.database != Some(Wire::Cut);
        if whole {
            system.wait_until_ready().await;
        } else {
            eventually("the processes answer", async || system.all_answer("/livez", 200).await.then_some(())).await;
        }
        system
    }

    /// Starts a process (again), by its service's name, or `all`.
    ///
    /// # Panics
    /// When the binary is not there.
    pub fn start_process(&mut self, name: &str) {
        let (program, arguments): (_, &[&str]) =
            if name == "all" { ("curfew".to_owned(), &["up"]) } else { (format!("curfew-{name}"), &[]) };
        let environment = &self.environments[name];
        self.children.retain(|child| child.name() != name);
        self.children.push(Child::start(name, &environment::program(&program), arguments, environment));
    }

    /// Runs the command line to its end, with the settings of the process that runs everything. Its exit code, and
    /// everything that it said.
    ///
    /// # Panics
    /// When it cannot be run, or says what is no text.
    pub async fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = std::process::Command::new(environment::program("curfew"));
        command.args(arguments).envs(&self.environments["all"]).stdin(std::process::Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it ends");
        let output = output.expect("it runs");
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).expect("text"));
        (output.status.code().expect("an exit code"), said.concat())
    }

    /// A process by its service's name, or `all`.
    ///
    /// # Panics
    /// When there is none.
    pub fn process(&mut self, name: &str) -> &mut Child {
        self.children.iter_mut().rfind(|child| child.name() == name).expect("a process of this name")
    }

    /// Waits until every process is ready and the directory is there.
    ///
    /// # Panics
    /// When that takes too long; with what `/readyz` says.
    pub async fn wait_until_ready(&mut self) {
        let until = std::time::Instant::now() + Duration::from_secs(90);
        while !self.all_answer("/readyz", 200).await {
            for child in &mut self.children {
                if let Some(status) = child.ended() {
                    panic!("{} ended with {status} before it was ready", child.name());
                }
            }
            if std::time::Instant::now() > until {
                let said: Vec<_> = self.readiness().await.into_values().map(|answer| answer.map(|a| a.text)).collect();
                panic!("not ready within 90 s: {said:?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.directory_is_there().await;
    }

    /// Waits until people and their groups were read.
    ///
    /// # Panics
    /// When that takes too long.
    pub async fn directory_is_there(&self) {
        let frank = self.person("frank").await;
        eventually("the directory is there", async || {
            matches!(frank.me().await, Ok(client::Me::User { admin: true, .. })).then_some(())
        })
        .await;
        eventually("its accounts and permission sets are there", async || {
            let wanted = self.company["permission_sets"].as_array().map_or(0, Vec::len);
            (frank.permission_sets("").await.ok()?.items.len() >= wanted.min(20)).then_some(())
        })
        .await;
    }

    /// What each process says about itself; none where it does not answer.
    ///
    /// # Panics
    /// Never; an answer that cannot be read is none.
    pub async fn readiness(&self) -> BTreeMap<String, Option<Answer>> {
        let mut all = BTreeMap::new();
        for (name, url) in &self.addresses {
            all.insert(name.clone(), self.try_get(url.join("readyz").expect("an address")).await);
        }
        all
    }

    async fn all_answer(&self, path: &str, status: u16) -> bool {
        for url in self.addresses.values() {
            let answer = self.try_get(url.join(path).expect("an address")).await;
            if answer.is_none_or(|answer| answer.status != status) {
                return false;
            }
        }
        true
    }

    async fn try_get(&self, url: Url) -> Option<Answer> {
        let response = self.http.get(url).timeout(Duration::from_secs(5)).send().await.ok()?;
        let status = response.status().as_u16();
        Some(Answer { status, headers: BTreeMap::new(), text: response.text().await.unwrap_or_default() })
    }

    /// Where the API is, for clients.
    #[must_use]
    pub fn endpoints(&self) -> Endpoints {
        match self.addresses.get("all") {
            Some(one) => Endpoints::one(one.clone()),
            None => Endpoints::each(self.addresses.clone(), None),
        }
    }

    /// The address of a service.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn address(&self, service: &str) -> &Url {
        self.addresses.get("all").unwrap_or_else(|| &self.addresses[service])
    }
}

impl Drop for System {
    fn drop(&mut self) {
        // All are told at once, so that they stop beside each other; each is waited for when it is dropped.
        self.children.iter().for_each(Child::terminate);
    }
}

async fn wire(wire: Option<Wire>, url: &str) -> (Option<Proxy>, String) {
    let Some(state) = wire else { return (None, url.to_owned()) };
    let (proxy, url) = Proxy::before(url).await;
    if state == Wire::Cut {
        proxy.cut();
    }
    (Some(proxy), url)
}

/// What all processes are told.
fn settings(simulator: &Running, database: &str, broker: &str) -> BTreeMap<String, String> {
    let issuer = format!("{}/oidc", simulator.http);
    let prefix = format!("curfew-{}", uuid::Uuid::now_v7().simple());
    [
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("CURFEW_LOG", "info"),
        ("CURFEW__DATABASE__URL", database),
        ("CURFEW__DATABASE__MAX_CONNECTIONS", "8"),
        ("CURFEW__BROKER__URL", broker),
        ("CURFEW__BROKER__PREFIX", &prefix),
        ("CURFEW__AWS__ENDPOINT_URL", &simulator.http),
        ("CURFEW__AWS__REGION", "eu-central-1"),
        ("CURFEW__OIDC__ISSUER", &issuer),
        ("CURFEW__OIDC__AUDIENCE", "curfew"),
        ("CURFEW__OIDC__CLIENT_ID", "curfew-portal"),
        ("CURFEW__OIDC__CLIENT_SECRET", "curfew-portal-secret"),
        ("CURFEW__PERSONAS__ADMIN_GROUPS", "curfew-admins"),
        ("CURFEW__PERSONAS__AUDITOR_GROUPS", "curfew-auditors"),
        ("CURFEW__MAIL__SMTP_URL", &simulator.smtp),
        ("CURFEW__MAIL__FROM", "Curfew <curfew@harbourfreight.example>"),
        ("CURFEW__LINKS__KEY", LINK_KEY),
        ("CURFEW__WEBHOOKS__ALLOW_PRIVATE", "true"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The systems of others, with the credentials that the simulator knows.
fn desk(simulator: &Running) -> [(String, String); 7] {
    let url = |path: &str| format!("{}/{path}", simulator.http);
    [
        ("ON_CALL__PAGERDUTY_URL", url("pagerduty")),
        ("ON_CALL__PAGERDUTY_TOKEN", "pagerduty-token".to_owned()),
        ("ON_CALL__REMEMBERED_S", "0".to_owned()),
        ("TICKETS__SYSTEMS__JIRA__KIND", "jira_cloud".to_owned()),
        ("TICKETS__SYSTEMS__JIRA__BASE_URL", url("jira")),
        ("TICKETS__SYSTEMS__JIRA__USER", "curfew@harbourfreight.example".to_owned()),
        ("TICKETS__SYSTEMS__JIRA__SECRET", "jira-token".to_owned()),
    ]
    .map(|(name, value)| (format!("CURFEW__{name}"), value))
}

type Environments = BTreeMap<String, BTreeMap<String, String>>;

/// The address and the environment of each process.
fn processes(seven: bool, shared: &BTreeMap<String, String>) -> (BTreeMap<String, Url>, Environments) {
    let names: Vec<&str> = if seven { curfew::SERVICES.map(|service| service.name).to_vec() } else { vec!["all"] };
    // The listeners live until all ports are chosen, so that no two are the same.
    let listeners: Vec<TcpListener> =
        names.iter().map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
    let addresses: BTreeMap<String, Url> = names
        .iter()
        .zip(&listeners)
        .map(|(name, listener)| {
            let address = listener.local_addr().expect("an address");
            ((*name).to_owned(), format!("http://{address}").parse().expect("a URL"))
        })
        .collect();
    let public = addresses.get("portal").or_else(|| addresses.get("all")).expect("one of them").to_string();
    let environments = addresses.iter().map(|(name, address)| {
        let mut environment = shared.clone();
        let listen = format!("127.0.0.1:{}", address.port().expect("a port"));
        environment.insert("CURFEW__HTTP__LISTEN".to_owned(), listen);
        environment.entry("CURFEW__HTTP__PUBLIC_URL".to_owned()).or_insert_with(|| public.clone());
        if seven {
            for (service, address) in &addresses {
                let variable = format!("CURFEW__API__SERVICES__{}", service.to_ascii_uppercase());
                environment.insert(variable, address.to_string());
            }
        }
        (name.clone(), environment)
    });
    let environments = environments.collect();
    (addresses, environments)
}
