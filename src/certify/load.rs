//! The files of a request, read and found to fit each other.

use super::{Request, Role, SourceOf};
use crate::data::{self, ReadOptions, Sample, Split};
use crate::error::{Error, Result};
use crate::input::Source;
use crate::network::{self, Model};
use std::path::Path;

/// A model, its prior and its sample, read and found to fit each other.
pub struct Loaded {
    pub model: Model,
    /// `None` is the zero prior.
    pub prior: Option<Model>,
    pub sample: Sample,
    pub test: Option<Sample>,
    pub sources: Vec<SourceOf>,
}

/// Reads and checks the files of a request.
///
/// # Errors
/// The user's: which file, what was expected, what was found.
pub fn load(request: &Request) -> Result<Loaded> {
    let architecture = request.architecture.as_deref();
    let model = network::read_model(&request.model, architecture)?;
    let prior = match &request.prior {
        None => None,
        Some(path) => Some(network::read_reference(path, architecture, &model)?),
    };
    let (mut sample, mut sources) = read_sample(request, Split::Train)?;
    if sample.len() < 2 {
        return Err(Error::input(
            &request.data,
            "sample",
            "at least 2 samples (the bounds divide by m - 1)",
            "1",
            "",
        ));
    }
    let mut test = match data::has_test_split(&request.data) {
        true => Some(read_split(request, Split::Test)?),
        false => None,
    };
    if model.folded_bias() {
        sample = sample.with_constant_one()?;
        test = test.map(|t| t.with_constant_one()).transpose()?;
    }
    // Before anything takes long.
    for part in [&sample].into_iter().chain(&test) {
        model.check(part.dim(), part.classes())?;
    }
    let mut add = |role: Role, of: &[Source]| {
        sources.extend(of.iter().map(|s| SourceOf::new(role, s)));
    };
    add(Role::Model, model.graph.sources());
    if let Some(prior) = &prior {
        add(Role::Prior, prior.graph.sources());
    }
    if let Some(test) = &test {
        add(Role::Test, test.sources());
    }
    let mut unique: Vec<SourceOf> = Vec::new();
    for mut source in sources {
        if Some(&source.source.path) == request.architecture.as_ref() {
            source.role = Role::Architecture;
        }
        if !unique.contains(&source) {
            unique.push(source);
        }
    }
    Ok(Loaded {
        model,
        prior,
        sample,
        test,
        sources: unique,
    })
}

fn read_split(request: &Request, split: Split) -> Result<Sample> {
    let options = ReadOptions {
        split,
        scale: request.scale.clone(),
        labels: request.labels.clone(),
    };
    data::read(&request.data, &options)
}

fn read_sample(request: &Request, split: Split) -> Result<(Sample, Vec<SourceOf>)> {
    let whole = read_split(request, split)?;
    let data = whole.sources().iter();
    let mut sources: Vec<_> = data.map(|s| SourceOf::new(Role::Data, s)).collect();
    let prior_indices = request
        .prior_indices
        .as_deref()
        .map(data::read_indices)
        .transpose()?;
    if let Some(prior) = &prior_indices {
        check_prior_rows(prior, whole.len())?;
        sources.push(SourceOf::new(Role::PriorIndices, &prior.source));
    }
    let Some(path) = &request.indices else {
        if prior_indices.is_some() {
            return Err(overlap_error(
                request.prior_indices.as_deref(),
                "the sample is the whole data set",
            ));
        }
        return Ok((whole, sources));
    };
    let indices = data::read_indices(path)?;
    indices.check(whole.len())?;
    sources.push(SourceOf::new(Role::Indices, &indices.source));
    if let Some(overlap) = prior_indices
        .as_ref()
        .and_then(|prior| indices.overlap(prior))
    {
        return Err(overlap_error(
            request.prior_indices.as_deref(),
            &format!(
                "{} common rows, the first is {}",
                overlap.count, overlap.first
            ),
        ));
    }
    Ok((whole.select(&indices.values)?, sources))
}

/// Rows that the data set does not have are not what the prior was trained on:
/// comparing the sample with them would prove nothing. They may repeat.
fn check_prior_rows(prior: &data::Indices, len: usize) -> Result<()> {
    let refuse = |expected: String, found: String| {
        Error::input(&prior.source.path, "indices", expected, found, "")
    };
    if prior.values.is_empty() {
        return Err(refuse("at least one index".into(), "none".into()));
    }
    match prior.values.iter().enumerate().find(|(_, i)| **i >= len) {
        None => Ok(()),
        Some((position, index)) => Err(refuse(
            format!("indices below {len}, the number of points"),
            format!("{index} at position {position}"),
        )),
    }
}

fn overlap_error(prior: Option<&Path>, found: &str) -> Error {
    Error::input(
        prior.unwrap_or(Path::new("prior indices")),
        "",
        "indices that the sample does not contain: the prior must be independent of the sample",
        found,
        "leave the prior's training rows out of --indices",
    )
}
