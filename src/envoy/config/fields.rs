//! Reading configuration with the path of every field at hand, so that a mistake is named by
//! where it stands.

use crate::error::ConfigError;
use crate::json::{Json, Members, Object};

/// The members of one configured object that have not been read yet.
pub(super) struct Fields {
    path: String,
    members: Members,
}

/// A configured value and where it stands.
pub(super) struct Field {
    pub(super) path: String,
    pub(super) value: Json,
}

pub(super) fn wrong(path: &str, problem: impl Into<String>) -> ConfigError {
    ConfigError::new(path.to_owned(), problem.into())
}

impl Fields {
    pub(super) fn take(&mut self, name: &str) -> Option<Field> {
        let value = self.members.remove(name)?;
        Some(Field {
            path: join(&self.path, name),
            value,
        })
    }

    pub(super) fn required(&mut self, name: &str) -> Result<Field, ConfigError> {
        self.take(name)
            .ok_or_else(|| wrong(&join(&self.path, name), "must be given"))
    }

    /// The members that are left, each with its path.
    pub(super) fn rest(self) -> impl Iterator<Item = (String, Field)> {
        let path = self.path;
        self.members.into_iter().map(move |(name, value)| {
            let path = join(&path, &name);
            (name, Field { path, value })
        })
    }

    /// Ends the reading: what is left is a name nobody knows.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        match self.rest().next() {
            Some((_, field)) => Err(wrong(&field.path, "is not a known field")),
            None => Ok(()),
        }
    }
}

impl Field {
    pub(super) fn object(self) -> Result<Fields, ConfigError> {
        match self.value {
            Json::Object(members) => Ok(Fields {
                path: self.path,
                members,
            }),
            _ => Err(wrong(&self.path, "must be an object")),
        }
    }

    pub(super) fn text(self) -> Result<String, ConfigError> {
        match self.value {
            Json::String(text) if !text.is_empty() => Ok(text),
            _ => Err(wrong(&self.path, "must be text that is not empty")),
        }
    }

    pub(super) fn flag(self) -> Result<bool, ConfigError> {
        self.value
            .as_bool()
            .ok_or_else(|| wrong(&self.path, "must be true or false"))
    }

    /// The elements of a list, each with its path.
    pub(super) fn list(self) -> Result<Vec<Field>, ConfigError> {
        let Json::Array(elements) = self.value else {
            return Err(wrong(&self.path, "must be a list"));
        };
        let path = self.path;
        let elements = elements.into_iter().enumerate();
        Ok(elements
            .map(|(at, value)| Field {
                path: format!("{path}[{at}]"),
                value,
            })
            .collect())
    }

    pub(super) fn texts(self) -> Result<Vec<String>, ConfigError> {
        self.list()?.into_iter().map(Field::text).collect()
    }

    /// A list of texts that demands something, so it cannot be empty.
    pub(super) fn some_texts(self) -> Result<Vec<String>, ConfigError> {
        let path = self.path.clone();
        match self.texts()? {
            texts if texts.is_empty() => Err(wrong(&path, "must not be empty")),
            texts => Ok(texts),
        }
    }

    /// A whole number from 0 to `most`.
    pub(super) fn count(self, most: u64) -> Result<u64, ConfigError> {
        self.value
            .as_u64()
            .filter(|count| *count <= most)
            .ok_or_else(|| wrong(&self.path, format!("must be a whole number up to {most}")))
    }
}

/// The document itself. Members that stand twice at its top are refused, as two readers may
/// take two of them.
pub(super) fn document(text: &[u8]) -> Result<Fields, ConfigError> {
    let members = match Json::parse(text) {
        Ok(Json::Object(members)) => members,
        Ok(_) => return Err(wrong("configuration", "must be a JSON object")),
        Err(_) => return Err(wrong("configuration", "is not JSON")),
    };
    if Object::parse(text).is_err() {
        return Err(wrong("configuration", "holds a member twice"));
    }
    Ok(Fields {
        path: String::new(),
        members,
    })
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
