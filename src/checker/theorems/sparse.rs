//! Muthukumar & Sulam (COLT 2023): Theorems 13 and 11 in their forms, Theorem M;
//! the PAC-Bayes bounds on the Gibbs risk; and the test set.

use super::{
    Case, DELTA, Domain, Family, Input, Inputs, M, PAID, Reference, Rule, Sheet, Spec, Terms,
    at_least, fixed, free, rule, sheet, spec, terms,
};
use crate::checker::value::Value;
use crate::checker::{Check, reject};
use Input::{Many, One};

const THIRTEEN: &[Spec] = &[
    M,
    DELTA,
    free("margin_loss", Domain::Fraction),
    free("sparse_loss", Domain::Fraction),
    free("sparse_loss_3", Domain::Fraction),
    free("kl", Domain::NonNegative),
    PAID,
];
const SINGLE_SHOT: &[Spec] = &[
    M,
    DELTA,
    free("tau", Domain::BelowOne),
    free("unsafe_fraction", Domain::Fraction),
    free("kl", Domain::NonNegative),
    PAID,
];
const GIBBS: &[Spec] = &[
    M,
    DELTA,
    free("kl", Domain::NonNegative),
    free("empirical_loss", Domain::Fraction),
    PAID,
];
const CATONI: &[Spec] = &[
    M,
    DELTA,
    free("kl", Domain::NonNegative),
    free("empirical_loss", Domain::Fraction),
    PAID,
    spec("c", Domain::Positive),
];
const TEST_SET: &[Spec] = &[
    spec("m", Domain::Integer(1)),
    free("errors", Domain::Integer(0)),
    DELTA,
];

pub fn specs(bound: &str, form: &str) -> Option<&'static [Spec]> {
    Some(match (bound, form) {
        ("muthukumar-sulam-2023/theorem-13", "as-printed" | "sound" | "sharp")
        | ("muthukumar-sulam-2023/theorem-11", "as-printed") => THIRTEEN,
        ("muthukumar-sulam-2023/single-shot", "sharp") => SINGLE_SHOT,
        ("pac-bayes/kl" | "pac-bayes/mcallester", "as-printed" | "sharp") => GIBBS,
        ("pac-bayes/catoni", "as-printed") => CATONI,
        ("test-set/clopper-pearson", "as-printed") => TEST_SET,
        _ => return None,
    })
}

pub fn derive<'a>(case: &Case<'a>) -> Check<Option<Sheet<'a>>> {
    Ok(Some(match case.entry.bound.as_str() {
        "muthukumar-sulam-2023/theorem-13" => thirteen(case, false)?,
        "muthukumar-sulam-2023/theorem-11" => thirteen(case, true)?,
        "muthukumar-sulam-2023/single-shot" => single_shot(case)?,
        "pac-bayes/kl" | "pac-bayes/mcallester" => gibbs(case, false)?,
        "pac-bayes/catoni" => gibbs(case, true)?,
        "test-set/clopper-pearson" => test_set(case)?,
        _ => return Ok(None),
    }))
}

pub fn formula<'a>(bound: &str, form: &str, x: &Inputs<'a>) -> Option<Terms<'a>> {
    let printed = form == "as-printed";
    Some(match bound {
        "muthukumar-sulam-2023/theorem-13" | "muthukumar-sulam-2023/theorem-11" => {
            theorem_13(x, form == "sharp")
        }
        "muthukumar-sulam-2023/single-shot" => theorem_m(x),
        "pac-bayes/kl" => kl_bound(x, printed),
        "pac-bayes/mcallester" => mcallester(x, printed),
        "pac-bayes/catoni" => catoni(x),
        "test-set/clopper-pearson" => clopper_pearson(x),
        _ => return None,
    })
}

/// Layer l = 1..K+1 of a multilayer perceptron: d_l units of which s_l are
/// inactive, d_{l-1} inputs of which s_{l-1} are.
struct Layer {
    d: u64,
    s: u64,
    d_in: u64,
    s_in: u64,
}

