//! What the compiler does not see: calls that have one legal place, and files that stay short.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// A call, and the files that may make it.
const ONE_PLACE: &[(&str, &[&str])] = &[
    // The demonstration looks at its own watch; a test's call to AWS is bounded where it leaves; a system of others speaks
    // of its own clock, not of Postgres'.
    (
        "Timestamp::now()",
        &[
            "shared/store/src/clock/host.rs",
            "shared/cloud/src/deadline.rs",
            "shared/integrations/src/clock.rs",
            "services/curfew/src/demo/life.rs",
        ],
    ),
    ("Uuid::now_v7", &["shared/store/src/unit_of_work.rs"]),
    (".basic_publish(", &["shared/messaging/src/relay.rs"]),
    ("tokio::spawn(", &["shared/runtime/src/shutdown.rs"]),
    ("pool().begin()", &["shared/store/src/unit_of_work.rs"]),
];

/// Longer files are two rooms.
const MOST_LINES: usize = 450;

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for room in ["services", "shared", "tests"] {
        collect(&root.join(room), &mut files);
    }
    assert!(files.len() > 50, "the sources were not found");
    files
        .into_iter()
        .map(|path| (path.strip_prefix(&root).unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The part of a file that is not its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn is_product(path: &Path) -> bool {
    let path = path.to_string_lossy();
    (path.starts_with("services/") || path.starts_with("shared/"))
        && path.contains("/src/")
        && !path.starts_with("shared/testkit/")
        && !path.contains("tests")
}

#[test]
fn some_calls_have_one_legal_place() {
    for (path, text) in sources().iter().filter(|(path, _)| is_product(path)) {
        for (call, places) in ONE_PLACE {
            let here = places.iter().any(|place| path == Path::new(place));
            let line = code(text).lines().find(|line| line.contains(call) && !line.trim_start().starts_with("//"));
            assert!(
                here || line.is_none(),
                "{} makes the call {call}, which belongs into {places:?}: {line:?}",
                path.display()
            );
        }
    }
}

#[test]
fn no_file_is_longer_than_one_room() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines, more than {MOST_LINES}", path.display());
    }
}

#[test]
fn a_service_has_the_same_rooms_as_the_others() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
    for service in ["request", "approval", "grant", "revocation", "notification", "audit"] {
        for room in ["src/main.rs", "src/lib.rs", "src/http"] {
            assert!(root.join(service).join(room).exists(), "services/{service}/{room}");
        }
        let main = fs::read_to_string(root.join(service).join("src/main.rs")).unwrap();
        assert!(main.lines().count() <= 12, "services/{service}/src/main.rs does more than start");
    }
}
