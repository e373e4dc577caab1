//! Random changes to the JSON of a certificate.
//!
//! | kind | what |
//! |------|------|
//! | digit | one character of a number in a text, the last digit, or an exponent |
//! | sign, width, spelling | of an enclosure |
//! | integer | an integer by one, by a digit, or altogether |
//! | ends | `lo` and `hi` exchanged, or both moved the same way |
//! | name | a text replaced by one found elsewhere, or a character of it |
//! | key | removed, renamed, added, or two values exchanged |
//! | list | an element removed, repeated, exchanged with another; cut short |
//! | step | its kind, an operand, operands exchanged |
//! | everywhere | one text replaced wherever it occurs |
//! | together | changes that stay consistent with each other |

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::{Value as Json, json};

/// A place: keys and indices from the top.
pub type Place = Vec<String>;

/// Every node below (and including) `json`.
fn places(json: &Json, here: &mut Place, all: &mut Vec<Place>) {
    all.push(here.clone());
    let mut below = |key: String, x: &Json| {
        here.push(key);
        places(x, here, all);
        here.pop();
    };
    match json {
        Json::Array(xs) => xs
            .iter()
            .enumerate()
            .for_each(|(i, x)| below(i.to_string(), x)),
        Json::Object(xs) => xs.iter().for_each(|(k, x)| below(k.clone(), x)),
        _ => {}
    }
}

fn get<'a>(json: &'a Json, place: &[String]) -> &'a Json {
    place.iter().fold(json, |x, key| match x {
        Json::Array(xs) => &xs[key.parse::<usize>().unwrap()],
        _ => &x[key.as_str()],
    })
}

fn get_mut<'a>(json: &'a mut Json, place: &[String]) -> &'a mut Json {
    place.iter().fold(json, |x, key| match x {
        Json::Array(xs) => &mut xs[key.parse::<usize>().unwrap()],
        _ => &mut x[key.as_str()],
    })
}

pub struct Mutator<'a, R> {
    pub rng: R,
    /// Other valid certificates, whose parts may be put in.
    pub donors: &'a [Json],
}

const KINDS: [&str; 10] = [
    "digit",
    "integer",
    "ends",
    "name",
    "key",
    "list",
    "step",
    "everywhere",
    "together",
    "donor",
];