/// The layers at the sparsity levels s_1..s_K; s_0 = s_{K+1} = 0.
fn layers(case: &Case<'_>, s: &[u64]) -> Check<Vec<Layer>> {
    let d = case.widths();
    if d.len() < 2 {
        return reject("a network has a layer");
    }
    let level = |l: usize| match l {
        0 => 0,
        _ => s.get(l - 1).copied().unwrap_or(0),
    };
    let layer = |l: usize| Layer {
        d: d[l],
        s: level(l),
        d_in: d[l - 1],
        s_in: level(l - 1),
    };
    let all: Vec<Layer> = (1..d.len()).map(layer).collect();
    if all.iter().any(|l| l.s >= l.d || l.s_in >= l.d_in) {
        return reject("a sparsity level leaves no active unit");
    }
    Ok(all)
}

/// s_1..s_K from the grid.
fn sparsity(case: &Case<'_>, hidden: usize, rules: &mut Vec<Rule>) -> Check<Vec<u64>> {
    let mut levels = Vec::new();
    for l in 1..=hidden {
        let name = format!("s_{l}");
        let value = case.grid(&name)?;
        let level = value
            .range()
            .as_ref()
            .ok()
            .and_then(|x| x.integer()?.to_u64());
        let Some(level) = level else {
            return reject(format!("`{name}` is no integer"));
        };
        levels.push(level);
        rules.push(rule(name, Family::Sparsity));
    }
    Ok(levels)
}

/// KL(N(W, sigma^2) | N(W_prior, sigma^2)) of each layer.
fn kls<'a>(case: &Case<'a>, sigma: &[Value<'a>]) -> Check<Vec<Value<'a>>> {
    let one = |(l, sigma): (usize, &Value<'a>)| {
        let distance = case.measured(&format!("distance_squared_{}", l + 1))?;
        Ok(distance / (sigma.square() * case.int(2)))
    };
    sigma.iter().enumerate().map(one).collect()
}

fn sum<'a>(all: impl IntoIterator<Item = Value<'a>>) -> Option<Value<'a>> {
    all.into_iter().reduce(|a, b| a + b)
}

