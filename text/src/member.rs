//! The members of an object, found by name without a walk through every name's text.

use std::borrow::Cow;
use std::collections::BinaryHeap;

use crate::json::Value;

/// A name with its value.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    key: u64,
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: Value<'a>,
}

impl<'a> Member<'a> {
    pub(crate) fn new(name: Cow<'a, str>, value: Value<'a>) -> Self {
        Self {
            key: key_of(&name),
            name,
            value,
        }
    }

    fn is(&self, key: u64, name: &str) -> bool {
        // Of names below eight bytes, the key holds every one.
        self.key == key && self.name.len() == name.len() && (name.len() < 8 || *self.name == *name)
    }
}

/// The beginning of a name and its length: where they differ, so do the names.
fn key_of(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let start = match bytes.first_chunk::<8>() {
        Some(start) => u64::from_le_bytes(*start),
        None => bytes
            .iter()
            .fold(0, |key, byte| key << 8 | u64::from(*byte)),
    };
    start ^ (bytes.len() as u64) << 56
}

/// The member of this name.
pub(crate) fn find<'m, 'a>(members: &'m [Member<'a>], name: &str) -> Option<&'m Member<'a>> {
    let key = key_of(name);
    members.iter().find(|member| member.is(key, name))
}

/// Whether a name stands twice. Few names are compared pairwise, many by sorting, so that a long
/// object costs no square.
pub(crate) fn has_repeated(members: &[Member<'_>]) -> bool {
    if members.len() <= 16 {
        return (1..members.len()).any(|i| {
            let (before, member) = (&members[..i], &members[i]);
            before
                .iter()
                .any(|other| other.is(member.key, &member.name))
        });
    }
    let names: Vec<&str> = members.iter().map(|member| member.name.as_ref()).collect();
    !repeated(&names).is_empty()
}

/// The places of names that stand again further on, in no order.
///
/// A heap, because its code is a fifth of what a sort brings along.
pub fn repeated(names: &[&str]) -> Vec<usize> {
    let mut heap: BinaryHeap<(&str, usize)> = names.iter().copied().zip(0..).collect();
    let mut repeated = Vec::new();
    let mut last = None;
    while let Some((name, place)) = heap.pop() {
        // Of equal names the one that stands last comes first.
        if last == Some(name) {
            repeated.push(place);
        }
        last = Some(name);
    }
    repeated
}
