//! Verify-only signature arithmetic.
