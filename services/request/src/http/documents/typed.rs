//! The bodies that go in and out. On the wire a document's own fields stand beside its id and version, as one object;
//! serde and the published document have to be told so by hand, since both would otherwise lose what is not allowed.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use domain::rules::{Document, Impact};
use domain::{Actor, ChangeId};
use jiff::Timestamp;
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::spec::Spec;
use crate::usecase::documents::{Affected, LongSessions, Weighed};

type Schemas = Vec<(String, RefOr<Schema>)>;

/// A document as it is in force.
#[derive(Debug, Clone, Serialize)]
pub struct Kept<S> {
    id: Uuid,
    version: i64,
    #[serde(flatten)]
    spec: S,
}

impl<S: Spec> Kept<S> {
    /// A document of this kind.
    pub fn of(document: Document) -> Option<Self> {
        let Document { id, version, body } = document;
        Some(Self { id, version, spec: S::of(body)? })
    }

    /// Which.
    pub const fn id(&self) -> Uuid {
        self.id
    }
}

/// A document that was saved, with what that means.
#[derive(Debug, Clone, Serialize)]
pub struct Saved<S> {
    #[serde(flatten)]
    document: Kept<S>,
    #[serde(flatten)]
    meaning: Meaning,
}

impl<S> Saved<S> {
    /// The document with what its saving means.
    pub const fn new(document: Kept<S>, meaning: Meaning) -> Self {
        Self { document, meaning }
    }
}

/// What a change means.
#[derive(Debug, Clone, Serialize)]
pub struct Meaning {
    #[serde(flatten)]
    weighed: Weighed,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_person: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alone: Option<ChangeId>,
}

impl Meaning {
    /// Of what was done; `alone` is the note of it, where a second person was wanted and there was none.
    pub const fn done(weighed: Weighed, alone: Option<ChangeId>) -> Self {
        Self { weighed, second_person: None, alone }
    }

    /// Of what was not.
    pub const fn dry(weighed: Weighed, second_person: bool) -> Self {
        Self { weighed, second_person: Some(second_person), alone: None }
    }
}

/// What taking a document out of force means.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Deleted {
    /// What it makes easier to get, and whether it does at all.
    pub impact: Impact,
    /// Access that would not be allowed any more. None of it is ended; `POST /v1/grants/revoke` ends it.
    pub affected: Vec<Affected>,
    /// In the answer to a dry run: whether it would wait for a second person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_person: Option<bool>,
    /// The note of it, where a second person was wanted and there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alone: Option<ChangeId>,
}

impl From<Meaning> for Deleted {
    fn from(Meaning { weighed: Weighed { impact, affected, .. }, second_person, alone }: Meaning) -> Self {
        Self { impact, affected, second_person, alone }
    }
}

/// A document at one of its versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Version<S> {
    /// Which, from 1.
    version: i64,
    /// When.
    saved_at: Timestamp,
    /// By whom.
    saved_by: Actor,
    /// What it said; absent where it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    spec: Option<S>,
}

impl<S: Spec> Version<S> {
    /// A version of this kind.
    pub fn of(version: store::documents::Version) -> Self {
        let store::documents::Version { version, body, saved_at, saved_by } = version;
        Self { version, saved_at, saved_by, spec: body.and_then(S::of) }
    }

    /// Which.
    pub const fn version(&self) -> i64 {
        self.version
    }
}

/// What a document shall say, and the version that it replaces.
#[derive(Debug, Clone)]
pub struct Change<S> {
    /// The version that the caller saw.
    pub version: i64,
    /// What it shall say.
    pub spec: S,
}

impl<'de, S: Spec> Deserialize<'de> for Change<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ChangeVisitor(PhantomData))
    }
}

struct ChangeVisitor<S>(PhantomData<S>);

impl<'de, S: Spec> Visitor<'de> for ChangeVisitor<S> {
    type Value = Change<S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut version = None;
        let spec = S::deserialize(MapAccessDeserializer::new(Beside { map, version: &mut version }))?;
        Ok(Change { version: version.ok_or_else(|| A::Error::missing_field("version"))?, spec })
    }
}

