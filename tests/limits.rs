//! What hostile input may cost: bytes allocated, allocations made and time, counted by this
//! program's own allocator.
//!
//! The times are wide, for slow machines and debug builds.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use countersign::encoding::Base64;
use countersign::error::ErrorCode;
use countersign::flow::{Flow, Step, Tick};
use countersign::http::Headers;
use countersign::jwk::JwkSet;
use countersign::jwt::{Call, Token, dangerous_decode};
use countersign::time::UnixMillis;
use countersign::webhook::{Options, Scheme, Webhook};
use support::{ALGORITHMS, CLAIMS, NOW, sign, token, verifier, verify};

/// Counts what each thread asks of the system's allocator.
struct Counting;

thread_local! {
    static USED: Cell<Used> = const { Cell::new(Used { bytes: 0, times: 0 }) };
}

/// What was allocated, freed or not.
#[derive(Clone, Copy, Debug)]
struct Used {
    bytes: usize,
    times: usize,
}

impl Counting {
    fn count(bytes: usize) {
        // A thread that ends allocates after its counters are gone.
        let _ = USED.try_with(|used| {
            let Used { bytes: b, times } = used.get();
            used.set(Used {
                bytes: b + bytes,
                times: times + 1,
            });
        });
    }
}

// SAFETY: every call is handed on unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::count(size);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs `work` and says what it allocated and how long it took.
fn measure<T>(work: impl FnOnce() -> T) -> (T, Used, Duration) {
    let before = USED.get();
    let start = Instant::now();
    let result = work();
    let elapsed = start.elapsed();
    let after = USED.get();
    let used = Used {
        bytes: after.bytes - before.bytes,
        times: after.times - before.times,
    };
    (result, used, elapsed)
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

#[test]
fn the_allocator_counts() {
    let (list, used, _) = measure(|| Vec::<u8>::with_capacity(1_000));
    assert_eq!((used.bytes, used.times, list.capacity()), (1_000, 1, 1_000));
}

/// Junk of a mebibyte: letters, dots, a token that goes on, an array, zeros.
fn junk() -> [Vec<u8>; 5] {
    let mut long = token("HS256", CLAIMS).into_bytes();
    long.resize(MIB, b'A');
    [
        vec![b'A'; MIB],
        vec![b'.'; MIB],
        long,
        vec![b'['; MIB],
        vec![0; MIB],
    ]
}

#[test]
fn a_mebibyte_of_junk_is_refused_at_once_and_without_memory() {
    let (verifier, mut keyring) = verifier("HS256", &[]);
    let call = Call::at(UnixMillis::from_secs(NOW));
    for token in junk() {
        let (refusal, used, elapsed) =
            measure(|| verifier.verify(&mut keyring, &token, call).unwrap_err());
        assert_eq!(refusal.code(), ErrorCode::TokenTooLarge);
        assert!(used.bytes < 64 * KIB, "{used:?}");
        assert!(elapsed < Duration::from_millis(20), "{elapsed:?}");

        let (refusal, used, _) = measure(|| dangerous_decode(&token).err().unwrap());
        assert_eq!(refusal.code(), ErrorCode::TokenTooLarge);
        assert!(used.bytes < 64 * KIB, "{used:?}");

        let (explanation, used, _) = measure(|| verifier.explain(&mut keyring, &token, call));
        let refusal = explanation.refusal.unwrap();
        assert_eq!(refusal.code(), ErrorCode::TokenTooLarge);
        assert!(used.bytes < 64 * KIB, "{used:?}");
    }
}

#[test]
fn a_flow_keeps_no_copy_of_junk() {
    let (verifier, mut keyring) = verifier("HS256", &[]);
    for token in junk() {
        let (step, used, elapsed) = measure(|| {
            let tick = Tick {
                now: UnixMillis::from_secs(NOW),
                entropy: 0,
            };
            verifier
                .verify_flow(&token, None, None)
                .step(&mut keyring, tick)
        });
        let Step::Done(Err(refusal)) = step else {
            panic!("not refused");
        };
        assert_eq!(refusal.code(), ErrorCode::TokenTooLarge);
        assert!(used.bytes < 64 * KIB, "{used:?}");
        assert!(elapsed < Duration::from_millis(20), "{elapsed:?}");
    }
}

#[test]
fn cutting_a_token_allocates_nothing() {
    for token in [
        token("HS256", CLAIMS),
        "A.".repeat(8_000),
        "A".repeat(16_000),
    ] {
        let (_, used, _) = measure(|| Token::parse(token.as_bytes()).is_ok());
        assert_eq!(used.times, 0);
    }
}

/// The worst that fits below the ceiling: segments full of members, of brackets, of escapes.
#[test]
fn the_largest_tokens_cost_little() {
    let members = |name: fn(usize) -> String| {
        let list: Vec<_> = (0..1_000).map(|i| format!("\"{}\":1", name(i))).collect();
        list.join(",")
    };
    let distinct = members(|i| format!("{i:x}"));
    let escaped = members(|i| format!("\\u{:04x}", i + 0x100));
    let brackets = "[".repeat(9_000);
    let mut judge = verifier("HS256", &[]);
    for text in [
        format!(r#"{{"alg":"HS256",{distinct}}}"#),
        format!(r#"{{"alg":"HS256",{escaped}}}"#),
        format!(r#"{{"alg":"HS256","a":{brackets}}}"#),
        format!(r#"{{"alg":"HS256","a":"{}"}}"#, "\\\\".repeat(4_000)),
    ] {
        for token in [
            sign("HS256", &text, CLAIMS),
            sign("HS256", r#"{"alg":"HS256"}"#, &text),
        ] {
            assert!(token.len() < 16 * KIB, "{} bytes", token.len());
            let (_, used, elapsed) = measure(|| verify(&mut judge, &token).is_ok());
            println!("{} bytes: {used:?} in {elapsed:?}", token.len());
            assert!(used.bytes < 512 * KIB, "{used:?}");
            assert!(elapsed < Duration::from_millis(100), "{elapsed:?}");
        }
    }
}

/// How often the allocator is asked for one good token, once the keys are warm. A guard
/// against growth: what it costs is measured elsewhere.
#[test]
fn verification_allocates_a_bounded_number_of_times() {
    for alg in ALGORITHMS {
        let mut judge = verifier(alg, &[]);
        let token = token(alg, CLAIMS);
        verify(&mut judge, &token).unwrap();
        verify(&mut judge, &token).unwrap();
        let (verdict, used, _) = measure(|| verify(&mut judge, &token));
        assert!(verdict.is_ok());
        println!("{alg}: {used:?}");
        assert!(used.times <= MAX_ALLOCATIONS, "{alg}: {used:?}");
    }
}

const MAX_ALLOCATIONS: usize = 16;

#[test]
fn ten_thousand_webhook_signatures_are_refused_at_once() {
    for (scheme, header, entry) in [
        (
            "standard",
            "webhook-signature",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= ",
        ),
        (
            "svix",
            "svix-signature",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= ",
        ),
        (
            "stripe",
            "stripe-signature",
            "v1=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff,",
        ),
    ] {
        let webhook =
            Webhook::new(Options::new(Scheme::named(scheme).unwrap(), [vec![7; 32]])).unwrap();
        let mut headers = Headers::new();
        headers.append_received(header, entry.repeat(10_000));
        headers.append_received("webhook-id", "msg_1");
        headers.append_received("webhook-timestamp", "1700000000");
        let now = UnixMillis::from_secs(1_700_000_000);
        let (refusal, used, elapsed) =
            measure(|| webhook.verify(&headers, b"{}", now).unwrap_err());
        assert_eq!(
            refusal.code(),
            ErrorCode::WebhookTooManySignatures,
            "{scheme}"
        );
        assert!(used.bytes < 64 * KIB, "{scheme}: {used:?}");
        assert!(elapsed < Duration::from_millis(20), "{scheme}: {elapsed:?}");
    }
}

/// A key endpoint's answer may have 256 KiB: of brackets, of keys, of members.
#[test]
fn hostile_key_sets_are_refused_in_little_time() {
    let small = r#"{"kty":"OKP"},"#;
    let members: Vec<_> = (0..20_000).map(|i| format!("\"{i}\":1")).collect();
    for text in [
        format!(r#"{{"keys":[{}{{}}]}}"#, small.repeat(15_000)),
        format!(r#"{{"keys":{}}}"#, "[".repeat(250_000)),
        format!("{{{}}}", members.join(",")),
        format!(r#"{{"keys":["{}"]}}"#, Base64::Url.encode(&[7; 150_000])),
    ] {
        let (set, used, elapsed) = measure(|| JwkSet::parse(text.as_bytes()));
        assert!(set.is_err());
        println!("{} bytes: {used:?} in {elapsed:?}", text.len());
        assert!(used.bytes < 8 * MIB, "{used:?}");
        assert!(elapsed < Duration::from_millis(500), "{elapsed:?}");
    }
}
