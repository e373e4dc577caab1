//! Why an operator is not supported, and what to do instead.

/// Advice on an operator that is not supported; empty if its name says it all.
pub fn advice(op: &str) -> &'static str {
    match op {
        "MaxPool" | "GlobalMaxPool" | "LpPool" | "GlobalLpPool" | "MaxRoiPool" | "ReduceMax" => {
            "no theorem here covers max pooling: use strided convolutions or average pooling"
        }
        "Softmax" | "LogSoftmax" | "Hardmax" | "ArgMax" => {
            "export the network up to its logits: the loss applies softmax, the classes are the same"
        }
        "Sigmoid" | "Tanh" | "LeakyRelu" | "PRelu" | "Gelu" | "Elu" | "Selu" | "Celu"
        | "Softplus" | "Softsign" | "HardSigmoid" | "HardSwish" | "Swish" | "Mish" | "Erf"
        | "ThresholdedRelu" | "Clip" | "Exp" | "Abs" | "Sin" | "Cos" | "Sqrt" | "Pow" | "Max"
        | "Min" => "the theorems here are about ReLU networks: Relu is the only activation",
        "InstanceNormalization"
        | "LayerNormalization"
        | "GroupNormalization"
        | "LpNormalization"
        | "MeanVarianceNormalization"
        | "RMSNormalization"
        | "LRN" => {
            "normalisation by the statistics of the input is not covered by any theorem here"
        }
        "Mul" | "Div" => {
            "products and quotients are not supported: fold constant factors into the layer before; \
             scale the inputs with --scale"
        }
        "Sub" | "Neg" => {
            "only sums are supported: fold constants into the biases of the layer before"
        }
        "Sum" | "Mean" => "write it as Add",
        "Pad" => "give the padding, of zeros, to the convolution or the pooling",
        "ConvTranspose" | "Resize" | "Upsample" | "DepthToSpace" | "SpaceToDepth" => {
            "layers that enlarge or rearrange the grid are not supported"
        }
        "LSTM" | "GRU" | "RNN" | "Scan" | "Loop" | "Attention" | "Einsum" => {
            "only feed-forward ReLU networks are supported"
        }
        "If" | "SequenceMap" => "control flow is not supported: export one branch",
        "Split" | "GatherND" | "GatherElements" | "Where" | "Expand" | "Tile" => {
            "layers that select or repeat entries are not supported"
        }
        "QuantizeLinear"
        | "DequantizeLinear"
        | "DynamicQuantizeLinear"
        | "QLinearConv"
        | "QLinearMatMul"
        | "ConvInteger"
        | "MatMulInteger" => "quantised networks are not supported: export the float network",
        _ => "",
    }
}
