//! Wrong ways of computing a measurement of lists, layers or a kernel: its own value at
//! inputs mixed up as code mixes them up, or another measurement taken for it.

use super::super::point::{Datum, Point};
use super::super::subject::Subject;

/// Each way with its value; ways that refuse are left out.
pub(super) fn mistakes(subject: &Subject, p: &Point, bits: u32) -> Vec<(String, f64)> {
    let value = |s: &Subject, q: Point| s.value(&q, bits).ok().map(|x| x.mid_f64());
    let own = ways(&subject.name());
    let own = own
        .iter()
        .filter_map(|way| Some((way.words(), value(subject, way.change(p)?)?)));
    let taken = [taken_for(subject, p)].into_iter().flatten();
    let taken = taken.filter_map(|(way, s, q)| Some((way, value(&s, q)?)));
    own.chain(taken).collect()
}

/// How inputs are mixed up.
enum Way {
    /// Another number.
    Put(&'static str, &'static str),
    /// A number more, or less.
    Step(&'static str, i64),
    /// Every number of an input.
    All(&'static str, &'static str),
    Reversed(&'static str),
    Swapped(&'static str, &'static str),
    Magnitudes(&'static str),
    /// A ReLU after the last layer: a unit matrix after it.
    FinalRelu,
    /// The last of a list left out.
    Shorter(&'static str),
    /// Each matrix of a list.
    Transposed(&'static str),
}

fn ways(subject: &str) -> Vec<Way> {
    use Way::{All, FinalRelu, Magnitudes, Put, Reversed, Shorter, Step, Swapped, Transposed};
    match subject {
        "muthukumar-sulam-2023/single-shot-activation" => vec![
            Step("layer", -1),
            Step("layer", 1),
            Swapped("xi", "nu"),
            Reversed("xi"),
            Reversed("nu"),
            Reversed("sigma"),
            Reversed("inactive"),
            All("inactive", "1"),
        ],
        "muthukumar-sulam-2023/theorem-13-activation" => vec![
            Step("layer", -1),
            Step("layer", 1),
            Swapped("xi", "nu"),
            Swapped("eps", "nu"),
            Reversed("xi"),
            Reversed("nu"),
            Reversed("eps"),
        ],
        "muthukumar-sulam-2023/effective-width" => {
            vec![
                All("inactive", "0"),
                Reversed("inactive"),
                Reversed("widths"),
            ]
        }
        "muthukumar-sulam-2023/zeta" => vec![
            All("inactive", "0"),
            Reversed("inactive"),
            Magnitudes("hidden"),
            Put("zeta_0", "1"),
        ],
        "ledent-2021/capacity" => vec![Shorter("shares")],
        "ledent-2021/cover" => vec![Reversed("outputs_of_layers"), All("outputs_of_layers", "1")],
        "network/smallest-margin" => vec![
            Magnitudes("layers"),
            Magnitudes("sample"),
            FinalRelu,
            Reversed("labels"),
            All("labels", "0"),
        ],
        "network/margin-loss" => vec![
            Magnitudes("layers"),
            FinalRelu,
            Reversed("labels"),
            All("labels", "0"),
            Put("gamma", "0"),
        ],
        "network/greedy-activity-ratio" => vec![
            Magnitudes("layers"),
            Put("zeta_0", "1"),
            Put("eps", "0"),
            Reversed("x"),
        ],
        "network/sparse-loss" => vec![
            Put("times", "1"),
            Put("times", "3"),
            All("inactive", "1"),
            Reversed("inactive"),
            Magnitudes("layers"),
            Put("zeta_0", "1"),
        ],
        "network/operator-energy" => vec![
            All("paddings", "0"),
            All("strides", "1"),
            Reversed("kernels"),
            Reversed("sample"),
            Magnitudes("sample"),
        ],
        "convolution/operator-norm" => vec![
            Put("padding", "0"),
            Put("stride", "1"),
            Magnitudes("taps"),
            Transposed("taps"),
            Swapped("input_rows", "input_columns"),
            Put("kernel_columns", "1"),
        ],
        _ => vec![],
    }
}

/// Another measurement that is taken for it, with its inputs.
fn taken_for(subject: &Subject, p: &Point) -> Option<(String, Subject, Point)> {
    let (way, other, q) = match subject.name().as_str() {
        "convolution/operator-norm" => (
            "the norm of the reshaped kernel",
            "matrix/spectral",
            Point::new().with("w", reshaped(p.get("taps")?)?),
        ),
        "ledent-2021/capacity" => (
            "the largest share",
            "ledent-2021/cover",
            p.clone().with(
                "outputs_of_layers",
                p.get("shares")?.map(&mut |_| "1".into()),
            ),
        ),
        "muthukumar-sulam-2023/single-shot-activation" => (
            "the margin's threshold",
            "muthukumar-sulam-2023/single-shot-margin",
            p.without("xi")
                .without("layer")
                .with_number("output_difference", "1"),
        ),
        _ => return None,
    };
    Some((way.to_owned(), Subject::find(other).ok()?, q))
}

/// The kernel as a matrix, outputs by inputs and places.
pub(in crate::conform) fn reshaped(taps: &Datum) -> Option<Datum> {
    let outputs = taps.entries().first()?.entries().len();
    let row = |o: usize| {
        let each = taps.entries().iter().filter_map(|w| w.entries().get(o));
        Datum::List(each.flat_map(|r| r.entries().to_vec()).collect())
    };
    Some(Datum::List((0..outputs).map(row).collect()))
}

impl Way {
    fn words(&self) -> String {
        match self {
            Self::Put(name, x) => format!("{name} = {x}"),
            Self::Step(name, by) => format!("{name} {by:+}"),
            Self::All(name, x) => format!("{name} all {x}"),
            Self::Reversed(name) => format!("{name} reversed"),
            Self::Swapped(a, b) => format!("{a} for {b}"),
            Self::Magnitudes(name) => format!("magnitudes of {name}"),
            Self::FinalRelu => "a ReLU after the last layer".into(),
            Self::Shorter(name) => format!("the last of {name} left out"),
            Self::Transposed(name) => format!("{name} transposed"),
        }
    }

    fn change(&self, p: &Point) -> Option<Point> {
        let put = |name: &str, x: Datum| Some(p.clone().with(name, x));
        match *self {
            Self::Put(name, x) => put(name, Datum::number(x)),
            Self::Step(name, by) => match p.get(name)? {
                Datum::Number(n) => {
                    let n: i64 = n.parse().ok()?;
                    put(name, Datum::number(n.checked_add(by)?.to_string()))
                }
                Datum::List(_) => None,
            },
            Self::All(name, x) => put(name, p.get(name)?.map(&mut |_| x.to_owned())),
            Self::Reversed(name) => {
                let xs = p.get(name)?.entries().iter().rev().cloned().collect();
                put(name, Datum::List(xs))
            }
            Self::Swapped(a, b) => {
                let (x, y) = (p.get(a)?.clone(), p.get(b)?.clone());
                Some(p.clone().with(a, y).with(b, x))
            }
            Self::Magnitudes(name) => {
                let x = p.get(name)?;
                put(name, x.map(&mut |x| x.trim_start_matches('-').to_owned()))
            }
            Self::FinalRelu => {
                let layers = p.get("layers")?.entries();
                let n = layers.last()?.entries().len();
                let row = |i| Datum::numbers((0..n).map(|j| if i == j { "1" } else { "0" }));
                let unit = Datum::List((0..n).map(row).collect());
                put("layers", Datum::List([layers, &[unit]].concat()))
            }
            Self::Shorter(name) => {
                let xs = p.get(name)?.entries();
                put(name, Datum::List(xs[..xs.len().checked_sub(1)?].to_vec()))
            }
            Self::Transposed(name) => {
                let each = p.get(name)?.entries().iter();
                put(
                    name,
                    Datum::List(each.map(super::separate::transposed).collect()),
                )
            }
        }
    }
}
