"""Writes the seeds under fuzz/seeds: the same tiny data in every format.

Needs nothing but Python: the formats are written out here byte by byte, so
that the readers are tested against something other than themselves.
"""

import gzip
import io
import json
import pathlib
import struct
import zipfile

SEEDS = pathlib.Path(__file__).parent / "seeds"
# Three points of shape 2 x 2 and their labels.
X = [0, 1, 2, 3, 128, 129, 130, 131, 252, 253, 254, 255]
Y = [0, 2, 1]
# A 4-3-3 network with biases.
W1 = [0.5, -1.0, 0.25, 2.0, 1.5, 0.0, -0.125, 1.0, -2.0, 0.75, 1.0, 0.5]
B1 = [0.5, -0.25, 0.0]
W2 = [1.0, -1.0, 0.5, 0.25, 2.0, -0.5, -1.0, 1.0, 1.0]
B2 = [0.0, 1.0, -1.0]


def npy(descr, shape, values, fortran=False, version=1):
    header = "{'descr': %r, 'fortran_order': %r, 'shape': %r, }" % (descr, fortran, shape)
    head = 10 if version == 1 else 12
    header += " " * (-(head + len(header) + 1) % 64) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    letter = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i1": "b", "i4": "i", "i8": "q",
              "f2": "e", "f4": "f", "f8": "d"}[descr[1:]]
    order = ">" if descr[0] == ">" else "<"
    data = struct.pack(f"{order}{len(values)}{letter}", *values)
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode() + data


def npz(method, **arrays):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy")
            info.compress_type = method
            # NumPy forces zip64 fields into the local headers; so do we.
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(content)
    return buffer.getvalue()


def safetensors(letter, dtype, **tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, (shape, values) in tensors.items():
        begin = len(data)
        data += struct.pack(f"<{len(values)}{letter}", *values)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def idx(shape, values):
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + bytes(values)


def field(number, value):
    """A field of a protobuf message: an integer, or bytes with their length."""
    def varint(n):
        return bytes([n]) if n < 128 else bytes([n % 128 + 128]) + varint(n // 128)
    if isinstance(value, int):
        return varint(8 * number) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(8 * number + 2) + varint(len(value)) + value


def onnx(dims, nodes, tensors, version=20):
    """A model from x of these dims to y; a node is (operator, inputs, output, attributes)."""
    def joined(number, values):
        return b"".join(field(number, v) for v in values)

    def attribute(name, value):
        if isinstance(value, list):
            return field(1, name) + joined(8, value) + field(20, 7)
        if isinstance(value, float):
            return field(1, name) + b"\x15" + struct.pack("<f", value) + field(20, 1)
        return field(1, name) + field(3, value) + field(20, 2)

    def info(name):
        shape = joined(1, [field(2, "n"), *[field(1, d) for d in dims]])
        return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))

    graph = b"".join(
        field(1, joined(1, inputs.split()) + field(2, output) + field(4, op)
              + joined(5, [attribute(*a) for a in attributes.items()]))
        for op, inputs, output, attributes in nodes)
    for name, (shape, values) in tensors.items():
        whole = all(isinstance(v, int) for v in values)
        data = struct.pack(f"<{len(values)}{'q' if whole else 'f'}", *values)
        graph += field(5, joined(1, shape) + field(2, 7 if whole else 1) + field(8, name)
                       + field(9, data))
    graph += field(2, "g") + field(11, info("x")) + field(12, info("y"))
    return field(1, 8) + field(7, graph) + field(8, field(2, version))


def pair(first, second):
    """The fuzz targets' form of two files in one; see fuzz_targets."""
    return bytes([len(first)]) + first + second


def write(target, **files):
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


images, labels = idx((3, 2, 2), X), idx((3,), Y)
zipped = gzip.compress(images, mtime=0)
# Found by fuzzing: the 0 hides lengths whose product overflows.
write("idx", zero_axis=idx((2**32 - 1, 2**32 - 1, 2**32 - 1, 0), []))
write("idx", images=images, labels=labels, images_gz=zipped,
      pair_plain=pair(images, labels), pair_gz=pair(zipped, gzip.compress(labels, mtime=0)))

x, y = npy("|u1", (3, 2, 2), X), npy("<i8", (3,), Y)
floats = npy("<f4", (3, 4), [value / 4 for value in X], fortran=True)
write("npy", x_u1=x, y_i8=y, x_f4_fortran=floats,
      x_f8_big_endian=npy(">f8", (3, 4), X), x_f2=npy("<f2", (3, 4), X),
      x_version_2=npy("<u2", (3, 4), X, version=2), pair=pair(x, y))
