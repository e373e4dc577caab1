//! The stability argument of Theorem M by Monte Carlo: what the trace calls
//! safe is stable under the noise, and what is violated is seen to be.

use gapcert::bound::single_shot::{Parameters, Thresholds, thresholds};
use gapcert::bound::theorem_13::LayerShape;
use gapcert::data::{Pixels, Sample};
use gapcert::measure::{MarginBelow, Query, Trace};
use gapcert::network::{Layer, Mlp};
use gapcert::real::{Enclosure, Real};
use gapcert::search::grid::{Failure, Point, Scale, Sparsity};
use ndarray::{Array1, Array2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rug::Rational;

const PREC: u32 = 128;
const DRAWS: u64 = 2000;

struct Net {
    weights: Vec<Array2<f64>>,
    s: Vec<usize>,
}

fn subsets(n: usize, size: usize) -> Vec<Vec<usize>> {
    (0..1u32 << n)
        .filter(|mask| mask.count_ones() as usize == size)
        .map(|mask| (0..n).filter(|i| mask >> i & 1 == 1).collect())
        .collect()
}

fn norm(x: impl IntoIterator<Item = f64>) -> f64 {
    x.into_iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// A little above the largest operator norm of any sub-matrix of that size.
fn sparse_norm(w: &Array2<f64>, rows: usize, columns: usize) -> f64 {
    let mut largest = 0.0f64;
    for i in subsets(w.nrows(), rows) {
        for j in subsets(w.ncols(), columns) {
            let m = nalgebra::DMatrix::from_fn(rows, columns, |a, b| w[[i[a], j[b]]]);
            largest = largest.max(m.singular_values()[0]);
        }
    }
    largest * (1.0 + 1e-12)
}

/// A little above the norm of the `kept` largest entries.
fn reduced(row: impl IntoIterator<Item = f64>, kept: usize) -> f64 {
    let mut squares: Vec<f64> = row.into_iter().map(|v| v * v).collect();
    squares.sort_by(|a, b| b.total_cmp(a));
    squares[..kept].iter().sum::<f64>().sqrt() * (1.0 + 1e-12)
}

impl Net {
    fn hidden(&self) -> usize {
        self.s.len()
    }

    fn s_in(&self, k: usize) -> usize {
        if k == 0 { 0 } else { self.s[k - 1] }
    }

    fn parameters(&self, zeta_0: f64, sigma: &[f64], tau: f64) -> Parameters<Enclosure> {
        let exact = |x: f64| Enclosure::exact(PREC, x);
        let k = self.hidden();
        let layers = (0..=k)
            .map(|l| LayerShape {
                d: self.weights[l].nrows() as u64,
                s: if l < k { self.s[l] as u64 } else { 0 },
                d_in: self.weights[l].ncols() as u64,
                s_in: self.s_in(l) as u64,
            })
            .collect();
        let kept = |l: usize| self.weights[l].ncols() - self.s_in(l);
        let xi = (0..k).map(|l| {
            let rows = self.weights[l].rows().into_iter();
            rows.map(|r| reduced(r.iter().copied(), kept(l)))
                .fold(0.0, f64::max)
        });
        let nu = (0..k).map(|l| {
            let w = &self.weights[l];
            sparse_norm(w, w.nrows() - self.s[l], kept(l))
        });
        let out = &self.weights[k];
        let mut difference = 0.0f64;
        for i in 0..out.nrows() {
            for j in 0..i {
                let d = &out.row(i) - &out.row(j);
                difference = difference.max(reduced(d.iter().copied(), kept(k)));
            }
        }
        Parameters {
            layers,
            zeta_0: exact(zeta_0),
            xi: xi.map(exact).collect(),
            nu: nu.map(exact).collect(),
            output_difference: exact(difference),
            sigma: sigma.iter().map(|&x| exact(x)).collect(),
            tau: exact(tau),
        }
    }

    fn noisy(&self, sigma: &[f64], rng: &mut ChaCha8Rng) -> Vec<Array2<f64>> {
        let layers = self.weights.iter().zip(sigma);
        layers
            .map(|(w, s)| {
                w.mapv(|v| {
                    let z: f64 = StandardNormal.sample(rng);
                    v + s * z
                })
            })
            .collect()
    }
}

/// a_k of each hidden layer (0 where s_k = 0) and the margin.
fn pass(weights: &[Array2<f64>], s: &[usize], x: &[f64], label: usize) -> (Vec<f64>, f64) {
    let mut x = Array1::from(x.to_vec());
    let mut a = Vec::new();
    for (k, w) in weights.iter().enumerate() {
        let z = w.dot(&x);
        if k < s.len() {
            let mut negated: Vec<f64> = z.iter().map(|v| -v).collect();
            negated.sort_by(|a, b| b.total_cmp(a));
            a.push(if s[k] == 0 { 0.0 } else { negated[s[k] - 1] });
            x = z.mapv(|v| v.max(0.0));
        } else {
            x = z;
        }
    }
    let best = (0..x.len())
        .filter(|&j| j != label)
        .map(|j| x[j])
        .fold(f64::NEG_INFINITY, f64::max);
    (a, x[label] - best)
}

/// L of the proof.
fn lost(
    t: &Thresholds<Enclosure>,
    s: &[usize],
    a: &[f64],
    margin: f64,
    norm: f64,
    zeta_0: f64,
) -> bool {
    let low = t.activation.iter().zip(a).zip(s).any(|((g, a), s)| {
        assert_eq!(g.is_some(), *s > 0);
        g.as_ref().is_some_and(|g| *a < 2.0 * g.mid_f64())
    });
    norm > zeta_0 || low || margin <= t.margin.mid_f64() / 2.0
}

/// The trace's verdict on one sample: not counted as unsafe.
fn safe(net: &Net, x: &[f64], label: usize, zeta_0: f64, t: &Thresholds<Enclosure>) -> bool {
    let layers = net.weights.iter().enumerate().map(|(k, w)| Layer {
        name: format!("{k}"),
        weights: w.clone(),
    });
    let network = Mlp::new(layers.collect(), vec![]).unwrap();
    let pixels = Pixels::F64(Array2::from_shape_vec((1, x.len()), x.to_vec()).unwrap());
    let sample = Sample::new(pixels, vec![label as u16], Rational::from(1), vec![]).unwrap();
    let activation = t
        .activation
        .iter()
        .zip(&net.s)
        .map(|(g, s)| g.as_ref().map(|g| (*s, g.clone() * g.int(3))));
    let query = Query {
        norm: Some(Enclosure::exact(PREC, zeta_0)),
        margin: Some(MarginBelow::or_equal(t.margin.clone())),
        activation: activation.collect(),
    };
    Trace::new(&network, &sample, &|_| {})
        .unwrap()
        .count(&query)
        .hi
        == 0
}

/// P(Bin(n, p) >= k).
fn upper_tail(n: u64, p: f64, k: u64) -> f64 {
    let ln_choose = |k: u64| {
        (0..k)
            .map(|i| ((n - i) as f64 / (i + 1) as f64).ln())
            .sum::<f64>()
    };
    let term = |j: u64| (ln_choose(j) + j as f64 * p.ln() + (n - j) as f64 * (1.0 - p).ln()).exp();
    if (k as f64) < n as f64 * p {
        return 1.0;
    }
    (k..=n.min(k + 200)).map(term).sum()
}

/// The number of draws is not evidence against a probability of at most `p`,
/// at the level of 1e-9.
fn plausible(hits: u64, p: f64) -> bool {
    upper_tail(DRAWS, p, hits) > 1e-9
}

#[test]
fn the_binomial_tail_of_this_test_is_right() {
    // 1045.5 is 2.035 standard deviations above the mean; 1 - Phi = 0.0209.
    assert!((upper_tail(DRAWS, 0.5, 1046) - 0.0209).abs() < 0.001);
    assert!(!plausible(2000, 0.5) && plausible(1000, 0.5) && !plausible(1200, 0.5));
}

fn random_net(rng: &mut ChaCha8Rng, hidden: usize, sparse: bool) -> Net {
    let mut d = vec![rng.random_range(2..=4)];
    d.extend((0..hidden).map(|_| rng.random_range(3..=6)));
    d.push(rng.random_range(2..=3));
    let weights = (1..d.len())
        .map(|k| Array2::from_shape_fn((d[k], d[k - 1]), |_| rng.random_range(-1.0..1.0)))
        .collect();
    let s = (1..=hidden)
        .map(|k| {
            if sparse {
                rng.random_range(1..d[k] - 1)
            } else {
                0
            }
        })
        .collect();
    Net { weights, s }
}

/// The largest scale of the noise, to 1e-6, at which `holds` does; monotone.
fn largest(holds: impl Fn(f64) -> bool) -> Option<f64> {
    let (mut good, mut bad) = (1e-9, 10.0);
    if !holds(good) {
        return None;
    }
    while bad / good > 1.0 + 1e-6 {
        let middle = (good * bad).sqrt();
        if holds(middle) {
            good = middle
        } else {
            bad = middle
        }
    }
    Some(good)
}

struct Case {
    net: Net,
    x: Vec<f64>,
    label: usize,
    zeta_0: f64,
    tau: f64,
    /// Relative noise of the layers.
    profile: Vec<f64>,
}

fn random_case(rng: &mut ChaCha8Rng, sparse: bool) -> Case {
    let hidden = rng.random_range(1..=2);
    let net = random_net(rng, hidden, sparse);
    let x: Vec<f64> = (0..net.weights[0].ncols())
        .map(|_| rng.random_range(-1.0..1.0))
        .collect();
    let classes = net.weights[hidden].nrows();
    // The label that the network gives, so that margins are positive.
    let label = (0..classes)
        .max_by(|&a, &b| {
            pass(&net.weights, &net.s, &x, a)
                .1
                .total_cmp(&pass(&net.weights, &net.s, &x, b).1)
        })
        .unwrap();
    let profile = (0..=hidden)
        .map(|_| [1.0, 0.05, 1e-4][rng.random_range(0..3)])
        .collect();
    Case {
        zeta_0: norm(x.iter().copied()) * (1.0 + 1e-9),
        net,
        x,
        label,
        tau: [0.5, 0.25, 0.0625][rng.random_range(0..3)],
        profile,
    }
}

impl Case {
    fn sigma(&self, scale: f64) -> Vec<f64> {
        self.profile.iter().map(|p| p * scale).collect()
    }

    fn thresholds(&self, scale: f64) -> Thresholds<Enclosure> {
        thresholds(
            &self
                .net
                .parameters(self.zeta_0, &self.sigma(scale), self.tau),
        )
    }

    /// How many of the draws have L = 1.
    fn losses(&self, scale: f64, t: &Thresholds<Enclosure>, rng: &mut ChaCha8Rng) -> u64 {
        let (sigma, s) = (self.sigma(scale), &self.net.s);
        let size = norm(self.x.iter().copied());
        (0..DRAWS)
            .filter(|_| {
                let (a, margin) = pass(&self.net.noisy(&sigma, rng), s, &self.x, self.label);
                lost(t, s, &a, margin, size, self.zeta_0)
            })
            .count() as u64
    }
}

#[test]
fn safe_samples_are_lost_with_probability_at_most_tau() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut checked, mut deep) = (0, 0);
    for round in 0..400 {
        let case = random_case(&mut rng, round % 4 != 0);
        // As noisy as safety allows.
        let holds = |scale| {
            safe(
                &case.net,
                &case.x,
                case.label,
                case.zeta_0,
                &case.thresholds(scale),
            )
        };
        let Some(scale) = largest(holds) else {
            continue;
        };
        let t = case.thresholds(scale);
        let hits = case.losses(scale, &t, &mut rng);
        assert!(
            plausible(hits, case.tau),
            "{hits} of {DRAWS} at tau {}",
            case.tau
        );
        checked += 1;
        deep += u64::from(case.net.hidden() == 2 && case.net.s.iter().all(|s| *s > 0));
    }
    assert!(
        checked > 60 && deep > 10,
        "{checked} cases, {deep} of them deep"
    );
}

