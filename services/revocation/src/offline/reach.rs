//! Whether Postgres is away. One question without an answer says nothing yet. Pure.

/// Questions in a row without an answer, after which it is away.
const SILENCES: u32 = 2;

#[derive(Debug, Default)]
pub(super) struct Reach {
    silences: u32,
}

impl Reach {
    pub(super) fn hear(&mut self, answered: bool) {
        self.silences = if answered { 0 } else { self.silences.saturating_add(1) };
    }

    pub(super) const fn is_away(&self) -> bool {
        self.silences >= SILENCES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_silences_in_a_row_are_an_absence_and_one_answer_ends_it() {
        let mut reach = Reach::default();
        for (answered, away) in
            [(true, false), (false, false), (true, false), (false, false), (false, true), (false, true), (true, false)]
        {
            reach.hear(answered);
            assert_eq!(reach.is_away(), away);
        }
    }
}