write("npz", sample_stored=npz(zipfile.ZIP_STORED, x=x, y=y),
      sample_deflated=npz(zipfile.ZIP_DEFLATED, images=floats, labels=y),
      network=npz(zipfile.ZIP_STORED, **{
          "0.weight": npy("<f4", (3, 4), W1), "0.bias": npy("<f4", (3,), B1),
          "2.weight": npy("<f8", (3, 3), W2)}))
write("safetensors",
      plain=safetensors("f", "F32", **{"0.weight": ((3, 4), W1), "2.weight": ((3, 3), W2)}),
      biases=safetensors("d", "F64", **{
          "fc1.bias": ((3,), B1), "fc1.weight": ((3, 4), W1),
          "fc2.bias": ((3,), B2), "fc2.weight": ((3, 3), W2)}),
      half=safetensors("e", "F16", **{"body.weight": ((3, 4), W1), "head.weight": ((2, 3), B1 + B2)}))

# A 1 x 3 x 3 image; kernels of 2 x 2 make 2 x 2 x 2 of it.
K = [value / 2 for value in W1[:8]]
V = [value / 4 for value in range(24)]
write("onnx",
      mlp=onnx([4], [("Gemm", "x w b", "h", {"transB": 1}), ("Relu", "h", "r", {}),
                     ("MatMul", "r v", "y", {})],
               {"w": ([3, 4], W1), "b": ([3], B1), "v": ([3, 3], W2)}),
      conv=onnx([1, 3, 3],
                [("Conv", "x k", "c", {"pads": [1, 0, 0, 1], "strides": [1, 1], "group": 1}),
                 ("Add", "c b", "d", {}), ("Relu", "d", "r", {}),
                 ("AveragePool", "r", "p", {"kernel_shape": [2, 2], "count_include_pad": 1}),
                 ("Add", "p p", "q", {}), ("Shape", "q", "s", {}), ("Gather", "s i", "g", {}),
                 ("Concat", "g m", "t", {"axis": 0}), ("Reshape", "q t", "f", {}),
                 ("MatMul", "f v", "y", {})],
                {"k": ([2, 1, 2, 2], K), "b": ([2, 1, 1], B1[:2]), "i": ([1], [0]),
                 "m": ([1], [-1]), "v": ([8, 3], V)}),
      norm=onnx([1, 2, 2],
                [("Conv", "x k", "c", {}), ("BatchNormalization", "c g b m v", "n", {"epsilon": 0.25}),
                 ("ReduceMean", "n", "p", {"axes": [2, 3], "keepdims": 0}), ("Gemm", "p w", "y", {})],
                {"k": ([2, 1, 2, 2], K), "g": ([2], [1.5, 1.0]), "b": ([2], B1[:2]),
                 "m": ([2], B2[:2]), "v": ([2], [3.75, 0.0]), "w": ([2, 2], K[:4])}, version=13))
layers = b"""input = [1, 3, 3]
[[layer]]
op = "conv"
weight = "k"
padding = [[1, 0], [0, 1]]
[[layer]]
op = "average-pool"
size = 2
stride = 1
[[layer]]
op = "linear"
weight = "v"
"""
kernels = safetensors("f", "F32", k=((2, 1, 2, 2), K), v=((3, 8), V))
write("architecture", conv=pair(layers, kernels),
      mlp=pair(b'input=[4]\nlayer=[{op="linear",weight="w",bias="b"},{op="relu"},'
               b'{op="flatten"},{op="linear",weight="v"}]',
               safetensors("d", "F64", w=((3, 4), W1), b=((3,), B1), v=((3, 3), W2))))

rows = [X[4 * i:4 * i + 4] + [label] for i, label in enumerate(Y)]
lines = [",".join(map(str, row)) for row in rows]
write("csv", plain="\n".join(lines).encode(),
      header="a,b,c,d,label\n{}\n".format("\n".join(lines)).encode(),
      quoted=b'y , "x 1"\r\n 3.0,0.1\r\n\r\n"1",-2.5e-3\r\n')
write("indices", npy_u4=npy("<u4", (4,), [0, 3, 4, 7]), npy_f8=npy("<f8", (2,), [5, 2]),
      text=b"# chosen by hand\n0\n\n3 # the third\r\n12\n")

# The first byte chooses the precision.
write("decimal", **{name: b"\x7e" + text for name, text in {
    "plain": b"0.05", "negative": b"-1.25e-3", "hex": b"0x1.8p-4", "huge": b"1e4000000000",
    "tiny": b"-3.7E-999999", "slash": b"1/3", "long": b"3." + b"141592653589793" * 20}.items()})

