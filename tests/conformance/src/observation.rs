//! What was seen while the cases were played against one side: facts in order, each with a name that is the same on both sides.

use std::fmt::Display;

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub case: String,
    pub name: String,
    pub value: String,
}

/// All that was seen on one side.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    facts: Vec<Fact>,
}

impl Observation {
    /// Adds a fact. A name that the case has already used gets a number, so that no fact hides another.
    pub fn add(&mut self, case: &str, name: &str, value: impl Display) {
        let numbered = (1_u32..)
            .map(|number| if number == 1 { name.to_owned() } else { format!("{name} #{number}") })
            .find(|name| self.value(case, name).is_none());
        if let Some(name) = numbered {
            self.facts.push(Fact { case: case.to_owned(), name, value: value.to_string() });
        }
    }

    /// What was seen under this name.
    pub fn value(&self, case: &str, name: &str) -> Option<&str> {
        self.facts.iter().find(|fact| fact.case == case && fact.name == name).map(|fact| fact.value.as_str())
    }

    /// The facts in the order in which they were seen.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_used_again_gets_a_number() {
        let mut seen = Observation::default();
        seen.add("case", "status", "ok");
        seen.add("case", "status", "gone");
        seen.add("other", "status", "new");
        assert_eq!(seen.value("case", "status"), Some("ok"));
        assert_eq!(seen.value("case", "status #2"), Some("gone"));
        assert_eq!(seen.value("other", "status"), Some("new"));
    }
}
