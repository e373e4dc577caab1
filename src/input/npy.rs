//! NumPy's `.npy` format, versions 1 to 3, for plain numbers.
//!
//! Layout: `\x93NUMPY`, two version bytes, the header's length (2 bytes in
//! version 1, 4 after, little-endian), the header — a Python dictionary with
//! the keys `descr`, `fortran_order`, `shape` — and the raw values.

use std::path::Path;

use ndarray::{ArrayD, IxDyn, ShapeBuilder};

use super::array::{Array, Values};
use crate::error::{Error, Result};

/// NumPy itself allowed no more axes than this before its version 2.
const MAX_AXES: usize = 32;

/// Parses a whole `.npy` file.
///
/// Accepted dtypes: integers of 1 to 8 bytes, floats of 2, 4 and 8 bytes, of
/// either byte order; Fortran order is turned into C order.
///
/// # Errors
/// Input, naming `path` and `item` (such as `array "x"`; may be empty), if the
/// file is not of this format, its dtype is another, a dimension is 0, or its
/// length is not exactly what the header declares.
pub fn parse(bytes: &[u8], path: &Path, item: &str) -> Result<Array> {
    let refuse = |expected: &str, found: String, advice: &str| {
        Error::input(path, item, expected, found, advice)
    };
    let (text, data) = split(bytes).map_err(|found| {
        refuse(
            "a .npy file",
            found,
            "write it with numpy.save(path, array)",
        )
    })?;
    let header = Header::parse(text).map_err(|found| {
        refuse(
            "a .npy header with descr, fortran_order and shape",
            found,
            "write it with numpy.save(path, array)",
        )
    })?;
    let (big_endian, kind, size) = header.dtype().ok_or_else(|| {
        refuse(
            "a dtype of integers or floats",
            format!("dtype {:?}", header.descr),
            "convert it with array.astype",
        )
    })?;
    // Beside a 0, the other axes are checked against nothing: their product
    // may overflow in whoever computes it.
    if header.shape.contains(&0) {
        let found = format!("shape {:?}", header.shape);
        return Err(refuse("every dimension at least 1", found, ""));
    }
    let declared = header
        .shape
        .iter()
        .try_fold(size, |product, &n| product.checked_mul(n));
    if declared != Some(data.len()) {
        return Err(refuse(
            &format!("{size} bytes for each value of shape {:?}", header.shape),
            format!("{} bytes of data", data.len()),
            "the file is truncated or damaged: write it again",
        ));
    }
    let values = match (kind, size) {
        ('u', 1) => Values::U8(data.to_vec()),
        ('u', 2) => Values::I64(decode(data, big_endian, |b| u16::from_le_bytes(b).into())),
        ('u', 4) => Values::I64(decode(data, big_endian, |b| u32::from_le_bytes(b).into())),
        ('u', 8) => Values::U64(decode(data, big_endian, u64::from_le_bytes)),
        ('i', 1) => Values::I64(decode(data, big_endian, |b| i8::from_le_bytes(b).into())),
        ('i', 2) => Values::I64(decode(data, big_endian, |b| i16::from_le_bytes(b).into())),
        ('i', 4) => Values::I64(decode(data, big_endian, |b| i32::from_le_bytes(b).into())),
        ('i', 8) => Values::I64(decode(data, big_endian, i64::from_le_bytes)),
        ('f', 2) => Values::F32(decode(data, big_endian, |b| {
            half_to_f32(u16::from_le_bytes(b))
        })),
        ('f', 4) => Values::F32(decode(data, big_endian, f32::from_le_bytes)),
        ('f', 8) => Values::F64(decode(data, big_endian, f64::from_le_bytes)),
        _ => return Err(Error::bug("an accepted dtype has a decoder", header.descr)),
    };
    let values = if header.fortran_order && header.shape.len() > 1 {
        match values {
            Values::U8(v) => Values::U8(row_major(&header.shape, v)?),
            Values::I64(v) => Values::I64(row_major(&header.shape, v)?),
            Values::U64(v) => Values::U64(row_major(&header.shape, v)?),
            Values::F32(v) => Values::F32(row_major(&header.shape, v)?),
            Values::F64(v) => Values::F64(row_major(&header.shape, v)?),
        }
    } else {
        values
    };
    Ok(Array {
        shape: header.shape,
        values,
    })
}

