//! The operations of a program, over intervals.
//!
//! Arithmetic is exact. A root is the integer root of a scaled integer, checked
//! by its own definition. `ln`, `exp`, `pi`, `erfc` and the incomplete gamma
//! function are MPFR's, rounded outward at the checker's precision, more than
//! twice the certificate's. Everything else is made of these:
//!
//! | operation | how |
//! |-----------|-----|
//! | `kl` | its two logarithms |
//! | `kl_inv`, the quantiles, `binomial_upper` | bracketed where the monotone function is evaluated on both sides |
//! | `ln_xi` | sum_k m!/((m-k)! m^k), in directed floats, with a geometric tail |
//! | `ln_binomial` | the exact binomial coefficient |
//! | `harmonic` | the sum, in fixed point |
//! | `peeling` | a bracket around the minimum of a quasi-convex function |
//! | `grid_exponent` | exact powers |
//!
//! No code, and for the special functions no series, is shared with `src/real`.

use super::number::Interval;
use rug::float::{Constant, Round};
use rug::ops::{DivAssignRound, MulAssignRound, Pow};
use rug::{Float, Integer, Rational};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

/// What a step does; the operands are given apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Pi,
    Neg,
    Add,
    Sub,
    Mul,
    Div,
    Sqrt,
    Cbrt,
    Ln,
    Exp,
    Powi(i32),
    Pow,
    Ceil,
    Min,
    Max,
    Kl,
    KlInv,
    LnXi,
    NormalUpperQuantile,
    ChiUpperQuantile(u64),
    BinomialUpper,
    Harmonic,
    Peeling,
    GridExponent,
    LnBinomial(u64, u64),
}

/// Why an operation has no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// It is not defined for every choice of operands.
    Undefined,
    /// It is beyond what the checker computes.
    OutOfReach,
}

type Range = Result<Interval, Gap>;

impl Op {
    /// The operation of that name, and the number of its operands.
    pub fn named(name: &str, n: Option<i64>, k: Option<u64>) -> Option<(Self, usize)> {
        let dof = || n.and_then(|n| u64::try_from(n).ok());
        Some(match (name, n, k) {
            ("powi", Some(n), None) => (Self::Powi(i32::try_from(n).ok()?), 1),
            ("chi_upper_quantile", Some(_), None) => (Self::ChiUpperQuantile(dof()?), 1),
            ("ln_binomial", Some(_), Some(k)) => (Self::LnBinomial(dof()?, k), 0),
            (_, Some(_), _) | (_, _, Some(_)) => return None,
            ("pi", ..) => (Self::Pi, 0),
            ("neg", ..) => (Self::Neg, 1),
            ("add", ..) => (Self::Add, 2),
            ("sub", ..) => (Self::Sub, 2),
            ("mul", ..) => (Self::Mul, 2),
            ("div", ..) => (Self::Div, 2),
            ("sqrt", ..) => (Self::Sqrt, 1),
            ("cbrt", ..) => (Self::Cbrt, 1),
            ("ln", ..) => (Self::Ln, 1),
            ("exp", ..) => (Self::Exp, 1),
            ("pow", ..) => (Self::Pow, 2),
            ("ceil", ..) => (Self::Ceil, 1),
            ("min", ..) => (Self::Min, 2),
            ("max", ..) => (Self::Max, 2),
            ("kl", ..) => (Self::Kl, 2),
            ("kl_inv", ..) => (Self::KlInv, 2),
            ("ln_xi", ..) => (Self::LnXi, 1),
            ("normal_upper_quantile", ..) => (Self::NormalUpperQuantile, 1),
            ("harmonic", ..) => (Self::Harmonic, 1),
            ("peeling", ..) => (Self::Peeling, 1),
            ("binomial_upper", ..) => (Self::BinomialUpper, 3),
            ("grid_exponent", ..) => (Self::GridExponent, 3),
            _ => return None,
        })
    }

    /// Whether the product rounds it correctly, to its last place.
    pub fn is_elementary(self) -> bool {
        matches!(
            self,
            Self::Pi
                | Self::Neg
                | Self::Add
                | Self::Sub
                | Self::Mul
                | Self::Div
                | Self::Sqrt
                | Self::Cbrt
                | Self::Ln
                | Self::Exp
                | Self::Powi(_)
                | Self::Pow
                | Self::Ceil
                | Self::Min
                | Self::Max
        )
    }
}

