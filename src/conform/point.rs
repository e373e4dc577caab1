//! The inputs of one call as they are written: numbers are decimal strings.
//!
//! Text, not numbers, is what a vector and a protocol line hold: an implementation
//! gets exactly what the expected value was computed from, and inputs that no
//! implementation may accept (a NaN, a list where a number belongs) can be written
//! too.

use serde_json::{Map, Value as Json};

/// A number, or a list; a matrix is a list of rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Datum {
    Number(String),
    List(Vec<Datum>),
}

impl Datum {
    /// A number.
    pub fn number(text: impl Into<String>) -> Self {
        Self::Number(text.into())
    }

    /// A list of numbers.
    pub fn numbers<S: Into<String>>(all: impl IntoIterator<Item = S>) -> Self {
        Self::List(all.into_iter().map(Self::number).collect())
    }

    /// The numbers in it, first to last.
    pub fn leaves(&self) -> Vec<&str> {
        match self {
            Self::Number(x) => vec![x],
            Self::List(xs) => xs.iter().flat_map(Self::leaves).collect(),
        }
    }

    /// Every number replaced, in order.
    pub fn map(&self, f: &mut dyn FnMut(&str) -> String) -> Self {
        match self {
            Self::Number(x) => Self::Number(f(x)),
            Self::List(xs) => Self::List(xs.iter().map(|x| x.map(f)).collect()),
        }
    }

    /// The entries of a list; of a number, none.
    pub fn entries(&self) -> &[Datum] {
        match self {
            Self::Number(_) => &[],
            Self::List(xs) => xs,
        }
    }

    fn to_json(&self) -> Json {
        match self {
            Self::Number(x) => Json::String(x.clone()),
            Self::List(xs) => Json::Array(xs.iter().map(Self::to_json).collect()),
        }
    }

    fn from_json(json: &Json, depth: usize) -> Result<Self, String> {
        match json {
            Json::String(x) => Ok(Self::Number(x.clone())),
            Json::Number(x) => Ok(Self::Number(x.to_string())),
            Json::Array(xs) if depth < DEEPEST => {
                let entries = xs.iter().map(|x| Self::from_json(x, depth + 1));
                Ok(Self::List(entries.collect::<Result<_, _>>()?))
            }
            other => Err(other.to_string().chars().take(60).collect()),
        }
    }
}

/// A list of matrices is three deep.
const DEEPEST: usize = 3;

/// Inputs by name, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point(Vec<(String, Datum)>);

impl Point {
    /// No inputs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces one.
    #[must_use]
    pub fn with(mut self, name: &str, x: Datum) -> Self {
        self.set(name, x);
        self
    }

    /// Adds or replaces a number.
    #[must_use]
    pub fn with_number(self, name: &str, x: &str) -> Self {
        self.with(name, Datum::number(x))
    }

    /// Adds or replaces one.
    pub fn set(&mut self, name: &str, x: Datum) {
        match self.0.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = x,
            None => self.0.push((name.to_owned(), x)),
        }
    }

    /// Without one.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(n, _)| n != name).cloned().collect())
    }

    /// The input of that name.
    pub fn get(&self, name: &str) -> Option<&Datum> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, x)| x)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Datum)> {
        self.0.iter().map(|(n, x)| (n.as_str(), x))
    }

    /// As a JSON object.
    pub fn to_json(&self) -> Json {
        let each = self.0.iter().map(|(n, x)| (n.clone(), x.to_json()));
        Json::Object(each.collect::<Map<_, _>>())
    }

    /// From a JSON object.
    ///
    /// # Errors
    /// What was found instead of a number, a decimal string, or lists of them.
    pub fn from_json(json: &Json) -> Result<Self, String> {
        let Json::Object(map) = json else {
            return Err("no object of inputs".into());
        };
        let each = map
            .iter()
            .map(|(n, x)| Ok((n.clone(), Datum::from_json(x, 0)?)));
        each.collect::<Result<_, String>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_what_its_json_says() {
        let text = r#"{"m":"2","w":[["1","-0.5"],["1e-310","0"]]}"#;
        let point = Point::from_json(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(point.to_json().to_string(), text);
        assert_eq!(point.get("w").unwrap().leaves().len(), 4);
    }

    #[test]
    fn other_json_is_refused() {
        for text in ["[]", r#"{"m":true}"#, r#"{"m":[[[["1"]]]]}"#] {
            assert!(Point::from_json(&serde_json::from_str(text).unwrap()).is_err());
        }
    }
}
