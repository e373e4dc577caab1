//! Files as bytes, and the array containers that samples and networks share.
//!
//! The containers (npy, npz, safetensors) are read by small parsers of our own
//! because the files are untrusted: with overflow checks, as we build, `npyz`
//! 0.9 panics on declared dimensions whose product overflows, `safetensors` 0.8
//! on declared offsets near the largest integer. The tests use both as
//! independent writers.
//!
//! The rule in every parser: a declared size is compared with the bytes that
//! are really there before anything of that size is allocated.

pub mod array;
pub mod inflate;
pub mod npy;
pub mod npz;
pub mod safetensors;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Where an object was read from: enough to recognise the file again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file, as the user named it.
    pub path: PathBuf,
    /// SHA-256 of the file as on disk (compressed, if it is), 64 lower-case hex digits.
    pub sha256: String,
}

/// A file read once: what is parsed is what was hashed.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// The file, as the user named it.
    pub path: PathBuf,
    /// The whole content.
    pub bytes: Vec<u8>,
    /// SHA-256 of `bytes`, 64 lower-case hex digits.
    pub sha256: String,
}

impl InputFile {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// Input, if there is no regular file there or it cannot be read. A device
    /// or a pipe is refused because it need not end.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let unreadable = |error: std::io::Error| {
            let advice = match error.kind() {
                std::io::ErrorKind::NotFound => "check the path",
                std::io::ErrorKind::PermissionDenied => "make the file readable",
                _ => "",
            };
            Error::input(path, "", "a readable file", error.to_string(), advice)
        };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if !metadata.is_file() {
            let found = if metadata.is_dir() {
                "a directory"
            } else {
                "a special file"
            };
            return Err(Error::input(path, "", "a regular file", found, ""));
        }
        let bytes = std::fs::read(path).map_err(unreadable)?;
        Ok(Self::from_bytes(path, bytes))
    }

    /// The same object for bytes already in memory; `path` only serves messages.
    pub fn from_bytes(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        let sha256 = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            path: path.into(),
            bytes,
            sha256,
        }
    }

    /// The record that objects made from this file keep.
    pub fn source(&self) -> Source {
        Source {
            path: self.path.clone(),
            sha256: self.sha256.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_standard_one() {
        // FIPS 180-2, appendix B.1.
        let file = InputFile::from_bytes("abc", b"abc".to_vec());
        assert_eq!(
            file.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
