//! Lists of values that cross the border as bytes: texts, secrets and header fields.
//!
//! Before each value stand its number, one byte, and its length, four bytes beginning with the
//! lowest. What the number says is the reader's to know.

/// The number of a secret that is text; its bytes are UTF-8.
pub(super) const TEXT: u8 = 0;
/// The number that stands where there is no secret.
pub(super) const NONE: u8 = 2;

/// Values with their numbers.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let ([number, length @ ..], rest) = self.0.split_first_chunk::<5>()?;
        let (value, behind) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        self.0 = behind;
        Some((*number, value))
    }
}

impl<'a> Fields<'a> {
    /// The next value, which is text; empty where there is none.
    pub(super) fn text(&mut self) -> &'a str {
        self.next().map_or("", |(_, value)| text(value))
    }
}

/// A value that is text. The façade's encoder writes nothing but UTF-8.
pub(super) fn text(value: &[u8]) -> &str {
    core::str::from_utf8(value).unwrap_or_default()
}
