//! The two constructions that refute `galanti-2023/as-released`
//! (`proofs/paper/norm-based.md`, Section 10), replayed: the network is built,
//! its margins and norms are those of the construction, and the formula falls
//! below the true error. With the head's fan-in every bound is above 1.

use gapcert::bound::{Guarantee, Inputs, Status, find};
use gapcert::real::{Enclosure, Real};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use rug::Rational;
use std::collections::HashMap;

const PREC: u32 = 128;
const CLASSES: usize = 10;

fn number(x: impl Into<Rational>) -> Enclosure {
    Enclosure::rational(PREC, &x.into())
}

fn exact(x: f64) -> Enclosure {
    Enclosure::exact(PREC, x)
}

fn value(bound: &str, inputs: Inputs<Enclosure>) -> Enclosure {
    let bound = find(bound).unwrap();
    bound.evaluate(&bound.check(inputs).unwrap()).value
}

/// m, delta = 0.001 as in the released experiment, and the number of classes.
fn common(m: u32) -> Inputs<Enclosure> {
    Inputs::new()
        .with("m", number(m))
        .with("delta", number((1, 1000)))
        .with("classes", number(CLASSES as u32))
}

/// A network of the construction: `layers` layers, of which the convolutions
/// have the given fan-ins, over `positions` positions of the same energy; margin
/// at least 1 on the sample.
struct Construction {
    m: u32,
    layers: u32,
    fan_in: Vec<u32>,
    positions: u32,
    energy: Enclosure,
    rho: Enclosure,
}

impl Construction {
    fn as_released(&self, fan_in: &[u32]) -> Enclosure {
        let fan_in = fan_in.iter().map(|k| number(*k)).collect();
        let x = common(self.m)
            .with("layers", number(self.layers))
            .with("rho", self.rho.clone())
            .with_list("fan_in", fan_in)
            .with("max_position_energy", self.energy.clone());
        value("galanti-2023/as-released", x)
    }

    /// With the head, which reads every position, everything is vacuous.
    fn is_vacuous_with_the_head(&self) {
        let all: Vec<u32> = self
            .fan_in
            .iter()
            .copied()
            .chain([self.positions])
            .collect();
        assert!(self.as_released(&all).lo() > 1);
        // The fan-ins of the convolutions are 1, so the positions are the paths.
        let paths = self.energy.clone() * number(self.positions);
        // A margin just below 1, so that no sample is lost.
        let q = self.rho.clone() / number((999, 1000));
        let sound = common(self.m)
            .with("layers", number(self.layers))
            .with("margin_loss", number(0))
            .with("rho_over_gamma", q.clone())
            .with_list("fan_in", all.iter().map(|k| number(*k)).collect())
            .with("max_chain", paths.clone());
        assert!(value("galanti-2023/sound", sound).lo() > 1);
        let sharp = common(self.m)
            .with("layers", number(self.layers))
            .with("ramp_loss", number(0))
            .with("rho_over_gamma", q)
            .with("path_energy", paths)
            .with("q0", number(1))
            .with("b", number((101, 100)));
        assert!(value("galanti-2023/path-energy", sharp).lo() > 1);
    }
}

#[test]
fn it_is_listed_as_refuted() {
    let bound = find("galanti-2023/as-released").unwrap();
    assert_eq!(bound.status, Status::Refuted);
    assert_eq!(bound.guarantee(), Guarantee::Nothing);
    assert!(!bound.is_on_error());
}

/// Signs of 50,000 pixels, one bit each.
const PIXELS: usize = 50_000;
type Signs = Vec<u64>;

fn signs(rng: &mut ChaCha8Rng) -> Signs {
    let mut bits: Signs = (0..PIXELS.div_ceil(64)).map(|_| rng.random()).collect();
    *bits.last_mut().unwrap() &= (1u64 << (PIXELS % 64)) - 1;
    bits
}

/// <x, y> of two images with pixels +-sqrt(m/d).
fn inner(m: usize, x: &Signs, y: &Signs) -> f64 {
    let differing: u32 = x.iter().zip(y).map(|(a, b)| (a ^ b).count_ones()).sum();
    (PIXELS as f64 - 2.0 * f64::from(differing)) * m as f64 / PIXELS as f64
}

/// Solves G a = t by conjugate gradients.
fn solve(gram: &[Vec<f64>], t: &[f64]) -> Vec<f64> {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(a, b)| a * b).sum::<f64>();
    let (mut a, mut rest) = (vec![0.0; t.len()], t.to_vec());
    let (mut direction, mut size) = (rest.clone(), dot(&rest, &rest));
    for _ in 0..60 {
        let image = apply(gram, &direction);
        let step = size / dot(&direction, &image);
        for i in 0..t.len() {
            a[i] += step * direction[i];
            rest[i] -= step * image[i];
        }
        let next = dot(&rest, &rest);
        if next < 1e-24 {
            break;
        }
        for i in 0..t.len() {
            direction[i] = rest[i] + next / size * direction[i];
        }
        size = next;
    }
    a
}

fn apply(gram: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
    gram.par_iter()
        .map(|row| row.iter().zip(x).map(|(g, x)| g * x).sum())
        .collect()
}

