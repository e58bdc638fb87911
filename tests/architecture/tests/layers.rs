//! Dependencies point one way. Development dependencies are free.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, MetadataCommand};

const SERVICES: [&str; 7] = ["request", "approval", "grant", "revocation", "notification", "audit", "portal"];
const SHARED: [&str; 13] = [
    "domain",
    "receipts",
    "policy",
    "judge",
    "store",
    "messaging",
    "cloud",
    "integrations",
    "web",
    "runtime",
    "client",
    "process",
    "migration",
];

/// What each shared crate may use of ours.
fn allowed(krate: &str) -> Option<&'static [&'static str]> {
    Some(match krate {
        "domain" => &[],
        "policy" | "receipts" | "cloud" | "migration" => &["domain"],
        "store" => &["domain", "receipts"],
        "client" => &["domain", "policy"],
        "messaging" => &["domain", "store"],
        "runtime" => &[],
        "integrations" => &["runtime"],
        "judge" => &["domain", "store", "integrations"],
        "web" => &["domain", "store", "runtime"],
        "process" => &["domain", "receipts", "store", "judge", "messaging", "runtime", "web", "cloud", "integrations"],
        "testkit" => &["domain", "receipts", "store", "judge", "messaging", "runtime", "web", "client", "cloud"],
        _ => return None,
    })
}

fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = MetadataCommand::new().manifest_path("../../Cargo.toml").no_deps().exec().unwrap();
    metadata
        .packages
        .iter()
        .map(|package| {
            let normal = package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal);
            (package.name.to_string(), normal.map(|d| d.name.clone()).collect())
        })
        .collect()
}

#[test]
fn shared_crates_use_only_what_lies_below_them() {
    for (krate, uses) in dependencies() {
        let Some(allowed) = allowed(&krate) else { continue };
        for used in uses.iter().filter(|u| SERVICES.contains(&u.as_str()) || SHARED.contains(&u.as_str())) {
            assert!(allowed.contains(&used.as_str()), "{krate} must not depend on {used}");
        }
    }
}

#[test]
fn a_service_never_depends_on_a_service() {
    for (krate, uses) in dependencies() {
        if SERVICES.contains(&krate.as_str()) {
            let other = uses.iter().find(|u| SERVICES.contains(&u.as_str()) || *u == "testkit" || *u == "simulator");
            assert_eq!(other, None, "{krate}");
        }
    }
}

#[test]
fn all_seven_services_are_there() {
    let found = dependencies();
    for service in SERVICES {
        assert!(found.contains_key(service), "{service}");
    }
}

#[test]
fn each_outside_world_has_one_door() {
    let door = |library: &str| -> &[&str] {
        match library {
            l if l.starts_with("aws-") && l != "aws-lc-rs" => &["cloud"],
            "lapin" => &["messaging", "bench"],
            "sqlx" | "jiff-sqlx" => &["store", "testkit", "bench"],
            "lettre" => &["notification"],
            "askama" => &["notification", "portal", "simulator"],
            "openidconnect" => &["portal"],
            _ => &[],
        }
    };
    for (krate, uses) in dependencies() {
        for used in &uses {
            let doors = door(used);
            assert!(
                doors.is_empty() || doors.contains(&krate.as_str()),
                "{krate} must not use {used}; only {doors:?} may"
            );
        }
    }
}
