//! The caller, as an argument of a handler.

use std::sync::Arc;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Data};
use domain::Actor;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};

use super::{Auth, Person, Subject};
use crate::{Problem, ProblemType, limit::Limiter};

/// What a person's groups make of them, beside asking and approving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Personas {
    /// Changes rules and settings.
    pub admin: bool,
    /// Reads everything.
    pub auditor: bool,
}

/// Who calls. Extracting it refuses a request without a valid token.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A person.
    User {
        /// Who.
        person: Arc<Person>,
        /// What else they are.
        personas: Personas,
    },
    /// An OAuth2 client.
    Machine {
        /// Its id.
        client: String,
        /// What it may do.
        scopes: Vec<String>,
    },
}

impl Caller {
    /// As the trail names them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::User { person, .. } => Actor::User { id: person.id.clone() },
            Self::Machine { client, .. } => Actor::Machine { client: client.clone() },
        }
    }

    /// The person, where it is one.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::User { person, .. } => Some(person),
            Self::Machine { .. } => None,
        }
    }

    /// The personas; a machine has none.
    #[must_use]
    pub fn personas(&self) -> Personas {
        match self {
            Self::User { personas, .. } => *personas,
            Self::Machine { .. } => Personas::default(),
        }
    }

    /// # Errors
    /// When it is a machine.
    pub fn require_user(&self) -> Result<&Person, Problem> {
        self.person().ok_or_else(|| Problem::new(ProblemType::UserRequired))
    }

    /// # Errors
    /// When it is not an admin.
    pub fn require_admin(&self) -> Result<&Person, Problem> {
        self.person().filter(|_| self.personas().admin).ok_or_else(|| Problem::new(ProblemType::AdminRequired))
    }

    /// # Errors
    /// When it is neither auditor nor admin.
    pub fn require_auditor_or_admin(&self) -> Result<&Person, Problem> {
        let personas = self.personas();
        self.person()
            .filter(|_| personas.admin || personas.auditor)
            .ok_or_else(|| Problem::new(ProblemType::AuditorRequired))
    }

    /// Scopes bind machines; a person's rights do not come from scopes.
    ///
    /// # Errors
    /// When it is a machine without this scope.
    pub fn require_scope(&self, scope: &str) -> Result<(), Problem> {
        match self {
            Self::User { .. } => Ok(()),
            Self::Machine { scopes, .. } if scopes.iter().any(|held| held == scope) => Ok(()),
            Self::Machine { .. } => {
                Err(Problem::because(ProblemType::MissingScope, format!("It needs the scope `{scope}`."))
                    .with("scope", scope))
            }
        }
    }

    /// One key for limits, caches and idempotency: `user:<id>` or `machine:<client id>`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::User { person, .. } => format!("user:{}", person.id),
            Self::Machine { client, .. } => format!("machine:{client}"),
        }
    }
}

/// Who calls this request, being found out.
#[derive(Clone)]
struct Asked(Shared<LocalBoxFuture<'static, Result<Caller, Problem>>>);

/// Waits until it is known who calls, where the handler asks for that before it asks for this: whoever may not
/// call at all hears so first, whatever else they sent.
pub(crate) fn after_caller(request: &HttpRequest) -> LocalBoxFuture<'static, ()> {
    let asked = request.extensions().get::<Asked>().cloned();
    Box::pin(async move {
        if let Some(Asked(caller)) = asked {
            drop(caller.await);
        }
    })
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let auth = request.app_data::<Data<Auth>>().cloned();
        let limiter = request.app_data::<Data<Limiter>>().cloned();
        let token = bearer(request);
        let peer = crate::server::peer(request.peer_addr());
        let caller = async move {
            let auth = auth.ok_or_else(|| Problem::internal("the application has no Auth in its data"))?;
            let caller = match token {
                Ok(token) => identify(&auth, &token).await,
                Err(problem) => Err(problem),
            };
            if let Some(limiter) = limiter {
                limiter.check(&caller.as_ref().map_or(peer, Self::key))?;
            }
            let caller = caller?;
            tracing::Span::current().record("caller", tracing::field::display(caller.key()));
            Ok(caller)
        };
        let caller = caller.boxed_local().shared();
        request.extensions_mut().insert(Asked(caller.clone()));
        caller.boxed_local()
    }
}

fn bearer(request: &HttpRequest) -> Result<String, Problem> {
    let missing = || Problem::because(ProblemType::MissingToken, "Send the header `Authorization: Bearer TOKEN`.");
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    match (values.next(), values.next()) {
        (Some(value), None) => {
            let text = value.to_str().map_err(|_| missing())?;
            let (scheme, token) = text.split_once(' ').ok_or_else(missing)?;
            if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim().to_owned()) } else { Err(missing()) }
        }
        _ => Err(missing()),
    }
}

async fn identify(auth: &Auth, token: &str) -> Result<Caller, Problem> {
    match auth.verifier.verify(token).await? {
        Subject::Machine { client, scopes } => Ok(Caller::Machine { client, scopes }),
        Subject::User(name) => {
            let person = auth.people.find(&name).await.map_err(Problem::unavailable)?;
            match person {
                None => Err(Problem::new(ProblemType::UnknownUser)),
                Some(person) if !person.active => Err(Problem::new(ProblemType::DisabledUser)),
                Some(person) => Ok(Caller::User { personas: auth.personas(&person), person }),
            }
        }
    }
}
