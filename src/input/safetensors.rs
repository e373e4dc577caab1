//! The safetensors format: tensors of plain numbers behind a JSON header.
//!
//! Layout: the header's length (8 bytes, little-endian), the header — an
//! object from a tensor's name to its `dtype`, `shape` and `data_offsets`
//! (begin and end, counted from the end of the header) — and the values,
//! little-endian and row-major, which the tensors must cover without gap or
//! overlap.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::InputFile;
use crate::error::{Error, Result};

/// A longer header is refused, as the format's own library does: 100 MB.
const MAX_HEADER: u64 = 100_000_000;

/// A tensor and its bytes, whose number agrees with dtype and shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor<'a> {
    /// The tensor's name.
    pub name: String,
    /// Type of the values.
    pub dtype: Dtype,
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// The values: little-endian, row-major.
    pub data: &'a [u8],
}

/// Type of a tensor's values: the floats, from 16 bits up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Dtype {
    F16,
    Bf16,
    F32,
    F64,
}

impl Dtype {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "F16" => Some(Dtype::F16),
            "BF16" => Some(Dtype::Bf16),
            "F32" => Some(Dtype::F32),
            "F64" => Some(Dtype::F64),
            _ => None,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Dtype::F16 | Dtype::Bf16 => 2,
            Dtype::F32 => 4,
            Dtype::F64 => 8,
        }
    }
}

/// How messages call a tensor.
pub fn item(name: &str) -> String {
    format!("tensor {name:?}")
}

/// Parses a whole file; the tensors come in the order of their data.
///
/// # Errors
/// Input, if the header is not of this format or repeats a name, a dtype is
/// not a float, a tensor's offsets disagree with its shape, or the tensors do
/// not cover the data exactly.
pub fn parse(file: &InputFile) -> Result<Vec<Tensor<'_>>> {
    let refuse = |found: String| {
        let expected = "a safetensors file";
        let advice = "write it with safetensors.torch.save_file";
        Error::input(&file.path, "", expected, found, advice)
    };
    let (header, data) = split(&file.bytes).map_err(refuse)?;
    let Header(entries) = serde_json::from_slice(header)
        .map_err(|error| refuse(format!("a header that is not understood ({error})")))?;
    let mut tensors = Vec::new();
    for (name, entry) in entries {
        tensors.push(tensor(file, name, entry, data)?);
    }
    tensors.sort_by_key(|&(begin, end, _)| (begin, end));
    let mut covered = 0;
    for (begin, end, tensor) in &tensors {
        if *begin != covered {
            return Err(Error::input(
                &file.path,
                item(&tensor.name),
                format!("data that begins at byte {covered}"),
                format!("{begin}"),
                "the file is damaged: write it again",
            ));
        }
        covered = *end;
    }
    if covered != data.len() {
        return Err(refuse(format!(
            "{} bytes of data of which the tensors cover {covered}",
            data.len()
        )));
    }
    Ok(tensors.into_iter().map(|(_, _, tensor)| tensor).collect())
}

/// Header and data; else what was found instead.
fn split(bytes: &[u8]) -> std::result::Result<(&[u8], &[u8]), String> {
    let (length, rest) = bytes
        .split_first_chunk()
        .ok_or_else(|| format!("a file of {} bytes", bytes.len()))?;
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER {
        return Err(format!("a declared header of {length} bytes"));
    }
    usize::try_from(length)
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or_else(|| {
            format!(
                "a declared header of {length} bytes in a file of {}",
                bytes.len()
            )
        })
}

