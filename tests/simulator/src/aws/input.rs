//! Reads the fields of a call and holds them against the service model's constraints, in AWS's words.

use serde_json::{Map, Value};

use super::Service;
use super::error::AwsError;
use crate::world::permission_sets::{IDENTITY_STORE_ID, INSTANCE_ARN};

/// The input of one call.
pub struct Input {
    pub service: Service,
    pub operation: String,
    fields: Map<String, Value>,
}

impl Input {
    /// From a JSON body; an empty one is an empty object.
    pub fn from_json(service: Service, operation: String, body: &[u8]) -> Result<Self, AwsError> {
        if body.is_empty() {
            return Ok(Self { service, operation, fields: Map::new() });
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self { service, operation, fields }),
            Ok(_) | Err(_) => {
                Err(AwsError::new("SerializationException", "Start of structure or map found where not expected."))
            }
        }
    }

    /// From the form of the query protocol.
    pub fn from_form(service: Service, operation: String, form: Vec<(String, String)>) -> Self {
        Self {
            service,
            operation,
            fields: form.into_iter().map(|(name, value)| (name, Value::String(value))).collect(),
        }
    }

    /// Everything as it came.
    pub fn as_value(&self) -> Value {
        Value::Object(self.fields.clone())
    }

    /// A field as it came.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A text, if it is there.
    pub fn text(&self, name: &str) -> Result<Option<&str>, AwsError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(AwsError::new("SerializationException", format!("{name}: expected a string."))),
        }
    }

    /// A text that must be there, of 1 to `most` characters.
    pub fn required(&self, name: &str, most: usize) -> Result<&str, AwsError> {
        let text = self.text(name)?.ok_or_else(|| self.broken("INPUT_REQUIRED", name, "Member must not be null"))?;
        if text.is_empty() {
            return Err(self.broken("MIN_LENGTH_EXCEEDED", name, "Member must have length greater than or equal to 1"));
        }
        if text.chars().count() > most {
            return Err(self.broken(
                "MAX_LENGTH_EXCEEDED",
                name,
                &format!("Member must have length less than or equal to {most}"),
            ));
        }
        Ok(text)
    }

    /// A text that must be there and fit a pattern. `fits` decides, `pattern` is what the error says.
    pub fn matching(
        &self,
        name: &str,
        most: usize,
        pattern: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Result<&str, AwsError> {
        let text = self.required(name, most)?;
        if fits(text) {
            return Ok(text);
        }
        Err(self.broken("INVALID_PATTERN", name, &format!("Member must satisfy regular expression pattern: {pattern}")))
    }

    /// A text that must be one of these words.
    pub fn one_of(&self, name: &str, words: &[&str]) -> Result<&str, AwsError> {
        let text = self.required(name, 1_000)?;
        if words.contains(&text) {
            return Ok(text);
        }
        Err(self.broken("INVALID_ENUM", name, &format!("Member must satisfy enum value set: [{}]", words.join(", "))))
    }

    /// Twelve digits.
    pub fn account(&self, name: &str) -> Result<&str, AwsError> {
        self.matching(name, 12, "\\d{12}", |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// The ARN of an instance: of the one there is.
    pub fn instance(&self) -> Result<(), AwsError> {
        let pattern = "arn:aws(-[a-z]{1,5}){0,3}:sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}";
        let arn = self.matching("InstanceArn", 1224, pattern, |text| {
            text.starts_with("arn:aws") && text.contains(":sso:::instance/")
        })?;
        if arn == INSTANCE_ARN {
            return Ok(());
        }
        if matches!(self.operation.as_str(), "ListInstances" | "DescribeInstance") {
            return Err(AwsError::denied(self.service, "You do not have sufficient access to perform this action."));
        }
        Err(AwsError::not_found(format!("Instance {arn} does not exist.")))
    }

    /// The ARN of a permission set; whether it exists is another question.
    pub fn permission_set(&self) -> Result<&str, AwsError> {
        let pattern = "arn:aws(-[a-z]{1,5}){0,3}:sso:::permissionSet/(sso)?ins-[a-zA-Z0-9-.]{16}/ps-[a-zA-Z0-9-./]{16}";
        self.matching("PermissionSetArn", 1224, pattern, |text| {
            text.starts_with("arn:aws") && text.contains(":sso:::permissionSet/")
        })
    }

    /// An identifier of the Identity Store.
    pub fn store_id(&self, name: &str) -> Result<&str, AwsError> {
        self.matching(name, 47, STORE_ID_PATTERN, is_store_id)
    }

    /// The Identity Store that is asked: the one there is.
    pub fn store(&self) -> Result<(), AwsError> {
        let pattern = "d-[0-9a-f]{10}$|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
        let id = self.matching("IdentityStoreId", 36, pattern, |text| text.starts_with("d-") || text.len() == 36)?;
        if id == IDENTITY_STORE_ID {
            return Ok(());
        }
        let missing = AwsError::not_found(format!("IdentityStore not found: {id}"));
        Err(missing.with("ResourceType", "IDENTITY_STORE").with("ResourceId", id))
    }

    /// A whole number, if it is there.
    pub fn number(&self, name: &str) -> Result<Option<i64>, AwsError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if self.service == Service::Sts => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(AwsError::invalid(self.service, "INVALID_PATTERN", format!("{name} must be a number"))),
            },
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(AwsError::new("SerializationException", format!("{name}: expected a number."))),
            },
        }
    }

    /// A broken constraint in AWS's words: member names begin in lower case there.
    pub fn broken(&self, reason: &'static str, name: &str, constraint: &str) -> AwsError {
        let mut letters = name.chars();
        let member =
            letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect::<String>();
        let message =
            format!("1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}");
        AwsError::invalid(self.service, reason, message)
    }
}

/// What an identifier of the Identity Store looks like.
pub const STORE_ID_PATTERN: &str =
    "([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}";

/// Whether the text is one: a UUID, with or without ten hexadecimal digits and a dash before it.
pub fn is_store_id(text: &str) -> bool {
    let uuid = match text.split_at_checked(11) {
        Some((prefix, rest)) if text.len() == 47 => {
            if !prefix.ends_with('-') || !prefix.trim_end_matches('-').bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return false;
            }
            rest
        }
        _ => text,
    };
    uuid.len() == 36 && uuid::Uuid::try_parse(uuid).is_ok()
}
