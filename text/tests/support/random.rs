//! Random cases that are the same in every run.

/// A sequence that looks random (Marsaglia, "Xorshift RNGs", 2003). Any start but zero.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 16) as usize % limit
    }

    pub(crate) fn pick(&mut self, bytes: &[u8]) -> u8 {
        bytes[self.below(bytes.len())]
    }

    /// Puts another byte of `bytes` to one place of a text, or in between, or takes one away.
    pub(crate) fn edit(&mut self, text: &mut Vec<u8>, bytes: &[u8]) {
        let (at, byte) = (self.below(text.len()), self.pick(bytes));
        match self.below(4) {
            0 | 1 => text[at] = byte,
            2 => text.insert(at, byte),
            _ => drop(text.remove(at)),
        }
    }
}
