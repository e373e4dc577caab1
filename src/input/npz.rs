//! NumPy's `.npz` format: a zip archive of `.npy` members, stored or deflated.
//!
//! Only what NumPy writes is read: no encryption, no other compression, one
//! disk. Archives that need zip64 offsets (over 4 GiB) are refused; the zip64
//! fields NumPy puts into local headers are skipped, since the central
//! directory repeats their content.

use std::path::{Path, PathBuf};

use super::array::Array;
use super::{InputFile, inflate, npy};
use crate::error::{Error, Result};

const END: [u8; 4] = *b"PK\x05\x06";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// Length of the end record without its comment, whose length is a u16.
const END_LENGTH: usize = 22;

/// The directory of an archive whose members are read on demand.
#[derive(Debug)]
pub struct Npz<'a> {
    path: PathBuf,
    bytes: &'a [u8],
    members: Vec<Member>,
}

/// One line of the central directory.
#[derive(Debug)]
struct Member {
    /// Name of the array: the member's name without `.npy`.
    name: String,
    encrypted: bool,
    method: u16,
    crc32: u32,
    compressed: u32,
    size: u32,
    offset: u32,
}

impl<'a> Npz<'a> {
    /// Reads the directory of the archive.
    ///
    /// Members whose name does not end in `.npy` are ignored, as NumPy does.
    ///
    /// # Errors
    /// Input, if it is not a zip archive of the kind described above, two
    /// members have the same name, or they claim more bytes than there are
    /// (members that overlap are how small archives pretend to be huge).
    pub fn open(file: &'a InputFile) -> Result<Self> {
        let members = directory(&file.bytes).map_err(|found| {
            Error::input(
                &file.path,
                "",
                "a .npz archive",
                found,
                "write it with numpy.savez(path, x=..., y=...)",
            )
        })?;
        Ok(Self {
            path: file.path.clone(),
            bytes: &file.bytes,
            members,
        })
    }

    /// Names of the arrays, in the order of the archive.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    /// The archive's path, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads one array.
    ///
    /// # Errors
    /// Input, if there is no such array, its compression is not supported, its
    /// bytes do not have the declared number or checksum, or they are not an
    /// array (see [`npy::parse`]).
    pub fn read(&self, name: &str) -> Result<Array> {
        let item = item(name);
        let member = self.members.iter().find(|m| m.name == name);
        let member = member.ok_or_else(|| {
            Error::input(&self.path, "", &item, format!("arrays {}", self.list()), "")
        })?;
        let bytes = member.content(self.bytes).map_err(|(expected, found)| {
            Error::input(
                &self.path,
                &item,
                expected,
                found,
                "the archive is damaged or of another kind: write it again with numpy.savez",
            )
        })?;
        npy::parse(&bytes, &self.path, &item)
    }

    /// The names for a message, at most ten of them.
    pub fn list(&self) -> String {
        let shown: Vec<&str> = self.names().take(10).collect();
        let more = if self.members.len() > 10 { ", ..." } else { "" };
        format!("[{}{more}]", shown.join(", "))
    }
}

/// How messages call an array.
pub fn item(name: &str) -> String {
    format!("array {name:?}")
}

impl Member {
    /// The member's uncompressed bytes; else what was expected and found.
    fn content(&self, archive: &[u8]) -> std::result::Result<Vec<u8>, (String, String)> {
        let no = |expected: &str, found: String| (expected.to_owned(), found);
        if self.encrypted {
            return Err(no("no encryption", "an encrypted member".into()));
        }
        let data = self.data(archive).ok_or_else(|| {
            let expected = format!("{} compressed bytes", self.compressed);
            (expected, "an archive that is truncated there".into())
        })?;
        let size = u64::from(self.size);
        let expected = format!("{size} bytes");
        let bytes = match self.method {
            0 if data.len() as u64 == size => data.to_vec(),
            0 => return Err((expected, format!("{} bytes", data.len()))),
            8 if size > inflate::limit(data.len()) => {
                let most = inflate::limit(data.len());
                let found = format!("{} compressed bytes (at most {most})", data.len());
                return Err((expected, found));
            }
            8 => inflate::read_exactly(flate2::bufread::DeflateDecoder::new(data), size)
                .map_err(|found| (expected, found))?,
            other => return Err(no("a stored or deflated member", format!("method {other}"))),
        };
        let mut crc = flate2::Crc::new();
        crc.update(&bytes);
        if crc.sum() != self.crc32 {
            let expected = format!("checksum {:08x}", self.crc32);
            return Err((expected, format!("{:08x}", crc.sum())));
        }
        Ok(bytes)
    }