/// A map that keeps `version` for itself and hands the rest on.
struct Beside<'v, A> {
    map: A,
    version: &'v mut Option<i64>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Beside<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.map.next_key::<String>()? {
            if key != "version" {
                let key: StringDeserializer<A::Error> = key.into_deserializer();
                return seed.deserialize(key).map(Some);
            }
            if self.version.replace(self.map.next_value()?).is_some() {
                return Err(A::Error::duplicate_field("version"));
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// The schema of a kind with further members.
fn beside<S: Spec>(description: &str, members: &[(&str, RefOr<Schema>, bool)]) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = S::schema() else { return S::schema() };
    object.description = Some(description.to_owned());
    for (at, (name, schema, required)) in members.iter().enumerate() {
        object.properties.insert((*name).to_owned(), schema.clone());
        if *required {
            object.required.insert(at, (*name).to_owned());
        }
    }
    RefOr::T(Schema::Object(object))
}

fn id() -> (&'static str, RefOr<Schema>, bool) {
    let id = ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
    ("id", id.description(Some("Which.")).into(), true)
}

fn version(description: &str) -> (&'static str, RefOr<Schema>, bool) {
    let number = ObjectBuilder::new().schema_type(Type::Integer);
    let number = number.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
    ("version", number.description(Some(description)).into(), true)
}

fn meaning() -> [(&'static str, RefOr<Schema>, bool); 5] {
    let long = ArrayBuilder::new().items(Ref::from_schema_name(LongSessions::name())).description(Some(
        "Permission sets of a rule whose sessions last longer than an hour; absent where there is none.",
    ));
    let affected = ArrayBuilder::new()
        .items(Ref::from_schema_name(Affected::name()))
        .description(Some("Access that would not be allowed any more; `POST /v1/grants/revoke` ends it."));
    let second = ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .description(Some("In the answer to a dry run: whether it would wait for a second person."));
    [
        ("impact", Ref::from_schema_name(Impact::name()).into(), true),
        ("affected", affected.into(), true),
        ("long_sessions", long.into(), false),
        ("second_person", second.into(), false),
        ("alone", Ref::from_schema_name(ChangeId::name()).into(), false),
    ]
}

impl<S: Spec> PartialSchema for Kept<S> {
    fn schema() -> RefOr<Schema> {
        beside::<S>("As it is in force.", &[id(), version("Counts its changes, from 1.")])
    }
}

impl<S: Spec> ToSchema for Kept<S> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(S::NAME)
    }

    fn schemas(schemas: &mut Schemas) {
        S::schemas(schemas);
    }
}

impl<S: Spec> PartialSchema for Saved<S> {
    fn schema() -> RefOr<Schema> {
        let [impact, affected, long, second, alone] = meaning();
        let members = [id(), version("Counts its changes, from 1."), impact, affected, long, second, alone];
        beside::<S>("As it is in force now, with what the change means.", &members)
    }
}

impl<S: Spec> ToSchema for Saved<S> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Saved{}", S::NAME))
    }

    fn schemas(schemas: &mut Schemas) {
        S::schemas(schemas);
        schemas.push((Impact::name().into_owned(), Impact::schema()));
        schemas.push((Affected::name().into_owned(), Affected::schema()));
        schemas.push((LongSessions::name().into_owned(), LongSessions::schema()));
        schemas.push((ChangeId::name().into_owned(), ChangeId::schema()));
        Impact::schemas(schemas);
        Affected::schemas(schemas);
    }
}

impl<S: Spec> PartialSchema for Change<S> {
    fn schema() -> RefOr<Schema> {
        let version = version("The version that the caller saw; another one is refused.");
        beside::<S>("What it shall say, and the version that it replaces.", &[version])
    }
}

impl<S: Spec> ToSchema for Change<S> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Change", S::NAME))
    }

    fn schemas(schemas: &mut Schemas) {
        S::schemas(schemas);
    }
}
