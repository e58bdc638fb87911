//! A running system with a few rules, and people before it.

use std::sync::Arc;

use browser::{Chromium, Tab};
use client::DocumentKind;
use journeys::{Plan, System, automatic};
use reqwest::Method;
use serde_json::json;

/// Where most of it happens.
pub const ACCOUNT: &str = "freight-booking-production";

/// A running system, and a browser.
pub struct Stage {
    pub system: System,
    browser: Arc<Chromium>,
}

impl Stage {
    /// Engineers read everywhere at once, change things with an approval, also for each other, and have break-glass.
    pub async fn set() -> Self {
        Self::planned(Plan::new()).await
    }

    /// The same in a system of another plan.
    pub async fn planned(plan: Plan) -> Self {
        let system = plan.start().await;
        let on_behalf = json!({"groups": [system.group("engineers")]});
        let changing = json!({ "name": "Engineers change things with an approval", "on_behalf": on_behalf });
        system.rule("PowerUserAccess", changing).await;
        let mut reading = automatic();
        reading["name"] = json!("Engineers look around everywhere");
        system.rule("ReadOnlyAccess", reading).await;
        let break_glass = json!({
            "name": "Break-glass",
            "subjects": {"groups": [system.group("engineers")]},
            "accounts": {"all": true},
            "permission_sets": {"arns": [system.permission_set("AdministratorAccess")]},
            "max_minutes": 60,
            "approval": {"kind": "break_glass", "review": {"reviewers": {"groups": [system.group("security")]}, "within_hours": 24}},
        });
        system.document(DocumentKind::Rule, &break_glass).await;
        Self { system, browser: Chromium::start() }
    }

    /// An address of the portal.
    pub fn at(&self, path: &str) -> String {
        self.system.address("portal").join(path).expect("an address").to_string()
    }

    /// A window in which nobody is signed in.
    pub async fn window(&self) -> Tab {
        self.browser.window().await
    }

    /// Somebody's window, signed in.
    pub async fn person(&self, user_name: &str) -> Tab {
        let tab = self.window().await;
        self.sign_in(&tab, user_name).await;
        tab
    }

    /// Makes somebody an admin beside frank; the directory has to be read often.
    pub async fn make_admin(&self, user_name: &str) {
        let membership = format!("/control/groups/curfew-admins/members/{}", self.system.user(user_name));
        self.system.tell_simulator(Method::PUT, &membership, &json!({})).await;
        let person = self.system.person(user_name).await;
        journeys::eventually("the directory hears of the new admin", async || {
            matches!(person.me().await, Ok(client::Me::User { admin: true, .. })).then_some(())
        })
        .await;
    }

    /// Signs somebody in, in a window.
    pub async fn sign_in(&self, tab: &Tab, user_name: &str) {
        tab.open(&self.at("/sign-in")).await;
        let asked = tab.run("location.href").await;
        let asked = asked.as_str().expect("an address");
        assert!(asked.contains("/oidc/authorize"), "{asked}");
        tab.open(&format!("{asked}&login_hint={user_name}&auto=1")).await;
        tab.says("Overview").await;
    }
}
