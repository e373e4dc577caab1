//! Counts over a sample against brute force in exact rational arithmetic.

use super::with_threads;
use gapcert::data::{Pixels, Sample};
use gapcert::measure::{Activity, Count, MarginBelow, NetworkMeasures, Query, Trace, activity};
use gapcert::network::{Layer, Mlp};
use gapcert::real::Enclosure;
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rug::{Float, Rational};

type Matrix = Vec<Vec<f64>>;

/// A network and a sample, as plain numbers.
#[derive(Clone, Debug)]
struct Problem {
    weights: Vec<Matrix>,
    inputs: Matrix,
    labels: Vec<u16>,
    scale: (u32, u32),
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    U8,
    F32,
    F64,
}

fn array<T: Clone>(rows: &Matrix, f: impl Fn(f64) -> T) -> Array2<T> {
    let flat = rows.iter().flatten().map(|&x| f(x)).collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), flat).unwrap()
}

fn mlp(weights: &[Matrix]) -> Mlp {
    let layer = |(k, w): (usize, &Matrix)| Layer {
        name: format!("{k}.weight"),
        weights: array(w, |x| x),
    };
    Mlp::new(weights.iter().enumerate().map(layer).collect(), vec![]).unwrap()
}

impl Problem {
    fn sample(&self) -> Sample {
        let pixels = match self.kind {
            Kind::U8 => Pixels::U8(array(&self.inputs, |x| x as u8)),
            Kind::F32 => Pixels::F32(array(&self.inputs, |x| x as f32)),
            Kind::F64 => Pixels::F64(array(&self.inputs, |x| x)),
        };
        Sample::new(pixels, self.labels.clone(), self.scale.into(), vec![]).unwrap()
    }

    fn brute(&self) -> Vec<Brute> {
        let scale = Rational::from(self.scale);
        let rows = self.inputs.iter().zip(&self.labels);
        rows.map(|(x, y)| Brute::new(&self.weights, x, usize::from(*y), &scale))
            .collect()
    }
}

fn exact(x: f64) -> Rational {
    Rational::from_f64(x).unwrap()
}

/// One sample's exact numbers, in the units of the network.
struct Brute {
    norm_squared: Rational,
    margin: Rational,
    /// Per hidden layer: entries of -W_k x_{k-1}, largest first.
    inactivity: Vec<Vec<Rational>>,
}

impl Brute {
    fn new(weights: &[Matrix], x: &[f64], label: usize, scale: &Rational) -> Self {
        let mut x: Vec<Rational> = x.iter().map(|&v| exact(v) * scale).collect();
        let norm_squared = x.iter().map(|v| Rational::from(v * v)).sum();
        let mut inactivity = Vec::new();
        for (k, w) in weights.iter().enumerate() {
            let z: Vec<Rational> = w
                .iter()
                .map(|row| row.iter().zip(&x).map(|(&w, v)| exact(w) * v).sum())
                .collect();
            if k + 1 == weights.len() {
                x = z;
                break;
            }
            let mut negated: Vec<Rational> = z.iter().map(|v| Rational::from(-v)).collect();
            negated.sort_by(|a, b| b.cmp(a));
            inactivity.push(negated);
            x = z
                .into_iter()
                .map(|v| if v > 0 { v } else { Rational::new() })
                .collect();
        }
        let others = (0..x.len()).filter(|&j| j != label).map(|j| &x[j]);
        let margin = match others.max() {
            Some(best) => Rational::from(&x[label] - best),
            None => x[label].clone(),
        };
        Self {
            norm_squared,
            margin,
            inactivity,
        }
    }
}

/// A query with point thresholds.
#[derive(Clone, Debug, Default)]
struct Ask {
    norm: Option<Float>,
    margin: Option<(Float, bool)>,
    activation: Vec<Option<(usize, Float)>>,
}

fn point(x: &Float) -> Enclosure {
    Enclosure::new(x.prec(), x, x).unwrap()
}

impl Ask {
    fn query(&self) -> Query {
        Query {
            norm: self.norm.as_ref().map(point),
            margin: self.margin.as_ref().map(|(t, strict)| MarginBelow {
                threshold: point(t),
                strict: *strict,
            }),
            activation: self
                .activation
                .iter()
                .map(|a| a.as_ref().map(|(s, t)| (*s, point(t))))
                .collect(),
        }
    }

