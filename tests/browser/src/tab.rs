//! What somebody sees and does in a window.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Chromium;

/// Finds what is wrong for people who see, hear or move differently.
const AXE: &str = include_str!("../vendor/axe.min.js");
/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the system prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// Day.
    Light,
    /// Night.
    Dark,
}

impl Colours {
    /// As the media query says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A window.
pub struct Tab {
    browser: Arc<Chromium>,
    session: String,
    scripts: AtomicBool,
}

impl Tab {
    pub(crate) async fn new(browser: Arc<Chromium>, session: String) -> Self {
        let tab = Self { browser, session, scripts: AtomicBool::new(true) };
        tab.call("Page.enable", json!({})).await;
        tab.size(1280, 900).await;
        tab
    }

    async fn call(&self, method: &str, parameters: Value) -> Value {
        self.browser.call(Some(&self.session), method, parameters).await
    }

    /// Makes the window so large.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Makes the system prefer these colours.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn prefers(&self, colours: Colours) {
        let features = json!([{ "name": "prefers-color-scheme", "value": colours.name() }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Switches scripts of pages off.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn without_scripts(&self) {
        self.scripts.store(false, Ordering::Relaxed);
        self.let_scripts(false).await;
    }

    async fn let_scripts(&self, run: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !run })).await;
    }

    /// Everything is loaded as by somebody who was never there.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn without_cache(&self) {
        self.call("Network.enable", json!({})).await;
        self.call("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    }

    /// Runs a script before those of each page that is opened from now on.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn before_each_page(&self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// The cookies that it would send to an address, as the header says them.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn cookies(&self, address: &str) -> String {
        let answer = self.call("Network.getCookies", json!({ "urls": [address] })).await;
        let pairs = answer["cookies"].as_array().cloned().unwrap_or_default();
        let pair = |one: Value| Some(format!("{}={}", one["name"].as_str()?, one["value"].as_str()?));
        pairs.into_iter().filter_map(pair).collect::<Vec<_>>().join("; ")
    }

