//! What `gapcert simulate` costs beyond training: replicates of m = 500, a 20-64-2
//! network, 500 SGD steps and five bounds, beside the training loop alone on the
//! same samples.
//!
//! `cargo bench --bench simulate -- [REPLICATES]` (default 200) prints, in CPU
//! seconds of one thread, training alone, whole replicates, and the overhead; then
//! wall seconds of a run on one thread and on two. The wall times mean something on
//! an idle machine only; the load before the run is printed with them.
//! benches/results/simulate.csv holds the last run.

use gapcert::certify::Silent;
use gapcert::input::InputFile;
use gapcert::simulate::{Plan, Shard, Spec, World, replicate, run};
use gapcert::train::Stream;
use std::path::Path;
use std::time::{Duration, Instant};

const SPEC: &str = r#"
seed = 1
replicates = REPLICATES
bounds = [
    "muthukumar-sulam-2023/single-shot:sharp",
    "muthukumar-sulam-2023/theorem-13:sound",
    "galanti-2023/path-energy:sharp",
    "pac-bayes/kl:sharp",
    "test-set/clopper-pearson",
]
m = 500
[population]
kind = "clusters"
classes = 2
dim = 20
support = 2000
spread = 1.0
flipped = 0.05
[learner]
kind = "sgd"
hidden = [64]
steps = 500
prior = "initial"
"#;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with('-'));
    let replicates = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(200);
    let text = SPEC.replace("REPLICATES", &usize::to_string(&replicates));
    let file = InputFile::from_bytes("simulate.toml", text.into_bytes());
    let spec = Spec::parse(&file, "".into()).expect("a spec");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?").to_owned();

    let [training, all] = pool(1).install(|| cpu(&spec, replicates));
    let overhead = (all - training) / training;
    let walls = [1, 2].map(|threads| pool(threads).install(|| wall(&spec)));
    println!("replicates,training_cpu_s,replicates_cpu_s,overhead,wall_1_s,wall_2_s,speedup,load");
    println!(
        "{replicates},{training:.3},{all:.3},{overhead:.3},{:.2},{:.2},{:.2},{load}",
        walls[0],
        walls[1],
        walls[0] / walls[1]
    );
}

fn pool(threads: usize) -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().expect("threads")
}

/// CPU time of this thread, where the system tells; otherwise wall time.
fn now(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|t| t.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Seconds of the training loops, and of the replicates with their training. The
/// two take turns, so that neither finds a quieter machine.
fn cpu(spec: &Spec, replicates: usize) -> [f64; 2] {
    let start = Instant::now();
    let setting = &spec.settings[0];
    let population = setting
        .population
        .build(Path::new(""))
        .expect("a population");
    let world = World::new(setting, &population, Path::new(""));
    let mut spent = [Duration::ZERO; 2];
    for i in 0..replicates {
        let sample = population
            .draw(setting.m, i as u64, Stream::Sample)
            .expect("a sample");
        let before = now(start);
        let fitted = setting
            .learner
            .fit(sample, &population, i as u64, Path::new(""));
        let between = now(start);
        let found = replicate(&world, (0, i), spec.seed, &spec.bounds, &spec.delta);
        let after = now(start);
        std::hint::black_box((fitted.expect("a network"), found.expect("a replicate")));
        spent[0] += between - before;
        spent[1] += after - between;
    }
    spent.map(|d| d.as_secs_f64())
}

/// Wall seconds of a run with its log.
fn wall(spec: &Spec) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let start = Instant::now();
    let plan = Plan {
        log: &folder.path().join("log.jsonl"),
        shard: Shard::WHOLE,
    };
    run(spec, &plan, &Silent).expect("a run");
    start.elapsed().as_secs_f64()
}
