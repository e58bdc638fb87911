//! What guardrails and freezes say about an access. They are asked whatever the rules say.

use std::borrow::Cow;

use jiff::Timestamp;

use super::area::Area;
use super::ask::{Ask, Judged};
use super::book::Book;
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
/// Why it lets this pass, or why not.
type Said = Result<Cow<'static, str>, Cow<'static, str>>;

pub(super) fn judge(book: &Book, ask: &Ask<'_>, place: Place, window: Window) -> Above {
    let mut above = Above { forbids: false, floors: Vec::new(), next_freeze: None, trace: Vec::new() };
    for (guardrail, reach) in &book.guardrails {
        let covers = covers(guardrail, &reach.area, ask, place);
        let said = if covers { covering(book, guardrail, &reach.area, ask) } else { Ok(elsewhere(guardrail)) };
        if covers
            && ask.break_glass.is_none()
            && let Effect::Floor { policy } = &guardrail.spec.effect
        {
            above.floors.extend(book.need(policy, &guardrail.spec.name));
        }
        let (id, name) = (guardrail.id.uuid(), guardrail.spec.name.clone());
        above.note(Kind::Guardrail, id, guardrail.version, name, said);
    }
    for (freeze, reach) in &book.freezes {
        let said = freeze_says(freeze, &reach.area, ask, place, window);
        if reaches(&reach.area, place) && !spared(freeze, ask) && freeze.spec.from > window.start {
            above.next_freeze = Some(above.next_freeze.map_or(freeze.spec.from, |at| at.min(freeze.spec.from)));
        }
        above.note(Kind::Freeze, freeze.id.uuid(), freeze.version, freeze.spec.name.clone(), said);
    }
    above
}

impl Above {
    fn note(&mut self, kind: Kind, id: uuid::Uuid, version: i64, name: String, said: Said) {
        let allows = said.is_ok();
        self.forbids |= !allows;
        let because = said.unwrap_or_else(|why| why);
        self.trace.push(Judged { kind, id, version, name, allows, because });
    }
}

fn reaches(area: &Area, place: Place) -> bool {
    place.is_some_and(|(account, set)| area.holds(account, set))
}

fn covers(guardrail: &Guardrail, area: &Area, ask: &Ask<'_>, place: Place) -> bool {
    let spec = &guardrail.spec;
    spec.enabled && reaches(area, place) && spec.subjects.name(ask.beneficiary.user, ask.beneficiary.groups)
}

fn elsewhere(guardrail: &Guardrail) -> Cow<'static, str> {
    let why = if guardrail.spec.enabled { "it is about something else" } else { "it is switched off" };
    why.into()
}

/// What a guardrail says that covers this.
fn covering(book: &Book, guardrail: &Guardrail, area: &Area, ask: &Ask<'_>) -> Said {
    match &guardrail.spec.effect {
        Effect::Deny { spares_break_glass: true } if ask.break_glass.is_some() => {
            Ok("it denies this, but spares break-glass".into())
        }
        Effect::Deny { .. } => Err("it denies this".into()),
        Effect::Floor { .. } if ask.break_glass.is_some() => Ok("it does not hold up break-glass".into()),
        effect @ Effect::Floor { .. } if book.is_broken(effect) => {
            Err("its approval policy does not exist; nothing passes until it does".into())
        }
        Effect::Floor { .. } => Ok("its approval is needed as well".into()),
        Effect::Cap { concurrent } => {
            let holds = |(account, set)| area.holds(account, set);
            let living = ask.uses.iter().filter(|u| u.ended.is_none());
            let covered = living.filter(|u| book.place(&u.pair.account, &u.pair.permission_set).is_some_and(holds));
            let (found, most) = (covered.count(), *concurrent);
            let told = format!("it allows {most} such accesses at a time, and there are {found}").into();
            if found >= usize::try_from(most).unwrap_or(usize::MAX) { Err(told) } else { Ok(told) }
        }
    }
}

fn spared(freeze: &Freeze, ask: &Ask<'_>) -> bool {
    freeze.spec.spares_break_glass && ask.break_glass.is_some()
}

fn freeze_says(freeze: &Freeze, area: &Area, ask: &Ask<'_>, place: Place, window: Window) -> Said {
    let spec = &freeze.spec;
    if !reaches(area, place) {
        return Ok("it is about something else".into());
    }
    // What is possible at all is not bound to a time.
    if ask.details.is_none() || !window.overlaps(spec.from, spec.until) {
        return Ok(format!("it lasts from {} to {}", spec.from, spec.until).into());
    }
    if spared(freeze, ask) {
        return Ok("it spares break-glass".into());
    }
    Err(format!("nothing is given from {} to {}; ask for a time outside it", spec.from, spec.until).into())
}