/// One linear layer on 50,000 pixels of random signs with random labels: the
/// minimum-norm interpolation has rho about 1, and no classifier is right more
/// often than one time in ten.
#[test]
fn minimum_norm_interpolation() {
    let m = 2000;
    let mut rng = ChaCha8Rng::seed_from_u64(20260214);
    let images: Vec<Signs> = (0..m).map(|_| signs(&mut rng)).collect();
    let labels: Vec<usize> = (0..m).map(|_| rng.random_range(0..CLASSES)).collect();
    let gram: Vec<Vec<f64>> = images
        .par_iter()
        .map(|x| images.iter().map(|y| inner(m, x, y)).collect())
        .collect();
    // W = sum_i a_i x_i with W x_i = e_{y_i}.
    let targets: Vec<Vec<f64>> = (0..CLASSES)
        .map(|c| {
            labels
                .iter()
                .map(|y| f64::from(u8::from(*y == c)))
                .collect()
        })
        .collect();
    let coefficients: Vec<Vec<f64>> = targets.iter().map(|t| solve(&gram, t)).collect();
    let (mut square, mut miss) = (0.0, 0.0f64);
    for (a, t) in coefficients.iter().zip(&targets) {
        let outputs = apply(&gram, a);
        square += a.iter().zip(&outputs).map(|(a, o)| a * o).sum::<f64>();
        miss = outputs
            .iter()
            .zip(t)
            .fold(miss, |m, (o, t)| m.max((o - t).abs()));
    }
    assert!(miss < 1e-9, "{miss}");
    // Scaled so that every margin is at least 1, rounding included.
    let rho = square.sqrt() * (1.0 + 4.0 * miss) * (1.0 + 1e-9);
    assert!((1.0..1.04).contains(&rho), "{rho}");

    let c = Construction {
        m: 2000,
        layers: 1,
        fan_in: vec![],
        positions: PIXELS as u32,
        // m pixels of square m/d.
        energy: number((2000 * 2000, PIXELS as u32)),
        rho: exact(rho),
    };
    let printed = c.as_released(&c.fan_in);
    assert!(printed.lo() > 0.236 && printed.hi() < 0.238, "{printed:?}");
    c.is_vacuous_with_the_head();

    // Labels are independent of the images: P(margin <= 0) >= 0.9 for every
    // network. Seen on fresh images, too.
    let fresh: Vec<(Signs, usize)> = (0..400)
        .map(|_| (signs(&mut rng), rng.random_range(0..CLASSES)))
        .collect();
    let wrong = fresh
        .par_iter()
        .filter(|(x, label)| {
            let similar: Vec<f64> = images.iter().map(|y| inner(m, x, y)).collect();
            let output = |c: usize| -> f64 {
                let terms = coefficients[c].iter().zip(&similar);
                terms.map(|(a, g)| a * g).sum()
            };
            let other = (0..CLASSES).filter(|c| c != label).map(output);
            output(*label) <= other.fold(f64::NEG_INFINITY, f64::max)
        })
        .count();
    assert!(wrong >= 320, "{wrong} of 400");
}

/// The Walsh-Hadamard transform, in integers.
fn hadamard(x: &mut [i64]) {
    let mut half = 1;
    while half < x.len() {
        for start in (0..x.len()).step_by(2 * half) {
            for i in start..start + half {
                let (a, b) = (x[i], x[i + half]);
                (x[i], x[i + half]) = (a + b, a - b);
            }
        }
        half *= 2;
    }
}

/// The rows of a Hadamard matrix over 100 as images, a fixed label each; filters
/// (+1,-1) of size 1x1; head \[100 W, -100 W\], W = sum over the sample's rows h of
/// e_label h^T/d. The outputs are W h: e_label on the sample's rows, and 0, a tie,
/// on all others.
#[test]
fn hadamard_images() {
    let (m, d) = (4000u32, 1usize << 16);
    let mut rng = ChaCha8Rng::seed_from_u64(20260215);
    let labels: Vec<usize> = (0..d).map(|_| rng.random_range(0..CLASSES)).collect();
    let seen: HashMap<usize, usize> = (0..m)
        .map(|_| rng.random_range(0..d))
        .map(|row| (row, labels[row]))
        .collect();
    let distinct = seen.len();
    // d W_c = sum of the rows seen with label c; d (W_c h_j) over all j.
    let (mut square, mut wrong) = (0i64, d);
    let mut outputs = vec![vec![0i64; d]; CLASSES];
    for (c, outputs) in outputs.iter_mut().enumerate() {
        let mine = seen.iter().filter(|(_, label)| **label == c);
        mine.for_each(|(row, _)| outputs[*row] = 1);
        hadamard(outputs);
        square += outputs.iter().map(|w| w * w).sum::<i64>();
        hadamard(outputs);
    }
    for (row, &label) in labels.iter().enumerate() {
        let other = (0..CLASSES).filter(|c| *c != label);
        let margin = outputs[label][row] - other.map(|c| outputs[c][row]).max().unwrap();
        if seen.contains_key(&row) {
            assert_eq!(margin, d as i64, "margin 1");
        }
        wrong -= usize::from(margin > 0);
    }
    assert_eq!(wrong, d - distinct, "every row not seen is a tie");
    // ||W||_F^2 = distinct/d.
    assert_eq!(square, (distinct * d) as i64);
    let error = wrong as f64 / d as f64;
    assert!(error > 0.94, "{error}");

    let c = Construction {
        m,
        layers: 2,
        fan_in: vec![1],
        positions: d as u32,
        // m pixels of square 10^-4.
        energy: number((m, 10_000)),
        // sqrt 2 of the filters times 100 sqrt 2 ||W||_F of the head.
        rho: number((200 * 200 * distinct as u64, d as u64)).sqrt(),
    };
    let printed = c.as_released(&c.fan_in);
    assert!(printed.lo() > 0.213 && printed.hi() < 0.215, "{printed:?}");
    c.is_vacuous_with_the_head();
}
