//! Operations as a library carries them: packed into bytes when it is compiled, unpacked once,
//! when somebody asks for them.
//!
//! A row as it is written and used takes seventy bytes and twenty more for each parameter,
//! most of them addresses of short texts. Packed, it is its texts, one after the other, and a
//! few bytes. What repeats is left out: how the names and paths of two rows in a row begin, what
//! a parameter is called in `snake_case`, a parameter that another row has. What cannot be bytes,
//! the functions and the rules of paging, stands beside them.
//!
//! [`operations!`](crate::api::operations) packs groups of rows and gives them as a slice.

use std::sync::OnceLock;

use crate::api::operation::{
    AnswerKind, Base, CredentialKind, Encoding, Fixed, FixedValue, Kind, Operation, Parameter,
    Place, Recover, Repeat, Shape, Success,
};
use crate::api::page::Paging;
use crate::api::parameters::snake;
use crate::http::Method;

/// Groups of rows, packed by the compiler, as the slice of them all.
macro_rules! operations {
    ($groups:expr) => {{
        use $crate::api::table::{Packed, Sizes, Table};
        const SIZES: Sizes = Packed::<0, 0, 0, 0>::of($groups).sizes;
        static PACKED: Packed<
            { SIZES.bytes },
            { SIZES.pagings },
            { SIZES.recovers },
            { SIZES.shapes },
        > = Packed::of($groups);
        static TABLE: Table = Table::new(&PACKED);
        TABLE.rows()
    }};
}
pub(crate) use operations;

/// Packed rows, unpacked when they are first asked for.
pub(crate) struct Table {
    packed: Unpacker,
    rows: OnceLock<Vec<Operation>>,
}

impl Table {
    pub(crate) const fn new<const B: usize, const P: usize, const R: usize, const S: usize>(
        packed: &'static Packed<B, P, R, S>,
    ) -> Self {
        Self {
            packed: Unpacker {
                bytes: &packed.bytes,
                pagings: &packed.pagings,
                recovers: &packed.recovers,
                shapes: &packed.shapes,
                parameters: Vec::new(),
            },
            rows: OnceLock::new(),
        }
    }

    /// Every row, in order.
    pub(crate) fn rows(&'static self) -> &'static [Operation] {
        self.rows.get_or_init(|| self.packed.clone().rows())
    }
}

/// Rows as bytes, and what they hold that is none: each in the order of the rows that have it.
///
/// Where there is no room, there are [`Sizes`] of the room that is needed.
pub(crate) struct Packed<const B: usize, const P: usize, const R: usize, const S: usize> {
    bytes: [u8; B],
    pagings: [Option<&'static Paging>; P],
    recovers: [Option<Recover>; R],
    shapes: [Option<Shape>; S],
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
            FixedValue::Tenant => 5,
            FixedValue::Text(_) => 6,
        };
        self.byte(fixed.place as u8 | tag << 2);
        match fixed.value {
            FixedValue::Boolean(_) | FixedValue::Tenant => {}
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

/// How the provider's name of a parameter follows from the caller's.
#[derive(Clone, Copy)]
enum Spelling {
    /// It is another one.
    Other,
    /// It is the same.
    Same,
    /// It is the same in `snake_case`.
    Snake,
}

impl Spelling {
    const ALL: [Self; 3] = [Self::Other, Self::Same, Self::Snake];

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

/// Reads rows back, in the order in which they were written.
#[derive(Clone)]
struct Unpacker {
    bytes: &'static [u8],
    pagings: &'static [Option<&'static Paging>],
    recovers: &'static [Option<Recover>],
    shapes: &'static [Option<Shape>],
    /// Those of the rows before.
    parameters: Vec<Parameter>,
}

impl Unpacker {
    fn rows(mut self) -> Vec<Operation> {
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
                5 => FixedValue::Tenant,
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

    const EVERYTHING: &[&[Operation]] = &[
        &[
            Operation::post("things.make", "/things/{id}")
                .with(&[
                    Parameter::path("id"),
                    Parameter::text("displayName").sent_as("name").required(),
                    Parameter::flag("emailVerified").sent_as("email_verified"),
                    Parameter::secret("idToken"),
                    Parameter::header("tenantSlug").sent_as("x-tenant-slug"),
                    Parameter::query("limit").of(Kind::Integer),
                    Parameter::fields("authConfig").sent_as("auth_Config"),
                    Parameter::object("metadata"),
                    Parameter::list("scopes"),
                    Parameter::text("ttl").of(Kind::Any),
                ])
                .sending(&[
                    fixed("a", Place::Body, FixedValue::Boolean(true)),
                    fixed("b", Place::Body, FixedValue::Boolean(false)),
                    fixed("c", Place::Body, FixedValue::CopyOf("displayName")),
                    fixed(
                        "d",
                        Place::Body,
                        FixedValue::Credential(CredentialKind::Master),
                    ),
                    fixed("e", Place::Query, FixedValue::Integer(255)),
                    fixed("f", Place::Query, FixedValue::Tenant),
                    fixed("g", Place::Query, FixedValue::Text("é")),
                ])
                .only(&[200, 404])
                .once(),
            Operation::delete("things.drop", "/things").about("thing"),
        ],
        &[
            Operation::get("url", "/x")
                .answering(AnswerKind::Url)
                .at_origin()
                .without_tenant()
                .by(CredentialKind::PublishableIfAny),
            Operation::patch("p", "/p")
                .encoded(Encoding::Form)
                .answering(AnswerKind::JsonOrEmpty)
                .by(CredentialKind::ControlPlane)
                .reading(),
            Operation::put("q", "/q").answering(AnswerKind::Bytes),
        ],
    ];

    const fn fixed(wire: &'static str, place: Place, value: FixedValue) -> Fixed {
        Fixed { wire, place, value }
    }

    #[test]
    fn what_was_packed_is_unpacked_as_it_was() {
        let written: Vec<_> = EVERYTHING.concat();
        assert_eq!(
            format!("{:?}", operations!(EVERYTHING)),
            format!("{written:?}")
        );
    }

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