/// | form       | ||x|| <=     | xi, nu                                   | events |
/// |------------|--------------|------------------------------------------|--------|
/// | as printed | sample's     | as measured, nu times a factor >= 1      | K+1    |
/// | other      | almost surely| prior network: both on a grid;           | 2K+1   |
/// |            |              | zero prior: xi as measured, nu/xi on one |        |
fn thirteen<'a>(case: &Case<'a>, eleven: bool) -> Check<Sheet<'a>> {
    let printed = case.printed();
    let hidden = case.layers().saturating_sub(1);
    let (mut rules, mut chosen) = (Vec::new(), Vec::new());
    let mut eps = Vec::new();
    for l in 1..=hidden + 1 {
        let name = format!("eps_{l}");
        eps.push(case.grid(&name)?);
        rules.push(rule(name, fixed(1, 1, 4)));
    }
    let s = sparsity(case, hidden, &mut rules)?;
    let shapes = layers(case, &s)?;
    let m = case.given("m")?;
    let zeta_0 = case.measured(if printed { "sample_norm" } else { "input_norm" })?;

    let (mut xi, mut nu) = (Vec::new(), Vec::new());
    for (i, layer) in shapes.iter().enumerate() {
        let l = i + 1;
        let row = format!("row_norm_{l}[{}]", layer.s_in);
        let sparse = format!("sparse_norm_{l}[{},{}]", layer.s, layer.s_in);
        if !printed && case.has_prior() {
            xi.push(case.grid(&format!("xi_{l}"))?);
            rules.push(Rule {
                covers: Some(row),
                ..rule(format!("xi_{l}"), Family::Scale(Reference::Prior, 64))
            });
            if l <= hidden {
                nu.push(case.grid(&format!("nu_{l}"))?);
                rules.push(Rule {
                    covers: Some(sparse),
                    ..rule(format!("nu_{l}"), Family::Scale(Reference::Prior, 64))
                });
            }
            continue;
        }
        xi.push(case.measured(&row)?);
        if l > hidden {
            continue;
        }
        let measured = case.measured(&sparse)?;
        if printed {
            let slack = case.chosen(&format!("slack_{l}"))?;
            at_least(&slack, &case.int(1), "a slack is at least 1")?;
            chosen.push(format!("slack_{l}"));
            nu.push(measured * slack);
        } else {
            let ratio = case.grid(&format!("nu_over_xi_{l}"))?;
            rules.push(rule(format!("nu_over_xi_{l}"), fixed(1, 1, 64)));
            let value = ratio * &xi[i];
            at_least(&value, &measured, "nu is at least the sparse norm")?;
            nu.push(value);
        }
    }

    // gamma_l = (1+eps_1)...(1+eps_l) - 1, zeta_l = nu_l zeta_{l-1}.
    let mut gamma: Option<Value<'a>> = None;
    let mut zeta = zeta_0.clone();
    let mut radius = Vec::new();
    let mut margin = case.int(0);
    for (l, eps) in eps.iter().enumerate() {
        let grown = match gamma {
            None => eps.clone(),
            Some(g) => &g + eps + &g * eps,
        };
        gamma = Some(grown.clone());
        if l < hidden {
            radius.push(&grown * &xi[l] * &zeta);
            zeta = zeta * &nu[l];
        } else {
            margin = &zeta * &xi[l] * &grown * case.int(4);
        }
    }

    let mut sigma = Vec::new();
    let root_m = m.sqrt();
    let count = hidden as u64 + 1;
    if eleven {
        // d_eff = max ((d-s) ln d + (d_in-s_in) ln d_in)/2
        let half = |l: &Layer| {
            let part = |d: u64, s: u64| case.int(d - s) * case.int(d).ln();
            (part(l.d, l.s) + part(l.d_in, l.s_in)) / case.int(2)
        };
        let widest = shapes.iter().map(half).fold(case.int(0), |a, b| a.max(&b));
        let logarithm = (&root_m * case.int(2 * count)).ln();
        let divisor = (widest * case.int(2) + logarithm).sqrt() * case.int(4);
        for (eps, xi) in eps.iter().zip(&xi) {
            sigma.push(eps * xi / &divisor);
        }
    } else {
        let events = if printed { count } else { 2 * count - 1 };
        let t = case.int(1) / (&root_m * case.int(events));
        // Lemma 20.
        let alpha = |d2: u64, s2: u64, d1: u64, s1: u64| {
            let choices = t.ln_binomial(d2, s2) + t.ln_binomial(d1, s1) - t.ln();
            case.int(d2 - s2).sqrt() + case.int(d1 - s1).sqrt() + (choices * case.int(2)).sqrt()
        };
        for (l, layer) in shapes.iter().enumerate() {
            let row = &xi[l] / alpha(layer.d, layer.d - 1, layer.d_in, layer.s_in);
            let least = match nu.get(l) {
                Some(nu) => {
                    let block = nu / alpha(layer.d, layer.s, layer.d_in, layer.s_in);
                    block.min(&row)
                }
                None => row,
            };
            sigma.push(&eps[l] * least);
        }
    }

    let fraction = |name: String| Ok(case.count(&name)? / &m);
    let each = |name: &str| -> Check<Vec<Value<'a>>> {
        (1..=hidden)
            .map(|l| fraction(format!("{name}_{l}")))
            .collect()
    };
    let mut counts = vec!["margin_loss".to_owned()];
    for name in ["sparse_loss", "sparse_loss_3"] {
        counts.extend((1..=hidden).map(|l| format!("{name}_{l}")));
    }
    let mut sheet = sheet(
        case.machine,
        vec![
            ("m", One(m.clone())),
            ("delta", One(case.given("delta")?)),
            ("margin_loss", One(fraction("margin_loss".into())?)),
            ("sparse_loss", Many(each("sparse_loss")?)),
            ("sparse_loss_3", Many(each("sparse_loss_3")?)),
            ("kl", Many(kls(case, &sigma)?)),
            ("log_inverse_weight", One(case.paid()?)),
        ],
    );
    sheet.derived.push(("zeta_0".into(), zeta_0));
    sheet.derived.push(("margin_threshold".into(), margin));
    for (name, values) in [
        ("xi", xi),
        ("nu", nu),
        ("sigma", sigma),
        ("radius_threshold", radius),
    ] {
        let named = values.into_iter().enumerate();
        sheet
            .derived
            .extend(named.map(|(l, x)| (format!("{name}_{}", l + 1), x)));
    }
    (sheet.grid, sheet.counts, sheet.chosen) = (rules, counts, chosen);
    Ok(sheet)
}

