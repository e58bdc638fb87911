//! The documents under `openapi/` are what the services serve. `UPDATE_OPENAPI=1` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi")
}

fn documents() -> Vec<(String, String)> {
    let mut all = vec![("curfew".to_owned(), curfew::openapi::whole().unwrap())];
    all.extend(curfew::openapi::by_service().unwrap().into_iter().map(|(name, text)| (name.to_owned(), text)));
    all
}

#[test]
fn the_checked_in_documents_are_those_that_are_served() {
    let update = std::env::var_os("UPDATE_OPENAPI").is_some();
    for (name, text) in documents() {
        let file = folder().join(format!("{name}.json"));
        if update {
            fs::write(&file, format!("{text}\n")).unwrap();
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert!(kept.trim_end() == text, "openapi/{name}.json is not what is served; `./dev openapi` writes it anew");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_a_description_and_problems() {
    let document: serde_json::Value = serde_json::from_str(&curfew::openapi::whole().unwrap()).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
            assert!(!name.is_empty() && names.insert(name.clone()), "{method} {path}: operationId {name:?}");
            let told = operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
            assert!(!told.is_empty(), "{method} {path} says nothing about itself");
            let refused = operation["responses"]
                .as_object()
                .unwrap()
                .keys()
                .any(|status| status.starts_with('4') || status == "default");
            assert!(refused, "{method} {path} documents no refusal");
        }
    }
    assert!(names.len() >= 20, "{names:?}");
}
