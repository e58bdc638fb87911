//! What is wrong with a document, in the reader's language: by its code, and in the API's words where they are the reader's
//! or there is none.

use policy::form::Sort;
use policy::{Mistake, Problem};

use super::form::word;
use crate::texts::{Language, Texts};

/// What is wrong.
pub(in crate::pages) fn told(problem: &Problem, t: Texts) -> String {
    match &problem.mistake {
        Some(mistake) if t.language != Language::OF_THE_API => by_code(mistake, &problem.field, t),
        Some(_) | None => problem.message.clone(),
    }
}

fn by_code(mistake: &Mistake, field: &str, t: Texts) -> String {
    let name = field.rsplit('.').next().and_then(|step| step.split('[').next()).unwrap_or_default();
    match mistake {
        Mistake::Missing => t.mistake_missing().to_owned(),
        Mistake::NoName => t.mistake_no_name().to_owned(),
        Mistake::Nothing => t.mistake_nothing().to_owned(),
        Mistake::NotAFlag { found } => t.mistake_flag(found),
        Mistake::NotANumber { least, most, found } => t.mistake_number(least, most, found),
        Mistake::NotAWord { words, found } => {
            let called =
                |one: &String| word(name, one, t).map_or_else(|| one.clone(), |called| format!("{one} ({called})"));
            t.mistake_word(words.iter().map(called).collect::<Vec<_>>().join(t.or()), found)
        }
        Mistake::NotAText { form, .. } => t.mistake_text(text(form, t)),
        Mistake::Unknown { sort, name, near } if near.is_empty() => t.mistake_unknown(one(*sort, t), name),
        Mistake::Unknown { sort, name, near } => {
            t.mistake_unknown_near(t.mistake_unknown(one(*sort, t), name), near.join(t.or()))
        }
        Mistake::UnknownId { sort, id } => t.mistake_unknown(one(*sort, t), id),
        Mistake::Several { name, count, ids, .. } => t.mistake_several(count, name, ids),
        Mistake::Kept { sort } => t.mistake_kept(one(*sort, t)),
    }
}

const fn one(sort: Sort, t: Texts) -> &'static str {
    match sort {
        Sort::User => t.sort_user(),
        Sort::Group => t.sort_group(),
        Sort::Account => t.sort_account(),
        Sort::Unit => t.f_unit(),
        Sort::PermissionSet => t.sort_permission_set(),
        Sort::Policy => t.policy_approval_policy(),
        Sort::Schedule => t.policy_schedule(),
    }
}

/// What stands in a field whose text has a form.
fn text(form: &str, t: Texts) -> &str {
    match form {
        "a regular expression" => t.text_pattern(),
        "a pattern of names" => t.text_name_pattern(),
        "a severity" => t.text_severity(),
        "a time zone" => t.text_zone(),
        "a time of day" => t.text_clock(),
        "a moment" => t.text_moment(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_of_a_form_are_told_in_german_and_to_english_readers_in_the_apis_words() {
        let german = Texts { language: Language::German };
        let problem = |mistake: Mistake, field: &str| Problem {
            field: field.to_owned(),
            mistake: Some(mistake),
            ..Problem::about_all("as the API says".to_owned())
        };
        let (found, near) = ("x".to_owned(), vec!["\"leads\"".to_owned(), "\"lead\"".to_owned()]);
        for (mistake, field, told_so) in [
            (Mistake::Missing, "rules[0].max_minutes", "Hier fehlt etwas."),
            (
                Mistake::NotANumber { least: 1, most: 9, found: found.clone() },
                "",
                "Hier steht eine ganze Zahl von 1 bis 9; „x“ ist keine.",
            ),
            (
                Mistake::NotAWord { words: vec!["refuse".to_owned(), "allow".to_owned()], found: found.clone() },
                "rules[0].when_away",
                "Hier steht refuse (ablehnen) oder allow (erlauben), nicht „x“.",
            ),
            (
                Mistake::NotAText { form: "a time of day".to_owned(), why: "no".to_owned() },
                "",
                "Das ist keine Uhrzeit wie 08:30.",
            ),
            (
                Mistake::Unknown { sort: Sort::Group, name: "leadz".to_owned(), near },
                "",
                "Nicht bekannt: Gruppe „leadz“. Meinen Sie \"leads\" oder \"lead\"?",
            ),
        ] {
            let problem = problem(mistake, field);
            assert_eq!(told(&problem, german), told_so);
            assert_eq!(told(&problem, Texts::default()), "as the API says");
        }
        assert_eq!(told(&Problem::about_all("a rare one".to_owned()), german), "a rare one");
    }
}
