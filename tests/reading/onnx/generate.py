"""Writes the ONNX models here and what they compute, expected.json.

PyTorch builds and exports networks, with both of its exporters; the onnx package
builds what PyTorch does not export. The outputs are PyTorch's or those of the
onnx package's reference evaluator, in float64 where they can be. Needs torch,
onnx and onnxscript (for PyTorch's newer exporter):

    python3 tests/reading/onnx/generate.py
"""

import copy
import json
import pathlib
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from torch import nn

HERE = pathlib.Path(__file__).parent
warnings.filterwarnings("ignore")
torch.manual_seed(0)
rng = np.random.default_rng(0)
expected = {}


def inputs(shape, n=2):
    """Multiples of 1/8, which every float type holds."""
    return rng.integers(-8, 9, (n, *shape)) / 8


def record(name, x, logits):
    expected[name] = {
        "input": [float(v) for v in x.ravel()],
        "logits": [[float(v) for v in row] for row in np.asarray(logits).reshape(len(x), -1)],
    }


def export(name, model, shape, dynamo=False, batch=None, opset=18, **options):
    """Exports a PyTorch network; the batch is symbolic unless it is a number."""
    model.eval()
    x = inputs(shape, batch or 2)
    with torch.no_grad():
        record(name, x, copy.deepcopy(model).double()(torch.tensor(x)))
    path, sample = HERE / f"{name}.onnx", torch.tensor(x, dtype=torch.float32)
    names = {"input_names": ["x"], "output_names": ["logits"]}
    if batch is None and dynamo:
        options["dynamic_shapes"] = ({0: torch.export.Dim("n", min=2)},)
    elif batch is None:
        options["dynamic_axes"] = {"x": {0: "n"}, "logits": {0: "n"}}
    if dynamo:
        options.setdefault("external_data", False)
    torch.onnx.export(model, (sample,), path, dynamo=dynamo, opset_version=opset,
                      verbose=False, **names, **options)
    strip(path)


def strip(path):
    """Without what only takes room: where each node came from."""
    model = onnx.load(path, load_external_data=False)
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        del value.metadata_props[:]
    del model.graph.value_info[:]
    del model.graph.metadata_props[:]
    del model.metadata_props[:]
    onnx.save(model, path)


def build(name, nodes, tensors, shape, opset=20, dtype=TensorProto.FLOAT, evaluate=True, batch="n"):
    """A model of these nodes, from x to y."""
    initializers = [t if isinstance(t, TensorProto) else numpy_helper.from_array(t, n)
                    for n, t in tensors.items()]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", dtype, [batch, *shape])],
        [helper.make_tensor_value_info("y", dtype, None)], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    onnx.save(model, HERE / f"{name}.onnx")
    if evaluate:
        x = inputs(shape, 2 if batch == "n" else batch)
        kind = helper.tensor_dtype_to_np_dtype(dtype)
        record(name, x, ReferenceEvaluator(model).run(None, {"x": x.astype(kind)})[0])


def floats(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def node(op, ins, outs, **attributes):
    return helper.make_node(op, ins.split(), outs.split(), name=f"/{op}", **attributes)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(2, 4, 3, padding=1)
        self.body = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(),
                                  nn.Conv2d(4, 4, 3, padding=1, bias=False))
        self.down = nn.Conv2d(4, 6, 1, stride=2)
        self.other = nn.Conv2d(4, 6, 3, stride=2, padding=1)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = torch.relu(x + self.body(x))
        x = torch.relu(self.down(x) + self.other(x))
        return self.head(x.mean((2, 3)))


class Function(nn.Module):
    """Parameters under their names, for a function of them and x."""

    def __init__(self, function, *children, **parameters):
        super().__init__()
        self.function = function
        self.children_ = nn.ModuleList(children)
        for name, value in parameters.items():
            setattr(self, name, nn.Parameter(torch.tensor(value)))

    def forward(self, x):
        return self.function(self, x)