/// R_0 <= Rhat + 4(K+1)/(sqrt m - 1) + sum_k root(KL_1 + ... + KL_k) + sum_k S_k(gamma)
/// + S_k(3 gamma).
fn theorem_13<'a>(x: &Inputs<'a>, sharp: bool) -> Terms<'a> {
    let (m, delta) = (x.one("m"), x.one("delta"));
    let (margin_loss, paid) = (x.one("margin_loss"), x.one("log_inverse_weight"));
    let (sparse, sparse_3) = (x.many("sparse_loss"), x.many("sparse_loss_3"));
    let kl = x.many("kl");
    let layers = kl.len() as u64;
    let switch = x.int(4 * layers) / (m.sqrt() - x.int(1));
    let mut value = &margin_loss + &switch;
    let mut parts = vec![
        ("margin_loss".to_owned(), margin_loss),
        ("derandomisation".to_owned(), switch),
    ];
    let mut total = x.int(0);
    for (k, kl) in kl.iter().enumerate() {
        total = total + kl;
        let events = &m * x.int(layers) / &delta;
        let degrees = &m - x.int(1);
        let deviation = if sharp {
            (&total + events.ln() + &paid) / (degrees * x.int(2))
        } else {
            let logarithm = (events * x.int(2)).ln() + &paid;
            (&total * x.int(4) + logarithm * x.int(2)) / degrees
        };
        let deviation = deviation.sqrt();
        value = value + &deviation;
        if let (Some(s), Some(s3)) = (sparse.get(k), sparse_3.get(k)) {
            value = value + s + s3;
            parts.push((format!("sparse_loss_{}", k + 1), s.clone()));
            parts.push((format!("sparse_loss_3_{}", k + 1), s3.clone()));
        }
        parts.push((format!("deviation_{}", k + 1), deviation));
    }
    Terms { parts, value }
}

/// What the stability argument of Theorem M compares samples with.
struct Stability<'a> {
    /// G_k where s_k > 0.
    activation: Vec<Option<Value<'a>>>,
    /// g.
    margin: Value<'a>,
}

/// G_k = xi_k e_{k-1} + sigma_k (zeta_{k-1}+e_{k-1}) q_k,
/// e_k = nu_k e_{k-1} + sigma_k (zeta_{k-1}+e_{k-1}) c_k, zeta_k = nu_k zeta_{k-1}, e_0 = 0,
/// g = 2 D e_K + 4 sigma_{K+1} (zeta_K+e_K) q_{K+1};
/// 2 d_k (1-Phi(q_k)) = P(chi_{d_k-s_k} > c_k) = tau over the number of events.
fn stability<'a>(
    shapes: &[Layer],
    [zeta_0, difference, tau]: [&Value<'a>; 3],
    [xi, nu, sigma]: [&[Value<'a>]; 3],
) -> Stability<'a> {
    let hidden = shapes.len() - 1;
    let events: u64 = shapes[..hidden]
        .iter()
        .map(|l| if l.s > 0 { 2 } else { 1 })
        .sum();
    let share = tau / tau.int(events + 1);
    let q = |d: u64| (&share / share.int(2 * d)).normal_upper_quantile();
    let mut zeta = zeta_0.clone();
    let mut moved: Option<Value<'a>> = None;
    let mut activation = Vec::new();
    let reach = |zeta: &Value<'a>, moved: &Option<Value<'a>>| match moved {
        None => zeta.clone(),
        Some(e) => zeta + e,
    };
    for (k, layer) in shapes[..hidden].iter().enumerate() {
        let noise = reach(&zeta, &moved) * &sigma[k];
        activation.push((layer.s > 0).then(|| {
            let own = &noise * q(layer.d);
            match &moved {
                None => own,
                Some(e) => own + e * &xi[k],
            }
        }));
        let own = noise * share.chi_upper_quantile(layer.d - layer.s);
        moved = Some(match moved {
            None => own,
            Some(e) => own + e * &nu[k],
        });
        zeta = zeta * &nu[k];
    }
    let noise = reach(&zeta, &moved) * &sigma[hidden] * q(shapes[hidden].d) * tau.int(4);
    let margin = match moved {
        None => noise,
        Some(e) => noise + e * difference * tau.int(2),
    };
    Stability { activation, margin }
}

fn single_shot<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let hidden = case.layers().saturating_sub(1);
    let mut rules = vec![
        rule("zeta_0", Family::Scale(Reference::InputNorm, 16)),
        rule("tau", Family::Failure),
    ];
    let mut sigma = Vec::new();
    for l in 1..=hidden + 1 {
        sigma.push(case.grid(&format!("sigma_{l}"))?);
        rules.push(rule(format!("sigma_{l}"), fixed(1, 256, 4)));
    }
    let s = sparsity(case, hidden, &mut rules)?;
    let shapes = layers(case, &s)?;
    let mut covering = |name: String, covers: String| -> Check<Value<'a>> {
        let value = case.grid(&name)?;
        rules.push(Rule {
            covers: Some(covers),
            ..rule(name, Family::Scale(Reference::Prior, 64))
        });
        Ok(value)
    };
    let (mut xi, mut nu) = (Vec::new(), Vec::new());
    for (i, layer) in shapes[..hidden].iter().enumerate() {
        let l = i + 1;
        let covers = format!("sparse_norm_{l}[{},{}]", layer.s, layer.s_in);
        nu.push(covering(format!("nu_{l}"), covers)?);
        // xi_1 multiplies e_0 = 0.
        xi.push(if l == 1 {
            case.int(1)
        } else {
            covering(format!("xi_{l}"), format!("row_norm_{l}[{}]", layer.s_in))?
        });
    }
    let last = shapes[hidden].s_in;
    let difference = covering(
        "output_difference".into(),
        format!("output_difference[{last}]"),
    )?;
    let (zeta_0, tau) = (case.grid("zeta_0")?, case.grid("tau")?);
    let t = stability(&shapes, [&zeta_0, &difference, &tau], [&xi, &nu, &sigma]);

    let m = case.given("m")?;
    let kl = sum(kls(case, &sigma)?).unwrap_or_else(|| case.int(0));
    let mut sheet = sheet(
        case.machine,
        vec![
            ("unsafe_fraction", One(case.count("unsafe")? / &m)),
            ("m", One(m)),
            ("delta", One(case.given("delta")?)),
            ("tau", One(tau)),
            ("kl", One(kl)),
            ("log_inverse_weight", One(case.paid()?)),
        ],
    );
    sheet.derived.push(("margin_threshold".into(), t.margin));
    for (k, g) in t.activation.into_iter().enumerate() {
        if let Some(g) = g {
            let counted = g * case.int(3);
            sheet
                .derived
                .push((format!("activation_threshold_{}", k + 1), counted));
        }
    }
    (sheet.grid, sheet.counts) = (rules, vec!["unsafe".into()]);
    Ok(sheet)
}

