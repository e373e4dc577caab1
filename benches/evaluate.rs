//! Time of one certified evaluation of each bound's formula at 128 bits.
//! Target: at most 1 ms.

use criterion::{Criterion, criterion_group, criterion_main};
use gapcert::bound::{Bound, Inputs, Shape, catalogue};
use gapcert::real::Enclosure;
use std::hint::black_box;

const PREC: u32 = 128;

fn number(text: &str) -> Enclosure {
    Enclosure::parse(PREC, text).expect("a decimal")
}

/// Typical inputs of a network on MNIST, for every input name there is.
fn inputs(bound: &Bound) -> Inputs<Enclosure> {
    let mut x = Inputs::new();
    for spec in &bound.inputs {
        let name = spec.name;
        if spec.shape != Shape::Scalar {
            let entries: &[&str] = match name {
                "sparse_loss" => &["0.001"],
                "sparse_loss_3" => &["0.01"],
                "kl" => &["40.5", "34.75"],
                "fan_in" => &["9", "9", "784"],
                "parameters" => &["78400", "10000", "1000"],
                _ => &["1.5", "2.25", "0.7"],
            };
            x = x.with_list(name, entries.iter().map(|t| number(t)).collect());
            continue;
        }
        let value = match name {
            "m" => "52250",
            "delta" => "0.05",
            "tau" => "0.000488",
            "errors" => "4910",
            "mc_samples" => "5000",
            "kl" => "75.25",
            "c" => "0.177",
            "log_inverse_weight" => "22.56",
            "layers" | "pools" | "pool_kernel" => "3",
            "classes" => "10",
            "leaves" | "inputs" | "width" => "784",
            "parameters" => "89610",
            "b" => "1.0905",
            _ => "0.1108",
        };
        x = x.with(name, number(value));
    }
    x
}

fn evaluate(c: &mut Criterion) {
    for bound in catalogue() {
        let x = bound
            .check(inputs(bound))
            .expect("inputs inside the domain");
        c.bench_function(&format!("{}:{}", bound.id, bound.form), |b| {
            b.iter(|| bound.evaluate(black_box(&x)))
        });
    }
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
