//! The norm-based bounds, one function each for the leaves and the formula.

use super::{
    Case, DELTA, Domain, Input, Inputs, M, PAID, Rule, Sheet, Spec, Terms, fixed, free, rule,
    sheet, spec, terms,
};
use crate::checker::program::Leaf;
use crate::checker::value::Value;
use crate::checker::{Check, reject};
use Input::{Many, One};

type Named<'a> = Vec<(&'static str, Input<'a>)>;

const LAYERS: Spec = spec("layers", Domain::Integer(1));
const CLASSES: Spec = spec("classes", Domain::Integer(2));
const RAMP: Spec = free("ramp_loss", Domain::Fraction);
const GAMMA: Spec = spec("gamma", Domain::Positive);
const WIDTH: Spec = spec("width", Domain::Integer(1));
const Q0: Spec = spec("q0", Domain::Positive);
const B: Spec = spec("b", Domain::Above1);
const INPUT_ENERGY: Spec = free("input_energy", Domain::NonNegative);

const AS_RELEASED: &[Spec] = &[
    M,
    DELTA,
    free("rho", Domain::NonNegative),
    LAYERS,
    CLASSES,
    spec("fan_in", Domain::Integer(1)),
    free("max_position_energy", Domain::NonNegative),
];
const SOUND: &[Spec] = &[
    M,
    DELTA,
    free("margin_loss", Domain::Fraction),
    free("rho_over_gamma", Domain::NonNegative),
    LAYERS,
    CLASSES,
    spec("fan_in", Domain::Integer(1)),
    free("max_chain", Domain::NonNegative),
];
const RHO: Spec = spec("rho_over_gamma", Domain::Positive);
const PATH_ENERGY: &[Spec] = &[
    M,
    DELTA,
    RAMP,
    RHO,
    LAYERS,
    CLASSES,
    free("path_energy", Domain::NonNegative),
    Q0,
    B,
];
const CHEVET: &[Spec] = &[
    M,
    DELTA,
    RAMP,
    RHO,
    spec("layers", Domain::Integer(2)),
    CLASSES,
    free("path_energy", Domain::NonNegative),
    free("operator_energy", Domain::NonNegative),
    Q0,
    B,
];
const PATH_NORM: &[Spec] = &[
    M,
    DELTA,
    RAMP,
    spec("phi_over_gamma", Domain::Positive),
    LAYERS,
    CLASSES,
    spec("leaves", Domain::Integer(1)),
    free("max_position_energy", Domain::NonNegative),
    Q0,
    B,
];
const FROBENIUS: &[Spec] = &[M, DELTA, RAMP, RHO, LAYERS, CLASSES, INPUT_ENERGY, Q0, B];
const L1_INF: &[Spec] = &[
    M,
    DELTA,
    RAMP,
    spec("norm_over_gamma", Domain::Positive),
    LAYERS,
    CLASSES,
    spec("inputs", Domain::Integer(1)),
    free("max_coordinate_energy", Domain::NonNegative),
    Q0,
    B,
];
const BARTLETT: &[Spec] = &[
    M,
    DELTA,
    RAMP,
    GAMMA,
    INPUT_ENERGY,
    free("spectral", Domain::NonNegative),
    free("distance_21", Domain::NonNegative),
    WIDTH,
    PAID,
];
const NEYSHABUR_2018: &[Spec] = &[
    M,
    DELTA,
    free("margin_loss", Domain::Fraction),
    GAMMA,
    free("input_norm", Domain::NonNegative),
    free("spectral", Domain::NonNegative),
    free("frobenius", Domain::NonNegative),
    WIDTH,
    PAID,
];
const GRAF_NORMS: &[Spec] = &[
    M,
    DELTA,
    RAMP,
    GAMMA,
    INPUT_ENERGY,
    free("lipschitz", Domain::NonNegative),
    free("distance_21", Domain::NonNegative),
    WIDTH,
    PAID,
];
const GRAF_PARAMS: &[Spec] = &[
    M,
    DELTA,
    RAMP,
    GAMMA,
    INPUT_ENERGY,
    free("lipschitz", Domain::NonNegative),
    free("distance_21", Domain::NonNegative),
    spec("parameters", Domain::Integer(1)),
    PAID,
];
const LEDENT: &[Spec] = &[
    M,
    DELTA,
    RAMP,
    free("capacity", Domain::NonNegative),
    free("cover", Domain::NonNegative),
    WIDTH,
    PAID,
];
const GONON: &[Spec] = &[
    M,
    RAMP,
    free("path_norm_over_gamma", Domain::NonNegative),
    LAYERS,
    spec("inputs", Domain::Integer(1)),
    CLASSES,
    free("input_bound", Domain::NonNegative),
    free("pools", Domain::Integer(0)),
    spec("pool_kernel", Domain::Integer(1)),
];
const LONG_SEDGHI: &[Spec] = &[
    M,
    DELTA,
    spec("parameters", Domain::Integer(1)),
    free("distance", Domain::NonNegative),
    spec("lipschitz", Domain::Positive),
];