/// The tensor with the begin and end of its data.
fn tensor<'a>(
    file: &InputFile,
    name: String,
    entry: Entry,
    data: &'a [u8],
) -> Result<(usize, usize, Tensor<'a>)> {
    let refuse = |expected: String, found: String, advice: &str| {
        Error::input(&file.path, item(&name), expected, found, advice)
    };
    let dtype = Dtype::parse(&entry.dtype).ok_or_else(|| {
        refuse(
            "dtype F64, F32, F16 or BF16".into(),
            entry.dtype.clone(),
            "convert the tensor, or leave it out",
        )
    })?;
    let size = entry
        .shape
        .iter()
        .try_fold(dtype.bytes(), |product, &n| product.checked_mul(n));
    let (begin, end) = entry.data_offsets;
    let bytes = data.get(begin..end).ok_or_else(|| {
        refuse(
            format!("offsets within the {} bytes of data", data.len()),
            format!("[{begin}, {end}]"),
            "the file is truncated or damaged: write it again",
        )
    })?;
    if size != Some(bytes.len()) {
        return Err(refuse(
            format!(
                "{} bytes for each value of {:?}",
                dtype.bytes(),
                entry.shape
            ),
            format!("{} bytes", bytes.len()),
            "the file is damaged: write it again",
        ));
    }
    let tensor = Tensor {
        name,
        dtype,
        shape: entry.shape,
        data: bytes,
    };
    Ok((begin, end, tensor))
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

/// The tensors of the header; a repeated name is an error, where a map would
/// silently keep the last.
struct Header(Vec<(String, Entry)>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object from names to tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Header, A::Error> {
        let mut entries = Vec::new();
        let mut names = std::collections::HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.clone()) {
                let message = format!("the name {name:?} twice");
                return Err(serde::de::Error::custom(message));
            }
            if name == "__metadata__" {
                map.next_value::<serde::de::IgnoredAny>()?;
            } else {
                entries.push((name, map.next_value()?));
            }
        }
        Ok(Header(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str, data: &[u8]) -> std::result::Result<usize, String> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        let file = InputFile::from_bytes("m.safetensors", bytes);
        parse(&file).map(|t| t.len()).map_err(|e| e.to_string())
    }

    #[test]
    fn metadata_is_not_a_tensor() {
        let header = r#"{"__metadata__":{"format":"pt"},
            "w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  "#;
        assert_eq!(read(header, &[0; 4]), Ok(1));
    }

    #[test]
    fn defects_of_the_header_are_named() {
        let max = usize::MAX;
        for (header, found) in [
            ("[]".to_owned(), "not understood"),
            ("{".to_owned(), "not understood"),
            (
                r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
                    "w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
                    .to_owned(),
                "the name \"w\" twice",
            ),
            (
                r#"{"w":{"dtype":"I64","shape":[1],"data_offsets":[0,4]}}"#.to_owned(),
                "tensor \"w\": expected dtype F64, F32, F16 or BF16, found I64",
            ),
            (
                r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#.to_owned(),
                "expected offsets within the 4 bytes of data, found [0, 8]",
            ),
            (
                r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#.to_owned(),
                "found [4, 0]",
            ),
            (
                r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#.to_owned(),
                "expected 4 bytes for each value of [2], found 4 bytes",
            ),
            (
                format!(r#"{{"w":{{"dtype":"F32","shape":[{max},2],"data_offsets":[0,4]}}}}"#),
                "found 4 bytes",
            ),
            (
                r#"{"w":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#.to_owned(),
                "4 bytes of data of which the tensors cover 2",
            ),
            (
                r#"{"w":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}"#.to_owned(),
                "expected data that begins at byte 0, found 2",
            ),
        ] {
            let text = read(&header, &[0; 4]).unwrap_err();
            assert!(text.contains(found), "{text}");
        }
    }

    #[test]
    fn a_lying_length_allocates_nothing() {
        for length in [u64::MAX, 99_999_999, 5] {
            let mut bytes = length.to_le_bytes().to_vec();
            bytes.extend(b"{}");
            let file = InputFile::from_bytes("m.safetensors", bytes);
            let text = parse(&file).unwrap_err().to_string();
            assert!(text.contains("found a declared header of"), "{text}");
        }
    }
}
