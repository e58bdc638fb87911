//! Holds the simulator against an implementation of AWS that none of us wrote: what was observed on each side, as named facts, and
//! the table of differences that are known. The calls themselves are in `tests/`, since only tests may speak to AWS here.

pub mod comparison;
pub mod observation;
pub mod shape;