    fn meets(&self, b: &Brute) -> bool {
        let rational = |x: &Float| x.to_rational().unwrap();
        self.norm
            .as_ref()
            .is_some_and(|t| b.norm_squared > rational(t) * rational(t))
            || self.margin.as_ref().is_some_and(|(t, strict)| {
                let t = rational(t);
                b.margin < t || (!strict && b.margin == t)
            })
            || self
                .activation
                .iter()
                .zip(&b.inactivity)
                .any(|(a, z)| a.as_ref().is_some_and(|(s, t)| z[s - 1] < rational(t)))
    }
}

/// A rational as a Float, if some precision up to 4000 bits holds it exactly.
fn float(x: &Rational) -> Option<Float> {
    [64, 128, 512, 4000].into_iter().find_map(|prec| {
        let (x_rounded, order) = Float::with_val_round(prec, x, rug::float::Round::Nearest);
        (order == std::cmp::Ordering::Equal).then_some(x_rounded)
    })
}

fn random_matrix(rng: &mut ChaCha8Rng, rows: usize, columns: usize, style: u32) -> Matrix {
    let mut m: Matrix = (0..rows)
        .map(|_| {
            (0..columns)
                .map(|_| match style {
                    0 => f64::from(rng.random_range(-2..=2)),
                    1 => f64::from(rng.random_range(-16..=16)) / 8.0,
                    2 => f64::from(rng.random_range(-1.0..1.0f32)),
                    _ => rng.random_range(-1.0..1.0),
                })
                .collect()
        })
        .collect();
    // Zero rows and duplicated rows: ties on purpose.
    if rng.random_range(0..3) == 0 {
        let row = rng.random_range(0..rows);
        m[row].fill(0.0);
    }
    if rows > 1 && rng.random_range(0..2) == 0 {
        m[0] = m[rows - 1].clone();
    }
    m
}

fn random_problem(rng: &mut ChaCha8Rng, samples: usize) -> Problem {
    let hidden = rng.random_range(1..=3);
    let mut d: Vec<usize> = (0..hidden + 1).map(|_| rng.random_range(1..=6)).collect();
    d.push(rng.random_range(1..=4));
    let style = rng.random_range(0..4);
    let weights = (1..d.len())
        .map(|k| random_matrix(rng, d[k], d[k - 1], style))
        .collect();
    let kind = [Kind::U8, Kind::F32, Kind::F64][rng.random_range(0..3)];
    let scale = [(1, 255), (1, 1), (3, 7)][rng.random_range(0..3)];
    let small = rng.random_range(0..2) == 0;
    let inputs: Matrix = (0..samples)
        .map(|_| {
            (0..d[0])
                .map(|_| match (kind, small) {
                    (Kind::U8, true) => f64::from(rng.random_range(0..4u8) * 7),
                    (Kind::U8, false) => f64::from(rng.random_range(0..=255u8)),
                    (_, true) => f64::from(rng.random_range(-3..=3)) * 7.0,
                    (Kind::F32, false) => f64::from(rng.random_range(-5.0..5.0f32)),
                    (Kind::F64, false) => rng.random_range(-5.0..5.0),
                })
                .collect()
        })
        .collect();
    let classes = *d.last().unwrap() as u16;
    let labels = (0..samples).map(|_| rng.random_range(0..classes)).collect();
    Problem {
        weights,
        inputs,
        labels,
        scale,
        kind,
    }
}

/// Thresholds on sample values where these are dyadic, else near them.
fn random_ask(rng: &mut ChaCha8Rng, brute: &[Brute]) -> Ask {
    let some = |rng: &mut ChaCha8Rng| rng.random_range(0..2) == 0;
    let value = |rng: &mut ChaCha8Rng, x: &Rational| {
        let near = Float::with_val(53, x.to_f64());
        match rng.random_range(0..4) {
            0 => near * rng.random_range(0.5..1.5),
            1 => Float::with_val(53, rng.random_range(-3.0..3.0)),
            _ => float(x).unwrap_or(near),
        }
    };
    let one = |rng: &mut ChaCha8Rng| &brute[rng.random_range(0..brute.len())];
    let mut ask = Ask::default();
    if some(rng) {
        let b = one(rng);
        // The norm itself where it is rational.
        let root = Rational::from((
            b.norm_squared.numer().clone().sqrt(),
            b.norm_squared.denom().clone().sqrt(),
        ));
        let is_root = Rational::from(&root * &root) == b.norm_squared;
        let near = exact(b.norm_squared.to_f64().sqrt());
        let t = value(rng, if is_root { &root } else { &near });
        ask.norm = Some(t.abs());
    }
    if some(rng) {
        let b = one(rng);
        let t = value(rng, &b.margin);
        ask.margin = Some((t, some(rng)));
    }
    for layer in 0..brute[0].inactivity.len() {
        let width = brute[0].inactivity[layer].len();
        let s = rng.random_range(1..=width);
        let b = one(rng);
        let t = value(rng, &b.inactivity[layer][s - 1]);
        ask.activation.push(some(rng).then_some((s, t)));
    }
    ask
}

