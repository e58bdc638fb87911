//! What guardrails and freezes say about an access. They are asked whatever the rules say.

use jiff::Timestamp;

use super::ask::{Ask, Judged};
use super::book::{Book, Reach};
use super::document::Kind;
use super::guardrail::{Effect, Freeze, Guardrail};
use super::hours::Window;
use crate::approval::Need;

/// What they said together.
pub(super) struct Above {
    pub forbids: bool,
    /// What has to be met as well.
    pub floors: Vec<Need>,
    /// When the next freeze begins that covers the access.
    pub next_freeze: Option<Timestamp>,
    pub trace: Vec<Judged>,
}

type Place = Option<(usize, usize)>;

pub(super) fn judge(book: &Book, ask: &Ask<'_>, place: Place, window: Window) -> Above {
    let mut above = Above { forbids: false, floors: Vec::new(), next_freeze: None, trace: Vec::new() };
    for (guardrail, reach) in &book.guardrails {
        let said = guardrail_says(book, guardrail, reach, ask, place);
        if said.is_ok()
            && covers(guardrail, reach, ask, place)
            && ask.break_glass.is_none()
            && let Effect::Floor { policy } = &guardrail.spec.effect
        {
            above.floors.extend(book.need(policy, &guardrail.spec.name));
        }
        let (id, name) = (guardrail.id.uuid(), guardrail.spec.name.clone());
        above.note(Kind::Guardrail, id, guardrail.version, name, said);
    }
    for (freeze, reach) in &book.freezes {
        let said = freeze_says(freeze, reach, ask, place, window);
        if reaches(reach, place) && !spared(freeze, ask) && freeze.spec.from > window.start {
            above.next_freeze = Some(above.next_freeze.map_or(freeze.spec.from, |at| at.min(freeze.spec.from)));
        }
        above.note(Kind::Freeze, freeze.id.uuid(), freeze.version, freeze.spec.name.clone(), said);
    }
    above
}

impl Above {
    fn note(&mut self, kind: Kind, id: uuid::Uuid, version: i64, name: String, said: Result<String, String>) {
        let allows = said.is_ok();
        self.forbids |= !allows;
        let because = said.unwrap_or_else(|why| why).into();
        self.trace.push(Judged { kind, id, version, name, allows, because });
    }
}

fn reaches(reach: &Reach, place: Place) -> bool {
    place.is_some_and(|(account, set)| reach.holds(account, set))
}

fn covers(guardrail: &Guardrail, reach: &Reach, ask: &Ask<'_>, place: Place) -> bool {
    let spec = &guardrail.spec;
    spec.enabled && reaches(reach, place) && spec.subjects.name(ask.beneficiary.user, ask.beneficiary.groups)
}

/// Why it lets this pass, or why not.
fn guardrail_says(
    book: &Book,
    guardrail: &Guardrail,
    reach: &Reach,
    ask: &Ask<'_>,
    place: Place,
) -> Result<String, String> {
    if !covers(guardrail, reach, ask, place) {
        return Ok("it is about something else".to_owned());
    }
    if book.is_broken(&guardrail.spec.effect) {
        return Err("its approval policy does not exist; nothing passes until it does".to_owned());
    }
    match &guardrail.spec.effect {
        Effect::Deny { spares_break_glass: true } if ask.break_glass.is_some() => {
            Ok("it denies this, but spares break-glass".to_owned())
        }
        Effect::Deny { .. } => Err("it denies this".to_owned()),
        Effect::Floor { .. } if ask.break_glass.is_some() => Ok("it does not hold up break-glass".to_owned()),
        Effect::Floor { .. } => Ok("its approval is needed as well".to_owned()),
        Effect::Cap { concurrent } => {
            let holds = |(account, set)| reach.holds(account, set);
            let living = ask.uses.iter().filter(|u| u.ended.is_none());
            let covered = living.filter(|u| book.place(&u.pair.account, &u.pair.permission_set).is_some_and(holds));
            let (found, most) = (covered.count(), *concurrent);
            if found >= usize::try_from(most).unwrap_or(usize::MAX) {
                Err(format!("it allows {most} such accesses at a time, and there are {found}"))
            } else {
                Ok(format!("it allows {most} such accesses at a time, and there are {found}"))
            }
        }
    }
}

fn spared(freeze: &Freeze, ask: &Ask<'_>) -> bool {
    freeze.spec.spares_break_glass && ask.break_glass.is_some()
}

fn freeze_says(freeze: &Freeze, reach: &Reach, ask: &Ask<'_>, place: Place, window: Window) -> Result<String, String> {
    let spec = &freeze.spec;
    if !reaches(reach, place) {
        return Ok("it is about something else".to_owned());
    }
    // What is possible at all is not bound to a time.
    if ask.details.is_none() || !window.overlaps(spec.from, spec.until) {
        return Ok(format!("it lasts from {} to {}", spec.from, spec.until));
    }
    if spared(freeze, ask) {
        return Ok("it spares break-glass".to_owned());
    }
    Err(format!("nothing is given from {} to {}; ask for a time outside it", spec.from, spec.until))
}
