//! Sees every answer as it came over the wire, whatever the SDK makes of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_ssoadmin::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_ssoadmin::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ssoadmin::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use conformance::observation::Observation;
use conformance::shape::Shape;
use serde_json::Value;

/// The case under which shapes are reported.
pub const SHAPES: &str = "shapes";

/// An answer on the wire.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub body: String,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct Seen {
    last: Answer,
    /// By operation, of answers that are no errors.
    answers: BTreeMap<String, Shape>,
    /// By service and code.
    errors: BTreeMap<String, Shape>,
}

/// Keeps the last answer, and the shapes of all.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Seen>>);

impl Recorder {
    /// The answer to the last call.
    pub fn last(&self) -> Answer {
        self.0.lock().unwrap().last.clone()
    }

    /// Forgets what was seen so far: it belongs to the preparations.
    pub fn forget(&self) {
        *self.0.lock().unwrap() = Seen::default();
    }

    /// Reports the shapes. What the other side never answered has no shape to hold this one against.
    pub fn report(&self, other: &Self, observation: &mut Observation) {
        let (mine, theirs) = (self.0.lock().unwrap(), other.0.lock().unwrap());
        let answers = mine.answers.iter().filter(|(name, _)| theirs.answers.contains_key(*name));
        let errors = mine.errors.iter().filter(|(name, _)| theirs.errors.contains_key(*name));
        for (name, shape) in answers.chain(errors) {
            for (path, kinds) in shape.members() {
                observation.add(SHAPES, &format!("{name}: {path}"), kinds);
            }
        }
    }

    fn take(&self, service: &str, operation: &str, status: u16, body: &str) {
        let mut seen = self.0.lock().unwrap();
        seen.last = Answer { body: body.to_owned() };
        let operation = format!("{service} {operation}");
        if service == "STS" {
            if status < 300 {
                seen.answers.entry(operation).or_default().take(&elements(body), &[]);
            }
            return;
        }
        let document = seen.last.json();
        if status < 300 {
            seen.answers.entry(operation).or_default().take(&document, &["NextToken"]);
        } else if let Some(code) = document["__type"].as_str() {
            let code = code.rsplit('#').next().unwrap_or(code);
            let error = seen.errors.entry(format!("{service} {code}")).or_default();
            error.take(&document, &["__type", "message", "Message"]);
        }
    }
}

/// The elements of an XML document as members of one flat structure.
fn elements(xml: &str) -> Value {
    let names = xml.split('<').filter_map(|part| part.split(['>', ' ', '\n']).next());
    let names = names.filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()));
    names.map(|name| (name.to_owned(), Value::from("element"))).collect::<serde_json::Map<_, _>>().into()
}

impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (service, operation) = bag.load::<Metadata>().map_or(("", ""), |data| (data.service(), data.name()));
        let body = context.response().body().bytes().unwrap_or_default();
        self.take(service, operation, context.response().status().as_u16(), &String::from_utf8_lossy(body));
        Ok(())
    }
}
