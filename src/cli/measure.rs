//! `gapcert measure`: norms and path quantities, no bound.

use super::Outcome;
use super::options;
use super::output::{print, print_json, say, upper};
use super::progress::Bar;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use gapcert::certify::{Progress, layer_distances, layer_norms};
use gapcert::data::{self, ReadOptions, parse_scale};
use gapcert::error::Result;
use gapcert::measure::NetworkPaths;
use gapcert::network::{read_model, read_reference};
use gapcert::real::Enclosure;
use gapcert::report::measurements::{Measurements, OfSample};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Args)]
pub struct Arguments {
    /// The network: .onnx, .safetensors or .npz.
    model: PathBuf,
    /// What the layers of a .safetensors or .npz model are (TOML).
    #[arg(long, value_name = "FILE")]
    architecture: Option<PathBuf>,
    /// A sample, for energies: a folder of IDX files, .npz or .csv.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Rows of the data that are the sample (.npy or .txt); all, if not given.
    #[arg(long, value_name = "FILE", requires = "data")]
    indices: Option<PathBuf>,
    /// Exact factor from stored to actual inputs [default: 1/255 for 8-bit data,
    /// 1 otherwise].
    #[arg(
        long,
        value_name = "FACTOR",
        requires = "data",
        allow_negative_numbers = true
    )]
    scale: Option<String>,
    /// A network of the same architecture, for distances.
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Working precision in bits.
    #[arg(long, default_value_t = Enclosure::DEFAULT_PRECISION)]
    precision: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let prec = options::precision(a.precision)?;
    let scale = a.scale.as_deref().map(parse_scale).transpose()?;
    let start = Instant::now();
    let bar = Bar::new();
    bar.stage("reading", 1);
    let model = read_model(&a.model, a.architecture.as_deref())?;
    let mut sources = model.graph.sources().to_vec();
    let reference = match &a.reference {
        None => None,
        Some(path) => Some(read_reference(path, a.architecture.as_deref(), &model)?),
    };
    if let Some(reference) = &reference {
        sources.extend(reference.graph.sources().iter().cloned());
    }
    let sample = match &a.data {
        None => None,
        Some(path) => {
            let options = ReadOptions {
                scale,
                ..ReadOptions::default()
            };
            let mut sample = data::read(path, &options)?;
            sources.extend(sample.sources().iter().cloned());
            if let Some(path) = &a.indices {
                let indices = data::read_indices(path)?;
                indices.check(sample.len())?;
                sources.push(indices.source.clone());
                sample = sample.select(&indices.values)?;
            }
            if model.folded_bias() {
                sample = sample.with_constant_one()?;
            }
            model.check(sample.dim(), sample.classes())?;
            Some(sample)
        }
    };
    bar.stage("layers", 1);
    let layers = layer_norms(&model.graph, prec);
    let distances = reference.map(|r| layer_distances(&model.graph, &r.graph, prec));
    bar.stage("paths", 1);
    let network = NetworkPaths::new(&model.graph, prec);
    let sample = sample.map(|s| OfSample {
        m: s.len(),
        paths: network.on(&model.graph, &s, prec),
        operator_energy: network.operator_energy(&model.graph, &s, prec),
    });
    let one = Enclosure::integer(prec, 1);
    let leaves = vec![one.clone(); model.graph.input().positions()];
    let paths = network.path_energy(&model.graph, leaves, one);
    drop(bar);
    let found = Measurements {
        graph: model.graph,
        layers,
        distances,
        network,
        paths,
        sample,
        sources,
    };
    if a.json {
        print_json(&found.json())?;
    } else {
        print(&text(&found))?;
        say(&format!(
            "measured in {:.1} s",
            start.elapsed().as_secs_f64()
        ));
    }
    Ok(Outcome::Done)
}

fn text(found: &Measurements) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "layer",
        "output",
        "operator norm",
        "|K|_F",
        "|T|_F",
        "|K|_2,1",
        "|T|_2,1",
        "|K|_1,inf",
        "|T|_1,inf",
    ]);
    for ((i, conv), n) in found.graph.convs().zip(&found.layers) {
        let operator = Enclosure::from(n.operator);
        table.add_row([
            conv.name.clone(),
            found.graph.nodes()[i].shape.to_string(),
            format!("{} .. {}", operator.to_decimal(6).0, upper(&operator, 6)),
            upper(&n.kernel_frobenius, 6),
            upper(&n.operator_frobenius, 6),
            upper(&n.kernel_21, 6),
            upper(&n.operator_21, 6),
            upper(&n.kernel_1_inf, 6),
            upper(&n.operator_1_inf, 6),
        ]);
    }
    for column in 2..9 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = format!(
        "network on {} with {} outputs; K: the kernel, T: the layer as a linear map\n\n{table}\n\n",
        found.graph.input(),
        found.graph.classes()
    );
    let n = &found.network;
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "{name:34} {value}");
    };
    line("weight layers on a path", n.depth.to_string());
    line("rho, head centred and rescaled", upper(&n.rho, 10));
    line("rho, head centred", upper(&n.rho_unscaled, 10));
    line("block path norm", upper(&n.block_path_norm, 10));
    line("scalar path norm", upper(&n.scalar_path_norm, 10));
    line("leaves", n.leaves.to_string());
    line("paths (as energies add)", upper(&found.paths, 10));
    if let Some(distances) = &found.distances {
        for ((_, conv), d) in found.graph.convs().zip(distances) {
            let value = format!(
                "|K|_F {}, |K|_2,1 {}, |T|_2,1 {}, operator norm {}",
                upper(&d.kernel_frobenius, 6),
                upper(&d.kernel_21, 6),
                upper(&d.operator_21, 6),
                upper(&Enclosure::exact(53, d.operator), 6)
            );
            line(&format!("distance of {}", conv.name), value);
        }
    }
    if let Some(sample) = &found.sample {
        let s = &sample.paths;
        line("samples", sample.m.to_string());
        line("||X||_F^2", upper(&s.input_energy, 14));
        line(
            "largest energy of a position",
            upper(&s.max_position_energy, 14),
        );
        line("path energy M", upper(&s.path_energy, 14));
        let or = |x: &Option<Enclosure>| x.as_ref().map_or("-".into(), |x| upper(x, 14));
        line("largest chain", or(&s.max_chain));
        line("operator energy O^2", or(&sample.operator_energy));
    }
    out.push_str("numbers are rounded up; --json has both ends\n");
    out
}
