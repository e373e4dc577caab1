//! Time of one certified evaluation of each bound's formula at 128 bits.
//! Target: at most 1 ms.

use criterion::{Criterion, criterion_group, criterion_main};
use gapcert::bound::{Bound, Inputs, catalogue};
use gapcert::real::Enclosure;
use std::hint::black_box;

const PREC: u32 = 128;

fn number(text: &str) -> Enclosure {
    Enclosure::parse(PREC, text).expect("a decimal")
}

/// Typical inputs of a network on MNIST, for every input name there is.
fn inputs(bound: &Bound) -> Inputs<Enclosure> {
    let names_layers = bound.inputs.iter().any(|s| s.name == "lipschitz");
    let mut x = Inputs::new();
    for name in bound.inputs.iter().map(|s| s.name) {
        x = match name {
            "sparse_loss" => x.with_list(name, vec![number("0.001")]),
            "sparse_loss_3" => x.with_list(name, vec![number("0.01")]),
            // Theorem 13 wants the KL of each layer; overwritten below.
            "m" => x.with(name, number("52250")),
            "delta" => x.with(name, number("0.05")),
            "tau" => x.with(name, number("0.000488")),
            "errors" => x.with(name, number("4910")),
            "kl" => x.with(name, number("75.25")),
            "c" => x.with(name, number("0.177")),
            "log_inverse_weight" => x.with(name, number("22.56")),
            "layers" | "pools" | "pool_kernel" => x.with(name, number("3")),
            "classes" => x.with(name, number("10")),
            "leaves" | "inputs" | "width" => x.with(name, number("784")),
            "b" => x.with(name, number("1.0905")),
            "fan_in" => x.with_list(name, ["9", "9", "784"].map(number).into()),
            "spectral" | "frobenius" | "lipschitz" | "distance_21" => {
                x.with_list(name, ["1.5", "2.25", "0.7"].map(number).into())
            }
            "parameters" if names_layers => {
                x.with_list(name, ["78400", "10000", "1000"].map(number).into())
            }
            "parameters" => x.with(name, number("89610")),
            _ => x.with(name, number("0.1108")),
        };
    }
    x
}

fn evaluate(c: &mut Criterion) {
    for bound in catalogue() {
        let mut x = inputs(bound);
        if bound.inputs.iter().any(|s| s.name == "sparse_loss") {
            x = x.with_list("kl", vec![number("40.5"), number("34.75")]);
        }
        let x = bound.check(x).expect("inputs inside the domain");
        c.bench_function(&format!("{}:{}", bound.id, bound.form), |b| {
            b.iter(|| bound.evaluate(black_box(&x)))
        });
    }
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