pub fn specs(bound: &str, form: &str) -> Option<&'static [Spec]> {
    Some(match (bound, form) {
        ("galanti-2023/as-released", "as-printed") => AS_RELEASED,
        ("galanti-2023/sound", "sound") => SOUND,
        ("galanti-2023/path-energy", "sharp") => PATH_ENERGY,
        ("galanti-2023/chevet", "sharp") => CHEVET,
        ("galanti-2023/path-norm", "sharp") => PATH_NORM,
        ("golowich-2018/frobenius" | "neyshabur-2015/frobenius", "as-printed") => FROBENIUS,
        ("golowich-2018/l1-inf", "as-printed") => L1_INF,
        ("bartlett-2017", "as-printed") => BARTLETT,
        ("neyshabur-2018", "as-printed") => NEYSHABUR_2018,
        ("graf-2022/norms", "as-printed") => GRAF_NORMS,
        ("graf-2022/params", "as-printed") => GRAF_PARAMS,
        ("ledent-2021", "as-printed") => LEDENT,
        ("gonon-2024/path-norm", "as-printed") => GONON,
        ("long-sedghi-2020", "as-printed") => LONG_SEDGHI,
        _ => return None,
    })
}

pub fn derive<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    match case.entry.bound.as_str() {
        "galanti-2023/as-released" => as_released(case),
        "galanti-2023/sound" => sound(case),
        "galanti-2023/path-energy" => {
            let energy = ("path_energy", One(case.measured("path_energy")?));
            by_radius(
                case,
                ("rho_over_gamma", case.measured("rho")?),
                vec![energy],
            )
        }
        "galanti-2023/chevet" => {
            let own = vec![
                ("path_energy", One(case.measured("path_energy")?)),
                ("operator_energy", One(case.measured("operator_energy")?)),
            ];
            by_radius(case, ("rho_over_gamma", case.measured("rho")?), own)
        }
        "galanti-2023/path-norm" => {
            let own = vec![
                ("leaves", One(case.given("leaves")?)),
                (
                    "max_position_energy",
                    One(case.measured("max_position_energy")?),
                ),
            ];
            by_radius(
                case,
                ("phi_over_gamma", case.measured("block_path_norm")?),
                own,
            )
        }
        "golowich-2018/frobenius" | "neyshabur-2015/frobenius" => {
            let own = vec![("input_energy", One(case.measured("input_energy")?))];
            by_radius(
                case,
                ("rho_over_gamma", product(case, "operator_frobenius")?),
                own,
            )
        }
        "golowich-2018/l1-inf" => {
            let own = vec![
                ("inputs", One(case.given("inputs")?)),
                (
                    "max_coordinate_energy",
                    One(case.measured("max_coordinate_energy")?),
                ),
            ];
            by_radius(
                case,
                ("norm_over_gamma", product(case, "operator_1_inf")?),
                own,
            )
        }
        "bartlett-2017" => bartlett(case),
        "neyshabur-2018" => neyshabur_2018(case),
        "graf-2022/norms" => graf(case, true),
        "graf-2022/params" => graf(case, false),
        "ledent-2021" => ledent(case),
        "gonon-2024/path-norm" => gonon(case),
        "long-sedghi-2020" => long_sedghi(case),
        _ => reject("no such bound"),
    }
}

