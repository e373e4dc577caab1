//! Writing: standard output, and files that appear whole or not at all.

use gapcert::certify::SourceOf;
use gapcert::error::{Error, Result};
use gapcert::real::Enclosure;
use serde_json::Value as Json;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Prints; a reader that went away is not an error, a full disk is.
pub fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Error::input(
            "standard output",
            "",
            "a stream that can be written",
            e.to_string(),
            "",
        )),
        _ => Ok(()),
    }
}

/// Prints JSON, indented.
pub fn print_json(json: &Json) -> Result<()> {
    print(&pretty(json))
}

/// A line on standard error; that nobody can read it changes nothing.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
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
    let (target, temporary) = places(path)?;
    let written =
        std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, &target));
    written.map_err(|e| {
        let _ = std::fs::remove_file(&temporary);
        unwritable(path, &e)
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    let found = error.to_string();
    Error::input(path, "", "a file that can be written", found, "")
}

/// The file that is meant, links followed, and a temporary one beside it whose
/// name is short whatever the file's is.
fn places(path: &Path) -> Result<(PathBuf, PathBuf)> {
    let refuse = |found: &str| {
        let expected = "a path for a file in a folder that exists";
        Err(Error::input(path, "", expected, found, ""))
    };
    let target = if path.exists() {
        path.canonicalize().map_err(|e| unwritable(path, &e))?
    } else {
        path.to_owned()
    };
    if target.is_dir() {
        return refuse("a folder");
    }
    // A device or a pipe would be replaced by a file.
    if target.exists() && !target.is_file() {
        return refuse("a special file");
    }
    let folder = match target.parent() {
        Some(p) if p.as_os_str().is_empty() => Path::new("."),
        Some(p) => p,
        None => return refuse("no name"),
    };
    if !folder.is_dir() {
        return refuse("no such folder");
    }
    let temporary = folder.join(format!(".gapcert-{}.partial", std::process::id()));
    Ok((target, temporary))
}

/// Fails early if a file could not be written later: its folder must exist and
/// take files.
pub fn check_writable(path: &Path) -> Result<()> {
    let (target, temporary) = places(path)?;
    let failed = |e: std::io::Error| unwritable(path, &e);
    std::fs::write(&temporary, b"").map_err(failed)?;
    std::fs::remove_file(&temporary).map_err(failed)?;
    // Reads nothing, but tells a name that the file system does not take.
    match std::fs::symlink_metadata(&target) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(failed(e)),
        _ => Ok(()),
    }
}

/// Refuses to overwrite what was read.
pub fn check_not_an_input<'a>(
    path: &Path,
    inputs: impl IntoIterator<Item = &'a Path>,
) -> Result<()> {
    let Ok(target) = path.canonicalize() else {
        return Ok(());
    };
    let same = |input: &&Path| input.canonicalize().is_ok_and(|p| p == target);
    match inputs.into_iter().find(same) {
        Some(input) => {
            let found = format!("{}, which was read", input.display());
            let expected = "another file than the inputs";
            Err(Error::input(path, "", expected, found, ""))
        }
        None => Ok(()),
    }
}

/// The files that were read.
pub fn paths(sources: &[SourceOf]) -> impl Iterator<Item = &Path> {
    sources.iter().map(|s| s.source.path.as_path())
}

/// An upper bound in few digits, rounded up.
pub fn upper(x: &Enclosure, digits: usize) -> String {
    x.to_decimal(digits).1
}
