//! The report as text.

use std::fmt;

use super::{Difference, Effect, PolicyReport, Report};
use crate::{Adopted, AdoptedState};

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TeamAllowed => "TEAM allowed",
            Self::CurfewAllows => "Curfew allows",
            Self::Changed => "changed",
            Self::LeftOut => "left out",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.effect, self.words)
    }
}

impl fmt::Display for Adopted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.state {
            AdoptedState::Scheduled => format!("from {} ", self.start_at),
            AdoptedState::Granting => "being given, ".to_owned(),
            AdoptedState::Active => String::new(),
        };
        write!(
            f,
            "{} has {} in {} ({}), {how}until {} (request {})",
            self.user_name,
            self.permission_set_name,
            self.account_name,
            self.tuple.account,
            self.deadline_at,
            self.external_id
        )?;
        match &self.remark {
            Some(remark) => write!(f, ": {remark}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for warning in &self.warnings {
            writeln!(f, "WARNING: {warning}")?;
        }
        if !self.orphans.is_empty() {
            writeln!(f, "Sessions that cannot be adopted: end them before TEAM is switched off")?;
            for orphan in &self.orphans {
                writeln!(
                    f,
                    "  {} ({}): {}, {} in {}: {}",
                    orphan.external_id,
                    orphan.status,
                    orphan.user_name,
                    orphan.permission_set,
                    orphan.account,
                    orphan.why
                )?;
            }
        }
        if !self.doubtful.is_empty() {
            writeln!(f, "Access that TEAM may have left behind: look in AWS whether it is there")?;
            for doubtful in &self.doubtful {
                writeln!(f, "  {}; {} ({})", doubtful.adopted, doubtful.why, doubtful.status)?;
            }
        }
        writeln!(f, "Sessions adopted as grants: {}", self.adopted.len())?;
        for adopted in &self.adopted {
            writeln!(f, "  {adopted}")?;
        }
        if !self.pending.is_empty() {
            writeln!(f, "Undecided requests, to be asked again in Curfew: {}", self.pending.len())?;
            for (id, who) in &self.pending {
                writeln!(f, "  {id}: {who}")?;
            }
        }
        section(f, "Policies", &self.policies)?;
        section(f, "Approvers", &self.approvers)?;
        writeln!(f, "Everywhere")?;
        for difference in &self.everywhere {
            writeln!(f, "    {difference}")?;
        }
        let total: u64 = self.requests.values().sum();
        writeln!(f, "Requests kept as history: {total}")?;
        for (status, count) in &self.requests {
            writeln!(f, "  {status}: {count}")?;
        }
        Ok(())
    }
}

fn section(f: &mut fmt::Formatter<'_>, title: &str, rows: &[PolicyReport]) -> fmt::Result {
    let made = rows.iter().filter(|row| row.document.is_some()).count();
    writeln!(f, "{title}: {made} of {} taken over", rows.len())?;
    for row in rows {
        writeln!(f, "  {} ({}): {}", row.name, row.team_id, row.says)?;
        for difference in &row.differences {
            writeln!(f, "    {difference}")?;
        }
    }
    Ok(())
}
