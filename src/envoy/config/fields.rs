//! Reading configuration with the path of every field at hand, so that a mistake is named by
//! where it stands.
//!
//! A mistake is noted and reading goes on with nothing in the field's place, so that readers
//! take one field after the other; whoever began asks [`Problems::check`] at the end.

use std::cell::OnceCell;

use crate::error::ConfigError;
use crate::json::{Json, Members, Object, Value};

/// The first mistake of a configuration.
#[derive(Default)]
pub(super) struct Problems(OnceCell<ConfigError>);

/// The members of one configured object that have not been read yet.
pub(super) struct Fields<'a> {
    pub(super) path: String,
    members: Members,
    problems: &'a Problems,
}

/// A configured value and where it stands.
pub(super) struct Field<'a> {
    pub(super) path: String,
    pub(super) value: Json,
    problems: &'a Problems,
}

impl Problems {
    /// Passes when nothing was noted.
    ///
    /// # Errors
    ///
    /// The first mistake.
    pub(super) fn check(self) -> Result<(), ConfigError> {
        self.0.into_inner().map_or(Ok(()), Err)
    }

    /// Notes a mistake, unless there was one before.
    #[cold]
    #[inline(never)]
    pub(super) fn note(&self, path: &str, problem: &str) {
        let mistake = || ConfigError::new(path.to_owned(), problem.to_owned());
        self.0.get_or_init(mistake);
    }
}

impl<'a> Fields<'a> {
    /// The whole document. A member that stands twice in an object is refused, as two readers may
    /// take two of them.
    pub(super) fn of(text: &[u8], problems: &'a Problems) -> Self {
        let members = match Json::parse(text) {
            Ok(Json::Object(members)) => members,
            Ok(_) => nothing(problems, "must be a JSON object"),
            Err(_) => nothing(
                problems,
                "is not JSON, which has no comments and no comma after the last member",
            ),
        };
        if repeats(text) {
            problems.note("configuration", "holds a member twice");
        }
        Self {
            path: String::new(),
            members,
            problems,
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Field<'a>> {
        let value = self.members.remove(name)?;
        Some(self.field(name, value))
    }

    /// A field that has to be there.
    pub(super) fn required(&mut self, name: &str) -> Field<'a> {
        match self.members.remove(name) {
            Some(value) => self.field(name, value),
            None => {
                let field = self.field(name, Json::Null);
                field.is_wrong("must be given");
                field
            }
        }
    }

    /// Text that need not be there.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).map(Field::text)
    }

    /// A list of texts that demands something where it is there.
    pub(super) fn some_texts(&mut self, name: &str) -> Option<Vec<String>> {
        self.take(name).map(Field::some_texts)
    }

    /// A switch that is off where it is not there.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        let Some(field) = self.take(name) else {
            return false;
        };
        let flag = field.value.as_bool();
        field.known_as("must be true or false", flag)
    }

    /// The members that are left, each with its path.
    pub(super) fn rest(mut self) -> Vec<(String, Field<'a>)> {
        let mut rest = Vec::new();
        for (name, value) in core::mem::take(&mut self.members) {
            let field = self.field(&name, value);
            rest.push((name, field));
        }
        rest
    }

    /// Ends the reading: what is left is a name nobody knows.
    pub(super) fn finish(self) {
        if let Some((_, field)) = self.rest().first() {
            field.is_wrong("is not a known field");
        }
    }

    /// Notes a mistake of the object as a whole.
    pub(super) fn are_wrong(&self, problem: &str) {
        self.problems.note(&self.path, problem);
    }

    /// Notes a mistake of a member, there or not.
    pub(super) fn member_is_wrong(&self, name: &str, problem: &str) {
        self.problems.note(&join(&self.path, name), problem);
    }

    fn field(&self, name: &str, value: Json) -> Field<'a> {
        Field {
            path: join(&self.path, name),
            value,
            problems: self.problems,
        }
    }
}

/// Whether an object, or one at any depth in it, holds a member twice.
fn repeats(text: &[u8]) -> bool {
    let Ok(object) = Object::parse(text) else {
        return true;
    };
    object.members().any(|(_, value)| is_repeating(value))
}

fn is_repeating(value: Value<'_>) -> bool {
    match value {
        Value::Object(text) => repeats(text.as_bytes()),
        Value::Array(_) => value.as_array().into_iter().flatten().any(is_repeating),
        _ => false,
    }
}

fn nothing(problems: &Problems, problem: &str) -> Members {
    problems.note("configuration", problem);
    Members::new()
}

impl<'a> Field<'a> {
    /// Notes that it is not what it can be.
    pub(super) fn is_wrong(&self, problem: &str) {
        self.problems.note(&self.path, problem);
    }

    /// Notes that something below it, whose own reader found it, is not what it can be.
    pub(super) fn is_wrong_below(&self, name: &str, problem: &str) {
        self.problems.note(&join(&self.path, name), problem);
    }

    /// The place alone, to note more mistakes of it, and the field to be read.
    pub(super) fn split(self) -> (Self, Self) {
        let place = Self {
            path: self.path.clone(),
            value: Json::Null,
            problems: self.problems,
        };
        (place, self)
    }

    /// What was read of it, or nothing and a note.
    fn known_as<T: Default>(&self, problem: &str, read: Option<T>) -> T {
        if read.is_none() {
            self.is_wrong(problem);
        }
        read.unwrap_or_default()
    }

    pub(super) fn object(self) -> Fields<'a> {
        let problem = "must be an object";
        let members = match self.value {
            Json::Object(members) => members,
            _ => {
                self.problems.note(&self.path, problem);
                Members::new()
            }
        };
        Fields {
            path: self.path,
            members,
            problems: self.problems,
        }
    }

    pub(super) fn text(self) -> String {
        match self.value {
            Json::String(text) if !text.is_empty() => text,
            _ => {
                let problem = "must be text that is not empty";
                self.problems.note(&self.path, problem);
                String::new()
            }
        }
    }

    /// The elements of a list, each with its path.
    pub(super) fn list(self) -> Vec<Self> {
        let mut fields = Vec::new();
        let Json::Array(elements) = self.value else {
            self.problems.note(&self.path, "must be a list");
            return fields;
        };
        for (at, value) in elements.into_iter().enumerate() {
            let path = format!("{}[{at}]", self.path);
            let problems = self.problems;
            fields.push(Self {
                path,
                value,
                problems,
            });
        }
        fields
    }

    pub(super) fn texts(self) -> Vec<String> {
        self.list().into_iter().map(Self::text).collect()
    }

    /// A list of texts that demands something, so it cannot be empty.
    pub(super) fn some_texts(self) -> Vec<String> {
        if self.value.as_array().is_some_and(<[_]>::is_empty) {
            self.is_wrong("must not be empty");
        }
        self.texts()
    }

    /// A whole number from 0 to `most`.
    pub(super) fn count(self, most: u64) -> u64 {
        let count = self.value.as_u64().filter(|count| *count <= most);
        self.known_as(&format!("must be a whole number up to {most}"), count)
    }
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => [path, ".", name].concat(),
    }
}
