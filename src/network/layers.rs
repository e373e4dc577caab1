//! A network under construction: layers in order, each with its shape.

use super::graph::{check_input, output_shape};
use super::{Conv, Graph, Op, Shape};
use crate::error::{Error, Result};
use crate::input::Source;

/// What a reader has read so far. Node 0 is the input.
#[derive(Debug)]
pub struct Layers {
    shapes: Vec<Shape>,
    ops: Vec<(Op, Vec<usize>)>,
    sources: Vec<Source>,
}

impl Layers {
    /// None yet.
    ///
    /// # Errors
    /// Input, if the input is empty or too large.
    pub fn new(input: Shape, sources: Vec<Source>) -> Result<Self> {
        check_input(input, &sources)?;
        Ok(Self {
            shapes: vec![input],
            ops: Vec::new(),
            sources,
        })
    }

    /// Takes the input for one of another shape, which no layer has read yet.
    pub fn reshape_input(&mut self, input: Shape) {
        if let ([shape], true) = (self.shapes.as_mut_slice(), self.ops.is_empty()) {
            *shape = input;
        }
    }

    /// Shape of what a node computes.
    ///
    /// # Errors
    /// Bug, if there is no such node.
    pub fn shape(&self, node: usize) -> Result<Shape> {
        let shape = self.shapes.get(node).copied();
        shape.ok_or_else(|| Error::bug("a layer reads an earlier one", node.to_string()))
    }

    /// Adds a layer and tells its node.
    ///
    /// # Errors
    /// Input, if it does not fit the shapes that it reads.
    pub fn push(&mut self, op: Op, inputs: Vec<usize>) -> Result<usize> {
        let read = inputs.iter().map(|&node| self.shape(node));
        let shape = output_shape(&op, &read.collect::<Result<Vec<_>>>()?, &self.sources)?;
        self.shapes.push(shape);
        self.ops.push((op, inputs));
        Ok(self.ops.len())
    }

    /// The linear layer that is this node, if it is one.
    pub fn conv_mut(&mut self, node: usize) -> Option<&mut Conv> {
        match self.ops.get_mut(node.checked_sub(1)?) {
            Some((Op::Conv(conv), _)) => Some(conv),
            _ => None,
        }
    }

    /// The network whose outputs this node computes, read from `sources`.
    ///
    /// # Errors
    /// Input; see [`Graph::new`].
    pub fn finish(mut self, output: usize, sources: Vec<Source>) -> Result<Graph> {
        // Layers only read earlier ones, so none of the rest is needed.
        self.ops.truncate(output);
        let input = self.shape(0)?;
        Graph::new(input, self.ops, sources)
    }
}
