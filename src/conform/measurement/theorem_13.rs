//! Thresholds of Theorem 13, and the effective dimension of Theorem 11.

use super::single_shot::shapes;
use super::{Measurement, field, numbers, scalar};
use crate::bound::{Domain, Effect, theorem_11, theorem_13};
use crate::conform::subject::Kind;
use crate::error::Error;
use crate::real::Real;

const LARGEST_WIDTH: u64 = 10_000_000;

pub(super) fn entries() -> Vec<Measurement> {
    let rising = |name, about| {
        let (kind, domain) = (Kind::HiddenLayers, Domain::NonNegative);
        numbers(name, kind, domain, Effect::Raises, about)
    };
    let list = |name, domain, about| field(name, Kind::List, Some(domain), about);
    vec![
        Measurement {
            id: "muthukumar-sulam-2023/theorem-13-activation",
            about: "gamma_k xi_k zeta_{k-1} of one hidden layer k, gamma_k = -1 + prod_{n<=k} (1+eps_n), zeta_k = nu_k zeta_{k-1}: the sparse local radius is compared with gamma_k in these units",
            fields: vec![
                rising("eps", "sensitivities of the K hidden layers"),
                rising("xi", "norms of a reduced row of the K hidden layers"),
                rising("nu", "norms of the K active blocks"),
                scalar(
                    "zeta_0",
                    Domain::NonNegative,
                    Effect::Raises,
                    "bound on ||x||",
                ),
                scalar("layer", Domain::AtLeastOne, Effect::Mixed, "k, <= K"),
            ],
            absolute_tolerance: 0.0,
            value: |x| {
                let (eps, xi, nu) = (x.list("eps"), x.list("xi"), x.list("nu"));
                if eps.len() != nu.len() || xi.len() != nu.len() {
                    return Err(Error::domain("K `eps`, K `xi` and K `nu`", "others"));
                }
                let k = x.integer("layer", nu.len() as u64)? as usize;
                // The output layer comes after every activation.
                let with_output = |hidden: &[_]| [hidden, &[x.zero().int(1)]].concat();
                let (eps, xi) = (with_output(eps), with_output(xi));
                let found = theorem_13::thresholds(&eps, &xi, nu, x.scalar("zeta_0"));
                let radius = found.radius.into_iter().nth(k - 1);
                radius.ok_or_else(|| Error::domain("`layer` <= K", "more"))
            },
        },
        Measurement {
            id: "muthukumar-sulam-2023/effective-width",
            about: "d_eff = max_k ((d_k-s_k) ln d_k + (d_{k-1}-s_{k-1}) ln d_{k-1})/2 over the K+1 layers, s_0 = s_{K+1} = 0",
            fields: vec![
                list("widths", Domain::AtLeastOne, "d_0..d_{K+1}, each <= 1e7"),
                numbers(
                    "inactive",
                    Kind::List,
                    Domain::Count,
                    Effect::Lowers,
                    "s_1..s_K, each below its width",
                ),
            ],
            absolute_tolerance: 0.0,
            value: |x| {
                let widths = x.integers("widths", LARGEST_WIDTH)?;
                let inactive = x.integers("inactive", LARGEST_WIDTH)?;
                if widths.len() != inactive.len() + 2 {
                    let expected = "`widths` of two more numbers than `inactive`";
                    return Err(Error::domain(expected, "others"));
                }
                let layers = shapes(&widths, &inactive)?;
                Ok(theorem_11::effective_width(&layers, &x.zero()))
            },
        },
    ]
}
