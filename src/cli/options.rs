//! Options that several commands share.

use clap::Args;
use gapcert::bound::{self, Bound, Confidence};
use gapcert::certify::{Request, Settings};
use gapcert::data::parse_scale;
use gapcert::error::{Error, Result};
use gapcert::real::{Enclosure, parse_rational};
use rug::Rational;
use std::path::PathBuf;

/// Highest precision accepted on the command line, in bits.
const HIGHEST_PRECISION: u32 = 10_000;

/// Where the sample comes from, and what the model's file does not say.
#[derive(Args, Clone)]
pub struct SampleOptions {
    /// What the layers of a .safetensors or .npz model are (TOML); without it
    /// they are those of a multilayer perceptron.
    #[arg(long, value_name = "FILE")]
    pub architecture: Option<PathBuf>,
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
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true)]
    pub scale: Option<String>,
    /// A bound on ||x|| that holds almost surely [default: what the format
    /// guarantees, if anything].
    #[arg(long, value_name = "NORM", allow_negative_numbers = true)]
    pub input_norm: Option<String>,
}

impl SampleOptions {
    pub fn scale(&self) -> Result<Option<Rational>> {
        self.scale.as_deref().map(parse_scale).transpose()
    }

    pub fn input_norm(&self, prec: u32) -> Result<Option<Enclosure>> {
        positive("--input-norm", self.input_norm.as_deref(), prec)
    }

    /// A request for the model with this sample and everything else at its
    /// default.
    pub fn request(&self, model: PathBuf, prec: u32) -> Result<Request> {
        let is_npy = self
            .data
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("npy"));
        if self.labels.is_some() && !is_npy {
            let found = self.data.display().to_string();
            let advice = "other formats hold their labels: leave the option out";
            return Err(Error::input(
                "--labels",
                "",
                "a .npy file as --data",
                found,
                advice,
            ));
        }
        Ok(Request {
            model,
            architecture: self.architecture.clone(),
            data: self.data.clone(),
            labels: self.labels.clone(),
            indices: self.indices.clone(),
            prior: None,
            prior_indices: None,
            scale: self.scale()?,
            settings: Settings {
                input_norm: self.input_norm(prec)?,
                ..Settings::new(Confidence::default_at(prec), prec)
            },
        })
    }
}

/// A number given on the command line.
pub fn number(option: &str, text: &str, prec: u32) -> Result<Enclosure> {
    let expected = "a number: a decimal, a fraction p/q or a hexadecimal float";
    read(text, prec).ok_or_else(|| refuse(option, expected, text))
}

fn read(text: &str, prec: u32) -> Option<Enclosure> {
    Some(Enclosure::rational(prec, &parse_rational(text).ok()?))
}

fn refuse(option: &str, expected: &str, text: &str) -> Error {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    Error::input(option, "", expected, format!("{shown:?}"), "")
}

/// A number above 0, if given.
pub fn positive(option: &str, text: Option<&str>, prec: u32) -> Result<Option<Enclosure>> {
    text.map(|text| match read(text, prec) {
        Some(x) if x.lo() > 0 => Ok(x),
        _ => Err(refuse(option, "a number > 0", text)),
    })
    .transpose()
}

/// A failure probability.
pub fn delta(text: &str, prec: u32) -> Result<Confidence> {
    Confidence::parse(text, prec).ok_or_else(|| {
        refuse(
            "--delta",
            "a probability in (0, 1), as a 64-bit float too",
            text,
        )
    })
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

/// Uses so many threads from here on. They change nothing but the time.
pub fn limit_threads(threads: Option<usize>) {
    if let Some(threads) = threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1));
        // Only the first call can set it, and this is the first.
        let _ = pool.build_global();
    }
}
