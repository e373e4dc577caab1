//! From the nodes of a file to the layers of a network.

use std::collections::{HashMap, HashSet};

use super::call::Call;
use super::constant::Constant;
use super::external::External;
use super::messages::{Graph, Node, Tensor, ValueInfo, decode};
use super::value::{Network, Value};
use super::{Input, dense, is_onnx, normalisation, pool, refused, shapes, views};
use crate::error::{Error, Result};
use crate::input::InputFile;
use crate::network::graph::MAX_NODES;
use crate::network::layers::Layers;
use crate::network::{self, Op, Shape};

/// More attributes, inputs or outputs of one node are refused.
const MAX_PARTS: usize = 64;

/// What is known after some of the nodes.
#[derive(Debug)]
pub struct Walk<'a> {
    pub file: &'a InputFile,
    pub layers: Layers,
    pub external: External,
    /// The batch that the file fixes, if it does.
    pub batch: Option<usize>,
    values: HashMap<String, Value>,
    /// How often a name is read.
    uses: HashMap<String, usize>,
    /// Weights of all layers so far.
    weights: usize,
}

/// The network of a file's graph.
///
/// # Errors
/// Input; see [`super::parse`].
pub fn network(graph: Graph, file: &InputFile) -> Result<network::Graph> {
    let refuse = |item: &str, expected: &str, found: String, advice: &str| {
        Err(Error::input(&file.path, item, expected, found, advice))
    };
    if !graph.sparse_initializers.is_empty() {
        let found = graph.sparse_initializers.len().to_string();
        return refuse(
            "sparse initialisers",
            "none",
            found,
            "store the tensors densely",
        );
    }
    if graph.nodes.len() >= MAX_NODES {
        let expected = format!("fewer than {MAX_NODES} nodes");
        return refuse("", &expected, graph.nodes.len().to_string(), "");
    }
    let mut external = External::default();
    let mut values = HashMap::new();
    for (i, bytes) in graph.initializers.into_iter().enumerate() {
        let item = format!("initialiser {i}");
        let tensor: Tensor = decode(bytes, file, &item)?;
        let constant = Constant::new(tensor, &item, file, &mut external)?;
        let name = constant.name.clone();
        if values
            .insert(name.clone(), Value::Constant(constant))
            .is_some()
        {
            return refuse(
                &format!("value {name:?}"),
                "one definition",
                "two".into(),
                "",
            );
        }
    }
    let input = input(&graph.inputs, &values, file)?;
    let outputs = infos(&graph.outputs, file)?;
    let [output] = outputs.as_slice() else {
        let advice = "export the network up to its logits alone";
        return refuse("outputs", "one output", listed(&outputs), advice);
    };
    let network = Network {
        node: 0,
        dims: input.dims.clone(),
        sole: false,
    };
    values.insert(input.name.clone(), Value::Network(network));
    let nodes: Vec<(String, Node)> = graph
        .nodes
        .into_iter()
        .enumerate()
        .map(|(i, bytes)| node(i, bytes, file))
        .collect::<Result<_>>()?;
    let mut uses = HashMap::from([(output.name.clone(), 1)]);
    for name in nodes.iter().flat_map(|(_, node)| &node.inputs) {
        *uses.entry(name.clone()).or_default() += 1;
    }
    let mut walk = Walk {
        file,
        layers: Layers::new(input.shape(), vec![file.source()])?,
        external,
        batch: input.batch,
        values,
        uses,
        weights: 0,
    };
    for (item, node) in nodes {
        walk.node(item, node)?;
    }
    let item = format!("output {:?}", output.name);
    match walk.values.get(&output.name) {
        Some(Value::Network(network)) => {
            let mut sources = vec![file.source()];
            sources.extend(walk.external.sources);
            walk.layers.finish(network.node, sources)
        }
        other => {
            let found = other.map_or("an undefined name", Value::kind);
            refuse(&item, "a value computed from the input", found.into(), "")
        }
    }
}

/// The one input that is no initialiser; older files list those as well.
fn input(
    inputs: &[prost::bytes::Bytes],
    constants: &HashMap<String, Value>,
    file: &InputFile,
) -> Result<Input> {
    let mut inputs = infos(inputs, file)?;
    inputs.retain(|info| !constants.contains_key(&info.name));
    match <[ValueInfo; 1]>::try_from(inputs) {
        Ok([info]) => Input::new(info, file),
        Err(all) => {
            let advice = "networks of several inputs are not supported";
            let found = listed(&all);
            Err(Error::input(
                &file.path,
                "inputs",
                "one input",
                found,
                advice,
            ))
        }
    }
}

fn infos(all: &[prost::bytes::Bytes], file: &InputFile) -> Result<Vec<ValueInfo>> {
    let each = all
        .iter()
        .map(|b| decode(b.clone(), file, "inputs and outputs"));
    each.collect()
}

fn listed(all: &[ValueInfo]) -> String {
    let names: Vec<&str> = all.iter().map(|info| info.name.as_str()).take(10).collect();
    format!("{}: [{}]", all.len(), names.join(", "))
}

/// How messages call a node, and the node.
fn node(i: usize, bytes: prost::bytes::Bytes, file: &InputFile) -> Result<(String, Node)> {
    let node: Node = decode(bytes, file, &format!("node {i}"))?;
    let item = if node.name.is_empty() {
        format!("node {i} ({})", node.op)
    } else {
        format!("node {:?} ({})", node.name, node.op)
    };
    let parts = node
        .inputs
        .len()
        .max(node.outputs.len())
        .max(node.attributes.len());
    if parts > MAX_PARTS {
        let expected = format!("at most {MAX_PARTS} inputs, outputs or attributes");
        return Err(Error::input(
            &file.path,
            item,
            expected,
            parts.to_string(),
            "",
        ));
    }
    Ok((item, node))
}

