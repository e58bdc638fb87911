//! A process of ours: its words are kept for when the test fails, and it never outlives the test.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long it may take to stop before it is killed.
const STOPPING: Duration = Duration::from_secs(10);
/// How much of its log is shown.
const SHOWN: usize = 12_000;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A running process.
pub struct Child {
    name: String,
    process: std::process::Child,
    log: PathBuf,
}

impl Child {
    /// Starts it with this environment and nothing else but PATH and HOME.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(name: &str, program: &Path, arguments: &[&str], environment: &BTreeMap<String, String>) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let log = std::env::temp_dir().join(format!("curfew-journey-{}-{number}-{name}.log", std::process::id()));
        let file = File::create(&log).expect("a file for the log");
        // The kernel tells it when the test is killed and cannot end it itself.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program).args(arguments).env_clear();
        for inherited in ["PATH", "HOME", "TMPDIR"] {
            if let Some(value) = std::env::var_os(inherited) {
                command.env(inherited, value);
            }
        }
        let process = command
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a second handle of the log"))
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        Self { name: name.to_owned(), process, log }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything that it said.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether it has ended, and how.
    ///
    /// # Panics
    /// When the system does not know the process.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().expect("the process is ours")
    }

    /// Asks it to stop.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn terminate(&self) {
        let id = self.process.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).stderr(Stdio::null()).status();
        told.expect("the program kill is there");
    }

    /// Waits for its end.
    pub async fn ended_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    /// Ends it without a word, as a crash does.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.terminate();
            let until = Instant::now() + STOPPING;
            while self.ended().is_none() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(10));
            }
            self.kill();
        }
        if std::thread::panicking() {
            let log = self.log();
            let from = (log.len().saturating_sub(SHOWN)..log.len()).find(|at| log.is_char_boundary(*at)).unwrap_or(0);
            eprintln!("---- the end of what {} said:\n{}", self.name, &log[from..]);
        }
        let _ = std::fs::remove_file(&self.log);
    }
}
