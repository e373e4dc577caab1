//! Pattern search over integer grids: deterministic, derivative-free.

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

/// The unit directions of `n` coordinates, then one that moves all of `together`.
pub fn directions(n: usize, together: &[std::ops::Range<usize>]) -> Vec<Vec<i32>> {
    let unit = |i: usize| (0..n).map(|j| i32::from(i == j)).collect();
    let joint = |r: &std::ops::Range<usize>| (0..n).map(|j| i32::from(r.contains(&j))).collect();
    (0..n).map(unit).chain(together.iter().map(joint)).collect()
}
