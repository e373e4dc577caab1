//! The program, run.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Nothing may take longer than this, least of all a refusal.
const LIMIT: Duration = Duration::from_secs(100);

/// How it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs it in a folder.
#[track_caller]
pub fn gapcert(folder: &Path, args: &[&str]) -> Ran {
    start(folder, args, "", &[])
}

/// Runs it in a folder with this on standard input and these variables.
#[track_caller]
pub fn start(folder: &Path, args: &[&str], input: &str, variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gapcert"));
    command.current_dir(folder).args(args);
    command.envs(variables.iter().copied());
    // Files rather than pipes, which could fill while we wait.
    let (mut given, mut out, mut err) = (temporary(), temporary(), temporary());
    given.write_all(input.as_bytes()).unwrap();
    given.rewind().unwrap();
    command.stdin(given);
    command.stdout(out.try_clone().unwrap());
    command.stderr(err.try_clone().unwrap());
    let code = wait(&mut command, args);
    Ran {
        code,
        out: content(&mut out),
        err: content(&mut err),
    }
}

/// Runs it with streams of the caller's; only the code comes back.
#[track_caller]
pub fn with_streams(folder: &Path, args: &[&str], out: Stdio, err: Stdio) -> Option<i32> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gapcert"));
    command.current_dir(folder).args(args);
    command.stdin(Stdio::null()).stdout(out).stderr(err);
    wait(&mut command, args)
}

#[track_caller]
fn wait(command: &mut Command, args: &[&str]) -> Option<i32> {
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if begun.elapsed() > LIMIT {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("no end after {LIMIT:?}: {args:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn temporary() -> File {
    tempfile::tempfile().unwrap()
}

fn content(file: &mut File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

impl Ran {
    /// Ended with this code.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    /// Standard output, which is JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }

    /// Refused: code 4, nothing on standard output, and one line on standard
    /// error that says what was expected, what was found, and all these parts.
    #[track_caller]
    pub fn refused(&self, parts: &[&str]) {
        self.misused(parts);
        for part in ["gapcert: ", "expected ", "found "] {
            assert!(self.err.contains(part), "{part:?} is not in: {}", self.err);
        }
        assert_eq!(self.err.trim_end().lines().count(), 1, "{}", self.err);
        assert!(self.err.len() < 2000, "{}", self.err);
    }

    /// Refused, in whatever words, with these parts.
    #[track_caller]
    pub fn misused(&self, parts: &[&str]) {
        assert_eq!(self.code, Some(4), "{}\n{}", self.out, self.err);
        assert_eq!(self.out, "", "standard output is for results");
        assert!(!self.err.contains("panicked"), "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in: {}", self.err);
        }
    }
}
