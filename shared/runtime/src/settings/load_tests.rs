use secrecy::ExposeSecret;

use super::*;

const SAMPLE: &str = include_str!("../../curfew.sample.toml");

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load(file: &str, pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    Settings::from_sources(Some(("curfew.toml", file)), environment(pairs))
}

/// The sample with every commented key set.
fn full_sample() -> String {
    SAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest
                    .split_once(" = ")
                    .is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')) =>
            {
                rest
            }
            _ => line,
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_sample_is_accepted_as_it_stands_and_with_every_key_set() {
    let settings = load(SAMPLE, &[]).unwrap();
    assert_eq!(settings.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.requests.max_minutes, 480);
    assert_eq!(settings.aws.calls_per_second, 18);
    let settings = load(&full_sample(), &[]).unwrap();
    assert_eq!(settings.personas.admin_groups, ["Curfew admins"]);
    assert_eq!(settings.api.services["approval"].as_str(), "http://approval:8080/");
}

#[test]
fn the_sample_documents_every_key_and_shows_its_default() {
    let table: Table = full_sample().parse().unwrap();
    for key in KEYS {
        assert!(find(&table, key.path).is_some(), "{} is not in the sample", key.path);
        let name = key.path.split_once('.').unwrap().1;
        let lines: Vec<_> = SAMPLE.lines().collect();
        let at =
            lines.iter().position(|line| line.trim_start_matches("# ").starts_with(&format!("{name} = "))).unwrap();
        let comment = lines[..at]
            .iter()
            .rev()
            .take_while(|line| !line.starts_with('['))
            .find(|line| line.starts_with("# ") && !line.contains(" = "));
        assert!(comment.is_some(), "{} has no comment", key.path);
    }
    let (with_defaults_written, without) = (load(&full_sample(), &[]).unwrap(), load(SAMPLE, &[]).unwrap());
    assert_eq!(format!("{:?}", with_defaults_written.requests), format!("{:?}", without.requests));
    assert_eq!(format!("{:?}", with_defaults_written.http), format!("{:?}", without.http));
    assert_eq!(with_defaults_written.oidc.user_claim, without.oidc.user_claim);
    assert_eq!(with_defaults_written.database.max_connections, without.database.max_connections);
}

#[test]
fn the_table_of_keys_and_the_structs_agree() {
    let full: Table = full_sample().parse().unwrap();
    for section in full.keys() {
        let mut broken = full.clone();
        broken[section].as_table_mut().unwrap().insert("zz".to_owned(), Value::Boolean(true));
        let error = Settings::deserialize(broken).unwrap_err().to_string();
        let expected = error.split("\nin ").next().unwrap();
        let named: std::collections::BTreeSet<_> = expected.split('`').skip(3).step_by(2).map(str::to_owned).collect();
        let ours =
            KEYS.iter().filter_map(|key| key.path.strip_prefix(&format!("{section}."))).map(str::to_owned).collect();
        assert_eq!(named, ours, "{section}: {error}");
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let settings = load(
        SAMPLE,
        &[
            ("CURFEW__HTTP__LISTEN", "0.0.0.0:9000"),
            ("CURFEW__DATABASE__URL", "postgres://other/db"),
            ("CURFEW__DATABASE__MAX_CONNECTIONS", "40"),
            ("CURFEW__OIDC__CLIENT_SECRET", "0012"),
            ("CURFEW__WEBHOOKS__ALLOW_PRIVATE", "true"),
            ("CURFEW__PERSONAS__ADMIN_GROUPS", "Platform, Security leads"),
            ("CURFEW__API__SERVICES__REQUEST", "http://10.0.0.1:1"),
            ("CURFEW__AWS__INSTANCE_ARN", ""),
            ("PATH", "/bin"),
            ("CURFEW_LOG", "debug"),
        ],
    )
    .unwrap();
    assert_eq!(settings.http.listen.to_string(), "0.0.0.0:9000");
    assert_eq!(settings.database.url.expose_secret(), "postgres://other/db");
    assert_eq!(settings.database.max_connections, 40);
    assert_eq!(settings.oidc.client_secret.unwrap().expose_secret(), "0012");
    assert!(settings.webhooks.allow_private);
    assert_eq!(settings.personas.admin_groups, ["Platform", "Security leads"]);
    assert_eq!(settings.api.services["request"].as_str(), "http://10.0.0.1:1/");
    assert_eq!(settings.aws.instance_arn, None);
}

#[test]
fn every_missing_key_is_listed_at_once_with_an_example() {
    let mistakes = Settings::from_sources(None, []).unwrap_err().mistakes;
    let required = KEYS.iter().filter(|key| key.required).count();
    assert_eq!(mistakes.len(), required);
    let line = mistakes.iter().find(|line| line.starts_with("database.url")).unwrap();
    assert!(line.contains("CURFEW__DATABASE__URL") && line.contains("postgres://"), "{line}");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known_one() {
    let file = format!("{SAMPLE}\nservicename = 1\n");
    let error = load(&file, &[("CURFEW__HTTP__LISTN", "x"), ("CURFEW__DATABSE__URL", "postgres://hunter2@x/y")])
        .unwrap_err()
        .to_string();
    for part in [
        "telemetry.servicename in curfew.toml is not a known key; did you mean telemetry.service_name?",
        "http.listn from CURFEW__HTTP__LISTN is not a known key; did you mean http.listen?",
        "did you mean database.url?",
    ] {
        assert!(error.contains(part), "{part} in {error}");
    }
    assert!(!error.contains("hunter2"));
    assert!(load("top = 1", &[]).unwrap_err().to_string().contains("top in curfew.toml"));
    assert!(load("http = 1", &[]).unwrap_err().to_string().contains("http in curfew.toml"));
}

#[test]
fn a_wrong_value_is_told_with_what_would_be_right() {
    for (name, value, right) in [
        ("CURFEW__HTTP__LISTEN", "8080", "an IP address and a port"),
        ("CURFEW__HTTP__PUBLIC_URL", "curfew.example.com", "an absolute http or https address"),
        ("CURFEW__AWS__CALLS_PER_SECOND", "21", "a whole number from 0 to 20"),
        ("CURFEW__AWS__OUTSTANDING", "many", "a whole number from 0 to 10"),
        ("CURFEW__WEBHOOKS__ALLOW_PRIVATE", "maybe", "true or false"),
        ("CURFEW__LINKS__KEY", "c2hvcnQ=", "base64 of at least 32 bytes"),
        ("CURFEW__API__SERVICES__REQUEST", "request:8080", "a table of absolute http or https addresses"),
        ("CURFEW__REQUESTS__DEFAULT_MINUTES", "481", "must not be above requests.max_minutes (480)"),
        ("CURFEW__REQUESTS__SEVERITIES", "normal,Very High", "requests.severities holds \"Very High\""),
        ("CURFEW__REQUESTS__SEVERITIES", "normal,low,normal", "requests.severities holds normal twice"),
        ("CURFEW__REQUESTS__SEVERITIES", "high,low", "requests.severities must hold normal"),
    ] {
        let error = load(SAMPLE, &[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(right), "{name}: {error}");
    }
}

#[test]
fn secrets_are_in_no_message_and_no_debug_output() {
    let settings = load(
        &full_sample(),
        &[("CURFEW__DATABASE__URL", "postgres://u:hunter2@h/d"), ("CURFEW__MAIL__SMTP_URL", "smtp://hunter2")],
    )
    .unwrap();
    let debug = format!("{settings:?}");
    for secret in ["hunter2", "PASSWORD", "SECRET", "UkVQ"] {
        assert!(!debug.contains(secret), "{secret}");
    }
    for file in [
        "[links]\nkey = \"hunter2\"",
        "[database]\nurl = hunter2",
        "[database]\nurl = \"hunter2",
        "[database]\nurl = [\"hunter2\"]",
    ] {
        let error = load(file, &[]).unwrap_err();
        assert!(!error.to_string().contains("hunter2") && !format!("{error:?}").contains("hunter2"), "{error}");
    }
}