/// Computes operations at one precision, and remembers the costly ones.
pub struct Machine {
    bits: u32,
    known: RefCell<HashMap<(Op, Vec<Interval>), Range>>,
}

/// Remembered results beyond this are forgotten.
const REMEMBERED: usize = 100_000;

impl Machine {
    pub fn new(bits: u32) -> Self {
        Self {
            bits,
            known: RefCell::default(),
        }
    }

    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The range of an operation over its operands, whose number fits.
    pub fn apply(&self, op: Op, x: &[&Interval]) -> Range {
        match (op, x) {
            (Op::Neg, [a]) => Ok(a.neg()),
            (Op::Add, [a, b]) => Ok(a.add(b)),
            (Op::Sub, [a, b]) => Ok(a.sub(b)),
            (Op::Mul, [a, b]) => Ok(a.mul(b)),
            (Op::Div, [a, b]) => a.div(b).ok_or(Gap::Undefined),
            (Op::Min, [a, b]) => Ok(a.min(b)),
            (Op::Max, [a, b]) => Ok(a.max(b)),
            (Op::Ceil, [a]) => Ok(a.ceil()),
            _ => {
                let key = (op, x.iter().map(|x| (*x).clone()).collect());
                if let Some(range) = self.known.borrow().get(&key) {
                    return range.clone();
                }
                let range = self.special(op, x);
                let mut known = self.known.borrow_mut();
                if known.len() >= REMEMBERED {
                    known.clear();
                }
                known.insert(key, range.clone());
                range
            }
        }
    }

    fn special(&self, op: Op, x: &[&Interval]) -> Range {
        let bits = self.bits;
        match (op, x) {
            (Op::Pi, []) => {
                let pi = |round| Float::with_val_round(bits, Constant::Pi, round).0;
                finite(&pi(Round::Down), &pi(Round::Up))
            }
            (Op::Sqrt, [a]) if *a.lo() >= 0 => root(bits, a, 2),
            (Op::Cbrt, [a]) => root(bits, a, 3),
            (Op::Ln, [a]) => ln(bits, a),
            (Op::Exp, [a]) => exp(bits, a),
            (Op::Powi(n), [a]) => match a.powi(n) {
                Some(power) => Ok(power),
                None if n < 0 && *a.lo() <= 0 && *a.hi() >= 0 => Err(Gap::Undefined),
                None => Err(Gap::OutOfReach),
            },
            (Op::Pow, [b, t]) => pow(bits, b, t),
            (Op::Kl, [q, p]) => kl(bits, q, p),
            (Op::KlInv, [q, c]) => kl_inv(bits, q, c),
            (Op::LnXi, [m]) => ln_xi(bits, m),
            (Op::NormalUpperQuantile, [p]) => normal_quantile(bits, p),
            (Op::ChiUpperQuantile(n), [p]) => chi_quantile(bits, p, n),
            (Op::BinomialUpper, [delta, errors, m]) => binomial_upper(bits, delta, errors, m),
            (Op::Harmonic, [n]) => harmonic(bits, n),
            (Op::Peeling, [layers]) => peeling(bits, layers),
            (Op::GridExponent, [value, start, base]) => grid_exponent(value, start, base),
            (Op::LnBinomial(n, k), []) => ln_binomial(bits, n, k),
            _ => Err(Gap::Undefined),
        }
    }
}

fn finite(lo: &Float, hi: &Float) -> Range {
    Interval::of_floats(lo, hi).ok_or(Gap::OutOfReach)
}

fn float(bits: u32, x: &Rational, round: Round) -> Float {
    Float::with_val_round(bits, x, round).0
}

