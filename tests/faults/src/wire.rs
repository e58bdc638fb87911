//! The network between a process and AWS. A request that was sent arrives whatever becomes of its sender; mostly.

use std::collections::BTreeMap;

use cloud::{Later, Wire, WireAnswer, WireRequest};
use jiff::{SignedDuration, Timestamp};
use simulator::Millis;
use simulator::inside::Request;

use crate::process::Kind;
use crate::stage::{Stage, State};

/// Requests on their way there, and answers on their way back.
#[derive(Default)]
pub struct Network {
    there: BTreeMap<(Timestamp, u64), WireRequest>,
    back: BTreeMap<u64, (Timestamp, Option<WireAnswer>)>,
}

impl Network {
    pub fn next(&self) -> Option<Timestamp> {
        self.there.keys().next().map(|(at, _)| *at)
    }

    pub fn answered_at(&self, flight: u64) -> Option<Timestamp> {
        self.back.get(&flight).map(|(at, _)| *at)
    }
}

/// The sender's end. Dropped before the request arrived, the connection is closed, and it may or may not arrive.
struct Flight {
    stage: Stage,
    id: u64,
    due: Timestamp,
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut state = self.stage.state();
        state.network.back.remove(&self.id);
        let key = (self.due, self.id);
        if state.network.there.contains_key(&key) && state.happens(0.5) {
            state.network.there.remove(&key);
        }
    }
}

impl Wire for Stage {
    fn carry(&self, request: WireRequest) -> Later<Option<WireAnswer>> {
        let stage = self.clone();
        Box::pin(async move {
            let flight = stage.state().send(request, &stage);
            stage.answer(flight.id).await;
            let answer = stage.state().network.back.remove(&flight.id);
            answer.and_then(|(_, answer)| answer)
        })
    }
}

impl State {
    fn send(&mut self, request: WireRequest, stage: &Stage) -> Flight {
        // Who remembers writes down what is over while the rest goes on.
        let remembers = |process: usize| self.processes.all.get(process).is_some_and(|p| p.kind == Kind::Memory);
        if let Some((task, process)) = self.current
            && self.open.get(&task).is_some_and(|units| *units > 0)
            && !remembers(process)
        {
            self.record.broken("AWS is called while a transaction is open".to_owned());
        }
        let usual = SignedDuration::from_millis(30);
        let is_slow = self.now < self.chaos.until && self.happens(self.chaos.slow_network);
        let most = if is_slow { SignedDuration::from_secs(11) } else { usual };
        if is_slow {
            let (now, over) = (self.now, self.now + SignedDuration::from_secs(22));
            self.record.trouble(now, over);
        }
        let due = self.now + self.up_to(most);
        let id = self.next_number();
        self.network.there.insert((due, id), request);
        Flight { stage: stage.clone(), id, due }
    }

    /// Everything that has arrived by now is answered.
    pub fn deliver(&mut self) {
        while let Some(key) = self.network.there.keys().next().copied().filter(|(at, _)| *at <= self.now) {
            let Some(request) = self.network.there.remove(&key) else { return };
            self.serve(key.1, request);
        }
    }

    fn serve(&mut self, flight: u64, request: WireRequest) {
        let rest = request.uri.split_once("://").map_or(request.uri.as_str(), |(_, rest)| rest);
        let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut headers = request.headers;
        if headers.iter().all(|(name, _)| name != "host") {
            headers.push(("host".to_owned(), host.to_owned()));
        }
        self.organization.turn_to(Millis(self.now.as_millisecond()));
        let handled = self.organization.handle(&Request {
            method: &request.method,
            path,
            query,
            headers: &headers,
            body: &request.body,
        });
        let told = self.organization.calls().last().map(|call| format!("aws {} {}", call.operation, call.outcome));
        self.note(|| told.unwrap_or_default());
        let after = SignedDuration::try_from_secs_f64(handled.after).unwrap_or(SignedDuration::ZERO);
        let at = self.now + after + self.up_to(SignedDuration::from_millis(20));
        let answer = handled.answer.map(|answer| WireAnswer {
            status: answer.status,
            headers: answer.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            body: answer.body.into_bytes(),
        });
        self.network.back.insert(flight, (at, answer));
        match self.gates.values_mut().find(|gate| gate.flight == Some(flight)) {
            Some(gate) => gate.at = Some(at),
            // Nobody waits any more.
            None => {
                self.network.back.remove(&flight);
            }
        }
    }
}
