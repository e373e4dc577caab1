//! The readers, from files on disk to typed objects and to refusals.

mod bad_archives;
mod bad_indices;
mod bad_networks;
mod bad_samples;
mod corruption;
mod folding;
mod good_networks;
mod good_samples;
mod real_files;
mod support;
