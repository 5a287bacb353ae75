//! Pseudorandom values for generated tests: seeded, so that a failure can be repeated.

/// SplitMix64 (Steele, Lea and Flood 2014): small, and good enough to choose test cases.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Up to `longest` bytes.
    pub(crate) fn bytes(&mut self, longest: usize) -> Vec<u8> {
        let len = self.below(longest + 1);
        (0..len).map(|_| self.next() as u8).collect()
    }

    /// Up to `longest` characters: mostly ASCII, sometimes others that JSON, URLs and headers
    /// treat specially.
    pub(crate) fn text(&mut self, longest: usize) -> String {
        const ODD: [char; 12] = [
            '"', '\\', '/', '\0', '\n', '\u{1f}', '\u{7f}', 'é', '\u{2028}', '\u{feff}', '😀', '%',
        ];
        let len = self.below(longest + 1);
        (0..len)
            .map(|_| match self.below(5) {
                0 => *self.pick(&ODD),
                _ => char::from(b' ' + self.below(95) as u8),
            })
            .collect()
    }

    /// A JSON value, nested no deeper than `depth`.
    pub(crate) fn json(&mut self, depth: usize) -> serde_json::Value {
        use serde_json::{Number, Value};
        match self.below(if depth == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => Value::Bool(self.chance(50)),
            2 => Value::from(self.next() as i64 >> self.below(64)),
            3 => Number::from_f64(f64::from_bits(self.next())).map_or(Value::Null, Value::Number),
            4 => Value::String(self.text(12)),
            5 => (0..self.below(5)).map(|_| self.json(depth - 1)).collect(),
            _ => Value::Object(self.object(depth - 1)),
        }
    }

    /// The members of a JSON object.
    pub(crate) fn object(&mut self, depth: usize) -> serde_json::Map<String, serde_json::Value> {
        (0..self.below(6))
            .map(|_| (self.text(8), self.json(depth)))
            .collect()
    }
}

/// How many cases a generated test judges: `COUNTERSIGN_FUZZ_CASES`, or `default`.
pub(crate) fn cases(default: usize) -> usize {
    std::env::var("COUNTERSIGN_FUZZ_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}
