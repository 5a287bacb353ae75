//! Packing, which the compiler does.

use super::Spelling;
use crate::api::operation::{Fixed, FixedValue, Operation, Parameter, Recover, Shape, Success};
use crate::api::page::Paging;

/// Rows as bytes, and what they hold that is none: each in the order of the rows that have it.
///
/// Where there is no room, there are [`Sizes`] of the room that is needed.
pub(crate) struct Packed<const B: usize, const P: usize, const R: usize, const S: usize> {
    pub(super) bytes: [u8; B],
    pub(super) pagings: [Option<&'static Paging>; P],
    pub(super) recovers: [Option<Recover>; R],
    pub(super) shapes: [Option<Shape>; S],
    pub(crate) sizes: Sizes,
}

/// How much room packed rows need.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) bytes: usize,
    pub(crate) pagings: usize,
    pub(crate) recovers: usize,
    pub(crate) shapes: usize,
}

impl<const B: usize, const P: usize, const R: usize, const S: usize> Packed<B, P, R, S> {
    pub(crate) const fn of(groups: &[&[Operation]]) -> Self {
        let mut packed = Self {
            bytes: [0; B],
            pagings: [None; P],
            recovers: [None; R],
            shapes: [None; S],
            sizes: Sizes {
                bytes: 0,
                pagings: 0,
                recovers: 0,
                shapes: 0,
            },
        };
        let mut earlier = Earlier::NOTHING;
        let mut groups = groups;
        while let [group, others @ ..] = groups {
            groups = others;
            let mut group = *group;
            while let [row, rest @ ..] = group {
                group = rest;
                packed.operation(row, &mut earlier);
            }
        }
        packed
    }

    const fn operation(&mut self, row: &Operation, earlier: &mut Earlier) {
        self.text_after(earlier.name, row.name);
        self.text_after(earlier.path, row.path);
        (earlier.name, earlier.path) = (row.name, row.path);
        self.text(row.subject);
        self.byte(
            row.method as u8
                | (row.base as u8) << 3
                | (row.encoding as u8) << 4
                | (row.tenant as u8) << 5,
        );
        self.byte(row.credential as u8 | (row.answer as u8) << 3 | (row.repeat as u8) << 6);
        self.links(row);
        let mut statuses: &[u16] = match row.success {
            Success::Any => &[],
            Success::Only(statuses) => statuses,
        };
        self.count(statuses.len());
        while let [status, rest @ ..] = statuses {
            statuses = rest;
            self.bytes_of(&status.to_le_bytes());
        }
        let mut parameters = row.parameters;
        self.count(parameters.len());
        while let [parameter, rest @ ..] = parameters {
            parameters = rest;
            let known = earlier.parameters;
            let number = earlier.number(parameter);
            self.count(number);
            if number == known {
                self.parameter(parameter);
            }
        }
        let mut fixed = row.fixed;
        self.count(fixed.len());
        while let [one, rest @ ..] = fixed {
            fixed = rest;
            self.fixed(one);
        }
    }

    /// Says which links a row has, and keeps them.
    const fn links(&mut self, row: &Operation) {
        self.byte(
            row.paging.is_some() as u8
                | (row.recover.is_some() as u8) << 1
                | (row.shape.is_some() as u8) << 2,
        );
        let sizes = &mut self.sizes;
        if row.paging.is_some() {
            if sizes.pagings < P {
                self.pagings[sizes.pagings] = row.paging;
            }
            sizes.pagings += 1;
        }
        if row.recover.is_some() {
            if sizes.recovers < R {
                self.recovers[sizes.recovers] = row.recover;
            }
            sizes.recovers += 1;
        }
        if row.shape.is_some() {
            if sizes.shapes < S {
                self.shapes[sizes.shapes] = row.shape;
            }
            sizes.shapes += 1;
        }
    }

    const fn parameter(&mut self, parameter: &Parameter) {
        let Parameter {
            name,
            wire,
            place,
            kind,
            required,
        } = *parameter;
        let spelling = Spelling::of(name, wire);
        self.text(name);
        self.byte(place as u8 | (kind as u8) << 2 | (required as u8) << 5 | (spelling as u8) << 6);
        if let Spelling::Other = spelling {
            self.text(wire);
        }
    }

