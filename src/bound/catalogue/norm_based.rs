//! The norm-based bounds: what each needs. Their formulas are one file per paper.

use super::{
    CLAIMED_RISK, EXPECTED_RISK, Entry, Form, MEASURE, RISK, delta, entry, paid, sample_size,
    scalar,
};
use crate::bound::homogeneous::Homogeneous;
use crate::bound::inputs::{Domain, Effect, InputSpec, Shape};
use crate::bound::{
    bartlett_2017, galanti_2023, golowich_2018, gonon_2024, graf_2022, ledent_2021,
    long_sedghi_2020, neyshabur_2015, neyshabur_2018,
};

/// In the order of the listing.
pub(super) fn entries() -> Vec<Entry> {
    [galanti(), by_radius(), by_layer(), others()]
        .into_iter()
        .flatten()
        .collect()
}

fn galanti() -> Vec<Entry> {
    vec![
        entry(
            "galanti-2023/as-released",
            Form::AsPrinted,
            "Sparse-network bound as the authors' code has it, without the head's fan-in",
            CLAIMED_RISK,
            vec![
                sample_size(),
                delta(),
                real(
                    "rho",
                    "product of the Frobenius norms of all layers' filter banks",
                ),
                layers(),
                classes(),
                list(
                    Shape::List,
                    positive_integer(
                        "fan_in",
                        "kernel area of each convolutional layer, the head left out",
                    ),
                ),
                max_position_energy(),
            ],
            Box::new(galanti_2023::AsReleased),
        ),
        entry(
            "galanti-2023/sound",
            Form::Sound,
            "Theorem S: the sparse-network bound with the head's fan-in and a margin",
            RISK,
            vec![
                sample_size(),
                delta(),
                margin_loss(),
                real("rho_over_gamma", RHO),
                layers(),
                classes(),
                list(
                    Shape::List,
                    positive_integer(
                        "fan_in",
                        "largest fan-in of each of the L layers, the head included",
                    ),
                ),
                real(
                    "max_chain",
                    "largest product of the fan-ins along a chain from the head to a leaf times the leaf's energy",
                ),
            ],
            Box::new(galanti_2023::Sound),
        ),
        entry(
            "galanti-2023/path-energy",
            Form::Sharp,
            "Theorem S+: the energies of all paths from the head to the leaves",
            RISK,
            on_grid(
                radius("rho_over_gamma", RHO),
                vec![layers(), classes(), path_energy()],
            ),
            Box::new(Homogeneous(galanti_2023::PathEnergy)),
        ),
        entry(
            "galanti-2023/chevet",
            Form::Sharp,
            "Theorem S++: Chevet's inequality at the head (at least 2 layers)",
            RISK,
            on_grid(
                radius("rho_over_gamma", RHO),
                vec![
                    InputSpec {
                        domain: Domain::AtLeastTwo,
                        ..layers()
                    },
                    classes(),
                    path_energy(),
                    real(
                        "operator_energy",
                        "O^2: the path energy with the squared operator norm of each first-layer patch matrix for its energy",
                    ),
                ],
            ),
            Box::new(Homogeneous(galanti_2023::Chevet)),
        ),
        entry(
            "galanti-2023/path-norm",
            Form::Sharp,
            "Theorem P: the path norm",
            RISK,
            on_grid(
                radius(
                    "phi_over_gamma",
                    "path norm over the margin: the sum over classes and block paths of the products of the blocks' norms",
                ),
                vec![
                    layers(),
                    classes(),
                    positive_integer(
                        "leaves",
                        "N_0: number of leaves that the head reaches; biases count as one more",
                    ),
                    max_position_energy(),
                ],
            ),
            Box::new(Homogeneous(galanti_2023::PathNorm)),
        ),
    ]
}

