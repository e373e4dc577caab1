//! Certified margins against exact rationals.

use crate::naive;
use gapcert::measure::Margins;
use gapcert::network::{Conv, Graph, Op, Shape, Window};
use gapcert::real::Enclosure;
use gapcert::testing::{Features, Numbers, network, sample};
use ndarray::Array4;
use rug::{Float, Rational};

fn exact(x: &Rational) -> Enclosure {
    Enclosure::rational(400, x)
}

#[test]
fn counts_and_ramp_losses_are_those_of_exact_margins() {
    let mut numbers = Numbers::seeded(1);
    for case in 0..60 {
        let graph = network(&mut numbers, Features::ALL);
        let data = sample(
            &mut numbers,
            graph.input(),
            graph.classes(),
            12,
            case % 2 == 0,
        );
        let margins = naive::margins(&graph, &data);
        let found = Margins::new(&graph, &data, &|_| {}).unwrap();
        let m = margins.len();
        let count = |t: &Rational| margins.iter().filter(|x| *x <= t).count() as u64;
        let errors = found.errors();
        assert_eq!(
            (errors.lo, errors.hi),
            (count(&Rational::new()), count(&Rational::new()))
        );
        for (margin, near) in margins.iter().zip(found.approximate()) {
            assert!(
                (margin.to_f64() - near).abs() <= 1e-9 * (1.0 + near.abs()),
                "{margin} {near}"
            );
            // Between two margins, and next to this one where that is exact.
            let float = Float::with_val(300, margin);
            let divides = graph
                .nodes()
                .iter()
                .any(|n| matches!(n.op, Op::AveragePool { .. }));
            if float == *margin && !divides {
                let tie = found.at_most(&exact(margin));
                assert_eq!(
                    (tie.lo, tie.hi),
                    (count(margin), count(margin)),
                    "a tie counts"
                );
            }
            let near = Rational::from((1, 1 << 20)) + margin;
            let near = Rational::from_f64(near.to_f64()).unwrap();
            let one = found.at_most(&exact(&near));
            assert_eq!(
                (one.lo, one.hi, one.undecided),
                (count(&near), count(&near), 0)
            );
        }
        for (p, q) in [(1, 100), (1, 3), (1, 1), (7, 2)] {
            let gamma = Rational::from((p, q));
            let ramp = |x: &Rational| {
                let u: Rational = Rational::from(1) - Rational::from(x / &gamma);
                u.clamp(&0, &1)
            };
            let mean = margins.iter().map(ramp).sum::<Rational>() / m as u64;
            let loss = found.ramp_loss(&Enclosure::rational(128, &gamma));
            assert!(
                loss.lo() <= mean && loss.hi() >= mean,
                "{loss:?} {}",
                mean.to_f64()
            );
            assert!(loss.width() < 1e-9);
        }
    }
}

/// Stride 1 goes line by line, the rest by patches, heads by one product: all
/// batches of all sizes.
#[test]
fn every_path_of_the_forward_pass_is_taken_in_batches() {
    let mut numbers = Numbers::seeded(2);
    for stride in 1..=2 {
        for dilation in 1..=2 {
            for groups in 1..=2 {
                let input = Shape {
                    channels: 2,
                    height: 6,
                    width: 7,
                };
                let window = Window {
                    size: [2, 3],
                    stride: [stride; 2],
                    dilation: [dilation; 2],
                    padding: [[1, 0], [2, 1]],
                };
                let layer = gapcert::testing::conv(&mut numbers, input, 4, window, groups, true);
                let [height, width] = window.grid(input).unwrap();
                let hidden = Shape {
                    channels: 4,
                    height,
                    width,
                };
                let head = gapcert::testing::conv(
                    &mut numbers,
                    hidden,
                    3,
                    Window::whole(hidden),
                    1,
                    false,
                );
                let nodes = vec![(layer, vec![0]), (Op::Relu, vec![1]), (head, vec![2])];
                let graph = Graph::new(input, nodes, vec![]).unwrap();
                let data = sample(&mut numbers, input, 3, 700, true);
                let found = Margins::new(&graph, &data, &|_| {}).unwrap();
                for (exact, near) in naive::margins(&graph, &data)
                    .iter()
                    .zip(found.approximate())
                {
                    assert!((exact.to_f64() - near).abs() < 1e-10, "{exact} {near}");
                }
            }
        }
    }
}