/// The header's text and the data after it; else what was found instead.
fn split(bytes: &[u8]) -> std::result::Result<(&str, &[u8]), String> {
    let truncated = || format!("a file of {} bytes that ends in its header", bytes.len());
    let rest = bytes
        .strip_prefix(b"\x93NUMPY")
        .ok_or("another beginning than \\x93NUMPY")?;
    let (version, rest) = rest.split_first_chunk::<2>().ok_or_else(truncated)?;
    let (length, rest) = match version {
        [1, _] => {
            let (n, rest) = rest.split_first_chunk().ok_or_else(truncated)?;
            (usize::from(u16::from_le_bytes(*n)), rest)
        }
        [2 | 3, _] => {
            let (n, rest) = rest.split_first_chunk().ok_or_else(truncated)?;
            let n = u32::from_le_bytes(*n);
            (usize::try_from(n).map_err(|_| truncated())?, rest)
        }
        [major, minor] => return Err(format!("version {major}.{minor}")),
    };
    let (text, data) = rest.split_at_checked(length).ok_or_else(truncated)?;
    let text = std::str::from_utf8(text).map_err(|_| "a header that is not text")?;
    Ok((text, data))
}

/// Values of `N` bytes each; big-endian ones are reversed before `value` sees them.
fn decode<const N: usize, T>(data: &[u8], big_endian: bool, value: fn([u8; N]) -> T) -> Vec<T> {
    let (chunks, _) = data.as_chunks::<N>();
    chunks
        .iter()
        .map(|&chunk| {
            let mut chunk = chunk;
            if big_endian {
                chunk.reverse();
            }
            value(chunk)
        })
        .collect()
}

/// The values of a column-major array of this shape, in row-major order.
fn row_major<T: Clone>(shape: &[usize], values: Vec<T>) -> Result<Vec<T>> {
    let array = ArrayD::from_shape_vec(IxDyn(shape).f(), values)
        .map_err(|e| Error::bug(format!("a checked shape holds: {e}"), format!("{shape:?}")))?;
    Ok(array.iter().cloned().collect())
}

