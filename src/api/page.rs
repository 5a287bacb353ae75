//! Lists that come in pages.

use crate::json::{Json, Members};

use crate::error::ConfigError;
use crate::options::object;

/// Where a list operation's answer keeps what.
///
/// Providers are not consistent, so every part is looked for in several places and the
/// first hit counts.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    /// Members that may hold the items; an answer that is itself an array is taken whole.
    pub items: &'static [&'static str],
    /// How the next page is asked for.
    pub next: Next,
    /// Paths of members that may hold the number of all items.
    pub total: &'static [&'static [&'static str]],
    /// Paths of members that may say whether there is more.
    pub more: &'static [&'static [&'static str]],
}

/// How the next page is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// By an opaque text from the page before.
    Cursor {
        /// The parameter that takes it.
        parameter: &'static str,
        /// Paths of members that may hold it.
        at: &'static [&'static [&'static str]],
    },
    /// By a page number, counted from zero, while the answer says that there is more.
    Number {
        /// The parameter that takes it.
        parameter: &'static str,
    },
}

impl Next {
    const fn parameter(self) -> &'static str {
        match self {
            Self::Cursor { parameter, .. } | Self::Number { parameter } => parameter,
        }
    }
}

/// One page of a list, besides its items.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The parameter's value that asks for the next page; `None` at the end.
    pub next: Option<Json>,
    /// The number of all items, where the provider tells it.
    pub total: Option<u64>,
}

impl Paging {
    /// Takes a decoded answer apart; `None` when no items can be found in it.
    pub(crate) fn read(&self, answer: Json, asked: &Members) -> Option<(Vec<Json>, Page)> {
        let mut page = Page {
            next: self.next_of(&answer, asked),
            total: first(&answer, self.total, |json| json.as_u64().is_some())
                .and_then(Json::as_u64),
        };
        let items = match answer {
            Json::Array(items) => Some(items),
            Json::Object(mut members) => {
                self.items
                    .iter()
                    .find_map(|name| match members.get_mut(name)?.take() {
                        Json::Array(items) => Some(items),
                        _ => None,
                    })
            }
            _ => None,
        };
        let items = items?;
        // Numbers never go in circles: behind an empty page there is nothing, whatever it says.
        if items.is_empty() && matches!(self.next, Next::Number { .. }) {
            page.next = None;
        }
        Some((items, page))
    }

    fn next_of(&self, answer: &Json, asked: &Members) -> Option<Json> {
        let more = first(answer, self.more, |json| json.as_bool().is_some());
        let more = more.and_then(Json::as_bool);
        let before = asked.get(self.next.parameter());
        match self.next {
            _ if more == Some(false) => None,
            Next::Cursor { at, .. } => first(answer, at, Json::is_string)
                .filter(|cursor| **cursor != "" && before != Some(cursor))
                .cloned(),
            Next::Number { .. } => {
                let before = before.and_then(Json::as_u64).unwrap_or(0);
                (more == Some(true)).then(|| before.saturating_add(1).into())
            }
        }
    }
}

/// The page as callers see it.
pub(crate) fn present(items: Vec<Json>, page: &Page) -> Json {
    let mut members = Members::new();
    members.insert("data", Json::Array(items));
    members.insert("hasMore", page.next.is_some());
    members.insert("nextCursor", page.next.clone().unwrap_or_default());
    members.insert("total", page.total);
    members.into()
}

/// The first of several members that is there and of the right type.
fn first<'a>(answer: &'a Json, paths: &[&[&str]], fits: fn(&Json) -> bool) -> Option<&'a Json> {
    for path in paths {
        let mut member = Some(answer);
        for name in *path {
            member = member.and_then(|member| member.get(name));
        }
        if member.is_some_and(fits) {
            return member;
        }
    }
    None
}

/// The parameters of one page after the other, for a caller that wants them all.
///
/// It ends where a page names no next one, or names one that was asked for before: a
/// provider whose cursors go in circles keeps nobody busy for ever.
#[derive(Clone, Debug)]
pub struct Walk {
    parameter: &'static str,
    parameters: Members,
    seen: Vec<Json>,
}

