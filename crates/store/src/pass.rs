//! Passes: API tokens and signed-in browsers. The store keeps hashes; what the bearer holds is shown once.

use std::fmt;

use jiff::Timestamp;
use lagebild_domain::{OrganisationId, Viewer};

use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, micros};

/// What kind of pass a bearer holds; one is not taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// An API token.
    Token,
    /// A signed-in browser.
    Session,
}

impl Pass {
    fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Session => "session",
        }
    }
}

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
    pub async fn issue_token(&self, viewer: &Viewer, expires_at: Timestamp) -> Result<Secret, StoreError> {
        self.issue(Pass::Token, viewer, expires_at, None).await
    }

    /// Makes a session for the viewer who has signed in, with a token that the store knows or otherwise. It ends with that
    /// token, whenever that is withdrawn or expires.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_session(
        &self,
        viewer: &Viewer,
        token: Option<&str>,
        expires_at: Timestamp,
    ) -> Result<Secret, StoreError> {
        self.issue(Pass::Session, viewer, expires_at, token.map(hash))
            .await
    }

    async fn issue(
        &self,
        pass: Pass,
        viewer: &Viewer,
        expires_at: Timestamp,
        opened_by: Option<Vec<u8>>,
    ) -> Result<Secret, StoreError> {
        let secret = Secret::random()?;
        let mut connection = self.database.writer().await?;
        connection
            .query(
                "INSERT INTO pass (hash, kind, name, role, organisation, created_at, expires_at, opened_by) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(hash(&secret.0))
            .bind(pass.word())
            .bind(&viewer.name)
            .bind(viewer.role.as_str())
            .bind(viewer.organisation.as_str())
            .bind(micros(Timestamp::now()))
            .bind(micros(expires_at))
            .bind(opened_by)
            .execute()
            .await?;
        Ok(secret)
    }

    /// The viewer that a pass stands for; `None` when it is unknown, was withdrawn or has expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn viewer_of(&self, pass: Pass, secret: &str) -> Result<Option<Viewer>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query(
                "SELECT name, role, organisation FROM pass WHERE hash = $1 AND kind = $2 AND expires_at > $3 \
                 AND (opened_by IS NULL OR EXISTS (SELECT 1 FROM pass AS token WHERE token.hash = pass.opened_by \
                 AND token.kind = 'token' AND token.expires_at > $3))",
            )
            .bind(hash(secret))
            .bind(pass.word())
            .bind(micros(Timestamp::now()))
            .fetch_optional()
            .await?;
        row.map(|row| {
            Ok(Viewer {
                name: row.get("name")?,
                role: row.get::<String>("role")?.parse().map_err(content)?,
                organisation: OrganisationId::new(row.get::<String>("organisation")?).map_err(content)?,
            })
        })
        .transpose()
    }

    /// Withdraws the tokens of an organisation that have this name; tells how many those were. Sessions that were opened
    /// with them end too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_tokens(&self, organisation: &OrganisationId, name: &str) -> Result<u64, StoreError> {
        let mut connection = self.database.writer().await?;
        let rows = connection
            .query("DELETE FROM pass WHERE kind = 'token' AND organisation = $1 AND name = $2 RETURNING hash")
            .bind(organisation.as_str())
            .bind(name)
            .fetch_all()
            .await?;
        Ok(rows.len() as u64)
    }

    /// Ends a pass, and clears away those that have expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn withdraw(&self, pass: Pass, secret: &str) -> Result<(), StoreError> {
        let mut connection = self.database.writer().await?;
        connection
            .query("DELETE FROM pass WHERE (hash = $1 AND kind = $2) OR expires_at <= $3")
            .bind(hash(secret))
            .bind(pass.word())
            .bind(micros(Timestamp::now()))
            .execute()
            .await
    }
}