/// The IEEE 754 binary16 value with these bits, which is exactly a f32.
pub(crate) fn half_to_f32(bits: u16) -> f32 {
    let fraction = f32::from(bits & 0x3ff);
    let exponent = i32::from((bits >> 10) & 0x1f);
    let magnitude = match exponent {
        // Subnormal: fraction * 2^-24. Both products below are exact.
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
    };
    if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

/// The three entries of the header's dictionary.
struct Header {
    descr: String,
    fortran_order: bool,
    shape: Vec<usize>,
}

impl Header {
    /// Reads the dictionary, each key exactly once; else what was found instead.
    ///
    /// This is the grammar that NumPy writes, not Python's: nothing in it
    /// nests, so nothing recurses.
    fn parse(text: &str) -> std::result::Result<Self, String> {
        let mut scan = Scan(text);
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        scan.expect('{')?;
        while !scan.take('}') {
            let key = scan.string()?;
            scan.expect(':')?;
            let repeated = match key {
                "descr" => descr.replace(scan.string()?.to_owned()).is_some(),
                "fortran_order" => fortran_order.replace(scan.boolean()?).is_some(),
                "shape" => shape.replace(scan.tuple()?).is_some(),
                _ => return Err(format!("the key {key:?}")),
            };
            if repeated {
                return Err(format!("the key {key:?} twice"));
            }
            if !scan.take(',') {
                scan.expect('}')?;
                break;
            }
        }
        if !scan.0.trim().is_empty() {
            return Err("text after the closing brace".into());
        }
        Ok(Self {
            descr: descr.ok_or("no key descr")?,
            fortran_order: fortran_order.ok_or("no key fortran_order")?,
            shape: shape.ok_or("no key shape")?,
        })
    }

    /// Whether big-endian, the kind of number, and its bytes; None if not supported.
    fn dtype(&self) -> Option<(bool, char, usize)> {
        let mut chars = self.descr.chars();
        let big_endian = match chars.next()? {
            '<' => false,
            '>' => true,
            // No byte order: only meaningful for one byte.
            '|' if chars.as_str().ends_with('1') => false,
            _ => return None,
        };
        let kind = chars.next()?;
        let size = match (kind, chars.as_str()) {
            ('u' | 'i', "1") => 1,
            ('u' | 'i' | 'f', "2") => 2,
            ('u' | 'i' | 'f', "4") => 4,
            ('u' | 'i' | 'f', "8") => 8,
            _ => return None,
        };
        Some((big_endian, kind, size))
    }
}

/// The part of the header not yet read.
struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    fn take(&mut self, symbol: char) -> bool {
        self.0 = self.0.trim_start();
        match self.0.strip_prefix(symbol) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, symbol: char) -> std::result::Result<(), String> {
        if self.take(symbol) {
            return Ok(());
        }
        let near: String = self.0.chars().take(20).collect();
        Err(format!("{near:?} where {symbol:?} should be"))
    }

    /// A quoted string without escapes.
    fn string(&mut self) -> std::result::Result<&'a str, String> {
        let quote = if self.take('"') {
            '"'
        } else {
            self.expect('\'')?;
            '\''
        };
        let (string, rest) = self.0.split_once(quote).ok_or("an unclosed string")?;
        self.0 = rest;
        Ok(string)
    }

    fn boolean(&mut self) -> std::result::Result<bool, String> {
        self.0 = self.0.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.0.strip_prefix(word) {
                self.0 = rest;
                return Ok(value);
            }
        }
        Err("fortran_order neither True nor False".into())
    }

    /// A tuple of non-negative integers, such as `()`, `(3,)`, `(3, 4)`.
    fn tuple(&mut self) -> std::result::Result<Vec<usize>, String> {
        let mut numbers = Vec::new();
        self.expect('(')?;
        while !self.take(')') {
            if numbers.len() == MAX_AXES {
                return Err(format!("more than {MAX_AXES} axes"));
            }
            self.0 = self.0.trim_start();
            let end = self
                .0
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(self.0.len());
            let (digits, rest) = self.0.split_at(end);
            numbers.push(
                digits
                    .parse()
                    .map_err(|_| format!("the dimension {digits:?}"))?,
            );
            // Python 2 wrote long integers with an L.
            self.0 = rest.strip_prefix('L').unwrap_or(rest);
            if !self.take(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn read(header: &str, data: &[u8]) -> Result<Array> {
        parse(&file(header, data), Path::new("a.npy"), "")
    }

    #[test]
    fn byte_orders_and_axis_orders() {
        let little = read(
            "{'descr': '<u2', 'fortran_order': False, 'shape': (2,), }\n",
            &[1, 0, 2, 0],
        );
        let big = read(
            "{\"descr\":\">u2\",\"shape\":(2L,),\"fortran_order\":True}",
            &[0, 1, 0, 2],
        );
        assert_eq!(little.unwrap(), big.unwrap());
        let columns = read(
            "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}",
            &[1, 4, 2, 5, 3, 6],
        );
        assert_eq!(columns.unwrap().values, Values::U8(vec![1, 2, 3, 4, 5, 6]));
    }

    #[test]
    fn a_scalar_has_one_value() {
        let scalar = read("{'descr':'|i1','fortran_order':False,'shape':()}", &[255]);
        assert_eq!(scalar.unwrap().values, Values::I64(vec![-1]));
    }

    #[test]
    fn an_overflowing_shape_is_refused() {
        let max = usize::MAX;
        let header = format!("{{'descr':'<f8','fortran_order':True,'shape':({max},{max})}}");
        let text = read(&header, &[]).unwrap_err().to_string();
        assert!(text.contains("found 0 bytes of data"), "{text}");
    }

    /// As in IDX, where the fuzzer found it.
    #[test]
    fn a_zero_does_not_hide_an_overflowing_shape() {
        let max = usize::MAX;
        for order in ["True", "False"] {
            let header =
                format!("{{'descr':'<f8','fortran_order':{order},'shape':(0,{max},{max})}}");
            let text = read(&header, &[]).unwrap_err().to_string();
            assert!(text.contains("every dimension at least 1"), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_recursion() {
        let text = read(&"(".repeat(60_000), &[]).unwrap_err().to_string();
        assert!(text.contains("where '{' should be"), "{text}");
    }

    #[test]
    fn defects_of_the_header_are_named() {
        for (header, found) in [
            ("{'descr':'<f8','shape':()}", "no key fortran_order"),
            ("{'descr':'<f8','descr':'<f8'}", "the key \"descr\" twice"),
            ("{'color':'<f8'}", "the key \"color\""),
            ("{'shape':(-1,)}", "the dimension \"\""),
            ("{'shape':(1,)} x", "text after the closing brace"),
            ("{'descr", "an unclosed string"),
            (
                "{'descr':'|O','fortran_order':False,'shape':()}",
                "dtype \"|O\"",
            ),
            (
                "{'descr':'<c8','fortran_order':False,'shape':()}",
                "dtype \"<c8\"",
            ),
        ] {
            let text = read(header, &[]).unwrap_err().to_string();
            assert!(text.contains(found), "{text}");
        }
    }

    #[test]
    fn half_precision_is_exact() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x3555, 0.333_251_95),
            (0x8000, 0.0),
        ] {
            assert_eq!(half_to_f32(bits), value);
        }
        assert!(half_to_f32(0x7e00).is_nan());
        assert_eq!(half_to_f32(0xfc00), f32::NEG_INFINITY);
    }
}