/// The k-th root, k = 2 or 3: floor(root(x 4^s)) and one more, in units of 2^-s.
fn root(bits: u32, x: &Interval, k: u32) -> Range {
    let end = |x: &Rational, up: bool| {
        let size =
            i64::from(x.numer().significant_bits()) - i64::from(x.denom().significant_bits());
        // So many bits after the point that the root has `bits` significant ones.
        let shift = (i64::from(bits) - size / i64::from(k) + 2).max(0) as u32;
        let scaled = x.clone().abs() << (k * shift);
        let floor = scaled.clone().floor().numer().clone();
        let root = floor.clone().root(k);
        let exact = scaled.is_integer() && Integer::from((&root).pow(k)) == floor;
        let negative = *x < 0;
        // Of a negative number (k = 3) the upper end is the one nearer to 0.
        let away = up != negative && !exact;
        let root = Rational::from((root + u32::from(away), Integer::from(1) << shift));
        if negative { -root } else { root }
    };
    Interval::new(end(x.lo(), false), end(x.hi(), true)).ok_or(Gap::Undefined)
}

fn ln(bits: u32, x: &Interval) -> Range {
    if *x.lo() <= 0 {
        return Err(Gap::Undefined);
    }
    let end = |x: &Rational, round| {
        let mut y = float(bits.max(length(x)), x, round);
        y.ln_round(round);
        y
    };
    finite(&end(x.lo(), Round::Down), &end(x.hi(), Round::Up))
}

/// Bits that hold a dyadic number exactly, up to a limit.
fn length(x: &Rational) -> u32 {
    x.numer().significant_bits().clamp(2, 1 << 16)
}

fn exp(bits: u32, x: &Interval) -> Range {
    let end = |x: &Rational, round| {
        let mut y = float(bits + 64, x, round);
        y.exp_round(round);
        y
    };
    finite(&end(x.lo(), Round::Down), &end(x.hi(), Round::Up))
}

/// b^t = exp(t ln b), extremes at the corners; exact powers where t is a small
/// integer.
fn pow(bits: u32, b: &Interval, t: &Interval) -> Range {
    if *b.lo() <= 0 {
        return Err(Gap::Undefined);
    }
    let whole = t.integer().and_then(Integer::to_i32);
    if let Some(power) = whole.filter(|n| n.abs() < 4096).and_then(|n| b.powi(n)) {
        return Ok(power);
    }
    let wide = bits + 64;
    exp(bits, &t.mul(&ln(wide, b)?))
}

/// A bracket [a, b] of the x where the increasing function f changes its sign;
/// `lo` and `hi` are known to lie on either side. f(x, bits) encloses the value.
///
/// Approximated by bisection in short floats and the Illinois method in long
/// ones; then f is evaluated at both ends, which move apart until it decides.
fn bracket(
    bits: u32,
    lo: &Float,
    hi: &Float,
    f: impl Fn(&Float, u32) -> Option<Interval>,
) -> Range {
    let wide = bits + 32;
    let middle = |x: &Float, bits: u32| {
        let value = f(x, bits)?;
        Some(Float::with_val(bits, value.lo()) + Float::with_val(bits, value.hi()))
    };
    let (mut a, mut b) = (Float::with_val(wide, lo), Float::with_val(wide, hi));
    for _ in 0..40 {
        let x = Float::with_val(wide, &a + &b) / 2u32;
        match middle(&x, 96) {
            Some(y) if y < 0 => a = x,
            _ => b = x,
        }
    }
    let mut best = Float::with_val(wide, &a + &b) / 2u32;
    if let (Some(mut fa), Some(mut fb)) = (middle(&a, wide), middle(&b, wide)) {
        let mut last = Ordering::Equal;
        for _ in 0..60 {
            let slope = Float::with_val(wide, &fb - &fa);
            let width = Float::with_val(wide, &b - &a);
            if slope <= 0 || width <= 0 {
                break;
            }
            let next = Float::with_val(wide, &b - Float::with_val(wide, &fb * &width) / slope);
            if !(next > a && next < b) {
                break;
            }
            let moved = Float::with_val(64, &next - &best).abs();
            best = next;
            let Some(y) = middle(&best, wide) else { break };
            let side = y.cmp0().unwrap_or(Ordering::Equal);
            let close = Float::with_val(64, &best >> (bits + 8));
            if side == Ordering::Equal || moved <= close {
                break;
            }
            if side == Ordering::Less {
                (a, fa) = (best.clone(), y);
                if last == side {
                    fb /= 2u32;
                }
            } else {
                (b, fb) = (best.clone(), y);
                if last == side {
                    fa /= 2u32;
                }
            }
            last = side;
        }
    }
    let end = |up: bool| {
        let mut step = Float::with_val(wide, best.abs_ref()) >> bits;
        loop {
            let x = if up {
                Float::with_val_round(wide, &best + &step, Round::Up).0
            } else {
                Float::with_val_round(wide, &best - &step, Round::Down).0
            };
            if !(x > *lo && x < *hi) {
                return if up { hi.clone() } else { lo.clone() };
            }
            let decided = f(&x, wide).is_some_and(|y| if up { *y.lo() >= 0 } else { *y.hi() <= 0 });
            if decided {
                return x;
            }
            step <<= 16;
        }
    };
    finite(&end(false), &end(true))
}

