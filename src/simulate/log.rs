//! The log of a run: a line of JSON for its head and one for each replicate.
//!
//! Lines are appended and flushed whole, so that a run killed at any point has
//! lost the replicates in flight and nothing else: a line without its end is cut
//! off when the run goes on. Replicates are deterministic, so their order in the
//! log does not matter.

use super::{Compared, Outcome, Replicate, Spec};
use crate::error::{Error, Result};
use crate::real::Enclosure;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Every n-th replicate, from the i-th (1..=n).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    pub i: usize,
    pub n: usize,
}

impl Shard {
    pub const WHOLE: Self = Self { i: 1, n: 1 };

    /// Whether the replicate with this number is of it.
    pub fn has(&self, number: usize) -> bool {
        number % self.n == self.i - 1
    }
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    schema: String,
    version: String,
    spec: String,
    seed: u64,
    delta: String,
    settings: usize,
    replicates: usize,
    bounds: Vec<String>,
    shard: Shard,
}

const SCHEMA: &str = "gapcert-simulation/2";

/// The line of a replicate. Enclosures are outward decimals of 17 digits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    setting: usize,
    replicate: usize,
    seed: u64,
    m: usize,
    risk: [String; 2],
    empirical: [String; 2],
    rademacher: [String; 2],
    bounds: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    value: [String; 2],
    exact: [String; 2],
    outcome: String,
}

const DIGITS: usize = 17;

/// A log being written.
pub struct Log {
    path: PathBuf,
    file: File,
}

impl Log {
    /// Opens the log of this spec and shard to go on with, or begins it. Also the
    /// numbers of the replicates that it has already.
    ///
    /// # Errors
    /// Input: a log of another spec or shard, or one that is damaged before its
    /// last line; a file that cannot be written.
    pub fn open(path: &Path, spec: &Spec, shard: Shard) -> Result<(Self, Vec<bool>)> {
        let mut done = vec![false; spec.total()];
        let head = Head::of(spec, shard);
        let exists = path.metadata().is_ok_and(|m| m.len() > 0);
        if exists {
            cut_last_line(path)?;
        }
        if path.metadata().is_ok_and(|m| m.len() > 0) {
            let mut check = |replicate: Replicate| {
                done[spec.number(replicate.setting, replicate.index)] = true;
                Ok(())
            };
            read_log(
                path,
                spec,
                &mut |found: &Head| found.same(&head, path),
                &mut check,
            )?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|e| unwritable(path, &e))?;
        let mut log = Self {
            path: path.to_owned(),
            file,
        };
        if log.file.metadata().is_ok_and(|m| m.len() == 0) {
            log.line(&head)?;
        }
        Ok((log, done))
    }

    /// Appends a replicate.
    ///
    /// # Errors
    /// Input, if the file cannot be written.
    pub fn append(&mut self, replicate: &Replicate) -> Result<()> {
        self.line(&Line::of(replicate))
    }

    fn line(&mut self, content: &impl Serialize) -> Result<()> {
        let bug = |e: serde_json::Error| Error::bug(format!("a line is JSON: {e}"), "");
        let mut text = serde_json::to_string(content).map_err(bug)?;
        text.push('\n');
        // One call, so that a line is there whole or cut off.
        let written = self.file.write_all(text.as_bytes());
        let flushed = written.and_then(|()| self.file.flush());
        flushed.map_err(|e| unwritable(&self.path, &e))
    }
}

fn unwritable(path: &Path, e: &std::io::Error) -> Error {
    Error::input(path, "", "a file that can be written", e.to_string(), "")
}