#[track_caller]
fn assert_exact(count: Count, expected: usize, what: &dyn std::fmt::Debug) {
    let expected = expected as u64;
    assert!(
        count.lo == expected && count.hi == expected && count.undecided == 0,
        "{count:?} for {expected}: {what:?}"
    );
}

#[test]
fn counts_equal_brute_force() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut ties, mut escalated) = (0, 0);
    for _ in 0..300 {
        let problem = random_problem(&mut rng, 12);
        let (network, sample, brute) = (mlp(&problem.weights), problem.sample(), problem.brute());
        let trace = Trace::new(&network, &sample, &|_| {}).unwrap();
        for _ in 0..8 {
            let ask = random_ask(&mut rng, &brute);
            let count = trace.count(&ask.query());
            let expected = brute.iter().filter(|b| ask.meets(b)).count();
            assert_exact(count, expected, &(&problem, &ask));
            escalated += count.escalated;
            ties +=
                usize::from(ask.margin.as_ref().is_some_and(|(t, _)| {
                    brute.iter().any(|b| b.margin == t.to_rational().unwrap())
                }));
        }
    }
    // The test is worth something only if it meets ties and escalates.
    assert!(
        ties > 300 && escalated > 1000,
        "{ties} ties, {escalated} escalated"
    );
}

#[test]
fn ties_are_decided_by_strictness() {
    for (scale, kind) in [
        ((1, 1), Kind::U8),
        ((1, 255), Kind::U8),
        ((3, 7), Kind::F32),
        ((3, 7), Kind::F64),
    ] {
        // Stored 35, 84 with scale 3/7 is 15, 36: norm 39. Integers otherwise.
        let factor = Rational::from(scale);
        let stored = match scale {
            (1, 255) => vec![51.0, 0.0], // 1/5: not dyadic
            _ => vec![35.0, 84.0],
        };
        let problem = Problem {
            weights: vec![
                vec![vec![-1.0, 0.0], vec![0.0, -0.5], vec![1.0, 1.0]],
                vec![vec![0.0, 0.0, 3.0], vec![0.0, 0.0, 1.0]],
            ],
            inputs: vec![stored.clone()],
            labels: vec![0],
            scale,
            kind,
        };
        let (network, sample) = (mlp(&problem.weights), problem.sample());
        let trace = Trace::new(&network, &sample, &|_| {}).unwrap();
        let actual: Vec<Rational> = stored.iter().map(|&x| exact(x) * &factor).collect();
        let margin = Rational::from(&actual[0] + &actual[1]) * 2u32;
        let norm =
            Rational::from(&actual[0] * &actual[0]) + Rational::from(&actual[1] * &actual[1]);
        let norm = Rational::from((norm.numer().clone().sqrt(), norm.denom().clone().sqrt()));
        if let Some(t) = float(&margin) {
            for (strict, expected) in [(true, 0), (false, 1)] {
                let ask = Ask {
                    margin: Some((t.clone(), strict)),
                    ..Ask::default()
                };
                assert_exact(
                    trace.count(&ask.query()),
                    expected,
                    &(scale, "margin", strict),
                );
            }
        }
        if let Some(mut t) = float(&norm) {
            let ask = Ask {
                norm: Some(t.clone()),
                ..Ask::default()
            };
            assert_exact(trace.count(&ask.query()), 0, &(scale, "norm"));
            t.next_down();
            let ask = Ask {
                norm: Some(t),
                ..Ask::default()
            };
            assert_exact(trace.count(&ask.query()), 1, &(scale, "norm, just below"));
        }
        // The largest entry of -W_1 x is max(x_1, x_2/2): a < t is strict.
        let half = Rational::from(&actual[1] / 2u32);
        let largest = if actual[0] > half {
            actual[0].clone()
        } else {
            half
        };
        if let Some(mut t) = float(&largest) {
            let ask = |t: &Float| Ask {
                activation: vec![Some((1, t.clone()))],
                ..Ask::default()
            };
            assert_exact(trace.count(&ask(&t).query()), 0, &(scale, "activation"));
            t.next_up();
            assert_exact(
                trace.count(&ask(&t).query()),
                1,
                &(scale, "activation, just above"),
            );
        }
    }
}

