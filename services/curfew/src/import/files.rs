//! The files of an export.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use migration::{Export, Problem, Reader, TeamRequest};

/// The files, and those in the folders among them, in order.
///
/// # Errors
/// When one is not there, or a folder holds none.
pub fn all(given: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in given {
        if path.is_dir() {
            let before = files.len();
            inside(path, &mut files)?;
            if files.len() == before {
                bail!("{} holds no file that ends in .json or .json.gz", path.display());
            }
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn inside(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let listed = std::fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    let mut entries = listed.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            inside(&path, files)?;
        } else if !name.starts_with("manifest-") && (name.ends_with(".json") || name.ends_with(".json.gz")) {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads them all; each request passes `each`.
///
/// # Errors
/// When one cannot be opened. What is wrong inside them is the inner result.
pub fn read(files: &[PathBuf], each: &mut dyn FnMut(&TeamRequest)) -> anyhow::Result<Result<Export, Vec<Problem>>> {
    let mut reader = Reader::new();
    for path in files {
        let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        reader.file(&path.display().to_string(), file, each);
    }
    Ok(reader.finish())
}
