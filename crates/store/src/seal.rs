//! What is kept encrypted: AES-256-GCM under a key derived from that of the identities.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::error::StoreError;

/// Keeps this key apart from others that are derived from the same one.
const CONTEXT: &str = "lagebild 2026-11 content of the quarantine";

/// Seals and opens what stands in the database. Without the key file, nobody reads it.
pub(crate) struct Seal(LessSafeKey);

impl Seal {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, StoreError> {
        let own = blake3::derive_key(CONTEXT, key);
        let key = UnboundKey::new(&AES_256_GCM, &own).map_err(|_| failed())?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Nonce, content and tag. It opens only for the same `owner`: a row cannot be put in another's place.
    pub(crate) fn seal(&self, owner: &[u8], plain: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| failed())?;
        let mut content = plain;
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(owner),
                &mut content,
            )
            .map_err(|_| failed())?;
        let mut sealed = nonce.to_vec();
        sealed.append(&mut content);
        Ok(sealed)
    }

    /// The content; `None` where it is damaged, or sealed with another key or for another owner.
    pub(crate) fn open(&self, owner: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, content) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut content = content.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(owner), &mut content).ok()?;
        Some(plain.to_vec())
    }
}

fn failed() -> StoreError {
    StoreError::Content("the quarantine could not be encrypted".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_with_its_key_and_for_its_owner_only() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let sealed = seal.seal(b"m", b"Ahornweg".to_vec()).unwrap();
        assert!(!sealed.windows(5).any(|part| part == b"Ahorn"));
        assert_eq!(seal.open(b"m", &sealed).as_deref(), Some(&b"Ahornweg"[..]));
        assert_eq!(seal.open(b"n", &sealed), None);
        assert_eq!(Seal::new(&[8; 32]).unwrap().open(b"m", &sealed), None);
        let mut damaged = sealed.clone();
        damaged[NONCE_LEN] ^= 1;
        assert_eq!(seal.open(b"m", &damaged), None);
        assert_eq!(seal.open(b"m", b"short"), None);
        assert_ne!(
            seal.seal(b"m", b"Ahornweg".to_vec()).unwrap(),
            sealed,
            "a nonce of its own"
        );
    }
}
