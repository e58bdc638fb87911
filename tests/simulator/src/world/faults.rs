//! Faults that a test orders: the first of AWS's bad days.

use rand::Rng as _;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};

use crate::clock::Millis;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The service's throttling error.
    Throttle,
    /// The service's internal error, HTTP 500.
    ServerError,
    /// The connection is closed without an answer; nothing happened.
    ResetBefore,
    /// The connection is closed without an answer; the effect happened.
    ResetAfter,
    /// No answer for `seconds` (30), then the connection is closed. With `effect` the effect happened first.
    Hang,
    /// The right answer, `seconds` late.
    Delay,
    /// The asynchronous result is FAILED with `reason`. With `effect` it took effect all the same.
    Failed,
    /// The asynchronous result takes `seconds`; without `seconds` it never comes.
    Slow,
    /// The right answer breaks off in the middle of its body.
    Truncate,
    /// ConflictException, where the operation has it.
    Conflict,
    /// AccessDeniedException.
    AccessDenied,
}

/// One ordered fault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub kind: FaultKind,
    /// Operations it applies to; all, if absent.
    #[serde(default)]
    pub operations: Option<Vec<String>>,
    /// How often it strikes; without end, if absent.
    #[serde(default)]
    pub count: Option<u64>,
    /// With which probability it strikes a call that it applies to; always, if absent.
    #[serde(default)]
    pub probability: Option<f64>,
    #[serde(default)]
    pub seconds: Option<f64>,
    #[serde(default)]
    pub reason: Option<String>,
    /// Only calls about this account.
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub effect: bool,
    /// For how many seconds from now it strikes; as long as `count` lasts, if absent.
    #[serde(default)]
    pub lasts: Option<f64>,
    /// What `lasts` came to when it was ordered.
    #[serde(skip)]
    pub until: Option<Millis>,
}

/// The ordered faults, in the order in which they were ordered.
#[derive(Default)]
pub struct Faults {
    ordered: Vec<Fault>,
}

impl Faults {
    /// Orders a fault.
    pub fn order(&mut self, mut fault: Fault, now: Millis) {
        fault.until = fault.lasts.map(|seconds| now.plus_seconds(seconds));
        self.ordered.push(fault);
    }

    /// Takes all orders back.
    pub fn clear(&mut self) {
        self.ordered.clear();
    }

    /// What is still ordered.
    pub fn ordered(&self) -> &[Fault] {
        &self.ordered
    }

    /// The first ordered fault of these kinds that strikes this call; it is used up accordingly.
    pub fn strike(
        &mut self,
        random: &mut StdRng,
        now: Millis,
        operation: &str,
        account: Option<&str>,
        kinds: impl Fn(FaultKind) -> bool,
    ) -> Option<Fault> {
        self.ordered.retain(|fault| fault.until.is_none_or(|until| now < until));
        let index = self.ordered.iter().position(|fault| {
            kinds(fault.kind)
                && fault.operations.as_ref().is_none_or(|all| all.iter().any(|one| one == operation))
                && fault.account.as_deref().is_none_or(|wanted| account == Some(wanted))
                && fault.probability.is_none_or(|p| random.random::<f64>() < p)
        })?;
        let fault = self.ordered.get_mut(index)?;
        let struck = fault.clone();
        if let Some(left) = fault.count.as_mut() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.ordered.remove(index);
            }
        }
        Some(struck)
    }
}