pub fn formula<'a>(bound: &str, x: &Inputs<'a>) -> Option<Terms<'a>> {
    Some(match bound {
        "galanti-2023/as-released" => as_released_value(x),
        "galanti-2023/sound" => sound_value(x),
        "galanti-2023/path-energy" => homogeneous(x, "rho_over_gamma", |x| {
            // S+: kappa_L sqrt((C-1) M)
            let outputs = x.one("classes") - x.int(1);
            x.one("layers").peeling() * (outputs * x.one("path_energy")).sqrt()
        }),
        "galanti-2023/chevet" => homogeneous(x, "rho_over_gamma", |x| {
            // S++: sqrt(C) O + kappa_{L-1} sqrt(M)
            let depth = (x.one("layers") - x.int(1)).peeling();
            let operator = (x.one("classes") * x.one("operator_energy")).sqrt();
            operator + depth * x.one("path_energy").sqrt()
        }),
        "galanti-2023/path-norm" => homogeneous(x, "phi_over_gamma", |x| {
            // P: sqrt(max_j E_j) sqrt(2(L ln 2 + ln(C N_0)))
            let ends = (x.one("classes") * x.one("leaves")).ln();
            let nats = x.one("layers") * x.int(2).ln() + ends;
            (nats * x.int(2)).sqrt() * x.one("max_position_energy").sqrt()
        }),
        "golowich-2018/frobenius" => homogeneous(x, "rho_over_gamma", |x| {
            // (sqrt(2 ln 2 L) + 1) sqrt(C-1) ||X||_F
            let depth = (x.one("layers") * x.int(2) * x.int(2).ln()).sqrt() + x.int(1);
            let outputs = x.one("classes") - x.int(1);
            depth * (outputs * x.one("input_energy")).sqrt()
        }),
        "neyshabur-2015/frobenius" => homogeneous(x, "rho_over_gamma", |x| {
            // 2^(L-1) sqrt(C-1) ||X||_F
            let depth = x.int(2).pow(&(x.one("layers") - x.int(1)));
            let outputs = x.one("classes") - x.int(1);
            depth * (outputs * x.one("input_energy")).sqrt()
        }),
        "golowich-2018/l1-inf" => homogeneous_by(x, "norm_over_gamma", |x| {
            // (8C/m) sqrt(L+1+ln n_in) max_j ||x_.j||
            let depth = x.one("layers") + x.int(1) + x.one("inputs").ln();
            let energy = (depth * x.one("max_coordinate_energy")).sqrt();
            x.one("classes") * x.int(8) / x.one("m") * energy
        }),
        "bartlett-2017" => bartlett_value(x),
        "neyshabur-2018" => neyshabur_2018_value(x),
        "graf-2022/norms" => graf_norms_value(x),
        "graf-2022/params" => graf_params_value(x),
        "ledent-2021" => ledent_value(x),
        "gonon-2024/path-norm" => gonon_value(x),
        "long-sedghi-2020" => long_sedghi_value(x),
        _ => return None,
    })
}

/// A measurement of every layer.
fn every<'a>(case: &Case<'a>, name: &str) -> Check<Vec<Value<'a>>> {
    let one = |l| case.measured(&format!("{name}_{l}"));
    (1..=case.layers()).map(one).collect()
}

fn product<'a>(case: &Case<'a>, name: &str) -> Check<Value<'a>> {
    let product = every(case, name)?.into_iter().reduce(|a, b| a * b);
    Ok(product.unwrap_or_else(|| case.int(1)))
}

/// How gamma came about.
enum Free {
    /// The theorem holds for all gamma at once.
    AnyValue,
    /// It must be fixed beforehand: 1.
    One,
}

/// The margin the user fixed, else one the theorem leaves free.
fn gamma<'a>(case: &Case<'a>, free: Free) -> Check<(Value<'a>, Vec<String>)> {
    if case.certificate.options.margin.is_some() {
        return Ok((case.given("gamma")?, Vec::new()));
    }
    let gamma = case.chosen("gamma")?;
    let range = gamma.range().as_ref();
    let fits = match free {
        Free::AnyValue => range.is_ok_and(|x| *x.lo() > 0),
        Free::One => range.is_ok_and(|x| *x.lo() == 1 && *x.hi() == 1),
    };
    if fits {
        Ok((gamma, vec!["gamma".into()]))
    } else {
        reject("gamma is a free parameter above 0, or 1 where the theorem wants it fixed")
    }
}

/// The margin the user fixed, else one on a grid.
fn gamma_on_grid<'a>(case: &Case<'a>, rules: &mut Vec<Rule>) -> Check<Value<'a>> {
    if case.certificate.options.margin.is_some() {
        return case.given("gamma");
    }
    rules.push(rule("gamma", fixed(1, 1, 8)));
    case.grid("gamma")
}

