//! The navigation: which rooms there are for whom, and where a new one belongs. What everybody does all day stands in the
//! line; what is rarer stands in a menu below what it is about.

use super::visit::{SignedIn, Visit};
use crate::texts::Texts;

/// What stands in the line: a room, or a menu of some.
pub(super) struct Door {
    /// What the menu is called; none where it is one room.
    pub menu: Option<&'static str>,
    pub rooms: Vec<Room>,
}

/// A room of the portal.
pub(super) struct Room {
    pub place: &'static str,
    pub name: &'static str,
    /// What `aria-current` says: `page` for the page itself, `true` for one that stands below it.
    pub here: Option<&'static str>,
}

impl Door {
    /// Whether somebody is in one of its rooms.
    pub(super) fn is_here(&self) -> bool {
        self.rooms.iter().any(|room| room.here.is_some())
    }
}

pub(super) fn doors(visit: &Visit, me: Option<&SignedIn>) -> Vec<Door> {
    let who = match me {
        Some(me) if me.reads_all() => Who::Oversees,
        Some(me) if me.owner => Who::Owns,
        Some(_) | None => Who::Asks,
    };
    all(visit.request.path(), who, visit.t())
}

/// Whose rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Asks,
    Owns,
    Oversees,
}

fn all(here: &str, who: Who, t: Texts) -> Vec<Door> {
    let room = |place: &'static str, name: &'static str| Room { place, name, here: current(place, here) };
    let alone = |place, name| Door { menu: None, rooms: vec![room(place, name)] };
    let mut doors = vec![
        alone("/", t.nav_home()),
        alone("/ask", t.nav_ask()),
        alone("/approvals", t.nav_approvals()),
        alone("/access", t.nav_access()),
        alone("/history", t.nav_history()),
    ];
    match who {
        Who::Asks => {}
        Who::Owns => doors.push(alone("/accounts", t.nav_accounts())),
        Who::Oversees => doors.extend([
            Door {
                menu: Some(t.nav_directory()),
                rooms: vec![
                    room("/accounts", t.nav_accounts()),
                    room("/people", t.nav_people()),
                    room("/who", t.who_title()),
                ],
            },
            Door {
                menu: Some(t.nav_setup()),
                rooms: vec![room("/policy/rules", t.nav_rules()), room("/settings", t.nav_settings())],
            },
            Door {
                menu: Some(t.nav_oversight()),
                rooms: vec![room("/operations", t.nav_operations()), room("/log", t.nav_audit_log())],
            },
            // Nobody looks for it in a menu at three in the morning.
            alone("/emergency", t.nav_emergency()),
        ]),
    }
    doors
}

/// What stands below a room is in it.
fn current(place: &str, here: &str) -> Option<&'static str> {
    let below = |above: &str| here.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let inside = match place {
        "/" => false,
        "/policy/rules" => ["/policy", "/rules", "/changes"].into_iter().any(below),
        "/people" => ["/people", "/groups"].into_iter().any(below),
        _ => below(place),
    };
    if here == place { Some("page") } else { inside.then_some("true") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_room_at_most_is_where_somebody_is_and_no_place_has_two_doors() {
        for here in
            ["/", "/ask", "/policy/rules", "/policy/freezes/1/edit", "/rules", "/people/1", "/groups/1", "/emergency/1"]
        {
            let doors = all(here, Who::Oversees, Texts::default());
            let rooms: Vec<&Room> = doors.iter().flat_map(|door| &door.rooms).collect();
            assert_eq!(rooms.iter().filter(|room| room.here.is_some()).count(), 1, "{here}");
            let places: std::collections::BTreeSet<_> = rooms.iter().map(|room| room.place).collect();
            assert_eq!(places.len(), rooms.len());
        }
    }

    #[test]
    fn what_begins_like_a_room_is_not_in_it() {
        assert_eq!(current("/people", "/people"), Some("page"));
        assert_eq!(current("/people", "/people/1"), Some("true"));
        assert_eq!(current("/people", "/peoples"), None);
        assert_eq!(current("/", "/ask"), None);
    }

    #[test]
    fn whoever_oversees_nothing_has_no_menu() {
        for who in [Who::Asks, Who::Owns] {
            assert!(all("/", who, Texts::default()).iter().all(|door| door.menu.is_none()), "{who:?}");
        }
    }
}
