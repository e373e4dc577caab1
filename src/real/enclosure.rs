//! Enclosures at arbitrary precision over MPFR.
//!
//! An [`Enclosure`] is a closed set `[lo, hi]` of reals that contains the exact
//! value, or *undefined*. It cannot be empty or reversed: the fields are
//! private and every constructor checks. MPFR rounds each operation correctly
//! in the direction asked for, so the error proof of each operation below is
//! one line: the lower end is rounded down from the exact lower end of the
//! range, the upper end up from the exact upper end.

use super::{Interval, Real, function};
use rug::float::{Constant, Round};
use rug::ops::{AddAssignRound, NegAssign, Pow, SubAssignRound};
use rug::{Float, Integer, Rational};
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A closed set of reals `[lo, hi]`, `lo <= hi`, with MPFR end points of one
/// precision; or undefined.
#[derive(Clone)]
pub struct Enclosure {
    // Both NaN (undefined), or lo <= hi with lo < +inf and hi > -inf.
    lo: Float,
    hi: Float,
}

impl Enclosure {
    /// Default precision in bits of everything printed.
    pub const DEFAULT_PRECISION: u32 = 128;

    /// `[lo, hi]` at precision `prec`, rounded outward; `None` if reversed, NaN,
    /// or empty of reals (`[inf, inf]`).
    pub fn new(prec: u32, lo: &Float, hi: &Float) -> Option<Self> {
        let ordered = lo <= hi && !(lo.is_infinite() && lo == hi);
        ordered.then(|| Self::outward(prec, lo, hi))
    }

    /// The set of which nothing is known, not even that it is a number.
    pub fn undefined(prec: u32) -> Self {
        let nan = Float::with_val(prec, rug::float::Special::Nan);
        Self {
            lo: nan.clone(),
            hi: nan,
        }
    }

    /// The exact value of an f64 (undefined if it is NaN or infinite).
    pub fn exact(prec: u32, x: f64) -> Self {
        if !x.is_finite() {
            return Self::undefined(prec);
        }
        if prec >= f64::MANTISSA_DIGITS {
            let lo = Float::with_val(prec, x);
            let hi = lo.clone();
            return Self { lo, hi };
        }
        let x = Float::with_val(53, x);
        Self::outward(prec, &x, &x)
    }

    /// An integer, rounded outward if it does not fit the precision.
    pub fn integer(prec: u32, n: impl Into<Integer>) -> Self {
        let n = n.into();
        Self::rounded(|round| Float::with_val_round(prec, &n, round))
    }

    /// A rational, rounded outward.
    pub fn rational(prec: u32, x: &Rational) -> Self {
        Self::rounded(|round| Float::with_val_round(prec, x, round))
    }

    /// The hull of two MPFR numbers known to be ordered; anything else becomes
    /// undefined rather than wrong.
    pub(super) fn checked(lo: Float, hi: Float) -> Self {
        let prec = lo.prec();
        let valid = lo <= hi
            && !(lo.is_infinite() && lo.is_sign_positive())
            && !(hi.is_infinite() && hi.is_sign_negative());
        if valid {
            Self { lo, hi }
        } else {
            Self::undefined(prec)
        }
    }

    pub(super) fn outward(prec: u32, lo: &Float, hi: &Float) -> Self {
        Self::checked(
            Float::with_val_round(prec, lo, Round::Down).0,
            Float::with_val_round(prec, hi, Round::Up).0,
        )
    }

    /// The same set at another precision, rounded outward.
    pub fn with_precision(&self, prec: u32) -> Self {
        Self::outward(prec, &self.lo, &self.hi)
    }

    /// The smallest enclosure containing both.
    pub fn hull(&self, other: &Self) -> Self {
        if !self.is_defined() || !other.is_defined() {
            return Self::undefined(self.prec());
        }
        let lo = if self.lo <= other.lo {
            &self.lo
        } else {
            &other.lo
        };
        let hi = if self.hi >= other.hi {
            &self.hi
        } else {
            &other.hi
        };
        Self::outward(self.prec().max(other.prec()), lo, hi)
    }

    /// Precision in bits.
    pub fn prec(&self) -> u32 {
        self.lo.prec()
    }

