//! STS: who am I, and temporary credentials of a role. The query protocol, with XML answers.

use rand::Rng as _;
use rand::distr::Alphanumeric;

use super::error::AwsError;
use super::input::Input;
use crate::world::World;
use crate::world::credentials::{Caller, Key};

/// The namespace of STS's documents.
pub const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Serves one call; the answer is the inner part of the document.
pub fn serve(world: &mut World, caller: &Caller, input: &Input) -> Result<String, AwsError> {
    match input.operation.as_str() {
        "GetCallerIdentity" => Ok(format!(
            "<GetCallerIdentityResult><Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account></GetCallerIdentityResult>",
            escape(&caller.arn),
            escape(&caller.user_id),
            caller.account
        )),
        "AssumeRole" => assume_role(world, caller, input),
        other => Err(super::unknown(other)),
    }
}

/// The whole document around a result.
pub fn envelope(result: &str, request_id: &str) -> String {
    let operation = result.trim_start_matches('<').split("Result>").next().unwrap_or_default();
    format!(
        "<{operation}Response xmlns=\"{NAMESPACE}\">{result}<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
    )
}

fn assume_role(world: &mut World, caller: &Caller, input: &Input) -> Result<String, AwsError> {
    let role_arn = input
        .matching("RoleArn", 2048, "[\\u0009\\u000A\\u000D\\u0020-\\u007E]+", |text| text.starts_with("arn:"))?
        .to_owned();
    let session = input.matching("RoleSessionName", 64, "[\\w+=,.@-]*", |text| {
        text.len() >= 2 && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
    })?;
    let seconds = input.number("DurationSeconds")?.unwrap_or(3600);
    if !(900..=43_200).contains(&seconds) {
        return Err(input.broken(
            "MIN_VALUE_EXCEEDED",
            "DurationSeconds",
            "Member must have value between 900 and 43200",
        ));
    }
    let context = input.text("ExternalId")?.map(|id| ("sts:ExternalId", id.to_owned())).into_iter().collect();
    let Some(role) = world.credentials.role(&role_arn).filter(|role| role.trusts(&caller.arn, context)) else {
        let message =
            format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {role_arn}", caller.arn);
        return Err(AwsError::denied(input.service, message));
    };
    let powers = role.powers.clone();
    let account = role_arn.split(':').nth(4).unwrap_or_default().to_owned();
    let role = role_arn.rsplit('/').next().unwrap_or_default().to_owned();
    let access_key_id = format!("ASIA{}", letters(world, 16).to_uppercase());
    let (secret, token) = (letters(world, 40), letters(world, 240));
    let role_id = format!("AROA{}:{session}", crate::seed::hex_of("role", &role_arn, 17).to_uppercase());
    let arn = format!("arn:aws:sts::{account}:assumed-role/{role}/{session}");
    #[expect(clippy::cast_precision_loss, reason = "at most 43,200")]
    let expires = world.now.plus_seconds(seconds as f64);
    world.credentials.add(Key {
        secret: secret.clone(),
        session_token: Some(token.clone()),
        expires: Some(expires),
        caller: Caller {
            access_key_id: access_key_id.clone(),
            arn: arn.clone(),
            account,
            user_id: role_id.clone(),
            powers,
        },
    });
    Ok(format!(
        "<AssumeRoleResult><AssumedRoleUser><AssumedRoleId>{role_id}</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>{access_key_id}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>\
         <SessionToken>{token}</SessionToken><Expiration>{}</Expiration></Credentials></AssumeRoleResult>",
        expires.rfc3339()
    ))
}

fn letters(world: &mut World, count: usize) -> String {
    (&mut world.random).sample_iter(Alphanumeric).take(count).map(char::from).collect()
}

/// Text for XML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
