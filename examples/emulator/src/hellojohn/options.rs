//! HelloJohn's part of the command line.

use std::time::Duration;

use crate::durations;

/// HelloJohn's options.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "HelloJohn")]
#[group(id = "hellojohn")]
pub struct Options {
    /// Users generated besides alice, bob and carol
    #[arg(long, default_value_t = 45, value_name = "N")]
    pub users: usize,

    /// Lifetime of access tokens, in seconds
    #[arg(long, default_value_t = 3_600, value_name = "SECONDS")]
    pub access_token_ttl: i64,

    /// Lifetime of sessions and refresh tokens, in seconds
    #[arg(long, default_value_t = 2_592_000, value_name = "SECONDS")]
    pub session_duration: i64,

    /// Take the tenant from the key when X-Tenant-ID is missing, instead of refusing
    #[arg(long)]
    pub lenient_tenant: bool,

    /// Endpoint that gets every event, signed with the ready line's webhook_secret;
    /// plain http on loopback only
    #[arg(long, value_name = "URL")]
    pub webhook_url: Option<String>,

    /// Secret of --webhook-url and of /__emulator/webhooks/sign [default: from the seed]
    #[arg(long, value_name = "SECRET")]
    pub webhook_secret: Option<String>,

    /// Waits before each further delivery attempt: seconds, or with a unit (50ms, 5m).
    /// HelloJohn itself waits 300,1800,7200,18000
    #[arg(long, default_value = "200ms,1,5,15", value_name = "LIST", value_parser = waits)]
    pub webhook_retry_delays: Waits,

    /// How long an endpoint may take to answer a delivery
    #[arg(long, default_value = "30s", value_name = "TIME", value_parser = wait)]
    pub webhook_timeout: Wait,

    /// Rate limits
    #[command(flatten)]
    pub limits: Limits,
}

/// Rate limits; 0 means none.
#[derive(Clone, Copy, Debug, clap::Args, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
#[group(id = "hellojohn-limits")]
pub struct Limits {
    /// Sign-ins and sign-ups a minute and address; 0 for no limit
    #[arg(long = "limit-sign-in", default_value_t = 10, value_name = "N")]
    pub sign_in: u32,

    /// Refreshes a minute and caller
    #[arg(long = "limit-refresh", default_value_t = 60, value_name = "N")]
    pub refresh: u32,

    /// Magic links, forgotten passwords and MFA checks, each in ten minutes and address
    #[arg(long = "limit-message", default_value_t = 5, value_name = "N")]
    pub message: u32,

    /// Reading requests a minute and key
    #[arg(long = "limit-read", default_value_t = 1_000, value_name = "N")]
    pub read: u32,

    /// Writing requests a minute and key
    #[arg(long = "limit-write", default_value_t = 200, value_name = "N")]
    pub write: u32,

    /// Webhook test deliveries a minute and key
    #[arg(long = "limit-webhook-test", default_value_t = 10, value_name = "N")]
    pub webhook_test: u32,

    /// No rate limits at all, whatever the others say
    #[arg(long = "no-rate-limits")]
    pub off: bool,
}

impl Default for Limits {
    /// The documented limits.
    fn default() -> Self {
        Self {
            sign_in: 10,
            refresh: 60,
            message: 5,
            read: 1_000,
            write: 200,
            webhook_test: 10,
            off: false,
        }
    }
}

/// A span of time; its own type because clap would take a bare list apart.
#[derive(Clone, Copy, Debug)]
pub struct Wait(pub Duration);

/// Several spans of time.
#[derive(Clone, Debug)]
pub struct Waits(pub Vec<Duration>);

fn wait(text: &str) -> Result<Wait, String> {
    durations::parse(text)
        .map(Wait)
        .ok_or_else(|| format!("`{text}` is no duration"))
}

fn waits(text: &str) -> Result<Waits, String> {
    durations::parse_list(text).map(Waits)
}