claim = b"""[[claim]]
bound = "pac-bayes/kl"
form = "as-printed"
reported = "0.237"
rounding = "up"
source = "Table 2"
[claim.inputs]
m = 60_000
delta = 0.05
kl = { value = "12.5", unit = "bits", rounding = "exact" }
empirical_loss = [0.1, "0.125"]
"""
lists = b"""[[claim]]
bound = "muthukumar-sulam-2023/theorem-13"
reported = [1, 2]
inputs = { m = 10, kl = ["?", 3], delta = "?" }
"""
held_out = b"""[[claim]]
bound = "test-set/clopper-pearson"
reported = 0.05
inputs = { m = 1000, errors = 37, delta = "0.05" }
"""
table = b"""+++
bound = "pac-bayes/kl-monte-carlo"
reported = { column = "r", rounding = "exact" }
only = { s = ["a"] }
[inputs]
m = { column = "n", unit = "thousands" }
delta = 0.05
kl = { column = "k", unit = "per-sample" }
mc_mean = { column = "l", unit = "percent" }
mc_samples = 500
delta_mc = 1e-2
+++
s,n,k,l,r
a,60,0.01,3.1,0.35
b,1,,10,0.05
"""
write("claims", claim=claim, lists=lists, held_out=held_out, table=table)

answers = b"""{"id": 1, "value": 0.25}
{"id": 1, "value": "1/3"}
{"id": 1, "refused": "delta"}
{"id": 1, "value": NaN}
loading
"""
vectors = b"""{"format": "gapcert-vectors-1", "subject": "matrix/babel", "seed": 1, "count": 2, "groups": [{"name": "edges",
"tests": [{"id": 1, "comment": "", "flags": ["Usual"], "inputs": {"w": [["1", "-0.5"]], "s2": "0", "s1": "1"},
"result": "valid", "expected": {"lo": "0", "hi": "0"}}, {"id": 2, "flags": [], "inputs": {"w": "nan"}, "result": "invalid"}]}]}
"""
lock = b"""{"format": "gapcert-lock-1", "implementation": "gapcert", "version": "0.1.0", "made_by": "0.1.0", "entries": [
{"subject": "function/ln-xi", "inputs": {"m": "10"}, "value": "1.5"},
{"subject": "matrix/frobenius", "model": {"file": "m.npz", "sha256": "", "layer": 1}, "refused": true},
{"subject": "function/ln-xi", "inputs": {}, "fault": "crash"}]}
"""
write("protocol", answers=answers, vectors=vectors, lock=lock)

simulation = b"""seed = 5
replicates = 2
bounds = ["pac-bayes/kl:sharp", "test-set/clopper-pearson"]
m = [30, 40]
test = 20
[population]
kind = "clusters"
classes = 2
dim = 3
support = 50
spread = 1.0
flipped = 0.1
[learner]
kind = "sgd"
hidden = [4]
steps = 5
prior = "initial"
"""
population = b"""kind = "gaussian"
dim = 3
teacher = [1.0, -0.5, 0.25]
flipped = 0.05
"""
refuted = """m = 9
seed = 1
replicates = 1
delta = "0.05"
bounds = ["test-set/clopper-pearson:as-printed"]
test = 3
[population]
kind = "signs"
dim = 8
classes = 2
support = 16
flipped = 0.5
seed = 2
[learner]
kind = "ridge"
features = "inputs"
ridge = 0.0
"""
refutation = json.dumps({
    "schema": "gapcert-falsification/1", "version": "0.1.0", "bound": "test-set/clopper-pearson",
    "form": "as-printed", "delta": "0.05", "search": {"seed": 7, "attempt": 1, "evaluations": 80},
    "spec": refuted, "replicates": [{"value": ["0.5", "0.6"], "exact": ["0.7", "0.7"],
                                     "outcome": "violated"}],
    "violations": 1, "undecided": 0, "p_value": "0.05", "significance": "5e-10"}).encode()
varied = simulation.replace(b"m = [30, 40]", b"m = 30") + b"""[[setting]]
label = "wide"
x = 8
learner = { hidden = [8] }
[[setting]]
x = 4.5
m = 31
"""
# Found by the smoke test: no sample size is no setting.
write("specs", no_sizes=simulation.replace(b"[30, 40]", b"[]"))
write("specs", simulation=simulation, population=population, refutation=refutation, varied=varied)

# Precision, then steps: a number, functions of it, numbers of eight bytes.
write("interval",
      functions=bytes([80, 2, 3, 9, 10, 7, 8, 11, 3, 5, 1, 3, 22, 12, 24]),
      numbers=bytes([9, 0]) + struct.pack("<d", 0.1) + bytes([0]) + struct.pack("<d", -1e300)
      + bytes([15, 16, 14, 17, 18, 30]),
      probabilities=bytes([200, 4, 25, 4, 77, 20, 4, 3, 21, 13, 4, 128, 19, 6, 10]),
      tiny=bytes([1, 0]) + struct.pack("<d", 5e-324) + bytes([15, 7, 9, 10, 11, 200, 16]))
# Choices of a mutation; what they do depends on the certificates.
write("checker", none=b"\x00" * 24, some=bytes(range(1, 120)), more=bytes(range(255, 100, -1)))
