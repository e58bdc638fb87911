//! How a case writes down what it sees.

use std::fmt::Display;
use std::future::Future;

use aws_sdk_ssoadmin::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use conformance::observation::Observation;

use crate::side::Side;

/// The notes of one case about one side.
pub struct Notes<'a> {
    pub side: &'a Side,
    case: &'static str,
    observation: &'a mut Observation,
}

impl<'a> Notes<'a> {
    pub fn new(side: &'a Side, case: &'static str, observation: &'a mut Observation) -> Self {
        Self { side, case, observation }
    }

    /// Writes a fact down, in words instead of identifiers.
    pub fn fact(&mut self, name: &str, value: impl Display) {
        let value = self.side.words(&value.to_string());
        self.observation.add(self.case, name, value);
    }

    /// What may be missing.
    pub fn maybe(&mut self, name: &str, value: Option<impl Display>) {
        match value {
            Some(value) => self.fact(name, value),
            None => self.fact(name, "nothing"),
        }
    }

    /// Names in alphabetical order, since lists have no order of their own.
    pub fn set(&mut self, name: &str, values: impl IntoIterator<Item = impl Display>) {
        let mut values: Vec<String> = values.into_iter().map(|value| self.side.words(&value.to_string())).collect();
        values.sort();
        self.fact(name, values.join(" "));
    }

    /// Plays a call, writes down how it ended, and hands over the answer.
    pub async fn call<O, E: ProvideErrorMetadata>(
        &mut self,
        name: &str,
        call: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Option<O> {
        let answer = call.await;
        self.fact(name, outcome(&answer));
        answer.ok()
    }
}

/// How a call ended: `ok`, or the error's code with its HTTP status.
pub fn outcome<O, E: ProvideErrorMetadata>(answer: &Result<O, SdkError<E, HttpResponse>>) -> String {
    match answer {
        Ok(_) => "ok".to_owned(),
        Err(SdkError::ServiceError(context)) => {
            let status = context.raw().status().as_u16();
            match context.err().code() {
                Some(code) => format!("{code}, HTTP {status}"),
                None => format!("an error without a code, HTTP {status}"),
            }
        }
        Err(SdkError::ResponseError(context)) => {
            format!("an answer that the SDK cannot read, HTTP {}", context.raw().status().as_u16())
        }
        Err(SdkError::ConstructionFailure(_)) => "the SDK does not send it".to_owned(),
        Err(_) => "no answer".to_owned(),
    }
}

/// Walks all pages of a list, writes down their sizes, and hands over all items.
macro_rules! pages {
    ($notes:expr, $name:literal, $call:expr, $items:ident) => {{
        let (mut all, mut sizes, mut token) = (Vec::new(), Vec::new(), None);
        loop {
            let answer = $call.set_next_token(token.take()).send().await;
            let Ok(page) = answer else {
                $notes.fact(concat!($name, ": a page"), $crate::notes::outcome(&answer));
                break;
            };
            sizes.push(page.$items().len().to_string());
            all.extend(page.$items().iter().cloned());
            token = page.next_token().map(str::to_owned);
            if token.is_none() || sizes.len() > 40 {
                break;
            }
        }
        $notes.fact(concat!($name, ": sizes of pages"), sizes.join(" "));
        all
    }};
}
pub(crate) use pages;
