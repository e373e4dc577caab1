//! A simulation as TOML says it.

use crate::bound::{self, Bound, Confidence};
use crate::error::{Error, Result};
use crate::input::InputFile;
use crate::learner;
use crate::population;
use crate::real::Enclosure;
use crate::search::Fixed;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What a simulation does.
#[derive(Debug)]
pub struct Spec {
    /// SHA-256 of the text: logs of another spec are not mixed with these.
    pub sha256: String,
    /// Where relative paths start.
    pub folder: PathBuf,
    pub seed: u64,
    /// Samples drawn at each setting.
    pub replicates: usize,
    pub delta: Confidence,
    pub bounds: Vec<&'static Bound>,
    pub settings: Vec<Setting>,
    /// What the settings differ in, for plots.
    pub vary: String,
}

/// One combination of a population, a sample size and a learner.
#[derive(Clone, Debug)]
pub struct Setting {
    pub label: String,
    /// Where it is in a plot.
    pub x: f64,
    /// Sample size.
    pub m: usize,
    /// Rows drawn besides, for the test-set bound.
    pub test: usize,
    pub population: population::Spec,
    pub learner: learner::Spec,
    /// What the sparsity-aware bounds do not search.
    pub fixed: Fixed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    seed: u64,
    replicates: usize,
    #[serde(default = "delta")]
    delta: String,
    bounds: Vec<String>,
    m: OneOrMore,
    test: Option<usize>,
    /// Fixed for the sparsity-aware bounds, which search them otherwise.
    sparsity: Option<f64>,
    epsilon: Option<f64>,
    population: toml::Table,
    learner: toml::Table,
    /// What `setting` varies.
    #[serde(default)]
    vary: Option<String>,
    #[serde(default)]
    setting: Vec<Override>,
}

/// A setting: what it changes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    label: Option<String>,
    x: f64,
    m: Option<usize>,
    sparsity: Option<f64>,
    epsilon: Option<f64>,
    population: Option<toml::Table>,
    learner: Option<toml::Table>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(usize),
    More(Vec<usize>),
}

fn delta() -> String {
    "0.05".into()
}

/// Rows drawn at a time, and replicates: what memory holds.
const MOST_ROWS: usize = 10_000_000;
const MOST_REPLICATES: usize = 1_000_000_000;

