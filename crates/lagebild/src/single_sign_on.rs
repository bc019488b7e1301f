//! `[auth.oidc]`: sign-in at an OpenID Connect provider, as the configuration tells it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use lagebild_api::{Mapping, SingleSignOn, SingleSignOnTerms};
use lagebild_domain::{OrganisationId, Role};
use serde::Deserialize;

use crate::failure::Failure;

/// An OpenID Connect provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcSection {
    /// Its name for people, on the button.
    label: String,
    issuer: String,
    client_id: String,
    client_secret: Option<Hidden>,
    /// File that holds the secret and nothing else, in place of `client_secret`.
    client_secret_file: Option<PathBuf>,
    #[serde(default)]
    scopes: Vec<String>,
    /// Claim of the ID token that the mappings are about.
    #[serde(default = "default_claim")]
    claim: String,
    #[serde(rename = "mapping", default)]
    mappings: Vec<MappingSection>,
}

fn default_claim() -> String {
    "groups".to_owned()
}

/// What a value of the claim means here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingSection {
    value: String,
    role: Role,
    organisation: OrganisationId,
}

/// A secret in the configuration. Not shown by `Debug`.
#[derive(Deserialize)]
#[serde(transparent)]
struct Hidden(String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl OidcSection {
    /// The provider, for a server that browsers reach at `address`; paths are relative to `base`.
    pub(crate) fn provider(&self, address: &str, base: &Path) -> Result<SingleSignOn, Failure> {
        let mapping = |section: &MappingSection| Mapping {
            value: section.value.clone(),
            role: section.role,
            organisation: section.organisation.clone(),
        };
        let terms = SingleSignOnTerms {
            label: self.label.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.secret(base)?,
            address: address.to_owned(),
            scopes: self.scopes.clone(),
            claim: self.claim.clone(),
            mappings: self.mappings.iter().map(mapping).collect(),
        };
        SingleSignOn::new(terms).map_err(|problem| Failure::usage(format!("[auth.oidc]: {problem}")))
    }

    /// The secret, from whichever place it stands in.
    fn secret(&self, base: &Path) -> Result<Option<String>, Failure> {
        match (&self.client_secret, &self.client_secret_file) {
            (Some(_), Some(_)) => Err(Failure::usage(
                "[auth.oidc] has `client_secret` and `client_secret_file`; keep one",
            )),
            (Some(Hidden(secret)), None) => Ok(Some(secret.clone())),
            (None, Some(file)) => {
                let path = base.join(file);
                let text = fs::read_to_string(&path).map_err(|error| {
                    Failure::usage(format!(
                        "`auth.oidc.client_secret_file` names {}, which cannot be read: {error}",
                        path.display()
                    ))
                })?;
                Ok(Some(text.trim().to_owned()))
            }
            (None, None) => Ok(None),
        }
    }
}
