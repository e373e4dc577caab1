//! The functions that theorems are made of, and their parameters' formulas.

use super::{Arguments, Measurement, field, scalar};
use crate::bound::theorem_13::{self, LayerShape};
use crate::bound::{Domain, Effect, theorem_11};
use crate::conform::subject::Kind;
use crate::error::{Error, Result};
use crate::real::Real;

/// Largest arguments of functions that cost time or memory in them.
const LARGEST_SAMPLE: u64 = 10_000_000_000;
const LARGEST_WIDTH: u64 = 10_000_000;

use Effect::{Lowers, Mixed, Raises};

pub(super) fn entries() -> Vec<Measurement> {
    [special(), parameters()].into_iter().flatten().collect()
}

fn special() -> Vec<Measurement> {
    let probability = |about| scalar("p", Domain::Confidence, Lowers, about);
    vec![
        Measurement {
            id: "function/kl",
            about: "kl(q|p) = q ln(q/p) + (1-q) ln((1-q)/(1-p)), in nats",
            fields: vec![
                scalar("q", Domain::Fraction, Mixed, "first argument"),
                scalar("p", Domain::Confidence, Mixed, "second argument"),
            ],
            absolute_tolerance: 1e-12,
            value: |x| Ok(x.scalar("q").kl(x.scalar("p"))),
        },
        Measurement {
            id: "function/kl-inverse",
            about: "max{p in [q,1] : kl(q|p) <= c}",
            fields: vec![
                scalar("q", Domain::Fraction, Raises, "first argument of kl"),
                scalar("c", Domain::NonNegative, Raises, "nats"),
            ],
            absolute_tolerance: 1e-12,
            value: |x| Ok(x.scalar("q").kl_inv(x.scalar("c"))),
        },
        Measurement {
            id: "function/ln-xi",
            about: "ln of xi(m) = sum_j C(m,j) (j/m)^j (1-j/m)^{m-j}",
            fields: vec![scalar(
                "m",
                Domain::AtLeastOne,
                Raises,
                "sample size, <= 1e10",
            )],
            absolute_tolerance: 0.0,
            value: |x| {
                x.integer("m", LARGEST_SAMPLE)?;
                Ok(x.scalar("m").ln_xi())
            },
        },
        Measurement {
            id: "function/ln-binomial",
            about: "ln C(n,k)",
            fields: vec![
                scalar("n", Domain::Count, Raises, "<= 1e7"),
                scalar("k", Domain::Count, Mixed, "<= n"),
            ],
            absolute_tolerance: 0.0,
            value: |x| {
                let n = x.integer("n", LARGEST_WIDTH)?;
                Ok(x.scalar("n").ln_binomial(n, x.integer("k", n)?))
            },
        },
        Measurement {
            id: "function/normal-upper-quantile",
            about: "the x with P(N(0,1) > x) = p",
            fields: vec![probability("probability of the upper tail")],
            absolute_tolerance: 1e-12,
            value: |x| Ok(x.scalar("p").normal_upper_quantile()),
        },
        Measurement {
            id: "function/chi-upper-quantile",
            about: "the c with P(chi_dof > c) = p: the root of the chi-square quantile",
            fields: vec![
                probability("probability of the upper tail"),
                scalar(
                    "dof",
                    Domain::AtLeastOne,
                    Raises,
                    "degrees of freedom, <= 1e7",
                ),
            ],
            absolute_tolerance: 1e-12,
            value: |x| {
                Ok(x.scalar("p")
                    .chi_upper_quantile(x.integer("dof", LARGEST_WIDTH)?))
            },
        },
        Measurement {
            id: "function/harmonic",
            about: "1 + 1/2 + ... + 1/n",
            fields: vec![scalar("n", Domain::Count, Raises, "number of terms")],
            absolute_tolerance: 0.0,
            value: |x| {
                x.integer("n", 1 << 62)?;
                Ok(x.scalar("n").harmonic())
            },
        },
        Measurement {
            id: "function/peeling",
            about: "kappa_L = inf_t (1/t) arccosh(1 + 2^{L-1} (e^{t^2/2} - 1))",
            fields: vec![scalar("layers", Domain::AtLeastOne, Raises, "L, <= 1e7")],
            absolute_tolerance: 0.0,
            value: |x| {
                x.integer("layers", LARGEST_WIDTH)?;
                Ok(x.scalar("layers").peeling())
            },
        },
        Measurement {
            id: "function/grid-exponent",
            about: "the least integer t with q0 b^t >= q",
            fields: vec![
                scalar("q", Domain::Positive, Raises, "what the grid is to cover"),
                scalar("q0", Domain::Positive, Lowers, "a point of the grid"),
                scalar("b", Domain::Above1, Mixed, "its ratio"),
            ],
            absolute_tolerance: 0.0,
            value: |x| Ok(x.scalar("q").grid_exponent(x.scalar("q0"), x.scalar("b"))),
        },
    ]
}

