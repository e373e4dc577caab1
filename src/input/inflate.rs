//! Decompression of a declared number of bytes, and not one more.

use std::io::Read;

/// No more than this many bytes come out of one compressed array: 8 GiB.
pub const MAX_INFLATED: u64 = 8 << 30;

/// DEFLATE cannot expand by more than this factor (258 bytes from 2 bits).
const MAX_RATIO: u64 = 1032;

/// The most that `compressed` bytes can expand to, bounded by [`MAX_INFLATED`].
pub fn limit(compressed: usize) -> u64 {
    (compressed as u64)
        .saturating_mul(MAX_RATIO)
        .min(MAX_INFLATED)
}

/// Reads exactly `declared` bytes and checks that the stream then ends.
///
/// The buffer grows with the bytes that really arrive, so that a declaration
/// alone allocates nothing. Reading to the end also makes a gzip reader verify
/// its checksum.
///
/// # Errors
/// What was found instead, in words.
pub fn read_exactly(mut reader: impl Read, declared: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    reader
        .by_ref()
        .take(declared)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("a damaged stream after {} bytes ({error})", bytes.len()))?;
    if (bytes.len() as u64) < declared {
        return Err(format!("only {} bytes", bytes.len()));
    }
    match reader.take(1).read(&mut [0u8]) {
        Ok(0) => Ok(bytes),
        Ok(_) => Err(format!("more than {declared} bytes")),
        Err(error) => Err(format!("a damaged end of stream ({error})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_exact_and_long_streams() {
        assert_eq!(read_exactly(&b"abc"[..], 3), Ok(b"abc".to_vec()));
        assert_eq!(
            read_exactly(&b"abc"[..], u64::MAX),
            Err("only 3 bytes".into())
        );
        assert_eq!(
            read_exactly(&b"abc"[..], 2),
            Err("more than 2 bytes".into())
        );
    }
}
