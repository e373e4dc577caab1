//! A validator for the part of JSON Schema that the shipped schemas use. What it
//! does not know it refuses, so that no schema can rely on it silently.

use serde_json::{Map, Value as Json};

type Result = std::result::Result<(), String>;

const KEYWORDS: [&str; 11] = [
    "type",
    "required",
    "properties",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "anyOf",
    "pattern",
    "minItems",
    "maxItems",
];
/// Keywords that constrain nothing.
const ANNOTATIONS: [&str; 3] = ["$schema", "title", "description"];
const SHA256: &str = "^[0-9a-f]{64}$";
const DYADIC: &str = "^(-?inf|-?0x[0-9a-f]+p-?[0-9]+)$";
const WORD: &str = "^(-?0x[0-9a-f]+(\\+[0-9a-f]+)?p-?[0-9]+|\\[-?(inf|0x[0-9a-f]+p-?[0-9]+), -?(inf|0x[0-9a-f]+p-?[0-9]+)\\])$";
const DECIMAL: &str = "^(-?inf|-?[0-9]+(\\.[0-9]+)?(e-?[0-9]+)?)$";

/// Validates a document; a property that the schema does not describe is a
/// defect too, except where it says nothing of properties.
pub fn validate(schema: &Json, document: &Json) -> Result {
    supported(schema, schema)?;
    check(schema, schema, document).map_err(|defect| format!("${defect}"))
}

/// Walks through all of the schema, used by the document or not.
fn supported(root: &Json, schema: &Json) -> Result {
    let Json::Object(map) = schema else {
        return schema
            .is_boolean()
            .then_some(())
            .ok_or_else(|| format!("not a schema: {schema}"));
    };
    for (keyword, value) in map {
        match keyword.as_str() {
            "properties" | "$defs" => each(value)?.values().try_for_each(|s| supported(root, s))?,
            "items" | "additionalProperties" => supported(root, value)?,
            "anyOf" => value
                .as_array()
                .ok_or("anyOf")?
                .iter()
                .try_for_each(|s| supported(root, s))?,
            "pattern" if ![SHA256, DECIMAL, DYADIC, WORD].iter().any(|p| *value == *p) => {
                return Err(format!("unsupported pattern {value}"));
            }
            "$ref" => {
                resolve(root, value)?;
            }
            k if KEYWORDS.contains(&k) || ANNOTATIONS.contains(&k) => {}
            other => return Err(format!("unsupported keyword {other:?}")),
        }
    }
    Ok(())
}

fn each(value: &Json) -> std::result::Result<&Map<String, Json>, String> {
    value
        .as_object()
        .ok_or_else(|| format!("not an object: {value}"))
}

fn resolve<'a>(root: &'a Json, reference: &Json) -> std::result::Result<&'a Json, String> {
    reference
        .as_str()
        .and_then(|r| root.pointer(r.strip_prefix('#')?))
        .ok_or_else(|| format!("no such definition: {reference}"))
}

fn check(root: &Json, schema: &Json, x: &Json) -> Result {
    let Json::Object(schema) = schema else {
        return (*schema == Json::Bool(true))
            .then_some(())
            .ok_or_else(|| " is not allowed".into());
    };
    for (keyword, value) in schema {
        keyword_holds(root, schema, keyword, value, x)?;
    }
    if let Json::Object(map) = x {
        members(root, schema, map)?;
    }
    Ok(())
}

