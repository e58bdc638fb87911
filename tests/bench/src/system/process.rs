//! A child process with a log of its own. It never outlives the bench: the kernel ends it when the bench is gone.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

/// How long a process may take to end in good order.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long a process may take to finish what it has in hand.
const IN_HAND: Duration = Duration::from_secs(40);

/// A running program, and how to run it again.
#[derive(Debug)]
pub struct Process {
    pub name: String,
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    log: PathBuf,
    child: Child,
}

impl Process {
    /// Starts it with these variables and few others.
    pub fn start(
        name: &str,
        program: &Path,
        arguments: Vec<String>,
        variables: Vec<(String, String)>,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let child = spawn(program, &arguments, &variables, &log)?;
        Ok(Self { name: name.to_owned(), program: program.to_owned(), arguments, variables, log, child })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, and the same program again at once.
    pub fn kill_and_restart(&mut self) -> anyhow::Result<()> {
        self.child.kill().with_context(|| format!("killing {}", self.name))?;
        self.child.wait().with_context(|| format!("waiting for {}", self.name))?;
        self.child = spawn(&self.program, &self.arguments, &self.variables, &self.log)?;
        Ok(())
    }

    /// Asks it to end in good order, and starts the same program again once it has.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(asked.success(), "{} cannot be told to stop", self.name);
        let until = Instant::now() + IN_HAND;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > until {
                bail!("{} did not end within {} s; {}", self.name, IN_HAND.as_secs(), self.end_of_log());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.child = spawn(&self.program, &self.arguments, &self.variables, &self.log)?;
        Ok(())
    }

    /// Fails with the end of its log if it has ended.
    pub fn alive(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} has ended ({status}); {}", self.name, self.end_of_log()),
        }
    }

    /// The last lines that it said.
    pub fn end_of_log(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.get(lines.len().saturating_sub(20)..).unwrap_or_default();
        format!("the end of {}:\n{}", self.log.display(), last.join("\n"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let until = Instant::now() + FAREWELL;
        while asked.as_ref().is_ok_and(std::process::ExitStatus::success) && Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(program: &Path, arguments: &[String], variables: &[(String, String)], log: &Path) -> anyhow::Result<Child> {
    let file = File::options().create(true).append(true).open(log).with_context(|| log.display().to_string())?;
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program).args(arguments).env_clear();
    for kept in ["PATH", "HOME", "TMPDIR", "LANG", "RUST_BACKTRACE"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    command.spawn().with_context(|| format!("starting {}", program.display()))
}

/// A port on which nobody listens, below those that outgoing connections take.
pub fn free_port() -> anyhow::Result<u16> {
    for _ in 0..500 {
        let port = rand::random_range(20_000..32_000_u16);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port was found")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_process_runs_again_under_another_number_and_one_that_ended_is_told_with_its_log() {
        let folder = std::env::temp_dir().join(format!("curfew-bench-process-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let shell = |script: &str| vec!["-c".to_owned(), script.to_owned()];
        let start = |name: &str, script: &str| {
            Process::start(name, Path::new("/bin/sh"), shell(script), vec![], &folder).unwrap()
        };
        let mut lasting = start("lasting", "exec sleep 60");
        let before = lasting.pid();
        lasting.kill_and_restart().unwrap();
        assert_ne!(lasting.pid(), before);
        lasting.alive().unwrap();
        let mut brief = start("brief", "echo cannot go on; exit 3");
        brief.child.wait().unwrap();
        let error = brief.alive().unwrap_err().to_string();
        assert!(error.contains("brief has ended") && error.contains("cannot go on"), "{error}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
