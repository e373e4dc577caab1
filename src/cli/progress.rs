//! Progress on standard error, when it is a terminal.

use gapcert::certify::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A bar per stage.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn new() -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{msg:>10} {bar:40} {pos}/{len} {eta}")
            .expect("a valid template");
        bar.set_style(style);
        Self(bar)
    }
}

impl Progress for Bar {
    fn stage(&self, name: &str, steps: usize) {
        self.0.set_position(0);
        self.0.set_length(steps as u64);
        self.0.set_message(name.to_owned());
    }

    fn advance(&self, steps: usize) {
        self.0.inc(steps as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
