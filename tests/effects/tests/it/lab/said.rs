//! What the workers logged.

use std::io::Write;
use std::sync::{Arc, Mutex};

/// What was logged on this test's thread.
#[derive(Clone, Default)]
pub struct Said(pub Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