/// The ends of a function's range over sets, from its extreme corners.
fn corners(low: Range, high: Range) -> Range {
    let (low, high) = (low?, high?);
    Interval::hull([low.lo().clone(), high.hi().clone()]).ok_or(Gap::Undefined)
}

/// kl(q|p) at one point of (0,1)^2, q = 0 and q = 1 included.
fn kl_point(bits: u32, q: &Rational, p: &Rational) -> Range {
    if q == p {
        return Ok(Interval::point(0));
    }
    let one = Rational::from(1);
    if *p <= 0 || *p >= one {
        return Err(Gap::Undefined);
    }
    let term = |bits: u32, q: &Rational, p: &Rational| -> Range {
        if q.cmp0() == Ordering::Equal {
            return Ok(Interval::point(0));
        }
        let quotient = Rational::from(q / p);
        Ok(ln(bits, &Interval::point(quotient))?.mul(&Interval::point(q.clone())))
    };
    let mut wide = bits + 32;
    loop {
        let heads = term(wide, q, p)?;
        let rest = (Rational::from(&one - q), Rational::from(&one - p));
        let sum = heads.add(&term(wide, &rest.0, &rest.1)?);
        let width = Rational::from(sum.hi() - sum.lo());
        if *sum.lo() > 0 && width << bits <= *sum.lo() || wide > 4 * bits + 1024 {
            return Ok(sum.max(&Interval::point(0)));
        }
        wide *= 2;
    }
}

fn in_unit(x: &Interval) -> bool {
    *x.lo() >= 0 && *x.hi() <= 1
}

/// Jointly convex: the largest value at a corner, the least 0 or at the nearest
/// ends.
fn kl(bits: u32, q: &Interval, p: &Interval) -> Range {
    if !in_unit(q) || !in_unit(p) {
        return Err(Gap::Undefined);
    }
    let low = if q.hi() < p.lo() {
        kl_point(bits, q.hi(), p.lo())?
    } else if q.lo() > p.hi() {
        kl_point(bits, q.lo(), p.hi())?
    } else {
        Interval::point(0)
    };
    let mut ends = vec![low.lo().clone()];
    for q in [q.lo(), q.hi()] {
        for p in [p.lo(), p.hi()] {
            ends.push(kl_point(bits, q, p)?.hi().clone());
        }
    }
    Interval::hull(ends).ok_or(Gap::Undefined)
}

/// max{p in [q,1] : kl(q|p) <= c}: kl(q|.) increases there.
fn kl_inv(bits: u32, q: &Interval, c: &Interval) -> Range {
    if !in_unit(q) || *c.lo() < 0 {
        return Err(Gap::Undefined);
    }
    let at = |q: &Rational, c: &Rational| -> Range {
        if c.cmp0() == Ordering::Equal || *q == 1 {
            return Ok(Interval::point(q.clone()));
        }
        let wide = bits + 32;
        // A value that so many bits do not tell from 1.
        let almost = Rational::from(1) - (Rational::from(1) >> bits);
        if *q >= almost || *kl_point(bits, q, &almost)?.hi() <= *c {
            let lo = almost.max(q.clone());
            return Interval::hull([lo, Rational::from(1)]).ok_or(Gap::Undefined);
        }
        let one = Float::with_val(wide, 1);
        bracket(bits, &float(wide, q, Round::Down), &one, |p, bits| {
            let p = p.to_rational()?;
            if p <= *q {
                return Some(Interval::point(-c.clone()));
            }
            Some(kl_point(bits, q, &p).ok()?.sub(&Interval::point(c.clone())))
        })
    };
    corners(at(q.lo(), c.lo()), at(q.hi(), c.hi()))
}

