use std::collections::BTreeSet;

use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(web::openapi::collect("Test", request::routes)).unwrap()
}

/// Every schema that is referred to anywhere.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str) {
                found.insert(name.trim_start_matches("#/components/schemas/").to_owned());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn whatever_the_published_document_refers_to_is_in_it() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let missing: Vec<&String> = found.iter().filter(|name| !schemas.contains_key(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn each_kind_has_bodies_of_its_own() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    for (list, kind, spec, field) in [
        ("/v1/rules", "Rule", "RuleSpec", "max_minutes"),
        ("/v1/approval-policies", "ApprovalPolicy", "NamedPolicySpec", "policy"),
        ("/v1/guardrails", "Guardrail", "GuardrailSpec", "effect"),
        ("/v1/freezes", "Freeze", "FreezeSpec", "until"),
        ("/v1/owners", "Owners", "OwnersSpec", "target"),
        ("/v1/schedules", "Schedule", "ScheduleSpec", "rotation"),
    ] {
        let body =
            |operation: &Value| operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].clone();
        let answer = |operation: &Value, status: &str| {
            operation["responses"][status]["content"]["application/json"]["schema"]["$ref"].clone()
        };
        let named = |name: &str| Value::from(format!("#/components/schemas/{name}"));
        let (all, one) = (&document["paths"][list], &document["paths"][format!("{list}/{{id}}")]);
        assert_eq!(body(&all["post"]), named(spec), "{list}");
        assert_eq!(answer(&all["post"], "201"), named(&format!("Saved{kind}")));
        assert_eq!(answer(&all["post"], "202"), named("Change"));
        assert_eq!(answer(&all["get"], "200"), named(&format!("Page_{kind}")));
        assert_eq!(answer(&one["get"], "200"), named(kind));
        assert_eq!(body(&one["put"]), named(&format!("{kind}Change")));
        assert_eq!(answer(&one["delete"], "200"), named("Deleted"));
        for (schema, more) in [
            (kind.to_owned(), vec!["id", "version"]),
            (format!("Saved{kind}"), vec!["id", "version", "impact", "affected"]),
            (format!("{kind}Change"), vec!["version"]),
        ] {
            let schema = &schemas[&schema];
            assert!(schema["properties"][field].is_object(), "{list} {schema}");
            for name in more {
                assert!(schema["properties"][name].is_object(), "{list} {name}");
                assert!(schema["required"].as_array().unwrap().contains(&name.into()), "{list} {name}");
            }
        }
    }
}