fn by_radius() -> Vec<Entry> {
    let frobenius = || {
        on_grid(
            radius(
                "rho_over_gamma",
                "product of the Frobenius norms of the layers as linear maps, over the margin",
            ),
            vec![layers(), classes(), input_energy()],
        )
    };
    vec![
        entry(
            "golowich-2018/frobenius",
            Form::AsPrinted,
            "Golowich, Rakhlin & Shamir, Theorem 1, inside our margin bound",
            RISK,
            frobenius(),
            Box::new(Homogeneous(golowich_2018::Frobenius)),
        ),
        entry(
            "neyshabur-2015/frobenius",
            Form::AsPrinted,
            "Neyshabur, Tomioka & Srebro, Frobenius norms, inside our margin bound",
            RISK,
            frobenius(),
            Box::new(Homogeneous(neyshabur_2015::Frobenius)),
        ),
        entry(
            "golowich-2018/l1-inf",
            Form::AsPrinted,
            "Golowich, Rakhlin & Shamir, Theorem 2, for several classes and inside our margin bound",
            RISK,
            on_grid(
                radius(
                    "norm_over_gamma",
                    "product of the layers' largest l_1 norms of a row, over the margin",
                ),
                vec![
                    layers(),
                    classes(),
                    positive_integer("inputs", "n_in: number of input coordinates"),
                    real(
                        "max_coordinate_energy",
                        "largest sum over the sample of one squared input coordinate",
                    ),
                ],
            ),
            Box::new(Homogeneous(golowich_2018::L1Inf)),
        ),
    ]
}

fn by_layer() -> Vec<Entry> {
    let graf = |last: InputSpec, m: Effect| {
        vec![
            InputSpec {
                effect: m,
                ..sample_size()
            },
            delta(),
            ramp_loss(),
            gamma(),
            input_energy(),
            per_layer("lipschitz", "Lipschitz constants of the layers as maps"),
            per_layer(
                "distance_21",
                "(2,1) distances of the kernels from the initial ones: 2-norms over input channels, summed over output channels and taps",
            ),
            last,
            paid(),
        ]
    };
    vec![
        entry(
            "bartlett-2017",
            Form::AsPrinted,
            "Bartlett, Foster & Telgarsky, spectral norms, with explicit constants",
            RISK,
            vec![
                InputSpec {
                    effect: Effect::Mixed,
                    ..sample_size()
                },
                delta(),
                ramp_loss(),
                gamma(),
                input_energy(),
                per_layer("spectral", "operator norms of the layers as linear maps"),
                per_layer(
                    "distance_21",
                    "(2,1) distances of the layers' matrices from the reference matrices",
                ),
                positive_integer(
                    "width",
                    "W: largest dimension of a layer, input and output included",
                ),
                paid(),
            ],
            Box::new(bartlett_2017::Spectral),
        ),
        entry(
            "neyshabur-2018",
            Form::AsPrinted,
            "Neyshabur, Bhojanapalli & Srebro, PAC-Bayes with spectral norms",
            RISK,
            vec![
                sample_size(),
                delta(),
                margin_loss(),
                gamma(),
                real(
                    "input_norm",
                    "B: bound on the norm of an input, almost surely",
                ),
                per_layer("spectral", "operator norms of the layers as linear maps"),
                per_layer("frobenius", "Frobenius norms of the layers as linear maps"),
                positive_integer("width", "h: largest number of units of a layer"),
                paid(),
            ],
            Box::new(neyshabur_2018::PacBayesSpectral),
        ),
        entry(
            "graf-2022/norms",
            Form::AsPrinted,
            "Graf et al., Theorem 3.5, by norms",
            RISK,
            graf(
                positive_integer("width", "W: largest number of parameters of a layer"),
                Effect::Mixed,
            ),
            Box::new(graf_2022::Norms),
        ),
        entry(
            "graf-2022/params",
            Form::AsPrinted,
            "Graf et al., Theorem 3.5, by numbers of parameters",
            RISK,
            graf(
                list(
                    Shape::Layers,
                    positive_integer("parameters", "W_l: number of parameters of each layer"),
                ),
                Effect::Lowers,
            ),
            Box::new(graf_2022::Params),
        ),
    ]
}

