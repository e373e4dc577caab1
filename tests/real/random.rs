//! Seeded random numbers and sets, and the containment check of every module.

use gapcert::real::Enclosure;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rug::ops::Pow;
use rug::{Float, Integer};

/// Inputs per function where one evaluation takes microseconds.
pub const MANY: usize = 100_000;

pub struct Random(pub ChaCha8Rng);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0.random_range(0..n)
    }

    pub fn between(&mut self, lo: i64, hi: i64) -> i64 {
        self.0.random_range(lo..=hi)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn precision(&mut self) -> u32 {
        self.between(24, 300) as u32
    }

    /// Uniform in [0,1), `prec` random bits.
    pub fn unit(&mut self, prec: u32) -> Float {
        let mut n = Integer::new();
        for _ in 0..prec.div_ceil(32) {
            n = (n << 32) + self.below(1 << 32);
        }
        let bits = prec.div_ceil(32) * 32;
        Float::with_val(prec, n >> (bits - prec)) >> prec
    }

    /// A nonnegative number: special, tiny, huge, an integer, a power of two or
    /// of moderate size.
    pub fn magnitude(&mut self, prec: u32) -> Float {
        let two = Float::with_val(prec, 2);
        let scaled = |r: &mut Self, range: i64| {
            let e = r.between(-range, range) as i32;
            (r.unit(prec) + 0.5f64) << e
        };
        match self.below(8) {
            0 => Float::with_val(prec, self.below(3)),
            1 => Float::with_val(prec, self.below(1000)),
            2 => two.pow(self.between(-60, 60) as i32),
            3 => scaled(self, 3000),
            4 => Float::with_val(prec, 1) + (self.unit(prec) >> self.below(60) as u32),
            _ => scaled(self, 12),
        }
    }

    pub fn real(&mut self, prec: u32) -> Float {
        let x = self.magnitude(prec);
        if self.chance(50) { -x } else { x }
    }

    /// A number in (0,1) reaching towards both ends, or near a half.
    pub fn probability(&mut self, prec: u32) -> Float {
        let x = match self.below(5) {
            0 => (self.unit(prec) + 0.5f64) >> self.between(2, 200) as u32,
            1 => Float::with_val(prec, 1) - (self.unit(prec) >> self.below(u64::from(prec)) as u32),
            2 => Float::with_val(prec, 0.5) + (self.unit(prec) >> self.between(2, 20) as u32),
            _ => self.unit(prec),
        };
        if x > 0 && x < 1 {
            x
        } else {
            Float::with_val(prec, 0.25)
        }
    }

    /// A point half of the time, else the set between two draws.
    pub fn set(&mut self, prec: u32, draw: impl Fn(&mut Self, u32) -> Float) -> Enclosure {
        let a = draw(self, prec);
        let b = match self.below(4) {
            0 | 1 => a.clone(),
            // The neighbour of 0 has an exponent of 2^30: no rational holds it.
            2 if !a.is_zero() => {
                let mut b = a.clone();
                b.next_up();
                b
            }
            _ => draw(self, prec),
        };
        let (lo, hi) = if a <= b { (a, b) } else { (b, a) };
        Enclosure::new(prec, &lo, &hi).expect("ordered")
    }

    /// A set of probabilities, certainly inside (0,1).
    pub fn probabilities(&mut self, prec: u32) -> Enclosure {
        loop {
            let p = self.set(prec, Self::probability);
            if p.hi() < 1 {
                return p;
            }
        }
    }

    /// Elements of a set at precision `prec`: its ends or one between.
    pub fn element(&mut self, x: &Enclosure, prec: u32) -> Float {
        let (lo, hi) = (x.lo(), x.hi());
        match self.below(3) {
            0 => Float::with_val(prec, &lo),
            1 => Float::with_val(prec, &hi),
            _ => {
                let width = Float::with_val(prec, &hi - &lo);
                let mid = Float::with_val(prec, width * self.unit(64)) + &lo;
                mid.clamp(&lo, &hi)
            }
        }
    }
}

/// The oracle's value, an exact number up to a few units in its last place, must
/// be inside, those units allowed for.
#[track_caller]
pub fn assert_near(set: &Enclosure, value: &Float, slack_bits: u32, what: impl Fn() -> String) {
    if !set.is_defined() {
        return;
    }
    let slack = Float::with_val(64, value.abs_ref()) >> (value.prec() - slack_bits);
    let low = Float::with_val(value.prec() + 8, value + &slack);
    let high = Float::with_val(value.prec() + 8, value - &slack);
    assert!(
        low >= set.lo() && high <= set.hi(),
        "{}: {value} is not in {set:?} at {} bits",
        what(),
        set.prec()
    );
}

/// At most `units` units in the last place wide.
#[track_caller]
pub fn assert_tight(set: &Enclosure, units: f64, what: impl Fn() -> String) {
    let wanted = units * 2f64.powi(1 - set.prec() as i32);
    assert!(
        set.is_defined() && set.relative_width() <= wanted,
        "{}: {set:?} is wider than {units} units at {} bits",
        what(),
        set.prec()
    );
}
