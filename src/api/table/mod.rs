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

mod pack;
mod unpack;

use std::sync::OnceLock;

use crate::api::operation::Operation;
use unpack::Unpacker;

pub(crate) use pack::{Packed, Sizes};

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
            packed: Unpacker::of(packed),
            rows: OnceLock::new(),
        }
    }

    /// Every row, in order.
    pub(crate) fn rows(&'static self) -> &'static [Operation] {
        self.rows.get_or_init(|| self.packed.clone().rows())
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
    const ALL: [Self; 3] = [Self::Other, Self::Same, Self::Snake];
}

#[cfg(test)]
mod tests {
    use crate::api::operation::{
        AnswerKind, CredentialKind, Encoding, Fixed, FixedValue, Kind, Operation, Parameter, Place,
    };

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
                    fixed("h", Place::Body, FixedValue::NoItems),
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
}