impl Spec {
    /// Reads a spec.
    ///
    /// # Errors
    /// Input: names the field, what was expected and what was found.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_with_data(path, None)
    }

    /// The same with another path for the data set that is its population: a spec
    /// need not know where a machine keeps it.
    ///
    /// # Errors
    /// As [`Spec::read`]; a path for a spec whose population is no data set.
    pub fn read_with_data(path: &Path, data: Option<&Path>) -> Result<Self> {
        let file = InputFile::read(path)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Self::build(&file, folder, data)
    }

    /// The same from a file's content.
    ///
    /// # Errors
    /// As [`Spec::read`].
    pub fn parse(file: &InputFile, folder: PathBuf) -> Result<Self> {
        Self::build(file, folder, None)
    }

    fn build(file: &InputFile, folder: PathBuf, data: Option<&Path>) -> Result<Self> {
        let path = &file.path;
        let refuse = |item: &str, expected: &str, found: String| {
            Error::input(path, item, expected, found, "")
        };
        let text = std::str::from_utf8(&file.bytes)
            .map_err(|e| refuse("", "UTF-8 text", e.to_string()))?;
        let mut f: File =
            toml::from_str(text).map_err(|e| refuse("", "a simulation", e.message().to_owned()))?;
        if let Some(data) = data {
            let absolute = std::path::absolute(data)
                .map_err(|e| refuse("population.path", "a path", e.to_string()))?;
            if !f.read_from(&absolute.to_string_lossy()) {
                let found = "another kind".to_owned();
                return Err(refuse("population", "kind = \"data\", for --data", found));
            }
        }
        let delta = Confidence::parse(&f.delta, Enclosure::DEFAULT_PRECISION)
            .ok_or_else(|| refuse("delta", "a number in (0, 1)", f.delta.clone()))?;
        let bounds: Vec<_> = f
            .bounds
            .iter()
            .map(|b| bound::find(b))
            .collect::<Result<_>>()?;
        if bounds.is_empty() {
            return Err(refuse("bounds", "at least one bound", "none".into()));
        }
        if f.replicates == 0 {
            return Err(refuse("replicates", "at least 1", "0".into()));
        }
        let (sizes, vary) = match (&f.m, f.setting.is_empty()) {
            (OneOrMore::One(m), _) => (vec![*m], f.vary.clone()),
            (OneOrMore::More(sizes), _) if sizes.is_empty() => {
                return Err(refuse("m", "at least one sample size", "none".into()));
            }
            (OneOrMore::More(sizes), true) => (sizes.clone(), Some("m".into())),
            (OneOrMore::More(_), false) => {
                return Err(refuse(
                    "m",
                    "one sample size beside settings",
                    "a list".into(),
                ));
            }
        };
        let base = |m: usize| -> Result<Setting> {
            Ok(Setting {
                label: format!("m = {m}"),
                x: m as f64,
                m,
                test: f.test.unwrap_or(m),
                population: population::Spec::from_table(f.population.clone(), path)?,
                learner: learner::Spec::from_table(f.learner.clone(), path)?,
                fixed: fixed(f.sparsity, f.epsilon),
            })
        };
        let mut settings: Vec<Setting> = sizes.iter().map(|m| base(*m)).collect::<Result<_>>()?;
        if !f.setting.is_empty() {
            let base = settings.remove(0);
            settings = f
                .setting
                .iter()
                .map(|o| o.apply(&base, &f, path))
                .collect::<Result<_>>()?;
        }
        let fits =
            |s: &Setting| (2..=MOST_ROWS).contains(&s.m) && (1..=MOST_ROWS).contains(&s.test);
        if let Some(s) = settings.iter().find(|s| !fits(s)) {
            let found = format!("{} and {}", s.m, s.test);
            let expected = format!("m >= 2 and test >= 1, at most {MOST_ROWS} each");
            return Err(refuse("m", &expected, found));
        }
        let usable = |f: &Fixed| {
            f.sparsity.is_none_or(|s| (0.0..1.0).contains(&s))
                && f.epsilon.is_none_or(|e| e > 0.0 && e <= 1.0)
        };
        if let Some(s) = settings.iter().find(|s| !usable(&s.fixed)) {
            let expected = "sparsity in [0, 1) and epsilon in (0, 1]";
            return Err(refuse("sparsity", expected, format!("{:?}", s.fixed)));
        }
        let total = settings.len().checked_mul(f.replicates);
        if total.is_none_or(|n| n > MOST_REPLICATES) {
            let expected = format!("at most {MOST_REPLICATES} over all settings");
            return Err(refuse("replicates", &expected, f.replicates.to_string()));
        }
        Ok(Self {
            sha256: file.sha256.clone(),
            folder,
            seed: f.seed,
            replicates: f.replicates,
            delta,
            bounds,
            settings,
            vary: vary.unwrap_or_else(|| "m".into()),
        })
    }

    /// SHA-256 of the data sets and networks that the settings read.
    ///
    /// # Errors
    /// Input, from reading them.
    pub fn files(&self) -> Result<Vec<String>> {
        let (mut seen, mut files) = (Vec::new(), Vec::new());
        for s in &self.settings {
            // A large data set is not read once for each sample size.
            if !seen.contains(&&s.population) {
                seen.push(&s.population);
                files.extend(s.population.files(&self.folder)?);
            }
            files.extend(s.learner.files(&self.folder)?);
        }
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// The number of a replicate among all: settings one after the other.
    pub fn number(&self, setting: usize, index: usize) -> usize {
        setting * self.replicates + index
    }

    /// Replicates at all settings.
    pub fn total(&self) -> usize {
        self.settings.len() * self.replicates
    }
}

impl File {
    /// Puts another path into every population that is a data set; whether there
    /// is one.
    fn read_from(&mut self, path: &str) -> bool {
        let settings = self.setting.iter_mut();
        let changed = settings.filter_map(|s| s.population.as_mut());
        let all = [&mut self.population].into_iter().chain(changed);
        let mut any = false;
        for table in all {
            // A change of a base that is a data set may say no kind.
            let of_data = table.get("kind").and_then(|k| k.as_str()) == Some("data");
            if of_data || table.contains_key("path") {
                table.insert("path".into(), path.into());
                any = true;
            }
        }
        any
    }
}

impl Override {
    fn apply(&self, base: &Setting, file: &File, path: &Path) -> Result<Setting> {
        let mut setting = base.clone();
        setting.x = self.x;
        setting.label = self.label.clone().unwrap_or_else(|| {
            let what = file.vary.as_deref().unwrap_or("x");
            format!("{what} = {}", self.x)
        });
        if let Some(m) = self.m {
            setting.m = m;
            setting.test = file.test.unwrap_or(m);
        }
        setting.fixed = fixed(
            self.sparsity.or(base.fixed.sparsity),
            self.epsilon.or(base.fixed.epsilon),
        );
        if let Some(changes) = &self.population {
            let table = merged(&file.population, changes);
            setting.population = population::Spec::from_table(table, path)?;
        }
        if let Some(changes) = &self.learner {
            let table = merged(&file.learner, changes);
            setting.learner = learner::Spec::from_table(table, path)?;
        }
        Ok(setting)
    }
}

fn fixed(sparsity: Option<f64>, epsilon: Option<f64>) -> Fixed {
    Fixed { sparsity, epsilon }
}

/// The table with these entries replaced; of another kind, the entries alone.
fn merged(base: &toml::Table, changes: &toml::Table) -> toml::Table {
    let mut table = match changes.get("kind") {
        Some(kind) if Some(kind) != base.get("kind") => toml::Table::new(),
        _ => base.clone(),
    };
    for (name, value) in changes {
        table.insert(name.clone(), value.clone());
    }
    table
}
