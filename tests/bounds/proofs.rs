//! What `proofs/` says of a bound, it says in one voice: `status.toml`, the table of
//! its README, the list of headline theorems, and the Coq files.

use gapcert::bound::{Status, catalogue};
use std::path::PathBuf;

fn proofs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("proofs")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(proofs().join(name)).unwrap()
}

/// The cells of the table's row of a bound.
fn row(readme: &str, id: &str, form: &str) -> Vec<String> {
    let start = format!("| `{id}` | {form} |");
    let line = readme.lines().find(|l| l.starts_with(&start));
    let line = line.unwrap_or_else(|| panic!("no row {start}"));
    let cells = line.trim_matches('|').split(" | ");
    cells.map(|c| c.trim().to_owned()).collect()
}

#[test]
fn the_table_says_what_the_listing_says() {
    let readme = read("README.md");
    for bound in catalogue() {
        let cells = row(&readme, bound.id, &bound.form.to_string());
        assert_eq!(cells.len(), 7, "{cells:?}");
        assert_eq!(cells[5], bound.status.to_string(), "{bound:?}");
        let paper = bound.proof.strip_prefix("proofs/").unwrap();
        assert!(cells[3].contains(paper), "{bound:?}: {}", cells[3]);
        let part = bound.status != Status::MachineChecked && !bound.coq.is_empty();
        assert_eq!(cells[4].starts_with("parts: "), part, "{bound:?}");
        for theorem in &bound.coq {
            let name: Vec<_> = theorem.split('.').collect();
            let link = format!("[{}.{}]({}/{}.v)", name[2], name[3], name[1], name[2]);
            assert!(cells[4].contains(&link), "{bound:?}: {}", cells[4]);
        }
    }
}

#[test]
fn every_theorem_named_is_there_and_its_axioms_are_printed() {
    let axioms = read("Axioms.v");
    for bound in catalogue() {
        let checked = bound.status == Status::MachineChecked;
        assert!(
            !checked || !bound.coq.is_empty(),
            "{bound:?}: by what theorem?"
        );
        for theorem in &bound.coq {
            let printed = format!("Print Assumptions {theorem}.");
            assert!(axioms.lines().any(|l| l == printed), "{printed}");
        }
    }
    for line in axioms.lines() {
        let Some(theorem) = line.strip_prefix("Print Assumptions Gapcert.") else {
            continue;
        };
        let (file, name) = theorem.trim_end_matches('.').rsplit_once('.').unwrap();
        let text = read(&format!("{}.v", file.replace('.', "/")));
        let stated = ["Theorem", "Lemma", "Corollary", "Proposition"];
        let found = text.lines().any(|l| {
            let mut words = l.split(|c: char| !(c.is_alphanumeric() || "_'".contains(c)));
            stated.contains(&words.next().unwrap_or("")) && words.next() == Some(name)
        });
        assert!(found, "{file}.v does not state {name}");
    }
}

#[test]
fn every_link_of_the_readme_leads_somewhere() {
    let readme = read("README.md");
    let links = readme.split("](").skip(1);
    let mut count = 0;
    for link in links.filter_map(|l| l.split(')').next()) {
        assert!(proofs().join(link).exists(), "{link}");
        count += 1;
    }
    assert!(count > 30);
}

/// A hypothesis that is a cited fact is printed with every result.
#[test]
fn a_machine_checked_bound_names_what_it_cites() {
    for bound in catalogue()
        .iter()
        .filter(|b| b.status == Status::MachineChecked)
    {
        let cites = |a: &String| a.starts_with("Cited, ");
        assert!(bound.assumptions.iter().any(cites), "{bound:?}");
    }
}
