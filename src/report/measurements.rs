//! What was measured of a network, as JSON and in words.

use super::json::enclosure;
use crate::input::Source;
use crate::measure::convolution::{Distances, LayerNorms};
use crate::measure::{NetworkPaths, SamplePaths};
use crate::network::Graph;
use crate::real::{Enclosure, Interval};
use serde_json::{Map, Value as Json, json};

/// Certified measurements of a network, and of a sample and a reference network
/// if there are any.
pub struct Measurements {
    pub graph: Graph,
    pub layers: Vec<LayerNorms>,
    pub distances: Option<Vec<Distances>>,
    pub network: NetworkPaths,
    /// Number of paths from the head to a leaf, the constants included, as the
    /// path energy counts them.
    pub paths: Enclosure,
    pub sample: Option<OfSample>,
    pub sources: Vec<Source>,
}

/// What was measured of a sample.
pub struct OfSample {
    pub m: usize,
    pub paths: SamplePaths,
    pub operator_energy: Option<Enclosure>,
}

fn interval(x: Interval) -> Json {
    enclosure(&Enclosure::from(x))
}

impl Measurements {
    /// The JSON of `gapcert measure --json`.
    pub fn json(&self) -> Json {
        let layers: Vec<Json> = self
            .graph
            .convs()
            .zip(&self.layers)
            .enumerate()
            .map(|(k, ((i, conv), n))| {
                let mut layer = json!({
                    "name": conv.name,
                    "kernel": conv.kernel.shape(),
                    "output": self.graph.nodes()[i].shape.to_string(),
                    "width": n.width,
                    "parameters": n.parameters,
                    "operator_norm": interval(n.operator),
                    "kernel_frobenius": enclosure(&n.kernel_frobenius),
                    "operator_frobenius": enclosure(&n.operator_frobenius),
                    "kernel_21": enclosure(&n.kernel_21),
                    "kernel_21_by_tap": enclosure(&n.kernel_21_by_tap),
                    "operator_21": enclosure(&n.operator_21),
                    "kernel_1_inf": enclosure(&n.kernel_1_inf),
                    "operator_1_inf": enclosure(&n.operator_1_inf),
                });
                if let Some(d) = self.distances.as_ref().and_then(|d| d.get(k)) {
                    layer["distance"] = json!({
                        "kernel_frobenius": enclosure(&d.kernel_frobenius),
                        "kernel_21": enclosure(&d.kernel_21),
                        "kernel_21_by_tap": enclosure(&d.kernel_21_by_tap),
                        "operator_21": enclosure(&d.operator_21),
                        "operator_norm_at_most": enclosure(&Enclosure::exact(53, d.operator)),
                    });
                }
                layer
            })
            .collect();
        let n = &self.network;
        let sample = self.sample.as_ref().map(|sample| {
            let s = &sample.paths;
            json!({
                "m": sample.m,
                "input_energy": enclosure(&s.input_energy),
                "max_position_energy": enclosure(&s.max_position_energy),
                "max_coordinate_energy": enclosure(&s.max_coordinate_energy),
                "path_energy": enclosure(&s.path_energy),
                "max_chain": s.max_chain.as_ref().map(enclosure),
                "operator_energy": sample.operator_energy.as_ref().map(enclosure),
            })
        });
        let inputs: Map<String, Json> = self
            .sources
            .iter()
            .map(|s| (s.path.display().to_string(), Json::String(s.sha256.clone())))
            .collect();
        json!({
            "input": self.graph.input().to_string(),
            "classes": self.graph.classes(),
            "layers": layers,
            "network": {
                "depth": n.depth,
                "rho": enclosure(&n.rho),
                "rho_unscaled": enclosure(&n.rho_unscaled),
                "fan_in": n.fan_in,
                "leaves": n.leaves,
                "paths": enclosure(&self.paths),
                "block_path_norm": enclosure(&n.block_path_norm),
                "scalar_path_norm": enclosure(&n.scalar_path_norm),
            },
            "sample": sample,
            "inputs": inputs,
        })
    }
}
