//! One node of the file, with what it reads.

use std::ops::RangeInclusive;

use super::constant::Constant;
use super::messages::{Attribute, Node, Tensor, decode, kind};
use super::value::{Network, Value};
use crate::error::{Error, Result};
use crate::input::InputFile;

/// A node whose inputs are known. Attributes are taken out one by one; one that
/// is left means something that its operator's reader does not know.
#[derive(Debug)]
pub struct Call<'a> {
    pub file: &'a InputFile,
    /// The operator.
    pub op: String,
    /// How messages call the node.
    pub item: String,
    /// None where an optional input is left out.
    pub inputs: Vec<Option<Value>>,
    attributes: Vec<Attribute>,
}

impl<'a> Call<'a> {
    /// Decodes the attributes of a node.
    ///
    /// # Errors
    /// Input: an attribute twice, or one that stands for a function's.
    pub fn new(
        file: &'a InputFile,
        item: String,
        node: &Node,
        inputs: Vec<Option<Value>>,
    ) -> Result<Self> {
        let mut call = Self {
            file,
            op: node.op.clone(),
            item,
            inputs,
            attributes: Vec::new(),
        };
        for bytes in &node.attributes {
            let attribute: Attribute = decode(bytes.clone(), file, &call.item)?;
            let twice = call.attributes.iter().any(|a| a.name == attribute.name);
            if twice || !attribute.reference.is_empty() {
                let found = format!("{:?}", attribute.name);
                return Err(call.refuse("every attribute once, with its value", found, ""));
            }
            call.attributes.push(attribute);
        }
        Ok(call)
    }

    /// A refusal that names this node.
    pub fn refuse(
        &self,
        expected: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Error {
        Error::input(&self.file.path, &self.item, expected, found, advice)
    }

    /// Adds this node's name to an error about one of its tensors.
    pub fn within(&self, error: Error) -> Error {
        match error {
            Error::Input(mut e) => {
                e.item = format!("{}: {}", self.item, e.item);
                Error::Input(e)
            }
            other => other,
        }
    }

    /// Makes sure of the number of inputs; the ones that may be left out come last.
    ///
    /// # Errors
    /// Input.
    pub fn arity(&self, number: RangeInclusive<usize>) -> Result<()> {
        let needed = self.inputs.iter().take(*number.start());
        if number.contains(&self.inputs.len()) && needed.flatten().count() == *number.start() {
            return Ok(());
        }
        let names = self.inputs.iter().flatten().count();
        let (least, most) = (number.start(), number.end());
        let expected = if least == most {
            format!("{least} inputs")
        } else {
            format!("{least} to {most} inputs")
        };
        Err(self.refuse(expected, format!("{names}"), ""))
    }

    /// An input that is there, or not.
    pub fn input(&self, i: usize) -> Option<&Value> {
        self.inputs.get(i)?.as_ref()
    }

    /// An input that the network computes.
    ///
    /// # Errors
    /// Input, if it is a constant.
    pub fn network(&self, i: usize) -> Result<&Network> {
        match self.input(i) {
            Some(Value::Network(network)) => Ok(network),
            other => {
                let found = other.map_or("nothing", Value::kind);
                let expected = format!("a value computed from the network's input as input {i}");
                Err(self.refuse(expected, found, "export with constant folding"))
            }
        }
    }

    /// An input that is a constant, if it is there.
    ///
    /// # Errors
    /// Input, if it is computed.
    pub fn constant(&self, i: usize) -> Result<Option<&Constant>> {
        match self.input(i) {
            None => Ok(None),
            Some(Value::Constant(constant)) => Ok(Some(constant)),
            Some(other) => {
                let expected = format!("an initialiser or a constant as input {i}");
                let advice = "weights that the network computes are not supported";
                Err(self.refuse(expected, other.kind(), advice))
            }
        }
    }

    /// The exact reals of a constant input that must be there.
    ///
    /// # Errors
    /// Input, if it is missing, computed, or of integers.
    pub fn floats(&self, constant: &Constant) -> Result<Vec<f64>> {
        constant.floats().ok_or_else(|| {
            let found = format!("integers in {:?}", constant.name);
            self.refuse("weights that are floats", found, "")
        })
    }

    fn take(&mut self, name: &str, wanted: i32) -> Result<Option<Attribute>> {
        let Some(place) = self.attributes.iter().position(|a| a.name == name) else {
            return Ok(None);
        };
        let attribute = self.attributes.swap_remove(place);
        if attribute.kind == wanted {
            return Ok(Some(attribute));
        }
        let expected = format!("an attribute {name:?} of type {wanted}");
        let found = format!("type {}", attribute.kind);
        Err(self.refuse(expected, found, "the numbers are those of AttributeProto"))
    }

    /// Takes an attribute.
    ///
    /// # Errors
    /// Input, if it is of another type; so for the others.
    pub fn int(&mut self, name: &str) -> Result<Option<i64>> {
        Ok(self.take(name, kind::INT)?.map(|a| a.int))
    }

    /// Takes an attribute; see [`Call::int`].
    pub fn ints(&mut self, name: &str) -> Result<Option<Vec<i64>>> {
        Ok(self.take(name, kind::INTS)?.map(|a| a.ints))
    }

    /// Takes an attribute; see [`Call::int`].
    pub fn float(&mut self, name: &str) -> Result<Option<f32>> {
        Ok(self.take(name, kind::FLOAT)?.map(|a| a.float))
    }

    /// Takes an attribute; see [`Call::int`].
    pub fn float_list(&mut self, name: &str) -> Result<Option<Vec<f32>>> {
        Ok(self.take(name, kind::FLOATS)?.map(|a| a.floats))
    }

    /// Takes an attribute; see [`Call::int`].
    pub fn tensor(&mut self, name: &str) -> Result<Option<Tensor>> {
        let attribute = self.take(name, kind::TENSOR)?;
        Ok(attribute.and_then(|a| a.tensor).map(|tensor| *tensor))
    }

    /// Takes an attribute; see [`Call::int`].
    pub fn string(&mut self, name: &str) -> Result<Option<String>> {
        let attribute = self.take(name, kind::STRING)?;
        Ok(attribute.map(|a| String::from_utf8_lossy(&a.string).into_owned()))
    }

    /// Takes an attribute that must have this value, which is also its default.
    ///
    /// # Errors
    /// Input, with the advice.
    pub fn must_be(&mut self, name: &str, value: i64, advice: &str) -> Result<()> {
        match self.int(name)? {
            Some(found) if found != value => {
                let expected = format!("{name}={value}");
                Err(self.refuse(expected, format!("{name}={found}"), advice))
            }
            _ => Ok(()),
        }
    }

    /// Takes an attribute that changes nothing here.
    pub fn ignore(&mut self, name: &str) {
        self.attributes.retain(|a| a.name != name);
    }

    /// Makes sure that every attribute was taken.
    ///
    /// # Errors
    /// Input, naming one that was not.
    pub fn finish(&self) -> Result<()> {
        match self.attributes.first() {
            None => Ok(()),
            Some(other) => Err(self.refuse(
                "only attributes that are known here",
                format!("{:?}", other.name),
                "",
            )),
        }
    }
}