    /// False if some operation on the way here was possibly undefined.
    pub fn is_defined(&self) -> bool {
        !self.lo.is_nan()
    }

    /// A lower bound on the value (-inf if undefined).
    pub fn lo(&self) -> Float {
        if self.is_defined() {
            self.lo.clone()
        } else {
            Float::with_val(self.prec(), rug::float::Special::NegInfinity)
        }
    }

    /// An upper bound on the value (+inf if undefined).
    pub fn hi(&self) -> Float {
        if self.is_defined() {
            self.hi.clone()
        } else {
            Float::with_val(self.prec(), rug::float::Special::Infinity)
        }
    }

    /// Both ends, NaN if undefined.
    pub(super) fn ends(&self) -> (&Float, &Float) {
        (&self.lo, &self.hi)
    }

    /// The lower end as its own (degenerate) enclosure.
    pub fn lower(&self) -> Self {
        Self::checked(self.lo.clone(), self.lo.clone())
    }

    /// The upper end as its own (degenerate) enclosure.
    pub fn upper(&self) -> Self {
        Self::checked(self.hi.clone(), self.hi.clone())
    }

    /// True if the set is one point, so that the value is known exactly.
    pub fn is_exact(&self) -> bool {
        self.lo == self.hi
    }

    /// The value as an integer, if it is exactly one (of at most 65536 bits).
    pub fn to_integer(&self) -> Option<Integer> {
        // Written out, 2^(2^30) would take 128 MiB.
        let short = self.lo.get_exp().is_none_or(|e| e <= 1 << 16);
        (self.is_exact() && short && self.lo.is_integer()).then(|| self.lo.to_integer())?
    }

    /// hi - lo, rounded up; +inf if undefined.
    pub fn width(&self) -> Float {
        // Both by reference: an owned operand would round to nearest first.
        let (lo, hi) = (self.lo(), self.hi());
        Float::with_val_round(self.prec(), &hi - &lo, Round::Up).0
    }

    /// An upper bound on (hi - lo) / min |x| over the set; +inf if it contains 0
    /// and is not the point 0.
    pub fn relative_width(&self) -> f64 {
        let width = self.width();
        if width.is_zero() {
            return 0.0;
        }
        let magnitude = if self.lo > 0 { self.lo() } else { -self.hi() };
        if magnitude > 0 {
            Float::with_val_round(53, &width / &magnitude, Round::Up)
                .0
                .to_f64_round(Round::Up)
        } else {
            f64::INFINITY
        }
    }

    /// True if the real number `x` is in the set.
    pub fn contains(&self, x: &Float) -> bool {
        self.is_defined() && *x >= self.lo && *x <= self.hi
    }

    /// True if every element of `other` is in `self`.
    pub fn contains_set(&self, other: &Self) -> bool {
        !self.is_defined() || (other.lo >= self.lo && other.hi <= self.hi)
    }

    /// How the values compare, if the sets decide it: `Less` and `Greater` are
    /// strict for every choice of elements, `Equal` means two equal points.
    pub fn decide(&self, other: &Self) -> Option<Ordering> {
        if self.hi < other.lo {
            Some(Ordering::Less)
        } else if self.lo > other.hi {
            Some(Ordering::Greater)
        } else if self.is_exact() && other.is_exact() && self.lo == other.lo {
            Some(Ordering::Equal)
        } else {
            None
        }
    }

    /// True if every element is <= every element of `other`.
    pub fn certainly_le(&self, other: &Self) -> bool {
        self.hi <= other.lo
    }

    /// True if every element is < every element of `other`.
    pub fn certainly_lt(&self, other: &Self) -> bool {
        self.hi < other.lo
    }

    /// The nearest f64 to the middle: for display and for starting searches,
    /// never for a certified number.
    pub fn mid_f64(&self) -> f64 {
        // Both by reference: an owned operand would round the sum to its own precision.
        // Halved before it becomes an f64, which the sum may overflow.
        (Float::with_val(self.prec() + 2, &self.lo + &self.hi) / 2u32).to_f64()
    }

    fn map_increasing(&self, f: impl Fn(&Float, Round) -> (Float, Ordering)) -> Self {
        if !self.is_defined() {
            return self.clone();
        }
        if self.is_exact() {
            return Self::rounded(|round| f(&self.lo, round));
        }
        Self::checked(f(&self.lo, Round::Down).0, f(&self.hi, Round::Up).0)
    }