/// Norms covered by points 2^(t/16).
fn covered<'a>(
    case: &Case<'a>,
    name: &str,
    measured: &str,
    rules: &mut Vec<Rule>,
) -> Check<Vec<Value<'a>>> {
    let mut all = Vec::new();
    for l in 1..=case.layers() {
        let own = format!("{name}_{l}");
        all.push(case.grid(&own)?);
        rules.push(Rule {
            covers: Some(format!("{measured}_{l}")),
            ..rule(own, fixed(1, 1, 16))
        });
    }
    Ok(all)
}

fn m_and_delta<'a>(case: &Case<'a>) -> Check<Named<'a>> {
    Ok(vec![
        ("m", One(case.given("m")?)),
        ("delta", One(case.given("delta")?)),
    ])
}

fn layers_and_classes<'a>(case: &Case<'a>) -> Check<Named<'a>> {
    Ok(vec![
        ("layers", One(case.given("layers")?)),
        ("classes", One(case.given("classes")?)),
    ])
}

fn closed<'a>(
    case: &Case<'a>,
    inputs: Named<'a>,
    gamma: Value<'a>,
    (grid, counts, chosen): (Vec<Rule>, Vec<String>, Vec<String>),
) -> Sheet<'a> {
    let mut sheet = sheet(case.machine, inputs);
    sheet.derived.push(("gamma".into(), gamma));
    (sheet.grid, sheet.counts, sheet.chosen) = (grid, counts, chosen);
    sheet
}

/// q = norm/gamma, on the grid of radii (17/16)^t within the theorem.
fn by_radius<'a>(
    case: &Case<'a>,
    (name, norm): (&'static str, Value<'a>),
    own: Named<'a>,
) -> Check<Sheet<'a>> {
    let (gamma, chosen) = gamma(case, Free::AnyValue)?;
    let mut inputs = m_and_delta(case)?;
    inputs.extend(layers_and_classes(case)?);
    inputs.extend(own);
    inputs.push(("q0", One(case.int(1))));
    inputs.push(("b", One(case.int(0).ratio(17, 16))));
    inputs.push(("ramp_loss", One(case.measured("ramp_loss")?)));
    inputs.push((name, One(norm / &gamma)));
    Ok(closed(
        case,
        inputs,
        gamma,
        (Vec::new(), Vec::new(), chosen),
    ))
}

/// ramp + q_t c + sqrt((2/m) ln(3(|t|+1)(|t|+2)/(2 delta))), t = ceil(log_b(q/q0)),
/// q_t = q0 b^t.
fn homogeneous_by<'a>(
    x: &Inputs<'a>,
    radius: &str,
    at_one: impl Fn(&Inputs<'a>) -> Value<'a>,
) -> Terms<'a> {
    let (m, ramp, q0, b) = (x.one("m"), x.one("ramp_loss"), x.one("q0"), x.one("b"));
    let level = x.one(radius).grid_exponent(&q0, &b);
    let radius = b.pow(&level) * &q0;
    let complexity = at_one(x) * &radius;
    let steps = level.max(&-level.clone());
    let inverse = (&steps + x.int(1)) * (&steps + x.int(2)) * x.int(1).ratio(3, 2);
    let confidence = ((inverse / x.one("delta")).ln() * x.int(2) / m).sqrt();
    let value = &ramp + &complexity + &confidence;
    terms(
        value,
        &[
            ("ramp_loss", &ramp),
            ("level", &level),
            ("radius", &radius),
            ("complexity", &complexity),
            ("confidence", &confidence),
        ],
    )
}

/// The same with c = (2 sqrt(pi)/m) times what is given.
fn homogeneous<'a>(
    x: &Inputs<'a>,
    radius: &str,
    at_one: impl Fn(&Inputs<'a>) -> Value<'a>,
) -> Terms<'a> {
    homogeneous_by(x, radius, |x| {
        let m = x.one("m");
        m.pi().sqrt() * x.int(2) / m * at_one(x)
    })
}

