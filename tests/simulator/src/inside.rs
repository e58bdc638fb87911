//! The organization without its ports: a test calls it in its own thread, turns its clock by hand, and so plays hours in a
//! moment. Wire format, signatures, faults and the oracle are the same.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::aws::{self, Incoming};
use crate::clock::Millis;
use crate::world::World;
use crate::world::access::{Interval, PrincipalType, Tuple};
use crate::world::calls::Call;
use crate::world::faults::Fault;
use crate::world::live_sessions::{Ended, Session};
use crate::world::operations::Operation;
use crate::world::policies::PREPARED;
use crate::world::settings::{Profile, Settings};

/// A request as it comes over the wire.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// Without the question mark.
    pub query: &'a str,
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
}

/// An answer as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// What becomes of a call whose effect, if it has one, is done: its answer, so many seconds later, or none and a closed connection.
#[derive(Clone, Debug)]
pub struct Handled {
    pub after: f64,
    pub answer: Option<Answer>,
}

/// An organization in this thread.
pub struct Organization {
    world: World,
}

impl Organization {
    /// The seeded organization, whose time stands at `now`. Its luck follows from `luck`.
    pub fn new(profile: Profile, luck: u64, now: Millis) -> Self {
        let mut world = World::new(profile, 1);
        world.turned_to = Some(now);
        world.now = now;
        world.seed_luck(luck);
        Self { world }
    }

    /// Turns the clock: everything due by then has happened, at its own moment.
    pub fn turn_to(&mut self, now: Millis) {
        self.world.turned_to = Some(now);
        self.world.settle(now);
    }

    /// Serves one call.
    pub fn handle(&mut self, request: &Request<'_>) -> Handled {
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
                headers.append(name, value);
            }
        }
        let &Request { method, path, query, body, .. } = request;
        let reply = aws::serve(&mut self.world, Incoming { method, path, query, headers: &headers, body });
        let answer = reply.said.map(|mut said| {
            if reply.breaks_off {
                said.body = said.body.chars().take(said.body.chars().count() / 2).collect();
            }
            Answer { status: said.status.as_u16(), headers: said.headers, body: said.body }
        });
        Handled { after: reply.after, answer }
    }

    /// Orders a fault.
    pub fn order(&mut self, fault: Fault) {
        let now = self.world.now;
        self.world.faults.order(fault, now);
    }

    /// Takes all ordered faults back, and lets operations end that would never have ended.
    pub fn lift_faults(&mut self) {
        self.world.faults.clear();
        self.world.release_stuck();
    }

    /// How it behaves.
    pub fn settings(&mut self) -> &mut Settings {
        &mut self.world.settings
    }

    /// Somebody makes this assignment outside Curfew. False if it was there.
    pub fn make_outside(&mut self, tuple: &Tuple) -> bool {
        let now = self.world.now;
        self.world.access.add(tuple, now, "outside")
    }

    /// A role of this ARN makes this assignment, and nobody but CloudTrail knows: as after a ledger was restored from before.
    /// False if it was there.
    pub fn make_as(&mut self, tuple: &Tuple, role: &str) -> bool {
        let name = role.rsplit('/').next().unwrap_or_default();
        let caller = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/" + name;
        let now = self.world.now;
        let made = self.world.access.add(tuple, now, &caller);
        crate::control::note_change(&mut self.world, "CreateAccountAssignment", tuple, &caller);
        made
    }

    /// Somebody removes this assignment outside Curfew. False if it was not there.
    pub fn remove_outside(&mut self, tuple: &Tuple) -> bool {
        let now = self.world.now;
        self.world.access.remove(tuple, now, "outside")
    }

    /// Lets a user sign in, or not any more.
    pub fn enable_user(&mut self, id: &str, enabled: bool) {
        if let Some(user) = self.world.directory.users.get_mut(id) {
            user.enabled = enabled;
        }
    }

    /// Deletes a user; the assignments of theirs stay, as in AWS.
    pub fn delete_user(&mut self, id: &str) {
        self.world.directory.remove_user(id);
    }

    /// Whether the assignment exists, in truth.
    pub fn exists(&self, tuple: &Tuple) -> bool {
        self.world.access.exists(tuple)
    }

    /// The whole truth, oldest first.
    pub fn intervals(&self) -> &[Interval] {
        self.world.access.intervals()
    }

    /// What was called, oldest first.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.world.calls.kept()
    }

    /// Every creation and deletion that was accepted, oldest first.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.world.operations.all()
    }

    /// The ARN of a role in the management account.
    pub fn role(&self, name: &str) -> String {
        format!("arn:aws:iam::{}:role/{name}", self.world.organization.management_account)
    }

    /// How many schedules there are.
    pub fn schedules(&self) -> usize {
        self.world.schedules.count()
    }

    /// Somebody opens a session by the portal. False if they have no such access just now.
    pub fn open_session(&mut self, tuple: &Tuple) -> bool {
        self.world.open_session(&tuple.principal_id, &tuple.account_id, &tuple.permission_set_arn).is_some()
    }

    /// How long sessions of a permission set last, as ISO 8601 has it.
    pub fn sessions_last(&mut self, permission_set: &str, duration: &str) {
        if let Some(set) = self.world.permission_sets.by_arn.get_mut(permission_set) {
            duration.clone_into(&mut set.session_duration);
        }
    }

    /// Every session that was opened, oldest first.
    pub fn sessions(&self) -> &[Session] {
        &self.world.live_sessions
    }

    /// Why a session could not act at this moment, which is past, if it could not.
    pub fn ended_at(&self, session: &Session, at: Millis) -> Option<Ended> {
        self.world.ended_at(session, at)
    }

    /// When the policy that denies sessions was written, and each text.
    pub fn denying(&self) -> &[(Millis, String)] {
        self.world.policies.by_id.get(PREPARED).map_or(&[], |policy| &policy.versions)
    }

    /// Whether any assignment operation is under way.
    pub fn is_busy(&self) -> bool {
        self.world.is_busy()
    }

    /// The company as `GET /control/directory` shows it.
    pub fn company(&self) -> serde_json::Value {
        crate::control::company(&self.world)
    }
}