fn keyword_holds(
    root: &Json,
    schema: &Map<String, Json>,
    keyword: &str,
    value: &Json,
    x: &Json,
) -> Result {
    let holds = match (keyword, x) {
        ("$ref", _) => return check(root, resolve(root, value)?, x),
        ("type", _) => match value {
            Json::Array(names) => names.iter().any(|name| is_of(name, x)),
            name => is_of(name, x),
        },
        ("const", _) => value == x,
        ("enum", _) => value.as_array().is_some_and(|all| all.contains(x)),
        ("anyOf", _) => {
            let each = |s| check(root, s, x).err();
            let defects: Vec<_> = value.as_array().into_iter().flatten().map(each).collect();
            if !defects.contains(&None) {
                return Err(format!(" is none of: {defects:?}"));
            }
            true
        }
        ("pattern", Json::String(s)) if *value == SHA256 => is_sha256(s),
        ("pattern", Json::String(s)) if *value == DYADIC => is_dyadic(s),
        ("pattern", Json::String(s)) if *value == WORD => is_word(s),
        ("pattern", Json::String(s)) => is_decimal(s),
        ("minItems", Json::Array(all)) => Some(all.len() as u64) >= value.as_u64(),
        ("maxItems", Json::Array(all)) => Some(all.len() as u64) <= value.as_u64(),
        ("items", Json::Array(all)) => {
            for (i, item) in all.iter().enumerate() {
                check(root, value, item).map_err(|e| format!("[{i}]{e}"))?;
            }
            true
        }
        ("required", Json::Object(map)) => {
            let missing = value
                .as_array()
                .into_iter()
                .flatten()
                .find(|name| !name.as_str().is_some_and(|n| map.contains_key(n)));
            if let Some(name) = missing {
                return Err(format!(" lacks {name}"));
            }
            // A required member must be described.
            schema.contains_key("properties")
        }
        _ => true,
    };
    holds
        .then_some(())
        .ok_or_else(|| format!(": {keyword} {value} does not hold for {x}"))
}

fn members(root: &Json, schema: &Map<String, Json>, map: &Map<String, Json>) -> Result {
    let described = schema.get("properties");
    for (name, member) in map {
        let rule = described
            .and_then(|p| p.get(name))
            .or_else(|| schema.get("additionalProperties"));
        match rule {
            Some(rule) => check(root, rule, member).map_err(|e| format!(".{name}{e}"))?,
            None if described.is_some() => return Err(format!(".{name} is not described")),
            None => {}
        }
    }
    Ok(())
}

fn is_of(name: &Json, x: &Json) -> bool {
    match name.as_str() {
        Some("object") => x.is_object(),
        Some("array") => x.is_array(),
        Some("string") => x.is_string(),
        Some("boolean") => x.is_boolean(),
        Some("null") => x.is_null(),
        Some("number") => x.is_number(),
        Some("integer") => x.is_i64() || x.is_u64(),
        _ => false,
    }
}

fn is_sha256(s: &str) -> bool {
    s.len() == 64 && s.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_dyadic(s: &str) -> bool {
    let unsigned = s.strip_prefix('-').unwrap_or(s);
    unsigned == "inf" || (!unsigned.contains('+') && is_word(s))
}

/// A dyadic number, one with a width, or a pair of dyadic numbers.
fn is_word(s: &str) -> bool {
    if let Some(pair) = s.strip_prefix('[').and_then(|s| s.strip_suffix(']')) {
        let ends = pair.split_once(", ");
        return ends.is_some_and(|(lo, hi)| is_dyadic(lo) && is_dyadic(hi));
    }
    let all = |s: &str, of: fn(&u8) -> bool| !s.is_empty() && s.bytes().all(|b| of(&b));
    let hex = |s: &str| all(s, |b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let unsigned = s.strip_prefix('-').unwrap_or(s);
    let parts = unsigned.strip_prefix("0x").and_then(|s| s.split_once('p'));
    let Some((mantissa, exponent)) = parts else {
        return false;
    };
    let (low, width) = mantissa.split_once('+').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix('-').unwrap_or(exponent);
    hex(low) && hex(width) && all(exponent, u8::is_ascii_digit)
}

fn is_decimal(s: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = s.strip_prefix('-').unwrap_or(s);
    if unsigned == "inf" {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once('e') {
        Some((m, e)) => (m, Some(e)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((w, f)) => (w, Some(f)),
        None => (mantissa, None),
    };
    digits(whole)
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix('-').unwrap_or(e)))
}
