//! JSON laid out for reading: what fits on a line is on a line.

use serde_json::Value as Json;

/// The longest line that an object or a list is put on.
const LINE: usize = 220;

/// The text, two spaces a level.
pub fn layout(json: &Json) -> String {
    let mut out = String::new();
    write(&mut out, json, 0);
    out.push('\n');
    out
}

fn write(out: &mut String, json: &Json, depth: usize) {
    let flat = json.to_string();
    if flat.len() <= LINE {
        out.push_str(&flat);
        return;
    }
    match json {
        Json::Array(entries) => {
            let each = entries.iter().map(|x| (None, x));
            write_all(out, ['[', ']'], each, depth);
        }
        Json::Object(entries) => {
            let each = entries.iter().map(|(k, x)| (Some(k.as_str()), x));
            write_all(out, ['{', '}'], each, depth);
        }
        _ => out.push_str(&flat),
    }
}

fn write_all<'a>(
    out: &mut String,
    [open, close]: [char; 2],
    entries: impl Iterator<Item = (Option<&'a str>, &'a Json)>,
    depth: usize,
) {
    out.push(open);
    for (i, (key, value)) in entries.enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(depth + 1));
        if let Some(key) = key {
            out.push_str(&Json::from(key).to_string());
            out.push_str(": ");
        }
        write(out, value, depth + 1);
    }
    out.push('\n');
    out.push_str(&" ".repeat(depth));
    out.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_text_is_the_json() {
        let long = json!({"a": vec!["word"; 60], "b": {"c": 1, "d": "x".repeat(300)}, "e\"": []});
        let text = layout(&long);
        assert_eq!(serde_json::from_str::<Json>(&text).ok(), Some(long));
        assert!(text.lines().count() > 60);
        assert_eq!(layout(&json!({"a": [1, 2]})), "{\"a\":[1,2]}\n");
    }
}