/// Removes what follows the last end of a line.
fn cut_last_line(path: &Path) -> Result<()> {
    let failed = |e: std::io::Error| unwritable(path, &e);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut end = length;
    let mut block = [0u8; 4096];
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let part = &mut block[..(end - start) as usize];
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        file.read_exact(part).map_err(failed)?;
        if let Some(at) = part.iter().rposition(|b| *b == b'\n') {
            end = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    if end < length {
        file.set_len(end).map_err(failed)?;
    }
    Ok(())
}

/// Reads the logs of all shards of one run, replicate by replicate.
///
/// # Errors
/// Input: logs of different specs or versions, shards that overlap, replicates
/// that are twice there or missing.
pub fn read_logs(
    paths: &[PathBuf],
    spec: &Spec,
    each: &mut dyn FnMut(Replicate) -> Result<()>,
) -> Result<()> {
    let mut seen = vec![false; spec.total()];
    for path in paths {
        let mut head_fits = |head: &Head| head.same(&Head::of(spec, head.shard), path);
        let mut once = |replicate: Replicate| {
            let number = spec.number(replicate.setting, replicate.index);
            if std::mem::replace(&mut seen[number], true) {
                let item = format!(
                    "replicate {} of setting {}",
                    replicate.index, replicate.setting
                );
                let advice = "merge each shard once";
                return Err(Error::input(
                    path,
                    item,
                    "a replicate once",
                    "it twice",
                    advice,
                ));
            }
            each(replicate)
        };
        read_log(path, spec, &mut head_fits, &mut once)?;
    }
    let missing = seen.iter().filter(|s| !**s).count();
    if missing > 0 {
        let first = seen.iter().position(|s| !s).unwrap_or(0);
        let file = paths.first().cloned().unwrap_or_default();
        return Err(Error::input(
            file,
            "",
            format!("all {} replicates", spec.total()),
            format!("{missing} missing, the first is number {first}"),
            "run the missing shards, or let an interrupted one go on",
        ));
    }
    Ok(())
}

fn read_log(
    path: &Path,
    spec: &Spec,
    head_fits: &mut dyn FnMut(&Head) -> Result<()>,
    each: &mut dyn FnMut(Replicate) -> Result<()>,
) -> Result<()> {
    let failed = |e: std::io::Error| Error::input(path, "", "a readable log", e.to_string(), "");
    let file = File::open(path).map_err(failed)?;
    for (i, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(failed)?;
        let damaged = |expected: &str, found: String| {
            Error::input(path, format!("line {}", i + 1), expected, found, "")
        };
        if i == 0 {
            let head: Head = serde_json::from_str(&line)
                .map_err(|e| damaged("the head of a simulation's log", e.to_string()))?;
            head_fits(&head)?;
            continue;
        }
        let line: Line =
            serde_json::from_str(&line).map_err(|e| damaged("a replicate", e.to_string()))?;
        let replicate = line
            .replicate(spec)
            .ok_or_else(|| damaged("a replicate of this run", "another".into()))?;
        each(replicate)?;
    }
    Ok(())
}

impl Head {
    fn of(spec: &Spec, shard: Shard) -> Self {
        Self {
            schema: SCHEMA.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            spec: spec.sha256.clone(),
            seed: spec.seed,
            delta: spec.delta.text().into(),
            settings: spec.settings.len(),
            replicates: spec.replicates,
            bounds: spec
                .bounds
                .iter()
                .map(|b| format!("{}:{}", b.id, b.form))
                .collect(),
            shard,
        }
    }

    fn same(&self, wanted: &Self, path: &Path) -> Result<()> {
        let differs = |item: &str, wanted: String, found: String| {
            let advice = "give another folder for another run";
            Err(Error::input(path, item, wanted, found, advice))
        };
        if self.spec != wanted.spec {
            return differs(
                "spec",
                format!("the log of spec {}", wanted.spec),
                self.spec.clone(),
            );
        }
        if self.version != wanted.version {
            let wanted = format!("a log of version {}", wanted.version);
            return differs("version", wanted, self.version.clone());
        }
        if self != wanted {
            return differs("head", format!("{wanted:?}"), format!("{self:?}"));
        }
        Ok(())
    }
}

impl Outcome {
    /// As logs spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Violated => "violated",
            Self::Undecided => "undecided",
            Self::NotCompared => "not compared",
            Self::NotApplicable => "not applicable",
        }
    }

    fn of(name: &str) -> Option<Self> {
        let all = [
            Self::Holds,
            Self::Violated,
            Self::Undecided,
            Self::NotCompared,
            Self::NotApplicable,
        ];
        all.into_iter().find(|o| o.name() == name)
    }
}

/// Outward decimals, as logs hold them.
pub(crate) fn text(x: &Enclosure) -> [String; 2] {
    let (lo, hi) = x.to_decimal(DIGITS);
    [lo, hi]
}

fn enclosure([lo, hi]: &[String; 2]) -> Option<Enclosure> {
    let prec = Enclosure::DEFAULT_PRECISION;
    if lo == "-inf" || hi == "inf" {
        return Some(Enclosure::undefined(prec));
    }
    let end = |text: &str| Enclosure::parse(prec, text).ok();
    Enclosure::new(prec, &end(lo)?.lo(), &end(hi)?.hi())
}

impl Line {
    fn of(r: &Replicate) -> Self {
        let entry = |c: &Compared| Entry {
            value: text(&c.value),
            exact: text(&c.exact),
            outcome: c.outcome.name().into(),
        };
        Self {
            setting: r.setting,
            replicate: r.index,
            seed: r.seed,
            m: r.m,
            risk: text(&r.risk),
            empirical: text(&r.empirical),
            rademacher: text(&r.rademacher),
            bounds: r.bounds.iter().map(entry).collect(),
        }
    }

    fn replicate(&self, spec: &Spec) -> Option<Replicate> {
        let fits = self.setting < spec.settings.len()
            && self.replicate < spec.replicates
            && self.bounds.len() == spec.bounds.len();
        if !fits {
            return None;
        }
        let bounds = spec.bounds.iter().zip(&self.bounds).map(|(&bound, e)| {
            Some(Compared {
                bound,
                value: enclosure(&e.value)?,
                exact: enclosure(&e.exact)?,
                outcome: Outcome::of(&e.outcome)?,
            })
        });
        Some(Replicate {
            setting: self.setting,
            index: self.replicate,
            seed: self.seed,
            m: self.m,
            risk: enclosure(&self.risk)?,
            empirical: enclosure(&self.empirical)?,
            rademacher: enclosure(&self.rademacher)?,
            bounds: bounds.collect::<Option<_>>()?,
        })
    }
}