impl Walk {
    /// Starts at the page that `parameters` (JSON text) ask for.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when they are not a JSON object.
    pub fn new(paging: &Paging, parameters: &str) -> Result<Self, ConfigError> {
        let parameter = paging.next.parameter();
        let parameters = object("parameters", parameters)?;
        Ok(Self {
            parameter,
            seen: parameters.get(parameter).cloned().into_iter().collect(),
            parameters,
        })
    }

    /// The parameters of the next page as JSON text: the same filters, the new cursor.
    pub fn advance(&mut self, page: &Page) -> Option<String> {
        let next = page.next.clone().filter(|next| !self.seen.contains(next))?;
        self.seen.push(next.clone());
        self.parameters.insert(self.parameter.to_owned(), next);
        Some(Json::Object(self.parameters.clone()).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    const PAGING: Paging = Paging {
        items: &["data", "users"],
        next: Next::Cursor {
            parameter: "cursor",
            at: &[&["pagination", "next_cursor"], &["next_cursor"]],
        },
        total: &[&["pagination", "total"], &["total"]],
        more: &[&["pagination", "has_more"]],
    };

    fn read(answer: Json) -> Option<(Vec<Json>, Page)> {
        PAGING.read(answer, &Members::new())
    }

    fn next(answer: Json) -> Option<Json> {
        read(answer).unwrap().1.next
    }

    #[test]
    fn items_cursor_and_total_are_found_where_they_may_stand() {
        let (items, page) =
            read(json!({"data":[1],"pagination":{"total":3,"next_cursor":"c"}})).unwrap();
        assert_eq!(items, [json!(1)]);
        assert_eq!(page.next, Some("c".into()));
        assert_eq!(page.total, Some(3));
        let (items, page) =
            read(json!({"data":{},"users":[2],"next_cursor":"d","total":1})).unwrap();
        assert_eq!(items, [json!(2)]);
        assert_eq!(page.next, Some("d".into()));
        assert_eq!(read(json!([1, 2])).unwrap().0.len(), 2);
    }

    #[test]
    fn an_answer_without_items_is_no_page() {
        for answer in [json!({}), json!({"data": {}}), json!("data"), json!(null)] {
            assert_eq!(read(answer), None);
        }
    }

    #[test]
    fn a_list_ends_at_a_missing_empty_or_repeated_cursor_and_where_it_says_so() {
        assert_eq!(next(json!({"data":[]})), None);
        assert_eq!(next(json!({"data":[],"next_cursor":null})), None);
        assert_eq!(next(json!({"data":[],"next_cursor":""})), None);
        let over = json!({"data":[],"pagination":{"has_more":false,"next_cursor":"c"}});
        assert_eq!(next(over), None);
        let asked = Members::from_iter([("cursor".to_owned(), json!("c"))]);
        let (_, page) = PAGING
            .read(json!({"data":[],"next_cursor":"c"}), &asked)
            .unwrap();
        assert_eq!(page.next, None);
    }

    #[test]
    fn numbered_pages_go_on_while_there_is_more() {
        let numbered = Paging {
            next: Next::Number {
                parameter: "pageNumber",
            },
            more: &[&["has_more_results"]],
            ..PAGING
        };
        let asked = Members::from_iter([("pageNumber".to_owned(), json!(3))]);
        let none = Members::new();
        let next = |answer, asked| numbered.read(answer, asked).unwrap().1.next;
        let more = json!({"users":[1],"has_more_results":true});
        assert_eq!(next(more.clone(), &none), Some(json!(1)));
        assert_eq!(next(more, &asked), Some(json!(4)));
        let empty = json!({"users":[],"has_more_results":true});
        assert_eq!(next(empty, &none), None);
        assert_eq!(next(json!({"users":[]}), &asked), None);
    }

    #[test]
    fn a_walk_keeps_the_filters_and_never_goes_in_circles() {
        let page = |cursor: &str| Page {
            next: Some(cursor.into()),
            total: None,
        };
        let mut walk = Walk::new(&PAGING, r#"{"q":"x"}"#).unwrap();
        assert_eq!(
            walk.advance(&page("a")).as_deref(),
            Some(r#"{"q":"x","cursor":"a"}"#)
        );
        assert!(walk.advance(&page("b")).is_some());
        assert_eq!(walk.advance(&page("a")), None);
        let mut from_b = Walk::new(&PAGING, r#"{"cursor":"b"}"#).unwrap();
        assert_eq!(from_b.advance(&page("b")), None);
    }
}
