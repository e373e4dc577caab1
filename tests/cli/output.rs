use crate::common::run::{gapcert, with_streams};
use crate::common::world::{STANDARD, World};
use std::process::Stdio;

const QUICK: [&str; 2] = ["--bound", "pac-bayes/kl:sharp"];

#[track_caller]
fn refused(w: &World, output: &str, parts: &[&str]) {
    let before = w.snapshot();
    w.certify(&[&QUICK[..], &["--json", "-o", output]].concat())
        .refused(parts);
    assert!(w.snapshot() == before, "{output}");
}

#[test]
fn a_certificate_that_has_no_place() {
    let w = World::new();
    std::fs::create_dir(w.path("folder")).unwrap();
    refused(
        &w,
        "nope/cert.json",
        &["nope/cert.json: ", "a folder that exists", "no such folder"],
    );
    refused(&w, "folder", &["folder: ", "a path for a file", "a folder"]);
    refused(&w, "folder/", &["folder", "a path for a file"]);
    refused(&w, ".", &[".: ", "a path for a file"]);
    w.certify(&["-o", ""]).misused(&["--output"]);
    refused(
        &w,
        "model.npz/cert.json",
        &["model.npz/cert.json: ", "a folder that exists"],
    );
    let long = "x".repeat(300);
    refused(&w, &long, &["a file that can be written"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files() {
    let w = World::new();
    // Not even the superuser can make a file there.
    refused(
        &w,
        "/proc/gapcert.json",
        &["/proc/gapcert.json: ", "a file that can be written"],
    );
}

#[cfg(unix)]
#[test]
fn a_special_file_is_not_replaced() {
    let w = World::new();
    let socket = std::os::unix::net::UnixListener::bind(w.path("socket")).unwrap();
    refused(
        &w,
        "socket",
        &["socket: ", "a path for a file", "a special file"],
    );
    let kind = std::fs::metadata(w.path("socket")).unwrap();
    assert!(std::os::unix::fs::FileTypeExt::is_socket(&kind.file_type()));
    drop(socket);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let w = World::new();
    w.write("real.json", b"old");
    std::os::unix::fs::symlink("real.json", w.path("link.json")).unwrap();
    w.certify(&[&QUICK[..], &["-o", "link.json"]].concat())
        .ended(0);
    assert!(w.path("link.json").is_symlink());
    assert!(w.read("real.json").starts_with(b"{"));
    assert!(!w.path("real.json").is_symlink());
}

#[test]
fn an_input_is_not_overwritten() {
    let w = World::new();
    std::fs::create_dir(w.path("folder")).unwrap();
    for name in [
        "model.safetensors",
        "./model.safetensors",
        "folder/../model.safetensors",
        "prior.safetensors",
        "sample.npy",
        "prior.npy",
        "data/train-labels-idx1-ubyte",
        "data/t10k-images-idx3-ubyte.gz",
    ] {
        refused(&w, name, &[name, "another file than the inputs"]);
    }
}

#[test]
fn a_certificate_appears_whole() {
    let w = World::new();
    let mut before = w.snapshot();
    w.write("cert.json", b"an older one, longer or not");
    let ran = w
        .certify(&[&QUICK[..], &["--json", "-o", "cert.json"]].concat())
        .ended(0);
    let mut after = w.snapshot();
    let written = after.remove(&w.path("cert.json")).unwrap();
    before.remove(&w.path("cert.json"));
    assert!(after == before, "another file was left behind");
    let certificate: serde_json::Value = serde_json::from_slice(&written).unwrap();
    let printed = crate::common::number::range(&ran.json()["results"][0]["value"]);
    let exact = crate::common::number::dyadic_range(&certificate["results"][0]["value"]);
    assert!(printed.contains(&exact) && exact.widened(1e-36).contains(&printed));
    assert!(written.ends_with(b"}\n"));
    // A name as long as the file system takes.
    let long = "x".repeat(255);
    w.certify(&[&QUICK[..], &["-o", &long]].concat()).ended(0);
    assert_eq!(w.read(&long), written);
    // In the folder one is in, and by a full path.
    let full = w.path("full.json");
    let args = [&STANDARD[..], &QUICK, &["-o", full.to_str().unwrap()]].concat();
    gapcert(w.folder.path(), &args).ended(0);
    assert_eq!(w.read("full.json"), written);
}

#[test]
fn a_vacuous_bound_is_written_too() {
    let w = World::new();
    let bound = "muthukumar-sulam-2023/theorem-13:as-printed";
    let ran = w
        .certify(&["--bound", bound, "--json", "-o", "cert.json"])
        .ended(1);
    assert_eq!(ran.json()["results"][0]["vacuous"], true);
    assert!(w.path("cert.json").is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_is_lost_is_an_error() {
    let w = World::new();
    let full = || {
        Stdio::from(
            std::fs::File::options()
                .write(true)
                .open("/dev/full")
                .unwrap(),
        )
    };
    let quick = [&STANDARD[..], &QUICK, &["--json"]].concat();
    for args in [
        &quick[..],
        &["bounds"],
        &["bounds", "--json"],
        &["schema", "certify"],
    ] {
        let code = with_streams(w.folder.path(), args, full(), Stdio::null());
        assert_eq!(code, Some(4), "{args:?}");
    }
    // A message that nobody can read changes no code.
    let code = with_streams(w.folder.path(), &["bounds", "nope"], Stdio::null(), full());
    assert_eq!(code, Some(4));
    let code = with_streams(
        w.folder.path(),
        &quick[..quick.len() - 1],
        Stdio::null(),
        full(),
    );
    assert_eq!(code, Some(0));
}

#[cfg(unix)]
#[test]
fn a_reader_that_went_away_is_no_error() {
    let w = World::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let code = with_streams(w.folder.path(), &["bounds"], writer.into(), Stdio::null());
    assert_eq!(code, Some(0));
}
