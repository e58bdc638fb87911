//! The published schema takes the sample and refuses what Curfew refuses.

use serde_json::{Value, json};

/// As much of JSON Schema as the schema uses; a keyword that is not known here fails the test.
fn check(root: &Value, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    for (keyword, told) in schema.as_object().unwrap() {
        let holds = match keyword.as_str() {
            "title" | "description" | "default" | "examples" | "format" | "$schema" | "$id" | "$defs" => true,
            "$ref" => {
                let name = told.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                check(root, &root["$defs"][name], value, path)?;
                true
            }
            "type" => {
                let is = |name: &str| match name {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    other => panic!("type {other}"),
                };
                told.as_str().map_or_else(|| told.as_array().unwrap().iter().any(|t| is(t.as_str().unwrap())), is)
            }
            "const" => value == told,
            "enum" => told.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|n| n >= told.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|n| n <= told.as_i64().unwrap()),
            "minLength" => value.as_str().is_none_or(|s| s.chars().count() as u64 >= told.as_u64().unwrap()),
            "maxLength" => value.as_str().is_none_or(|s| s.chars().count() as u64 <= told.as_u64().unwrap()),
            "pattern" => value.as_str().is_none_or(|s| {
                domain::rules::Pattern::parse(told.as_str().unwrap()).unwrap().compile().unwrap().is_match(s)
            }),
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, told, item, &format!("{path}[{at}]"))?;
                }
                true
            }
            "required" => value
                .as_object()
                .is_none_or(|o| told.as_array().unwrap().iter().all(|k| o.contains_key(k.as_str().unwrap()))),
            "properties" => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = told.get(key) {
                        check(root, schema, value, &format!("{path}.{key}"))?;
                    }
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(told, &json!(false));
                value.as_object().is_none_or(|o| o.keys().all(|k| schema["properties"].get(k).is_some()))
            }
            "oneOf" => told.as_array().unwrap().iter().filter(|s| check(root, s, value, path).is_ok()).count() == 1,
            other => panic!("the keyword {other} at {path}"),
        };
        if !holds {
            return Err(format!("{path}: {keyword} {told} does not hold for {value}"));
        }
    }
    Ok(())
}

fn sample() -> Value {
    policy::as_json(&crate::organization::sample()).unwrap()
}

#[test]
fn the_sample_and_its_export_are_of_the_schema() {
    let schema = policy::schema();
    assert_eq!(check(&schema, &schema, &sample(), ""), Ok(()));
    let books = crate::organization::in_force(&crate::organization::sample());
    let exported = policy::export(&books.documents, &crate::organization::directory());
    assert_eq!(check(&schema, &schema, &policy::as_json(&exported).unwrap(), ""), Ok(()));
}

#[test]
fn what_is_wrong_is_not_of_the_schema() {
    let schema = policy::schema();
    for (pointer, wrong) in [
        ("/rules/0/max_minutes", json!(0)),
        ("/rules/0/max_minutes", json!("60")),
        ("/rules/0/subjects", json!({"group": ["engineers"]})),
        ("/rules/0/approval", json!({"kind": "automatic", "votes": 1})),
        ("/rules/1/hours/windows/0/from", json!("7:00")),
        ("/rules/1/severities/0", json!("HIGH")),
        ("/guardrails/0/effect", json!({"kind": "refuse"})),
        ("/freezes/0", json!({"name": "f"})),
        ("/owners", json!({})),
    ] {
        let mut sample = sample();
        *sample.pointer_mut(pointer).unwrap() = wrong;
        assert!(check(&schema, &schema, &sample, "").is_err(), "{pointer}");
    }
}

#[test]
fn every_field_is_described() {
    fn walk(value: &Value, path: &str) {
        for (key, property) in value.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let told = ["description", "const", "items"].iter().any(|word| property.get(word).is_some());
            assert!(told, "{path}.{key} says nothing");
            walk(property, &format!("{path}.{key}"));
        }
        for word in ["oneOf", "items"] {
            value.get(word).and_then(Value::as_array).into_iter().flatten().for_each(|v| walk(v, path));
        }
    }
    let schema = policy::schema();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        walk(definition, name);
    }
}

#[test]
fn the_published_schema_is_current() {
    let published = include_str!("../../../../openapi/policy.schema.json");
    let current = serde_json::to_string_pretty(&policy::schema()).unwrap();
    assert!(published.trim_end() == current, "write it anew: curfew policy schema > openapi/policy.schema.json");
}