fn as_released<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let mut inputs = m_and_delta(case)?;
    inputs.extend(layers_and_classes(case)?);
    // Areas of the layers that are convolutions: the fully connected are left out.
    let areas = (1..=case.layers()).filter_map(|l| {
        (case.leaf)(Leaf::Given, &format!("kernel_area_{l}"))
            .ok()
            .map(|_| l)
    });
    let areas: Check<Vec<_>> = areas
        .map(|l| case.given(&format!("kernel_area_{l}")))
        .collect();
    inputs.push(("rho", One(product(case, "kernel_frobenius")?)));
    inputs.push(("fan_in", Many(areas?)));
    inputs.push((
        "max_position_energy",
        One(case.measured("max_position_energy")?),
    ));
    Ok(sheet(case.machine, inputs))
}

/// 2^{1.5}(rho+1)/m (1+sqrt(2(L ln(2 max k) + ln C))) sqrt(max E prod k)
/// + 3 sqrt(ln(2(rho+2)^2/delta)/(2m)).
fn as_released_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let (m, rho) = (x.one("m"), x.one("rho"));
    let areas = x.many("fan_in");
    let widest = areas.iter().fold(x.int(1), |a, k| a.max(k));
    let all = areas.iter().fold(x.int(1), |a, k| a * k);
    let nats = x.one("layers") * (widest * x.int(2)).ln() + x.one("classes").ln();
    let depth = (nats * x.int(2)).sqrt() + x.int(1);
    let energy = (all * x.one("max_position_energy")).sqrt();
    let complexity = (&rho + x.int(1)) * x.int(8).sqrt() / &m * depth * energy;
    let confidence = union(x, &rho);
    let parts = [("complexity", &complexity), ("confidence", &confidence)];
    terms(&complexity + &confidence, &parts)
}

/// 3 sqrt(ln(2(q+2)^2/delta)/(2m)).
fn union<'a>(x: &Inputs<'a>, q: &Value<'a>) -> Value<'a> {
    let events = (q + x.int(2)).square() * x.int(2) / x.one("delta");
    (events.ln() / (x.one("m") * x.int(2))).sqrt() * x.int(3)
}

fn sound<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let (gamma, chosen) = gamma(case, Free::AnyValue)?;
    let mut inputs = m_and_delta(case)?;
    inputs.extend(layers_and_classes(case)?);
    let mut fan_in = Vec::new();
    for l in 1.. {
        let name = format!("fan_in_{l}");
        if (case.leaf)(Leaf::Given, &name).is_err() {
            break;
        }
        fan_in.push(case.given(&name)?);
    }
    inputs.push(("fan_in", Many(fan_in)));
    inputs.push(("max_chain", One(case.measured("max_chain")?)));
    let loss = case.count("margin_loss")? / case.given("m")?;
    inputs.push(("margin_loss", One(loss)));
    inputs.push(("rho_over_gamma", One(case.measured("rho")? / &gamma)));
    let counts = vec!["margin_loss".to_owned()];
    Ok(closed(case, inputs, gamma, (Vec::new(), counts, chosen)))
}

/// err_gamma + (4 sqrt(C)(q+1)/m)(1+sqrt(2(L ln 2 + sum ln k_l))) sqrt(max chain)
/// + 3 sqrt(ln(2(q+2)^2/delta)/(2m)).
fn sound_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let (m, q, loss) = (x.one("m"), x.one("rho_over_gamma"), x.one("margin_loss"));
    let mut nats = x.one("layers") * x.int(2).ln();
    for k in x.many("fan_in") {
        nats = nats + k.ln();
    }
    let depth = (nats * x.int(2)).sqrt() + x.int(1);
    let rate = (&q + x.int(1)) * x.one("classes").sqrt() * x.int(4) / &m;
    let complexity = rate * depth * x.one("max_chain").sqrt();
    let confidence = union(x, &q);
    terms(
        &loss + &complexity + &confidence,
        &[
            ("margin_loss", &loss),
            ("complexity", &complexity),
            ("confidence", &confidence),
        ],
    )
}

/// The distances from the prior network, or the norms without one.
fn distance_name(case: &Case<'_>, norm: &str) -> String {
    if case.has_prior() {
        format!("distance_{norm}")
    } else {
        norm.to_owned()
    }
}

fn bartlett<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let mut rules = Vec::new();
    let spectral = covered(case, "spectral", "operator_norm", &mut rules)?;
    let name = distance_name(case, "operator_21");
    let distances = covered(case, "distance_21", &name, &mut rules)?;
    let gamma = gamma_on_grid(case, &mut rules)?;
    let mut inputs = m_and_delta(case)?;
    inputs.push(("input_energy", One(case.measured("input_energy")?)));
    inputs.push(("spectral", Many(spectral)));
    inputs.push(("distance_21", Many(distances)));
    inputs.push(("width", One(case.given("width")?)));
    inputs.push(("gamma", One(gamma.clone())));
    inputs.push(("ramp_loss", One(case.measured("ramp_loss")?)));
    inputs.push(("log_inverse_weight", One(case.paid()?)));
    Ok(closed(case, inputs, gamma, (rules, Vec::new(), Vec::new())))
}

