//! Writing: standard output, and files that appear whole or not at all.

use gapcert::error::{Error, Result};
use gapcert::real::Enclosure;
use serde_json::Value as Json;
use std::io::Write;
use std::path::Path;

/// Prints; a reader that went away is not an error.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints JSON, indented.
pub fn print_json(json: &Json) {
    print(&pretty(json));
}

/// JSON, indented, with a final newline.
pub fn pretty(json: &Json) -> String {
    let mut text = serde_json::to_string_pretty(json).expect("a JSON value has a text");
    text.push('\n');
    text
}

/// Writes a file through a temporary one beside it, so that a failure leaves
/// what was there.
pub fn write(path: &Path, text: &str) -> Result<()> {
    write_bytes(path, text.as_bytes())
}

/// The same for bytes.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed =
        |e: std::io::Error| Error::input(path, "", "a file that can be written", e.to_string(), "");
    let name = path
        .file_name()
        .ok_or_else(|| Error::input(path, "", "a file name", "none", ""))?;
    let temporary = path.with_file_name(format!(".{}.partial", name.to_string_lossy()));
    std::fs::write(&temporary, bytes).map_err(failed)?;
    std::fs::rename(&temporary, path).map_err(|e| {
        let _ = std::fs::remove_file(&temporary);
        failed(e)
    })
}

/// Fails early if a file could not be written later: the folder must exist.
pub fn check_writable(path: &Path) -> Result<()> {
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    if path.is_dir() || !folder.is_dir() {
        let found = if path.is_dir() {
            "a folder"
        } else {
            "no such folder"
        };
        return Err(Error::input(
            path,
            "",
            "a path for a file in a folder that exists",
            found,
            "",
        ));
    }
    Ok(())
}

/// An upper bound in few digits, rounded up.
pub fn upper(x: &Enclosure, digits: usize) -> String {
    x.to_decimal(digits).1
}
