//! The checker alone, on certificates made beforehand: see `../run.sh`.

mod campaign;
mod certificates;
mod mutate;
#[allow(dead_code)]
mod oracle;

use gapcert::checker::{Outcome, verify};

#[test]
fn valid_certificates_are_verified() {
    for certificate in certificates::all() {
        let report = verify(certificate.to_string().as_bytes());
        assert_eq!(report.outcome(), Outcome::Verified, "{report:?}");
    }
}