/// 1 - (1-u)(1-tau) within [0,1].
fn mixed<'a>(u: &Value<'a>, tau: &Value<'a>) -> Value<'a> {
    let one = tau.int(1);
    let loss = &one - (&one - u) * (&one - tau);
    loss.max(&tau.int(0)).min(&one)
}

/// (1/(1-tau)) kl^{-1}(u + tau(1-u), (KL + ln(xi(m)/delta) + ln(1/w))/m).
fn theorem_m<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let (m, tau, u) = (x.one("m"), x.one("tau"), x.one("unsafe_fraction"));
    let loss = mixed(&u, &tau);
    let nats = x.one("kl") + m.ln_xi() - x.one("delta").ln() + x.one("log_inverse_weight");
    let complexity = nats / m;
    let risk = loss.kl_inv(&complexity);
    let factor = x.int(1) / (x.int(1) - tau);
    let value = &risk * &factor;
    terms(
        value,
        &[
            ("unsafe_fraction", &u),
            ("gibbs_loss", &loss),
            ("complexity", &complexity),
            ("gibbs_risk", &risk),
            ("derandomisation_factor", &factor),
        ],
    )
}

/// The Gibbs loss of the sample by the stability argument at s = 0: a quantity of
/// the sample, so zeta_0 and tau are free and the norms are the network's own.
fn gibbs<'a>(case: &Case<'a>, catoni: bool) -> Check<Sheet<'a>> {
    let hidden = case.layers().saturating_sub(1);
    let shapes = layers(case, &vec![0; hidden])?;
    let mut rules = Vec::new();
    let mut sigma = Vec::new();
    for l in 1..=hidden + 1 {
        sigma.push(case.grid(&format!("sigma_{l}"))?);
        rules.push(rule(format!("sigma_{l}"), fixed(1, 256, 4)));
    }
    let mut nu = Vec::new();
    for l in 1..=hidden {
        nu.push(case.measured(&format!("sparse_norm_{l}[0,0]"))?);
    }
    let difference = case.measured("output_difference[0]")?;
    let (zeta_0, tau) = (case.chosen("zeta_0")?, case.chosen("tau")?);
    at_least(&zeta_0, &case.int(0), "zeta_0 is not negative")?;
    match tau.range() {
        Ok(t) if *t.lo() > 0 && *t.hi() < 1 => {}
        _ => return reject("tau is in (0,1)"),
    }
    let t = stability(&shapes, [&zeta_0, &difference, &tau], [&nu, &nu, &sigma]);
    let m = case.given("m")?;
    let u = case.count("unsafe")? / &m;
    let kl = sum(kls(case, &sigma)?).unwrap_or_else(|| case.int(0));
    let mut inputs = vec![
        ("empirical_loss", One(mixed(&u, &tau))),
        ("m", One(m)),
        ("delta", One(case.given("delta")?)),
        ("kl", One(kl)),
        ("log_inverse_weight", One(case.paid()?)),
    ];
    if catoni {
        inputs.push(("c", One(case.grid("c")?)));
        rules.push(rule("c", fixed(1, 1, 4)));
    }
    let mut sheet = sheet(case.machine, inputs);
    sheet.derived = vec![
        ("zeta_0".into(), zeta_0),
        ("tau".into(), tau),
        ("margin_threshold".into(), t.margin / case.int(2)),
    ];
    (sheet.grid, sheet.counts) = (rules, vec!["unsafe".into()]);
    sheet.chosen = vec!["zeta_0".into(), "tau".into()];
    Ok(sheet)
}