    /// The member's compressed bytes, which follow its local header.
    fn data<'a>(&self, archive: &'a [u8]) -> Option<&'a [u8]> {
        let local = archive.get(usize::try_from(self.offset).ok()?..)?;
        let mut fields = Fields(local.strip_prefix(&LOCAL)?);
        // Version, flags, method, time, date, checksum and both sizes: the
        // central directory has them, and has them even in a streamed archive.
        fields.take(22)?;
        let name = usize::from(fields.u16()?);
        let extra = usize::from(fields.u16()?);
        fields.take(name.checked_add(extra)?)?;
        fields.take(usize::try_from(self.compressed).ok()?)
    }
}

/// The arrays in the archive; else what was found instead of an archive.
fn directory(bytes: &[u8]) -> std::result::Result<Vec<Member>, String> {
    let end = end_record(bytes).ok_or("no end record: another format, or a truncated file")?;
    let end = read_end(end).ok_or("a truncated end record")?;
    if end.count == u16::MAX || end.size == u32::MAX || end.offset == u32::MAX {
        return Err("a zip64 archive (over 4 GiB); store the arrays as .npy files".into());
    }
    let truncated = || "a directory that lies outside the file".to_owned();
    let table = slice(bytes, end.offset, end.size).ok_or_else(truncated)?;
    let mut fields = Fields(table);
    let mut members: Vec<Member> = Vec::new();
    let mut names = std::collections::HashSet::new();
    let mut claimed = 0u64;
    for _ in 0..end.count {
        let (name, mut member) = read_member(&mut fields).ok_or_else(truncated)?;
        claimed += u64::from(member.compressed);
        let name = std::str::from_utf8(name).map_err(|_| "a name that is not UTF-8")?;
        let Some(name) = name.strip_suffix(".npy") else {
            continue;
        };
        if !names.insert(name.to_owned()) {
            return Err(format!("two arrays named {name:?}"));
        }
        member.name = name.to_owned();
        members.push(member);
    }
    if claimed > bytes.len() as u64 {
        return Err(format!(
            "members of {claimed} bytes together in a file of {}",
            bytes.len()
        ));
    }
    Ok(members)
}

/// What follows the end record's signature, found from the end of the file:
/// the one whose comment ends exactly where the file does.
fn end_record(bytes: &[u8]) -> Option<&[u8]> {
    let last = bytes.len().checked_sub(END_LENGTH)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    (first..=last).rev().find_map(|start| {
        let record = bytes.get(start..)?.strip_prefix(&END)?;
        let comment = Fields(record.get(16..)?).u16()?;
        (record.len() == END_LENGTH - END.len() + usize::from(comment)).then_some(record)
    })
}

struct End {
    count: u16,
    size: u32,
    offset: u32,
}

fn read_end(record: &[u8]) -> Option<End> {
    let mut fields = Fields(record);
    // Number of this disk, disk of the directory, entries on this disk.
    fields.take(6)?;
    Some(End {
        count: fields.u16()?,
        size: fields.u32()?,
        offset: fields.u32()?,
    })
}

/// The next line of the directory; its name is left for the caller to judge.
fn read_member<'a>(fields: &mut Fields<'a>) -> Option<(&'a [u8], Member)> {
    if fields.take(4)? != CENTRAL {
        return None;
    }
    // Version made by, version needed.
    fields.take(4)?;
    let flags = fields.u16()?;
    let method = fields.u16()?;
    // Time, date.
    fields.take(4)?;
    let crc32 = fields.u32()?;
    let compressed = fields.u32()?;
    let size = fields.u32()?;
    let name = usize::from(fields.u16()?);
    let extra = usize::from(fields.u16()?);
    let comment = usize::from(fields.u16()?);
    // Disk, internal and external attributes.
    fields.take(8)?;
    let offset = fields.u32()?;
    let name = fields.take(name)?;
    fields.take(extra)?;
    fields.take(comment)?;
    let member = Member {
        name: String::new(),
        encrypted: flags & 1 == 1,
        method,
        crc32,
        compressed,
        size,
        offset,
    };
    Some((name, member))
}

fn slice(bytes: &[u8], offset: u32, length: u32) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let length = usize::try_from(length).ok()?;
    bytes.get(start..start.checked_add(length)?)
}

/// Little-endian fields read from the front.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u16::from_le_bytes(*taken))
    }

    fn u32(&mut self) -> Option<u32> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*taken))
    }
}