#[test]
fn errors_of_a_dead_network_are_ties() {
    // All outputs equal: margin 0, an error unless strict.
    let problem = Problem {
        weights: vec![vec![vec![0.1, 0.7]; 3], vec![vec![0.3, 0.3, 0.3]; 4]],
        inputs: vec![vec![3.0, 5.0]; 700],
        labels: (0..700).map(|i| i % 4).collect(),
        scale: (1, 255),
        kind: Kind::U8,
    };
    let (network, sample) = (mlp(&problem.weights), problem.sample());
    let trace = Trace::new(&network, &sample, &|_| {}).unwrap();
    for (strict, expected) in [(true, 0), (false, 700)] {
        let ask = Ask {
            margin: Some((Float::new(53), strict)),
            ..Ask::default()
        };
        assert_exact(trace.count(&ask.query()), expected, &strict);
    }
}

#[test]
fn numbers_beyond_the_range_of_f64_are_counted_exactly() {
    let extremes = [
        1e200, -1e200, 1e-200, -1e-200, 5e-324, -5e-324, 1.7e308, -1.7e308, 0.0, 1.0, -1.0, 3e-310,
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut escalated = 0;
    for round in 0..40 {
        let mut any = |rows: usize, columns: usize| -> Matrix {
            (0..rows)
                .map(|_| {
                    (0..columns)
                        .map(|_| extremes[rng.random_range(0..extremes.len())])
                        .collect()
                })
                .collect()
        };
        let hidden = 1 + round % 2;
        let mut weights = vec![any(3, 2)];
        if hidden == 2 {
            weights.push(any(3, 3));
        }
        weights.push(any(2, 3));
        let inputs = any(6, 2);
        let labels = vec![0, 1, 0, 1, 0, 1];
        let problem = Problem {
            weights,
            inputs,
            labels,
            scale: [(1, 1), (3, 7), (1, 255)][round % 3],
            kind: Kind::F64,
        };
        let (network, sample, brute) = (mlp(&problem.weights), problem.sample(), problem.brute());
        let trace = Trace::new(&network, &sample, &|_| {}).unwrap();
        for _ in 0..3 {
            let zero = Float::new(53);
            let mut asks = vec![
                Ask {
                    margin: Some((zero.clone(), false)),
                    ..Ask::default()
                },
                Ask {
                    margin: Some((zero.clone(), true)),
                    ..Ask::default()
                },
                Ask {
                    norm: Some(Float::with_val(53, 1e-200)),
                    ..Ask::default()
                },
                Ask {
                    norm: Some(Float::with_val(53, 1e300)),
                    ..Ask::default()
                },
            ];
            let s = rng.random_range(1..=3);
            asks.push(Ask {
                activation: vec![Some((s, Float::with_val(53, 5e-324)))],
                ..Ask::default()
            });
            asks.push(Ask {
                activation: vec![Some((s, zero))],
                ..Ask::default()
            });
            for ask in asks {
                let count = trace.count(&ask.query());
                let expected = brute.iter().filter(|b| ask.meets(b)).count();
                assert_exact(count, expected, &(&problem, &ask));
                escalated += count.escalated;
            }
        }
    }
    assert!(escalated > 100, "{escalated}");
}

#[test]
fn counts_do_not_depend_on_the_threads() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let problem = Problem {
        weights: vec![
            random_matrix(&mut rng, 6, 4, 1),
            random_matrix(&mut rng, 3, 6, 1),
        ],
        inputs: (0..1300)
            .map(|_| {
                (0..4)
                    .map(|_| f64::from(rng.random_range(0..9u8)))
                    .collect()
            })
            .collect(),
        labels: (0..1300).map(|_| rng.random_range(0..3)).collect(),
        scale: (1, 255),
        kind: Kind::U8,
    };
    let (network, sample) = (mlp(&problem.weights), problem.sample());
    let norms = NetworkMeasures::new(&network).expect("finite layers");
    let ask = Ask {
        norm: Some(Float::with_val(53, 0.0625)),
        margin: Some((Float::new(53), false)),
        activation: vec![Some((2, Float::new(53)))],
    };
    let run = |threads| {
        with_threads(threads, || {
            let trace = Trace::new(&network, &sample, &|_| {}).unwrap();
            (
                trace.count(&ask.query()),
                activity(&trace, &norms, 0.01, 0.0625).active,
            )
        })
    };
    let one = run(1);
    assert_exact(
        one.0,
        problem.brute().iter().filter(|b| ask.meets(b)).count(),
        &"threads",
    );
    for threads in [2, 3, 7] {
        assert_eq!(run(threads), one);
    }
}

