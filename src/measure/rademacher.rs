//! The empirical Rademacher complexity of linear functions of norm at most 1 on a
//! sample: the mean over signs s in {-1, 1}^m of ||sum_i s_i x_i||/m, enclosed. For
//! functions of norm at most B it is B times that.
//!
//! With X = ||sum_i s_i x_i||, G the Gram matrix, T = tr G, F = ||G||_F^2 and
//! Q = sum_i G_ii^2: E X^2 = T and E X^4 = T^2 + 2(F - Q), for only the products of
//! equal pairs of signs have a mean. Hence
//!
//! | end | number | why |
//! |---|---|---|
//! | upper | sqrt(T) | Jensen |
//! | lower | T^{3/2}/(E X^4)^{1/2} | Hoelder: E X^2 <= (E X)^{2/3} (E X^4)^{1/3} |
//! | lower | sqrt(T/2) | Khintchine's inequality in a Hilbert space, cited (Latala & Oleszkiewicz 1994) |
//!
//! F is summed in f64: each entry of the computed Gram matrix, of the inputs or of
//! the points, whichever is smaller, is off by at most gamma |x||y|, so its
//! Frobenius norm by at most gamma T.

use crate::data::Sample;
use crate::linalg::error::{TINY, gamma, nonnegative_sum};
use crate::real::{Enclosure, Real};
use ndarray::Axis;

/// Multiplications that F may cost; beyond, only Khintchine's bound is used.
const MOST: usize = 1 << 30;
/// Entries of the sample that are summed at once.
const LARGEST: usize = 1 << 28;

/// The complexity, in actual units; undefined if the inputs overflow.
pub fn rademacher(sample: &Sample, prec: u32) -> Enclosure {
    let (m, d) = (sample.len(), sample.dim());
    let scale = Enclosure::rational(prec, sample.scale()) / Enclosure::integer(prec, m);
    let Some([total, squares]) = traces(sample, prec) else {
        return Enclosure::undefined(prec);
    };
    let (upper, half) = (total.sqrt(), total.ratio(1, 2));
    let mut lower = (total.clone() * half).sqrt();
    if total.lo() > 0 && m.saturating_mul(d).saturating_mul(m.min(d)) <= MOST {
        let fourth = total.powi(2) + total.int(2) * (frobenius_squared(sample, &total) - squares);
        let by_moments = total.clone() * (total.clone() / fourth).sqrt();
        if by_moments.lo() > lower.lo() {
            lower = by_moments;
        }
    }
    // Rounding may lift the lower end above the upper's.
    lower.lower().min(&upper).hull(&upper.upper()) * scale
}

/// T and Q, in stored units; `None` if they overflow.
fn traces(sample: &Sample, prec: u32) -> Option<[Enclosure; 2]> {
    let (m, d) = (sample.len(), sample.dim());
    if m.saturating_mul(d) > LARGEST {
        return None;
    }
    let (mut total, mut squares) = (0.0, 0.0);
    const ROWS: usize = 1024;
    for start in (0..m).step_by(ROWS) {
        let rows = sample.rows_f64(start..(start + ROWS).min(m));
        for row in rows.axis_iter(Axis(0)) {
            let norm = row.dot(&row);
            total += norm;
            squares += norm * norm;
        }
    }
    // What underflows in a norm, and in its square: times at most the norm twice.
    let lost = TINY * (m * d) as f64;
    let of = |computed: f64, roundings: usize, lost: f64| {
        let (lo, hi) = nonnegative_sum(computed, roundings, lost);
        let ends = Enclosure::exact(prec, lo).hull(&Enclosure::exact(prec, hi));
        (computed.is_finite() && hi.is_finite()).then_some(ends)
    };
    Some([
        of(total, m + d + 2, lost)?,
        of(
            squares,
            m + 2 * d + 4,
            (lost * (3.0 * total + 1.0)).next_up(),
        )?,
    ])
}

