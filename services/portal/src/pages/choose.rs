//! Which one of very many somebody means by what they typed: an account, a person, a permission set. Every page that
//! takes a name finds it here, and asks where several are meant; none takes the first of them.

use client::{ClientError, Find, OfferedPermissionSet};

use super::visit::SignedIn;
use crate::parts::Which;
use crate::places::Places;
use crate::texts::Texts;

/// So many are offered to choose from; of others it is said that there are some.
const OFFERED: usize = 20;
/// So many people are looked through.
const PEOPLE: u16 = 200;

/// What somebody typed, and what it may mean.
pub(super) struct Chosen {
    /// What the field says.
    pub text: String,
    found: Found,
    about: About,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Account,
    Person,
    PermissionSet,
}

#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// Nothing was typed.
    Unasked,
    Nothing,
    One(One),
    /// Some of them, and whether there are others.
    Several(Vec<One>, bool),
}

/// One that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct One {
    pub id: String,
    /// Its name, and what tells it from others of that name.
    pub called: String,
}

/// One of all.
struct Candidate {
    one: One,
    /// What it is called by itself; others may be called the same.
    name: String,
    /// What nothing else is called.
    own: Vec<String>,
    /// What else it can be found by, in small letters.
    beside: String,
}

impl Chosen {
    /// An account by its number, or by its name, a part of it, or else its units and tags.
    pub(super) fn account(typed: &str, places: &Places) -> Self {
        let all = places.by_name().into_iter().map(|place| Candidate {
            one: One { id: place.id.clone(), called: format!("{} ({})", place.name, place.id) },
            name: place.name.clone(),
            own: vec![place.id.clone()],
            beside: place.haystack.clone(),
        });
        Self::among(About::Account, typed, all, Seen::All)
    }

    /// The same, and any number: requests and access outlive the accounts that they were about.
    pub(super) fn account_ever(typed: &str, places: &Places) -> Self {
        let chosen = Self::account(typed, places);
        let is_number = chosen.text.len() == 12 && chosen.text.bytes().all(|byte| byte.is_ascii_digit());
        if chosen.found == Found::Nothing && is_number {
            let one = One { id: chosen.text.clone(), called: chosen.text.clone() };
            return Self { found: Found::One(one), ..chosen };
        }
        chosen
    }

    /// A permission set by its name or a part of it, or by its ARN.
    pub(super) fn permission_set(typed: &str, all: &[OfferedPermissionSet]) -> Self {
        let all = all.iter().map(|set| Candidate {
            one: One { id: set.arn.clone(), called: set.name.clone() },
            name: set.name.clone(),
            own: vec![set.arn.clone()],
            beside: String::new(),
        });
        Self::among(About::PermissionSet, typed, all, Seen::All)
    }

    /// A person by what they sign in with, by id, or by a part of their name.
    pub(super) async fn person(me: &SignedIn, typed: &str) -> Result<Self, ClientError> {
        let text = cleaned(typed);
        if text.is_empty() {
            return Ok(Self::among(About::Person, &text, std::iter::empty(), Seen::All));
        }
        let sign_in = signs_in_with(&text);
        // Who is called so exactly may be one of thousands who have it in their names.
        let exactly = me.api.users_exactly(sign_in).await?;
        let (people, seen) = if exactly.len() == 1 {
            (exactly, Seen::All)
        } else {
            let find = Find { text: sign_in.to_owned(), limit: Some(PEOPLE), ..Find::default() };
            let page = me.api.users(&find).await?;
            (page.items, if page.next.is_some() { Seen::Some } else { Seen::All })
        };
        let all = people.into_iter().map(|user| Candidate {
            beside: user.id.to_lowercase(),
            own: vec![user.id.clone(), user.user_name.clone()],
            one: One {
                called: if user.user_name.is_empty() {
                    user.name.clone()
                } else {
                    format!("{} ({})", user.name, user.user_name)
                },
                id: user.id,
            },
            name: user.name,
        });
        Ok(Self::among(About::Person, &text, all, seen))
    }

