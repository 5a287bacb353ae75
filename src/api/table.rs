//! Operations as a library carries them: packed into bytes when it is compiled, unpacked once,
//! when somebody asks for them.
//!
//! A row as it is written and used takes seventy bytes and twenty more for each parameter,
//! most of them addresses of short texts. Packed, it is its texts, one after the other, and a
//! few bytes; names that follow from others by the rule of `camelCase` and `snake_case` are left
//! out. What cannot be bytes, the functions and the rules of paging, stands beside them.
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
        use $crate::api::table::{Links, Packer, Table};
        const BYTES: usize = Packer::<0>::pack($groups).size();
        const ROWS: usize = Packer::<0>::pack($groups).rows();
        static PACKED: [u8; BYTES] = Packer::<BYTES>::pack($groups).bytes();
        static LINKS: [Links; ROWS] = Links::of($groups);
        static TABLE: Table = Table::new(&PACKED, &LINKS);
        TABLE.rows()
    }};
}
pub(crate) use operations;

/// Packed rows.
pub(crate) struct Table {
    packed: &'static [u8],
    links: &'static [Links],
    rows: OnceLock<Vec<Operation>>,
}

impl Table {
    pub(crate) const fn new(packed: &'static [u8], links: &'static [Links]) -> Self {
        Self {
            packed,
            links,
            rows: OnceLock::new(),
        }
    }

    /// Every row, in order.
    pub(crate) fn rows(&'static self) -> &'static [Operation] {
        self.rows.get_or_init(|| {
            let mut packed = Unpacker(self.packed);
            let rows = self.links.iter().map_while(|links| packed.operation(links));
            rows.collect()
        })
    }
}

/// What a row holds that is not made of bytes.
#[derive(Clone, Copy)]
pub(crate) struct Links {
    paging: Option<&'static Paging>,
    recover: Option<Recover>,
    shape: Option<Shape>,
}

impl Links {
    const NONE: Self = Self {
        paging: None,
        recover: None,
        shape: None,
    };

    pub(crate) const fn of<const ROWS: usize>(mut groups: &[&[Operation]]) -> [Self; ROWS] {
        let mut links = [Self::NONE; ROWS];
        let mut at = 0;
        while let [group, others @ ..] = groups {
            groups = others;
            let mut group = *group;
            while let [row, rest @ ..] = group {
                group = rest;
                links[at] = Self {
                    paging: row.paging,
                    recover: row.recover,
                    shape: row.shape,
                };
                at += 1;
            }
        }
        links
    }
}

/// Writes rows as bytes. One that has no room for them counts how many there would be.
pub(crate) struct Packer<const SIZE: usize> {
    bytes: [u8; SIZE],
    size: usize,
    rows: usize,
}

impl<const SIZE: usize> Packer<SIZE> {
    pub(crate) const fn pack(mut groups: &[&[Operation]]) -> Self {
        let mut packer = Self {
            bytes: [0; SIZE],
            size: 0,
            rows: 0,
        };
        while let [group, others @ ..] = groups {
            groups = others;
            let mut group = *group;
            while let [row, rest @ ..] = group {
                group = rest;
                packer.operation(row);
                packer.rows += 1;
            }
        }
        packer
    }