/// b_i prod_{j != i} s_j.
fn shares<'a>(own: &[Value<'a>], others: &[Value<'a>]) -> Vec<Value<'a>> {
    let one = |(i, b): (usize, &Value<'a>)| {
        let rest = others.iter().enumerate().filter(|(j, _)| *j != i);
        rest.fold(b.clone(), |product, (_, s)| product * s)
    };
    own.iter().enumerate().map(one).collect()
}

fn two_thirds<'a>(x: &Value<'a>) -> Value<'a> {
    x.cbrt().square()
}

fn three_halves<'a>(x: &Value<'a>) -> Value<'a> {
    x * x.sqrt()
}

/// ramp + 2R + sqrt(2 (ln(1/delta) + ln(1/w))/m).
fn ramp_bound<'a>(x: &Inputs<'a>, rademacher: &Value<'a>) -> Terms<'a> {
    let (m, ramp) = (x.one("m"), x.one("ramp_loss"));
    let complexity = rademacher * x.int(2);
    let nats = x.one("log_inverse_weight") - x.one("delta").ln();
    let confidence = (nats * x.int(2) / m).sqrt();
    terms(
        &ramp + &complexity + &confidence,
        &[
            ("ramp_loss", &ramp),
            ("complexity", &complexity),
            ("confidence", &confidence),
        ],
    )
}

/// R = 4/m + (12 sqrt2 ln m/(gamma m)) ||X||_F (sum (b_i prod s_j)^{2/3})^{3/2}
/// sqrt(ln(2W^2)).
fn bartlett_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let m = x.one("m");
    let shares = shares(&x.many("distance_21"), &x.many("spectral"));
    let sum = shares.iter().fold(x.int(0), |a, b| a + two_thirds(b));
    let logarithm = (x.one("width").square() * x.int(2)).ln();
    let energy = (logarithm * x.int(2) * x.one("input_energy")).sqrt();
    let rate = m.ln() * x.int(12) / (&m * x.one("gamma"));
    ramp_bound(x, &(x.int(4) / &m + rate * energy * three_halves(&sum)))
}

fn neyshabur_2018<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let mut rules = Vec::new();
    let gamma = gamma_on_grid(case, &mut rules)?;
    let mut inputs = m_and_delta(case)?;
    inputs.push(("input_norm", One(case.measured("input_norm")?)));
    inputs.push(("spectral", Many(every(case, "operator_norm")?)));
    inputs.push(("frobenius", Many(every(case, "operator_frobenius")?)));
    inputs.push(("width", One(case.given("width")?)));
    inputs.push(("gamma", One(gamma.clone())));
    let loss = case.count("margin_loss")? / case.given("m")?;
    inputs.push(("margin_loss", One(loss)));
    inputs.push(("log_inverse_weight", One(case.paid()?)));
    let counts = vec!["margin_loss".to_owned()];
    Ok(closed(case, inputs, gamma, (rules, counts, Vec::new())))
}

/// err_gamma + 4 sqrt((882 e^2 d^2 h ln(4dh) (B/gamma)^2 sum F_i^2 prod s_j^2
/// + ln(6 d m^{1+1/(2d)}/delta) + ln(1/w))/(m-1)).
fn neyshabur_2018_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let (m, loss, h) = (x.one("m"), x.one("margin_loss"), x.one("width"));
    let frobenius = x.many("frobenius");
    let d = x.int(frobenius.len() as u64);
    let shares = shares(&frobenius, &x.many("spectral"));
    let sum = shares.iter().fold(x.int(0), |a, f| a + f.square());
    let ratio = (x.one("input_norm") / x.one("gamma")).square();
    let logarithm = (&d * &h * x.int(4)).ln();
    let spread = d.square() * &h * logarithm * x.int(882) * x.int(2).exp();
    let kl = spread * ratio * sum;
    let powers = m.ln() * (x.int(1) + x.int(1) / (&d * x.int(2)));
    let events = (&d * x.int(6) / x.one("delta")).ln() + powers;
    let nats = &kl + events + x.one("log_inverse_weight");
    let deviation = (nats / (&m - x.int(1))).sqrt() * x.int(4);
    terms(
        &loss + &deviation,
        &[
            ("margin_loss", &loss),
            ("kl", &kl),
            ("deviation", &deviation),
        ],
    )
}

