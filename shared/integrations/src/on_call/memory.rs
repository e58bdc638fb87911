//! Answers, for as long as they are good: a busy hour asks the same schedule again and again, and the service counts.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::OnCallPerson;

/// Schedules that are remembered at once.
const MOST: usize = 1_000;

#[derive(Debug)]
pub(super) struct Memory {
    good_for: Duration,
    answers: Mutex<HashMap<String, Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    until: Instant,
    people: Vec<OnCallPerson>,
}

impl Memory {
    pub(super) fn new(good_for: Duration) -> Self {
        Self { good_for, answers: Mutex::default() }
    }

    pub(super) fn recall(&self, schedule: &str, at: Instant) -> Option<Vec<OnCallPerson>> {
        let answers = self.answers();
        answers.get(schedule).filter(|known| at < known.until).map(|known| known.people.clone())
    }

    /// An answer is good for its time, but not past the moment at which somebody in it goes off call.
    pub(super) fn remember(&self, schedule: &str, people: &[OnCallPerson], at: Instant, now: Timestamp) {
        let change = people.iter().filter_map(|person| person.until).min();
        let left = change.map_or(self.good_for, |change| change.duration_since(now).try_into().unwrap_or_default());
        let until = at + self.good_for.min(left);
        let mut answers = self.answers();
        answers.retain(|_, known| at < known.until);
        if at < until && answers.len() < MOST {
            answers.insert(schedule.to_owned(), Remembered { until, people: people.to_vec() });
        }
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<String, Remembered>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T08:00:00Z";

    fn person(until: Option<&str>) -> OnCallPerson {
        let until = until.map(|until| until.parse().unwrap());
        OnCallPerson { email: "ann@example.com".to_owned(), name: "Ann".to_owned(), until }
    }

    /// Seconds for which an answer with these people is remembered.
    fn remembered(good_for: u64, people: &[OnCallPerson]) -> u64 {
        let memory = Memory::new(Duration::from_secs(good_for));
        let at = Instant::now();
        memory.remember("P1", people, at, NOW.parse().unwrap());
        (0..=100).find(|s| memory.recall("P1", at + Duration::from_secs(*s)).is_none()).unwrap()
    }

    #[test]
    fn an_answer_is_good_for_its_time_and_not_past_the_next_change() {
        let table = [
            (30, vec![], 30),
            (30, vec![person(None)], 30),
            (30, vec![person(Some("2026-11-21T09:00:00Z"))], 30),
            (30, vec![person(Some("2026-11-21T09:00:00Z")), person(Some("2026-11-21T08:00:05Z"))], 5),
            (30, vec![person(Some("2026-11-21T08:00:00Z"))], 0),
            (30, vec![person(Some("2026-11-21T07:00:00Z"))], 0),
            (0, vec![person(None)], 0),
        ];
        for (good_for, people, seconds) in table {
            assert_eq!(remembered(good_for, &people), seconds, "{people:?}");
        }
    }

    #[test]
    fn one_schedule_is_not_taken_for_another_and_there_is_a_bound() {
        let memory = Memory::new(Duration::from_secs(30));
        let at = Instant::now();
        for number in 0..2 * MOST {
            memory.remember(&format!("P{number}"), &[], at, NOW.parse().unwrap());
        }
        assert_eq!(memory.answers().len(), MOST);
        assert!(memory.recall("P0", at).is_some() && memory.recall("p0", at).is_none());
        let later = at + Duration::from_secs(31);
        memory.remember("PX", &[], later, NOW.parse().unwrap());
        assert_eq!(memory.answers().len(), 1);
    }
}
