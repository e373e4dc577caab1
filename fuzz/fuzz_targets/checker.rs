#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gapcert_fuzz::checker::run(bytes));
