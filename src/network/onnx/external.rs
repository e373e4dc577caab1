//! Tensors whose data lies in a file beside the model.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use prost::bytes::Bytes;

use super::messages::{Entry, Tensor, decode};
use crate::error::{Error, Result};
use crate::input::{InputFile, Source};

/// More files beside the model are refused.
const MAX_FILES: usize = 100;

/// The files beside a model that it took data from.
#[derive(Debug, Default)]
pub struct External {
    files: HashMap<String, Bytes>,
    /// Of each file.
    pub sources: Vec<Source>,
    /// Bytes of all files together.
    pub bytes: usize,
}

impl External {
    /// The data of a tensor whose entries have `width` bytes.
    ///
    /// # Errors
    /// Input: a location outside the model's folder, no such file, offset and
    /// length that are not within it.
    pub fn read(
        &mut self,
        tensor: &Tensor,
        width: usize,
        file: &InputFile,
        item: &str,
    ) -> Result<Bytes> {
        let refuse = |expected: String, found: String| {
            let advice = "write the weights into the model: torch.onnx.export(..., \
                          external_data=False), or onnx.save(model, path)";
            Error::input(&file.path, item, expected, found, advice)
        };
        let (mut location, mut offset, mut length) = (None, 0, None);
        for entry in &tensor.external {
            let Entry { key, value } = decode(entry.clone(), file, item)?;
            let number = || {
                value.parse::<usize>().map_err(|_| {
                    refuse(
                        format!("a number as {key} of external data"),
                        format!("{value:?}"),
                    )
                })
            };
            match key.as_str() {
                "location" => location = Some(value),
                "offset" => offset = number()?,
                "length" => length = Some(number()?),
                // A checksum, or what some later version says of the file.
                _ => {}
            }
        }
        let location = location.unwrap_or_default();
        let all = self.file(&location, file).map_err(|found| {
            refuse(
                "external data in a file of the model's folder".into(),
                found,
            )
        })?;
        // Without a length, what the shape needs.
        let needed = tensor
            .dims
            .iter()
            .try_fold(width, |n, &d| n.checked_mul(usize::try_from(d).ok()?));
        let end = length
            .or(needed)
            .and_then(|length| offset.checked_add(length));
        match end {
            Some(end) if offset <= end && end <= all.len() => Ok(all.slice(offset..end)),
            _ => Err(refuse(
                format!("data within the {} bytes of {location:?}", all.len()),
                format!("offset {offset}, length {length:?}"),
            )),
        }
    }

    /// The whole file, read once; else what was found instead.
    fn file(&mut self, location: &str, model: &InputFile) -> std::result::Result<Bytes, String> {
        if let Some(bytes) = self.files.get(location) {
            return Ok(bytes.clone());
        }
        if self.files.len() == MAX_FILES {
            return Err(format!("more than {MAX_FILES} files"));
        }
        let path = inside(location, &model.path)?;
        let read = InputFile::read(path).map_err(|error| error.to_string())?;
        self.sources.push(read.source());
        let bytes = Bytes::from(read.bytes);
        self.bytes = self.bytes.saturating_add(bytes.len());
        self.files.insert(location.to_owned(), bytes.clone());
        Ok(bytes)
    }
}

/// The path of a location, which must not lead out of the model's folder.
fn inside(location: &str, model: &Path) -> std::result::Result<PathBuf, String> {
    let relative = Path::new(location);
    let plain = relative
        .components()
        .all(|c| matches!(c, Component::Normal(_)));
    if location.is_empty() || !plain {
        return Err(format!("the location {location:?}"));
    }
    let folder = match model.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let path = folder.join(relative);
    // A link may lead out of the folder where no name does.
    let resolve = |p: &Path| {
        p.canonicalize()
            .map_err(|error| format!("{location:?}: {error}"))
    };
    if resolve(&path)?.starts_with(resolve(folder)?) {
        Ok(path)
    } else {
        Err(format!("the link {location:?}, which leads out of it"))
    }
}
