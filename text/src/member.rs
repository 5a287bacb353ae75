//! The members of an object, found by name without a walk through every name's text.

use std::borrow::Cow;

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

/// Whether a name stands twice. Few names are compared, many are sorted, so that a long object
/// costs no square.
pub(crate) fn has_repeated(members: &[Member<'_>]) -> bool {
    if members.len() > 16 {
        let names: Vec<&str> = members.iter().map(|member| member.name.as_ref()).collect();
        return repeated(&names).contains(&true);
    }
    // A name is looked for among those before it where one of them has its bit; most have their own.
    let mut bits = 0u64;
    members.iter().enumerate().any(|(at, member)| {
        let bit = 1 << (member.key.wrapping_mul(SPREAD) >> 58);
        let may_be = bits & bit != 0;
        bits |= bit;
        let mut before = members.iter().take(at);
        may_be && before.any(|other| other.is(member.key, &member.name))
    })
}

/// An odd number whose product has its highest bits from every bit of the other factor.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Which names stand again further on.
///
/// By a heap of its own, because it is a tenth of what a sort brings along.
pub fn repeated(names: &[&str]) -> Vec<bool> {
    let mut heap: Vec<(&str, usize)> = names.iter().copied().zip(0..).collect();
    for root in (0..heap.len() / 2).rev() {
        sift_down(&mut heap, root);
    }
    let mut repeated = vec![false; names.len()];
    let mut last = None;
    while let Some((name, place)) = heap.first().copied() {
        // Of equal names the one that stands last comes first.
        if last == Some(name)
            && let Some(repeated) = repeated.get_mut(place)
        {
            *repeated = true;
        }
        last = Some(name);
        heap.swap_remove(0);
        sift_down(&mut heap, 0);
    }
    repeated
}

/// Puts the entry at `root` in its place among those below it: none is greater than the one above.
#[inline(never)]
fn sift_down(heap: &mut [(&str, usize)], mut root: usize) {
    loop {
        let left = 2 * root + 1;
        let children = (left..heap.len()).take(2);
        let Some(greater) = children.max_by_key(|child| heap.get(*child)) else {
            return;
        };
        if heap.get(greater) <= heap.get(root) {
            return;
        }
        heap.swap(root, greater);
        root = greater;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_found_wherever_it_stands() {
        let are_repeated = |names: &[String]| {
            let member = |name: &String| Member::new(Cow::Owned(name.clone()), Value::Null);
            has_repeated(&names.iter().map(member).collect::<Vec<_>>())
        };
        for count in [1, 2, 15, 16, 17, 40] {
            for stem in ["", "k", "a name of some length "] {
                let names: Vec<_> = (0..count).map(|n| format!("{stem}{n}")).collect();
                assert!(!are_repeated(&names), "{names:?}");
                for (first, second) in (0..count).flat_map(|b| (0..b).map(move |a| (a, b))) {
                    let mut names = names.clone();
                    names[second] = names[first].clone();
                    assert!(are_repeated(&names), "{names:?}");
                }
            }
        }
    }
}
