//! What an authenticator app shows.

use totp_rs::{Algorithm, Secret, TOTP};

/// The code of an `otpauth:` address at a second since 1970.
pub fn totp_code(url: &str, second: u64) -> String {
    let (_, query) = url.trim().split_once('?').expect("an address with a query");
    let secret = query
        .split('&')
        .find_map(|part| part.strip_prefix("secret="))
        .expect("a secret");
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().expect("base32");
    TOTP::new_unchecked(Algorithm::SHA1, 6, 0, 30, secret).generate(second)
}