/// An integer in 0..=most.
fn count(x: &Rational, most: u64) -> Result<u64, Gap> {
    if !x.is_integer() || *x < 0 {
        return Err(Gap::Undefined);
    }
    x.numer()
        .to_u64()
        .filter(|n| *n <= most)
        .ok_or(Gap::OutOfReach)
}

/// xi(m) = sum_k m!/((m-k)! m^k): t_0 = 1, t_{k+1} = t_k (1 - k/m). The terms from
/// t_k on are below the geometric series t_k m/k. Increases in m.
fn ln_xi(bits: u32, m: &Interval) -> Range {
    let at = |m: u64| -> Range {
        if m == 0 {
            return Err(Gap::Undefined);
        }
        let wide = bits + 64;
        let small = Float::with_val(64, 1) >> (bits + 16);
        let sum = |round: Round| {
            let mut term = Float::with_val(wide, 1);
            let mut sum = Float::with_val(wide, 0);
            for k in 0..=m {
                if k > 0 {
                    let mut rest = Float::with_val_round(64, &term * m, Round::Up).0;
                    rest.div_assign_round(k, Round::Up);
                    if rest < small {
                        if round == Round::Up {
                            sum = Float::with_val_round(wide, &sum + &rest, round).0;
                        }
                        break;
                    }
                }
                sum = Float::with_val_round(wide, &sum + &term, round).0;
                term.mul_assign_round(m - k, round);
                term.div_assign_round(m, round);
            }
            sum
        };
        ln(bits, &finite(&sum(Round::Down), &sum(Round::Up))?)
    };
    const MOST: u64 = 1_000_000_000;
    corners(at(count(m.lo(), MOST)?), at(count(m.hi(), MOST)?))
}

/// The x with erfc(x/sqrt 2)/2 = p; -x for 1-p. Decreases in p.
fn normal_quantile(bits: u32, p: &Interval) -> Range {
    if *p.lo() <= 0 || *p.hi() >= 1 {
        return Err(Gap::Undefined);
    }
    let half = Rational::from((1, 2));
    let positive = |p: &Rational| -> Range {
        let log = ln(bits + 64, &Interval::point(p.clone()))?;
        // The tail is below exp(-x^2/2).
        let reach = root(64, &log.mul(&Interval::point(-2)), 2)?;
        let hi = float(bits + 32, reach.hi(), Round::Up);
        bracket(bits, &Float::with_val(bits, 0), &hi, |x, bits| {
            let tail = |round, other| {
                // The argument is rounded the other way.
                let divisor = Float::with_val_round(bits, 2, round).0;
                let divisor = Float::with_val_round(bits, divisor.sqrt_ref(), round).0;
                let mut z = Float::with_val_round(bits, x / &divisor, other).0;
                z.erfc_round(round);
                z / 2u32
            };
            let tail =
                Interval::of_floats(&tail(Round::Down, Round::Up), &tail(Round::Up, Round::Down))?;
            Some(log.sub(&ln(bits, &tail).ok()?))
        })
    };
    let at = |p: &Rational| match p.cmp(&half) {
        Ordering::Equal => Ok(Interval::point(0)),
        Ordering::Less => positive(p),
        Ordering::Greater => positive(&Rational::from(1 - p)).map(|x| x.neg()),
    };
    corners(at(p.hi()), at(p.lo()))
}

/// Degrees of freedom beyond this are out of reach.
const MOST_DEGREES: u64 = 100_000;

