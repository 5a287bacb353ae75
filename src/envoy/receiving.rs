//! A webhook delivery whose body is on its way in.

use super::answer::Answer;
use super::clock::Clock;
use super::counters::Subject;
use super::court::Court;
use super::request::{Edit, Request, text_of};
use crate::error::{Error, WebhookError};
use crate::webhook::{Stream, Webhook};

/// A configured sender.
#[derive(Debug)]
pub struct Sender {
    webhook: Webhook,
    /// The header fields that the scheme reads, in lower case, as the proxy hands them over.
    names: Vec<String>,
    /// The most bytes that a body may have.
    max_body_bytes: u64,
}

impl Sender {
    pub(super) fn new(webhook: Webhook, max_body_bytes: u64) -> Self {
        let names = webhook.scheme().header_names().into_iter();
        Self {
            names: names.map(str::to_ascii_lowercase).collect(),
            webhook,
            max_body_bytes,
        }
    }
}

/// A delivery on its way in. Nothing of its body is kept here: the proxy holds it back until
/// the verdict.
#[derive(Debug)]
pub struct Receiving {
    stream: Option<Stream>,
    edits: Vec<Edit>,
    fed: usize,
}

impl Receiving {
    /// Judges the headers. A length that is declared and too large needs no body.
    pub(super) fn begin(
        sender: &Sender,
        request: &Request,
        edits: Vec<Edit>,
        clock: &impl Clock,
    ) -> Result<Self, Error> {
        let (mut length, mut texts) = (None, Vec::new());
        for (name, value) in request.fields() {
            if name == b"content-length" {
                length.get_or_insert(value);
            }
            if let Some(own) = sender.names.iter().find(|own| own.as_bytes() == name) {
                texts.push((own.as_str(), text_of(value)));
            }
        }
        let declared = length
            .and_then(|length| core::str::from_utf8(length).ok())
            .and_then(|length| length.parse::<u64>().ok());
        if declared.is_some_and(|length| length > sender.max_body_bytes) {
            return Err(WebhookError::TooLarge.into());
        }
        let scheme = sender.webhook.scheme();
        let headers: Vec<_> = texts
            .iter()
            .map(|(name, text)| (*name, text.as_ref()))
            .collect();
        // Where no timestamp is signed, any moment gives the same verdict.
        let now = match scheme.signs_timestamp() {
            true => clock.now(),
            false => clock.recent().unwrap_or_default(),
        };
        Ok(Self {
            stream: Some(sender.webhook.start_received(&headers, now)?),
            edits,
            fed: 0,
        })
    }

    /// How many bytes of the body have been read.
    pub fn fed(&self) -> usize {
        self.fed
    }

    /// Whether the verdict has been given.
    pub fn is_over(&self) -> bool {
        self.stream.is_none()
    }

    /// Reads the next piece of the body.
    ///
    /// # Errors
    ///
    /// The answer to a body that is too large; there is nothing to read after it.
    pub fn feed(&mut self, piece: &[u8], court: &mut Court) -> Result<(), Answer> {
        self.fed += piece.len();
        let Some(stream) = &mut self.stream else {
            return Ok(());
        };
        let fed = stream.update(piece);
        fed.map_err(|refusal| self.refuse(&refusal, court))
    }

    /// Reads the last piece of the body and ends it: the changes to the request, if it is good.
    ///
    /// # Errors
    ///
    /// The answer to a delivery that is not.
    pub fn finish(&mut self, piece: &[u8], court: &mut Court) -> Result<Vec<Edit>, Answer> {
        self.fed += piece.len();
        let Some(stream) = self.stream.take() else {
            return Ok(Vec::new());
        };
        match stream.confirm_with(piece) {
            Ok(()) => {
                court.counters.add(Subject::Webhook, "accepted", 1);
                Ok(core::mem::take(&mut self.edits))
            }
            Err(refusal) => Err(self.refuse(&refusal, court)),
        }
    }

    /// The answer where a part of the body cannot be read: what the proxy does not hold is more than
    /// it can hold, and what is not read is not verified.
    pub fn lose(&mut self, court: &mut Court) -> Answer {
        self.refuse(&WebhookError::TooLarge.into(), court)
    }

    fn refuse(&mut self, refusal: &Error, court: &mut Court) -> Answer {
        self.stream = None;
        let answer = Answer::of(refusal);
        court.counters.add(Subject::Webhook, answer.code, 1);
        answer
    }
}
