//! A program as an implementation: the protocol of [`super`] over its standard
//! streams.
//!
//! Three threads keep any behaviour of the program from stopping us: one writes, one
//! reads lines of bounded length, one keeps the end of standard error. A program that
//! hangs or ends is killed with all it started, and started again for the next call,
//! a few times.

use super::answer::{Answer, Fault, excerpt, parse};
use super::implementation::Implementation;
use super::point::Point;
use super::subject::Subject;
use crate::error::{Error, Result};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest line that is read.
const LONGEST_LINE: u64 = 1 << 20;
/// Hangs, and other reasons to start it again, after which it is not called any more.
const MOST_HANGS: u32 = 3;
const MOST_CRASHES: u32 = 60;
/// Lines beside the answer that are read before it is stopped.
const MOST_EXTRA: usize = 1000;
/// How long an end is waited for after its first sign.
const PATIENCE: Duration = Duration::from_millis(500);
/// What is kept of standard error, in characters.
const STDERR_KEPT: usize = 2000;

/// A command that speaks the protocol.
pub struct Process {
    command: String,
    limit: Duration,
    running: Option<Running>,
    next_id: u64,
    hangs: u32,
    crashes: u32,
}

struct Running {
    child: Child,
    to: Sender<String>,
    from: Receiver<String>,
    stderr: Arc<Mutex<String>>,
    stderr_reader: JoinHandle<()>,
}

impl Process {
    /// Starts the command, which a shell reads.
    ///
    /// # Errors
    /// Input: if there is no shell.
    pub fn new(command: &str, limit: Duration) -> Result<Self> {
        let mut process = Self {
            command: command.to_owned(),
            limit,
            running: None,
            next_id: 1,
            hangs: 0,
            crashes: 0,
        };
        process.running = Some(process.start().map_err(|e| {
            let found = e.to_string();
            Error::input("--cmd", "", "a command that can be started", found, "")
        })?);
        Ok(process)
    }

    fn start(&self) -> std::io::Result<Running> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(&self.command);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let missing = || std::io::Error::other("a stream is missing");
        let mut stdin = child.stdin.take().ok_or_else(missing)?;
        let stdout = child.stdout.take().ok_or_else(missing)?;
        let mut errors = child.stderr.take().ok_or_else(missing)?;
        let (to, lines) = channel::<String>();
        std::thread::spawn(move || {
            for line in lines {
                if stdin
                    .write_all(line.as_bytes())
                    .and_then(|()| stdin.flush())
                    .is_err()
                {
                    break;
                }
            }
        });
        let (sender, from) = channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            loop {
                let mut line = Vec::new();
                let read = (&mut reader)
                    .take(LONGEST_LINE)
                    .read_until(b'\n', &mut line);
                if !matches!(read, Ok(n) if n > 0) {
                    break;
                }
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                if sender.send(text).is_err() {
                    break;
                }
            }
        });
        let stderr = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&stderr);
        let stderr_reader = std::thread::spawn(move || {
            let mut buffer = [0u8; 4096];
            while let Ok(n) = errors.read(&mut buffer) {
                if n == 0 {
                    break;
                }
                if let Ok(mut kept) = kept.lock() {
                    kept.push_str(&String::from_utf8_lossy(&buffer[..n]));
                    let excess = kept.chars().count().saturating_sub(STDERR_KEPT);
                    if excess > 0 {
                        *kept = kept.chars().skip(excess).collect();
                    }
                }
            }
        });
        Ok(Running {
            child,
            to,
            from,
            stderr,
            stderr_reader,
        })
    }

    /// One call. Lines that are no answer are read over, so that the next call meets
    /// its own answer.
    fn ask(&self, running: &mut Running, subject: &Subject, inputs: &Point, id: u64) -> Answer {
        let mut extra: Option<String> = None;
        while let Ok(line) = running.from.try_recv() {
            extra.get_or_insert(line);
        }
        let call = json!({"id": id, "call": subject.name(), "inputs": inputs.to_json()});
        // If it has ended, reading says so.
        let _ = running.to.send(format!("{call}\n"));
        let deadline = Instant::now() + self.limit;
        for _ in 0..MOST_EXTRA {
            let left = deadline.saturating_duration_since(Instant::now());
            match running.from.recv_timeout(left) {
                Ok(line) => match parse(&line, id) {
                    Answer::Fault(Fault::ExtraText(_)) => {
                        extra.get_or_insert(line);
                    }
                    answer => {
                        let extra = extra.map(|line| Fault::ExtraText(excerpt(&line)));
                        return extra.map_or(answer, Answer::Fault);
                    }
                },
                Err(RecvTimeoutError::Timeout) => {
                    return Answer::Fault(Fault::Hang(self.limit.as_secs_f64()));
                }
                Err(RecvTimeoutError::Disconnected) => return Answer::Fault(running.crash()),
            }
        }
        Answer::Fault(Fault::Hang(self.limit.as_secs_f64()))
    }
}

impl Implementation for Process {
    fn call(&mut self, subject: &Subject, inputs: &Point) -> Answer {
        if self.hangs >= MOST_HANGS || self.crashes >= MOST_CRASHES {
            return Answer::Fault(Fault::GivenUp);
        }
        let mut running = match self.running.take().map_or_else(|| self.start(), Ok) {
            Ok(running) => running,
            Err(e) => {
                self.crashes += 1;
                let status = format!("it could not be started again: {e}");
                let stderr = String::new();
                return Answer::Fault(Fault::Crash { status, stderr });
            }
        };
        let id = self.next_id;
        self.next_id += 1;
        let answer = self.ask(&mut running, subject, inputs, id);
        match &answer {
            Answer::Fault(Fault::Hang(_)) => self.hangs += 1,
            // After an answer to another call nothing tells which is whose.
            Answer::Fault(Fault::Crash { .. } | Fault::WrongId(_)) => self.crashes += 1,
            _ => {
                self.running = Some(running);
                return answer;
            }
        }
        running.stop();
        answer
    }
}

impl Running {
    /// How it ended, with the last line of its standard error.
    fn crash(&mut self) -> Fault {
        let status = self.ended();
        // It is read by now, unless what was started holds it open.
        let begun = Instant::now();
        while !self.stderr_reader.is_finished() && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
        let kept = self.stderr.lock().map(|s| s.clone()).unwrap_or_default();
        let last = kept.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("");
        Fault::Crash {
            status,
            stderr: excerpt(last),
        }
    }

    /// How it ended; its output has.
    fn ended(&mut self) -> String {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.try_wait() {
                return status.to_string();
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        "its output is closed".into()
    }

    /// Kills it and what it started.
    fn stop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = rustix::process::Pid::from_raw(self.child.id() as i32) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.stop();
        }
    }
}
