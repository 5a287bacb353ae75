//! Names within errors.

use core::fmt;
use core::ops::Deref;
use std::borrow::Cow;

/// The name of a claim, a header or a member that an error is about.
///
/// It is as wide as a pointer: errors travel by value through every call, and most calls succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(Box<Cow<'static, str>>);

impl Name {
    /// The name as text of its own.
    pub fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Name {
    fn from(name: T) -> Self {
        Self(Box::new(name.into()))
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}
