//! What a flag of a vector means: the mistake that it is there to catch.

/// Flag, and the bug it catches.
pub const NOTES: [(&str, &str); 63] = [
    (
        "Usual",
        "a value that any right implementation gives: everything else is one step from it",
    ),
    (
        "Random",
        "inputs over many orders of magnitude: terms and factors that a usual value hides",
    ),
    (
        "Separating",
        "inputs where known wrong ways of computing the value differ most from it; the comment names them",
    ),
    (
        "OutsideDomain",
        "inputs outside the theorem's domain, which must be refused: a number for them means nothing",
    ),
    (
        "NotANumber",
        "NaN and infinity as inputs, which must be refused and not handed on",
    ),
    (
        "WrongShape",
        "a list of the wrong length or a number for a list, which broadcasting hides",
    ),
    (
        "Missing",
        "an input that is not given, for which a default of one's own would be taken",
    ),
    (
        "BeyondDouble",
        "inputs or a value that a double does not hold: refusing is right, and so is a certified upper value",
    ),
    (
        "SmallestSample",
        "m = 2: m - 1 = 1 and sqrt m - 1 is small; m for m - 1 is far off",
    ),
    (
        "HugeSample",
        "m = 1e9: tables, factorials and binomial sums that overflow or do not end",
    ),
    (
        "DeltaNearZero",
        "delta = 1e-30: 1 - delta for delta, delta for 1/delta, tails that underflow",
    ),
    (
        "DeltaNearOne",
        "delta near 1: logarithms near 0 that cancel or change sign",
    ),
    (
        "LossZero",
        "an empirical loss of 0: 0 ln 0, and divisions by the loss",
    ),
    (
        "LossOne",
        "an empirical loss of 1: the inverse of kl is 1, ln(1-q) is not to be taken",
    ),
    (
        "LossTiny",
        "an empirical loss of 1e-9: absolute tolerances of root finders",
    ),
    (
        "LossNearOne",
        "a loss near 1: kl^{-1} near 1, where bisections stop early",
    ),
    (
        "KlZero",
        "KL = 0: divisions by KL, terms that are dropped with it",
    ),
    (
        "KlHuge",
        "KL of 1e6: bounds far above 1 that were clipped, kl^{-1} at 1",
    ),
    (
        "WeightPaid",
        "a grid that was paid for: the union bound forgotten, or paid outside the logarithm",
    ),
    ("TauZero", "tau = 0: the derandomisation is free"),
    ("TauLarge", "tau near 1: 1/(1-tau) left out"),
    (
        "NormZero",
        "a norm or an energy of 0: logarithms and quotients of it",
    ),
    (
        "NormTiny",
        "a norm of 1e-30: squares that underflow, absolute tolerances",
    ),
    (
        "NormHuge",
        "a norm of 1e30: squares that overflow, cancellation, bounds that are clipped at 1",
    ),
    (
        "OneLayer",
        "a linear network: K = 0, empty lists and empty products",
    ),
    (
        "ManyLayers",
        "many layers: factors per layer that are misplaced, products that overflow",
    ),
    (
        "LayersDiffer",
        "layers that differ much from each other: a maximum for a product, the wrong layer left out",
    ),
    ("WidthOne", "d = 1: ln 1 = 0, d - 1 = 0"),
    ("WidthHuge", "widths of 1e6: factorials that overflow"),
    (
        "TwoClasses",
        "C = 2: C - 1 = 1; C for C - 1 is a factor sqrt 2",
    ),
    (
        "ThousandClasses",
        "C = 1000: a factor sqrt C that is dropped",
    ),
    (
        "GridTie",
        "the radius is on the grid: ceil of a rounded logarithm is one too large",
    ),
    (
        "GridBelow",
        "a radius below q0: t is negative, and its absolute value is paid",
    ),
    (
        "NoErrors",
        "no errors: the tail is 1-(1-p)^m, the beta quantile has a parameter 0",
    ),
    ("AllErrors", "every sample an error: the limit is 1"),
    (
        "OneDraw",
        "a single Monte Carlo draw: its own uncertainty dominates",
    ),
    ("ParameterSmall", "a parameter near 0: 1 - exp(-c) cancels"),
    ("ParameterLarge", "a parameter of 50: exponentials"),
    ("OneEntry", "a 1 x 1 matrix: axes that are squeezed away"),
    ("OneRow", "a single row: d2 - 1 = 0, rows for columns"),
    ("OneColumn", "a single column: rows for columns"),
    (
        "ZeroMatrix",
        "all weights zero: quotients by a norm that is 0",
    ),
    ("ZeroRows", "rows of zeros, as pruned units leave them"),
    (
        "Ties",
        "entries of equal magnitude: sorts and argmax that depend on the order",
    ),
    (
        "NegativeProducts",
        "rows that point against each other: signed values for magnitudes",
    ),
    (
        "Subnormal",
        "entries of 1e-310: squares that underflow to 0",
    ),
    (
        "HugeEntries",
        "entries of 1e200: squares that overflow to infinity",
    ),
    ("MarginTie", "margins exactly at the threshold: < for <="),
    (
        "NegativeOutputs",
        "all outputs negative: a maximum that starts from 0",
    ),
    (
        "FirstLayer",
        "the first hidden layer: no error comes in, all inputs are active",
    ),
    (
        "NoCondition",
        "a layer without inactive units has no condition: its threshold is not 0 but absent, and tau is shared among fewer events",
    ),
    (
        "AllInactive",
        "all units but one inactive: counts one off, C(d,s) for s = d - 1",
    ),
    (
        "ActivationTie",
        "an activation exactly at its threshold: >= for >",
    ),
    (
        "OneRadius",
        "S(gamma): the factor 3 taken where it does not belong",
    ),
    ("ThreeRadii", "S(3 gamma): the factor 3 left out"),
    (
        "DeadLayer",
        "every unit of a layer switched off: outputs and margins are 0",
    ),
    (
        "LinearOutput",
        "negative outputs of the last layer: a ReLU after it",
    ),
    (
        "OnePlace",
        "a kernel of one place: the operator is a block diagonal of it",
    ),
    (
        "OnePosition",
        "one output position: the operator is the kernel as a matrix",
    ),
    (
        "Overlap",
        "windows that overlap: the norm of the reshaped kernel is below that of the operator",
    ),
    (
        "Padding",
        "zeros around: windows that see a part of the kernel, or none of the input",
    ),
    (
        "StrideSkips",
        "a stride above the kernel: inputs that nothing reads",
    ),
    ("OneSample", "a single sample: N - 1 for N divides by 0"),
];

/// The bug that a flag's vectors catch.
pub fn note(flag: &str) -> &'static str {
    let found = NOTES.iter().find(|(name, _)| *name == flag);
    found.map_or("", |(_, note)| note)
}
