//! Passes: API tokens and signed-in browsers. The store keeps hashes; what the bearer holds is shown once.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::{AccountName, OrganisationId, Role, Viewer};

use crate::account::viewer_of_row;
use crate::database::Subject;
use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, instant, micros};

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

/// What a session was opened with: it ends with that.
#[derive(Debug, Clone, Copy)]
pub enum Opener<'a> {
    /// An API token that the store knows.
    Token(&'a str),
    /// A local account.
    Account(&'a AccountName),
    /// Something that the store cannot withdraw: a demo token, another system's sign-in.
    Other,
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTerms {
    /// After this one signs in again, whatever one did.
    pub longest: SignedDuration,
    /// After so long without a request too.
    pub idle: SignedDuration,
}

/// A viewer with the pass that they came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub viewer: Viewer,
    /// True when the viewer is another than the one who has signed in: see [`Store::preview`].
    pub is_preview: bool,
    /// Which pass, without what its bearer holds.
    pub pass: PassId,
    /// When it was used before now, as far as the store knows.
    pub seen_at: Option<Timestamp>,
}

/// Names a pass; opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PassId(Vec<u8>);

impl Store {
    /// Makes an API token for the viewer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn issue_token(&self, viewer: &Viewer, expires_at: Timestamp) -> Result<Secret, StoreError> {
        let secret = Secret::random()?;
        let mut connection = self.database.writer().await?;
        connection
            .query(
                "INSERT INTO pass (hash, kind, name, role, organisation, created_at, expires_at) \
                 VALUES ($1, 'token', $2, $3, $4, $5, $6)",
            )
            .bind(hash(&secret.0))
            .bind(&viewer.name)
            .bind(viewer.role.as_str())
            .bind(viewer.organisation.as_str())
            .bind(micros(Timestamp::now()))
            .bind(micros(expires_at))
            .execute()
            .await?;
        Ok(secret)
    }

    /// Makes a session for the viewer who has signed in. It ends with what it was opened with, whenever that is withdrawn or
    /// expires, after its longest time, and when nobody has used it for a while.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_session(
        &self,
        viewer: &Viewer,
        opener: Opener<'_>,
        terms: SessionTerms,
    ) -> Result<Secret, StoreError> {
        let secret = Secret::random()?;
        let now = Timestamp::now();
        let (token, account) = match opener {
            Opener::Token(token) => (Some(hash(token)), None),
            Opener::Account(name) => (None, Some(name.as_str())),
            Opener::Other => (None, None),
        };
        let mut connection = self.database.writer().await?;
        connection
            .query(
                "INSERT INTO pass (hash, kind, name, role, organisation, created_at, expires_at, opened_by, account, seen_at, \
                 idle_us) VALUES ($1, 'session', $2, $3, $4, $5, $6, $7, $8, $5, $9)",
            )
            .bind(hash(&secret.0))
            .bind(&viewer.name)
            .bind(viewer.role.as_str())
            .bind(viewer.organisation.as_str())
            .bind(micros(now))
            .bind(micros(now.checked_add(terms.longest).unwrap_or(Timestamp::MAX)))
            .bind(token)
            .bind(account)
            .bind(i64::try_from(terms.idle.as_micros()).unwrap_or(i64::MAX))
            .execute()
            .await?;
        Ok(secret)
    }

    /// Who holds a pass; `None` when it is unknown, was withdrawn, has expired or was not used for too long.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holder_of(&self, pass: Pass, secret: &str) -> Result<Option<Holder>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query(
                "SELECT name, role, organisation, seen_at, preview FROM pass WHERE hash = $1 AND kind = $2 AND expires_at > $3 \
                 AND (idle_us IS NULL OR seen_at + idle_us > $3) \
                 AND (opened_by IS NULL OR EXISTS (SELECT 1 FROM pass AS token WHERE token.hash = pass.opened_by \
                 AND token.kind = 'token' AND token.expires_at > $3)) \
                 AND (account IS NULL OR EXISTS (SELECT 1 FROM account WHERE account.name = pass.account \
                 AND account.is_disabled = 0))",
            )
            .bind(hash(secret))
            .bind(pass.word())
            .bind(micros(Timestamp::now()))
            .fetch_optional()
            .await?;
        row.map(|row| {
            let own = viewer_of_row(&row, "name")?;
            let preview = row.get::<Option<String>>("preview")?;
            let is_preview = preview.is_some();
            let viewer = match preview {
                None => own,
                Some(organisation) => Viewer {
                    name: format!("Vorschau, {}", own.name),
                    role: Role::Partner,
                    organisation: OrganisationId::new(organisation).map_err(content)?,
                },
            };
            Ok(Holder {
                viewer,
                is_preview,
                pass: PassId(hash(secret)),
                seen_at: row.get::<Option<i64>>("seen_at")?.map(instant).transpose()?,
            })
        })
        .transpose()
    }

    /// Lets a session of the management see what an organisation sees, or with `None` its own again; false when it is no
    /// session of the management.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn preview(&self, session: &str, of: Option<&OrganisationId>) -> Result<bool, StoreError> {
        let mut connection = self.database.writer().await?;
        let changed = connection
            .query(
                "UPDATE pass SET preview = $2 WHERE hash = $1 AND kind = 'session' AND role = 'management' \
                 RETURNING name",
            )
            .bind(hash(session))
            .bind(of.map(OrganisationId::as_str))
            .fetch_optional()
            .await?;
        Ok(changed.is_some())
    }

    /// Keeps when passes were used last.
    ///
    /// # Errors
    /// [`StoreError`]; then none is kept.
    pub async fn keep_seen(&self, seen: &[(PassId, Timestamp)]) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Passes).await?;
        for (pass, at) in seen {
            transaction
                .query("UPDATE pass SET seen_at = $2 WHERE hash = $1 AND (seen_at IS NULL OR seen_at < $2)")
                .bind(pass.0.clone())
                .bind(micros(*at))
                .execute()
                .await?;
        }
        transaction.commit().await
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
