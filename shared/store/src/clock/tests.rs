use std::sync::Mutex;

use super::*;

const SECOND: i64 = 1_000_000;
/// Some morning.
const WALL: i64 = 1_772_442_000 * SECOND;

/// A host whose clocks are set by hand.
#[derive(Debug)]
struct Toy(Mutex<Reading>);

impl Toy {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Reading { wall_us: WALL, running_us: 77 * SECOND })))
    }

    fn pass(&self, us: i64) -> Reading {
        let mut now = self.0.lock().unwrap();
        now.wall_us += us;
        now.running_us += us;
        *now
    }

    fn set_wall(&self, by: i64) {
        self.0.lock().unwrap().wall_us += by;
    }
}

impl Host for Toy {
    fn read(&self) -> Reading {
        *self.0.lock().unwrap()
    }

    fn running_us(&self) -> i64 {
        self.read().running_us
    }
}

/// Asks a Postgres that is `ahead` of the first wall clock; the answer takes `round`, half of it each way.
fn ask(clock: &Clock, toy: &Toy, passed: i64, ahead: i64, round: i64) -> Lesson {
    let before = toy.read();
    let after = toy.pass(round);
    let Source::System(system) = &clock.0 else { unreachable!("a system clock") };
    system.change(|line, _| line.learn(before, WALL + passed + ahead + round / 2, after))
}

fn on(toy: &Arc<Toy>) -> Clock {
    Clock::of(Box::new(Arc::clone(toy)))
}

fn us(clock: &Clock) -> i64 {
    clock.now().as_microsecond() - WALL
}

fn seconds(duration: SignedDuration) -> f64 {
    duration.as_secs_f64()
}

#[test]
fn a_wall_clock_that_is_set_by_an_hour_moves_nothing_and_is_told_once() {
    for hours in [-1, 1] {
        let toy = Toy::new();
        let clock = on(&toy);
        ask(&clock, &toy, 0, 0, 1000);
        assert_eq!(clock.look(), None);
        toy.pass(10 * SECOND);
        toy.set_wall(hours * 3600 * SECOND);
        assert_eq!(us(&clock), 10 * SECOND + 1000);
        assert_eq!(clock.look(), Some(SignedDuration::from_hours(hours)));
        assert_eq!(clock.look(), None);
        assert_eq!(us(&clock), 10 * SECOND + 1000);
    }
}

#[test]
fn a_wall_clock_that_is_nudged_is_not_worth_a_word() {
    let toy = Toy::new();
    let clock = on(&toy);
    toy.set_wall(200_000);
    assert_eq!(clock.look(), None);
}

#[test]
fn postgres_time_is_taken_over_and_goes_on_by_the_running_count() {
    let toy = Toy::new();
    let clock = on(&toy);
    let lesson = ask(&clock, &toy, 0, 3600 * SECOND, 2000);
    assert!(lesson.first);
    assert_eq!(seconds(lesson.skew).round() as i64, -3600);
    assert_eq!(us(&clock), 3600 * SECOND + 2000);
    toy.pass(5 * SECOND);
    assert_eq!(us(&clock), 3605 * SECOND + 2000);
}

#[test]
fn what_lies_within_the_round_trip_leaves_the_hosts_own_clock_in_use() {
    let toy = Toy::new();
    let clock = on(&toy);
    let lesson = ask(&clock, &toy, 0, 9_000, 20_000);
    assert_eq!((lesson.moved, lesson.skew), (SignedDuration::ZERO, SignedDuration::ZERO));
    assert_eq!(us(&clock), 20_000);
    assert!(lesson.within >= SignedDuration::from_millis(20), "{lesson:?}");
}

