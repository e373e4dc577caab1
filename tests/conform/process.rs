//! Programs that do not speak the protocol: each a finding, none a failure of ours.

use gapcert::conform::vectors::usual;
use gapcert::conform::{Answer, Implementation, Process, Subject};
use std::time::{Duration, Instant};

fn subject() -> Subject {
    Subject::find("function/kl-inverse").unwrap()
}

/// Longer than a busy machine needs for a line.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers of a shell script to a few calls.
fn answers(script: &str, calls: usize) -> Vec<String> {
    answers_within(PATIENCE, script, calls)
}

fn answers_within(limit: Duration, script: &str, calls: usize) -> Vec<String> {
    let mut process = Process::new(script, limit).unwrap();
    let (subject, inputs) = (subject(), usual(&subject()));
    let kind = |a: Answer| match a {
        Answer::Value(x) => x.text,
        Answer::Refused(why) => format!("refused: {why}"),
        Answer::Fault(f) => f.kind().to_owned(),
    };
    (0..calls)
        .map(|_| kind(process.call(&subject, &inputs)))
        .collect()
}

/// A script that reads calls and answers with this, `$id` the call's.
fn answering(line: &str) -> String {
    format!("while read -r call; do id=${{call#*:}}; id=${{id%%,*}}; {line}; done")
}

#[test]
fn an_answer_is_an_answer() {
    let script = answering(r#"echo "{\"id\":$id,\"value\":0.25}""#);
    assert_eq!(answers(&script, 3), ["0.25"; 3]);
    let script = answering(r#"echo "{\"id\":$id,\"refused\":\"no\"}""#);
    assert_eq!(answers(&script, 2), ["refused: no"; 2]);
}

#[test]
fn nonsense_is_a_finding() {
    for (line, kind) in [
        (r#"echo "{\"id\":$id,\"value\":NaN}""#, "not finite"),
        (r#"echo "{\"id\":$id,\"value\":\"inf\"}""#, "not finite"),
        (r#"echo "{\"id\":$id,\"value\":[0.25]}""#, "wrong type"),
        (r#"echo "{\"id\":$id}""#, "wrong type"),
        (r#"echo "{\"id\":12345,\"value\":1}""#, "wrong id"),
    ] {
        assert_eq!(answers(&answering(line), 2), [kind; 2], "{line}");
    }
}

/// Text beside the answer is a finding of that call or of the next one, and the
/// answers stay with their calls.
#[test]
fn text_beside_the_answer_is_a_finding() {
    let before = answering(r#"echo loading; echo "{\"id\":$id,\"value\":0.25}""#);
    assert_eq!(answers(&before, 3), ["extra text"; 3]);
    let once = format!(
        "echo ready; {}",
        answering(r#"echo "{\"id\":$id,\"value\":0.25}""#)
    );
    let found = answers(&once, 3);
    assert_eq!(found[1..], ["0.25", "0.25"], "{found:?}");
    // A megabyte of text without an end of line is one line, read and dropped.
    let long = answering(
        r#"head -c 3000000 /dev/zero | tr '\0' x; echo; echo "{\"id\":$id,\"value\":1}""#,
    );
    assert_eq!(answers(&long, 1), ["extra text"]);
}

#[test]
fn an_end_is_a_finding_and_it_is_started_again() {
    let found = answers("echo 'no such module' >&2; exit 3", 2);
    assert_eq!(found, ["crash"; 2]);
    let mut process = Process::new("echo 'no such module' >&2; exit 3", PATIENCE).unwrap();
    let answer = process.call(&subject(), &usual(&subject())).to_string();
    assert!(
        answer.contains("no such module") && answer.contains('3'),
        "{answer}"
    );
    // It answers once and ends: the next call meets a new one.
    let once = r#"read -r call; id=${call#*:}; id=${id%%,*}; echo "{\"id\":$id,\"value\":0.5}""#;
    let found = answers(once, 4);
    assert!(found.contains(&"0.5".to_owned()), "{found:?}");
}

/// A hang costs its limit, what it started is ended too, and after three it is not
/// called any more.
#[test]
fn a_hang_is_a_finding() {
    let begun = Instant::now();
    let found = answers_within(Duration::from_millis(700), "sleep 1000 & sleep 1000", 5);
    assert_eq!(found, ["hang", "hang", "hang", "given up", "given up"]);
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_command_that_is_not_there_is_a_finding() {
    let mut process = Process::new("/no/such/program", PATIENCE).unwrap();
    let answer = process.call(&subject(), &usual(&subject()));
    assert!(matches!(answer, Answer::Fault(_)), "{answer}");
}
