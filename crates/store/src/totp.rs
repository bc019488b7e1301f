//! Time-based one-time passwords (RFC 6238): six digits, half a minute, SHA-1, as every authenticator app knows them.

use std::fmt;

use blake3::Hasher;
use jiff::Timestamp;
use lagebild_domain::AccountName;
use totp_rs::{Algorithm, TOTP};

/// Makes secrets of salts.
const KEY_CONTEXT: &str = "lagebild 2026-11 secrets of second factors";
const DIGITS: usize = 6;
const STEP_SECONDS: u64 = 30;
/// Bytes of a secret: RFC 4226 recommends 160 bits.
const SECRET_BYTES: usize = 20;
/// A clock may be one step ahead or behind (RFC 6238, 5.2).
const SKEW: u64 = 1;

/// The second factor of an account. Not shown by `Debug`.
#[derive(Clone)]
pub struct SecondFactor(TOTP);

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondFactor(…)")
    }
}

impl SecondFactor {
    /// Of a salt and the installation's key: neither gives it away alone.
    pub(crate) fn new(key: &[u8; 32], salt: &[u8]) -> Self {
        let mut secret = vec![0; SECRET_BYTES];
        Hasher::new_keyed(&blake3::derive_key(KEY_CONTEXT, key))
            .update(salt)
            .finalize_xof()
            .fill(&mut secret);
        Self::of_secret(secret)
    }

    fn of_secret(secret: Vec<u8>) -> Self {
        Self(TOTP::new_unchecked(
            Algorithm::SHA1,
            DIGITS,
            0,
            STEP_SECONDS,
            secret,
        ))
    }

    /// The address that authenticator apps read, to be shown once.
    pub fn reveal_url(&self, account: &AccountName) -> String {
        format!(
            "otpauth://totp/Lagebild:{account}?secret={}&issuer=Lagebild&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            self.0.get_secret_base32()
        )
    }

    /// The time step that a code is of, if it is one of now.
    pub(crate) fn step_of(&self, code: &str, now: Timestamp) -> Option<u64> {
        let step = now.as_second().cast_unsigned() / STEP_SECONDS;
        (step.saturating_sub(SKEW)..=step + SKEW).find(|step| self.0.check(code, step * STEP_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let factor = SecondFactor::of_secret(b"12345678901234567890".to_vec());
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(
                factor.step_of(code, now),
                Some(second.cast_unsigned() / 30),
                "{second}"
            );
        }
    }

    #[test]
    fn a_code_holds_one_step_before_and_after_its_own() {
        let factor = SecondFactor::of_secret(b"12345678901234567890".to_vec());
        let at = |second| Timestamp::from_second(second).unwrap();
        for (second, is_good) in [(29, false), (30, true), (119, true), (120, false)] {
            // The code of the step from 60 to 89: RFC 4226, appendix D, count 2.
            let step = factor.step_of("359152", at(second));
            assert_eq!(step == Some(2), is_good, "{second}");
        }
        for wrong in ["", "35915", "3591520", "abcdef", "３５９１５２"] {
            assert_eq!(factor.step_of(wrong, at(60)), None, "{wrong}");
        }
    }

    #[test]
    fn salt_and_key_both_make_the_secret() {
        let anna = AccountName::new("anna").unwrap();
        let url = |key: u8, salt: &[u8]| SecondFactor::new(&[key; 32], salt).reveal_url(&anna);
        assert_eq!(url(1, b"a"), url(1, b"a"));
        assert_ne!(url(1, b"a"), url(2, b"a"));
        assert_ne!(url(1, b"a"), url(1, b"b"));
        assert!(url(1, b"a").starts_with("otpauth://totp/Lagebild:anna?secret="));
    }
}
