//! kappa_L = inf_{t>0} f(t), f(t) = (1/t) arccosh(1 + a (e^{t^2/2} - 1)),
//! a = 2^{L-1}.
//!
//! *f is quasi-convex.* With x = t^2, f(t) - k has the sign of
//!   h(x) = a (e^{x/2} - 1) - (cosh(k sqrt x) - 1)
//!        = sum_{n>=1} x^n/(2n)! (a (2n-1)!! - k^{2n}),
//! since (2n)! = 2^n n! (2n-1)!!. The quotients r_n = a (2n-1)!!/k^{2n} have
//! r_{n+1}/r_n = (2n+1)/k^2, which increases: ln r_n is convex in n, r_n - 1
//! changes its sign at most twice, and by Descartes' rule (which holds for a
//! power series with finitely many changes: divide by the power of x at a change,
//! differentiate, and use Rolle's theorem) h has at most two positive zeros. So f
//! takes each value at most twice. It is continuous and tends to infinity. Were
//! f(t2) > max(f(t1), f(t3)) for some t1 < t2 < t3, a value between would be
//! taken in (t1,t2), in (t2,t3) and beyond t3. Hence f(t2) <= max(f(t1), f(t3)).
//!
//! *L = 1, 2.* At k^2 = a the first coefficient is 0 and the others are
//! a (2n-1)!! - a^n >= 0 for a <= 2: f >= sqrt a, its limit at 0, and kappa_L =
//! sqrt a exactly.
//!
//! *L >= 3.* If t1 < t2 < t3 and certainly f(t2) < f(t1), f(t3), then f >= f(t2)
//! outside \[t1,t3\]: for t < t1, f(t) < f(t2) would give f(t1) <= max(f(t), f(t2))
//! < f(t1). Inside, f >= f(t2) - |t - t2| max |f'| by the mean value theorem, with
//!   f'(t) = a e^{t^2/2}/sqrt(u(u+2)) - f(t)/t,  u = a (e^{t^2/2} - 1),
//! enclosed over \[t1,t3\]. f(t2) is an upper value. As f' vanishes near t2 and the
//! bracket has the relative width 2^(-p/2-16), the two differ by about 2^(-p-30).
//!
//! kappa_L increases with a, hence with L.

use super::polish::polish;
use super::{corners, to_u64};
use crate::real::{Enclosure, Real, approximate};
use rug::Float;

/// Above this many layers the value is refused as undefined.
pub(super) const DEEPEST: u64 = 10_000_000;

/// kappa_L; undefined unless both ends of `layers` are integers in 1..=10^7.
pub fn peeling(layers: &Enclosure) -> Enclosure {
    let prec = layers.prec();
    let end = |x: Float| to_u64(&x).filter(|n| (1..=DEEPEST).contains(n));
    match (end(layers.lo()), end(layers.hi())) {
        (Some(lo), Some(hi)) => {
            let low = at_point(prec, lo as u32);
            let high = if lo == hi {
                low.clone()
            } else {
                at_point(prec, hi as u32)
            };
            corners(prec, low, high)
        }
        _ => Enclosure::undefined(prec),
    }
}

fn at_point(prec: u32, layers: u32) -> Enclosure {
    if layers <= 2 {
        return Enclosure::integer(prec, layers).sqrt();
    }
    let working = prec + 96;
    let f = Objective::new(working, layers);
    let best = f.minimiser(prec / 2 + 24);
    let mut width = best.clone() >> (prec / 2 + 16);
    // Widened if the minimiser should be poorer than it is.
    for _ in 0..prec {
        let [t1, t3] = [-width.clone(), width.clone()].map(|w| Float::with_val(working, &best + w));
        let point = |t: &Float| Enclosure::outward(working, t, t);
        let (middle, t1, t3) = (f.value(&point(&best)), point(&t1), point(&t3));
        if middle.certainly_lt(&f.value(&t1)) && middle.certainly_lt(&f.value(&t3)) {
            let slope = f.slope(&t1.hull(&t3));
            let fall = slope.clone().max(&-slope) * point(&width).hull(&(t3 - t1));
            return (middle.clone() - fall).hull(&middle).with_precision(prec);
        }
        width <<= 2;
        if width >= best {
            break;
        }
    }
    // kappa_L >= kappa_1 = 1; never got here in any test.
    let upper = f.value(&Enclosure::outward(working, &best, &best));
    upper.int(1).hull(&upper).with_precision(prec)
}

/// f for one L >= 3.
struct Objective {
    layers: u32,
    /// a = 2^{L-1}.
    scale: Float,
}

impl Objective {
    fn new(prec: u32, layers: u32) -> Self {
        let scale = Float::with_val(prec, 1) << (layers - 1);
        Self { layers, scale }
    }

    /// u(t) and a e^{t^2/2}.
    fn exponentials(&self, t: &Enclosure) -> (Enclosure, Enclosure) {
        let a = Enclosure::outward(t.prec(), &self.scale, &self.scale);
        let half = t.powi(2) / t.int(2);
        (a.clone() * half.exp_m1(), a * half.exp())
    }

    fn value(&self, t: &Enclosure) -> Enclosure {
        let (u, _) = self.exponentials(t);
        let root = (u.clone() * (u.clone() + u.int(2))).sqrt();
        // arccosh(1+u) = ln(1 + u + sqrt(u(u+2)))
        (u + root).ln_1p() / t
    }

    fn slope(&self, t: &Enclosure) -> Enclosure {
        let (u, grown) = self.exponentials(t);
        let root = (u.clone() * (u.clone() + u.int(2))).sqrt();
        grown / root - self.value(t) / t
    }

    /// About `bits` bits of the t where f' = 0: Newton's method for
    /// G = t y' - y, y = t f(t), with
    ///   y' = a t e^{t^2/2}/r,  G' = t y'',
    ///   y'' = y' (1/t + t - (u+1) u'/r^2),  r = sqrt(u(u+2)), u' = a t e^{t^2/2}.
    fn minimiser(&self, bits: u32) -> Float {
        let most = self.scale.prec();
        let (_, start) = approximate::peeling_minimum(f64::from(self.layers));
        let (zero, far) = (Float::new(most), Float::with_val(most, start * 4.0));
        polish(
            bits,
            most,
            &zero,
            &far,
            Float::with_val(64, start),
            |t, w| {
                let at = Enclosure::outward(w, t, t);
                let (u, grown) = self.exponentials(&at);
                let square = u.clone() * (u.clone() + u.int(2));
                let (u, square) = (u.lo(), square.lo());
                let climb = Float::with_val(w, grown.lo() * t);
                let first = Float::with_val(w, &climb / &square.clone().sqrt());
                let y = Float::with_val(w, self.value(&at).lo() * t);
                let bend = Float::with_val(w, 1 / t.clone()) + t - (u + 1u32) * climb / square;
                let miss = Float::with_val(w, t * &first) - y;
                Some(-(miss / (bend * first * t)))
            },
        )
    }
}
