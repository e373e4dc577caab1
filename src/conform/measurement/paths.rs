//! Path energies of networks of convolutions of one axis.

use super::through::sample;
use super::{Arguments, Measurement, field};
use crate::bound::Domain;
use crate::conform::subject::{Field, Kind};
use crate::error::{Error, Result};
use crate::measure::NetworkPaths;
use crate::measure::definition::{self, Matrix, reads};
use crate::network::{Conv, Graph, Op, Shape, Window};
use crate::real::{Enclosure, Real};
use ndarray::Array4;

pub(super) fn entries() -> Vec<Measurement> {
    let energies = field(
        "energies",
        Kind::List,
        Some(Domain::NonNegative),
        "energy of each input position",
    );
    vec![
        Measurement {
            id: "network/path-energy",
            about: "M: the sum over paths, from the head through convolutions of one axis, of the leaf's energy",
            fields: [vec![energies], windows()].concat(),
            absolute_tolerance: 0.0,
            value: |x| path_energy(x, x.list("energies"), &read(x)?),
        },
        Measurement {
            id: "network/operator-energy",
            about: "O^2: the path energy with the positions of the first convolution for leaves, the energy of each the squared spectral norm of the matrix of what it reads of each sample",
            fields: [vec![sample()], windows()].concat(),
            absolute_tolerance: 0.0,
            value: operator_energy,
        },
    ]
}

fn windows() -> Vec<Field> {
    let counts = |name, domain, about| field(name, Kind::List, Some(domain), about);
    vec![
        counts(
            "kernels",
            Domain::AtLeastOne,
            "kernel length of each convolution",
        ),
        counts("strides", Domain::AtLeastOne, "stride of each"),
        counts(
            "paddings",
            Domain::Count,
            "zeros on each side of each, which have no energy",
        ),
    ]
}

/// Positions and layers of a network made for its paths at most.
const MOST_POSITIONS: usize = 4096;

/// Kernel length, stride and padding of each convolution.
fn read(x: &Arguments) -> Result<Vec<definition::Window>> {
    let integers = |name| x.integers(name, MOST_POSITIONS as u64);
    let (kernels, strides) = (integers("kernels")?, integers("strides")?);
    let paddings = integers("paddings")?;
    if strides.len() != kernels.len() || paddings.len() != kernels.len() {
        return Err(Error::domain(
            "a kernel, a stride and a padding each",
            "others",
        ));
    }
    let each = kernels.into_iter().zip(strides).zip(paddings);
    Ok(each
        .map(|((k, s), p)| [k as usize, s as usize, p as usize])
        .collect())
}

fn window([length, stride, padding]: definition::Window) -> Window {
    Window {
        size: [1, length],
        stride: [1, stride],
        dilation: [1, 1],
        padding: [[0, 0], [padding, padding]],
    }
}

/// Outputs of the window over so many positions.
fn positions(w: definition::Window, n: usize) -> Result<usize> {
    let shape = Shape {
        channels: 1,
        height: 1,
        width: n,
    };
    let grid = window(w).grid(shape).filter(|g| g[1] <= MOST_POSITIONS);
    let fits = || Error::domain("kernels that fit", "one that does not");
    grid.map(|[_, n]| n).ok_or_else(fits)
}

fn path_energy(
    x: &Arguments,
    energies: &[Enclosure],
    windows: &[definition::Window],
) -> Result<Enclosure> {
    if energies.is_empty() || energies.len() > MOST_POSITIONS {
        return Err(Error::domain(
            "at least one of `energies`",
            "none, or too many",
        ));
    }
    let mut shape = Shape {
        channels: 1,
        height: 1,
        width: energies.len(),
    };
    let input = shape;
    let conv = |window: Window| Conv {
        name: String::new(),
        kernel: Array4::ones((1, 1, window.size[0], window.size[1])),
        bias: None,
        window,
        groups: 1,
    };
    let mut nodes = Vec::new();
    for w in windows {
        let width = positions(*w, shape.width)?;
        nodes.push((Op::Conv(conv(window(*w))), vec![nodes.len()]));
        nodes.push((Op::Relu, vec![nodes.len()]));
        shape.width = width;
    }
    nodes.push((Op::Conv(conv(Window::whole(shape))), vec![nodes.len()]));
    let graph = Graph::new(input, nodes, vec![])?;
    let paths = NetworkPaths::new(&graph, x.prec);
    Ok(paths.path_energy(&graph, energies.to_vec(), x.zero()))
}

fn operator_energy(x: &Arguments) -> Result<Enclosure> {
    let (sample, windows) = (x.matrix("sample"), read(x)?);
    let Some((first, rest)) = windows.split_first() else {
        return Err(Error::domain("at least one convolution", "none"));
    };
    let n = sample[0].len();
    // Norms cost time in their smaller side, and all positions have one.
    if sample.len().min(first[0]) > super::LARGEST_DIMENSION || n > MOST_POSITIONS / 64 {
        return Err(Error::domain("a small sample or a short kernel", "another"));
    }
    let patch = |q: usize| -> Matrix {
        let read: Vec<usize> = reads(*first, n, q).collect();
        let row = |x: &Vec<Enclosure>| read.iter().map(|&u| x[u].clone()).collect();
        sample.iter().map(row).collect()
    };
    let energy = |q: usize| match patch(q) {
        none if none[0].is_empty() => x.zero(),
        patch => definition::spectral(&patch).powi(2),
    };
    let energies: Vec<Enclosure> = (0..positions(*first, n)?).map(energy).collect();
    path_energy(x, &energies, rest)
}
