//! Just enough DER (ITU-T X.690) to find a public key: definite lengths, shortest form.

/// A reader over the contents of one constructed value.
#[derive(Clone, Copy)]
pub(super) struct Der<'a>(&'a [u8]);

pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const VERSION: u8 = 0xa0;

impl<'a> Der<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The contents of the next value, which must carry `tag`.
    pub(super) fn value(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, contents, rest) = split(self.0)?;
        if found != tag {
            return None;
        }
        self.0 = rest;
        Some(contents)
    }

    /// A reader over the next value, a sequence.
    pub(super) fn sequence(&mut self) -> Option<Self> {
        self.value(SEQUENCE).map(Self)
    }

    /// A non-negative integer without its sign byte.
    pub(super) fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.value(INTEGER)? {
            [0, rest @ ..] if rest.first().is_some_and(|b| *b >= 0x80) => Some(rest),
            positive @ [1..=0x7f, ..] => Some(positive),
            _ => None,
        }
    }

    /// A bit string of whole bytes.
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        match self.value(BIT_STRING)? {
            [0, bytes @ ..] => Some(bytes),
            _ => None,
        }
    }

    /// Skips the next value, whatever it is.
    pub(super) fn skip(&mut self) -> Option<()> {
        (_, _, self.0) = split(self.0)?;
        Some(())
    }

    /// Skips the next value if it carries `tag`.
    pub(super) fn skip_optional(&mut self, tag: u8) -> Option<()> {
        if self.0.first() == Some(&tag) {
            self.skip()
        } else {
            Some(())
        }
    }

    /// What has not been read.
    pub(super) const fn rest(self) -> &'a [u8] {
        self.0
    }

    /// `Some` when nothing is left.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Tag, contents and what follows of the first value.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let len = digits.iter().fold(0, |len, b| len << 8 | usize::from(*b));
            let shortest = digits.first() != Some(&0) && len > 0x7f;
            (shortest.then_some(len)?, rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(len)?;
    Some((*tag, contents, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_one_spelling() {
        assert_eq!(Der::new(&[2, 1, 5]).unsigned(), Some(&[5][..]));
        for bytes in [
            &[2, 0x81, 1, 5][..],
            &[2, 0x80, 5],
            &[2, 2, 5],
            &[2],
            &[],
            &[2, 0x84, 0, 0, 0, 1, 5],
            // Another tag, and a length that one byte less could spell.
            &[4, 1, 5],
            &[&[2, 0x81, 0x7f][..], &[5; 0x7f]].concat(),
            &[&[2, 0x82, 0, 0x80][..], &[5; 0x80]].concat(),
        ] {
            assert_eq!(Der::new(bytes).unsigned(), None);
        }
        for contents in [0x80, 0xff] {
            let head = [0x03, 0x81, contents as u8, 0];
            let long = [&head[..], &vec![7; contents - 1]].concat();
            assert_eq!(Der::new(&long).bytes(), Some(&vec![7; contents - 1][..]));
        }
        let longer = [&[0x03, 0x82, 1, 0, 0][..], &[7; 0xff]].concat();
        assert_eq!(Der::new(&longer).bytes(), Some(&[7; 0xff][..]));
    }

    #[test]
    fn integers_are_minimal_and_positive() {
        assert_eq!(Der::new(&[2, 2, 0, 0x80]).unsigned(), Some(&[0x80][..]));
        for bytes in [&[2, 2, 0, 0x7f][..], &[2, 1, 0x80], &[2, 0], &[2, 1, 0]] {
            assert_eq!(Der::new(bytes).unsigned(), None);
        }
    }
}