#[test]
fn a_slow_answer_does_not_spoil_what_is_known_better() {
    let toy = Toy::new();
    let clock = on(&toy);
    ask(&clock, &toy, 0, 100 * SECOND, 1000);
    let known = us(&clock) - 1000;
    let passed = toy.pass(SECOND).wall_us - WALL;
    let slow = ask(&clock, &toy, passed, 100 * SECOND + 400_000, 2 * SECOND);
    assert_eq!(slow.moved, SignedDuration::ZERO);
    assert_eq!(us(&clock) - 1000, known + 3 * SECOND);
}

#[test]
fn postgres_decides_when_its_own_clock_is_set() {
    let toy = Toy::new();
    let clock = on(&toy);
    ask(&clock, &toy, 0, 0, 1000);
    let passed = toy.pass(SECOND).wall_us - WALL;
    let lesson = ask(&clock, &toy, passed, -30 * SECOND, 1000);
    assert_eq!(seconds(lesson.moved).round() as i64, -30);
    assert!(!lesson.first);
}

#[test]
fn a_clock_is_doubted_until_it_was_learned_and_again_when_that_is_long_ago() {
    let toy = Toy::new();
    let clock = on(&toy);
    assert_eq!(clock.doubt(), Some(Doubt::NeverLearned));
    ask(&clock, &toy, 0, 0, 1000);
    assert_eq!(clock.doubt(), None);
    toy.pass(300 * SECOND);
    assert_eq!(clock.doubt(), None);
    toy.pass(SECOND);
    assert!(matches!(clock.doubt(), Some(Doubt::Stale(_))), "{:?}", clock.doubt());
    let passed = toy.read().wall_us - WALL;
    ask(&clock, &toy, passed, 0, 1000);
    assert_eq!(clock.doubt(), None);
}

#[test]
fn a_host_far_from_postgres_is_doubted_whoever_is_wrong() {
    for ahead in [-61, 61] {
        let toy = Toy::new();
        let clock = on(&toy);
        ask(&clock, &toy, 0, ahead * SECOND, 1000);
        assert_eq!(clock.doubt(), Some(Doubt::Skewed(SignedDuration::from_secs(-ahead))), "{ahead}");
    }
    let toy = Toy::new();
    let clock = on(&toy);
    ask(&clock, &toy, 0, 59 * SECOND, 1000);
    assert_eq!(clock.doubt(), None);
    toy.set_wall(-3600 * SECOND);
    assert!(matches!(clock.doubt(), Some(Doubt::Skewed(_))), "a jump counts at once");
}

#[test]
fn a_manual_clock_is_never_in_doubt_and_stands_still() {
    let clock = Clock::manual(moment(WALL));
    assert_eq!((clock.doubt(), clock.look(), us(&clock)), (None, None, 0));
    clock.advance(SignedDuration::from_secs(2));
    assert_eq!(us(&clock), 2 * SECOND);
}

#[test]
fn this_hosts_clocks_go_on_together() {
    let (first, second) = (Here.read(), Here.read());
    assert!(second.running_us >= first.running_us);
    let apart = (second.wall_us - first.wall_us) - (second.running_us - first.running_us);
    assert!(apart.abs() < 250_000, "{apart} us apart");
}

fn manual() -> Clock {
    Clock::manual("2026-03-02T09:00:00Z".parse().unwrap())
}

#[tokio::test]
async fn who_sleeps_by_a_manual_clock_wakes_when_it_was_turned_far_enough() {
    let clock = manual();
    let mut sleeping = pin!(clock.sleep(Duration::from_secs(10)));
    for (turned, awake) in [(0, false), (9, false), (1, true)] {
        clock.advance(SignedDuration::from_secs(turned));
        let woke = tokio::time::timeout(Duration::from_millis(20), &mut sleeping).await.is_ok();
        assert_eq!(woke, awake, "{turned}");
    }
}

#[tokio::test]
async fn what_takes_longer_than_it_may_comes_to_nothing() {
    let clock = Clock::system();
    assert_eq!(clock.within(Duration::from_secs(60), async { 7 }).await, Some(7));
    assert_eq!(clock.within(Duration::from_millis(5), std::future::pending::<()>()).await, None);
}
