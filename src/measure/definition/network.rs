//! A network and its paths, one layer and one path at a time.

use super::{Matrix, inactivity, product, reduced_row_norm, sparse_norm};
use crate::bound::theorem_13::{sensitivities, thresholds};
use crate::real::{Enclosure, Real};
use std::cmp::Ordering;

/// A multilayer perceptron without biases, first layer first, at least one.
pub struct Layers<'a>(pub &'a [Matrix]);

/// The outputs at one input: a ReLU between two layers, none after the last.
pub fn outputs(layers: &[Matrix], x: &[Enclosure]) -> Vec<Enclosure> {
    layers.iter().enumerate().fold(x.to_vec(), |x, (k, w)| {
        let read = if k == 0 { x } else { relu(&x) };
        product(w, &read)
    })
}

fn relu(x: &[Enclosure]) -> Vec<Enclosure> {
    x.iter().map(|v| v.max(&v.int(0))).collect()
}

impl Layers<'_> {
    /// Number K of hidden layers.
    pub fn hidden(&self) -> usize {
        self.0.len() - 1
    }

    /// d_0..d_{K+1}.
    pub fn widths(&self) -> Vec<usize> {
        let first = self.0[0][0].len();
        [first]
            .into_iter()
            .chain(self.0.iter().map(Vec::len))
            .collect()
    }

    /// 3 gamma_k xi_k zeta_{k-1} and the like are `times` the radius of layer `k`,
    /// from 1, with the exact norms at s_1..s_{k-1}: xi_n of reduced rows, nu_n of the
    /// active block.
    fn radius(&self, k: usize, inactive: &[usize], eps: &Enclosure, zeta: &Enclosure) -> Enclosure {
        let s = |n: usize| if n == 0 { 0 } else { inactive[n - 1] };
        let one = eps.int(1);
        let xi = |n: usize| reduced_row_norm(&self.0[n - 1], s(n - 1));
        let nu = |n: usize| sparse_norm(&self.0[n - 1], s(n), s(n - 1));
        // No radius depends on what comes after its layer.
        let xi: Vec<_> = (1..=k).map(xi).chain([one.clone()]).collect();
        let nu: Vec<_> = (1..k).map(nu).chain([one.clone()]).collect();
        let mut eps = sensitivities(eps, self.hidden());
        eps.truncate(k);
        eps.push(one);
        thresholds(&eps, &xi, &nu, zeta).radius.swap_remove(k - 1)
    }

    /// The input of layer `k`, from 1.
    fn read(&self, k: usize, x: &[Enclosure]) -> Vec<Enclosure> {
        if k == 1 {
            x.to_vec()
        } else {
            relu(&outputs(&self.0[..k - 1], x))
        }
    }

    /// Whether some layer k with s_k > 0 has its s_k-th largest -(pre-activation) below
    /// `times` gamma_k xi_k zeta_{k-1}; `None` if that is not certain.
    pub fn is_lost(
        &self,
        x: &[Enclosure],
        inactive: &[usize],
        eps: &Enclosure,
        zeta_0: &Enclosure,
        times: &Enclosure,
    ) -> Option<bool> {
        let mut open = false;
        for k in (1..=self.hidden()).filter(|k| inactive[k - 1] > 0) {
            let a = inactivity(&self.0[k - 1], &self.read(k, x), inactive[k - 1]);
            let threshold = self.radius(k, inactive, eps, zeta_0) * times;
            match a.decide(&threshold) {
                Some(Ordering::Less) => return Some(true),
                Some(_) => {}
                None => open = true,
            }
        }
        if open { None } else { Some(false) }
    }

    /// s*(x, eps): layer by layer the largest s_k, below d_k, whose sparse local radius
    /// exceeds 3 gamma_k; `None` if a comparison is not certain.
    pub fn greedy(
        &self,
        x: &[Enclosure],
        eps: &Enclosure,
        zeta_0: &Enclosure,
    ) -> Option<Vec<usize>> {
        let mut chosen: Vec<usize> = Vec::new();
        for k in 1..=self.hidden() {
            let threshold = self.radius(k, &chosen, eps, zeta_0) * eps.int(3);
            let read = self.read(k, x);
            let mut s = self.0[k - 1].len() - 1;
            while s > 0 {
                let a = inactivity(&self.0[k - 1], &read, s);
                match a.decide(&threshold)? {
                    Ordering::Greater => break,
                    _ => s -= 1,
                }
            }
            chosen.push(s);
        }
        Some(chosen)
    }
}

/// What one convolution of one axis reads: kernel length, stride, zeros on each side.
pub type Window = [usize; 3];

/// The positions that output `q` reads, of `n`.
pub fn reads(window: Window, n: usize, q: usize) -> impl Iterator<Item = usize> {
    let [length, stride, padding] = window;
    let places = (0..length).filter_map(move |t| (q * stride + t).checked_sub(padding));
    places.filter(move |u| *u < n)
}

/// The sum over all paths, from a head that reads all outputs of the last window down to
/// a position, of the position's energy: every path is walked. `None` if there are more
/// than `most` of them, or a window does not fit.
pub fn path_energy(energies: &[Enclosure], windows: &[Window], most: usize) -> Option<Enclosure> {
    let ends = walked(energies.len(), windows, most)?;
    let zero = energies.first()?.int(0);
    let each = ends.iter().zip(energies);
    Some(each.fold(zero.clone(), |sum, (paths, e)| {
        sum + e.clone() * zero.int(*paths)
    }))
}

/// How many paths end at each of `n` positions; `None` as above.
fn walked(n: usize, windows: &[Window], most: usize) -> Option<Vec<i64>> {
    let mut widths = vec![n];
    for &[length, stride, padding] in windows {
        let padded = padding.checked_mul(2)?.checked_add(*widths.last()?)?;
        let width = padded.checked_sub(length)?.checked_div(stride)? + 1;
        // A place of the kernel is a step too.
        if width > most || length > most {
            return None;
        }
        widths.push(width);
    }
    let mut ends = vec![0; n];
    // (layer below which the path is, position there).
    let mut open: Vec<(usize, usize)> = (0..*widths.last()?).map(|q| (windows.len(), q)).collect();
    let mut steps = 0;
    while let Some((layer, q)) = open.pop() {
        steps += 1;
        if steps > most {
            return None;
        }
        match layer {
            0 => ends[q] += 1,
            _ => {
                let below = reads(windows[layer - 1], widths[layer - 1], q);
                open.extend(below.map(|u| (layer - 1, u)));
            }
        }
    }
    Some(ends)
}
