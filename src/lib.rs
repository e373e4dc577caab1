//! Certified generalization bounds.
//!
//! Data flows one way: model and data are read ([`network`], [`data`]), turned
//! into certified measurements ([`measure`], over [`linalg`]), put into a
//! theorem ([`bound`]) at parameters found on a-priori grids ([`search`]), and
//! come out as a certificate ([`certify`], [`certificate`], [`report`]). Beside it,
//! [`audit`] puts numbers that others printed into the theorems they cite. Underneath is the
//! abstract real number and its interpreters ([`real`]).
pub mod audit;
pub mod bound;
pub mod certificate;
pub mod certify;
pub mod checker;
pub mod conform;
pub mod coq;
pub mod data;
pub mod demo;
pub mod error;
pub mod falsify;
pub mod input;
pub mod learner;
pub mod linalg;
pub mod measure;
pub mod network;
pub mod population;
pub mod real;
pub mod report;
pub mod search;
pub mod simulate;
#[cfg(feature = "testing")]
pub mod testing;
pub mod train;
