//! Whose access was taken away has no session any more that can act, by the policies as they were at each moment; nobody
//! else is denied anything; and in the end nobody is.

use domain::Fact;
use domain::fact::Evidence;
use domain::grant::EndReason;
use domain::sessions::CutSessions;
use domain::sessions::policy::{SERVICE_CONTROL_POLICY, render, same};
use jiff::{SignedDuration, Timestamp};
use simulator::inside::Organization;
use simulator::{Ended, Millis, Session};

use super::{Case, Life};
use crate::more::POLICY_LAG;
use crate::process::Kind;

/// A writer that died has its lease for so long.
const WRITERS_LEASE: SignedDuration = SignedDuration::from_secs(45);

/// A cut as it was told.
struct Cut<'a> {
    life: &'a Life,
    told: Timestamp,
    before: Timestamp,
}

pub fn check(case: &Case<'_>, aws: &Organization) -> Vec<String> {
    if case.plan.more.cutters == 0 {
        return Vec::new();
    }
    let cuts: Vec<Cut<'_>> = case
        .told
        .iter()
        .filter_map(|told| match &told.occurred.fact {
            Fact::SessionsCut { grant, cut_before, .. } => {
                case.lives.get(grant).map(|life| Cut { life, told: told.at, before: *cut_before })
            }
            _ => None,
        })
        .collect();
    let mut broken: Vec<String> = case.lives.values().filter_map(|life| is_not_cut(case, &cuts, life)).collect();
    for session in aws.sessions() {
        broken.extend(acts(aws, &cuts, session));
        broken.extend(is_wronged(case, aws, &cuts, session));
    }
    let last = aws.denying().last().map_or("", |(_, text)| text.as_str());
    if !same(last, &render(&[], SERVICE_CONTROL_POLICY).content) {
        broken.push(format!("somebody is denied in the end: {last}"));
    }
    broken
}

/// Whatever was taken away by somebody is told to be cut in time.
fn is_not_cut(case: &Case<'_>, cuts: &[Cut<'_>], life: &Life) -> Option<String> {
    let (ended, Evidence::DeletedAndReadBack { .. } | Evidence::AbsentTwice { .. }) = life.ended.as_ref()? else {
        return None;
    };
    let asks = life.reason.is_some_and(|reason: EndReason| CutSessions::OnRevoke.applies(reason));
    // Each writer that dies on the way holds the next one off for a lease.
    let lost = case.troubles_of(Kind::Cutter, *ended, case.settled_by(*ended + WRITERS_LEASE));
    let by = case.settled_by(*ended + WRITERS_LEASE * i32::try_from(lost + 1).unwrap_or(i32::MAX));
    let in_time = cuts.iter().any(|cut| cut.life.grant == life.grant && cut.told <= by);
    (asks && !in_time).then(|| format!("its sessions are not cut by {by}: {life:?}"))
}

/// A session from before a cut cannot act once that was told.
fn acts(aws: &Organization, cuts: &[Cut<'_>], session: &Session) -> Option<String> {
    let cut = cuts.iter().find(|cut| is_of(session, cut.life) && issued(session) < cut.before)?;
    let from = Millis((cut.told + POLICY_LAG).as_millisecond());
    let until = session.expires.0;
    let writes = aws.denying().iter().map(|(at, _)| at.plus_seconds(POLICY_LAG.as_secs_f64()));
    let looks = writes.chain([from, Millis(until - 1)]).filter(|at| *at >= from && at.0 < until);
    let acts = looks.filter(|at| aws.ended_at(session, *at).is_none()).min()?;
    Some(format!("can act at {acts:?} though it was cut at {}: {session:?} {:?}", cut.told, cut.life))
}

/// A session of somebody whose access was not taken away since can act until it runs out.
fn is_wronged(case: &Case<'_>, aws: &Organization, cuts: &[Cut<'_>], session: &Session) -> Option<String> {
    let is_over = |life: &&Life| life.ended.as_ref().is_some_and(|(ended, _)| *ended >= issued(session));
    let cut = cuts.iter().map(|cut| cut.life).chain(case.lives.values().filter(|life| life.reason.is_some()));
    if cut.filter(is_over).any(|life| is_of(session, life)) {
        return None;
    }
    let writes = aws.denying().iter().map(|(at, _)| at.plus_seconds(POLICY_LAG.as_secs_f64()));
    let mut looks = writes.filter(|at| *at >= session.issued && *at < session.expires);
    let denied = looks.find(|at| aws.ended_at(session, *at).is_some_and(|ended| ended != Ended::Expired))?;
    Some(format!("is denied at {denied:?} and nothing of it was taken away: {session:?}"))
}

fn is_of(session: &Session, life: &Life) -> bool {
    session.user_id == life.tuple.principal.as_str()
        && session.account_id == life.tuple.account.as_str()
        && session.permission_set_arn == life.tuple.permission_set.as_str()
}

fn issued(session: &Session) -> Timestamp {
    Timestamp::from_millisecond(session.issued.0).unwrap_or(Timestamp::MIN)
}
