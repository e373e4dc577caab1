//! What the tests of the binary share: small networks and samples on disk, and
//! the program run on them.

pub mod files;
pub mod number;
pub mod run;
pub mod schema;
pub mod world;
