//! Between two units of work others may run, a commit may be refused, and an answer to one may be lost.

use domain::fact::Occurred;
use store::StoreError;
use store::seam::{Open, Passing, Seam, away};

use crate::stage::{Stage, TaskId};

/// A unit of work that is open.
#[derive(Debug)]
struct Unit(Stage, Option<TaskId>);

impl Drop for Unit {
    fn drop(&mut self) {
        let Some(task) = self.1 else { return };
        if let Some(units) = self.0.state().open.get_mut(&task) {
            *units = units.saturating_sub(1);
        }
    }
}

impl Seam for Stage {
    fn begins(&self) -> Passing<'_, Open> {
        Box::pin(async move {
            self.point("point").await;
            let mut state = self.state();
            let task = state.current.map(|(task, _)| task);
            if task.is_some() && (state.away_until().is_some() || state.loses(|chaos| chaos.lost_begin)) {
                state.note(|| "postgres is away".to_owned());
                return Err(away());
            }
            if let Some(task) = task {
                *state.open.entry(task).or_default() += 1;
            }
            drop(state);
            let unit: Open = Box::new(Unit(self.clone(), task));
            Ok(unit)
        })
    }

    fn reads(&self) -> Result<(), StoreError> {
        let state = self.state();
        if state.current.is_some() && state.away_until().is_some() { Err(away()) } else { Ok(()) }
    }

    fn commits(&self, _: &[Occurred]) -> Result<(), StoreError> {
        let mut state = self.state();
        let Some((_, process)) = state.current else { return Ok(()) };
        if state.loses(|chaos| chaos.crash_in_commit) {
            state.note(|| format!("process {process} dies before it commits"));
            state.processes.dies(process);
            return Err(away());
        }
        if state.away_until().is_some() || state.loses(|chaos| chaos.refused_commit) {
            state.note(|| "a commit is refused".to_owned());
            return Err(away());
        }
        Ok(())
    }

    fn committed<'a>(&'a self, facts: &'a [Occurred]) -> Passing<'a, ()> {
        Box::pin(async move {
            let lost = {
                let mut state = self.state();
                state.tell(facts);
                state.current.is_some() && state.loses(|chaos| chaos.unheard_commit)
            };
            self.point("point").await;
            if lost {
                self.state().note(|| "a commit is not heard of".to_owned());
                return Err(away());
            }
            Ok(())
        })
    }
}