#[test]
fn violated_samples_are_lost_with_probability_at_least_one_minus_tau() {
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let (mut by_margin, mut by_layer) = (0, 0);
    for round in 0..400 {
        let mut case = random_case(&mut rng, round % 4 != 0);
        let k = case.net.hidden();
        let stable = |case: &Case, scale: f64, upto: usize| {
            let t = case.thresholds(scale);
            let (a, _) = pass(&case.net.weights, &case.net.s, &case.x, case.label);
            t.activation[..upto]
                .iter()
                .zip(&a)
                .all(|(g, a)| g.as_ref().is_none_or(|g| *a >= g.mid_f64() * (1.0 + 1e-9)))
        };
        let scale = if round % 2 == 0 {
            // A tie of the outputs, all layers stable.
            let row = case.net.weights[k].row(case.label).to_owned();
            let other = (case.label + 1) % case.net.weights[k].nrows();
            case.net.weights[k].row_mut(other).assign(&row);
            let Some(scale) = largest(|scale| scale < 3.0 && stable(&case, scale, k)) else {
                continue;
            };
            let (_, margin) = pass(&case.net.weights, &case.net.s, &case.x, case.label);
            assert!(margin <= 0.0);
            by_margin += 1;
            scale
        } else {
            // Some layer just violated, those before it stable.
            let Some(scale) = largest(|scale| stable(&case, scale, k)) else {
                continue;
            };
            if scale > 5.0 {
                continue; // no condition
            }
            by_layer += 1;
            scale * (1.0 + 1e-5)
        };
        let t = case.thresholds(scale);
        let kept = DRAWS - case.losses(scale, &t, &mut rng);
        assert!(
            plausible(kept, case.tau),
            "{kept} of {DRAWS} not lost at tau {}",
            case.tau
        );
    }
    assert!(by_margin > 60 && by_layer > 60, "{by_margin}, {by_layer}");
}