    /// Opens an address and waits until it is there.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open(&self, address: &str) {
        let opened = self.call("Page.navigate", json!({ "url": address })).await;
        assert!(opened.get("errorText").is_none(), "{address}: {opened}");
        self.loaded().await;
    }

    /// Waits until the page is there.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn loaded(&self) {
        self.until("the page is there", "document.readyState === 'complete' && location.href !== 'about:blank'").await;
    }

    /// What a script says.
    ///
    /// # Panics
    /// When it fails.
    pub async fn run(&self, script: &str) -> Value {
        let asked = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", asked).await;
        assert!(answer.get("exceptionDetails").is_none(), "{script}: {answer}");
        answer["result"]["value"].take()
    }

    /// The same where a page may be changing just now: none then.
    async fn try_run(&self, script: &str) -> Option<Value> {
        let asked = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", asked).await;
        answer.get("exceptionDetails").is_none().then(|| answer["result"]["value"].take())
    }

    /// Waits until a script says yes.
    ///
    /// # Panics
    /// When it does not; with what the page says.
    pub async fn until(&self, what: &str, script: &str) {
        let began = tokio::time::Instant::now();
        while self.try_run(script).await != Some(json!(true)) {
            if began.elapsed() > PATIENCE {
                panic!("not so: {what}; the page says {}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the page says this, and returns how long it took.
    ///
    /// # Panics
    /// When it does not.
    pub async fn says(&self, text: &str) -> Duration {
        let began = tokio::time::Instant::now();
        let script = format!("document.body !== null && document.body.innerText.includes({})", json!(text));
        self.until(&format!("it says {text:?}"), &script).await;
        began.elapsed()
    }

    /// What the page says.
    ///
    /// # Panics
    /// When there is no page.
    pub async fn text(&self) -> String {
        self.run("document.body.innerText").await.as_str().unwrap_or_default().to_owned()
    }

    /// The page's path and query.
    ///
    /// # Panics
    /// When there is no page.
    pub async fn place(&self) -> String {
        self.run("location.pathname + location.search").await.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the first button or link that says this, as a mouse does, and waits for what follows: another page, where it
    /// leads to one.
    ///
    /// # Panics
    /// When there is none that can be seen.
    pub async fn click(&self, text: &str) {
        let script = format!(
            "(() => {{ const wanted = {}; \
             const all = [...document.querySelectorAll('button, a, summary, label')].filter(one => one.checkVisibility()); \
             const said = one => (one.getAttribute('aria-label') || one.innerText).trim().replace(/\\s+/g, ' '); \
             const one = all.find(one => said(one) === wanted) || all.find(one => said(one).startsWith(wanted)) \
                || all.find(one => said(one).includes(wanted)); \
             if (!one) throw new Error('no ' + wanted + ' among ' + all.map(said).join(' | ')); \
             one.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const leads = one.matches('a[href]:not([href^=\"#\"], [download])') || one.type === 'submit' && one.form?.checkValidity(); \
             window.clickedHere = true; \
             const box = one.getClientRects()[0]; return [box.x + box.width / 2, box.y + box.height / 2, Boolean(leads)]; }})()",
            json!(text)
        );
        let place = self.run(&script).await;
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event).await;
        }
        if place[2] == json!(true) {
            self.until("another page is there", "!window.clickedHere && document.readyState === 'complete'").await;
        }
        self.loaded().await;
    }

    /// Puts the keyboard into a field by its id.
    ///
    /// # Panics
    /// When there is none.
    pub async fn focus(&self, id: &str) {
        let script = format!("document.getElementById({}).focus()", json!(id));
        self.run(&script).await;
    }

    /// Types, as a keyboard does.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn types(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses a key: `Tab`, `Enter`, ` ` or a letter.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn press(&self, key: &str) {
        let (code, number, text) = match key {
            "Tab" => ("Tab", 9, ""),
            "Enter" => ("Enter", 13, "\r"),
            " " => ("Space", 32, " "),
            "Escape" => ("Escape", 27, ""),
            "/" => ("Slash", 191, "/"),
            other => panic!("no key {other}"),
        };
        let mut event = json!({ "type": "keyDown", "key": key, "code": code, "windowsVirtualKeyCode": number });
        if !text.is_empty() {
            event["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", event.clone()).await;
        event["type"] = json!("keyUp");
        self.call("Input.dispatchKeyEvent", event).await;
    }

    /// Presses Tab until what has the keyboard says this.
    ///
    /// # Panics
    /// When nothing does.
    pub async fn tab_to(&self, text: &str) {
        let script = format!(
            "(() => {{ const one = document.activeElement; if (one === document.body) return false; \
             return (one.getAttribute('aria-label') || one.innerText || one.labels?.[0]?.innerText || '').includes({}); }})()",
            json!(text)
        );
        for _ in 0..120 {
            self.press("Tab").await;
            if self.run(&script).await == json!(true) {
                return;
            }
        }
        panic!("the keyboard does not reach {text:?} in {}", self.text().await);
    }

    /// What axe-core finds: each violation with the elements that have it.
    ///
    /// # Panics
    /// When it cannot look.
    pub async fn violations(&self) -> Vec<String> {
        // It waits between its rules, which nothing does where scripts are off.
        self.let_scripts(true).await;
        self.run(&format!("{AXE}; void 0")).await;
        let found = self
            .run(
                "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })\
                 .then(seen => seen.violations.flatMap(one => one.nodes.map(node => \
                 one.id + ': ' + node.target.join(' ') + ' — ' + (node.failureSummary || '').replace(/\\s+/g, ' '))))",
            )
            .await;
        self.let_scripts(self.scripts.load(Ordering::Relaxed)).await;
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Whether the page is wider than the window.
    ///
    /// # Panics
    /// When there is no page.
    pub async fn overflows(&self) -> bool {
        self.run("document.documentElement.scrollWidth > document.documentElement.clientWidth").await == json!(true)
    }

    /// A picture of the whole page.
    ///
    /// # Panics
    /// When it cannot be taken or kept.
    pub async fn picture(&self, file: &Path) {
        let size = &self.call("Page.getLayoutMetrics", json!({})).await["cssContentSize"];
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let asked = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let taken = self.call("Page.captureScreenshot", asked).await;
        let picture = STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64");
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, picture).expect("a file");
    }
}
