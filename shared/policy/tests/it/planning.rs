//! What would change, in words, and how it is stored.

use policy::{Change, Rest, plan, read, read_as};

use crate::organization::{by_name, directory, file, in_force, sample};

fn differences(from: &str, to: &str) -> Vec<String> {
    let books = in_force(&sample());
    assert!(sample().contains(from), "{from}");
    let wanted = read(&[file(&sample().replace(from, to))], &directory(), &books).unwrap();
    let plan = plan(&books, &wanted, &directory());
    assert!(plan.creates.is_empty() && plan.deletes.is_empty(), "{plan:#?}");
    assert_eq!(plan.unchanged + plan.updates.len(), books.documents.len());
    plan.updates
        .iter()
        .flat_map(|u| u.differences.iter().map(|d| format!("{}: {d}", u.entry.name)).collect::<Vec<_>>())
        .collect()
}

#[test]
fn differences_are_told_field_by_field_in_names() {
    let cases = [
        ("max_minutes: 480", "max_minutes: 240", vec!["engineers read everywhere: max_minutes: 480 becomes 240"]),
        (
            "subjects: { groups: [engineers, leads] }",
            "subjects: { groups: [auditors, leads, twins] }"
                .replace("twins", "11111111-0000-4000-8000-000000000064")
                .leak(),
            vec![
                "break the glass: subjects.groups: without \"engineers\"",
                "break the glass: subjects.groups: with \"auditors\"",
                "break the glass: subjects.groups: with 11111111-0000-4000-8000-000000000064 (\"twins\")",
            ],
        ),
        (
            "- { days: [mon, tue, wed, thu, fri], from: \"07:00\", to: \"20:00\" }",
            "- { days: [mon, tue, wed, thu, fri], from: \"07:00\", to: \"21:00\" }",
            vec!["engineers repair production: hours.windows[0].to: \"20:00\" becomes \"21:00\""],
        ),
        (
            "    approval: two eyes\n",
            "    approval: { kind: policy, stages: [{ voters: { owners: true } }] }\n",
            vec![
                "engineers repair production: approval: {kind: \"named\", policy: \"two eyes\"} becomes {kind: \"policy\", \
                 stages: [{voters: {owners: true}, votes: 1}], rejections: 1, \
                 mail_decision: \"sign_in\", pairs: \"together\", owners: \"nearest\"}",
            ],
        ),
        (
            "users: [ann, ben]",
            "users: [ben, ann]",
            vec!["payments on call: rotation.users (order): [\"ann\", \"ben\"] becomes [\"ben\", \"ann\"]"],
        ),
        (
            "    pace: { concurrent: 2, cool_down_minutes: 15 }\n",
            "    enabled: false\n",
            vec![
                "engineers repair production: enabled: true becomes false",
                "engineers repair production: pace: without {concurrent: 2, cool_down_minutes: 15}",
            ],
        ),
        (
            "mail_decision: link_alone",
            "mail_decision: sign_in",
            vec!["owners, then the security desk: policy.mail_decision: \"link_alone\" becomes \"sign_in\""],
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(differences(from, to), expected, "{to}");
    }
}

#[test]
fn a_policy_that_is_renamed_is_one_difference() {
    let books = in_force(&sample());
    let id = by_name(&books.documents, "two eyes").id;
    let text = sample()
        .replace("two eyes", "four eyes")
        .replace("- name: four eyes", &format!("- id: {id}\n    name: four eyes"));
    let wanted = read(&[file(&text)], &directory(), &books).unwrap();
    let plan = plan(&books, &wanted, &directory());
    assert_eq!(plan.updates.len(), 1, "{plan:#?}");
    assert_eq!(plan.updates[0].differences[0].to_string(), "name: \"two eyes\" becomes \"four eyes\"");
}

#[test]
fn changes_come_in_an_order_in_which_nothing_hangs() {
    let books = in_force(&sample());
    let text = sample().replace("two eyes", "four eyes").replace("payments on call", "always on call");
    let wanted = read(&[file(&text)], &directory(), &books).unwrap();
    let plan = plan(&books, &wanted, &directory());
    assert_eq!((plan.creates.len(), plan.deletes.len()), (2, 2), "{plan:#?}");
    assert!(plan.creates.iter().all(|entry| entry.id.is_none()) && plan.deletes.iter().all(|entry| entry.id.is_some()));
    let told: Vec<String> = wanted
        .changes(&books)
        .iter()
        .map(|change| match change {
            Change::Create(d) => format!("+ {}", d.body.name()),
            Change::Update(d) => format!("~ {}", d.body.name()),
            Change::Delete(d) => format!("- {}", d.body.name()),
        })
        .collect();
    assert_eq!(told[0], "+ always on call");
    let place = |word: &str| told.iter().position(|t| t == word).unwrap_or_else(|| panic!("{word} in {told:?}"));
    assert!(place("+ four eyes") < place("~ engineers repair production"), "{told:?}");
    assert!(place("~ administrators are seen by two") < place("- two eyes"), "{told:?}");
    assert_eq!(told.last().unwrap(), "- payments on call");
}

#[test]
fn a_plan_is_data() {
    let books = in_force(&sample());
    let wanted = read(&[file(&sample().replace("480", "60"))], &directory(), &books).unwrap();
    let plan = plan(&books, &wanted, &directory());
    let again: policy::Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    assert_eq!(again, plan);
    assert_eq!(plan.revision, 7);
    assert_eq!(plan.wanted, wanted.hash(7));
}

#[test]
fn some_of_many_leave_the_rest_as_it_is_and_may_name_it() {
    let books = in_force(&sample());
    let text = "rules:\n  - name: engineers read everywhere\n    subjects: { groups: [leads] }\n    accounts: { all: true }\n    \
                permission_sets: { arns: [ReadOnlyAccess] }\n    max_minutes: 60\n    approval: two eyes\n\
                approval_policies:\n  - name: new\n    policy: { stages: [{ voters: { owners: true } }] }\n";
    let wanted = read_as(&[file(text)], Rest::Stays, &directory(), &books).unwrap();
    let told = plan(&books, &wanted, &directory());
    assert_eq!((told.creates.len(), told.updates.len(), told.deletes.len()), (1, 1, 0), "{told:#?}");
    assert_eq!(told.unchanged + 1, books.documents.len());
    let alone = read(&[file(text)], &directory(), &books);
    assert!(alone.is_err(), "where the rest goes, \"two eyes\" goes as well");
}

#[test]
fn one_document_is_written_as_it_stands_among_all() {
    let books = in_force(&sample());
    for document in &books.documents {
        let one = policy::export_one(document, &books.documents, &directory());
        let told = policy::entry(document.body.kind(), &one.text).unwrap();
        let again = policy::entry_text(document.body.kind(), Some(document.id), &told);
        let wanted = read_as(&[file(&again)], Rest::Stays, &directory(), &books).unwrap();
        assert!(plan(&books, &wanted, &directory()).is_empty(), "{again}");
    }
}