#[test]
fn the_gibbs_classifier_errs_with_probability_at_most_tau_beyond_half_of_g() {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let mut checked = 0;
    for _ in 0..200 {
        let case = random_case(&mut rng, false);
        let (_, margin) = pass(&case.net.weights, &case.net.s, &case.x, case.label);
        let Some(scale) =
            largest(|scale| margin > case.thresholds(scale).margin.mid_f64() / 2.0 * (1.0 + 1e-9))
        else {
            continue;
        };
        let sigma = case.sigma(scale);
        let errors = (0..DRAWS)
            .filter(|_| {
                pass(
                    &case.net.noisy(&sigma, &mut rng),
                    &case.net.s,
                    &case.x,
                    case.label,
                )
                .1 <= 0.0
            })
            .count() as u64;
        assert!(
            plausible(errors, case.tau),
            "{errors} of {DRAWS} at tau {}",
            case.tau
        );
        checked += 1;
    }
    assert!(checked > 150, "{checked}");
}

#[test]
fn the_noise_alone_stays_within_the_quantiles() {
    // K = 0: the margin of the zero network moves by more than g/2 with
    // probability at most tau. Union bounds apart this is sharp: C = 2 loses
    // little, so that a wrong quantile shows.
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    for tau in [0.5, 0.25, 0.0625] {
        let net = Net {
            weights: vec![Array2::zeros((2, 3))],
            s: vec![],
        };
        let case = Case {
            net,
            x: vec![3.0, 4.0, 0.0],
            label: 0,
            zeta_0: 5.0,
            tau,
            profile: vec![1.0],
        };
        let t = case.thresholds(0.5);
        let sigma = case.sigma(0.5);
        let half = t.margin.mid_f64() / 2.0;
        let draws = (0..DRAWS).map(|_| pass(&case.net.noisy(&sigma, &mut rng), &[], &case.x, 0).1);
        let moved = draws.filter(|m| m.abs() > half).count() as u64;
        assert!(plausible(moved, tau) && moved > 0, "{moved} at {tau}");
    }
}

