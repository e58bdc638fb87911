//! The whole table of rules: what is written, what is asked, and the answer in words.

mod above;
mod choice;
mod demands;
mod systems;
mod targets;
mod times;
