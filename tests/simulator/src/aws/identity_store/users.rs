//! Users.

use serde_json::{Map, Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::super::page::Page;
use super::{LARGEST_PAGE, duplicate, filter, listed, missing, unique_attribute};
use crate::world::World;
use crate::world::directory::User;
use crate::world::permission_sets::IDENTITY_STORE_ID;

/// The one extension.
const ENTERPRISE: &str = "aws:identitystore:enterprise";

/// Attributes that a user may have besides the name, as the API spells them.
const ATTRIBUTES: [&str; 15] = [
    "Name",
    "DisplayName",
    "NickName",
    "ProfileUrl",
    "Emails",
    "Addresses",
    "PhoneNumbers",
    "UserType",
    "Title",
    "PreferredLanguage",
    "Locale",
    "Timezone",
    "Photos",
    "Website",
    "Birthdate",
];

/// `ListUsers`.
pub fn list(world: &World, input: &Input) -> Result<Value, AwsError> {
    let name = filter(input, &["UserName"])?;
    let users =
        world.directory.users.values().filter(|user| name.is_none_or(|name| user.user_name.eq_ignore_ascii_case(name)));
    let (shown, next) = Page::asked(input, LARGEST_PAGE)?.cut(users.map(|user| (user.id.clone(), user)));
    let extended = enterprise(input)?;
    Ok(listed("Users", shown.into_iter().map(|user| shown_to(user, extended)).collect(), next))
}

/// `DescribeUser`.
pub fn describe(world: &World, input: &Input) -> Result<Value, AwsError> {
    let id = input.store_id("UserId")?;
    let user = world.directory.user(id).ok_or_else(|| missing("USER", id))?;
    Ok(shown_to(user, enterprise(input)?))
}

/// `GetUserId`, by user name or address; neither distinguishes case.
pub fn get_id(world: &World, input: &Input) -> Result<Value, AwsError> {
    let (path, value) = unique_attribute(input, "USER", &["userName", "emails.value"])?;
    let found = if path.eq_ignore_ascii_case("userName") {
        world.directory.user_named(value)
    } else {
        world.directory.user_with_email(value)
    };
    let user = found.ok_or_else(|| missing("USER", value))?;
    Ok(json!({"IdentityStoreId": IDENTITY_STORE_ID, "UserId": user.id}))
}

/// `CreateUser`.
pub fn create(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let user_name = input.required("UserName", 128)?;
    input.required("DisplayName", 1024)?;
    if !input.value("Name").is_some_and(|name| name.get("GivenName").is_some() && name.get("FamilyName").is_some()) {
        return Err(input.broken("INPUT_REQUIRED", "Name", "GivenName and FamilyName must not be null"));
    }
    if world.directory.user_named(user_name).is_some() {
        return Err(duplicate("UserName"));
    }
    let attributes =
        ATTRIBUTES.iter().filter_map(|name| Some(((*name).to_owned(), input.value(name)?.clone()))).collect();
    let id = format!("906768ae6b-{}", world.new_uuid());
    let user = User {
        id: id.clone(),
        user_name: user_name.to_owned(),
        enabled: true,
        attributes,
        manager: None,
        created: world.now,
        updated: world.now,
    };
    if !user.email().is_empty() && world.directory.user_with_email(user.email()).is_some() {
        return Err(duplicate("Email"));
    }
    world.directory.users.insert(id.clone(), user);
    Ok(json!({"IdentityStoreId": IDENTITY_STORE_ID, "UserId": id}))
}

/// `UpdateUser`: attributes by path, such as `displayName`, `name.familyName`, `emails`, `userName`, `userStatus`.
pub fn update(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let id = input.store_id("UserId")?;
    let mut user = world.directory.user(id).cloned().ok_or_else(|| missing("USER", id))?;
    let operations = input.value("Operations").and_then(Value::as_array).filter(|all| !all.is_empty());
    let operations =
        operations.ok_or_else(|| input.broken("INPUT_REQUIRED", "Operations", "Member must not be null"))?;
    for operation in operations {
        let path = operation.get("AttributePath").and_then(Value::as_str).unwrap_or_default();
        apply(&mut user, path, operation.get("AttributeValue")).ok_or_else(|| {
            input.broken("INVALID_PATTERN", "Operations", &format!("AttributePath {path} or its value is not valid"))
        })?;
    }
    let taken = |other: Option<&User>| other.is_some_and(|other| other.id != user.id);
    if taken(world.directory.user_named(&user.user_name)) {
        return Err(duplicate("UserName"));
    }
    if !user.email().is_empty() && taken(world.directory.user_with_email(user.email())) {
        return Err(duplicate("Email"));
    }
    user.updated = world.now;
    world.directory.users.insert(user.id.clone(), user);
    Ok(json!({}))
}

/// `DeleteUser`.
pub fn delete(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let id = input.store_id("UserId")?;
    world.directory.remove_user(id).ok_or_else(|| missing("USER", id))?;
    Ok(json!({}))
}

fn apply(user: &mut User, path: &str, value: Option<&Value>) -> Option<()> {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    if path.eq_ignore_ascii_case("userName") {
        user.user_name = value?.as_str().filter(|name| !name.is_empty())?.to_owned();
        return Some(());
    }
    if path.eq_ignore_ascii_case("userStatus") {
        user.enabled = match value?.as_str()? {
            "ENABLED" => true,
            "DISABLED" => false,
            _ => return None,
        };
        return Some(());
    }
    let name = ATTRIBUTES.iter().find(|name| name.eq_ignore_ascii_case(head))?;
    match rest {
        None => match value {
            Some(value) if !value.is_null() => user.attributes.insert((*name).to_owned(), capitalized(value)),
            _ => user.attributes.remove(*name),
        },
        Some(member) => {
            let inner = user
                .attributes
                .entry((*name).to_owned())
                .or_insert_with(|| Value::Object(Map::new()))
                .as_object_mut()?;
            inner.insert(capital(member), value?.clone())
        }
    };
    Some(())
}

/// A document's members begin in lower case, an answer's in upper case.
fn capitalized(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (capital(name), capitalized(value))).collect(),
        Value::Array(items) => items.iter().map(capitalized).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Whether the call asks for the enterprise attributes.
fn enterprise(input: &Input) -> Result<bool, AwsError> {
    let asked = input.value("Extensions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match asked {
        [] => Ok(false),
        [one] if one == ENTERPRISE => Ok(true),
        _ => Err(input.broken("INVALID_PATTERN", "Extensions", &format!("{ENTERPRISE} is the only one"))),
    }
}

fn shown_to(user: &User, extended: bool) -> Value {
    let mut fields = user.attributes.clone();
    if let (true, Some(manager)) = (extended, &user.manager) {
        fields.insert("Extensions".to_owned(), json!({ENTERPRISE: {"manager": {"value": manager}}}));
    }
    fields.insert("IdentityStoreId".to_owned(), json!(IDENTITY_STORE_ID));
    fields.insert("UserId".to_owned(), json!(user.id));
    fields.insert("UserName".to_owned(), json!(user.user_name));
    fields.insert("UserStatus".to_owned(), json!(if user.enabled { "ENABLED" } else { "DISABLED" }));
    fields.insert("CreatedAt".to_owned(), json!(user.created.epoch_seconds()));
    fields.insert("UpdatedAt".to_owned(), json!(user.updated.epoch_seconds()));
    Value::Object(fields)
}