    /// The real number that `f` rounds in a direction: see [`both_ways`].
    pub(super) fn rounded(f: impl FnOnce(Round) -> (Float, Ordering)) -> Self {
        let (lo, hi) = both_ways(f);
        Self::checked(lo, hi)
    }

    /// ln(1 + x), correctly rounded also where it is small; undefined unless
    /// x > -1 certainly.
    pub(super) fn ln_1p(&self) -> Self {
        let prec = self.prec();
        if self.lo <= -1 {
            return Self::undefined(prec);
        }
        self.map_increasing(|x, round| Float::with_val_round(prec, x.ln_1p_ref(), round))
    }

    /// e^x - 1, correctly rounded also where it is small.
    pub(super) fn exp_m1(&self) -> Self {
        let prec = self.prec();
        self.map_increasing(|x, round| Float::with_val_round(prec, x.exp_m1_ref(), round))
    }

    fn zip(&self, other: &Self, f: impl Fn(u32, &Self, &Self) -> (Float, Float)) -> Self {
        let prec = self.prec().max(other.prec());
        if !self.is_defined() || !other.is_defined() {
            return Self::undefined(prec);
        }
        let (lo, hi) = f(prec, self, other);
        Self::checked(lo, hi)
    }

    /// |x|^n for n >= 1, monotone on each side of 0.
    fn pow_positive(&self, n: u32) -> Self {
        let prec = self.prec();
        let pow = |x: &Float, round| Float::with_val_round(prec, x.pow(n), round);
        if n % 2 == 1 || self.lo >= 0 {
            return self.map_increasing(pow);
        }
        let (near, far) = if self.hi <= 0 {
            (self.hi.clone(), &self.lo)
        } else {
            let far = if self.lo.as_abs().partial_cmp(&self.hi) == Some(Ordering::Greater) {
                &self.lo
            } else {
                &self.hi
            };
            (Float::new(prec), far)
        };
        Self::checked(pow(&near, Round::Down).0, pow(far, Round::Up).0)
    }
}

/// Both neighbours of the real number x that `f` rounds in a direction, for the
/// price of one: rounded down it is the largest number y <= x, so that x is y, or
/// lies below the number after y (which is +inf where x overflows). MPFR's ternary
/// value, `f`'s second one, says which.
pub(super) fn both_ways(f: impl FnOnce(Round) -> (Float, Ordering)) -> (Float, Float) {
    let (lo, order) = f(Round::Down);
    let mut hi = lo.clone();
    if order != Ordering::Equal {
        hi.next_up();
    }
    (lo, hi)
}

impl From<Interval> for Enclosure {
    fn from(x: Interval) -> Self {
        if !x.is_defined() {
            return Self::undefined(53);
        }
        Self::checked(Float::with_val(53, x.lo()), Float::with_val(53, x.hi()))
    }
}

fn add(prec: u32, a: &Enclosure, b: &Enclosure) -> (Float, Float) {
    (
        Float::with_val_round(prec, &a.lo + &b.lo, Round::Down).0,
        Float::with_val_round(prec, &a.hi + &b.hi, Round::Up).0,
    )
}

fn sub(prec: u32, a: &Enclosure, b: &Enclosure) -> (Float, Float) {
    (
        Float::with_val_round(prec, &a.lo - &b.hi, Round::Down).0,
        Float::with_val_round(prec, &a.hi - &b.lo, Round::Up).0,
    )
}

/// The end points stand for reals of any size, so 0 times an infinite end is 0.
fn product(prec: u32, a: &Float, b: &Float, round: Round) -> Float {
    if a.is_zero() || b.is_zero() {
        return Float::new(prec);
    }
    Float::with_val_round(prec, a * b, round).0
}

