//! More digits, or narrower ranges, leave a decided verdict as it is: they only take
//! admissible numbers away.

use crate::support::verdict;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A number with some digits: `n` units of 10^-digits.
#[derive(Clone, Copy, Debug)]
struct Shown {
    n: i64,
    digits: u32,
}

impl Shown {
    /// One of the decimals with one more digit whose range is inside.
    fn longer(self, e: i64) -> Self {
        Self {
            n: 10 * self.n + e,
            digits: self.digits + 1,
        }
    }

    fn text(self) -> String {
        let digits = self.digits as usize;
        let text = format!("{:0>width$}", self.n, width = digits + 1);
        let (whole, rest) = text.split_at(text.len() - digits);
        format!("{whole}.{rest}")
    }
}

/// A range of thousandths, and a part of it.
type Part = (i64, i64, i64, i64);

fn part() -> impl Strategy<Value = Part> {
    (0..900i64, 0..40i64, 0.0..1.0f64, 0.0..1.0f64).prop_map(|(lo, width, a, b)| {
        let at = |t: f64| lo + (t * width as f64) as i64;
        (lo, lo + width, at(a.min(b)), at(a.max(b)))
    })
}

fn thousandths(lo: i64, hi: i64) -> String {
    format!(
        "[{}.{:03}, {}.{:03}]",
        lo / 1000,
        lo % 1000,
        hi / 1000,
        hi % 1000
    )
}

fn toml(bound: &str, loss: &str, kl: Shown, loss_name: &str, reported: Shown, m: &str) -> String {
    let more = match bound {
        "pac-bayes/kl-monte-carlo" => "mc_samples = 5000\ndelta_mc = 0.01\n",
        _ => "",
    };
    format!(
        "[[claim]]\nbound = \"{bound}\"\nreported = \"{}\"\n[claim.inputs]\nm = {m}\ndelta = 0.05\nkl = \"{}\"\n{loss_name} = {loss}\n{more}",
        reported.text(),
        kl.text(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    #[test]
    fn a_decided_verdict_stays(
        which in 0..3usize,
        (lo, hi, part_lo, part_hi) in part(),
        (kl, kl_digits, kl_more) in (0..4000i64, 0..3u32, -4..=4i64),
        (reported, more) in (20..1200i64, -4..=4i64),
        (m, spread, cut) in (50..5000i64, 0..100i64, 0.0..1.0f64),
        steps in prop::collection::vec(0..4usize, 1..4),
    ) {
        let (bound, loss_name) = [
            ("pac-bayes/kl", "empirical_loss"),
            ("pac-bayes/mcallester", "empirical_loss"),
            ("pac-bayes/kl-monte-carlo", "mc_mean"),
        ][which];
        let mut loss = thousandths(lo, hi);
        let mut kl = Shown { n: kl, digits: kl_digits };
        let mut reported = Shown { n: reported, digits: 3 };
        let mut m_range = format!("[{m}, {}]", m + spread);
        let mut before = verdict(&toml(bound, &loss, kl, loss_name, reported, &m_range));
        for step in steps {
            match step {
                0 => loss = thousandths(part_lo, part_hi),
                1 => kl = kl.longer(kl_more.max(-10 * kl.n)),
                2 => reported = reported.longer(more),
                _ => m_range = format!("{}", m + (cut * spread as f64) as i64),
            }
            let text = toml(bound, &loss, kl, loss_name, reported, &m_range);
            let after = verdict(&text);
            prop_assert!(before == "undetermined" || after == before, "{before} became {after}:\n{text}");
            before = after;
        }
    }
}

/// The property is not empty: undetermined claims do get decided.
#[test]
fn digits_decide() {
    let at = |kl: &str| {
        verdict(&format!(
            "[[claim]]\nbound = \"pac-bayes/kl:as-printed\"\nreported = \"0.2000\"\nrounding = \"exact\"\n[claim.inputs]\nm = 1000\ndelta = 0.05\nempirical_loss = 0.1\nkl = \"{kl}\"\n"
        ))
    };
    let verdicts: Vec<_> = ["3e1", "29.6", "29.5", "29.0", "30.0"].map(at).to_vec();
    assert!(
        verdicts.contains(&"undetermined") && verdicts.contains(&"sound"),
        "{verdicts:?}"
    );
}
