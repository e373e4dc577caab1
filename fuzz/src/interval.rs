//! A formula that the bytes spell, read in three arithmetics: f64 intervals and MPFR
//! enclosures of few bits against MPFR enclosures of many. Each set contains the exact
//! value, so any two of them meet; and where one is sure of the sign, no other is sure
//! of the opposite.
use gapcert::real::{Enclosure, Interval, Real};
use rug::Float;

/// Bits of the reference.
const FINE: u32 = 400;
/// Steps at most: numbers that grow or shrink leave every range soon.
const LONGEST: usize = 48;

/// One number in every arithmetic.
#[derive(Clone, Debug)]
struct Number {
    float: Interval,
    coarse: Enclosure,
    fine: Enclosure,
}

pub fn run(bytes: &[u8]) {
    let mut next = bytes.iter().copied();
    let Some(first) = next.next() else { return };
    let coarse = 24 + u32::from(first) / 2;
    let leaf = |x: f64| Number {
        float: Interval::exact(x),
        coarse: Enclosure::exact(coarse.max(53), x).with_precision(coarse),
        fine: Enclosure::exact(FINE, x),
    };
    let mut stack = vec![leaf(1.0)];
    for _ in 0..LONGEST {
        let Some(code) = next.next() else { return };
        let top = stack[stack.len() - 1].clone();
        let below = stack[stack.len().saturating_sub(2)].clone();
        let made = match code % 32 {
            0 | 1 => {
                let mut word = [0; 8];
                word.iter_mut().for_each(|b| *b = next.next().unwrap_or(0));
                let x = f64::from_le_bytes(word);
                if !x.is_finite() {
                    return;
                }
                leaf(x)
            }
            2 | 3 => leaf(f64::from(next.next().unwrap_or(0) as i8)),
            4 => leaf(f64::from(next.next().unwrap_or(0)) / 256.0),
            5 => {
                let (p, q) = (next.next().unwrap_or(1), next.next().unwrap_or(1).max(1));
                unary(&top, Ratio(i64::from(p as i8), i64::from(q)))
            }
            6 => unary(&top, Negative),
            7 => unary(&top, Root),
            8 => unary(&top, CubeRoot),
            9 => unary(&top, Logarithm),
            10 => unary(&top, Exponential),
            11 => unary(&top, Power(i32::from(next.next().unwrap_or(0) as i8))),
            12 => unary(&top, Ceiling),
            13 => unary(&top, Quantile),
            14 => binary(&below, &top, Difference),
            15 => binary(&below, &top, Product),
            16 => binary(&below, &top, Quotient),
            17 => binary(&below, &top, Least),
            18 => binary(&below, &top, Largest),
            19 => binary(&below, &top, RealPower),
            20 => binary(&below, &top, Kl),
            21 => binary(&below, &top, KlInverse),
            22 => unary(&top, Pi),
            _ => binary(&below, &top, Sum),
        };
        made.check();
        stack.push(made);
    }
}

/// A formula of one number, in any arithmetic.
trait Unary {
    fn of<R: Real>(&self, x: &R) -> R;
}

/// A formula of two.
trait Binary {
    fn of<R: Real>(&self, x: &R, y: &R) -> R;
}

fn unary(x: &Number, f: impl Unary) -> Number {
    Number {
        float: f.of(&x.float),
        coarse: f.of(&x.coarse),
        fine: f.of(&x.fine),
    }
}

fn binary(x: &Number, y: &Number, f: impl Binary) -> Number {
    Number {
        float: f.of(&x.float, &y.float),
        coarse: f.of(&x.coarse, &y.coarse),
        fine: f.of(&x.fine, &y.fine),
    }
}

struct Ratio(i64, i64);
impl Unary for Ratio {
    fn of<R: Real>(&self, x: &R) -> R {
        x.ratio(self.0, self.1)
    }
}
struct Power(i32);
impl Unary for Power {
    fn of<R: Real>(&self, x: &R) -> R {
        x.powi(self.0)
    }
}

macro_rules! unaries {
    ($($name:ident: $x:ident => $value:expr;)*) => {$(
        struct $name;
        impl Unary for $name {
            fn of<R: Real>(&self, $x: &R) -> R {
                $value
            }
        }
    )*};
}
macro_rules! binaries {
    ($($name:ident: $x:ident, $y:ident => $value:expr;)*) => {$(
        struct $name;
        impl Binary for $name {
            fn of<R: Real>(&self, $x: &R, $y: &R) -> R {
                $value
            }
        }
    )*};
}

unaries! {
    Negative: x => -x.clone();
    Root: x => x.sqrt();
    CubeRoot: x => x.cbrt();
    Logarithm: x => x.ln();
    Exponential: x => x.exp();
    Ceiling: x => x.ceil();
    Quantile: x => x.normal_upper_quantile();
    Pi: x => x.pi();
}
binaries! {
    Sum: x, y => x.clone() + y;
    Difference: x, y => x.clone() - y;
    Product: x, y => x.clone() * y;
    Quotient: x, y => x.clone() / y;
    Least: x, y => x.min(y);
    Largest: x, y => x.max(y);
    RealPower: x, y => x.pow(y);
    Kl: x, y => x.kl(y);
    KlInverse: x, y => x.kl_inv(y);
}

impl Number {
    fn check(&self) {
        let float = |x: f64| Float::with_val(53, x);
        let sets = [
            (
                self.float.is_defined(),
                float(self.float.lo()),
                float(self.float.hi()),
            ),
            (self.coarse.is_defined(), self.coarse.lo(), self.coarse.hi()),
            (self.fine.is_defined(), self.fine.lo(), self.fine.hi()),
        ];
        for (defined, lo, hi) in &sets {
            assert!(!lo.is_nan() && !hi.is_nan() && lo <= hi, "{self:?}");
            let everything = lo.is_infinite() && hi.is_infinite();
            assert!(
                *defined || everything,
                "undefined and yet bounded: {self:?}"
            );
        }
        for (_, lo, _) in &sets {
            for (_, _, hi) in &sets {
                assert!(lo <= hi, "two sets do not meet: {self:?}");
            }
        }
    }
}
