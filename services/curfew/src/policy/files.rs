//! Files and folders to texts.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use policy::File;
use policy::limits::FILE_MOST;

/// The texts of files, of the YAML files in folders, and of the standard input for `-`.
///
/// # Errors
/// When one cannot be read, is no text, or is too large to be a policy file; when a folder has no YAML file.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            files.push(File { name: "-".to_owned(), text: text(std::io::stdin().lock(), "-")? });
        } else if path.is_dir() {
            let mut found = yaml_files(path)?;
            found.sort();
            if found.is_empty() {
                bail!("{} has no file that ends with .yaml or .yml", path.display());
            }
            for path in found {
                files.push(file(&path)?);
            }
        } else {
            files.push(file(path)?);
        }
    }
    Ok(files)
}

fn yaml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
            found.push(path);
        }
    }
    Ok(found)
}

fn file(path: &Path) -> anyhow::Result<File> {
    let name = path.display().to_string();
    let opened = std::fs::File::open(path).with_context(|| format!("{name} cannot be read"))?;
    Ok(File { text: text(opened, &name)?, name })
}

/// The text, of which no more is taken than a policy file may have.
fn text(from: impl Read, name: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let most = u64::try_from(FILE_MOST)?;
    from.take(most + 1).read_to_string(&mut text).with_context(|| format!("{name} cannot be read as text"))?;
    if text.len() > FILE_MOST {
        bail!("{name} has more than {FILE_MOST} bytes; make several files of it");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_its_yaml_files_in_the_order_of_their_names() {
        let folder = std::env::temp_dir().join(format!("curfew-policy-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("b.yml", "freezes: []"), ("a.yaml", "rules: []"), ("notes.txt", "no")] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let files = read(std::slice::from_ref(&folder)).unwrap();
        let texts: Vec<&str> = files.iter().map(|file| file.text.as_str()).collect();
        assert_eq!(texts, ["rules: []", "freezes: []"]);
        std::fs::write(folder.join("c.yaml"), vec![b' '; FILE_MOST + 1]).unwrap();
        let told = read(&[folder.join("c.yaml")]).unwrap_err().to_string();
        assert!(told.contains("more than 1048576 bytes"), "{told}");
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(read(&[folder]).is_err());
    }
}
