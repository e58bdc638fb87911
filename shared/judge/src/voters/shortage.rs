//! Whether enough different people could vote at all, so that submitting can say so at once.

use domain::UserId;
use domain::approval::{Need, can_be_met};
use serde::Serialize;
use store::{PgConnection, StoreError, directory};

use super::Roll;

/// A stage that nobody could meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shortage {
    /// What demands the approval.
    pub because: String,
    /// The stage by its place, from 0.
    pub stage: usize,
    /// How many people it needs who count in no stage before it.
    pub needed: u8,
    /// How many could be found.
    pub there: u8,
}

/// The first stage of each need that cannot be met by active people who may vote, those to whom it escalates included.
/// Who is on duty by a schedule that cannot be asked is not known; such a stage counts as met.
pub(super) async fn shortages(
    connection: &mut PgConnection,
    roll: &Roll,
    needs: &[Need],
) -> Result<Vec<Shortage>, StoreError> {
    let mut found = Vec::new();
    for need in needs {
        let mut stages = Vec::new();
        for (place, stage) in need.policy.stages.iter().enumerate() {
            let (mut people, schedules) = roll.people(stage, need.policy.owners, true);
            let mut unknown = false;
            for schedule in schedules {
                match roll.duty.get(schedule) {
                    Some(Ok(on_duty)) => people.users.extend(on_duty.iter().cloned()),
                    Some(Err(_)) | None => unknown = true,
                }
            }
            if unknown {
                continue;
            }
            let barred: Vec<UserId> = roll.barred.iter().cloned().collect();
            let active = directory::active_among(connection, &people.groups, &people.users, &barred).await?;
            let needed = stage.votes.max(1);
            stages.push((needed, active));
            if !can_be_met(&stages) {
                let there = there(&mut stages, needed);
                found.push(Shortage { because: need.because.clone(), stage: place, needed, there });
                break;
            }
        }
    }
    Ok(found)
}

/// The most votes that the last of these stages could get.
fn there(stages: &mut [(u8, Vec<UserId>)], needed: u8) -> u8 {
    let most = (1..needed).rev().find(|votes| {
        if let Some((last, _)) = stages.last_mut() {
            *last = *votes;
        }
        can_be_met(stages)
    });
    most.unwrap_or(0)
}
