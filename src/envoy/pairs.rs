//! Header fields in the layout in which the proxy and the filter hand them over: their number,
//! the sizes of each name and value, then the bytes, each followed by a zero. Numbers have four
//! bytes, the lowest first.

/// The fields in a text of this layout, up to the first that is not whole.
pub(super) fn read(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let (sizes, mut rest) = split(bytes).unwrap_or_default();
    sizes.as_chunks().0.iter().map_while(move |sizes| {
        let sizes = u64::from_le_bytes(*sizes);
        let (name, behind) = part(rest, sizes as u32)?;
        let (value, behind) = part(behind, (sizes >> 32) as u32)?;
        rest = behind;
        Some((name, value))
    })
}

/// The sizes, and what follows them.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, behind) = bytes.split_first_chunk()?;
    behind.split_at_checked((u32::from_le_bytes(*count) as usize).checked_mul(8)?)
}

/// A name or a value, and what follows its zero.
fn part(bytes: &[u8], size: u32) -> Option<(&[u8], &[u8])> {
    let (part, behind) = bytes.split_at_checked(size as usize)?;
    Some((part, behind.get(1..)?))
}

/// Fields in this layout.
pub(super) fn write(fields: &[(&[u8], &[u8])]) -> Vec<u8> {
    let size = |part: &[u8]| (part.len() as u32).to_le_bytes();
    let mut bytes = (fields.len() as u32).to_le_bytes().to_vec();
    for (name, value) in fields {
        bytes.extend([size(name), size(value)].as_flattened());
    }
    for part in fields.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend(*part);
        bytes.push(0);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [(&[u8], &[u8]); 3] = [(b"a", b"\xff\0"), (b"", b""), (b"a", b"bc")];

    #[test]
    fn the_layout_is_that_of_the_interface() {
        let expected = b"\x01\0\0\0\x01\0\0\0\x02\0\0\0a\0bc\0";
        assert_eq!(write(&[(b"a", b"bc")]), expected);
        assert_eq!(write(&[]), [0; 4]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(read(&write(&FIELDS)).collect::<Vec<_>>(), FIELDS);
        assert_eq!(read(&write(&[])).count(), 0);
    }

    #[test]
    fn a_text_that_ends_early_has_fewer_fields_and_nothing_else() {
        let whole = write(&FIELDS);
        for length in 0..whole.len() {
            let found: Vec<_> = read(&whole[..length]).collect();
            assert!(found.len() < FIELDS.len(), "{length}");
            assert_eq!(found, FIELDS[..found.len()]);
        }
        assert_eq!(read(&[255; 64]).count(), 0);
    }
}
