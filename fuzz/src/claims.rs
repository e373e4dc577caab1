//! A file of claims, or a table with its header in front: read and judged.
use gapcert::audit::{examine, read};
use gapcert::input::InputFile;

pub fn run(bytes: &[u8]) {
    let file = InputFile::from_bytes("fuzz", bytes.to_vec());
    let claims = if read::csv::has_header(&file) {
        read::csv::parse(&file, None)
    } else {
        read::toml::parse(&file)
    };
    if let Ok(claims) = claims {
        let count = claims.len();
        let findings = examine(claims, None).expect("nothing is solved for");
        assert_eq!(findings.len(), count);
        for f in findings {
            assert!(f.claim.reported.lo <= f.claim.reported.hi);
        }
    }
}
