//! The arithmetic against big integers.

mod curve;
mod field;
mod reference;
mod scalar;
