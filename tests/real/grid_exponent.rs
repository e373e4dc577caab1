//! The least t with s b^t >= q against exact rational powers.

use crate::random::{MANY, Random};
use gapcert::real::{Enclosure, Interval, Real};
use rug::ops::Pow;
use rug::{Float, Rational};

const PREC: u32 = 200;

/// A short positive dyadic.
fn short(r: &mut Random) -> Rational {
    let [bits, scale] = [(); 2].map(|()| r.between(1, 20));
    Rational::from((1 + r.below(1 << bits), 1u64 << scale))
}

/// A base in (1, 5], sometimes close to 1.
fn base(r: &mut Random) -> Rational {
    let denominator = 1u64 << r.between(0, 12);
    Rational::from(1) + Rational::from((1 + r.below(4 * denominator), denominator))
}

fn power(b: &Rational, t: i64) -> Rational {
    b.clone()
        .pow(i32::try_from(t).expect("a moderate exponent"))
}

fn exact(x: &Rational) -> Enclosure {
    let x = Enclosure::rational(PREC, x);
    assert!(x.is_exact());
    x
}

/// The integer a point operand must give.
fn integer(t: &Enclosure) -> i64 {
    let t = t.to_integer().unwrap_or_else(|| panic!("{t:?}"));
    t.to_i64().unwrap()
}

#[test]
fn points_and_ties() {
    let mut r = Random::new(181);
    let mut ties = 0;
    for case in 0..MANY {
        let (s, b) = (short(&mut r), base(&mut r));
        let q = match r.below(3) {
            // A tie. Below s it is dyadic only if b is a power of 2.
            0 => {
                let t = r.between(0, 8);
                let down = b == 2 || b == 4;
                &s * power(&b, if down && r.chance(50) { -t } else { t })
            }
            _ => short(&mut r),
        };
        let found = exact(&q).grid_exponent(&exact(&s), &exact(&b));
        let t = integer(&found);
        let reached = &s * power(&b, t);
        assert!(reached >= q, "case {case}: {q} {s} {b}: {t}");
        assert!(&s * power(&b, t - 1) < q, "case {case}: {q} {s} {b}: {t}");
        ties += i32::from(reached == q);
        let fast = [&q, &s, &b].map(|x| x.to_f64());
        if fast.map(Rational::from_f64) == [q, s, b].map(Some) {
            let [q, s, b] = fast;
            assert_eq!(q.grid_exponent(&s, &b), t as f64, "case {case}: {fast:?}");
            let [q, s, b] = fast.map(Interval::exact);
            assert_eq!(q.grid_exponent(&s, &b), Interval::exact(t as f64));
        }
    }
    assert!(ties > 20_000, "{ties}");
}

#[test]
fn sets_contain_their_points() {
    let mut r = Random::new(182);
    for case in 0..MANY {
        let set = |r: &mut Random, draw: fn(&mut Random) -> Rational| {
            let (x, y) = (exact(&draw(r)), exact(&draw(r)));
            if r.chance(40) { x } else { x.hull(&y) }
        };
        let (q, s, b) = (set(&mut r, short), set(&mut r, short), set(&mut r, base));
        let found = q.grid_exponent(&s, &b);
        let inside = |r: &mut Random, x: &Enclosure| {
            let x = r.element(x, 300);
            Enclosure::new(300, &x, &x).unwrap()
        };
        let (x, y, z) = (inside(&mut r, &q), inside(&mut r, &s), inside(&mut r, &b));
        let point = x.grid_exponent(&y, &z);
        assert!(
            found.lo() <= point.lo() && point.hi() <= found.hi(),
            "case {case}: {q:?} {s:?} {b:?}: {found:?} without {point:?}"
        );
        if case % 8 != 0 {
            continue;
        }
        // The ends are attained, at corners.
        let corners = [&q, &s, &b].map(|x| [x.lower(), x.upper()]);
        let mut ends = Vec::new();
        for x in &corners[0] {
            for y in &corners[1] {
                ends.extend(corners[2].iter().map(|z| integer(&x.grid_exponent(y, z))));
            }
        }
        let (least, most) = (ends.iter().min().unwrap(), ends.iter().max().unwrap());
        assert!(found.lo() == *least && found.hi() == *most, "case {case}");
    }
}

#[test]
fn neighbours_of_a_tie() {
    let at = |x: &Float| Enclosure::new(PREC, x, x).unwrap();
    let exponent = |q: &Float| {
        integer(&at(q).grid_exponent(&at(&Float::with_val(PREC, 1)), &exact(&3.into())))
    };
    for t in 0..60 {
        let tie = Float::with_val(PREC, Float::with_val(PREC, 3).pow(t));
        let (mut below, mut above) = (tie.clone(), tie.clone());
        below.next_down();
        above.next_up();
        assert_eq!(
            [&below, &tie, &above].map(exponent),
            [t, t, t + 1].map(i64::from)
        );
    }
    // q = 4, q0 = 1, b = 2 is exactly t = 2.
    let t = exact(&4.into()).grid_exponent(&exact(&1.into()), &exact(&2.into()));
    assert!(t.is_exact() && t.lo() == 2);
}

#[test]
fn extreme_operands() {
    let at = |s: &str| Enclosure::parse(128, s).unwrap();
    // A base so near 1 that t has 100 bits: known up to rounding.
    let near = at("0x1.0000000000000000000000001p0");
    let t = at("2").grid_exponent(&at("1"), &near);
    assert!(t.is_defined() && t.lo() > 8e29 && t.relative_width() < 1e-30);
    // A tie too long to be compared exactly: both integers remain possible.
    let long = Enclosure::new(
        4000,
        &(Float::with_val(4000, 1) / 3u32 + 1u32),
        &(Float::with_val(4000, 1) / 3u32 + 1u32),
    )
    .unwrap();
    let t = long.pow(&long.int(100)).grid_exponent(&long.int(1), &long);
    assert!(t.lo() >= 100 && t.hi() <= 101);
    for (q, s, b) in [
        ("0", "1", "2"),
        ("-1", "1", "2"),
        ("1", "0", "2"),
        ("1", "1", "1"),
        ("1", "1", "0.5"),
    ] {
        assert!(
            !at(q).grid_exponent(&at(s), &at(b)).is_defined(),
            "{q} {s} {b}"
        );
        let [q, s, b] = [q, s, b].map(|x| x.parse::<f64>().unwrap());
        assert!(q.grid_exponent(&s, &b).is_nan());
    }
    let huge = at("1e320000000").grid_exponent(&at("1e-320000000"), &at("2"));
    assert!(huge.lo() <= 2.2e9 && huge.hi() >= 2.1e9, "{huge:?}");
}
