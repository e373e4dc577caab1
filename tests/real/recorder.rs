//! A recorded formula, run on enclosures, is the formula.

use crate::random::Random;
use gapcert::real::recorder::{Node, Op, Program, Recorder};
use gapcert::real::{Enclosure, Real};
use rug::{Integer, Rational};

/// Every operation of [`Real`] at least once; a, b in (0,1).
fn every_operation<R: Real>(a: &R, b: &R) -> Vec<R> {
    let m = a.int(50);
    let sum = a.clone() + b + a.ratio(-7, 12);
    let quotient = (a.clone() * b - b.clone() / &m) / (a.clone() + a.int(2));
    let elementary = (-(a.clone())).exp() + b.sqrt() - a.ln() * b.powi(-3);
    vec![
        sum.min(&quotient).max(&elementary),
        elementary.clone() - a.ln_binomial(40, 7),
        a.kl(b) + a.kl_inv(&b.powi(2)) * m.ln_xi(),
        a.normal_upper_quantile() * b.chi_upper_quantile(5),
        a.binomial_upper(&a.int(3), &m) / elementary,
        (a.pi() * a).ceil() - b.cbrt().pow(&a.ratio(5, 2)),
        m.harmonic() + (a.int(3)).peeling() * b.grid_exponent(a, &m),
    ]
}

fn catoni<R: Real>(a: &R, b: &R) -> Vec<R> {
    let one = a.int(1);
    vec![(one.clone() - (-(a.clone() * b)).exp()) / (one - (-a.clone()).exp())]
}

fn program(f: impl Fn(&Node, &Node) -> Vec<Node>) -> Program {
    let recorder = Recorder::default();
    let (a, b) = (recorder.input("a", None), recorder.input("b", Some(1)));
    recorder.program(
        f(&a, &b)
            .into_iter()
            .enumerate()
            .map(|(i, x)| (i.to_string(), x)),
    )
}

#[test]
fn running_is_evaluating() {
    let mut r = Random::new(91);
    let programs = [program(every_operation), program(catoni)];
    for _ in 0..200 {
        let prec = r.precision();
        let (a, b) = (
            r.set(prec, Random::probability),
            r.set(prec, Random::probability),
        );
        for (program, direct) in programs
            .iter()
            .zip([every_operation(&a, &b), catoni(&a, &b)])
        {
            let values = program.run(&a, |name, index| match (name, index) {
                ("a", None) => a.clone(),
                ("b", Some(1)) => b.clone(),
                other => panic!("{other:?}"),
            });
            for ((_, step), direct) in program.outputs.iter().zip(direct) {
                let recorded = &values[*step];
                assert_eq!(recorded.is_defined(), direct.is_defined());
                assert_eq!((recorded.lo(), recorded.hi()), (direct.lo(), direct.hi()));
            }
        }
    }
}

#[test]
fn equal_steps_are_shared() {
    let recorder = Recorder::default();
    let a = recorder.input("a", None);
    let program = recorder.program([("x".into(), a.ratio(2, 4) + a.ratio(1, 2))]);
    assert_eq!(program.steps.len(), 3);
    assert_eq!(program.steps[1], Op::Constant(Rational::from((1, 2))));
}

/// A constant that does not fit i64 / i64 used to panic.
#[test]
fn large_constants_run() {
    let recorder = Recorder::default();
    let small = recorder.input("a", None).ratio(1, i64::MIN);
    let program = recorder.program([("x".into(), small)]);
    let like = Enclosure::integer(128, 1);
    let run = |p: &Program| p.run(&like, |_, _| like.clone());
    let exact = rug::Float::with_val(64, -2f64.powi(-63));
    assert!(run(&program)[1].contains(&exact));
    let huge = Rational::from((Integer::from(3) << 100, 7));
    let program = Program {
        steps: vec![Op::Constant(-huge.clone())],
        outputs: vec![],
    };
    let value = &run(&program)[0];
    assert!(value.lo() <= -huge.clone() && value.hi() >= -huge);
}

/// Mixing two tapes would silently record another formula.
#[test]
#[should_panic(expected = "two recorders")]
fn two_tapes_do_not_mix() {
    let (one, two) = (Recorder::default(), Recorder::default());
    let _ = one.input("a", None) + two.input("b", None);
}