/// The c with Gamma(n/2, c^2/2)/Gamma(n/2) = p. Decreases in p.
fn chi_quantile(bits: u32, p: &Interval, n: u64) -> Range {
    if *p.lo() <= 0 || *p.hi() >= 1 || n == 0 {
        return Err(Gap::Undefined);
    }
    if n > MOST_DEGREES {
        return Err(Gap::OutOfReach);
    }
    let at = |p: &Rational| -> Range {
        let log = ln(bits + 64, &Interval::point(p.clone()))?;
        // chi_n <= sqrt n + t but with probability exp(-t^2/2).
        let reach = root(64, &log.mul(&Interval::point(-2)), 2)?;
        let reach = reach.add(&root(64, &Interval::point(n), 2)?);
        let hi = float(bits + 32, reach.hi(), Round::Up);
        bracket(bits, &Float::with_val(bits, 0), &hi, |c, bits| {
            let half = Float::with_val(64.max(bits), n) / 2u32;
            let tail = |round, other| {
                let mut x = Float::with_val_round(bits, c.square_ref(), other).0;
                x /= 2u32;
                let mass = Float::with_val_round(bits, half.gamma_inc_ref(&x), round).0;
                let whole = Float::with_val_round(bits, half.gamma_ref(), other).0;
                Float::with_val_round(bits, &mass / &whole, round).0
            };
            let tail =
                Interval::of_floats(&tail(Round::Down, Round::Up), &tail(Round::Up, Round::Down))?;
            Some(log.sub(&ln(bits, &tail).ok()?))
        })
    };
    corners(at(p.hi()), at(p.lo()))
}

/// The largest p with P(Bin(m,p) <= k) >= delta: the sum of
/// C(m,i) p^i (1-p)^(m-i), i = 0..k, decreases in p.
fn binomial_upper(bits: u32, delta: &Interval, errors: &Interval, m: &Interval) -> Range {
    const MOST: u64 = 1_000_000_000;
    const MOST_ERRORS: u64 = 200_000;
    if *delta.lo() <= 0 || *delta.hi() >= 1 || *m.lo() < 1 || errors.hi() > m.lo() {
        return Err(Gap::Undefined);
    }
    let at = |delta: &Rational, k: &Rational, m: &Rational| -> Range {
        let (k, m) = (count(k, MOST)?, count(m, MOST)?);
        if k >= m {
            return Ok(Interval::point(1));
        }
        if k > MOST_ERRORS {
            return Err(Gap::OutOfReach);
        }
        let log = ln(bits + 64, &Interval::point(delta.clone()))?;
        let one = Float::with_val(bits, 1);
        bracket(bits, &Float::with_val(bits, 0), &one, |p, bits| {
            let sum = |round: Round, other: Round| {
                let rest = Float::with_val_round(bits, 1u32 - p, round).0;
                let below = Float::with_val_round(bits, 1u32 - p, other).0;
                let odds = Float::with_val_round(bits, p / &below, round).0;
                // m fits: it is below 2^30.
                let mut term = Float::with_val_round(bits, (&rest).pow(m as u32), round).0;
                let mut sum = term.clone();
                for i in 0..k {
                    term.mul_assign_round(m - i, round);
                    term.div_assign_round(i + 1, round);
                    term.mul_assign_round(&odds, round);
                    sum = Float::with_val_round(bits, &sum + &term, round).0;
                }
                sum
            };
            let cdf =
                Interval::of_floats(&sum(Round::Down, Round::Up), &sum(Round::Up, Round::Down))?;
            Some(log.sub(&ln(bits, &cdf).ok()?))
        })
    };
    corners(
        at(delta.hi(), errors.lo(), m.hi()),
        at(delta.lo(), errors.hi(), m.lo()),
    )
}

/// 1 + 1/2 + ... + 1/n: n floors lose less than n units.
fn harmonic(bits: u32, n: &Interval) -> Range {
    let at = |n: u64| -> Range {
        let unit = Integer::from(1) << (bits + 64);
        let sum: Integer = (1..=n).map(|k| Integer::from(&unit / k)).sum();
        let upper = Integer::from(&sum + n);
        let scaled = |x: Integer| Rational::from((x, unit.clone()));
        Interval::new(scaled(sum), scaled(upper)).ok_or(Gap::Undefined)
    };
    const MOST: u64 = 10_000_000;
    corners(at(count(n.lo(), MOST)?), at(count(n.hi(), MOST)?))
}

