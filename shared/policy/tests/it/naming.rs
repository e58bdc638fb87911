//! Which entry is which document, and what stays.

use domain::rules::{Body, Edit, Kind};
use policy::{Books, read};

use crate::organization::{by_name, directory, file, group, in_force, sample};

fn rule(name: &str, extra: &str) -> String {
    format!(
        "  - name: {name}\n    subjects: {{ groups: [engineers] }}\n    accounts: {{ all: true }}\n    permission_sets: \
         {{ all: true }}\n    max_minutes: 5\n    approval: {{ kind: break_glass }}\n{extra}"
    )
}

#[test]
fn an_entry_is_known_by_its_name_and_renamed_by_its_id() {
    let books = in_force(&format!("rules:\n{}{}", rule("a", ""), rule("b", "")));
    let id = |name| by_name(&books.documents, name).id;
    // b takes the name of a, which is renamed by its id: it is not mistaken for a.
    let text = format!("rules:\n{}{}", rule("c", &format!("    id: {}\n", id("a"))), rule("a", ""));
    let wanted = read(&[file(&text)], &directory(), &books).unwrap();
    assert_eq!(by_name(&wanted.documents, "c").id, id("a"));
    assert_eq!(by_name(&wanted.documents, "c").version, 2);
    assert_eq!(wanted.new, [by_name(&wanted.documents, "a").id]);
    assert_eq!(by_name(&wanted.documents, "a").version, 1);
    assert_eq!(wanted.documents.len(), 2, "b goes");
}

#[test]
fn what_no_file_speaks_of_stays() {
    let books = in_force(&sample());
    let wanted = read(&[file("freezes: []")], &directory(), &books).unwrap();
    assert_eq!(wanted.documents.len(), books.documents.len() - 1);
    assert!(!wanted.left_alone.contains(&Kind::Freeze) && wanted.left_alone.len() == 5);
}

#[test]
fn what_is_new_names_what_is_new_and_gets_lasting_ids() {
    let read = || read(&[file(&sample())], &directory(), &Books { revision: 3, ..Books::default() }).unwrap();
    let wanted = read();
    assert_eq!(wanted, read(), "the same files mean the same");
    let hash = wanted.hash(3);
    assert_ne!(hash, wanted.hash(4));
    let mut next = 0;
    let lasting = wanted.with_ids(|| {
        next += 1;
        uuid::Uuid::from_u128(next)
    });
    let lasting = lasting.unwrap();
    let Body::Rule(rule) = &by_name(&lasting.documents, "engineers repair production").body else { panic!() };
    let domain::rules::Approval::Named(named) = &rule.approval else { panic!() };
    assert_eq!(named.policy.uuid(), by_name(&lasting.documents, "two eyes").id);
    assert!(lasting.documents.iter().all(|d| d.id.as_u128() <= next && d.version == 1));
}

#[test]
fn an_id_that_the_directory_lost_may_stay_but_not_come() {
    let books = in_force(&format!("rules:\n{}", rule("a", "")));
    let mut without = directory();
    without.groups.remove(0);
    without.groups.retain(|g| g.name != group(0).to_string());
    let text = format!("rules:\n{}", rule("a", "").replace("engineers", group(0).as_str()));
    let kept = read(&[file(&text)], &without, &books).unwrap();
    assert_eq!(kept.documents, books.documents);
    assert_eq!(kept.notes.len(), 1);
    assert_eq!(
        kept.notes[0].to_string(),
        "policy.yaml:3:26: note: rules[0].subjects.groups[0]: the directory does not know this group; it is kept as it is in force"
    );
    let told = read(&[file(&text)], &without, &Books::default()).unwrap_err();
    assert!(told[0].message.starts_with("there is no group with the id"), "{told:?}");
}

#[test]
fn a_problem_found_later_is_told_where_the_document_stands() {
    let wanted = read(&[file(&sample())], &directory(), &Books::default()).unwrap();
    let problem =
        wanted.problem(by_name(&wanted.documents, "three at a time").id, Some("effect.concurrent"), "no".into());
    assert_eq!(problem.to_string(), "policy.yaml:90:26: guardrails[2].effect.concurrent: no");
    let lasting = wanted.with_ids(|| uuid::Uuid::from_u128(1)).unwrap();
    assert!(lasting.problem(uuid::Uuid::from_u128(2), None, "no".into()).file.is_empty());
}

#[test]
fn two_documents_may_take_one_anothers_names() {
    let books = in_force(&format!("rules:\n{}{}", rule("a", ""), rule("b", "")));
    let with_id = |name: &str, of: &str| rule(name, &format!("    id: {}\n", by_name(&books.documents, of).id));
    let wanted =
        read(&[file(&format!("rules:\n{}{}", with_id("b", "a"), with_id("a", "b")))], &directory(), &books).unwrap();
    let edits = wanted.edits(&books);
    assert!(
        matches!(edits.as_slice(), [Edit::Change { version: 1, .. }, Edit::Change { version: 1, .. }]),
        "{edits:?}"
    );
}
