//! ONNX files, right and wrong: the messages once more, written out in full, so
//! that the reader is tested against something other than itself.

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub struct Model {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub opsets: Vec<Opset>,
    #[prost(message, repeated, tag = "25")]
    pub functions: Vec<Function>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Opset {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(int64, tag = "2")]
    pub version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub struct Function {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "10")]
    pub domain: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub nodes: Vec<Node>,
    #[prost(message, repeated, tag = "5")]
    pub tensors: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub inputs: Vec<Value>,
    #[prost(message, repeated, tag = "12")]
    pub outputs: Vec<Value>,
    #[prost(bytes = "vec", repeated, tag = "15")]
    pub sparse: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Node {
    #[prost(string, repeated, tag = "1")]
    pub inputs: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub outputs: Vec<String>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, tag = "4")]
    pub op: String,
    #[prost(message, repeated, tag = "5")]
    pub attributes: Vec<Attribute>,
    #[prost(string, tag = "7")]
    pub domain: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(float, tag = "2")]
    pub float: f32,
    #[prost(int64, tag = "3")]
    pub int: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub string: Vec<u8>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    #[prost(int32, tag = "20")]
    pub kind: i32,
    #[prost(string, tag = "21")]
    pub reference: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Tensor {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub dtype: i32,
    #[prost(float, repeated, tag = "4")]
    pub floats: Vec<f32>,
    #[prost(int32, repeated, tag = "5")]
    pub int32s: Vec<i32>,
    #[prost(int64, repeated, tag = "7")]
    pub int64s: Vec<i64>,
    #[prost(string, tag = "8")]
    pub name: String,
    #[prost(bytes = "vec", tag = "9")]
    pub raw: Vec<u8>,
    #[prost(message, repeated, tag = "13")]
    pub external: Vec<Entry>,
    #[prost(int32, tag = "14")]
    pub location: i32,
}

#[derive(Clone, PartialEq, Message)]
pub struct Entry {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Value {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub kind: Option<Type>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Type {
    #[prost(message, optional, tag = "1")]
    pub tensor: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
pub struct TensorType {
    #[prost(int32, tag = "1")]
    pub dtype: i32,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub dims: Vec<Dim>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Dim {
    #[prost(int64, tag = "1")]
    pub value: i64,
    #[prost(string, tag = "2")]
    pub symbol: String,
}

/// Version 20, from `x` of shape [n, `dims`...] to `y`.
pub fn model(dims: &[i64]) -> Model {
    let batch = Dim {
        symbol: "n".into(),
        ..Dim::default()
    };
    let rest = dims.iter().map(|&value| Dim {
        value,
        ..Dim::default()
    });
    let shape = Shape {
        dims: std::iter::once(batch).chain(rest).collect(),
    };
    let tensor = TensorType {
        dtype: 1,
        shape: Some(shape),
    };
    let value = |name: &str| Value {
        name: name.into(),
        kind: Some(Type {
            tensor: Some(tensor.clone()),
        }),
    };
    Model {
        ir_version: 8,
        graph: Some(Graph {
            inputs: vec![value("x")],
            outputs: vec![value("y")],
            ..Graph::default()
        }),
        opsets: vec![Opset {
            version: 20,
            ..Opset::default()
        }],
        functions: vec![],
    }
}

/// A node called `/op` that reads and names what the words say.
pub fn node(op: &str, inputs: &str, outputs: &str) -> Node {
    let names = |words: &str| words.split(' ').map(str::to_owned).collect();
    Node {
        inputs: names(inputs),
        outputs: names(outputs),
        name: format!("/{op}"),
        op: op.into(),
        ..Node::default()
    }
}

/// A tensor of floats in its own field.
pub fn tensor(name: &str, dims: &[i64], floats: &[f32]) -> Tensor {
    Tensor {
        dims: dims.to_vec(),
        dtype: 1,
        floats: floats.to_vec(),
        name: name.into(),
        ..Tensor::default()
    }
}

/// A vector of integers.
pub fn integers(name: &str, values: &[i64]) -> Tensor {
    Tensor {
        dims: vec![values.len() as i64],
        dtype: 7,
        int64s: values.to_vec(),
        name: name.into(),
        ..Tensor::default()
    }
}

impl Node {
    fn attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    pub fn int(self, name: &str, int: i64) -> Self {
        self.attribute(Attribute {
            name: name.into(),
            int,
            kind: 2,
            ..Attribute::default()
        })
    }

    pub fn float(self, name: &str, float: f32) -> Self {
        self.attribute(Attribute {
            name: name.into(),
            float,
            kind: 1,
            ..Attribute::default()
        })
    }

    pub fn ints(self, name: &str, ints: &[i64]) -> Self {
        self.attribute(Attribute {
            name: name.into(),
            ints: ints.to_vec(),
            kind: 7,
            ..Attribute::default()
        })
    }

    pub fn string(self, name: &str, string: &str) -> Self {
        self.attribute(Attribute {
            name: name.into(),
            string: string.into(),
            kind: 3,
            ..Attribute::default()
        })
    }
}

impl Model {
    /// The graph, to damage.
    pub fn graph(&mut self) -> &mut Graph {
        self.graph.as_mut().unwrap()
    }

    pub fn with(mut self, node: Node) -> Self {
        self.graph().nodes.push(node);
        self
    }

    pub fn tensor(mut self, tensor: Tensor) -> Self {
        self.graph().tensors.push(tensor);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }
}
