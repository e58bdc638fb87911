//! A plain on-call schedule: people in turn, and shifts that override the turn.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::UserId;

/// People on duty one after the other, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// In this order.
    pub users: Vec<UserId>,
    /// When the first one's turn begins.
    pub from: Timestamp,
    /// How long a turn is, in hours.
    pub hours: u32,
}

/// Somebody on duty for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Who.
    pub user: UserId,
    /// Its begin.
    pub from: Timestamp,
    /// Its end, after its begin.
    pub until: Timestamp,
}

/// An on-call schedule without its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleSpec {
    /// What people call it, 1 to 200 characters.
    pub name: String,
    /// The turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<Rotation>,
    /// Shifts; while one lasts, the turn does not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<Shift>,
}

impl ScheduleSpec {
    /// Who is on duty at a moment.
    #[must_use]
    pub fn on_duty(&self, at: Timestamp) -> Vec<UserId> {
        let shifts: Vec<UserId> =
            self.shifts.iter().filter(|s| s.from <= at && at < s.until).map(|s| s.user.clone()).collect();
        if shifts.is_empty() { self.turn(at).into_iter().collect() } else { shifts }
    }

    fn turn(&self, at: Timestamp) -> Option<UserId> {
        let rotation = self.rotation.as_ref()?;
        let since = at.duration_since(rotation.from);
        let turn = SignedDuration::from_hours(i64::from(rotation.hours.max(1)));
        if since.is_negative() {
            return None;
        }
        let count = usize::try_from(since.as_secs() / turn.as_secs()).ok()?;
        rotation.users.get(count % rotation.users.len().max(1)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_take_turns_and_shifts_override_them() {
        let user = |n: u8| UserId::parse(format!("00000000-0000-4000-8000-0000000000{n:02x}")).unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let schedule = ScheduleSpec {
            name: "payments".to_owned(),
            rotation: Some(Rotation { users: vec![user(1), user(2)], from: at("2026-11-02T08:00:00Z"), hours: 168 }),
            shifts: vec![Shift { user: user(3), from: at("2026-11-10T00:00:00Z"), until: at("2026-11-11T00:00:00Z") }],
        };
        for (moment, who) in [
            ("2026-11-02T07:59:59Z", vec![]),
            ("2026-11-02T08:00:00Z", vec![user(1)]),
            ("2026-11-09T08:00:00Z", vec![user(2)]),
            ("2026-11-10T12:00:00Z", vec![user(3)]),
            ("2026-11-11T00:00:00Z", vec![user(2)]),
            ("2026-11-16T08:00:00Z", vec![user(1)]),
        ] {
            assert_eq!(schedule.on_duty(at(moment)), who, "{moment}");
        }
    }
}
