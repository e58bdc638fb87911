//! The company's people and groups. Seven of them have short names and a part to play in examples and tests.

use serde_json::{Map, Value, json};

use super::{FOUNDED, MAIL_DOMAIN, store_id_of};
use crate::world::directory::{Directory, Group, Membership, User};

/// User name, given name, family name, title, groups.
const CAST: [(&str, &str, &str, &str, &[&str]); 7] = [
    ("ann", "Ann", "Ferreira", "Software engineer", &["engineers", "freight"]),
    ("ben", "Ben", "Okafor", "Software engineer", &["engineers", "payments"]),
    ("carla", "Carla", "Lindqvist", "Head of operations", &["prod-approvers", "platform"]),
    ("dave", "Dave", "Moreau", "Principal engineer", &["prod-approvers", "database-team"]),
    ("erin", "Erin", "Takahashi", "Internal auditor", &["curfew-auditors"]),
    ("frank", "Frank", "Novak", "Identity engineer", &["curfew-admins", "security"]),
    ("gone", "Gregor", "Onegin", "Contractor", &["contractors"]),
];

const GROUPS: [(&str, &str); 20] = [
    ("engineers", "Everybody who writes software"),
    ("prod-approvers", "Decide about access to production"),
    ("curfew-auditors", "Read everything in Curfew"),
    ("curfew-admins", "Administer Curfew"),
    ("platform", "Platform team"),
    ("freight", "Freight team"),
    ("customs", "Customs team"),
    ("warehouse", "Warehouse team"),
    ("payments", "Payments team"),
    ("data", "Data team"),
    ("security", "Security team"),
    ("network", "Network team"),
    ("support", "Customer support"),
    ("finance", "Finance"),
    ("incident-responders", "May act during an incident"),
    ("on-call", "This week's on-call engineers"),
    ("database-team", "Database administrators"),
    ("release", "Release managers"),
    ("contractors", "People of other companies"),
    ("data-scientists", "Data scientists"),
];

const GIVEN: [&str; 20] = [
    "Amara", "Bruno", "Chen", "Dalia", "Emil", "Fatima", "Goran", "Hana", "Ivan", "Julia", "Karim", "Lena", "Mateo",
    "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Tomoko",
];
const FAMILY: [&str; 20] = [
    "Abara", "Bianchi", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Horvat", "Ito", "Jansen", "Kowalska",
    "Laurent", "Mbeki", "Nilsson", "Ortega", "Petrov", "Quispe", "Rossi", "Schmidt", "Tanaka",
];
const TEAMS: [(&str, &str); 12] = [
    ("freight", "Software engineer"),
    ("customs", "Software engineer"),
    ("warehouse", "Software engineer"),
    ("payments", "Software engineer"),
    ("platform", "Site reliability engineer"),
    ("data", "Data engineer"),
    ("network", "Network engineer"),
    ("support", "Support specialist"),
    ("finance", "Controller"),
    ("security", "Security engineer"),
    ("data-scientists", "Data scientist"),
    ("database-team", "Database administrator"),
];
const PEOPLE: usize = 80;

/// Users, groups and memberships.
pub fn directory() -> Directory {
    let mut directory = Directory::default();
    for (name, description) in GROUPS {
        let id = store_id_of("group", name);
        let group = Group {
            id: id.clone(),
            display_name: name.to_owned(),
            description: Some(description.to_owned()),
            created: FOUNDED,
            updated: FOUNDED,
        };
        directory.groups.insert(id, group);
    }
    for (user_name, given, family, title, groups) in CAST {
        add(&mut directory, user_name, given, family, title, user_name != "gone");
        for group in groups {
            join(&mut directory, user_name, group);
        }
    }
    let rest = GIVEN.iter().enumerate().flat_map(|(i, given)| {
        (0..4).map(move |round| (*given, FAMILY.get((i * 3 + round * 5) % FAMILY.len()).copied().unwrap_or("Smith")))
    });
    for (index, (given, family)) in rest.take(PEOPLE - CAST.len()).enumerate() {
        let Some((team, title)) = TEAMS.get(index % TEAMS.len()) else {
            continue;
        };
        let user_name = format!("{}.{}", given.to_lowercase(), family.to_lowercase());
        add(&mut directory, &user_name, given, family, title, true);
        join(&mut directory, &user_name, team);
        if !matches!(*team, "support" | "finance") {
            join(&mut directory, &user_name, "engineers");
        }
        for (every, group) in [(9, "incident-responders"), (13, "on-call"), (17, "release"), (19, "contractors")] {
            if index % every == 4 {
                join(&mut directory, &user_name, group);
            }
        }
    }
    directory
}

fn add(directory: &mut Directory, user_name: &str, given: &str, family: &str, title: &str, enabled: bool) {
    let attributes = json!({
        "DisplayName": format!("{given} {family}"),
        "Name": {"GivenName": given, "FamilyName": family},
        "Emails": [{"Value": format!("{user_name}@{MAIL_DOMAIN}"), "Type": "work", "Primary": true}],
        "Title": title,
    });
    let id = store_id_of("user", user_name);
    let user = User {
        id: id.clone(),
        user_name: user_name.to_owned(),
        enabled,
        attributes: if let Value::Object(map) = attributes { map } else { Map::new() },
        manager: None,
        created: FOUNDED,
        updated: FOUNDED,
    };
    directory.users.insert(id, user);
}

fn join(directory: &mut Directory, user_name: &str, group: &str) {
    let id = store_id_of("membership", &format!("{group}/{user_name}"));
    let membership = Membership {
        id: id.clone(),
        group_id: store_id_of("group", group),
        user_id: store_id_of("user", user_name),
        created: FOUNDED,
    };
    directory.memberships.insert(id, membership);
}