impl Walk<'_> {
    fn node(&mut self, item: String, node: Node) -> Result<()> {
        let refuse = |expected: &str, found: String, advice: &str| {
            Err(Error::input(
                &self.file.path,
                &item,
                expected,
                found,
                advice,
            ))
        };
        if !is_onnx(&node.domain) || !node.overload.is_empty() {
            let found = format!("{} of the domain {:?}", node.op, node.domain);
            let advice = "only ONNX's own operators are supported";
            return refuse("an operator of ONNX's own domain", found, advice);
        }
        let mut inputs = Vec::new();
        for name in &node.inputs {
            if name.is_empty() {
                inputs.push(None);
                continue;
            }
            let Some(mut value) = self.values.get(name).cloned() else {
                let advice = "nodes must come after those that they read";
                let expected = "values that the input, an initialiser or an earlier node defines";
                return refuse(expected, format!("the undefined name {name:?}"), advice);
            };
            if let Value::Network(network) = &mut value {
                network.sole &= self.uses.get(name) == Some(&1);
            }
            inputs.push(Some(value));
        }
        let mut names = HashSet::new();
        for name in node.outputs.iter().filter(|name| !name.is_empty()) {
            if self.values.contains_key(name) || !names.insert(name) {
                let found = format!("a second of {name:?}");
                return refuse("one definition of every name", found, "");
            }
        }
        let Some(output) = node.outputs.first().filter(|name| !name.is_empty()) else {
            return refuse("a result", "none".into(), "");
        };
        let more = node.outputs.iter().skip(1).find(|name| !name.is_empty());
        // The mask that a dropout may also tell is left undefined.
        if let (Some(name), false) = (more, node.op == "Dropout") {
            let advice = "export the network in eval mode";
            return refuse("one result", format!("a second, {name:?}"), advice);
        }
        let mut call = Call::new(self.file, item, &node, inputs)?;
        let value = self.value(&mut call, output)?;
        call.finish()?;
        self.values.insert(output.clone(), value);
        Ok(())
    }

    fn value(&mut self, call: &mut Call<'_>, output: &str) -> Result<Value> {
        match call.op.as_str() {
            "Conv" => dense::conv(self, call),
            "Gemm" => dense::gemm(self, call),
            "MatMul" => dense::matmul(self, call),
            "Add" => dense::add(self, call),
            "BatchNormalization" => normalisation::batch(self, call),
            "Relu" => {
                call.arity(1..=1)?;
                let input = call.network(0)?.clone();
                self.push(call, Op::Relu, &[&input], input.dims.clone())
            }
            "AveragePool" => pool::average(self, call),
            "GlobalAveragePool" => pool::global(self, call),
            "ReduceMean" => pool::reduce(self, call),
            "Flatten" => views::flatten(call),
            "Reshape" => views::reshape(self, call),
            "Squeeze" => views::squeeze(call),
            "Unsqueeze" => views::unsqueeze(call),
            "Transpose" => views::transpose(call),
            "Identity" => views::identity(call),
            "Dropout" => views::dropout(call),
            "Constant" => views::constant(self, call, output),
            "Shape" => shapes::shape(call),
            "Gather" => shapes::gather(call),
            "Slice" => shapes::slice(call),
            "Concat" => shapes::concat(call),
            "Cast" => shapes::cast(call),
            other => Err(call.refuse(
                "an operator that is supported here",
                other,
                refused::advice(other),
            )),
        }
    }

    /// Adds a layer whose result has these axes after the batch.
    pub fn push(
        &mut self,
        call: &Call<'_>,
        op: Op,
        inputs: &[&Network],
        dims: Vec<usize>,
    ) -> Result<Value> {
        let nodes = inputs.iter().map(|network| network.node).collect();
        let node = self.layers.push(op, nodes).map_err(|e| call.within(e))?;
        Ok(Value::Network(Network {
            node,
            dims,
            sole: true,
        }))
    }

    /// Adds a layer whose result has the axes of its shape.
    pub fn push_grid(&mut self, call: &Call<'_>, op: Op, input: &Network) -> Result<Value> {
        let mut value = self.push(call, op, &[input], vec![])?;
        if let Value::Network(network) = &mut value {
            let shape = self.layers.shape(network.node)?;
            network.dims = vec![shape.channels, shape.height, shape.width];
        }
        Ok(value)
    }

    /// The shape of a value that is read as channels over a grid.
    ///
    /// # Errors
    /// Input, if it is seen otherwise.
    pub fn grid(&self, call: &Call<'_>, input: &Network) -> Result<Shape> {
        let shape = self.layers.shape(input.node)?;
        if input.dims == [shape.channels, shape.height, shape.width] {
            return Ok(shape);
        }
        Err(call.refuse(
            format!("a value of shape [N, channels, height, width], here {shape}"),
            format!("N by {:?}", input.dims),
            "only the network's input may be reshaped to another grid",
        ))
    }

    /// Counts weights that are about to be allocated.
    ///
    /// # Errors
    /// Input, if they are more than the file has bytes: it then uses the same
    /// ones over and over.
    pub fn spend(&mut self, call: &Call<'_>, weights: usize) -> Result<()> {
        let most = self.file.bytes.len().saturating_add(self.external.bytes);
        self.weights = self.weights.saturating_add(weights);
        if self.weights <= most {
            return Ok(());
        }
        Err(call.refuse(
            "weights of its own for each layer",
            format!("{} weights in a file of {most} bytes", self.weights),
            "weights that several layers share are not supported to this extent",
        ))
    }
}
