//! The readers, from files on disk to typed objects and to refusals.

mod architecture;
mod bad_archives;
mod bad_indices;
mod bad_networks;
mod bad_onnx;
mod bad_samples;
mod folding;
mod forward;
mod good_networks;
mod good_samples;
mod onnx;
mod onnx_writer;
mod real_files;
mod support;
