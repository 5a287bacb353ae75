//! What the command line understands.

use clap::Parser;

use crate::hellojohn;

/// The auth providers' endpoints on 127.0.0.1, for offline development and tests.
///
/// Prints one line of JSON on standard output when it is ready: the URL and, per
/// provider, everything a client needs (tenant, keys, issuer, seeded users). The
/// log goes to standard error and never shows a token, password or secret.
#[derive(Clone, Debug, Parser)]
#[command(name = "emulator", version, args_override_self = true, after_help = CONTROLS)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    pub port: u16,

    /// Text that ids, keys and secrets are derived from: the same seed gives the
    /// same values in every run [default: random]
    #[arg(long, value_name = "TEXT")]
    pub seed: Option<String>,

    /// Stop when standard input closes, so that the emulator ends with its parent
    #[arg(long)]
    pub exit_with_stdin: bool,

    /// Leave out everything under /__emulator
    #[arg(long)]
    pub no_controls: bool,

    /// Log level: error, warn, info, debug or off
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    pub log: String,

    /// HelloJohn's own options
    #[command(flatten)]
    pub hellojohn: hellojohn::Options,
}

impl Default for Options {
    /// The values that an empty command line gives.
    fn default() -> Self {
        Self::parse_from(["emulator"])
    }
}

const CONTROLS: &str = "\
Test controls (JSON over HTTP, off with --no-controls; README.md has the shapes):
  POST   /__emulator/faults           make requests slow, fail, stall, drop, redirect, break
  GET    /__emulator/faults           rules in force;  DELETE clears them
  GET    /__emulator/requests         requests seen;   DELETE forgets them
  GET    /__emulator/counters         requests per method, path and status
  POST   /__emulator/clock            shift the clock: {\"offset_s\": 3600}
  POST   /__emulator/reset            back to the state of the ready line
  POST   /__emulator/keys/rotate      new signing key: {\"grace\": true}
  POST   /__emulator/keys/withdraw    drop a key: {\"kid\": \"…\"}; default: all but the newest
  POST   /__emulator/mint             a token to order: expired, other tenant, wrong key …
  POST   /__emulator/webhooks/sign    headers for a body
  POST   /__emulator/webhooks/send    deliver an event to the registered endpoints
  GET    /__emulator/webhooks/deliveries   attempts made
  GET    /__emulator/outbox           mails and messages it would have sent
  POST   /__emulator/totp             what a user's authenticator app shows: {\"user\": \"carol\"}
  POST   /__emulator/tenants          another tenant with keys of its own
  POST   /__emulator/rate-limits      change the rate limits";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn an_empty_command_line_gives_a_free_port_and_the_controls() {
        let options = Options::default();
        assert_eq!(options.port, 0);
        assert!(!options.no_controls);
    }
}
