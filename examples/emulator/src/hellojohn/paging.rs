//! Cursor paging: `limit` and `cursor` in, `data` and `next_cursor` out.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    errors::{ApiError, Outcome},
    fields::Params,
};

/// One item of a list, with the value it is sorted by.
#[derive(Debug)]
pub(crate) struct Row {
    /// What it is sorted by; compared as text.
    pub(crate) key: String,
    /// Breaks ties, and marks the place in the list.
    pub(crate) id: String,
    /// What the client gets.
    pub(crate) body: Value,
}

/// A page of a list.
#[derive(Debug)]
pub(crate) struct Page {
    data: Vec<Value>,
    total: usize,
    limit: usize,
    next_cursor: Option<String>,
}

/// How long pages are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lengths {
    default: usize,
    max: usize,
}

/// 20 items, at most 100: everything but the audit log.
pub(crate) const USUAL: Lengths = Lengths {
    default: 20,
    max: 100,
};

/// 50 items, at most 200: the audit log.
pub(crate) const AUDIT: Lengths = Lengths {
    default: 50,
    max: 200,
};

impl Page {
    /// Sorts `rows` and cuts out the page that `params` ask for.
    ///
    /// A cursor holds the last item's key and id rather than its number, so
    /// that items created or deleted in between neither repeat nor hide others.
    pub(crate) fn cut(mut rows: Vec<Row>, params: &Params, lengths: Lengths) -> Outcome<Self> {
        let descending = params.choice("order", &["asc", "desc"])? != Some("asc");
        let limit = limit(params, lengths)?;
        let fingerprint = params.fingerprint();
        rows.sort_by(|one, two| (&one.key, &one.id).cmp(&(&two.key, &two.id)));
        if descending {
            rows.reverse();
        }
        let total = rows.len();
        let start = match params.text("cursor") {
            Some(cursor) => {
                let (key, id) = read_cursor(cursor, &fingerprint)?;
                let place = (&key, &id);
                rows.partition_point(|row| {
                    let here = (&row.key, &row.id);
                    if descending {
                        here >= place
                    } else {
                        here <= place
                    }
                })
            }
            None => 0,
        };
        let page: Vec<Row> = rows.into_iter().skip(start).take(limit).collect();
        let more = start + page.len() < total;
        let next_cursor = page
            .last()
            .filter(|_| more)
            .map(|last| write_cursor(&last.key, &last.id, &fingerprint));
        Ok(Self {
            data: page.into_iter().map(|row| row.body).collect(),
            total,
            limit,
            next_cursor,
        })
    }

    /// The usual shape: `data` and `pagination`.
    pub(crate) fn paginated(self) -> Value {
        json!({"data": self.data, "pagination": {
            "total": self.total,
            "limit": self.limit,
            "has_more": self.next_cursor.is_some(),
            "next_cursor": self.next_cursor,
        }})
    }

    /// The shape of an organization's members.
    pub(crate) fn flat(self) -> Value {
        json!({"data": self.data, "total": self.total, "next_cursor": self.next_cursor})
    }

    /// The shape of the audit log.
    pub(crate) fn with_meta(self) -> Value {
        json!({"data": self.data, "meta": {
            "total": self.total,
            "limit": self.limit,
            "cursor": self.next_cursor,
        }})
    }
}

fn limit(params: &Params, lengths: Lengths) -> Outcome<usize> {
    let Some(text) = params.text("limit") else {
        return Ok(lengths.default);
    };
    match text.parse::<usize>() {
        Ok(limit) if limit > 0 => Ok(limit.min(lengths.max)),
        _ => Err(ApiError::invalid("limit", "must be a positive integer")),
    }
}

fn write_cursor(key: &str, id: &str, fingerprint: &str) -> String {
    let place = json!([key, id, belongs_to(fingerprint)]).to_string();
    format!("cur_{}", URL_SAFE_NO_PAD.encode(place))
}

fn read_cursor(cursor: &str, fingerprint: &str) -> Outcome<(String, String)> {
    let place = cursor
        .strip_prefix("cur_")
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .and_then(|bytes| serde_json::from_slice::<(String, String, String)>(&bytes).ok());
    match place {
        Some((key, id, list)) if list == belongs_to(fingerprint) => Ok((key, id)),
        Some(_) => Err(ApiError::malformed("The cursor belongs to another query")),
        None => Err(ApiError::malformed("The cursor is not one of ours")),
    }
}

fn belongs_to(fingerprint: &str) -> String {
    URL_SAFE_NO_PAD
        .encode(Sha256::digest(fingerprint))
        .chars()
        .take(8)
        .collect()
}
