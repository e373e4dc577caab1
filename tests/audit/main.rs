//! `gapcert audit`: are published numbers what their bounds give?
//!
//! | module | subject |
//! | --- | --- |
//! | `oracle` | verdicts of 100 random claims against mpmath (`oracle.py`) |
//! | `boundaries` | constructed claims one unit of the last digit on either side of each verdict |
//! | `narrowing` | more digits and narrower ranges never turn a decided verdict |
//! | `reproduction` | faulty ways written out here are recognised by name |
//! | `gaps` | the gaps in the print of Muthukumar & Sulam, as checks |
//! | `reading` | bad files are refused by line and key; damaged ones never panic |
//! | `command` | the command line: exit codes, JSON and its schema, Markdown, HTML |
//! | `shipped` | the figures recorded in `audits/` |
//! | `speed` | 450 rows in a second, 100,000 in a minute |

// Of what the tests of the binary share, what these need.
#[allow(dead_code)]
#[path = "../common/run.rs"]
mod run;
#[allow(dead_code)]
#[path = "../common/schema.rs"]
mod schema;

mod boundaries;
mod command;
mod gaps;
mod narrowing;
mod oracle;
mod reading;
mod reproduction;
mod shipped;
mod speed;
mod support;