/// kappa's numerator from exact radii, for norms taken as given.
fn brute_activity(
    weights: &[Matrix],
    b: &Brute,
    norms: &NetworkMeasures,
    eps: &Rational,
    zeta_0: f64,
) -> u64 {
    let hidden = weights.len() - 1;
    let d = &norms.dims;
    let mut s = vec![0; hidden + 2];
    let (mut zeta, mut growth) = (exact(zeta_0), Rational::from(1));
    for k in 1..=hidden {
        growth *= Rational::from(eps / (hidden + 1 - k) as u32) + 1u32;
        let gamma = Rational::from(&growth - 1u32);
        let threshold = gamma * 3u32 * exact(norms.xi(k, s[k - 1])) * &zeta;
        // The largest s in 0..d_k with a_k(s) > threshold, s = 0 always allowed.
        s[k] = (1..d[k])
            .rev()
            .find(|&s| b.inactivity[k - 1][s - 1] > threshold)
            .unwrap_or(0);
        zeta *= exact(norms.nu(k, s[k], s[k - 1]));
    }
    (1..=hidden + 1)
        .map(|k| ((d[k] - s[k]) * (d[k - 1] - s[k - 1])) as u64)
        .sum()
}

fn check_activity(problem: &Problem, eps: f64, zeta_0: f64) -> Activity {
    let (network, sample) = (mlp(&problem.weights), problem.sample());
    let trace = Trace::new(&network, &sample, &|_| {}).unwrap();
    let norms = NetworkMeasures::new(&network).expect("finite layers");
    let found = activity(&trace, &norms, eps, zeta_0);
    let expected: Vec<u64> = problem
        .brute()
        .iter()
        .map(|b| brute_activity(&problem.weights, b, &norms, &exact(eps), zeta_0))
        .collect();
    assert_eq!(
        found.active, expected,
        "eps {eps}, zeta_0 {zeta_0}: {problem:?}"
    );
    assert_eq!(
        found.undecided, 0,
        "eps {eps}, zeta_0 {zeta_0}: {problem:?}"
    );
    let total: usize = norms.dims.windows(2).map(|w| w[0] * w[1]).sum();
    assert_eq!(found.total, total as u64);
    let mean = found.mean();
    assert!(mean > 0 && mean <= 1);
    found
}

#[test]
fn activity_equals_brute_force() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut checked = 0;
    for _ in 0..150 {
        let mut problem = random_problem(&mut rng, 10);
        for w in &mut problem.weights {
            if w.iter().flatten().all(|&w| w == 0.0) {
                w[0][0] = 1.0; // a norm of 0 is no use as a unit
            }
        }
        let zeta_0 = [1.0, 28.0, 0.3][rng.random_range(0..3)];
        let norms = NetworkMeasures::new(&mlp(&problem.weights)).expect("finite layers");
        if (1..problem.weights.len()).any(|k| !norms.nu(k, 0, 0).is_finite()) {
            continue; // no threshold to compare with
        }
        checked += 1;
        let mut before: Option<Activity> = None;
        for eps in [1e-9, 1e-4, 0.01, 0.125, 0.5, 3.0] {
            let now = check_activity(&problem, eps, zeta_0);
            if problem.weights.len() == 2
                && let Some(before) = before
            {
                assert!(now.active.iter().zip(&before.active).all(|(n, b)| n >= b));
            }
            before = Some(now);
        }
    }
    assert!(checked > 100);
}

