//! The three answers of every state machine here.

/// What a verb does to a state. The last two must never be confused: repeating a verb is harmless,
/// coming too late is a conflict that the caller must hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Transition<S> {
    /// The verb leads to this state.
    Applied(S),
    /// The verb was done before; nothing changes.
    Already,
    /// The verb has no edge from this state.
    NotAllowed,
}
