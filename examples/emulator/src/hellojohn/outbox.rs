//! The mails and text messages that a real server would send.

use serde_json::{Value, json};

use super::HelloJohn;
use crate::{locked, world};

/// Older messages than these are forgotten.
const KEPT: usize = 1_000;

impl HelloJohn {
    /// Puts a message where `/__emulator/outbox` shows it.
    pub(crate) fn send_message(&self, kind: &str, to: &str, content: Value) {
        let mut outbox = locked(&self.outbox);
        if outbox.len() == KEPT {
            outbox.remove(0);
        }
        outbox.push(json!({
            "at": world::rfc3339(self.world.clock.now_ms()),
            "kind": kind,
            "to": to,
            "content": content,
        }));
    }
}
