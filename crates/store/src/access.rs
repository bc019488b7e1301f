//! Tokens and sessions. The store keeps hashes; what the bearer holds is shown once.

use std::fmt;

use jiff::Timestamp;
use lagebild_domain::{OrganisationId, Viewer};
use sqlx::Row;

use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, micros};

/// What a bearer holds: 32 random bytes, in hexadecimal. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    fn random() -> Result<Self, StoreError> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(content)?;
        Ok(Self(blake3::Hash::from_bytes(bytes).to_hex().to_string()))
    }

    /// The text to hand to the bearer.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn hash(secret: &str) -> Vec<u8> {
    blake3::hash(secret.as_bytes()).as_bytes().to_vec()
}

impl Store {
    /// Makes an API token for the viewer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_token(&self, viewer: &Viewer, expires_at: Timestamp) -> Result<Secret, StoreError> {
        let secret = Secret::random()?;
        sqlx::query(
            "INSERT INTO token (hash, name, role, organisation, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(hash(&secret.0))
        .bind(&viewer.name)
        .bind(viewer.role.as_str())
        .bind(viewer.organisation.as_str())
        .bind(micros(Timestamp::now()))
        .bind(micros(expires_at))
        .execute(&self.writer)
        .await?;
        Ok(secret)
    }

    /// The viewer that a token stands for; `None` when it is unknown or has expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn viewer_by_token(&self, token: &str) -> Result<Option<Viewer>, StoreError> {
        let row =
            sqlx::query("SELECT name, role, organisation FROM token WHERE hash = $1 AND expires_at > $2")
                .bind(hash(token))
                .bind(micros(Timestamp::now()))
                .fetch_optional(&self.readers)
                .await?;
        row.as_ref().map(viewer_of).transpose()
    }

    /// Opens a session for a signed-in viewer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_session(&self, viewer: &Viewer, expires_at: Timestamp) -> Result<Secret, StoreError> {
        let secret = Secret::random()?;
        sqlx::query(
            "INSERT INTO session (hash, name, role, organisation, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(hash(&secret.0))
        .bind(&viewer.name)
        .bind(viewer.role.as_str())
        .bind(viewer.organisation.as_str())
        .bind(micros(Timestamp::now()))
        .bind(micros(expires_at))
        .execute(&self.writer)
        .await?;
        Ok(secret)
    }

    /// The viewer of a session; `None` when it is unknown, ended or has expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn viewer_by_session(&self, session: &str) -> Result<Option<Viewer>, StoreError> {
        let row =
            sqlx::query("SELECT name, role, organisation FROM session WHERE hash = $1 AND expires_at > $2")
                .bind(hash(session))
                .bind(micros(Timestamp::now()))
                .fetch_optional(&self.readers)
                .await?;
        row.as_ref().map(viewer_of).transpose()
    }

    /// Ends a session, and clears away those that have expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close_session(&self, session: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM session WHERE hash = $1 OR expires_at <= $2")
            .bind(hash(session))
            .bind(micros(Timestamp::now()))
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn viewer_of(row: &sqlx::sqlite::SqliteRow) -> Result<Viewer, StoreError> {
    Ok(Viewer {
        name: row.try_get("name")?,
        role: row.try_get::<String, _>("role")?.parse().map_err(content)?,
        organisation: OrganisationId::new(row.try_get::<String, _>("organisation")?).map_err(content)?,
    })
}
