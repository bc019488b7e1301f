//! Local accounts: people who sign in with a password and, where they have one, a second factor.
//!
//! Passwords are hashed with Argon2id off the async threads. How many are hashed at a time is for the caller to bound: each
//! takes 19 MiB and some hundredths of a second of one core.

use std::sync::OnceLock;

use jiff::Timestamp;
use lagebild_domain::{AccountName, OrganisationId, Password, Role, Viewer};
use tokio::task::spawn_blocking;

use crate::database::{Row, Subject};
use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, instant, micros};
use crate::totp::SecondFactor;

/// Bytes of the salt of a second factor.
const SALT_BYTES: usize = 32;

/// An account whose password was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAccount {
    /// Whom it stands for.
    pub viewer: Viewer,
    /// True when a code is needed too.
    pub has_second_factor: bool,
}

/// An account as its administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    /// Name to sign in with.
    pub name: AccountName,
    /// Whom it stands for.
    pub viewer: Viewer,
    /// True when a code is needed too.
    pub has_second_factor: bool,
    /// True when nobody can sign in with it.
    pub is_disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Name, role and organisation of a row.
pub(crate) fn viewer_of_row(row: &Row, name: &'static str) -> Result<Viewer, StoreError> {
    Ok(Viewer {
        name: row.get(name)?,
        role: row.get::<String>("role")?.parse::<Role>().map_err(content)?,
        organisation: OrganisationId::new(row.get::<String>("organisation")?).map_err(content)?,
    })
}

