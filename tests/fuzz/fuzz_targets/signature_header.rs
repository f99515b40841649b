//! Any bytes as a signature header.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lettermint_hook::fuzzing::signature_header(bytes));
