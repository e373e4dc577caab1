//! Time, on two cores. Run alone: `cargo test --release --test audit speed -- --ignored`.

use crate::run::start;
use crate::support::repository;
use std::fmt::Write as _;
use std::time::Instant;

fn tables() -> Vec<String> {
    let path = |name: &str| {
        repository(&format!("audits/certificates/{name}"))
            .display()
            .to_string()
    };
    ["pacbayes-kl-mnist.csv", "pacbayes-kl-cifar10.csv"]
        .map(path)
        .to_vec()
}

#[test]
#[ignore = "measures time: run on an idle machine"]
fn the_450_rows_in_a_second() {
    let columns = repository("audits/certificates/columns.toml")
        .display()
        .to_string();
    let folder = tempfile::tempdir().unwrap();
    let files = tables();
    let args = [
        "audit",
        &files[0],
        &files[1],
        "--columns",
        &columns,
        "--json",
    ];
    let begun = Instant::now();
    let report = start(folder.path(), &args, "", &[]).ended(1).json();
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(report["claims"].as_array().unwrap().len(), 450);
    println!("450 rows: {seconds:.2} s");
    assert!(seconds <= 1.0, "{seconds} s");
}

/// Rows like those of the tables, with reported values on either side.
#[test]
#[ignore = "measures time: run on an idle machine"]
fn a_hundred_thousand_rows_in_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from(
        "objective,n,kl_per_n,delta,delta_mc,mc_samples,gibbs_error_mc_mean,risk_upper_reported\n",
    );
    let mut state = 1u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    for _ in 0..100_000 {
        let (n, q) = (100 + (uniform() * 1e6) as u64, 0.9 * uniform());
        let kl = 10f64.powf(-5.0 + 4.5 * uniform());
        let reported = (q + 2.0 * uniform() * (kl / 2.0).sqrt() + 0.01).min(0.999);
        let draws = [1000, 5000, 150_000][(uniform() * 3.0) as usize];
        let _ = writeln!(text, "made,{n},{kl},0.01,0.01,{draws},{q},{reported:.8}");
    }
    std::fs::write(folder.path().join("rows.csv"), text).unwrap();
    let columns = repository("audits/certificates/columns.toml")
        .display()
        .to_string();
    let begun = Instant::now();
    let args = ["audit", "rows.csv", "--columns", &columns, "--json"];
    let report = start(folder.path(), &args, "", &[]).ended(1).json();
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(report["claims"].as_array().unwrap().len(), 100_000);
    println!("100,000 rows: {seconds:.1} s, {}", report["summary"]);
    assert!(seconds <= 60.0, "{seconds} s");
}
