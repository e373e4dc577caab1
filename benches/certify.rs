//! Time of the stages of `certify` on the shared MNIST network, and of the whole.
//! Target: the whole within 10 s on 2 cores.

use criterion::{Criterion, criterion_group, criterion_main};
use gapcert::bound::Confidence;
use gapcert::certify::{Request, Settings, Silent, certify, load};
use gapcert::measure::{NetworkMeasures, Trace};
use gapcert::real::Enclosure;
use std::path::PathBuf;

fn shared() -> PathBuf {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    std::env::var_os("GAPCERT_SHARED").map_or(beside, PathBuf::from)
}

fn request() -> Option<Request> {
    let prec = Enclosure::DEFAULT_PRECISION;
    let shared = shared();
    let folder = shared.join("models/mnist-mlp-100");
    folder.is_dir().then(|| Request {
        model: folder.join("model.safetensors"),
        data: shared.join("data/mnist"),
        labels: None,
        architecture: None,
        indices: Some(folder.join("sample_indices.npy")),
        prior: Some(folder.join("prior.safetensors")),
        prior_indices: None,
        scale: None,
        settings: Settings::new(Confidence::default_at(prec), prec),
    })
}

fn stages(c: &mut Criterion) {
    let Some(request) = request() else {
        eprintln!("SKIPPED: no shared models (set GAPCERT_SHARED)");
        return;
    };
    let mut group = c.benchmark_group("certify mnist-mlp-100");
    group.sample_size(10);
    group.bench_function("reading", |b| {
        b.iter(|| load(&request).expect("the shared files"))
    });
    let loaded = load(&request).expect("the shared files");
    let mlp = loaded.model.mlp.as_ref().expect("a multilayer perceptron");
    group.bench_function("norms", |b| {
        b.iter(|| NetworkMeasures::new(mlp).expect("finite layers"))
    });
    group.bench_function("sample", |b| {
        b.iter(|| Trace::new(mlp, &loaded.sample, &|_| {}).expect("shapes that fit"));
    });
    group.bench_function("whole", |b| {
        b.iter(|| certify(&request, &Silent).expect("a report"))
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