fn graf<'a>(case: &Case<'a>, by_norms: bool) -> Check<Sheet<'a>> {
    let mut rules = Vec::new();
    let lipschitz = covered(case, "lipschitz", "operator_norm", &mut rules)?;
    let name = distance_name(case, "kernel_21_by_tap");
    let distances = covered(case, "distance_21", &name, &mut rules)?;
    let gamma = gamma_on_grid(case, &mut rules)?;
    let mut inputs = m_and_delta(case)?;
    inputs.push(("input_energy", One(case.measured("input_energy")?)));
    inputs.push(("lipschitz", Many(lipschitz)));
    inputs.push(("distance_21", Many(distances)));
    if by_norms {
        inputs.push(("width", One(case.given("largest_layer")?)));
    } else {
        let each = (1..=case.layers()).map(|l| case.given(&format!("parameters_{l}")));
        inputs.push(("parameters", Many(each.collect::<Check<_>>()?)));
    }
    inputs.push(("gamma", One(gamma.clone())));
    inputs.push(("ramp_loss", One(case.measured("ramp_loss")?)));
    inputs.push(("log_inverse_weight", One(case.paid()?)));
    Ok(closed(case, inputs, gamma, (rules, Vec::new(), Vec::new())))
}

/// C_i = (4/gamma) (||X||_F/sqrt m) b_i prod_{j != i} s_j.
fn capacities<'a>(x: &Inputs<'a>) -> Vec<Value<'a>> {
    let norm = (x.one("input_energy") / x.one("m")).sqrt();
    let scale = norm * x.int(4) / x.one("gamma");
    let shares = shares(&x.many("distance_21"), &x.many("lipschitz"));
    shares.into_iter().map(|s| s * &scale).collect()
}

/// R = 4/m + (12 H_{m-1}/sqrt m) sqrt(ln 2W) (sum ceil(C_i^{2/3}))^{3/2}.
fn graf_norms_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let m = x.one("m");
    let all = capacities(x);
    let sum = all.iter().fold(x.int(0), |a, c| a + two_thirds(c).ceil());
    let logarithm = (x.one("width") * x.int(2)).ln();
    let harmonic = (&m - x.int(1)).harmonic();
    let rate = harmonic * x.int(12) / m.sqrt() * logarithm.sqrt();
    ramp_bound(x, &(x.int(4) / &m + rate * three_halves(&sum)))
}

/// R = (12/sqrt m) sqrt(sum 2 W_i (ln(1+ceil(L^2 C_i^2)) + 2.7)).
fn graf_params_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let all = capacities(x);
    let layers = x.int(all.len() as u64);
    let one = |(c, parameters): (&Value<'a>, &Value<'a>)| {
        let cells = (&layers * c).square().ceil();
        ((cells + x.int(1)).ln() + x.int(0).ratio(27, 10)) * parameters * x.int(2)
    };
    let each = all
        .iter()
        .zip(&x.many("parameters"))
        .map(one)
        .collect::<Vec<_>>();
    let sum = each.into_iter().fold(x.int(0), |a, b| a + b);
    ramp_bound(x, &((sum / x.one("m")).sqrt() * x.int(12)))
}

/// r_l gamma = X_0 a_l prod_{j != l} s_j sqrt(O_l).
fn ledent<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let mut rules = Vec::new();
    let norms = covered(case, "lipschitz", "operator_norm", &mut rules)?;
    let name = distance_name(case, "kernel_21");
    let distances = covered(case, "distance", &name, &mut rules)?;
    let gamma = gamma_on_grid(case, &mut rules)?;
    let patch = case.measured("patch_norm")?;
    let own: Vec<Value<'a>> = distances.iter().map(|a| &patch * a).collect();
    let (mut scaled, mut covers) = (Vec::new(), Vec::new());
    for (i, share) in shares(&own, &norms).into_iter().enumerate() {
        let positions = case.given(&format!("positions_{}", i + 1))?;
        let share = share * positions.sqrt() / &gamma;
        covers.push(&share * case.given(&format!("outputs_{}", i + 1))?);
        scaled.push(share);
    }
    let sum = scaled.iter().map(two_thirds).reduce(|a, b| a + b);
    let cover = covers.into_iter().reduce(|a, b| a.max(&b));
    let (Some(sum), Some(cover)) = (sum, cover) else {
        return reject("a network has a layer");
    };
    let mut inputs = m_and_delta(case)?;
    inputs.push(("width", One(case.given("largest_output")?)));
    inputs.push(("capacity", One(three_halves(&sum))));
    inputs.push(("cover", One(cover)));
    inputs.push(("ramp_loss", One(case.measured("ramp_loss")?)));
    inputs.push(("log_inverse_weight", One(case.paid()?)));
    Ok(closed(case, inputs, gamma, (rules, Vec::new(), Vec::new())))
}