fn one_weight(w: [f64; 2]) -> Graph {
    let conv = |name: &str, out, values: Vec<f64>| {
        Op::Conv(Conv {
            name: name.into(),
            kernel: Array4::from_shape_vec((out, values.len() / out, 1, 1), values).unwrap(),
            bias: None,
            window: Window::whole(Shape::vector(1)),
            groups: 1,
        })
    };
    let nodes = vec![
        (conv("a", 1, vec![w[0]]), vec![0]),
        (Op::Relu, vec![1]),
        (conv("b", 2, vec![w[1], 0.0]), vec![2]),
    ];
    Graph::new(Shape::vector(1), nodes, vec![]).unwrap()
}

/// 1/3 has no float: the threshold lies next to the margin, below what f64 sees.
#[test]
fn what_f64_leaves_open_is_decided_in_more_bits() {
    use gapcert::data::{Pixels, Sample};
    let pixels = Pixels::F64(ndarray::array![[1.0], [3.0]]);
    let data = Sample::new(pixels, vec![0, 0], Rational::from((1, 3)), vec![]).unwrap();
    let graph = one_weight([1.0, 1.0]);
    let found = Margins::new(&graph, &data, &|_| {}).unwrap();
    let threshold = |shift: i64| {
        let tiny = Rational::from((shift, 1u64 << 62)) / (1u64 << 62);
        exact(&(Rational::from((1, 3)) + tiny))
    };
    let (below, above) = (found.at_most(&threshold(-1)), found.at_most(&threshold(1)));
    assert_eq!((below.lo, below.hi, below.escalated), (0, 0, 1));
    assert_eq!((above.lo, above.hi, above.escalated), (1, 1, 1));
    assert!(below.bits >= 128 && below.undecided == 0);
    // A tie at a representable threshold.
    let tie = found.at_most(&Enclosure::exact(53, 1.0));
    assert_eq!((tie.lo, tie.hi), (2, 2));
}

/// Nothing is decided by numbers that overflow.
#[test]
fn huge_weights_are_escalated() {
    use gapcert::data::{Pixels, Sample};
    let pixels = Pixels::F64(ndarray::array![[1e200], [-1e200]]);
    let data = Sample::new(pixels, vec![0, 1], Rational::from(1), vec![]).unwrap();
    for (w, negative) in [([1e200, 1e200], 1), ([1e200, -1e200], 2)] {
        let graph = one_weight(w);
        let found = Margins::new(&graph, &data, &|_| {}).unwrap();
        let errors = found.errors();
        assert_eq!(
            (errors.lo, errors.hi, errors.undecided),
            (negative, negative, 0)
        );
        assert_eq!(errors.escalated, 2);
        let loss = found.ramp_loss(&Enclosure::exact(128, 1.0));
        let mean = Rational::from((negative, 2));
        assert!(loss.lo() <= mean && loss.hi() >= mean, "{loss:?}");
    }
}

#[test]
fn the_order_of_the_sample_changes_nothing() {
    let mut numbers = Numbers::seeded(3);
    let graph = network(&mut numbers, Features::default());
    let data = sample(&mut numbers, graph.input(), graph.classes(), 40, true);
    let order: Vec<usize> = (0..40).map(|i| (i * 7) % 40).collect();
    let other = data.select(&order).unwrap();
    let [a, b] = [&data, &other].map(|d| Margins::new(&graph, d, &|_| {}).unwrap());
    assert_eq!(a.errors(), b.errors());
    let gamma = Enclosure::exact(128, 0.5);
    let (x, y) = (a.ramp_loss(&gamma), b.ramp_loss(&gamma));
    assert!(x.lo() <= y.hi() && y.lo() <= x.hi());
}