/// The assignment of a user, by ids.
pub fn of_user(user: &str, account: &str, permission_set: &str) -> Tuple {
    Tuple {
        account_id: account.to_owned(),
        permission_set_arn: permission_set.to_owned(),
        principal_type: PrincipalType::User,
        principal_id: user.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::sigv4::{self, SigningKey, sign};
    use crate::seed::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
    use crate::world::permission_sets::INSTANCE_ARN;

    fn call(organization: &mut Organization, at: Millis, operation: &str, body: &str) -> Handled {
        let key = SigningKey {
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret: SECRET_ACCESS_KEY.to_owned(),
            session_token: None,
        };
        let target = format!("SWBExternalService.{operation}");
        let extra = [("x-amz-target", target.as_str())];
        let signed = sigv4::Request { method: "POST", path: "/", query: "", body: body.as_bytes() };
        let mut headers = sign(signed, "aws.test", &extra, "us-east-1", "sso", &key, at);
        headers.extend([("x-amz-target".to_owned(), target.clone()), ("host".to_owned(), "aws.test".to_owned())]);
        let body = body.as_bytes();
        organization.handle(&Request { method: "POST", path: "/", query: "", headers: &headers, body })
    }

    #[test]
    fn an_assignment_comes_when_the_clock_was_turned_to_its_moment() {
        let start = Millis(1_772_442_000_000);
        let mut organization = Organization::new(Profile::Instant, 7, start);
        organization.settings().latency_median_seconds = 2.0;
        organization.settings().latency_sigma = 0.0;
        let company = organization.company();
        let text = |list: &str, field: &str| company[list][0][field].as_str().unwrap().to_owned();
        let (user, account, set) = (text("users", "id"), text("accounts", "id"), text("permission_sets", "arn"));
        let tuple = of_user(&user, &account, &set);
        assert!(!organization.exists(&tuple));
        let body = serde_json::json!({
            "InstanceArn": INSTANCE_ARN, "TargetType": "AWS_ACCOUNT", "TargetId": account,
            "PermissionSetArn": set, "PrincipalType": "USER", "PrincipalId": user,
        });
        let handled = call(&mut organization, start, "CreateAccountAssignment", &body.to_string());
        assert_eq!(handled.answer.unwrap().status, 200);
        organization.turn_to(start.plus_seconds(1.9));
        assert!(!organization.exists(&tuple));
        organization.turn_to(start.plus_seconds(10.0));
        let interval = organization.intervals().iter().find(|interval| interval.tuple == tuple).unwrap();
        assert_eq!(interval.from, start.plus_seconds(2.0));
    }

    #[test]
    fn a_call_that_is_not_signed_at_this_time_is_refused() {
        let start = Millis(1_772_442_000_000);
        let mut organization = Organization::new(Profile::Instant, 7, start);
        let late = start.plus_seconds(600.0);
        for (at, status) in [(start, 200), (late, 400)] {
            let handled = call(&mut organization, at, "ListInstances", "{}");
            assert_eq!(handled.answer.unwrap().status, status);
        }
    }
}
