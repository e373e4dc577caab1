//! Pattern search over integer grids: deterministic, derivative-free.

use std::cell::RefCell;
use std::collections::HashMap;

/// `f` with every value worked out once: searches from several starts end in the
/// same place, and a stride that is halved meets its neighbours again.
pub fn remembered(f: impl Fn(&[i32]) -> f64) -> impl Fn(&[i32]) -> f64 {
    let known = RefCell::new(HashMap::<Vec<i32>, f64>::new());
    move |c| {
        if let Some(value) = known.borrow().get(c) {
            return *value;
        }
        let value = f(c);
        known.borrow_mut().insert(c.to_vec(), value);
        value
    }
}

/// Minimises `f` from `start`, moving by `stride`, `stride/2`, ..., 1 along each
/// direction and back while that helps. `f` returns +inf outside the grid.
pub fn descend(
    start: &[i32],
    stride: i32,
    directions: &[Vec<i32>],
    f: impl Fn(&[i32]) -> f64,
) -> (Vec<i32>, f64) {
    let mut best = start.to_vec();
    let mut least = f(&best);
    let mut step = stride;
    while step >= 1 {
        let mut improved = false;
        for direction in directions {
            for sign in [step, -step] {
                // Keep going while it pays.
                loop {
                    let next: Vec<i32> = best
                        .iter()
                        .zip(direction)
                        .map(|(x, d)| x + sign * d)
                        .collect();
                    let value = f(&next);
                    if value < least {
                        (best, least) = (next, value);
                        improved = true;
                    } else {
                        break;
                    }
                }
            }
        }
        if !improved {
            step /= 2;
        }
    }
    (best, least)
}

/// The unit directions of `n` coordinates; then, within each of the `groups`,
/// all together, and each pair against each other (standard deviations trade off
/// along such ridges).
pub fn directions(n: usize, groups: &[std::ops::Range<usize>]) -> Vec<Vec<i32>> {
    let make = |f: &dyn Fn(usize) -> i32| (0..n).map(f).collect::<Vec<i32>>();
    let mut all: Vec<_> = (0..n).map(|i| make(&|j| i32::from(i == j))).collect();
    for group in groups {
        all.push(make(&|j| i32::from(group.contains(&j))));
        for a in group.clone() {
            for b in a + 1..group.end {
                all.push(make(&|j| i32::from(j == a) - i32::from(j == b)));
            }
        }
    }
    all
}
