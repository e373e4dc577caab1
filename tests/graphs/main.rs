//! Networks as graphs: margins, path energies, norms of convolutions, and the
//! bounds made of them, against brute force on small sizes.

mod bounds;
mod convolution;
mod margins;
mod naive;
mod paths;
mod supremum;
