//! Any bytes as a line of the store.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lettermint_hook::fuzzing::record_line(bytes));
