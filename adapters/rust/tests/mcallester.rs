//! The adapter on a bound that is right, and on one that drops the factor 2.

use gapcert_conform::{Point, assert_conforms, conforms, number};

fn mcallester(x: &Point, factor: f64) -> Result<f64, String> {
    let [m, delta, kl, loss] = ["m", "delta", "kl", "empirical_loss"].map(|n| number(x, n));
    let (m, delta, kl, loss) = (m?, delta?, kl?, loss?);
    let paid = match x.get("log_inverse_weight") {
        Some(_) => number(x, "log_inverse_weight")?,
        None => 0.0,
    };
    let inside = m >= 2.0
        && m.fract() == 0.0
        && delta > 0.0
        && delta < 1.0
        && kl >= 0.0
        && (0.0..=1.0).contains(&loss)
        && paid >= 0.0;
    if !inside {
        return Err("outside the domain".into());
    }
    Ok(loss + ((kl + (m / delta).ln() + paid) / (factor * (m - 1.0))).sqrt())
}

conforms!(right, "pac-bayes/mcallester:as-printed", |x| mcallester(
    x, 2.0
));

#[test]
#[should_panic(expected = "does not conform")]
fn wrong() {
    let wrong = |x: &Point| mcallester(x, 1.0);
    assert_conforms("pac-bayes/mcallester:as-printed", wrong, 1e-9);
}