fn parameters() -> Vec<Measurement> {
    let real = |name, effect, about| scalar(name, Domain::NonNegative, effect, about);
    let positive = |name, effect, about| scalar(name, Domain::Positive, effect, about);
    let event = |effect| {
        scalar(
            "t",
            Domain::Confidence,
            effect,
            "failure probability of one event",
        )
    };
    let shape = || {
        vec![
            scalar(
                "d",
                Domain::AtLeastOne,
                Mixed,
                "outputs of the layer, <= 1e7",
            ),
            scalar("s", Domain::Count, Mixed, "inactive outputs, < d"),
            scalar(
                "d_in",
                Domain::AtLeastOne,
                Mixed,
                "inputs of the layer, <= 1e7",
            ),
            scalar("s_in", Domain::Count, Mixed, "inactive inputs, < d_in"),
        ]
    };
    let sigma = || {
        vec![
            positive("eps", Raises, "sensitivity"),
            positive("xi", Raises, "norm of a reduced row"),
        ]
    };
    let list = |kind, name, about| field(name, kind, Some(Domain::NonNegative), about);
    vec![
        Measurement {
            id: "muthukumar-sulam-2023/alpha",
            about: "sqrt(d-s) + sqrt(d_in-s_in) + sqrt(2 ln C(d,s) + 2 ln C(d_in,s_in) + 2 ln(1/t))",
            fields: [shape(), vec![event(Lowers)]].concat(),
            absolute_tolerance: 0.0,
            value: |x| {
                let l = layer(x)?;
                Ok(theorem_13::alpha(l.d, l.s, l.d_in, l.s_in, x.scalar("t")))
            },
        },
        Measurement {
            id: "muthukumar-sulam-2023/sigma-hidden",
            about: "Theorem 13: eps min(nu/alpha(d,s,d_in,s_in,t), xi/alpha(d,d-1,d_in,s_in,t))",
            fields: [
                sigma(),
                vec![positive("nu", Raises, "norm of the active block")],
                shape(),
                vec![event(Raises)],
            ]
            .concat(),
            absolute_tolerance: 0.0,
            value: |x| {
                let (eps, xi, nu) = (x.scalar("eps"), x.scalar("xi"), x.scalar("nu"));
                Ok(theorem_13::sigma_hidden(
                    eps,
                    xi,
                    nu,
                    layer(x)?,
                    x.scalar("t"),
                ))
            },
        },
        Measurement {
            id: "muthukumar-sulam-2023/sigma-output",
            about: "Lemma 12: eps xi/alpha(d,d-1,d_in,s_in,t)",
            fields: [sigma(), shape(), vec![event(Raises)]].concat(),
            absolute_tolerance: 0.0,
            value: |x| {
                let (eps, xi) = (x.scalar("eps"), x.scalar("xi"));
                Ok(theorem_13::sigma_output(eps, xi, layer(x)?, x.scalar("t")))
            },
        },
        Measurement {
            id: "muthukumar-sulam-2023/sigma-theorem-11",
            about: "eps xi/(4 sqrt(2 d_eff + ln(2 layers sqrt m))), layers = K+1",
            fields: [
                sigma(),
                vec![
                    real("effective_width", Lowers, "d_eff"),
                    scalar("layers", Domain::AtLeastOne, Lowers, "K+1"),
                    scalar("m", Domain::SampleSize, Lowers, "sample size"),
                ],
            ]
            .concat(),
            absolute_tolerance: 0.0,
            value: |x| {
                let (eps, xi) = (x.scalar("eps"), x.scalar("xi"));
                let layers = x.integer("layers", LARGEST_WIDTH)?;
                let width = x.scalar("effective_width");
                Ok(theorem_11::sigma(eps, xi, width, layers, x.scalar("m")))
            },
        },
        Measurement {
            id: "muthukumar-sulam-2023/margin-threshold",
            about: "4 zeta_{K+1} gamma_{K+1}, gamma_{K+1} = -1 + prod(1+eps_k), zeta_{K+1} = xi_{K+1} prod(nu_k) zeta_0",
            fields: vec![
                list(Kind::Layers, "eps", "sensitivities of the K+1 layers"),
                real(
                    "xi_output",
                    Raises,
                    "xi_{K+1}: norm of a reduced row of the last layer",
                ),
                list(Kind::HiddenLayers, "nu", "norms of the K active blocks"),
                real("zeta_0", Raises, "bound on ||x||"),
            ],
            absolute_tolerance: 0.0,
            value: |x| {
                let (eps, nu) = (x.list("eps"), x.list("nu"));
                if eps.len() != nu.len() + 1 {
                    return Err(Error::domain("K+1 `eps` and K `nu`", "others"));
                }
                let mut xi = vec![x.scalar("xi_output").clone(); nu.len()];
                xi.push(x.scalar("xi_output").clone());
                Ok(theorem_13::thresholds(eps, &xi, nu, x.scalar("zeta_0")).margin)
            },
        },
        Measurement {
            id: "function/gaussian-kl",
            about: "KL(N(W, sigma^2) | N(V, sigma^2)) = ||W-V||_F^2/(2 sigma^2), in nats",
            fields: vec![
                real("distance_squared", Raises, "||W-V||_F^2"),
                positive("sigma", Lowers, "standard deviation"),
            ],
            absolute_tolerance: 0.0,
            value: |x| {
                let (d, sigma) = (x.scalar("distance_squared"), x.scalar("sigma"));
                Ok(theorem_13::gaussian_kl(d, sigma))
            },
        },
    ]
}

fn layer(x: &Arguments) -> Result<LayerShape> {
    let side = |d: &str, s: &str| {
        let d = x.integer(d, LARGEST_WIDTH)?;
        Ok::<_, Error>((d, x.integer(s, d - 1)?))
    };
    let ((d, s), (d_in, s_in)) = (side("d", "s")?, side("d_in", "s_in")?);
    Ok(LayerShape { d, s, d_in, s_in })
}
