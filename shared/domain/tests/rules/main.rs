//! The evaluator as a whole: a table of golden cases, and properties over random organizations beside a second,
//! naive evaluator.

mod cases;
mod impact;
mod naive;
mod properties;
mod random;
mod world;
