//! Printing what happens, with the seconds since the start.

use std::time::Instant;

/// Tells one step a line.
pub struct Teller {
    started: Instant,
}

impl Teller {
    /// The clock runs from here.
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Something that was seen.
    pub fn saw(&mut self, who: &str, what: &str) {
        println!("{:7.2} s  {who:<8} {what}", self.started.elapsed().as_secs_f64());
    }

    /// The last line.
    pub fn done(&mut self) {
        self.saw("", "the whole life, from asking to gone, was seen");
    }
}