    const fn fixed(&mut self, fixed: &Fixed) {
        self.text(fixed.wire);
        let tag = match fixed.value {
            FixedValue::Boolean(false) => 0,
            FixedValue::Boolean(true) => 1,
            FixedValue::CopyOf(_) => 2,
            FixedValue::Credential(_) => 3,
            FixedValue::Integer(_) => 4,
            FixedValue::NoItems => 5,
            FixedValue::Tenant => 6,
            FixedValue::Text(_) => 7,
        };
        self.byte(fixed.place as u8 | tag << 2);
        match fixed.value {
            FixedValue::Boolean(_) | FixedValue::NoItems | FixedValue::Tenant => {}
            FixedValue::CopyOf(text) | FixedValue::Text(text) => self.text(text),
            FixedValue::Credential(kind) => self.byte(kind as u8),
            FixedValue::Integer(number) => {
                assert!(number < 256);
                self.byte(number as u8);
            }
        }
    }

    /// How much of the beginning is that of the text before, and the rest.
    const fn text_after(&mut self, before: &str, text: &str) {
        let (mut before, mut rest) = (before.as_bytes(), text.as_bytes());
        while let ([one, before_rest @ ..], [other, text_rest @ ..]) = (before, rest)
            && *one == *other
        {
            (before, rest) = (before_rest, text_rest);
        }
        self.count(text.len() - rest.len());
        self.count(rest.len());
        self.bytes_of(rest);
    }

    const fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes_of(text.as_bytes());
    }

    /// How many of something follow: what does not fit a byte does not compile.
    const fn count(&mut self, count: usize) {
        assert!(count < 256);
        self.byte(count as u8);
    }

    const fn bytes_of(&mut self, mut bytes: &[u8]) {
        while let [byte, rest @ ..] = bytes {
            bytes = rest;
            self.byte(*byte);
        }
    }

    const fn byte(&mut self, byte: u8) {
        if self.sizes.bytes < B {
            self.bytes[self.sizes.bytes] = byte;
        }
        self.sizes.bytes += 1;
    }
}

/// What rows refer to that were packed before.
struct Earlier {
    name: &'static str,
    path: &'static str,
    known: [Parameter; 256],
    parameters: usize,
}

impl Earlier {
    const NOTHING: Self = Self {
        name: "",
        path: "",
        known: [Parameter::path(""); 256],
        parameters: 0,
    };

    /// The number under which a parameter is known from now on.
    const fn number(&mut self, parameter: &Parameter) -> usize {
        let mut number = 0;
        while number < self.parameters && !is_same(&self.known[number], parameter) {
            number += 1;
        }
        if number == self.parameters {
            self.known[number] = *parameter;
            self.parameters += 1;
        }
        number
    }
}

const fn is_same(one: &Parameter, other: &Parameter) -> bool {
    one.place as u8 == other.place as u8
        && one.kind as u8 == other.kind as u8
        && one.required == other.required
        && is_spelled(one.name.as_bytes(), other.name.as_bytes(), false)
        && is_spelled(one.wire.as_bytes(), other.wire.as_bytes(), false)
}

impl Spelling {
    const fn of(name: &str, wire: &str) -> Self {
        if is_spelled(name.as_bytes(), wire.as_bytes(), false) {
            Self::Same
        } else if is_spelled(name.as_bytes(), wire.as_bytes(), true) {
            Self::Snake
        } else {
            Self::Other
        }
    }
}

/// Whether `wire` is `name`, in `snake_case` where that is asked for.
const fn is_spelled(mut name: &[u8], mut wire: &[u8], in_snake_case: bool) -> bool {
    while let [letter, rest @ ..] = name {
        name = rest;
        let mut expected = *letter;
        if in_snake_case && letter.is_ascii_uppercase() {
            let [b'_', rest @ ..] = wire else {
                return false;
            };
            wire = rest;
            expected = letter.to_ascii_lowercase();
        }
        wire = match wire {
            [sent, rest @ ..] if *sent == expected => rest,
            _ => return false,
        };
    }
    wire.is_empty()
}
