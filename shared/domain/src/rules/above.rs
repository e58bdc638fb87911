//! What guardrails and freezes say about an access. They are asked whatever the rules say.

use jiff::Timestamp;

use super::area::Area;
use super::ask::{Ask, Judged};
use super::book::Book;
use super::document::Kind;
use super::guardrail::{Effect, Freeze, Guardrail};
use super::hours::Window;
use super::reason::Reason;
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
type Said = Result<Reason, Reason>;

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
        let why = said.unwrap_or_else(|why| why);
        let because = why.words();
        self.trace.push(Judged { kind, id, version, name, allows, because, why: why.alone() });
    }
}

fn reaches(area: &Area, place: Place) -> bool {
    place.is_some_and(|(account, set)| area.holds(account, set))
}

fn covers(guardrail: &Guardrail, area: &Area, ask: &Ask<'_>, place: Place) -> bool {
    let spec = &guardrail.spec;
    spec.enabled && reaches(area, place) && spec.subjects.name(ask.beneficiary.user, ask.beneficiary.groups)
}

fn elsewhere(guardrail: &Guardrail) -> Reason {
    if guardrail.spec.enabled { Reason::SomethingElse } else { Reason::SwitchedOff }
}

/// What a guardrail says that covers this.
fn covering(book: &Book, guardrail: &Guardrail, area: &Area, ask: &Ask<'_>) -> Said {
    match &guardrail.spec.effect {
        Effect::Deny { spares_break_glass: true } if ask.break_glass.is_some() => Ok(Reason::DeniesSparing),
        Effect::Deny { .. } => Err(Reason::Denies),
        Effect::Floor { .. } if ask.break_glass.is_some() => Ok(Reason::FloorSpares),
        effect @ Effect::Floor { .. } if book.is_broken(effect) => Err(Reason::FloorBroken),
        Effect::Floor { .. } => Ok(Reason::Floor),
        Effect::Cap { concurrent } => {
            let holds = |(account, set)| area.holds(account, set);
            let living = ask.uses.iter().filter(|u| u.ended.is_none());
            let covered = living.filter(|u| book.place(&u.pair.account, &u.pair.permission_set).is_some_and(holds));
            let (found, most) = (covered.count(), *concurrent);
            let told = Reason::Cap { most, found };
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
        return Ok(Reason::SomethingElse);
    }
    // What is possible at all is not bound to a time.
    if ask.details.is_none() || !window.overlaps(spec.from, spec.until) {
        return Ok(Reason::FreezeLasts { from: spec.from, until: spec.until });
    }
    if spared(freeze, ask) {
        return Ok(Reason::FreezeSpares);
    }
    Err(Reason::Freeze { from: spec.from, until: spec.until })
}
