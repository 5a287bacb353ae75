//! Unpacking, once for each table.

use super::{Packed, Spelling};
use crate::api::operation::{
    AnswerKind, Base, CredentialKind, Encoding, Fixed, FixedValue, Kind, Operation, Parameter,
    Place, Recover, Repeat, Shape, Success,
};
use crate::api::page::Paging;
use crate::api::parameters::snake;
use crate::http::Method;

/// Reads rows back, in the order in which they were written.
#[derive(Clone)]
pub(super) struct Unpacker {
    bytes: &'static [u8],
    pagings: &'static [Option<&'static Paging>],
    recovers: &'static [Option<Recover>],
    shapes: &'static [Option<Shape>],
    /// Those of the rows before.
    parameters: Vec<Parameter>,
}

impl Unpacker {
    pub(super) const fn of<const B: usize, const P: usize, const R: usize, const S: usize>(
        packed: &'static Packed<B, P, R, S>,
    ) -> Self {
        Self {
            bytes: &packed.bytes,
            pagings: &packed.pagings,
            recovers: &packed.recovers,
            shapes: &packed.shapes,
            parameters: Vec::new(),
        }
    }

    pub(super) fn rows(mut self) -> Vec<Operation> {
        let mut rows: Vec<Operation> = Vec::new();
        let mut before = ("", "");
        while !self.bytes.is_empty() {
            let row = self.operation(before);
            before = (row.name, row.path);
            rows.push(row);
        }
        rows
    }

    fn operation(&mut self, before: (&'static str, &'static str)) -> Operation {
        let (name, path) = (self.text_after(before.0), self.text_after(before.1));
        let subject = self.text();
        let (request, call, links) = (self.byte(), self.byte(), self.byte());
        Operation {
            name,
            method: one_of(METHODS, request & 7),
            base: one_of(BASES, request >> 3 & 1),
            path,
            success: match self.list(|packed| u16::from_le_bytes([packed.byte(), packed.byte()])) {
                [] => Success::Any,
                statuses => Success::Only(statuses),
            },
            parameters: self.list(Self::parameter),
            fixed: self.list(Self::fixed),
            encoding: one_of(ENCODINGS, request >> 4 & 1),
            credential: one_of(CREDENTIALS, call & 7),
            tenant: request >> 5 & 1 == 1,
            answer: one_of(ANSWERS, call >> 3 & 7),
            paging: next(&mut self.pagings, links & 1),
            recover: next(&mut self.recovers, links >> 1 & 1),
            shape: next(&mut self.shapes, links >> 2 & 1),
            repeat: one_of(REPEATS, call >> 6),
            subject,
        }
    }

    fn parameter(&mut self) -> Parameter {
        let number = usize::from(self.byte());
        if let Some(known) = self.parameters.get(number) {
            return *known;
        }
        let parameter = self.new_parameter();
        self.parameters.push(parameter);
        parameter
    }

    fn new_parameter(&mut self) -> Parameter {
        let (name, bits) = (self.text(), self.byte());
        Parameter {
            name,
            wire: match one_of(Spelling::ALL, bits >> 6) {
                Spelling::Other => self.text(),
                Spelling::Same => name,
                Spelling::Snake => snake(name).leak(),
            },
            place: one_of(PLACES, bits & 3),
            kind: one_of(KINDS, bits >> 2 & 7),
            required: bits >> 5 & 1 == 1,
        }
    }

    fn fixed(&mut self) -> Fixed {
        let (wire, bits) = (self.text(), self.byte());
        Fixed {
            wire,
            place: one_of(PLACES, bits & 3),
            value: match bits >> 2 {
                0 => FixedValue::Boolean(false),
                1 => FixedValue::Boolean(true),
                2 => FixedValue::CopyOf(self.text()),
                3 => FixedValue::Credential(one_of(CREDENTIALS, self.byte())),
                4 => FixedValue::Integer(self.byte().into()),
                5 => FixedValue::NoItems,
                6 => FixedValue::Tenant,
                _ => FixedValue::Text(self.text()),
            },
        }
    }

    /// A list, which lives as long as the table: as long as the program.
    fn list<T>(&mut self, read: fn(&mut Self) -> T) -> &'static [T] {
        let mut list = Vec::new();
        for _ in 0..self.byte() {
            list.push(read(self));
        }
        list.leak()
    }

    fn text_after(&mut self, before: &'static str) -> &'static str {
        let beginning = before.get(..usize::from(self.byte()));
        let rest = self.text();
        match beginning {
            None | Some("") => rest,
            Some(beginning) => [beginning, rest].concat().leak(),
        }
    }

    fn text(&mut self) -> &'static str {
        let size = self.byte();
        core::str::from_utf8(self.take(size.into())).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    fn take(&mut self, size: usize) -> &'static [u8] {
        // What was packed has all of it.
        let (taken, rest) = self.bytes.split_at_checked(size).unwrap_or_default();
        self.bytes = rest;
        taken
    }
}

/// Takes the next link where the row has one.
fn next<T: Copy>(links: &mut &'static [Option<T>], has_one: u8) -> Option<T> {
    match *links {
        [first, rest @ ..] if has_one == 1 => {
            *links = rest;
            *first
        }
        _ => None,
    }
}

/// The variant of a number, which was that of one.
fn one_of<T: Copy, const COUNT: usize>(all: [T; COUNT], number: u8) -> T {
    all[usize::from(number) % COUNT]
}

// Every variant, in the order of its declaration.
const ANSWERS: [AnswerKind; 5] = [
    AnswerKind::Bytes,
    AnswerKind::Empty,
    AnswerKind::Json,
    AnswerKind::JsonOrEmpty,
    AnswerKind::Url,
];
const BASES: [Base; 2] = [Base::Api, Base::Origin];
const CREDENTIALS: [CredentialKind; 7] = [
    CredentialKind::AccessToken,
    CredentialKind::ControlPlane,
    CredentialKind::Master,
    CredentialKind::None,
    CredentialKind::Publishable,
    CredentialKind::PublishableIfAny,
    CredentialKind::Secret,
];
const ENCODINGS: [Encoding; 2] = [Encoding::Form, Encoding::Json];
const KINDS: [Kind; 8] = [
    Kind::Any,
    Kind::Boolean,
    Kind::Fields,
    Kind::Integer,
    Kind::Object,
    Kind::Secret,
    Kind::Text,
    Kind::TextList,
];
const METHODS: [Method; 5] = [
    Method::Delete,
    Method::Get,
    Method::Patch,
    Method::Post,
    Method::Put,
];
const PLACES: [Place; 4] = [Place::Body, Place::Header, Place::Path, Place::Query];
const REPEATS: [Repeat; 3] = [Repeat::Always, Repeat::ByMethod, Repeat::Never];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_stands_where_its_number_says() {
        fn numbers<T: Copy, const N: usize>(all: [T; N], number: fn(T) -> u8) -> bool {
            (0..).zip(all).all(|(at, one)| number(one) == at)
        }
        assert!(numbers(ANSWERS, |one| one as u8));
        assert!(numbers(BASES, |one| one as u8));
        assert!(numbers(CREDENTIALS, |one| one as u8));
        assert!(numbers(ENCODINGS, |one| one as u8));
        assert!(numbers(KINDS, |one| one as u8));
        assert!(numbers(METHODS, |one| one as u8));
        assert!(numbers(PLACES, |one| one as u8));
        assert!(numbers(REPEATS, |one| one as u8));
        assert!(numbers(Spelling::ALL, |one| one as u8));
    }
}