#[test]
fn activity_decides_radii_exactly_on_the_threshold() {
    for hidden in 1..=3usize {
        // eps_1 = eps/hidden = 1/16, so 3 gamma_1 xi_1 zeta_0 = 3 xi_1/16 at
        // zeta_0 = 1; unit 2 has -W_1 x = (xi_1/16) 3.
        let eps = hidden as f64 / 16.0;
        let with = |b: f64| {
            let mut weights = vec![vec![vec![1.0], vec![-b], vec![-b / 2.0]]];
            for _ in 1..hidden {
                weights.push(vec![vec![0.5, 0.25, 0.25]; 3]);
            }
            weights.push(vec![vec![1.0, 0.0, 0.0]; 2]);
            weights
        };
        let xi = NetworkMeasures::new(&mlp(&with(0.0)))
            .expect("finite layers")
            .xi(1, 0);
        let problem = Problem {
            weights: with(xi / 16.0),
            // 765/255 = 3 and its neighbours.
            inputs: vec![vec![765.0], vec![764.0], vec![766.0]],
            labels: vec![0; 3],
            scale: (1, 255),
            kind: Kind::F32,
        };
        assert_eq!(
            NetworkMeasures::new(&mlp(&problem.weights))
                .expect("finite layers")
                .xi(1, 0),
            xi
        );
        let found = check_activity(&problem, eps, 1.0);
        // Only the third sample's second unit is above the threshold.
        assert!(found.active[0] == found.active[1] && found.active[2] < found.active[0]);
    }
}

fn permuted<T: Clone>(xs: &[T], order: &[usize]) -> Vec<T> {
    order.iter().map(|&i| xs[i].clone()).collect()
}

fn shuffle(rng: &mut ChaCha8Rng, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        order.swap(i, rng.random_range(0..=i));
    }
    order
}

#[test]
fn counts_survive_permutations_and_rescaling() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..60 {
        let problem = random_problem(&mut rng, 15);
        let brute = problem.brute();
        let ask = random_ask(&mut rng, &brute);
        let run = |p: &Problem, ask: &Ask| {
            let (network, sample) = (mlp(&p.weights), p.sample());
            let count = Trace::new(&network, &sample, &|_| {})
                .unwrap()
                .count(&ask.query());
            (count.lo, count.hi)
        };
        let expected = run(&problem, &ask);

        let mut other = problem.clone();
        for k in 0..other.weights.len() - 1 {
            let order = shuffle(&mut rng, other.weights[k].len());
            other.weights[k] = permuted(&other.weights[k], &order);
            for row in &mut other.weights[k + 1] {
                *row = permuted(row, &order);
            }
        }
        assert_eq!(run(&other, &ask), expected, "hidden units: {problem:?}");

        let order = shuffle(&mut rng, problem.inputs.len());
        let mut other = problem.clone();
        other.inputs = permuted(&other.inputs, &order);
        other.labels = permuted(&other.labels, &order);
        assert_eq!(run(&other, &ask), expected, "sample: {problem:?}");

        let (mut other, mut scaled, mut total) = (problem.clone(), ask.clone(), 0);
        for k in 0..other.weights.len() {
            let power = rng.random_range(-20..=20);
            total += power;
            other.weights[k]
                .iter_mut()
                .flatten()
                .for_each(|w| *w *= 2f64.powi(power));
            if let Some(Some((_, t))) = scaled.activation.get_mut(k) {
                *t <<= total;
            }
        }
        if let Some((t, _)) = &mut scaled.margin {
            *t <<= total;
        }
        assert_eq!(run(&other, &scaled), expected, "rescaled: {problem:?}");
    }
}

/// With a single output the margin is no difference of outputs, and the
/// stability argument does not bound how far it moves.
#[test]
fn a_single_class_is_refused_by_the_searches() {
    let problem = Problem {
        weights: vec![vec![vec![1.0, 2.0]], vec![vec![1.0]]],
        inputs: vec![vec![1.0, 1.0]; 5],
        labels: vec![0; 5],
        scale: (1, 1),
        kind: Kind::U8,
    };
    let (network, sample) = (mlp(&problem.weights), problem.sample());
    let (trace, norms) = (
        Trace::new(&network, &sample, &|_| {}).unwrap(),
        NetworkMeasures::new(&network).expect("finite layers"),
    );
    let delta = Enclosure::exact(128, 0.5);
    let distance = vec![Enclosure::exact(128, 5.0), Enclosure::exact(128, 1.0)];
    let found = |bound| {
        let problem = gapcert::search::Problem {
            model: &norms,
            prior: None,
            distance_squared: &distance,
            trace: &trace,
            input_norm: Some(Enclosure::exact(128, 400.0)),
            delta: &delta,
            prec: 128,
        };
        gapcert::search::search(bound, &problem)
    };
    for bound in gapcert::bound::catalogue() {
        let error = found(bound).unwrap_err().to_string();
        let baseline = bound.id == "test-set/clopper-pearson";
        assert!(baseline || error.contains("at least 2 classes"), "{error}");
    }
}
