//! Options that several commands share.

use clap::Args;
use gapcert::bound::{self, Bound};
use gapcert::certify::Request;
use gapcert::data::parse_scale;
use gapcert::error::{Error, Result};
use gapcert::real::{Enclosure, parse_rational};
use rug::Rational;
use std::path::PathBuf;

/// Highest precision accepted on the command line, in bits.
const HIGHEST_PRECISION: u32 = 10_000;

/// Where the sample comes from.
#[derive(Args, Clone)]
pub struct SampleOptions {
    /// Folder of MNIST-style IDX files (.gz or not), .npz, .npy or .csv.
    #[arg(long, value_name = "PATH")]
    pub data: PathBuf,
    /// Labels (.npy) of a .npy sample.
    #[arg(long, value_name = "FILE")]
    pub labels: Option<PathBuf>,
    /// Rows of the data that are the sample (.npy or .txt); all, if not given.
    #[arg(long, value_name = "FILE")]
    pub indices: Option<PathBuf>,
    /// Exact factor from stored to actual inputs, a decimal or p/q
    /// [default: 1/255 for 8-bit data, 1 otherwise].
    #[arg(long, value_name = "FACTOR")]
    pub scale: Option<String>,
    /// A bound on ||x|| that holds almost surely [default: what the format
    /// guarantees, if anything].
    #[arg(long, value_name = "NORM")]
    pub input_norm: Option<String>,
}

impl SampleOptions {
    pub fn scale(&self) -> Result<Option<Rational>> {
        self.scale.as_deref().map(parse_scale).transpose()
    }

    pub fn input_norm(&self, prec: u32) -> Result<Option<Enclosure>> {
        self.input_norm
            .as_deref()
            .map(|text| number("--input-norm", text, prec))
            .transpose()
            .and_then(|norm| match &norm {
                Some(n) if !(n.lo() > 0) => Err(Error::input(
                    "--input-norm",
                    "",
                    "a number > 0",
                    n.lo().to_string(),
                    "",
                )),
                _ => Ok(norm),
            })
    }

    /// A request for the model with this sample and everything else at its
    /// default.
    pub fn request(&self, model: PathBuf, prec: u32) -> Result<Request> {
        Ok(Request {
            model,
            data: self.data.clone(),
            labels: self.labels.clone(),
            indices: self.indices.clone(),
            prior: None,
            prior_indices: None,
            scale: self.scale()?,
            input_norm: self.input_norm(prec)?,
            delta: Enclosure::rational(prec, &Rational::from((1, 20))),
            bounds: Vec::new(),
            prec,
        })
    }
}

/// A number given on the command line.
pub fn number(option: &str, text: &str, prec: u32) -> Result<Enclosure> {
    let rational = parse_rational(text)
        .map_err(|e| Error::input(option, "", "a number", e.to_string(), ""))?;
    Ok(Enclosure::rational(prec, &rational))
}

/// A failure probability, in (0,1).
pub fn delta(text: &str, prec: u32) -> Result<Enclosure> {
    let x = number("--delta", text, prec)?;
    if x.lo() > 0 && x.hi() < 1 {
        Ok(x)
    } else {
        Err(Error::domain("0 < delta < 1", text))
    }
}

/// The bounds named, in order.
pub fn bounds(names: &[String]) -> Result<Vec<&'static Bound>> {
    names.iter().map(|n| bound::find(n)).collect()
}

/// Precision in bits, within what makes sense.
pub fn precision(bits: u32) -> Result<u32> {
    if (53..=HIGHEST_PRECISION).contains(&bits) {
        Ok(bits)
    } else {
        let expected = format!("53 to {HIGHEST_PRECISION} bits");
        Err(Error::input(
            "--precision",
            "",
            expected,
            bits.to_string(),
            "",
        ))
    }
}