#[test]
fn weights_of_each_grid_sum_to_at_most_one() {
    let sum = |inverse: &mut dyn Iterator<Item = Rational>| {
        inverse.map(Rational::recip).sum::<Rational>()
    };
    let near_one = |x: Rational, tail: (i32, i32)| {
        assert!(
            x <= 1 && x >= Rational::from(1) - Rational::from(tail),
            "{}",
            x.to_f64()
        );
    };
    near_one(
        sum(&mut (-2000..=2000).map(Scale::inverse_weight)),
        (1, 1000),
    );
    near_one(sum(&mut (1..=2000).map(Failure::inverse_weight)), (1, 1000));
    near_one(sum(&mut (0..2000).map(Sparsity::inverse_weight)), (1, 1000));
    for t in 1..=1000 {
        assert_eq!(Failure::value(t).log2(), -f64::from(t));
    }
    // A product grid: the weight of a point is the product of its coordinates'.
    let grid = Scale {
        reference: 0.75,
        per_octave: 4,
    };
    let mut point = Point::default();
    assert_eq!(point.scale("a", &grid, -4), 0.375);
    assert_eq!(point.failure("tau", 3), 0.125);
    point.sparsity("s", 2);
    // (2/3)/(5*6) * 1/(3*4) * 1/(3*4)
    let expected = Rational::from((2, 3 * 30 * 12 * 12));
    let cost = point.log_inverse_weight(PREC).exp();
    let inverse = expected.recip();
    assert!(cost.lo() <= inverse && cost.hi() >= inverse && cost.relative_width() < 1e-30);
    assert!(Point::default().log_inverse_weight(PREC).lo().is_zero());
}

#[test]
fn covering_returns_the_smallest_point_above() {
    let mut rng = ChaCha8Rng::seed_from_u64(15);
    for _ in 0..2000 {
        let grid = Scale {
            reference: 2f64.powf(rng.random_range(-30.0..30.0)),
            per_octave: [1, 4, 16, 64][rng.random_range(0..4)],
        };
        let t = rng.random_range(-1000..1000);
        let x = match rng.random_range(0..4) {
            0 => grid.value(t),
            1 => grid.value(t).next_up(),
            2 => grid.value(t).next_down(),
            _ => grid.value(t) * rng.random_range(0.5..2.0),
        };
        let found = grid.covering(x).unwrap();
        assert!(
            grid.value(found) >= x && grid.value(found - 1) < x,
            "{grid:?} {x:e}"
        );
    }
    let grid = Scale {
        reference: 1.0,
        per_octave: 64,
    };
    assert_eq!(grid.covering(0.0), Some(-gapcert::search::grid::REACH));
    assert_eq!(grid.covering(-1.0), Some(-gapcert::search::grid::REACH));
    assert_eq!(
        grid.covering(2f64.powi(64)),
        Some(gapcert::search::grid::REACH)
    );
    for x in [2f64.powi(64).next_up(), 1e300, f64::INFINITY, f64::NAN] {
        assert_eq!(grid.covering(x), None);
    }
}