impl<R: Rng> Mutator<'_, R> {
    fn pick(&mut self, json: &Json, wanted: impl Fn(&Json) -> bool) -> Option<Place> {
        let mut all = Vec::new();
        places(json, &mut Vec::new(), &mut all);
        all.retain(|p| wanted(get(json, p)));
        all.choose(&mut self.rng).cloned()
    }

    /// Changes it, and says how. The result may by chance equal the original.
    pub fn mutate(&mut self, json: &mut Json) -> &'static str {
        loop {
            let kind = KINDS[self.rng.random_range(0..KINDS.len())];
            let done = match kind {
                "digit" => self.digit(json),
                "integer" => self.integer(json),
                "ends" => self.ends(json),
                "name" => self.name(json),
                "key" => self.key(json),
                "list" => self.list(json),
                "step" => self.step(json),
                "everywhere" => self.everywhere(json),
                "together" => self.together(json),
                _ => self.donor(json),
            };
            if done.is_some() {
                return kind;
            }
        }
    }

    fn digit(&mut self, json: &mut Json) -> Option<()> {
        let place = self.pick(json, |x| x.as_str().is_some_and(is_number))?;
        let old = get(json, &place).as_str()?.to_owned();
        let new = self.other_number(&old);
        *get_mut(json, &place) = new.into();
        Some(())
    }

    /// A number near another, as text.
    fn other_number(&mut self, old: &str) -> String {
        let mut text: Vec<char> = old.chars().collect();
        let digits: Vec<usize> = (0..text.len())
            .filter(|&i| {
                text[i].is_ascii_hexdigit() && !(i > 0 && i + 1 < text.len() && text[i + 1] == 'x')
            })
            .collect();
        match self.rng.random_range(0..8) {
            0 => {
                if text.first() == Some(&'-') {
                    text.remove(0);
                } else {
                    text.insert(0, '-');
                }
            }
            // The last digit of the mantissa.
            1..=3 => {
                let end = text
                    .iter()
                    .position(|c| *c == 'p' || *c == '+')
                    .unwrap_or(text.len());
                if let Some(&i) = digits.iter().rfind(|i| **i < end) {
                    text[i] = self.digit_for(&text, i);
                }
            }
            4 => {
                if let Some(i) = text.iter().position(|c| *c == '+') {
                    text[i + 1] = self.digit_for(&text, i + 1);
                } else if let Some(i) = text.iter().position(|c| *c == 'p') {
                    text.splice(i..i, "+1".chars());
                }
            }
            _ => {
                if let Some(&i) = digits.choose(&mut self.rng) {
                    text[i] = self.digit_for(&text, i);
                }
            }
        }
        text.into_iter().collect()
    }

    fn digit_for(&mut self, text: &[char], i: usize) -> char {
        let hex = text.starts_with(&['0', 'x']) || text.starts_with(&['-', '0', 'x']);
        let exponent = text.iter().position(|c| *c == 'p').is_some_and(|p| i > p);
        let most = if hex && !exponent { 16 } else { 10 };
        char::from_digit(self.rng.random_range(0..most), 16).unwrap()
    }

    fn integer(&mut self, json: &mut Json) -> Option<()> {
        let place = self.pick(json, Json::is_i64)?;
        let old = get(json, &place).as_i64()?;
        let new = self.other_integer(old);
        *get_mut(json, &place) = new.into();
        Some(())
    }

    fn other_integer(&mut self, old: i64) -> i64 {
        match self.rng.random_range(0..5) {
            0 => old - 1,
            1 => old + 1,
            2 => -old,
            3 => self.rng.random_range(0..60_000),
            _ => old / 10,
        }
    }

    fn ends(&mut self, json: &mut Json) -> Option<()> {
        let place = self.pick(json, |x| x.get("lo").is_some() && x.get("hi").is_some())?;
        let mode = self.rng.random_range(0..3);
        let (lo, hi) = (
            get(json, &place)["lo"].clone(),
            get(json, &place)["hi"].clone(),
        );
        let node = get_mut(json, &place);
        match (mode, lo.as_i64()) {
            (0, _) => (node["lo"], node["hi"]) = (hi, lo),
            (1, None) => {
                // Both ends to the same other number.
                let new = self.other_number(lo.as_str()?);
                (node["lo"], node["hi"]) = (new.clone().into(), new.into());
            }
            (_, Some(n)) => {
                let by = [-1, 1, -10][self.rng.random_range(0..3)];
                let high = hi.as_i64()? + by;
                (node["lo"], node["hi"]) = ((n + by).into(), high.into());
            }
            _ => {
                // One digit of both, the same.
                let (mut l, mut h) = (lo.as_str()?.to_owned(), hi.as_str()?.to_owned());
                let i = self.rng.random_range(2..l.len().min(h.len()).max(3));
                let c = char::from_digit(self.rng.random_range(0..10), 10)?;
                for text in [&mut l, &mut h] {
                    if text.is_char_boundary(i) && i < text.len() {
                        text.replace_range(i..i + 1, &c.to_string());
                    }
                }
                (node["lo"], node["hi"]) = (l.into(), h.into());
            }
        }
        Some(())
    }

    fn name(&mut self, json: &mut Json) -> Option<()> {
        let place = self.pick(json, Json::is_string)?;
        let new = if self.rng.random_bool(0.7) {
            // Another text of the certificate, under the same key if there is one.
            let other = self.pick(json, Json::is_string)?;
            get(json, &other).clone()
        } else {
            let mut text: Vec<char> = get(json, &place).as_str()?.chars().collect();
            let i = self.rng.random_range(0..text.len().max(1));
            match (self.rng.random_range(0..3), text.get(i)) {
                (0, Some(_)) => drop(text.remove(i)),
                (1, Some(_)) => text[i] = self.rng.random_range('a'..='z'),
                _ => text.insert(i, self.rng.random_range('0'..='9')),
            }
            text.into_iter().collect::<String>().into()
        };
        *get_mut(json, &place) = new;
        Some(())
    }

    fn key(&mut self, json: &mut Json) -> Option<()> {
        let place = self.pick(json, |x| x.as_object().is_some_and(|o| o.len() > 1))?;
        let keys: Vec<String> = get(json, &place).as_object()?.keys().cloned().collect();
        let a = keys.choose(&mut self.rng)?.clone();
        let b = keys.choose(&mut self.rng)?.clone();
        let mode = self.rng.random_range(0..4);
        let node = get_mut(json, &place).as_object_mut()?;
        match mode {
            0 => drop(node.shift_remove(&a)),
            1 => {
                let value = node.shift_remove(&a)?;
                node.insert(format!("{a}x"), value);
            }
            2 => drop(node.insert("more".into(), json!(1))),
            _ => {
                let (x, y) = (node.get(&a)?.clone(), node.get(&b)?.clone());
                node.insert(a, y);
                node.insert(b, x);
            }
        }
        Some(())
    }

    fn list(&mut self, json: &mut Json) -> Option<()> {
        let place = self.pick(json, |x| x.as_array().is_some_and(|a| !a.is_empty()))?;
        let mode = self.rng.random_range(0..5);
        let length = get(json, &place).as_array()?.len();
        let (i, j) = (
            self.rng.random_range(0..length),
            self.rng.random_range(0..length),
        );
        let list = get_mut(json, &place).as_array_mut()?;
        match mode {
            0 => drop(list.remove(i)),
            1 => list.insert(i, list[j].clone()),
            2 => list.push(list[i].clone()),
            3 => list.truncate(i),
            _ => list.swap(i, j),
        }
        Some(())
    }

    fn step(&mut self, json: &mut Json) -> Option<()> {
        let results = json.get("results")?.as_array()?.len();
        let r = (results > 0).then(|| self.rng.random_range(0..results))?;
        let length = json["results"][r]["program"]["steps"].as_array()?.len();
        let i = self.rng.random_range(0..length);
        let mode = self.rng.random_range(0..4);
        let donor = self.rng.random_range(0..length);
        let other = json["results"][r]["program"]["steps"][donor].clone();
        let step = json["results"][r]["program"]["steps"][i].as_array_mut()?;
        // A second change may meet a step that the first one cut.
        (step.len() > 1).then_some(())?;
        match mode {
            0 => step[0] = other.as_array()?[0].clone(),
            1 => {
                let last = step.len() - 1;
                step.swap(1, 2.min(last));
            }
            2 => {
                let operands: Vec<usize> = (1..step.len()).filter(|k| step[*k].is_u64()).collect();
                let k = *operands.choose(&mut self.rng)?;
                step[k] = self.rng.random_range(0..i.max(1)).into();
            }
            // The enclosure of another step.
            _ => *step.last_mut()? = other.as_array()?.last()?.clone(),
        }
        Some(())
    }

    /// Replaces one text wherever it occurs.
    fn everywhere(&mut self, json: &mut Json) -> Option<()> {
        let place = self.pick(json, |x| x.is_string() || x.is_i64())?;
        let old = get(json, &place).clone();
        let new: Json = match old.as_str() {
            Some(text) if is_number(text) => self.other_number(text).into(),
            Some(_) => {
                let other = self.pick(json, Json::is_string)?;
                get(json, &other).clone()
            }
            None => self.other_integer(old.as_i64()?).into(),
        };
        replace(json, &old, &new);
        Some(())
    }

    /// Several places that say the same thing.
    fn together(&mut self, json: &mut Json) -> Option<()> {
        match self.rng.random_range(0..6) {
            // A larger failure probability, in the statements too.
            0 => {
                let old = json["delta"].as_str()?.to_owned();
                let new = ["0.5", "0.06", "0.04", "0.0500", "1/20", "0.050000001"]
                    [self.rng.random_range(0..6)];
                json["delta"] = new.into();
                for r in json["results"].as_array_mut()? {
                    let text = r["statement"]
                        .as_str()?
                        .replace(&format!("1 - {old} "), &format!("1 - {new} "));
                    r["statement"] = text.into();
                }
            }
            // Another number of samples.
            1 => {
                let old = json["sample"]["m"].as_i64()?;
                let new = self.other_integer(old);
                replace(json, &old.into(), &new.into());
                for r in json["results"].as_array_mut()? {
                    let text = r["statement"]
                        .as_str()?
                        .replace(&format!(" {old} "), &format!(" {new} "));
                    r["statement"] = text.into();
                }
            }
            // A lower value, as far as words go.
            2 => {
                let results = json["results"].as_array()?.len();
                let r = (results > 0).then(|| self.rng.random_range(0..results))?;
                let r = &mut json["results"][r];
                let old = r["value"]["at_most"].as_str()?.to_owned();
                let new = self.other_number(&old);
                r["value"]["at_most"] = new.clone().into();
                let text = r["statement"].as_str()?.replace(&old, &new);
                r["statement"] = text.into();
            }
            // Another grid point with the weight that belongs to it.
            3 => {
                let place = self.pick(json, |x| x.get("weight").is_some())?;
                let by = [-1, 1][self.rng.random_range(0..2)];
                let node = get_mut(json, &place);
                let t = node["t"].as_i64()? + by;
                node["t"] = t.into();
                let s = t.abs();
                let weight = match node["family"].as_str()? {
                    "scale" => rug::Rational::from((2, 3 * (s + 1) * (s + 2))),
                    "failure" if t > 0 => rug::Rational::from((1, s * (s + 1))),
                    _ => rug::Rational::from((1, (s + 1) * (s + 2))),
                };
                node["weight"] = weight.to_string().into();
            }
            // A whole result twice, or results exchanged.
            4 => {
                let list = json["results"].as_array_mut()?;
                let first = list.first()?.clone();
                list.push(first);
            }
            // The output of a step taken from another step.
            _ => {
                let results = json["results"].as_array()?.len();
                let r = (results > 0).then(|| self.rng.random_range(0..results))?;
                let program = &mut json["results"][r]["program"];
                let steps = program["steps"].as_array()?.len();
                let group = ["inputs", "derived", "terms"][self.rng.random_range(0..3)];
                let keys: Vec<String> = program[group].as_object()?.keys().cloned().collect();
                let key = keys.choose(&mut self.rng)?;
                if program[group][key].is_u64() {
                    program[group][key] = self.rng.random_range(0..steps).into();
                } else {
                    program["value"] = self.rng.random_range(0..steps).into();
                }
            }
        }
        Some(())
    }

    /// A part of another certificate at the same place.
    fn donor(&mut self, json: &mut Json) -> Option<()> {
        let donor = self.donors.choose(&mut self.rng)?;
        // Not the whole: that is a valid certificate.
        let place = self.pick(json, |_| true).filter(|p| !p.is_empty())?;
        let found = place.iter().try_fold(donor, |x, key| match x {
            Json::Array(xs) => xs.get(key.parse::<usize>().ok()?),
            _ => x.get(key.as_str()),
        })?;
        *get_mut(json, &place) = found.clone();
        Some(())
    }
}

fn replace(json: &mut Json, old: &Json, new: &Json) {
    if json == old {
        *json = new.clone();
        return;
    }
    match json {
        Json::Array(xs) => xs.iter_mut().for_each(|x| replace(x, old, new)),
        Json::Object(xs) => xs.values_mut().for_each(|x| replace(x, old, new)),
        _ => {}
    }
}

/// Numbers, enclosures, weights, hashes: whatever has digits and little else.
fn is_number(text: &str) -> bool {
    let numeric = |c: char| c.is_ascii_hexdigit() || "x+-p./[], inf".contains(c);
    text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(numeric)
}
