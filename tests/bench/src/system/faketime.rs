//! Wall clocks that can be moved under a running process: libfaketime, told by a file.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

/// Where Debian's package puts it.
const ROOT: &str = "/usr/lib";
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// A process's wall clock.
#[derive(Debug, Clone)]
pub struct WallClock {
    file: PathBuf,
}

impl WallClock {
    /// One that is right, for the process of this name.
    pub(super) fn right(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let clock = Self { file: folder.join(format!("{name}.clock")) };
        clock.ahead_by(0)?;
        Ok(clock)
    }

    /// Moves it so many seconds ahead of the truth (behind, where that is negative), within a second.
    pub fn ahead_by(&self, seconds: i64) -> anyhow::Result<()> {
        // In one step: the process may read it at any moment.
        let fresh = self.file.with_extension("fresh");
        std::fs::write(&fresh, format!("{seconds:+}\n"))?;
        std::fs::rename(&fresh, &self.file).with_context(|| self.file.display().to_string())
    }

    /// What the process has to be started with.
    pub(super) fn variables(&self) -> anyhow::Result<Vec<(String, String)>> {
        let library = std::fs::read_dir(ROOT)?
            .filter_map(|entry| Some(entry.ok()?.path().join(LIBRARY)))
            .find(|path| path.is_file());
        ensure!(library.is_some(), "libfaketime is not there: install the package faketime");
        let library = library.unwrap_or_default().display().to_string();
        let file = self.file.display().to_string();
        let named = [
            ("LD_PRELOAD", library),
            ("FAKETIME_TIMESTAMP_FILE", file),
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        Ok(named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}
