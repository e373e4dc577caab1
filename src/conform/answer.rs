//! What an implementation answers to a call.

use rug::Rational;
use serde_json::Value as Json;
use std::fmt;

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Value(Number),
    /// The implementation says that the inputs are outside its domain.
    Refused(String),
    Fault(Fault),
}

/// A finite number as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub text: String,
    pub value: Rational,
}

/// Something that is no answer: a finding about the implementation, not a failure of
/// ours.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It ended instead of answering; how, and the end of what it wrote to standard
    /// error.
    Crash { status: String, stderr: String },
    /// No answer within the time limit, in seconds.
    Hang(f64),
    /// NaN or infinity.
    NotFinite(String),
    /// A line that is no JSON object, before the answer or after the last one.
    ExtraText(String),
    /// A JSON object that is no answer.
    WrongType(String),
    /// An answer to another call.
    WrongId(String),
    /// Not called: it hung or ended too often.
    GivenUp,
}

impl Fault {
    /// One word for tables.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Crash { .. } => "crash",
            Self::Hang(_) => "hang",
            Self::NotFinite(_) => "not finite",
            Self::ExtraText(_) => "extra text",
            Self::WrongType(_) => "wrong type",
            Self::WrongId(_) => "wrong id",
            Self::GivenUp => "given up",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash { status, stderr } if stderr.is_empty() => {
                write!(f, "it ended ({status}) instead of answering")
            }
            Self::Crash { status, stderr } => {
                write!(f, "it ended ({status}) instead of answering: {stderr}")
            }
            Self::Hang(limit) => write!(f, "no answer within {limit} s"),
            Self::NotFinite(x) => write!(f, "the value {x}"),
            Self::ExtraText(line) => write!(f, "a line that is no JSON object: {line}"),
            Self::WrongType(found) => write!(f, "an answer of another form: {found}"),
            Self::WrongId(found) => write!(f, "an answer to another call: {found}"),
            Self::GivenUp => f.write_str("not called: it hung or ended too often"),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(x) => f.write_str(&x.text),
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

/// A line of an untrusted program, short enough to print.
pub fn excerpt(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut all: String = text.trim().chars().take(200).map(clean).collect();
    if text.trim().chars().count() > 200 {
        all.push_str("...");
    }
    all
}

/// The number that a decimal string or a JSON number spells.
pub fn number(text: &str) -> Result<Number, Fault> {
    let lower = text.trim().to_ascii_lowercase();
    let bare = lower.trim_start_matches(['-', '+']);
    if ["nan", "inf", "infinity"].contains(&bare) {
        return Err(Fault::NotFinite(excerpt(text)));
    }
    match crate::real::parse_rational(text) {
        Ok(value) => Ok(Number {
            text: text.trim().to_owned(),
            value,
        }),
        Err(_) => Err(Fault::WrongType(excerpt(text))),
    }
}

/// Reads the answer to call `id`.
pub fn parse(line: &str, id: u64) -> Answer {
    let json: Json = match serde_json::from_str(line) {
        Ok(json @ Json::Object(_)) => json,
        // How Python's json writes them, which is no JSON.
        Err(_) if line.trim_start().starts_with('{') => {
            return Answer::Fault(if line.contains("NaN") || line.contains("Infinity") {
                Fault::NotFinite(excerpt(line))
            } else {
                Fault::WrongType(excerpt(line))
            });
        }
        _ => return Answer::Fault(Fault::ExtraText(excerpt(line))),
    };
    if json["id"] != id {
        return Answer::Fault(Fault::WrongId(excerpt(line)));
    }
    let value = match (json.get("value"), json.get("refused")) {
        (None, Some(Json::String(why))) => return Answer::Refused(excerpt(why)),
        (Some(Json::String(x)), None) => number(x),
        (Some(Json::Number(x)), None) => number(&x.to_string()),
        _ => Err(Fault::WrongType(excerpt(line))),
    };
    value.map_or_else(Answer::Fault, Answer::Value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_answers_or_findings() {
        let kind = |line: &str| match parse(line, 3) {
            Answer::Value(x) => x.text,
            Answer::Refused(why) => format!("refused {why}"),
            Answer::Fault(f) => f.kind().to_owned(),
        };
        for (line, wanted) in [
            (r#"{"id":3,"value":"0.25"}"#, "0.25"),
            (r#"{"id":3,"value":2.5e-3}"#, "2.5e-3"),
            (r#"{"id":3,"refused":"delta"}"#, "refused delta"),
            (r#"{"id":3,"value":NaN}"#, "not finite"),
            (r#"{"id":3,"value":"-inf"}"#, "not finite"),
            (r#"{"id":3,"value":[1]}"#, "wrong type"),
            (r#"{"id":3,"value":"1","refused":"x"}"#, "wrong type"),
            (r#"{"id":3}"#, "wrong type"),
            (r#"{"id":3,"value":"#, "wrong type"),
            (r#"{"id":4,"value":1}"#, "wrong id"),
            ("0.25", "extra text"),
            ("", "extra text"),
            ("training...", "extra text"),
        ] {
            assert_eq!(kind(line), wanted, "{line}");
        }
    }
}