    fn among(about: About, typed: &str, all: impl Iterator<Item = Candidate>, seen: Seen) -> Self {
        let text = cleaned(typed);
        let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Self { text, found: Found::Unasked, about };
        }
        let has_all = |said: &str| words.iter().all(|word| said.contains(word.as_str()));
        let (mut by_name, mut beside) = (Vec::new(), Vec::new());
        for candidate in all {
            if candidate.one.called == text || candidate.own.contains(&text) {
                return Self { text: candidate.one.called.clone(), found: Found::One(candidate.one), about };
            }
            if has_all(&candidate.one.called.to_lowercase()) {
                by_name.push(candidate);
            } else if has_all(&candidate.beside) || candidate.own.iter().any(|own| has_all(&own.to_lowercase())) {
                beside.push(candidate);
            }
        }
        let whole_name = text.to_lowercase();
        let (whole, mut part): (Vec<_>, Vec<_>) =
            by_name.into_iter().partition(|one| one.name.to_lowercase() == whole_name);
        // Those that begin so are looked for more often than those that have it somewhere.
        let begin = words.join(" ");
        part.sort_by_key(|one| !one.one.called.to_lowercase().starts_with(&begin));
        let met = [whole, part, beside].into_iter().find(|met| !met.is_empty()).unwrap_or_default();
        match (met.as_slice(), seen) {
            ([], _) => Self { text, found: Found::Nothing, about },
            ([only], Seen::All) => Self { text: only.one.called.clone(), found: Found::One(only.one.clone()), about },
            (several, _) => {
                let offered = several.iter().take(OFFERED).map(|one| one.one.clone()).collect();
                let others = several.len() > OFFERED || seen == Seen::Some;
                Self { text, found: Found::Several(offered, others), about }
            }
        }
    }

    /// The one that is meant.
    pub(super) const fn one(&self) -> Option<&One> {
        match &self.found {
            Found::One(one) => Some(one),
            Found::Unasked | Found::Nothing | Found::Several(..) => None,
        }
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.one().map(|one| one.id.as_str())
    }

    /// Those that may be meant, where they are several.
    pub(super) fn several(&self) -> &[One] {
        match &self.found {
            Found::Several(offered, _) => offered,
            Found::Unasked | Found::Nothing | Found::One(_) => &[],
        }
    }

    /// Whether there are others beside those.
    pub(super) const fn others(&self) -> bool {
        matches!(self.found, Found::Several(_, true))
    }

    pub(super) const fn is_unasked(&self) -> bool {
        matches!(self.found, Found::Unasked)
    }

    /// That none is called so.
    pub(super) fn none(&self, t: Texts) -> Option<String> {
        let text = &self.text;
        match (&self.found, self.about) {
            (Found::Nothing, About::Account) => Some(t.no_account_called(text)),
            (Found::Nothing, About::Person) => Some(t.nobody_called(text)),
            (Found::Nothing, About::PermissionSet) => Some(t.no_set_called(text)),
            (Found::Unasked | Found::One(_) | Found::Several(..), _) => None,
        }
    }

    pub(super) const fn question(&self, t: Texts) -> &'static str {
        match self.about {
            About::Account => t.which_account(),
            About::Person => t.which_person(),
            About::PermissionSet => t.which_set(),
        }
    }

    /// What a page says where it is not one: that there is none, or which of them lead where.
    pub(super) fn which(&self, t: Texts, place: impl Fn(&str) -> String) -> Option<Which> {
        if let Some(none) = self.none(t) {
            return Some(Which::none(none));
        }
        let Found::Several(offered, others) = &self.found else { return None };
        let offered = offered.iter().map(|one| (one.called.clone(), place(&one.id))).collect();
        Some(Which::several(self.question(t), offered, others.then(|| t.which_others())))
    }
}

/// Whether all that may be meant were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    All,
    Some,
}

/// As fields hold it.
fn cleaned(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
}

/// Of `Ann Baker (ann)`, as fields say who was chosen, what they sign in with; else the text itself.
fn signs_in_with(text: &str) -> &str {
    let inside = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    inside.map_or(text, |(_, inside)| inside).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: &str, name: &str) -> Candidate {
        let one = One { id: id.to_owned(), called: format!("{name} ({id})") };
        let beside = format!("workloads/{}", if id == "3" { "money" } else { "books" });
        Candidate { one, name: name.to_owned(), own: vec![id.to_owned()], beside }
    }

    fn found(typed: &str, seen: Seen) -> Found {
        let all =
            [one("1", "ledger"), one("2", "old-ledger"), one("3", "Payments"), one("4", "twin"), one("5", "twin")];
        Chosen::among(About::Account, typed, all.into_iter(), seen).found
    }

    fn ids(found: Found) -> Vec<String> {
        match found {
            Found::Unasked | Found::Nothing => Vec::new(),
            Found::One(one) => vec![one.id],
            Found::Several(offered, _) => offered.into_iter().map(|one| one.id).collect(),
        }
    }

    #[test]
    fn a_number_or_a_whole_name_is_that_one_also_where_others_are_called_alike() {
        for typed in ["1", "ledger", "Ledger", "ledger (1)", " ledger "] {
            assert!(matches!(found(typed, Seen::All), Found::One(one) if one.id == "1"), "{typed}");
        }
    }

    #[test]
    fn a_name_that_two_have_is_neither_of_them() {
        assert_eq!(ids(found("twin", Seen::All)), ["4", "5"]);
        assert_eq!(ids(found("twin (5)", Seen::All)), ["5"]);
    }

    #[test]
    fn a_part_of_a_name_is_enough_and_where_several_have_it_they_are_offered_those_first_that_begin_so() {
        assert_eq!(ids(found("PAY", Seen::All)), ["3"]);
        assert_eq!(ids(found("led old", Seen::All)), ["2"]);
        assert_eq!(ids(found("old", Seen::All)), ["2"]);
        assert_eq!(ids(found("led", Seen::All)), ["1", "2"]);
    }

    #[test]
    fn what_is_around_it_counts_only_where_no_name_does() {
        assert_eq!(ids(found("money", Seen::All)), ["3"]);
        assert_eq!(ids(found("books", Seen::All)), ["1", "2", "4", "5"]);
    }

    #[test]
    fn the_only_one_of_those_that_were_looked_at_may_not_be_the_only_one() {
        assert_eq!(found("pay", Seen::Some), Found::Several(vec![one("3", "Payments").one], true));
        assert_eq!(ids(found("3", Seen::Some)), ["3"], "an id is its own");
    }

    #[test]
    fn nothing_typed_is_no_question_and_a_wrong_name_is_nobody() {
        assert_eq!(found(" \n", Seen::All), Found::Unasked);
        assert_eq!(found("<script>", Seen::All), Found::Nothing);
    }

    #[test]
    fn very_many_are_cut_short_and_that_is_said() {
        let all = (0..30).map(|at| one(&format!("id-{at}"), "same"));
        let Found::Several(offered, others) = Chosen::among(About::Account, "sam", all, Seen::All).found else {
            panic!("one of thirty")
        };
        assert!(offered.len() == OFFERED && others);
    }

    #[test]
    fn who_was_chosen_is_found_again_by_what_the_field_says() {
        for (text, inside) in [("Ann Baker (ann)", "ann"), ("ann", "ann"), ("Ann (x) Baker", "Ann (x) Baker")] {
            assert_eq!(signs_in_with(text), inside);
        }
    }
}