impl Store {
    /// Makes an account; false when there is one of this name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_account(
        &self,
        name: &AccountName,
        viewer: &Viewer,
        password: Password,
    ) -> Result<bool, StoreError> {
        let hash = hash_of(password).await?;
        let mut connection = self.database.writer().await?;
        let made = connection
            .query(
                "INSERT INTO account (name, label, role, organisation, password, created_at, is_disabled) \
                 VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (name) DO NOTHING RETURNING name",
            )
            .bind(name.as_str())
            .bind(viewer.name.as_str())
            .bind(viewer.role.as_str())
            .bind(viewer.organisation.as_str())
            .bind(hash)
            .bind(micros(Timestamp::now()))
            .fetch_optional()
            .await?;
        Ok(made.is_some())
    }

    /// Sets another password and ends the account's sessions; false when there is no such account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_password(&self, name: &AccountName, password: Password) -> Result<bool, StoreError> {
        let hash = hash_of(password).await?;
        let mut transaction = self.database.begin_writing(Subject::Passes).await?;
        let changed = transaction
            .query("UPDATE account SET password = $2 WHERE name = $1 RETURNING name")
            .bind(name.as_str())
            .bind(hash)
            .fetch_optional()
            .await?;
        transaction
            .query("DELETE FROM pass WHERE account = $1")
            .bind(name.as_str())
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(changed.is_some())
    }

    /// Gives an account a new second factor, in place of one it may have, and ends its sessions; `None` when there is no such
    /// account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_second_factor(&self, name: &AccountName) -> Result<Option<SecondFactor>, StoreError> {
        let mut salt = vec![0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(content)?;
        let mut transaction = self.database.begin_writing(Subject::Passes).await?;
        let changed = transaction
            .query("UPDATE account SET totp_salt = $2, totp_step = NULL WHERE name = $1 RETURNING name")
            .bind(name.as_str())
            .bind(salt.as_slice())
            .fetch_optional()
            .await?;
        transaction
            .query("DELETE FROM pass WHERE account = $1")
            .bind(name.as_str())
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(changed.map(|_| SecondFactor::new(&self.key, &salt)))
    }

    /// Lets nobody sign in with the account any more and ends its sessions, or lets them again; false when there is no such
    /// account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_disabled(&self, name: &AccountName, is_disabled: bool) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Passes).await?;
        let changed = transaction
            .query("UPDATE account SET is_disabled = $2 WHERE name = $1 RETURNING name")
            .bind(name.as_str())
            .bind(i64::from(is_disabled))
            .fetch_optional()
            .await?;
        if is_disabled {
            transaction
                .query("DELETE FROM pass WHERE account = $1")
                .bind(name.as_str())
                .execute()
                .await?;
        }
        transaction.commit().await?;
        Ok(changed.is_some())
    }

    /// All accounts by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn accounts(&self) -> Result<Vec<AccountEntry>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query(
                "SELECT name, label, role, organisation, totp_salt, created_at, is_disabled FROM account ORDER BY name",
            )
            .fetch_all()
            .await?;
        rows.iter().map(entry_of).collect()
    }

    /// The account of a name; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn account(&self, name: &AccountName) -> Result<Option<AccountEntry>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query(
                "SELECT name, label, role, organisation, totp_salt, created_at, is_disabled FROM account WHERE name = $1",
            )
            .bind(name.as_str())
            .fetch_optional()
            .await?;
        row.as_ref().map(entry_of).transpose()
    }

    /// Holds a password against the account's. Takes as long when there is no such account: nobody learns names by the clock.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check_password(
        &self,
        name: &AccountName,
        password: Password,
    ) -> Result<Option<KnownAccount>, StoreError> {
        let row = {
            let mut connection = self.database.reader().await?;
            connection
                .query(
                    "SELECT label, role, organisation, password, totp_salt FROM account \
                     WHERE name = $1 AND is_disabled = 0",
                )
                .bind(name.as_str())
                .fetch_optional()
                .await?
        };
        let set = row
            .as_ref()
            .map(|row| row.get::<String>("password"))
            .transpose()?;
        let is_right = spawn_blocking(move || {
            let is_there = set.is_some();
            let hash = set.unwrap_or_else(|| nobodys_hash().to_owned());
            let is_right = password_auth::verify_password(password.reveal(), &hash).is_ok();
            is_right && is_there
        })
        .await
        .map_err(content)?;
        let Some(row) = row.filter(|_| is_right) else {
            return Ok(None);
        };
        Ok(Some(KnownAccount {
            viewer: viewer_of_row(&row, "label")?,
            has_second_factor: row.get::<Option<Vec<u8>>>("totp_salt")?.is_some(),
        }))
    }

    /// Takes a code of the account's second factor: true when it is one of now and none as late was taken before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_code(
        &self,
        name: &AccountName,
        code: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let salt = {
            let mut connection = self.database.reader().await?;
            let row = connection
                .query("SELECT totp_salt FROM account WHERE name = $1 AND is_disabled = 0")
                .bind(name.as_str())
                .fetch_optional()
                .await?;
            row.map(|row| row.get::<Option<Vec<u8>>>("totp_salt"))
                .transpose()?
        };
        let Some(salt) = salt.flatten() else {
            return Ok(false);
        };
        let Some(step) = SecondFactor::new(&self.key, &salt).step_of(code, now) else {
            return Ok(false);
        };
        let mut connection = self.database.writer().await?;
        let taken = connection
            .query(
                "UPDATE account SET totp_step = $2 WHERE name = $1 AND (totp_step IS NULL OR totp_step < $2) \
                 RETURNING name",
            )
            .bind(name.as_str())
            .bind(step.cast_signed())
            .fetch_optional()
            .await?;
        Ok(taken.is_some())
    }
}

fn entry_of(row: &Row) -> Result<AccountEntry, StoreError> {
    Ok(AccountEntry {
        name: AccountName::new(row.get::<String>("name")?).map_err(content)?,
        viewer: viewer_of_row(row, "label")?,
        has_second_factor: row.get::<Option<Vec<u8>>>("totp_salt")?.is_some(),
        is_disabled: row.get::<i64>("is_disabled")? != 0,
        created_at: instant(row.get("created_at")?)?,
    })
}

async fn hash_of(password: Password) -> Result<String, StoreError> {
    spawn_blocking(move || password_auth::generate_hash(password.reveal()))
        .await
        .map_err(content)
}

/// The hash that a password is held against where there is no account.
fn nobodys_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| password_auth::generate_hash("nobody's"))
}