// Which end points give the ends of the product:
//
// | a \ b | b >= 0       | b <= 0       | 0 inside b                 |
// |-------|--------------|--------------|----------------------------|
// | a >= 0| al*bl, ah*bh | ah*bl, al*bh | ah*bl, ah*bh               |
// | a <= 0| al*bh, ah*bl | ah*bh, al*bl | al*bh, al*bl               |
// | 0 in a| al*bh, ah*bh | ah*bl, al*bl | min(al*bh, ah*bl), max(...) |
fn mul(prec: u32, a: &Enclosure, b: &Enclosure) -> (Float, Float) {
    let down = |x: &Float, y: &Float| product(prec, x, y, Round::Down);
    let up = |x: &Float, y: &Float| product(prec, x, y, Round::Up);
    let (al, ah, bl, bh) = (&a.lo, &a.hi, &b.lo, &b.hi);
    match (*al >= 0, *ah <= 0, *bl >= 0, *bh <= 0) {
        (true, _, true, _) => (down(al, bl), up(ah, bh)),
        (true, _, _, true) => (down(ah, bl), up(al, bh)),
        (true, _, false, false) => (down(ah, bl), up(ah, bh)),
        (_, true, true, _) => (down(al, bh), up(ah, bl)),
        (_, true, _, true) => (down(ah, bh), up(al, bl)),
        (_, true, false, false) => (down(al, bh), up(al, bl)),
        (false, false, true, _) => (down(al, bh), up(ah, bh)),
        (false, false, _, true) => (down(ah, bl), up(al, bl)),
        (false, false, false, false) => {
            let (l1, l2) = (down(al, bh), down(ah, bl));
            let (h1, h2) = (up(al, bl), up(ah, bh));
            (
                if l1 <= l2 { l1 } else { l2 },
                if h1 >= h2 { h1 } else { h2 },
            )
        }
    }
}

/// a * (1/b) with 0 outside b; an infinite end of b has reciprocal 0.
fn div(prec: u32, a: &Enclosure, b: &Enclosure) -> (Float, Float) {
    let quotient = |x: &Float, y: &Float, round| {
        if x.is_zero() || y.is_infinite() {
            // x/y is 0, or arbitrarily close to it when x is infinite too.
            return Float::new(prec);
        }
        Float::with_val_round(prec, x / y, round).0
    };
    let down = |x: &Float, y: &Float| quotient(x, y, Round::Down);
    let up = |x: &Float, y: &Float| quotient(x, y, Round::Up);
    let (al, ah, bl, bh) = (&a.lo, &a.hi, &b.lo, &b.hi);
    if *bl <= 0 && *bh >= 0 {
        let nan = Float::with_val(prec, rug::float::Special::Nan);
        return (nan.clone(), nan);
    }
    match (*bl > 0, *al >= 0, *ah <= 0) {
        (true, true, _) => (down(al, bh), up(ah, bl)),
        (true, _, true) => (down(al, bl), up(ah, bh)),
        (true, false, false) => (down(al, bl), up(ah, bl)),
        (false, true, _) => (down(ah, bh), up(al, bl)),
        (false, _, true) => (down(ah, bl), up(al, bh)),
        (false, false, false) => (down(ah, bh), up(al, bh)),
    }
}

/// Sums and differences into the memory of an operand that is not kept: half of
/// the time of an addition goes into memory for its result.
fn add_to(mut a: Enclosure, b: &Enclosure) -> Enclosure {
    if a.prec() < b.prec() || !a.is_defined() || !b.is_defined() {
        return a.zip(b, add);
    }
    a.lo.add_assign_round(&b.lo, Round::Down);
    a.hi.add_assign_round(&b.hi, Round::Up);
    Enclosure::checked(a.lo, a.hi)
}

fn sub_from(mut a: Enclosure, b: &Enclosure) -> Enclosure {
    if a.prec() < b.prec() || !a.is_defined() || !b.is_defined() {
        return a.zip(b, sub);
    }
    a.lo.sub_assign_round(&b.hi, Round::Down);
    a.hi.sub_assign_round(&b.lo, Round::Up);
    Enclosure::checked(a.lo, a.hi)
}

fn mul_by(a: Enclosure, b: &Enclosure) -> Enclosure {
    a.zip(b, mul)
}

fn div_by(a: Enclosure, b: &Enclosure) -> Enclosure {
    a.zip(b, div)
}