    pub(crate) const fn bytes(self) -> [u8; SIZE] {
        self.bytes
    }

    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    const fn operation(&mut self, row: &Operation) {
        self.text(row.name);
        self.text(row.path);
        self.text(row.subject);
        self.byte(
            row.method as u8
                | (row.base as u8) << 3
                | (row.encoding as u8) << 4
                | (row.tenant as u8) << 5,
        );
        self.byte(row.credential as u8 | (row.answer as u8) << 3 | (row.repeat as u8) << 6);
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
            self.parameter(parameter);
        }
        let mut fixed = row.fixed;
        self.count(fixed.len());
        while let [one, rest @ ..] = fixed {
            fixed = rest;
            self.fixed(one);
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
            FixedValue::Integer(number) => self.bytes_of(&number.to_le_bytes()),
        }
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
        if self.size < SIZE {
            self.bytes[self.size] = byte;
        }
        self.size += 1;
    }
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
    const ALL: &[Self] = &[Self::Other, Self::Same, Self::Snake];

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
struct Unpacker(&'static [u8]);

impl Unpacker {
    fn operation(&mut self, links: &Links) -> Option<Operation> {
        let (name, path, subject) = (self.text()?, self.text()?, self.text()?);
        let (request, call) = (self.byte()?, self.byte()?);
        let statuses = self.list(|packed| Some(u16::from_le_bytes(packed.array()?)))?;
        Some(Operation {
            name,
            method: one_of(METHODS, request & 7)?,
            base: one_of(BASES, request >> 3 & 1)?,
            path,
            parameters: self.list(Self::parameter)?,
            fixed: self.list(Self::fixed)?,
            encoding: one_of(ENCODINGS, request >> 4 & 1)?,
            credential: one_of(CREDENTIALS, call & 7)?,
            tenant: request >> 5 & 1 == 1,
            success: match statuses {
                [] => Success::Any,
                statuses => Success::Only(statuses),
            },
            answer: one_of(ANSWERS, call >> 3 & 7)?,
            paging: links.paging,
            shape: links.shape,
            recover: links.recover,
            repeat: one_of(REPEATS, call >> 6)?,
            subject,
        })
    }

    fn parameter(&mut self) -> Option<Parameter> {
        let (name, bits) = (self.text()?, self.byte()?);
        Some(Parameter {
            name,
            wire: match one_of(Spelling::ALL, bits >> 6)? {
                Spelling::Other => self.text()?,
                Spelling::Same => name,
                Spelling::Snake => snake(name).leak(),
            },
            place: one_of(PLACES, bits & 3)?,
            kind: one_of(KINDS, bits >> 2 & 7)?,
            required: bits >> 5 & 1 == 1,
        })
    }

    fn fixed(&mut self) -> Option<Fixed> {
        let (wire, bits) = (self.text()?, self.byte()?);
        Some(Fixed {
            wire,
            place: one_of(PLACES, bits & 3)?,
            value: match bits >> 2 {
                0 => FixedValue::Boolean(false),
                1 => FixedValue::Boolean(true),
                2 => FixedValue::CopyOf(self.text()?),
                3 => FixedValue::Credential(one_of(CREDENTIALS, self.byte()?)?),
                4 => FixedValue::Integer(u64::from_le_bytes(self.array()?)),
                5 => FixedValue::Tenant,
                _ => FixedValue::Text(self.text()?),
            },
        })
    }

    /// A list, which lives as long as the table: as long as the program.
    fn list<T>(&mut self, read: fn(&mut Self) -> Option<T>) -> Option<&'static [T]> {
        let mut list = Vec::new();
        for _ in 0..self.byte()? {
            list.push(read(self)?);
        }
        Some(list.leak())
    }

    fn text(&mut self) -> Option<&'static str> {
        let size = self.byte()?;
        core::str::from_utf8(self.take(usize::from(size))?).ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn array<const SIZE: usize>(&mut self) -> Option<[u8; SIZE]> {
        self.take(SIZE)?.try_into().ok()
    }

    fn take(&mut self, size: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(taken)
    }
}

fn one_of<T: Copy>(all: &[T], number: u8) -> Option<T> {
    all.get(usize::from(number)).copied()
}

// Every variant, in the order of its declaration.
const ANSWERS: &[AnswerKind] = &[
    AnswerKind::Bytes,
    AnswerKind::Empty,
    AnswerKind::Json,
    AnswerKind::JsonOrEmpty,
    AnswerKind::Url,
];
const BASES: &[Base] = &[Base::Api, Base::Origin];
const CREDENTIALS: &[CredentialKind] = &[
    CredentialKind::AccessToken,
    CredentialKind::ControlPlane,
    CredentialKind::Master,
    CredentialKind::None,
    CredentialKind::Publishable,
    CredentialKind::PublishableIfAny,
    CredentialKind::Secret,
];
const ENCODINGS: &[Encoding] = &[Encoding::Form, Encoding::Json];
const KINDS: &[Kind] = &[
    Kind::Any,
    Kind::Boolean,
    Kind::Fields,
    Kind::Integer,
    Kind::Object,
    Kind::Secret,
    Kind::Text,
    Kind::TextList,
];
const METHODS: &[Method] = &[
    Method::Delete,
    Method::Get,
    Method::Patch,
    Method::Post,
    Method::Put,
];
const PLACES: &[Place] = &[Place::Body, Place::Header, Place::Path, Place::Query];
const REPEATS: &[Repeat] = &[Repeat::Always, Repeat::ByMethod, Repeat::Never];

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
                    fixed("d", Place::Body, FixedValue::Credential(CredentialKind::Master)),
                    fixed("e", Place::Query, FixedValue::Integer(u64::MAX)),
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
        assert_eq!(format!("{:?}", operations!(EVERYTHING)), format!("{written:?}"));
    }

    #[test]
    fn every_variant_stands_where_its_number_says() {
        fn numbers<T: Copy>(all: &[T], number: fn(T) -> u8) -> bool {
            (0..).zip(all).all(|(at, one)| number(*one) == at)
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

    #[test]
    fn a_row_that_is_cut_short_is_no_row() {
        const SIZE: usize = Packer::<0>::pack(EVERYTHING).size();
        static PACKED: [u8; SIZE] = Packer::<SIZE>::pack(EVERYTHING).bytes();
        let first = |size: usize| Unpacker(&PACKED[..size]).operation(&Links::NONE);
        let whole = (0..=SIZE).find(|size| first(*size).is_some());
        assert!(whole.is_some_and(|whole| whole > 100));
        assert!((0..whole.unwrap()).all(|size| first(size).is_none()));
    }
}
