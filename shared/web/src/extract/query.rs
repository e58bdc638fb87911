//! Query parameters.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::explain::explain;
use crate::{Problem, ProblemType, auth::after_caller, text::shown};

/// The query parameters, each at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T> Query<T> {
    /// What is in it.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let (caller, parsed) = (after_caller(request), parse(request.query_string()).map(Self));
        Box::pin(async move {
            caller.await;
            parsed
        })
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let name = error.path().to_string();
        let message = error.into_inner().to_string();
        let explained = explain(&message);
        if matches!(explained.kind, ProblemType::InvalidCursor | ProblemType::InvalidLimit) {
            return explained.problem(&name);
        }
        let name = shown(if name == "." { "" } else { &name }, 60);
        let detail =
            if name.is_empty() { shown(&message, 200) } else { format!("At `{name}`: {}", shown(&message, 200)) };
        Problem::because(ProblemType::InvalidQuery, format!("{detail}.")).with("path", name)
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::{Cursor, Limit};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct List {
        #[serde(default)]
        limit: Limit,
        cursor: Option<Cursor>,
        mine: Option<bool>,
    }

    #[test]
    fn a_list_is_asked_for_in_pages() {
        let list: List = parse("").unwrap();
        assert_eq!((list.limit.get(), list.cursor, list.mine), (50, None, None));
        let cursor = Cursor::after("a b", 7);
        let list: List = parse(&format!("limit=200&mine=true&cursor={}", cursor.encode())).unwrap();
        assert_eq!((list.limit.get(), list.cursor, list.mine), (200, Some(cursor), Some(true)));
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        for (query, kind, part) in [
            ("limit=0", ProblemType::InvalidLimit, "1 to 200"),
            ("limit=201", ProblemType::InvalidLimit, "1 to 200"),
            ("limit=x", ProblemType::InvalidLimit, "1 to 200"),
            ("cursor=x", ProblemType::InvalidCursor, "`next`"),
            ("mine=perhaps", ProblemType::InvalidQuery, "mine"),
            ("lmit=1", ProblemType::InvalidQuery, "expected one of `limit`"),
            ("limit=1&limit=2", ProblemType::InvalidQuery, "duplicate field"),
            ("%1b=1", ProblemType::InvalidQuery, "\\u{1b}"),
        ] {
            let problem = parse::<List>(query).unwrap_err();
            assert_eq!(problem.kind(), kind, "{query}: {problem}");
            assert!(problem.detail().unwrap().contains(part), "{query}: {problem}");
        }
    }
}
