//! Reading configuration with the path of every field at hand, so that a mistake is named by
//! where it stands.

use crate::error::ConfigError;
use crate::json::{Json, Members, Object};

/// The members of one configured object that have not been read yet.
pub(super) struct Fields {
    pub(super) path: String,
    members: Members,
}

/// A configured value and where it stands.
pub(super) struct Field {
    pub(super) path: String,
    pub(super) value: Json,
}

#[cold]
#[inline(never)]
pub(super) fn wrong(path: &str, problem: &str) -> ConfigError {
    ConfigError::new(path.to_owned(), problem.to_owned())
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

    /// Text that need not be there.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ConfigError> {
        match self.take(name) {
            Some(field) => field.text().map(Some),
            None => Ok(None),
        }
    }

    /// A list of texts that demands something where it is there.
    pub(super) fn some_texts(&mut self, name: &str) -> Result<Option<Vec<String>>, ConfigError> {
        match self.take(name) {
            Some(field) => field.some_texts().map(Some),
            None => Ok(None),
        }
    }

    /// A switch that is off where it is not there.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, ConfigError> {
        match self.take(name) {
            Some(field) => {
                let flag = field.value.as_bool();
                flag.ok_or_else(|| wrong(&field.path, "must be true or false"))
            }
            None => Ok(false),
        }
    }

    /// The members that are left, each with its path.
    pub(super) fn rest(self) -> Vec<(String, Field)> {
        let mut rest = Vec::new();
        for (name, value) in self.members {
            let path = join(&self.path, &name);
            rest.push((name, Field { path, value }));
        }
        rest
    }

    /// Ends the reading: what is left is a name nobody knows.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        match self.rest().first() {
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

    /// The elements of a list, each with its path.
    pub(super) fn list(self) -> Result<Vec<Self>, ConfigError> {
        let Json::Array(elements) = self.value else {
            return Err(wrong(&self.path, "must be a list"));
        };
        let mut fields = Vec::new();
        for (at, value) in elements.into_iter().enumerate() {
            let path = format!("{}[{at}]", self.path);
            fields.push(Self { path, value });
        }
        Ok(fields)
    }

    pub(super) fn texts(self) -> Result<Vec<String>, ConfigError> {
        let mut texts = Vec::new();
        for field in self.list()? {
            texts.push(field.text()?);
        }
        Ok(texts)
    }

    /// A list of texts that demands something, so it cannot be empty.
    pub(super) fn some_texts(self) -> Result<Vec<String>, ConfigError> {
        match self.value.as_array() {
            Some([]) => Err(wrong(&self.path, "must not be empty")),
            _ => self.texts(),
        }
    }

    /// A whole number from 0 to `most`.
    pub(super) fn count(self, most: u64) -> Result<u64, ConfigError> {
        let count = self.value.as_u64().filter(|count| *count <= most);
        count.ok_or_else(|| {
            let problem = format!("must be a whole number up to {most}");
            wrong(&self.path, &problem)
        })
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
    match path {
        "" => name.to_owned(),
        path => [path, ".", name].concat(),
    }
}
