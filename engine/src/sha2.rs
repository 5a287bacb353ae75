//! STAND-IN
use alloc::vec::Vec;
/// Stand-in.
pub struct Sha512(Vec<u8>);
impl Sha512 {
    pub fn new() -> Self {
        Self(Vec::new())
    }
    pub fn update(&mut self, d: &[u8]) {
        self.0.extend_from_slice(d)
    }
    pub fn finish(self) -> [u8; 64] {
        <sha2x::Sha512 as sha2x::Digest>::digest(&self.0).into()
    }
}
