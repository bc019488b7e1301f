//! Signatures of webhooks, as Standard Webhooks 1.0 has them.

use std::str::FromStr;

use ring::hmac;

/// Shortest and longest key in bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The key that an endpoint and we have in common. Not shown by `Debug`.
#[derive(Clone)]
pub(crate) struct Secret(hmac::Key);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key: `whsec_` and base64 of 24 to 64 bytes")]
pub(crate) struct InvalidSecret;

impl FromStr for Secret {
    type Err = InvalidSecret;
    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        use base64::Engine as _;
        let encoded = text.strip_prefix("whsec_").ok_or(InvalidSecret)?;
        let key = base64::engine::general_purpose::STANDARD
            .decode(encoded)
            .map_err(|_| InvalidSecret)?;
        if !KEY_BYTES.contains(&key.len()) {
            return Err(InvalidSecret);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &key)))
    }
}

/// The header `webhook-signature`: one signature for each key, the present one first.
pub(crate) fn signature(secrets: &[Secret], id: &str, timestamp: i64, body: &[u8]) -> String {
    use base64::Engine as _;
    let mut signed = format!("{id}.{timestamp}.").into_bytes();
    signed.extend_from_slice(body);
    let one = |secret: &Secret| {
        let tag = hmac::sign(&secret.0, &signed);
        format!("v1,{}", base64::engine::general_purpose::STANDARD.encode(tag))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries (`standard-webhooks`, their test vector).
    #[test]
    fn the_signature_is_that_of_the_reference_libraries() {
        let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = signature(
            std::slice::from_ref(&secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            body,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let other: Secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".parse().unwrap();
        let both = signature(
            &[other, secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            body,
        );
        assert_eq!(both.split(' ').nth(1), Some(signed.as_str()));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA", "whsec_ä"] {
            assert_eq!(text.parse::<Secret>().unwrap_err(), InvalidSecret, "{text}");
        }
    }
}
