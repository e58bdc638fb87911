//! More of everything, the same in every run.

use serde_json::{Map, Value, json};

use super::company::account_number;
use super::{FOUNDED, MAIL_DOMAIN, hex_of, store_id_of};
use crate::control::Size;
use crate::world::World;
use crate::world::directory::{Group, Membership, User};
use crate::world::organization::{Account, Unit};
use crate::world::permission_sets::{PermissionSet, Policies, arn_of};

const ORDINARY: usize = 10;
const ENVIRONMENTS: [&str; 4] = ["production", "staging", "development", "sandbox"];

/// Grows the world to this size.
pub fn grow(world: &mut World, size: Size) {
    grow_organization(world, size);
    grow_people(world, size);
    for number in world.permission_sets.by_arn.len()..size.permission_sets {
        let name = format!("Access{number:04}");
        let arn = arn_of(&hex_of("permission-set", &name, 16));
        let policies = Policies {
            inline: format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::bucket-{number}/*"}}]}}"#
            ),
            managed: ["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()].into(),
            ..Policies::default()
        };
        let set = PermissionSet {
            arn: arn.clone(),
            name,
            description: Some(format!("What team {number} needs")),
            session_duration: "PT1H".to_owned(),
            relay_state: None,
            created: FOUNDED,
            tags: vec![("managed-by".to_owned(), "platform".to_owned())],
            policies,
            inline_changed: FOUNDED,
        };
        world.permission_sets.by_arn.insert(arn, set);
    }
}

fn grow_organization(world: &mut World, size: Size) {
    let root = world.organization.root_id.clone();
    let mut grown: Vec<String> = Vec::new();
    for number in world.organization.units.len()..size.units {
        // Ten below the root, five below each of these, and so on: no more than four below one another.
        let parent = match grown.len() {
            0..10 => root.clone(),
            have => grown.get((have - 10) / 6).cloned().unwrap_or_else(|| root.clone()),
        };
        let name = format!("Unit {number}");
        let id = format!("ou-hf01-{}", hex_of("unit", &format!("{parent}/{name}"), 8));
        world.organization.units.insert(id.clone(), Unit { id: id.clone(), name, parent, tags: Vec::new() });
        grown.push(id);
    }
    let units: Vec<String> = world.organization.units.keys().cloned().collect();
    for number in world.organization.accounts.len()..size.accounts {
        let name = format!("workload-{number}");
        let environment = ENVIRONMENTS.get(number % ENVIRONMENTS.len()).copied().unwrap_or_default();
        let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let id = account_number(world.seed, &name);
        let account = Account {
            id: id.clone(),
            email: format!("aws+{name}@{MAIL_DOMAIN}"),
            parent: units.get(number % units.len().max(1)).cloned().unwrap_or_else(|| root.clone()),
            suspended: false,
            joined: FOUNDED,
            tags: vec![tag("environment", environment), tag("team", &format!("team-{}", number % 200))],
            name,
        };
        world.organization.accounts.insert(id, account);
    }
}

fn grow_people(world: &mut World, size: Size) {
    let mut people: Vec<String> = world.directory.users.keys().cloned().collect();
    for number in people.len()..size.users {
        let user_name = format!("person.{number}");
        let attributes = json!({
            "DisplayName": format!("Person {number}"),
            "Name": {"GivenName": "Person", "FamilyName": number.to_string()},
            "Emails": [{"Value": format!("{user_name}@{MAIL_DOMAIN}"), "Type": "work", "Primary": true}],
            "Title": "Engineer",
        });
        let id = store_id_of("user", &user_name);
        let user = User {
            id: id.clone(),
            user_name,
            enabled: true,
            attributes: if let Value::Object(map) = attributes { map } else { Map::new() },
            manager: people.get(number / 12).cloned(),
            created: FOUNDED,
            updated: FOUNDED,
        };
        world.directory.users.insert(id.clone(), user);
        people.push(id);
    }
    let first = world.directory.groups.len();
    for number in first..size.groups {
        let display_name = format!("team-{number}");
        let id = store_id_of("group", &display_name);
        let group = Group { id: id.clone(), display_name, description: None, created: FOUNDED, updated: FOUNDED };
        world.directory.groups.insert(id.clone(), group);
        let members = if number - first < size.large_groups { size.large } else { ORDINARY };
        for place in 0..members.min(people.len()) {
            let Some(user_id) = people.get((number * 7 + place) % people.len()) else { continue };
            let membership = store_id_of("membership", &format!("{id}/{user_id}"));
            world.directory.memberships.insert(
                membership.clone(),
                Membership { id: membership, group_id: id.clone(), user_id: user_id.clone(), created: FOUNDED },
            );
        }
    }
}