/// kappa_L = inf f, f(t) = arccosh(1 + u(t))/t, u(t) = 2^(L-1) (e^(t^2/2) - 1).
///
/// f is quasi-convex (`src/real/function/peeling.rs` has the proof). If t1 < t2 <
/// t3 and f(t2) < f(t1), f(t3), the infimum is within [t1,t3], and there
/// f >= arccosh(1 + u(t1))/t3, since arccosh and u increase. f(t2) is an upper
/// value. For L <= 2 it is sqrt(2^(L-1)), the limit at 0. Increases with L.
fn peeling(bits: u32, layers: &Interval) -> Range {
    let at = |layers: u64| -> Range {
        match layers {
            0 => return Err(Gap::Undefined),
            1 | 2 => return root(bits, &Interval::point(layers), 2),
            _ => {}
        }
        let wide = 2 * bits + 128;
        let scale = Interval::point(Integer::from(1) << (layers as u32 - 1));
        // arccosh(1 + u) = ln(1 + u + sqrt(u (u + 2)))
        let arccosh = |t: &Rational| -> Range {
            let half = Interval::point(Rational::from(t * t) / 2u32);
            let growth = exp(wide, &half)?.sub(&Interval::point(1));
            let u = scale.mul(&growth);
            let inside = u.mul(&u.add(&Interval::point(2)));
            let sum = u.add(&root(wide, &inside, 2)?).add(&Interval::point(1));
            ln(wide, &sum.outward(wide).ok_or(Gap::OutOfReach)?)
        };
        let f = |t: &Rational| -> Range {
            arccosh(t)?
                .div(&Interval::point(t.clone()))
                .ok_or(Gap::Undefined)
        };
        let best = minimiser(wide, layers as u32).ok_or(Gap::OutOfReach)?;
        let middle = f(&best)?;
        let mut width = best.clone() >> (bits / 2 + 48);
        while width < best {
            let (t1, t3) = (
                Rational::from(&best - &width),
                Rational::from(&best + &width),
            );
            if f(&t1)?.lo() > middle.hi() && f(&t3)?.lo() > middle.hi() {
                let low = arccosh(&t1)?
                    .div(&Interval::point(t3))
                    .ok_or(Gap::Undefined)?;
                return Interval::new(low.lo().clone(), middle.hi().clone()).ok_or(Gap::Undefined);
            }
            width <<= 4;
        }
        Err(Gap::OutOfReach)
    };
    const DEEPEST: u64 = 2_000;
    corners(
        at(count(layers.lo(), DEEPEST)?),
        at(count(layers.hi(), DEEPEST)?),
    )
}

/// About where f is least: the zero of its derivative's sign, by bisection on
/// g(t) = t y'(t) - y(t), y = t f(t), which changes from negative to positive.
fn minimiser(bits: u32, layers: u32) -> Option<Rational> {
    let g = |t: &Float| -> Float {
        let half = Float::with_val(bits, t * t) / 2u32;
        let scale = |x: Float| x << (layers - 1);
        let u = scale(half.clone().exp_m1());
        let root = Float::with_val(bits, &u + 2u32) * &u;
        let root = root.sqrt();
        let y = Float::with_val(bits, &u + &root).ln_1p();
        let slope = scale(half.exp()) * t / root;
        slope * t - y
    };
    let mut a = Float::with_val(bits, 1) >> 20;
    let mut b = Float::with_val(bits, 4) + Float::with_val(bits, layers).sqrt() * 2u32;
    for _ in 0..bits {
        let middle = Float::with_val(bits, &a + &b) / 2u32;
        if g(&middle) < 0 {
            a = middle
        } else {
            b = middle
        }
    }
    a.to_rational()
}

/// The least integer t with start base^t >= value, by exact powers. Increases in
/// the value, decreases in the start, and is monotone in the base.
fn grid_exponent(value: &Interval, start: &Interval, base: &Interval) -> Range {
    if *value.lo() <= 0 || *start.lo() <= 0 || *base.lo() <= 1 {
        return Err(Gap::Undefined);
    }
    let at = |q: &Rational, s: &Rational, b: &Rational| -> Result<Rational, Gap> {
        let log = |x: &Rational| Float::with_val(96, x).ln();
        let guess = (log(q) - log(s)) / log(b);
        let guess = guess.ceil().to_integer().and_then(|t| t.to_i32());
        let mut t = guess.filter(|t| t.abs() < 100_000).ok_or(Gap::OutOfReach)?;
        let b = Interval::point(b.clone());
        let covers = |t: i32| -> Result<bool, Gap> {
            Ok(b.powi(t).ok_or(Gap::OutOfReach)?.lo().clone() * s >= *q)
        };
        while !covers(t)? {
            t += 1;
        }
        while covers(t - 1)? {
            t -= 1;
        }
        Ok(Rational::from(t))
    };
    let mut ends = Vec::new();
    for b in [base.lo(), base.hi()] {
        ends.push(at(value.lo(), start.hi(), b)?);
        ends.push(at(value.hi(), start.lo(), b)?);
    }
    Interval::hull(ends).ok_or(Gap::Undefined)
}