/// F, in stored units.
fn frobenius_squared(sample: &Sample, total: &Enclosure) -> Enclosure {
    let x = sample.rows_f64(0..sample.len());
    let (gram, length) = if x.nrows() <= x.ncols() {
        (x.dot(&x.t()), x.ncols())
    } else {
        (x.t().dot(&x), x.nrows())
    };
    let n = gram.len();
    let computed: f64 = gram.iter().map(|g| g * g).sum();
    let (lo, hi) = nonnegative_sum(computed, n + 1, TINY * n as f64);
    if !hi.is_finite() {
        return Enclosure::undefined(total.prec());
    }
    let exact = |x: f64| Enclosure::exact(total.prec(), x);
    let norm = exact(lo).hull(&exact(hi)).sqrt();
    // An underflow in each of the products of each entry.
    let lost = exact(TINY * (n as f64).sqrt() * length as f64 * 2.0);
    let off = exact(gamma(length)) * total + lost;
    let zero = total.int(0);
    let least = (norm.clone() - &off).max(&zero);
    least.powi(2).hull(&(norm + off).powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Pixels;
    use ndarray::Array2;
    use rug::Rational;

    fn sample(rows: usize, columns: usize, at: impl Fn(usize, usize) -> f64) -> Sample {
        let x = Array2::from_shape_fn((rows, columns), |(i, j)| at(i, j));
        let scale = Rational::from((3, 7));
        Sample::new(Pixels::F64(x), vec![0; rows], scale, Vec::new()).unwrap()
    }

    /// The mean over all signs.
    fn by_enumeration(s: &Sample) -> f64 {
        let x = s.rows_f64(0..s.len());
        let m = s.len();
        let norm = |signs: u32| {
            let sign = |i: usize| if signs >> i & 1 == 1 { 1.0 } else { -1.0 };
            let column = |j: usize| (0..m).map(|i| sign(i) * x[[i, j]]).sum::<f64>();
            (0..x.ncols())
                .map(|j| column(j).powi(2))
                .sum::<f64>()
                .sqrt()
        };
        let sum: f64 = (0..1u32 << m).map(norm).sum();
        sum / f64::from(1u32 << m) / m as f64 * s.scale().to_f64()
    }

    #[test]
    fn the_mean_over_all_signs_is_inside() {
        let wave = |i: usize, j: usize| ((i * 7 + j * 13) as f64).sin() * 3.0;
        for (rows, columns) in [(2, 1), (3, 5), (10, 4), (11, 30)] {
            let s = sample(rows, columns, wave);
            let found = rademacher(&s, 128);
            let exact = by_enumeration(&s);
            let inside = found.lo() <= exact * (1.0 + 1e-12) && found.hi() >= exact * (1.0 - 1e-12);
            assert!(inside, "{rows} {columns} {found:?} {exact}");
        }
        // Moments beat Khintchine's constant where the energy is spread.
        let found = rademacher(&sample(11, 30, wave), 128);
        assert!(found.hi().to_f64() < 1.1 * found.lo().to_f64(), "{found:?}");
    }

    #[test]
    fn orthogonal_points_leave_nothing_open() {
        let s = sample(8, 8, |i, j| f64::from(i == j));
        let found = rademacher(&s, 128);
        let exact = 8f64.sqrt() / 8.0 * 3.0 / 7.0;
        assert!((found.mid_f64() - exact).abs() < 1e-14);
        assert!(found.relative_width() < 1e-12, "{found:?}");
    }

    #[test]
    fn one_direction_is_khintchine() {
        // Two equal points: |s_1 + s_2| is 0 or 2, the worst case of the constant.
        let found = rademacher(&sample(2, 1, |_, _| 1.0), 128);
        let exact = by_enumeration(&sample(2, 1, |_, _| 1.0));
        assert!((found.lo().to_f64() - exact).abs() < 1e-14, "{found:?}");
    }

    #[test]
    fn extremes_are_no_numbers_or_enclosed() {
        let huge = rademacher(&sample(2, 2, |_, _| 1e200), 128);
        assert!(!huge.is_defined());
        let nothing = rademacher(&sample(2, 2, |_, _| 0.0), 128);
        assert!(nothing.lo() <= 0 && nothing.hi() >= 0 && nothing.hi() < 1e-150);
        let tiny = rademacher(&sample(3, 2, |i, _| 1e-170 * (i + 1) as f64), 128);
        assert!(tiny.lo() >= 0 && tiny.hi() >= 6e-171, "{tiny:?}");
    }
}