def convolutions():
    return nn.Sequential(
        nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
        nn.ReLU(), nn.Conv2d(4, 3, 2, bias=False), nn.ReLU(), nn.Dropout(), nn.Flatten(),
        nn.Linear(3 * 3 * 7, 3))


def viewed():
    return Function(lambda m, x: m.children_[1](
        torch.relu(m.children_[0](x)).view(x.size(0), -1)), nn.Conv2d(1, 2, 3), nn.Linear(18, 3))


def pooled(**options):
    return nn.Sequential(nn.Conv2d(2, 3, 2), nn.ReLU(), nn.AvgPool2d(**options), nn.Flatten(),
                         nn.LazyLinear(3))


def lazy(model, shape):
    model(torch.zeros(1, *shape))
    return model


IMAGE = (2, 7, 6)
export("conv", convolutions(), IMAGE)
export("conv_dynamo", convolutions(), IMAGE, dynamo=True)
export("conv_batch_1", convolutions(), IMAGE, batch=1)
export("conv_opset_11", convolutions(), IMAGE, opset=11)
export("residual", Residual(), (2, 6, 6))
export("residual_dynamo", Residual(), (2, 6, 6), dynamo=True)
export("residual_opset_13", Residual(), (2, 6, 6), opset=13)
for counted in [True, False]:
    options = {"kernel_size": (3, 2), "stride": 2, "padding": 1, "count_include_pad": counted}
    export(f"pool_{'with' if counted else 'without'}_padding", lazy(pooled(**options), IMAGE), IMAGE)
export("pool_dynamo", lazy(pooled(kernel_size=2), IMAGE), IMAGE, dynamo=True)
export("pool_ceil", lazy(pooled(kernel_size=2, ceil_mode=True), (2, 7, 7)), (2, 7, 7))
export("global_pool", nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
                                    nn.Flatten(), nn.Linear(4, 3)), IMAGE)
export("view", viewed(), (1, 5, 5))
export("view_dynamo", viewed(), (1, 5, 5), dynamo=True)
export("view_batch_1", viewed(), (1, 5, 5), batch=1)
export("mlp", nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3)), (5,))
export("mlp_no_bias", nn.Sequential(nn.Flatten(), nn.Linear(6, 4, bias=False), nn.ReLU(),
                                    nn.Linear(4, 3, bias=False)), (1, 2, 3))
export("mlp_dynamo", nn.Sequential(nn.Flatten(), nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3)),
       (1, 2, 3), dynamo=True)
export("matmul_add", Function(lambda m, x: torch.relu(x @ m.a + m.b) @ m.c + m.d, a=floats(5, 4),
                              b=floats(4), c=floats(4, 3), d=floats(1, 3)), (5,))
export("reshaped_input", Function(lambda m, x: m.children_[1](torch.relu(m.children_[0](
    x.view(-1, 2, 3, 3))).flatten(1)), nn.Conv2d(2, 3, 2), nn.Linear(12, 3)), (18,))
# PyTorch's first exporter folds the normalisation into the convolution, with roundings.
normalised = nn.Sequential(nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(),
                           nn.Linear(90, 3))
export("norm_folded", normalised, IMAGE)
# Weights in a file of their own.
export("external", convolutions(), IMAGE, dynamo=True, external_data=True)

dense = {"w": floats(4, 6), "b": floats(1, 4), "v": floats(4, 3)}
build("gemm", [node("Flatten", "x", "f"), node("Gemm", "f w b", "g", transB=1, alpha=0.5, beta=2.0),
               node("Relu", "g", "r"), node("Gemm", "r v", "y")], dense, (1, 2, 3))
build("gemm_scalar", [node("Gemm", "x w c", "y", transB=1)],
      {"w": dense["w"], "c": np.float32(1.5)}, (6,))
build("dropout", [node("Identity", "x", "i"), node("Constant", "", "mode", value=numpy_helper.from_array(
    np.array(False))), node("Constant", "", "half", value_float=0.5),
    node("Gemm", "i w", "g", transB=1), node("Dropout", "g half mode", "d mask"),
    node("Relu", "d", "r"), node("MatMul", "r v", "y")], {"w": dense["w"], "v": dense["v"]}, (6,))
