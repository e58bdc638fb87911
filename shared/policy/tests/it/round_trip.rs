//! What is exported is read back as it was.

use policy::{Books, Gravity, export, export_files, limits, plan, read};
use proptest::prelude::*;

use crate::organization::{directory, file, in_force, sample};
use crate::random::documents;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(130))]
    #[test]
    fn an_export_read_back_is_what_is_in_force(documents in documents()) {
        for document in &documents {
            prop_assert_eq!(document.body.validate(), Ok(()));
        }
        let text = export(&documents, &directory());
        let books = Books { revision: 1, documents };
        let wanted = read(&[file(&text)], &directory(), &books)
            .map_err(|problems| TestCaseError::fail(format!("{problems:#?}\n{text}")))?;
        prop_assert_eq!(&wanted.documents, &books.documents, "{}", text);
        prop_assert!(wanted.notes.iter().all(|note| note.gravity == Gravity::Note));
        let plan = plan(&books, &wanted, &directory());
        prop_assert!(plan.is_empty() && plan.unchanged == books.documents.len());
        prop_assert_eq!(export(&wanted.documents, &directory()), text);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,200}") {
        let _ = read(&[file(&text)], &directory(), &Books::default());
    }

    #[test]
    fn no_damage_to_a_good_file_breaks_the_reader(at in 0..4_000_usize, length in 0..40_usize, with in "[\\[\\]{}:,#&*!|>'\"%@`\n\t a-]{0,6}") {
        let text = sample();
        let from = at % text.len();
        let until = (from + length).min(text.len());
        let damaged = format!("{}{with}{}", &text[..from], &text[until..]);
        if let Err(problems) = read(&[file(&damaged)], &directory(), &Books::default()) {
            prop_assert!(problems.iter().all(|p| p.line <= damaged.lines().count() + 1), "{problems:?}");
        }
    }
}

#[test]
fn the_sample_is_read_written_and_read_again() {
    let books = in_force(&sample());
    assert_eq!(books.documents.len(), 12);
    let text = export(&books.documents, &directory());
    assert!(text.contains("approval: two eyes\n"), "{text}");
    assert!(text.contains("- /Root/Production\n"), "{text}");
    assert!(!text.contains("11111111-") && !text.contains("0199"), "only names are needed:\n{text}");
    let again = read(&[file(&text)], &directory(), &books).unwrap();
    assert_eq!(again.documents, books.documents);
}

#[test]
fn what_is_too_large_for_one_file_becomes_several() {
    let mut books = in_force(&sample());
    let one = books.documents.iter().find(|d| d.body.name() == "break the glass").unwrap().clone();
    for number in 0..4_000_u128 {
        let mut document = one.clone();
        document.id = uuid::Uuid::from_u128(number);
        let domain::rules::Body::Rule(rule) = &mut document.body else { panic!() };
        rule.name = format!("break the glass of window {number}");
        books.documents.push(document);
    }
    books.documents.sort_by_key(|document| document.id);
    let files = export_files(&books.documents, &directory());
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names[..5], ["schedules.yaml", "owners.yaml", "approval_policies.yaml", "rules-1.yaml", "rules-2.yaml"]);
    assert!(files.iter().all(|file| file.text.len() <= limits::FILE_MOST));
    assert_eq!(read(&files, &directory(), &books).unwrap().documents, books.documents);
    assert_eq!(export_files(&[], &directory())[0].name, "policy.yaml");
}
