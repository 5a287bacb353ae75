//! Random cases that are the same in every run.

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014).
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// Any of `low..=high`, often one of the ends.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        match self.below(4) {
            0 => low,
            1 => high,
            _ => {
                let count = i128::from(high) - i128::from(low) + 1;
                (i128::from(low) + i128::from(self.next()) % count) as i64
            }
        }
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }

    /// Bytes in runs of zeros, ones, one random value or random values, which
    /// meet carries and borrows far more often than random bytes do.
    pub(crate) fn runs(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < length {
            let run = 1 + self.below(1 + length / 2);
            let value = self.next() as u8;
            match self.below(4) {
                0 => bytes.extend(vec![0; run]),
                1 => bytes.extend(vec![0xff; run]),
                2 => bytes.extend(vec![value; run]),
                _ => bytes.extend(self.bytes(run)),
            }
        }
        bytes.truncate(length);
        bytes
    }
}

/// How many cases to try: `COUNTERSIGN_FUZZ_CASES`, or else `default`.
pub(crate) fn cases(default: usize) -> usize {
    std::env::var("COUNTERSIGN_FUZZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(default)
}

/// Where to start: `COUNTERSIGN_FUZZ_SEED`, or else `default`.
pub(crate) fn seed(default: u64) -> u64 {
    std::env::var("COUNTERSIGN_FUZZ_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(default)
}
