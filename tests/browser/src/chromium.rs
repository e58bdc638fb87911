//! A Chromium of this test's own, spoken to over two pipes in its debugging protocol.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::Tab;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// The browser. Dropped, it ends and leaves nothing behind.
pub struct Chromium {
    process: Child,
    wire: Mutex<ChildStdin>,
    waiting: Waiting,
    number: AtomicU64,
    profile: PathBuf,
}

impl Chromium {
    /// Starts it.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn start() -> Arc<Self> {
        let program = std::env::var("CURFEW_TEST_CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
        let profile = std::env::temp_dir().join(format!("curfew-browser-{}", uuid::Uuid::new_v4()));
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            "--lang=en",
            "--remote-debugging-pipe",
            "about:blank",
        ];
        // It reads its third file and writes its fourth.
        let mut process = Command::new("setpriv")
            .args([
                "--pdeathsig",
                "KILL",
                "--",
                "sh",
                "-c",
                r#"exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null 2>&1"#,
                "sh",
            ])
            .arg(&program)
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let wire = Mutex::new(process.stdin.take().expect("a pipe"));
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let waiting = Waiting::default();
        let heard = Arc::clone(&waiting);
        std::thread::spawn(move || hear(answers, &heard));
        Arc::new(Self { process, wire, waiting, number: AtomicU64::new(1), profile })
    }

    /// A window of somebody's own, with cookies of its own.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn window(self: &Arc<Self>) -> Tab {
        let context = self.call(None, "Target.createBrowserContext", json!({})).await;
        let asked = json!({ "url": "about:blank", "browserContextId": context["browserContextId"] });
        let target = self.call(None, "Target.createTarget", asked).await;
        let asked = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.call(None, "Target.attachToTarget", asked).await;
        let session = attached["sessionId"].as_str().expect("a session").to_owned();
        Tab::new(Arc::clone(self), session).await
    }

    /// One call in the browser's protocol.
    ///
    /// # Panics
    /// When it refuses, or does not answer.
    pub async fn call(&self, session: Option<&str>, method: &str, parameters: Value) -> Value {
        let id = self.number.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, answer);
        {
            let mut wire = self.wire.lock().unwrap_or_else(PoisonError::into_inner);
            wire.write_all(format!("{message}\0").as_bytes()).expect("the browser reads");
            wire.flush().expect("the browser reads");
        }
        let answer = tokio::time::timeout(PATIENCE, answered).await;
        let mut answer = answer.unwrap_or_else(|_| panic!("{method} is not answered")).expect("the browser lives");
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// Hands each answer to whoever waits for it; events are nobody's.
fn hear(mut answers: impl BufRead, waiting: &Waiting) {
    let mut piece = Vec::new();
    while answers.read_until(0, &mut piece).is_ok_and(|read| read > 0) {
        piece.pop();
        if let Ok(answer) = serde_json::from_slice::<Value>(&piece)
            && let Some(id) = answer["id"].as_u64()
            && let Some(waits) = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
        {
            let _ = waits.send(answer);
        }
        piece.clear();
    }
}
