//! Parts of the path.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::{Problem, ProblemType, auth::after_caller, text::shown};

/// The parts of the path that the route leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T> Path<T> {
    /// What is in it.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parts = actix_web::web::Path::<T>::from_request(request, payload).into_inner();
        let parts = parts.map(|parts| Self(parts.into_inner())).map_err(|error| {
            Problem::because(ProblemType::InvalidPath, format!("{}.", shown(&error.to_string(), 200)))
        });
        let caller = after_caller(request);
        Box::pin(async move {
            caller.await;
            parts
        })
    }
}
