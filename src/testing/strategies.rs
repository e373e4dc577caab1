//! Strategies for proptest.

use super::networks::{Features, mlp, network, sample};
use super::numbers::Numbers;
use crate::conform::{Point, Subject, strategy};
use crate::data::Sample;
use crate::network::{Graph, Mlp, Shape};
use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Choices a network or a sample is made from: fewer and smaller ones make a simpler
/// one.
fn choices() -> impl Strategy<Value = Numbers> {
    prop::collection::vec(any::<u64>(), 0..400).prop_map(Numbers::of)
}

/// Networks with what `features` allow, of one to three hidden layers, on images of at
/// most 2 x 5 x 5.
pub fn graphs(features: Features) -> impl Strategy<Value = Graph> {
    choices().prop_map(move |mut numbers| network(&mut numbers, features))
}

/// Multilayer perceptrons of one to three hidden layers of at most `widest` units.
pub fn mlps(widest: usize) -> impl Strategy<Value = Mlp> {
    choices().prop_map(move |mut numbers| {
        let (inputs, classes) = (numbers.between(1, 5), numbers.between(2, 4));
        mlp(&mut numbers, inputs, widest, classes)
    })
}

/// A network, another of its shape, and a sample for them.
#[derive(Clone, Debug)]
pub struct World {
    pub mlp: Mlp,
    pub prior: Mlp,
    pub sample: Sample,
}

/// Small ones: at most 5 inputs, 5 units in a layer, 4 classes and 12 points.
pub fn worlds() -> impl Strategy<Value = World> {
    choices().prop_map(|mut numbers| {
        let (inputs, classes) = (numbers.between(1, 5), numbers.between(2, 4));
        let mlp = mlp(&mut numbers, inputs, 5, classes);
        let prior = nearby(&mut numbers, &mlp);
        let shape = Shape {
            channels: inputs,
            height: 1,
            width: 1,
        };
        let (m, bytes) = (numbers.between(2, 12), numbers.below(2) == 0);
        let sample = sample(&mut numbers, shape, classes, m, bytes);
        World { mlp, prior, sample }
    })
}

/// The same network with each weight off by at most 1/64.
fn nearby(numbers: &mut Numbers, mlp: &Mlp) -> Mlp {
    let mut layers = mlp.layers().to_vec();
    for layer in &mut layers {
        layer
            .weights
            .map_inplace(|w| *w += numbers.centred() / 64.0);
    }
    Mlp::new(layers, vec![]).expect("the same shapes")
}

/// Inputs of a bound or a measurement, as `gapcert conform` draws them; most are inside
/// its domain, which [`Subject::value`] says.
pub fn points(subject: Subject) -> impl Strategy<Value = Point> {
    Points { subject }
}

#[derive(Debug)]
struct Points {
    subject: Subject,
}

impl Strategy for Points {
    type Tree = PointTree;
    type Value = Point;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = any::<u64>().new_tree(runner)?.current();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        Ok(PointTree {
            subject: self.subject,
            failing: strategy::draw(&self.subject, &mut rng),
            tried: None,
            untried: None,
        })
    }
}

/// A point that fails, and simpler ones that may.
struct PointTree {
    subject: Subject,
    failing: Point,
    tried: Option<Point>,
    /// Simpler than `failing`, the next one last; `None` before they are asked for.
    untried: Option<Vec<Point>>,
}

impl ValueTree for PointTree {
    type Value = Point;

    fn current(&self) -> Point {
        self.tried.as_ref().unwrap_or(&self.failing).clone()
    }

    /// What is tried fails, too: go on from there.
    fn simplify(&mut self) -> bool {
        if let Some(tried) = self.tried.take() {
            self.failing = tried;
            self.untried = None;
        }
        self.next()
    }

    /// What is tried passes: try another.
    fn complicate(&mut self) -> bool {
        self.tried = None;
        self.next()
    }
}

impl PointTree {
    fn next(&mut self) -> bool {
        let untried = self.untried.get_or_insert_with(|| {
            let mut simpler = strategy::simpler(&self.subject, &self.failing);
            simpler.reverse();
            simpler
        });
        self.tried = untried.pop();
        self.tried.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::Datum;
    use proptest::test_runner::{Config, TestError};

    /// A property that is false is shrunk to the simplest inputs that show it.
    #[test]
    fn points_shrink() {
        let subject = Subject::find("pac-bayes/kl:sharp").unwrap();
        let mut runner = TestRunner::new(Config {
            failure_persistence: None,
            ..Config::default()
        });
        let small = |p: &Point| match p.get("kl") {
            Some(Datum::Number(x)) => x.parse::<f64>().is_ok_and(|x| x < 5.0),
            _ => false,
        };
        let failed = runner.run(&points(subject), |p| {
            prop_assert!(small(&p));
            Ok(())
        });
        let Err(TestError::Fail(_, simplest)) = failed else {
            panic!("{failed:?}");
        };
        assert!(!small(&simplest));
        let again = strategy::simpler(&subject, &simplest);
        assert!(again.iter().all(small), "{simplest:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 50, ..ProptestConfig::default() })]

        #[test]
        fn worlds_fit_together(world in worlds()) {
            prop_assert_eq!(world.mlp.dims(), world.prior.dims());
            prop_assert!(world.mlp.check_input(world.sample.dim()).is_ok());
            let classes = world.mlp.dims().last().copied();
            prop_assert!(classes.is_some_and(|c| world.sample.classes() <= c));
        }
    }
}