fn others() -> Vec<Entry> {
    vec![
        entry(
            "ledent-2021",
            Form::AsPrinted,
            "Ledent et al., Theorem 11, for convolutional networks",
            RISK,
            vec![
                InputSpec {
                    effect: Effect::Mixed,
                    ..sample_size()
                },
                delta(),
                ramp_loss(),
                real("capacity", "their R: (sum over layers of r_l^{2/3})^{3/2}"),
                real("cover", "Gamma: largest r_l times the outputs of its layer"),
                positive_integer("width", "W: largest number of outputs of a layer"),
                paid(),
            ],
            Box::new(ledent_2021::Capacity),
        ),
        entry(
            "gonon-2024/path-norm",
            Form::AsPrinted,
            "Gonon et al., the path norm, in expectation over the sample",
            EXPECTED_RISK,
            vec![
                sample_size(),
                fraction(
                    "ramp_loss",
                    "expectation over samples of the mean of ramp(margin/gamma)",
                ),
                real(
                    "path_norm_over_gamma",
                    "l_1 path norm over the margin; sqrt(2) is part of the formula",
                ),
                positive_integer("layers", "D: largest number of layers on a path"),
                positive_integer("inputs", "d_in: number of input coordinates"),
                classes(),
                real(
                    "input_bound",
                    "B: bound on |x_j| for every input coordinate, 1 at least",
                ),
                InputSpec {
                    default: Some(0),
                    domain: Domain::Count,
                    ..positive_integer("pools", "P: number of kinds of max-pooling neurons")
                },
                InputSpec {
                    default: Some(1),
                    ..positive_integer("pool_kernel", "K: largest kernel size of max-pooling")
                },
            ],
            Box::new(gonon_2024::PathNorm),
        ),
        entry(
            "long-sedghi-2020",
            Form::AsPrinted,
            "Long & Sedghi, distance from initialisation and number of parameters: a measure",
            MEASURE,
            vec![
                sample_size(),
                delta(),
                positive_integer("parameters", "W: number of parameters"),
                real(
                    "distance",
                    "beta: sum over the layers of the operator norm of the change since initialisation",
                ),
                scalar(
                    "lipschitz",
                    "1",
                    Domain::Positive,
                    Effect::Raises,
                    "lambda: Lipschitz constant of the loss",
                ),
            ],
            Box::new(long_sedghi_2020::Distance),
        ),
    ]
}

const RHO: &str = "Frobenius norm of the centred head times the largest Frobenius norm of a filter bank of each other layer, over the margin";

/// m, delta, the loss, the radius, what else the class costs, and its grid.
fn on_grid(radius: InputSpec, own: Vec<InputSpec>) -> Vec<InputSpec> {
    let grid = vec![
        scalar(
            "q0",
            "1",
            Domain::Positive,
            Effect::Mixed,
            "a point of the grid of radii, fixed beforehand",
        ),
        scalar(
            "b",
            "1",
            Domain::Above1,
            Effect::Mixed,
            "ratio of the grid of radii, fixed beforehand",
        ),
    ];
    [vec![sample_size(), delta(), ramp_loss(), radius], own, grid].concat()
}

/// Neither rises nor falls: below q0 a smaller radius costs more confidence.
fn radius(name: &'static str, about: &'static str) -> InputSpec {
    scalar(name, "1", Domain::Positive, Effect::Mixed, about)
}

fn real(name: &'static str, about: &'static str) -> InputSpec {
    scalar(name, "1", Domain::NonNegative, Effect::Raises, about)
}

fn positive_integer(name: &'static str, about: &'static str) -> InputSpec {
    scalar(name, "1", Domain::AtLeastOne, Effect::Raises, about)
}

fn fraction(name: &'static str, about: &'static str) -> InputSpec {
    scalar(name, "fraction", Domain::Fraction, Effect::Raises, about)
}

fn list(shape: Shape, spec: InputSpec) -> InputSpec {
    InputSpec { shape, ..spec }
}

fn per_layer(name: &'static str, about: &'static str) -> InputSpec {
    list(Shape::Layers, real(name, about))
}

fn layers() -> InputSpec {
    positive_integer("layers", "L: largest number of weight layers on a path")
}

fn classes() -> InputSpec {
    scalar(
        "classes",
        "1",
        Domain::AtLeastTwo,
        Effect::Raises,
        "C: number of classes",
    )
}

fn ramp_loss() -> InputSpec {
    fraction(
        "ramp_loss",
        "mean over the sample of ramp(margin/gamma), ramp(u) = min(1, max(0, 1-u))",
    )
}

fn margin_loss() -> InputSpec {
    fraction(
        "margin_loss",
        "fraction of the sample with margin at most gamma",
    )
}

fn gamma() -> InputSpec {
    scalar(
        "gamma",
        "1",
        Domain::Positive,
        Effect::Lowers,
        "the margin, fixed beforehand or paid for",
    )
}

fn input_energy() -> InputSpec {
    real(
        "input_energy",
        "||X||_F^2: sum over the sample of the squared norms of the inputs",
    )
}

fn max_position_energy() -> InputSpec {
    real(
        "max_position_energy",
        "largest sum over the sample of the squared norm at one input position (m at least, if there are biases)",
    )
}

fn path_energy() -> InputSpec {
    real(
        "path_energy",
        "M: sum over all paths from the head to a leaf of the leaf's energy; the constant input of a bias is a leaf of energy m",
    )
}
