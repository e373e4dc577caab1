use crate::error::Result;
pub fn activity_histogram(_t: &str, _r: &[f64], _b: usize) -> Result<String> {
    todo!()
}
pub fn activity_mean(_t: &str, _e: &[f64], _c: &[(String, Vec<f64>)]) -> Result<String> {
    todo!()
}
