//! Tests of the certified arithmetic: one module per function, each against an
//! oracle at four times the precision that does not go through the code under
//! test (MPFR to nearest, or exact integers and rationals).

mod adversarial;
mod arithmetic;
mod binomial_upper;
mod chi;
mod decimal;
mod elementary;
mod float64;
mod grid_exponent;
mod harmonic;
mod interval;
mod kl;
mod kl_inverse;
mod laws;
mod ln_binomial;
mod normal;
mod peeling;
mod random;
mod recorder;
mod special;
mod xi;
