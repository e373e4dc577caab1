//! Bad files are refused by place; damaged ones are refused or read, never a panic.

use crate::support::{claims, verdict};
use gapcert::audit::{examine, read};
use gapcert::error::Error;
use gapcert::input::InputFile;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const GOOD: &str = r#"[[claim]]
bound = "pac-bayes/kl"
form = "as-printed"
reported = "0.237"
rounding = "up"
source = "Table 2"
note = "any"

[claim.inputs]
m = 60_000
delta = 0.05
kl = { value = "12.5", unit = "bits", rounding = "exact" }
empirical_loss = [0.1, "0.125"]
"#;

#[track_caller]
fn refused(toml: &str, parts: &[&str]) {
    match claims(toml) {
        Err(Error::Input(e)) => {
            let text = e.to_string();
            for part in parts {
                assert!(text.contains(part), "{part:?} is not in {text}");
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_file() {
    let all = claims(GOOD).unwrap();
    let c = &all[0];
    assert_eq!(
        (c.row, c.source.as_str(), c.note.as_str()),
        (1, "Table 2", "any")
    );
    assert_eq!(c.bound.id, "pac-bayes/kl");
    assert_eq!(verdict(GOOD), "sound");
    // The form may stand with the id, and be left out.
    for bound in ["pac-bayes/kl:as-printed", "pac-bayes/kl"] {
        let text = GOOD.replace(
            "\"pac-bayes/kl\"\nform = \"as-printed\"",
            &format!("{bound:?}"),
        );
        assert_eq!(verdict(&text), "sound");
    }
    // Numbers are read as they are spelled: this one is no binary double.
    let text = GOOD.replace(
        "\"0.237\"\nrounding = \"up\"",
        "0.1234567890123456789012345678901\nrounding = \"exact\"",
    );
    assert_eq!(
        claims(&text).unwrap()[0].reported.text,
        "0.1234567890123456789012345678901"
    );
}

#[test]
fn bad_files_are_refused_by_line_and_key() {
    let with = |from: &str, to: &str| GOOD.replace(from, to);
    refused("", &["at least one [[claim]] table", "none"]);
    refused("claim = 3", &["line 1: claim", "[[claim]] tables"]);
    refused("claim = [3]", &["claim", "a table"]);
    refused("x = 3\n", &["line 1", "`x`"]);
    refused("[[claim]\n", &["line 1", "TOML"]);
    refused(
        &with("bound = \"pac-bayes/kl\"", "bound = \"pac\""),
        &["line 2: bound", "one of", "\"pac"],
    );
    refused(
        &with("bound = \"pac-bayes/kl\"\n", ""),
        &["claim 1, line 1: bound", "nothing"],
    );
    refused(&with("as-printed", "printed"), &["bound", "printed"]);
    refused(
        &with("reported = \"0.237\"\n", ""),
        &["claim 1, line 1: reported"],
    );
    refused(
        &with("\"0.237\"", "\"o.237\""),
        &["line 4: reported", "a number", "o.237"],
    );
    refused(
        &with("\"0.237\"", "[0.3, 0.2]"),
        &["line 4: reported", "lo <= hi"],
    );
    refused(&with("\"0.237\"", "nan"), &["line 4: reported", "nan"]);
    refused(&with("\"0.237\"", "true"), &["line 4: reported", "true"]);
    refused(&with("\"0.237\"", "\"?\""), &["reported", "nothing"]);
    refused(
        &with("\"up\"", "\"upwards\""),
        &[
            "line 5: rounding",
            "exact, nearest, up, down, truncated",
            "upwards",
        ],
    );
    refused(
        &with("note =", "notes ="),
        &["line 7: notes", "an unknown key"],
    );
    refused(
        &with("source = \"Table 2\"", "source = 2"),
        &["source", "a string", "2"],
    );
    refused(
        &with("source = \"Table 2\"", "source = { column = \"a\" }"),
        &["source", "a string"],
    );
    refused(
        &with("m = 60_000", "n = 60_000"),
        &["line 10: n", "one of the inputs m, delta", "unknown"],
    );
    refused(
        &with("m = 60_000", "m = { column = \"n\" }"),
        &["line 10: m", "another table"],
    );
    refused(
        &with("m = 60_000", "m = { value = 1, unit = \"bits\" }"),
        &["line 10: m", "count", "Bits"],
    );
    refused(
        &with("m = 60_000", "m = { value = 1, unit = \"bit\" }"),
        &["line 10: m", "one of bits"],
    );
    refused(
        &with("m = 60_000", "m = { value = 1, per = 3 }"),
        &["line 10: m", "\"per\""],
    );
    refused(
        &with("delta = 0.05", "bits = 3"),
        &["one of `kl` and `bits`"],
    );
    refused(
        &with("[0.1, \"0.125\"]", "[0.1, 0.2, 0.3]"),
        &["empirical_loss", "a list of 3"],
    );
    refused(
        &with("[0.1, \"0.125\"]", "1979-05-27"),
        &["empirical_loss", "a date"],
    );
    refused(
        &with("[0.1, \"0.125\"]", "\"1e99999999\""),
        &["empirical_loss", "1e99999999"],
    );
    refused(
        &with("[0.1, \"0.125\"]", "\"0x1p-99999999\""),
        &["empirical_loss"],
    );
    let lists = "[[claim]]\nbound = \"muthukumar-sulam-2023/theorem-13\"\nreported = 1\n[claim.inputs]\nm = 10\n";
    refused(lists, &["sparse_loss", "how many layers"]);
    refused(&format!("{lists}kl = 3\n"), &["line 6: kl", "a list"]);
}

#[test]
fn lists_and_what_is_not_known_of_them() {
    let text = |lists: &str| {
        format!(
            "[[claim]]\nbound = \"muthukumar-sulam-2023/theorem-13\"\nreported = 0.9\n[claim.inputs]\nm = 60000\ndelta = 0.05\nmargin_loss = 0.1\n{lists}\n"
        )
    };
    assert_eq!(
        verdict(&text("kl = [1, 2]\nsparse_loss = [0]\nsparse_loss_3 = [0]")),
        "sound"
    );
    assert_eq!(
        verdict(&text(
            "kl = [1, \"?\"]\nsparse_loss = [0]\nsparse_loss_3 = [0]"
        )),
        "undetermined"
    );
    // The other lists' length follows.
    assert_eq!(verdict(&text("kl = [\"?\", \"?\"]")), "undetermined");
    assert_eq!(
        claims(&text("kl = [1, [2, 3]]")).unwrap()[0].missing(),
        ["sparse_loss", "sparse_loss_3"]
    );
}

const HEADER: &str = "bound = \"pac-bayes/kl\"\nreported = { column = \"r\" }\nsource = { column = \"s\" }\n[inputs]\nm = { column = \"n\" }\ndelta = 0.05\nkl = { column = \"k\", unit = \"per-sample\" }\nempirical_loss = { column = \"l\", unit = \"percent\" }\n";
const ROWS: &str =
    "s,n,k,l,r\na,60000,0.01,3.1,0.35\n\"b, c\",100,0.2000,10.00,0.400\nd,100,,10,0.05\n";

fn table(header: &str, rows: &str) -> gapcert::error::Result<Vec<gapcert::audit::Claim>> {
    let file = |name: &str, text: &str| InputFile::from_bytes(name, text.as_bytes().to_vec());
    let apart = read::csv::parse(&file("t.csv", rows), Some(&file("t.toml", header)));
    let front = read::csv::parse(&file("t.csv", &format!("+++\n{header}+++\n{rows}")), None);
    assert_eq!(apart.is_ok(), front.is_ok(), "{apart:?} {front:?}");
    apart
}

#[test]
fn tables() {
    let all = table(HEADER, ROWS).unwrap();
    let findings = examine(all, None).unwrap();
    let verdicts: Vec<_> = findings
        .iter()
        .map(|f| f.judgement.verdict.name())
        .collect();
    assert_eq!(verdicts, ["sound", "understated", "infeasible"]);
    assert_eq!(findings[1].claim.source, "b, c");
    assert_eq!(findings[2].claim.missing(), ["kl"]);
    let only = format!("only = {{ s = [\"a\", \"d\"] }}\n{HEADER}");
    assert_eq!(
        table(&only, ROWS)
            .unwrap()
            .iter()
            .map(|c| c.row)
            .collect::<Vec<_>>(),
        [1, 3]
    );
    let bad = |header: &str, rows: &str, parts: &[&str]| {
        let text = table(header, rows).unwrap_err().to_string();
        for part in parts {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
    };
    bad(
        &HEADER.replace("\"k\"", "\"q\""),
        ROWS,
        &["line 1", "a column \"q\"", "s, n, k, l, r"],
    );
    bad(
        HEADER,
        &ROWS.replace("0.35", "o.35"),
        &["line 2: reported", "o.35"],
    );
    bad(
        HEADER,
        &ROWS.replace(",0.35", ","),
        &["line 2: reported", "nothing"],
    );
    bad(
        HEADER,
        &ROWS.replace("a,60000", "a,x"),
        &["line 2: m", "\"x\""],
    );
    bad(HEADER, &ROWS.replace("a,", ""), &["line 2", "fields"]);
    bad(HEADER, "s,n,k,l,r\n", &["at least one row"]);
    bad(
        HEADER,
        &ROWS.replace("s,n", "n,n"),
        &["line 1", "\"n\" twice"],
    );
    bad(&HEADER.replace("reported", "result"), ROWS, &["result"]);
    let unfinished = InputFile::from_bytes("t.csv", b"+++\nbound = 3\n".to_vec());
    let text = read::csv::parse(&unfinished, None).unwrap_err().to_string();
    assert!(text.contains("+++"), "{text}");
}

#[test]
fn a_table_without_a_header_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, ROWS).unwrap();
    let text = read::read(&path, None).unwrap_err().to_string();
    assert!(text.contains("--columns") && text.contains("+++"), "{text}");
    std::fs::write(folder.path().join("t.toml"), HEADER).unwrap();
    assert_eq!(read::read(&path, None).unwrap().len(), 3);
}

/// The files that are damaged below.
fn seeds() -> Vec<(bool, Vec<u8>)> {
    let front = format!("+++\n{HEADER}+++\n{ROWS}");
    let lists = "[[claim]]\nbound = \"muthukumar-sulam-2023/theorem-13\"\nreported = [1, 2]\n[claim.inputs]\nm = 10\nkl = [\"?\", 3]\ndelta = \"?\"\n";
    vec![
        (false, GOOD.into()),
        (false, lists.into()),
        (true, front.into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, rng_seed: RngSeed::Fixed(5), ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_panic(
        which in 0..3usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, any::<u8>(), any::<prop::sample::Index>()), 1..6),
    ) {
        let (is_table, mut bytes) = seeds()[which].clone();
        for (place, how, byte, other) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, b"0123456789.-eE\"[]{},=\n"[byte as usize % 22]),
                // A piece of the file in another place.
                _ => {
                    let from = other.index(bytes.len());
                    let piece = bytes[from..(from + 8).min(bytes.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        let file = InputFile::from_bytes("damaged", bytes);
        let read = if is_table { read::csv::parse(&file, None) } else { read::toml::parse(&file) };
        if let Ok(claims) = read {
            let findings = examine(claims, None).unwrap();
            prop_assert!(!findings.is_empty());
        }
    }
}

#[test]
fn every_bound_with_nothing_known() {
    // Every end of every domain, open or infinite, goes through every formula.
    for bound in gapcert::bound::catalogue() {
        let lists: Vec<String> = bound
            .inputs
            .iter()
            .filter(|s| s.shape != gapcert::bound::Shape::Scalar)
            .map(|s| match s.shape {
                gapcert::bound::Shape::HiddenLayers => format!("{} = [\"?\"]", s.name),
                _ => format!("{} = [\"?\", \"?\"]", s.name),
            })
            .collect();
        let text = format!(
            "[[claim]]\nbound = \"{}:{}\"\nreported = \"0.5000\"\n[claim.inputs]\n{}\n",
            bound.id,
            bound.form,
            lists.join("\n")
        );
        let found = verdict(&text);
        assert!(
            ["undetermined", "infeasible"].contains(&found),
            "{bound:?}: {found}"
        );
    }
}
