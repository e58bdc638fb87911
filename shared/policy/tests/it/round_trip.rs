//! What is exported is read back as it was.

use policy::{Books, Gravity, export, plan, read};
use proptest::prelude::*;

use crate::organization::{directory, file, in_force, sample};
use crate::random::documents;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
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
