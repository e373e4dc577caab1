//! The runs of benches/training.rs in candle, one thread: CPU seconds, the median of five,
//! in f32 and f64. Prints CSV without a head.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{
    Linear, Module, Optimizer, SGD, VarBuilder, VarMap, linear_no_bias, loss::cross_entropy,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const RUNS: [(&[usize], usize, usize); 3] = [
    (&[20, 64, 2], 500, 500),
    (&[784, 100, 10], 10_000, 500),
    (&[784, 1000, 10], 10_000, 50),
];
const BATCH: usize = 100;
const RATE: f64 = 0.05;
const CPU: Device = Device::Cpu;

fn forward(layers: &[Linear], x: Tensor) -> Result<Tensor> {
    let (head, hidden) = layers.split_last().expect("a layer");
    let hidden = hidden
        .iter()
        .try_fold(x, |x, layer| layer.forward(&x)?.relu())?;
    head.forward(&hidden)
}

fn run(dims: &[usize], m: usize, steps: usize, dtype: DType) -> Result<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let x = Tensor::rand(-1f64, 1f64, (m, dims[0]), &CPU)?.to_dtype(dtype)?;
    let classes = dims[dims.len() - 1] as u32;
    let labels: Vec<u32> = (0..m).map(|_| rng.random_range(0..classes)).collect();
    let y = Tensor::new(labels, &CPU)?;
    let variables = VarMap::new();
    let weights = VarBuilder::from_varmap(&variables, dtype, &CPU);
    let layers = dims
        .windows(2)
        .enumerate()
        .map(|(k, d)| linear_no_bias(d[0], d[1], weights.pp(k)))
        .collect::<Result<Vec<_>>>()?;
    let mut sgd = SGD::new(variables.all_vars(), RATE)?;
    let before = cpu_seconds();
    for _ in 0..steps {
        let rows: Vec<u32> = (0..BATCH).map(|_| rng.random_range(0..m as u32)).collect();
        let rows = Tensor::new(rows, &CPU)?;
        let out = forward(&layers, x.index_select(&rows, 0)?)?;
        sgd.backward_step(&cross_entropy(&out, &y.index_select(&rows, 0)?)?)?;
    }
    Ok(cpu_seconds() - before)
}

/// CPU time of all threads of this process.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn main() -> Result<()> {
    for (dims, m, steps) in RUNS {
        for (dtype, name) in [(DType::F32, "f32"), (DType::F64, "f64")] {
            let times = (0..5).map(|_| run(dims, m, steps, dtype));
            let mut times = times.collect::<Result<Vec<_>>>()?;
            times.sort_by(f64::total_cmp);
            let shape = dims.iter().map(usize::to_string).collect::<Vec<_>>();
            println!(
                "candle,{name},{},{m},{steps},{:.3}",
                shape.join("-"),
                times[2]
            );
        }
    }
    Ok(())
}