/// R = 4/m + 768 C sqrt(log2(32 Gamma m^2 + 7 W m)) ln m/sqrt m.
fn ledent_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let m = x.one("m");
    let inside = x.one("cover") * &m * x.int(32) + x.one("width") * x.int(7);
    let bits = (inside * &m).ln() / x.int(2).ln();
    let rate = m.ln() / m.sqrt() * bits.sqrt() * x.int(768);
    ramp_bound(x, &(x.int(4) / &m + rate * x.one("capacity")))
}

fn gonon<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let (gamma, chosen) = gamma(case, Free::One)?;
    let norm = case.measured("scalar_path_norm")?;
    let entry = case.measured("entry_bound")?;
    let mut inputs: Named<'a> = vec![("m", One(case.given("m")?))];
    inputs.extend(layers_and_classes(case)?);
    inputs.push(("ramp_loss", One(case.measured("ramp_loss")?)));
    inputs.push(("path_norm_over_gamma", One(norm / &gamma)));
    inputs.push(("inputs", One(case.given("inputs")?)));
    inputs.push(("input_bound", One(entry.max(&case.int(1)))));
    // No network that is read has max-pooling.
    inputs.push(("pools", One(case.int(0))));
    inputs.push(("pool_kernel", One(case.int(1))));
    Ok(closed(
        case,
        inputs,
        gamma,
        (Vec::new(), Vec::new(), chosen),
    ))
}

/// ramp + (4B/sqrt m) sqrt(2) q sqrt(D ln((3+2P)K) + ln((3+2P)/(1+P) (d_in+1) d_out)).
fn gonon_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let (m, ramp, pools) = (x.one("m"), x.one("ramp_loss"), x.one("pools"));
    let kinds = &pools * x.int(2) + x.int(3);
    let branches = (kinds * x.one("pool_kernel")).ln();
    let ends = x.int(1) / (pools + x.int(1)) + x.int(2);
    let pairs = (x.one("inputs") + x.int(1)) * x.one("classes");
    let depth = (x.one("layers") * branches + (ends * pairs).ln()).sqrt();
    let lipschitz = x.one("path_norm_over_gamma") * x.int(2).sqrt();
    let rate = x.one("input_bound") * x.int(4) / m.sqrt();
    let complexity = rate * lipschitz * depth;
    let parts = [("ramp_loss", &ramp), ("complexity", &complexity)];
    terms(&ramp + &complexity, &parts)
}

fn long_sedghi<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let (gamma, chosen) = gamma(case, Free::One)?;
    let name = if case.has_prior() {
        "operator_distance"
    } else {
        "operator_norm"
    };
    let total = every(case, name)?.into_iter().reduce(|a, b| a + b);
    let mut inputs = m_and_delta(case)?;
    inputs.push(("parameters", One(case.given("parameters")?)));
    inputs.push(("distance", One(total.unwrap_or_else(|| case.int(0)))));
    inputs.push(("lipschitz", One(case.int(2).sqrt() / &gamma)));
    Ok(closed(
        case,
        inputs,
        gamma,
        (Vec::new(), Vec::new(), chosen),
    ))
}

/// sqrt((W (beta + ln max(lambda, 1)) + ln(1/delta))/m).
fn long_sedghi_value<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let logarithm = x.one("lipschitz").max(&x.int(1)).ln();
    let complexity = (logarithm + x.one("distance")) * x.one("parameters");
    let value = ((&complexity - x.one("delta").ln()) / x.one("m")).sqrt();
    terms(value, &[("complexity", &complexity)])
}
