//! Part E of the theory on our own code: over random inputs of bounds, random networks
//! and random samples, from the strategies that `gapcert::testing` offers to others.
//!
//! | module | subject |
//! | --- | --- |
//! | `bounds` | monotony, order of forms, ranges, domains |
//! | `networks` | permuted, dead and rescaled units: what measures and bounds keep |
//! | `samples` | permuted and doubled samples, margins, losses |
//! | `sparsity` | sparse norms, radii, thresholds and the activity ratio along s and eps |
//! | `points` | what `gapcert conform` asks of others, asked of our own values |

mod bounds;
mod networks;
mod points;
mod samples;
mod sparsity;

use gapcert::real::Enclosure;

/// Whether two enclosures may be of one number.
fn meet(x: &Enclosure, y: &Enclosure) -> bool {
    x.is_defined() && y.is_defined() && !x.certainly_lt(y) && !y.certainly_lt(x)
}