build("transposed", [node("Transpose", "w", "t", perm=[1, 0]), node("MatMul", "x t", "m"),
                     node("Add", "b m", "g"), node("Relu", "g", "r"), node("Transpose", "u", "s"),
                     node("Gemm", "r s", "y", transB=1)],
      {"w": dense["w"], "b": dense["b"], "u": dense["v"]}, (6,))
for auto, strides in [("SAME_UPPER", [2, 3]), ("SAME_LOWER", [2, 3]), ("VALID", [1, 1])]:
    outputs = {"VALID": 2 * 3 * 3}.get(auto, 2 * 2 * 1)
    build(f"auto_{auto.lower()}", [
        node("Conv", "x k b", "c", auto_pad=auto, strides=strides, kernel_shape=[3, 2]),
        node("Relu", "c", "r"), node("AveragePool", "r", "p", auto_pad=auto, kernel_shape=[2, 3],
                                     strides=strides),
        node("Flatten", "p", "f"), node("MatMul", "f v", "y")],
        {"k": floats(2, 1, 3, 2), "b": floats(2), "v": floats(outputs, 3)}, (1, 6, 6))
build("norm", [node("Conv", "x k b", "c"),
               node("BatchNormalization", "c gamma beta mean var", "n", epsilon=0.0625),
               node("Relu", "n", "r"), node("GlobalAveragePool", "r", "p"), node("Flatten", "p", "f"),
               node("Gemm", "f v", "y")],
      {"k": floats(2, 2, 2, 2), "b": np.float32([0.5, -1.25]), "gamma": np.float32([1.5, -0.25]),
       "beta": np.float32([0.125, 3]), "mean": np.float32([0.75, -2]),
       "var": np.float32([4 - 0.0625, 0.25 - 0.0625]), "v": floats(2, 3)}, (2, 3, 3))
build("squeezed", [node("ReduceMean", "x axes", "m", keepdims=1), node("Squeeze", "m axes", "s"),
                   node("Unsqueeze", "s last", "u"), node("Conv", "u k", "c"), node("Add", "c b", "d"),
                   node("Reshape", "d shape", "y")],
      {"axes": np.int64([-1, 2]), "last": np.int64([-1, 2]), "k": floats(3, 2, 1, 1),
       "b": floats(3, 1, 1), "shape": np.int64([0, -1])}, (2, 3, 4))


def typed(kind, values, raw):
    return lambda name: helper.make_tensor(
        name, kind, values.shape, values.tobytes() if raw else values.ravel(), raw=raw)


weights = np.round(floats(3, 6) * 16) / 16
for kind, dtype in [("float16", TensorProto.FLOAT16), ("bfloat16", TensorProto.BFLOAT16),
                    ("float64", TensorProto.DOUBLE), ("float32", TensorProto.FLOAT)]:
    for raw in [True, False]:
        stored = weights.astype(helper.tensor_dtype_to_np_dtype(dtype))
        name = f"{kind}_{'raw' if raw else 'field'}"
        build(name, [node("Gemm", "x w", "y", transB=1)], {"w": typed(dtype, stored, raw)("w")}, (6,),
              dtype=dtype, evaluate=False)
        x = inputs((6,))
        record(name, x, x @ weights.T)

# Four different paddings, which PyTorch's layers cannot have.
build("pads", [node("Conv", "x k", "c", pads=[1, 0, 2, 3]), node("Relu", "c", "r"),
               node("AveragePool", "r", "p", kernel_shape=[3, 4], pads=[2, 1, 0, 3], strides=[1, 2]),
               node("Flatten", "p", "f"), node("MatMul", "f v", "y")],
      {"k": floats(2, 1, 2, 2), "v": floats(2 * 6 * 4, 3)}, (1, 4, 5))

(HERE / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