/// From the exact integer.
fn ln_binomial(bits: u32, n: u64, k: u64) -> Range {
    if k > n {
        return Err(Gap::Undefined);
    }
    if n > 1_000_000 {
        return Err(Gap::OutOfReach);
    }
    let choices = Integer::from(n).binomial(k.min(n - k) as u32);
    if choices == 1 {
        return Ok(Interval::point(0));
    }
    let end = |round| {
        let mut y = Float::with_val_round(bits, &choices, round).0;
        y.ln_round(round);
        y
    };
    finite(&end(Round::Down), &end(Round::Up))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value to 12 digits, and that its enclosure is narrow.
    fn is(op: Op, operands: &[(i64, i64)], digits: &str) {
        let machine = Machine::new(320);
        let operands: Vec<Interval> = operands
            .iter()
            .map(|x| Interval::point(Rational::from(*x)))
            .collect();
        let range = machine
            .apply(op, &operands.iter().collect::<Vec<_>>())
            .unwrap();
        let width = Rational::from(range.hi() - range.lo());
        assert!(width << 150u32 <= range.size(), "{op:?} is wide");
        let end = |x: &Rational| Float::with_val(53, x).to_string_radix(10, Some(12));
        assert_eq!(end(range.hi()), digits, "{op:?}");
    }

    #[test]
    fn functions_have_their_tabulated_values() {
        is(Op::Sqrt, &[(2, 1)], "1.41421356237");
        is(Op::Cbrt, &[(-8, 27)], "-6.66666666667e-1");
        is(Op::Pow, &[(2, 1), (1, 2)], "1.41421356237");
        is(Op::KlInv, &[(1, 10), (1, 50)], "1.70383627569e-1");
        is(Op::KlInv, &[(0, 1), (1, 1)], "6.32120558829e-1");
        is(Op::LnXi, &[(55_000, 1)], "5.68560265379");
        is(Op::NormalUpperQuantile, &[(1, 40)], "1.95996398454");
        is(Op::NormalUpperQuantile, &[(39, 40)], "-1.95996398454");
        // chi_1 is |N|.
        is(Op::ChiUpperQuantile(1), &[(1, 20)], "1.95996398454");
        // P(chi_2 > c) = exp(-c^2/2).
        is(Op::ChiUpperQuantile(2), &[(1, 20)], "2.44774683068");
        // 1 - 0.05^(1/10)
        is(
            Op::BinomialUpper,
            &[(1, 20), (0, 1), (10, 1)],
            "2.58865550893e-1",
        );
        is(Op::Harmonic, &[(4, 1)], "2.08333333333");
        is(Op::Peeling, &[(2, 1)], "1.41421356237");
        is(Op::Peeling, &[(3, 1)], "1.94555856699");
        is(Op::LnBinomial(5, 2), &[], "2.30258509299");
        is(
            Op::GridExponent,
            &[(2, 1), (1, 1), (17, 16)],
            "12.0000000000",
        );
    }

    #[test]
    fn what_is_not_defined_has_no_value() {
        let machine = Machine::new(128);
        let undefined = |op: Op, x: &[i64]| {
            let x: Vec<Interval> = x.iter().map(|n| Interval::point(*n)).collect();
            machine.apply(op, &x.iter().collect::<Vec<_>>()) == Err(Gap::Undefined)
        };
        assert!(undefined(Op::Div, &[1, 0]));
        assert!(undefined(Op::Sqrt, &[-1]));
        assert!(undefined(Op::Ln, &[0]));
        assert!(undefined(Op::Powi(-1), &[0]));
        assert!(undefined(Op::KlInv, &[2, 1]));
        assert!(undefined(Op::NormalUpperQuantile, &[1]));
        assert!(undefined(Op::BinomialUpper, &[1, 1, 2]));
        assert!(undefined(Op::GridExponent, &[1, 1, 1]));
    }
}
