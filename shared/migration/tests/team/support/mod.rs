//! A fictional company and exports of its TEAM.

pub mod company;
pub mod generator;

use migration::{Converted, Directory, Export, ImportedRequest, Problem, Reader, TeamRequest, convert};
use serde_json::{Value, json};

/// The moment at which everything is imported.
pub const NOW: &str = "2026-03-10T12:00:00Z";

/// Lines as S3 exports have them.
pub fn lines(items: &[Value]) -> Vec<u8> {
    items.iter().flat_map(|item| format!("{}\n", json!({ "Item": item })).into_bytes()).collect()
}

/// Reads files; requests come along.
pub fn read(files: &[(&str, Vec<u8>)]) -> (Result<Export, Vec<Problem>>, Vec<TeamRequest>) {
    let mut reader = Reader::new();
    let mut requests = Vec::new();
    for (name, bytes) in files {
        reader.file(name, bytes.as_slice(), &mut |row| requests.push(row.clone()));
    }
    (reader.finish(), requests)
}

/// Converts items that are sound.
pub fn converted(items: &[Value], directory: &Directory) -> Converted {
    let (export, _) = read(&[("export.json", lines(items))]);
    convert(&export.unwrap(), directory, NOW.parse().unwrap())
}

/// The records of items.
pub fn history(items: &[Value], directory: &Directory) -> Vec<ImportedRequest> {
    let (export, requests) = read(&[("requests.json", lines(items))]);
    export.unwrap();
    requests.iter().map(|row| ImportedRequest::of(row, directory)).collect()
}

/// DynamoDB JSON from plain JSON.
pub fn dynamo(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(flag) => json!({ "BOOL": flag }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(list) => json!({ "L": list.iter().map(dynamo).collect::<Vec<_>>() }),
        Value::Object(_) => json!({ "M": item(value) }),
    }
}

/// An item from plain JSON.
pub fn item(value: &Value) -> Value {
    value.as_object().unwrap().iter().map(|(name, value)| (name.clone(), dynamo(value))).collect()
}
