//! Commands, exit codes and messages.
//!
//! | code | meaning                                              |
//! |------|------------------------------------------------------|
//! | 0    | done and non-vacuous (`evaluate`, listings: done; `verify`: verified; |
//! |      | `audit`: every claim is sound; `simulate`: all bounds consistent; |
//! |      | `falsify`: not refuted, or reproduced; `conform`: conforms; |
//! |      | `lock check`: nothing moved) |
//! | 1    | done and vacuous (`verify`: rejected; `audit`: a claim does not hold; |
//! |      | `simulate`: a bound is refuted; `falsify`: refuted, or not reproduced; |
//! |      | `conform`: does not conform; `lock check`: an answer moved) |
//! | 2    | undetermined                                         |
//! | 4    | bad usage, bad input, or input/output failed          |

mod activity;
mod audit;
mod bounds;
mod certify;
mod conform;
mod demo;
mod evaluate;
mod export_coq;
mod falsify;
mod implementation;
mod inputs;
mod lock;
mod measure;
mod options;
mod output;
mod populations;
mod progress;
mod schema;
mod simulate;
mod sparsity;
mod vacuity;
mod vectors;
mod verify;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Certified generalization bounds.
#[derive(Parser)]
#[command(name = "gapcert", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done and non-vacuous (evaluate: done, verify: verified, \
audit: all sound, simulate: all consistent, falsify: not refuted or reproduced, conform: conforms, lock check: \
nothing moved), 1 done and vacuous (verify: rejected, audit: a claim is understated, infeasible or invalid, \
simulate and falsify: a bound is refuted, conform: does not conform, lock check: an answer moved), \
2 undetermined, 4 bad usage, input or input/output.";

#[derive(Subcommand)]
enum Command {
    /// Certify bounds on the error of a trained ReLU network.
    Certify(certify::Arguments),
    /// Evaluate a bound's formula on given numbers.
    Evaluate(evaluate::Arguments),
    /// The certified range of one input for which a bound says something.
    Vacuity(vacuity::Arguments),
    /// The effective activity ratio of a network on a sample.
    Activity(activity::Arguments),
    /// The single-shot bound of a network against the sparsity asked of it.
    Sparsity(sparsity::Arguments),
    /// Norms and path quantities of a network, without a bound.
    Measure(measure::Arguments),
    /// Whether published numbers are what their bounds give.
    Audit(audit::Arguments),
    /// List the bounds: forms, status, source, inputs, assumptions.
    Bounds(bounds::Arguments),
    /// Make a small network and sample, certify it, and compare the bounds with
    /// the exactly known risk.
    Demo(demo::Arguments),
    /// Check a certificate again, independently of what wrote it.
    Verify(verify::Arguments),
    /// Write a certificate as a file that Coq checks against the proofs.
    ExportCoq(export_coq::Arguments),
    /// Compare bounds with exactly known risks over many samples.
    Simulate(simulate::Arguments),
    /// Search for a setting in which a bound fails more often than delta allows.
    Falsify(falsify::Arguments),
    /// List the populations and learners of simulations.
    Populations(populations::Arguments),
    /// Test vectors of a bound or a measurement, with certified values.
    Vectors(vectors::Arguments),
    /// Test an implementation of a bound, in any language: vectors and invariants.
    Conform(conform::Arguments),
    /// Record what an implementation answers, and see later what moved.
    Lock(lock::Arguments),
    /// Print a JSON schema.
    Schema(schema::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Vacuous,
    /// A claim does not hold, a certificate is rejected, a bound refuted, an
    /// implementation does not conform.
    Adverse,
    Undetermined,
}

impl Outcome {
    /// From the verdicts on one or several bounds: the best decides.
    fn of(vacuous: impl IntoIterator<Item = Option<bool>>) -> Self {
        let verdicts: Vec<_> = vacuous.into_iter().collect();
        if verdicts.contains(&Some(false)) {
            Self::Done
        } else if verdicts.contains(&None) {
            Self::Undetermined
        } else {
            Self::Vacuous
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Vacuous | Self::Adverse => 1,
            Self::Undetermined => 2,
        }
    }
}

/// Bad usage, bad input, or input/output that failed.
const REFUSED: u8 = 4;

/// Runs the program on the process's arguments.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => {
            let refused = message.use_stderr();
            // A closed pipe is no reason to fail.
            let _ = message.print();
            return ExitCode::from(if refused { REFUSED } else { 0 });
        }
    };
    let outcome = match cli.command {
        Command::Certify(a) => certify::run(&a),
        Command::Evaluate(a) => evaluate::run(&a),
        Command::Vacuity(a) => vacuity::run(&a),
        Command::Activity(a) => activity::run(&a),
        Command::Sparsity(a) => sparsity::run(&a),
        Command::Measure(a) => measure::run(&a),
        Command::Audit(a) => audit::run(&a),
        Command::Bounds(a) => bounds::run(&a),
        Command::Demo(a) => demo::run(&a),
        Command::Verify(a) => verify::run(&a),
        Command::ExportCoq(a) => export_coq::run(&a),
        Command::Simulate(a) => simulate::run(&a),
        Command::Falsify(a) => falsify::run(&a),
        Command::Populations(a) => populations::run(&a),
        Command::Vectors(a) => vectors::run(&a),
        Command::Conform(a) => conform::run(&a),
        Command::Lock(a) => lock::run(&a),
        Command::Schema(a) => schema::run(&a),
    };
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(error) => {
            output::say(&format!("gapcert: {error}"));
            ExitCode::from(REFUSED)
        }
    }
}
