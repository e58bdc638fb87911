//! The header that makes a write safe to repeat.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;

use crate::{Problem, ProblemType, auth::after_caller};

/// `Idempotency-Key`: 1 to 255 visible ASCII characters, or absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let mut values = request.headers().get_all("idempotency-key");
        let key = match (values.next(), values.next()) {
            (None, _) => Ok(Self(None)),
            (Some(value), None)
                if (1..=255).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic) =>
            {
                Ok(Self(value.to_str().ok().map(str::to_owned)))
            }
            _ => Err(Problem::because(
                ProblemType::InvalidIdempotencyKey,
                "Send the header once, with 1 to 255 visible ASCII characters, for example a UUID.",
            )),
        };
        let caller = after_caller(request);
        Box::pin(async move {
            caller.await;
            key
        })
    }
}