macro_rules! operators {
    ($($trait:ident $method:ident $into:ident),*) => {$(
        impl $trait for Enclosure {
            type Output = Self;
            fn $method(self, other: Self) -> Self { $into(self, &other) }
        }
        impl $trait<&Enclosure> for Enclosure {
            type Output = Self;
            fn $method(self, other: &Self) -> Self { $into(self, other) }
        }
        impl $trait<&Enclosure> for &Enclosure {
            type Output = Enclosure;
            fn $method(self, other: &Enclosure) -> Enclosure { self.zip(other, $method) }
        }
    )*};
}
operators!(Add add add_to, Sub sub sub_from, Mul mul mul_by, Div div div_by);

impl Neg for Enclosure {
    type Output = Self;
    fn neg(mut self) -> Self {
        self.lo.neg_assign();
        self.hi.neg_assign();
        std::mem::swap(&mut self.lo, &mut self.hi);
        self
    }
}

impl Real for Enclosure {
    fn ratio(&self, p: i64, q: i64) -> Self {
        if q == 0 {
            return Self::undefined(self.prec());
        }
        Self::rational(self.prec(), &Rational::from((p, q)))
    }

    fn pi(&self) -> Self {
        let prec = self.prec();
        Self::rounded(|round| Float::with_val_round(prec, Constant::Pi, round))
    }

    fn sqrt(&self) -> Self {
        let prec = self.prec();
        if self.lo < 0 {
            return Self::undefined(prec);
        }
        self.map_increasing(|x, round| Float::with_val_round(prec, x.sqrt_ref(), round))
    }

    fn cbrt(&self) -> Self {
        let prec = self.prec();
        self.map_increasing(|x, round| Float::with_val_round(prec, x.cbrt_ref(), round))
    }

    fn ln(&self) -> Self {
        let prec = self.prec();
        if self.lo <= 0 {
            return Self::undefined(prec);
        }
        self.map_increasing(|x, round| Float::with_val_round(prec, x.ln_ref(), round))
    }

    fn exp(&self) -> Self {
        let prec = self.prec();
        self.map_increasing(|x, round| Float::with_val_round(prec, x.exp_ref(), round))
    }

    fn powi(&self, n: i32) -> Self {
        match n.cmp(&0) {
            Ordering::Equal if self.is_defined() => self.int(1),
            Ordering::Equal => self.clone(),
            Ordering::Greater => self.pow_positive(n.unsigned_abs()),
            Ordering::Less => self.int(1) / self.pow_positive(n.unsigned_abs()),
        }
    }

    fn pow(&self, exponent: &Self) -> Self {
        function::pow(self, exponent)
    }

    fn ceil(&self) -> Self {
        let prec = self.prec();
        self.map_increasing(|x, round| Float::with_val_round(prec, x.ceil_ref(), round))
    }

    fn min(&self, other: &Self) -> Self {
        self.zip(other, |prec, a, b| {
            let lo = if a.lo <= b.lo { &a.lo } else { &b.lo };
            let hi = if a.hi <= b.hi { &a.hi } else { &b.hi };
            (
                Float::with_val_round(prec, lo, Round::Down).0,
                Float::with_val_round(prec, hi, Round::Up).0,
            )
        })
    }

    fn max(&self, other: &Self) -> Self {
        -(-self.clone()).min(&-other.clone())
    }

    fn ln_binomial(&self, n: u64, k: u64) -> Self {
        function::ln_binomial(self.prec(), n, k)
    }

    fn kl(&self, p: &Self) -> Self {
        function::kl(self, p)
    }

    fn kl_inv(&self, c: &Self) -> Self {
        function::kl_inverse(self, c)
    }

    fn ln_xi(&self) -> Self {
        function::ln_xi(self)
    }

    fn normal_upper_quantile(&self) -> Self {
        function::normal_upper_quantile(self)
    }

    fn chi_upper_quantile(&self, dof: u64) -> Self {
        function::chi_upper_quantile(self, dof)
    }

    fn binomial_upper(&self, errors: &Self, m: &Self) -> Self {
        function::binomial_upper(self, errors, m)
    }

    fn harmonic(&self) -> Self {
        function::harmonic(self)
    }

    fn peeling(&self) -> Self {
        function::peeling(self)
    }

    fn grid_exponent(&self, start: &Self, base: &Self) -> Self {
        function::grid_exponent(self, start, base)
    }
}

impl fmt::Debug for Enclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lo, hi) = self.to_decimal(20);
        write!(f, "[{lo}, {hi}]")
    }
}