/// (KL + ln xi(m) + ln(1/delta) + ln(1/w))/m, or with 2 sqrt m for xi(m).
fn per_sample<'a>(x: &Inputs<'a>, printed: bool) -> Value<'a> {
    let m = x.one("m");
    let moment = if printed {
        (m.sqrt() * x.int(2)).ln()
    } else {
        m.ln_xi()
    };
    (x.one("kl") + moment - x.one("delta").ln() + x.one("log_inverse_weight")) / m
}

fn kl_bound<'a>(x: &Inputs<'a>, printed: bool) -> Terms<'a> {
    let loss = x.one("empirical_loss");
    let complexity = per_sample(x, printed);
    let parts = [("empirical_loss", &loss), ("complexity", &complexity)];
    terms(loss.kl_inv(&complexity), &parts)
}

/// L + sqrt((KL + ln(m/delta))/(2(m-1))), or L + sqrt((KL + ln(xi(m)/delta))/(2m)).
fn mcallester<'a>(x: &Inputs<'a>, printed: bool) -> Terms<'a> {
    let (m, loss) = (x.one("m"), x.one("empirical_loss"));
    let square = if printed {
        let nats = x.one("kl") + (&m / x.one("delta")).ln() + x.one("log_inverse_weight");
        nats / ((&m - x.int(1)) * x.int(2))
    } else {
        per_sample(x, false) / x.int(2)
    };
    let deviation = square.sqrt();
    let parts = [("empirical_loss", &loss), ("deviation", &deviation)];
    terms(&loss + &deviation, &parts)
}

/// (1 - exp(-c L - (KL + ln(1/delta) + ln(1/w))/m))/(1 - e^{-c}).
fn catoni<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let (m, c, loss) = (x.one("m"), x.one("c"), x.one("empirical_loss"));
    let complexity = (x.one("kl") - x.one("delta").ln() + x.one("log_inverse_weight")) / m;
    let exponent = &c * &loss + &complexity;
    let value = (x.int(1) - (-exponent).exp()) / (x.int(1) - (-c).exp());
    let parts = [("empirical_loss", &loss), ("complexity", &complexity)];
    terms(value, &parts)
}

fn test_set<'a>(case: &Case<'a>) -> Check<Sheet<'a>> {
    let inputs = vec![
        ("m", One(case.given("m")?)),
        ("errors", One(case.count("errors")?)),
        ("delta", One(case.given("delta")?)),
    ];
    let mut sheet = sheet(case.machine, inputs);
    sheet.counts = vec!["errors".into()];
    Ok(sheet)
}

/// The largest p with P(Bin(m,p) <= errors) >= delta.
fn clopper_pearson<'a>(x: &Inputs<'a>) -> Terms<'a> {
    let (m, errors) = (x.one("m"), x.one("errors"));
    let value = x.one("delta").binomial_upper(&errors, &m);
    let rate = &errors / &m;
    terms(value, &[("error_rate", &rate)])
}
