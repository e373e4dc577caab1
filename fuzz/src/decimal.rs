//! Any string at any precision: what parses is a set, prints outward, reads back
//! outward, and all of it ends.
use gapcert::real::Enclosure;

pub fn run(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(rest) else {
        return;
    };
    let prec = 2 + u32::from(first);
    let Ok(x) = Enclosure::parse(prec, text) else {
        return;
    };
    assert!(x.is_defined() && x.lo() <= x.hi());
    for digits in [2, 17, x.full_digits()] {
        let (lo, hi) = x.to_decimal(digits);
        // An end beyond MPFR's range prints as an infinity, which is not a number.
        if x.lo().is_finite() {
            let back = Enclosure::parse(prec, &lo).expect("what is printed can be read");
            assert!(back.lo() <= x.lo(), "{lo}");
        }
        if x.hi().is_finite() {
            let back = Enclosure::parse(prec, &hi).expect("what is printed can be read");
            assert!(back.hi() >= x.hi(), "{hi}");
        }
    }
}
