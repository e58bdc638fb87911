//! `curfew verify-receipt` as an auditor runs it: a file, a public key, and nothing that runs.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails at once")]

use std::path::PathBuf;
use std::process::Command;

use receipts::{Signed, SigningKey};
use serde_json::json;

const SECRET: &str = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBieXRlcyBtb3Jl";
const RECEIPT: &str = r#"{"format":"curfew.receipt.v1","id":"01890000-0000-7000-8000-000000000001","attests":"end","made_at":"2026-03-02T09:00:02Z","grant":"01890000-0000-7000-8000-000000000002","request":"01890000-0000-7000-8000-000000000003","tuple":{"principal":"906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110","account":"111122223333","permission_set":"arn:aws:sso:::permissionSet/ssoins-7223b8a4c1d90e56/ps-0123456789abcdef"},"permission_set_name":"LogReader","reason":"deadline","evidence":{"kind":"deleted_and_read_back","read_at":"2026-03-02T09:00:01Z"},"exposure":{"due_at":"2026-03-02T09:00:00Z","removed_at":"2026-03-02T09:00:01Z","late_s":1,"credentials_until":"2026-03-02T10:00:01Z","credentials_s":3600},"sessions":{"state":"not_cut","why":"not_asked"},"never_cut":["chained_roles","what_was_made_meanwhile"],"remaining":{"grants":[],"pre_existing":false,"groups":{"kind":"not_read"},"not_known":["by_group"]}}"#;

fn file(name: &str, content: &serde_json::Value) -> PathBuf {
    let path = std::env::temp_dir().join(format!("curfew-receipt-{name}-{}.json", std::process::id()));
    std::fs::write(&path, content.to_string()).unwrap();
    path
}

/// The exit code and everything that was said.
fn run(file: &PathBuf, key: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_curfew"));
    let output = command.arg("verify-receipt").arg(file).args(["--key", key]).output().unwrap();
    std::fs::remove_file(file).unwrap();
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap()).concat();
    (output.status.code().unwrap(), said)
}

fn signed() -> (Signed, String) {
    let key = SigningKey::from_secret(SECRET).unwrap();
    (key.sign(RECEIPT.to_owned()), key.public().public_key.clone())
}

#[test]
fn a_true_bundle_is_told_receipt_by_receipt() {
    let (signed, key) = signed();
    let (code, said) = run(&file("true", &json!({"receipts": [signed]})), &key);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("true   LogReader in 111122223333 of "), "{said}");
    assert!(said.contains("gone, read back at 2026-03-02T09:00:01Z"), "{said}");
}

#[test]
fn a_changed_receipt_or_another_key_is_false() {
    let (signed, key) = signed();
    let changed = Signed { signed: RECEIPT.replace("\"late_s\":1", "\"late_s\":0"), ..signed.clone() };
    let (code, said) = run(&file("changed", &json!([signed, changed])), &key);
    assert_eq!((code, said.matches("true   ").count(), said.matches("FALSE  ").count()), (1, 1, 1), "{said}");
    let other = SigningKey::from_secret("YW5vdGhlciBzaXh0ZWVuIGJ5dGVzIGFuZCBtb3JlIGJ5dGVz").unwrap();
    let (code, said) = run(&file("other", &json!(signed)), &other.public().public_key);
    assert!(code == 1 && said.contains("not among those given"), "{said}");
}

#[test]
fn nothing_to_verify_is_no_success() {
    let (_, key) = signed();
    assert_eq!(run(&file("empty", &json!({"receipts": []})), &key).0, 64);
    let (signed, _) = self::signed();
    assert_eq!(run(&file("no-key", &json!(signed)), "no key").0, 64);
}
