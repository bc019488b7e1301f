//! Sign-in at an OpenID Connect provider: authorization code with PKCE, state and nonce.
//!
//! What the provider says of a person is turned into a role in an organisation by the operator's table; who is in no row of it
//! is not let in. Discovery and keys are asked for anew at each sign-in, so that a provider may change its keys at any time.
//!
//! Where it falls short: whoever loses a right at the provider keeps an open session until it ends by itself.

use std::sync::Arc;
use std::time::Duration;

use lagebild_domain::{OrganisationId, Role, Viewer};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::task::spawn_blocking;

/// Where the provider sends people back to.
const CALLBACK_PATH: &str = "/sign-in/oidc/callback";
/// Longest wait for the provider's answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// No answer of a provider is larger.
const MOST_BYTES: u64 = 1 << 20;

/// What the provider's word for somebody means here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// A value of the claim.
    pub value: String,
    /// The role of whoever has it.
    pub role: Role,
    /// Whom they act for.
    pub organisation: OrganisationId,
}

/// How to reach the provider, and what its words mean.
#[derive(Debug, Clone)]
pub struct SingleSignOnTerms {
    /// Name of the provider for people.
    pub label: String,
    /// The provider's issuer URL.
    pub issuer: String,
    /// This server's name there.
    pub client_id: String,
    /// And its secret, if it has one.
    pub client_secret: Option<String>,
    /// This server's address for browsers, such as `https://lage.stadt.example`.
    pub address: String,
    /// Scopes to ask for beside `openid` and `profile`.
    pub scopes: Vec<String>,
    /// The claim of the ID token that mappings are about: a text, or a list of texts.
    pub claim: String,
    /// The first that holds decides.
    pub mappings: Vec<Mapping>,
}

/// A provider. Cheap to clone. Not shown by `Debug` but for its name.
#[derive(Clone)]
pub struct SingleSignOn(Arc<Inner>);

struct Inner {
    label: String,
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    scopes: Vec<Scope>,
    claim: String,
    mappings: Vec<Mapping>,
    agent: ureq::Agent,
}

impl std::fmt::Debug for SingleSignOn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SingleSignOn").field(&self.0.label).finish()
    }
}

/// What a sign-in that has begun remembers until the person comes back: in a cookie of their browser, out of scripts' reach.
pub(crate) struct Begun {
    state: String,
    nonce: String,
    verifier: String,
}

impl Begun {
    /// As a cookie's value.
    pub(crate) fn to_cookie(&self) -> String {
        [&*self.state, &*self.nonce, &*self.verifier].join(".")
    }

    /// Back from there.
    pub(crate) fn from_cookie(value: &str) -> Option<Self> {
        // None of the three has a dot: all are base64 for URLs.
        let mut words = value.split('.').map(str::to_owned);
        let begun = Self {
            state: words.next()?,
            nonce: words.next()?,
            verifier: words.next()?,
        };
        words.next().is_none().then_some(begun)
    }
}

/// Why somebody was not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSignedIn {
    /// The provider does not answer, or not as the standard says.
    #[error("the provider failed: {0}")]
    Provider(String),
    /// What came back is not the answer to what was asked, or is not signed by the provider.
    #[error("the answer is not to be believed: {0}")]
    Unbelievable(String),
    /// No mapping holds for the person.
    #[error("no mapping holds for this person")]
    NotMapped,
}

/// All other claims of the ID token.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OtherClaims(Map<String, Value>);

impl AdditionalClaims for OtherClaims {}

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Client = openidconnect::Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl SingleSignOn {
    /// A provider as the operator describes it. Nothing is asked of it yet.
    ///
    /// # Errors
    /// What is wrong with the terms, naming their key.
    pub fn new(terms: SingleSignOnTerms) -> Result<Self, String> {
        let issuer = IssuerUrl::new(terms.issuer).map_err(|error| format!("`issuer` is no URL: {error}"))?;
        if !is_guarded(issuer.url()) {
            return Err("`issuer` must begin with https://, or lie on this machine".to_owned());
        }
        let redirect = format!("{}{CALLBACK_PATH}", terms.address.trim_end_matches('/'));
        let redirect = RedirectUrl::new(redirect).map_err(|error| {
            format!("[server] `address` must be the server's own URL for browsers, such as https://lage.stadt.example: {error}")
        })?;
        if terms.mappings.is_empty() {
            return Err("without a [[auth.oidc.mapping]] nobody can sign in".to_owned());
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            // The provider's answers are believed because of where they come from.
            .max_redirects(0)
            .user_agent("lagebild")
            .build();
        Ok(Self(Arc::new(Inner {
            label: terms.label,
            issuer,
            client_id: ClientId::new(terms.client_id),
            client_secret: terms.client_secret.map(ClientSecret::new),
            redirect,
            scopes: terms.scopes.into_iter().map(Scope::new).collect(),
            claim: terms.claim,
            mappings: terms.mappings,
            agent: agent.into(),
        })))
    }

    /// Name of the provider for people.
    pub(crate) fn label(&self) -> &str {
        &self.0.label
    }

    /// Begins a sign-in: where to send the browser, and what to remember until it is back.
    pub(crate) async fn begin(&self) -> Result<(Url, Begun), NotSignedIn> {
        let inner = Arc::clone(&self.0);
        spawn_blocking(move || inner.begin()).await.map_err(provider)?
    }

    /// Ends a sign-in with what the browser brought back.
    pub(crate) async fn finish(
        &self,
        begun: Begun,
        state: &str,
        code: String,
    ) -> Result<Viewer, NotSignedIn> {
        // In constant time, as hashes compare.
        if blake3::hash(begun.state.as_bytes()) != blake3::hash(state.as_bytes()) {
            return Err(NotSignedIn::Unbelievable(
                "it belongs to another sign-in".to_owned(),
            ));
        }
        let inner = Arc::clone(&self.0);
        spawn_blocking(move || inner.finish(begun, code))
            .await
            .map_err(provider)?
    }
}

/// Whether nobody in between can read along.
fn is_guarded(url: &Url) -> bool {
    url.scheme() == "https" || matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

fn provider(error: impl std::fmt::Display) -> NotSignedIn {
    NotSignedIn::Provider(error.to_string())
}

fn unbelievable(error: impl std::fmt::Display) -> NotSignedIn {
    NotSignedIn::Unbelievable(error.to_string())
}

impl Inner {
    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, body) = self.agent.run(request)?.into_parts();
        let body = body.into_with_config().limit(MOST_BYTES).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, body))
    }

    fn client(&self) -> Result<Client, NotSignedIn> {
        let ask = |request| self.ask(request);
        let metadata = CoreProviderMetadata::discover(&self.issuer, &ask).map_err(provider)?;
        let client =
            Client::from_provider_metadata(metadata, self.client_id.clone(), self.client_secret.clone());
        Ok(client.set_redirect_uri(self.redirect.clone()))
    }

    fn begin(&self) -> Result<(Url, Begun), NotSignedIn> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client()?;
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge);
        for scope in &self.scopes {
            request = request.add_scope(scope.clone());
        }
        let (url, state, nonce) = request.url();
        let begun = Begun {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((url, begun))
    }

    fn finish(&self, begun: Begun, code: String) -> Result<Viewer, NotSignedIn> {
        let client = self.client()?;
        let ask = |request| self.ask(request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(provider)?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier))
            .request(&ask)
            .map_err(provider)?;
        let id_token = tokens
            .id_token()
            .ok_or_else(|| unbelievable("it holds no ID token"))?;
        let verifier = client.id_token_verifier();
        let claims = id_token
            .claims(&verifier, &Nonce::new(begun.nonce))
            .map_err(unbelievable)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(unbelievable)?;
            let key = id_token.signing_key(&verifier).map_err(unbelievable)?;
            let actual =
                AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(unbelievable)?;
            if actual != *expected {
                return Err(unbelievable("its access token is another's"));
            }
        }
        let mapping = self
            .mapping_of(&claims.additional_claims().0)
            .ok_or(NotSignedIn::NotMapped)?;
        let name = claims
            .preferred_username()
            .map_or_else(|| claims.subject().to_string(), |name| name.to_string());
        Ok(Viewer {
            name,
            role: mapping.role,
            organisation: mapping.organisation.clone(),
        })
    }

    fn mapping_of(&self, claims: &Map<String, Value>) -> Option<&Mapping> {
        let values: Vec<&str> = match claims.get(&self.claim)? {
            Value::String(value) => vec![value],
            Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        self.mappings
            .iter()
            .find(|mapping| values.contains(&mapping.value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn terms() -> SingleSignOnTerms {
        let mapping = |value: &str, role, organisation: &str| Mapping {
            value: value.to_owned(),
            role,
            organisation: OrganisationId::new(organisation).unwrap(),
        };
        SingleSignOnTerms {
            label: "Stadtkonto".to_owned(),
            issuer: "https://login.stadt.example/".to_owned(),
            client_id: "lagebild".to_owned(),
            client_secret: None,
            address: "https://lage.stadt.example/".to_owned(),
            scopes: Vec::new(),
            claim: "groups".to_owned(),
            mappings: vec![
                mapping("lage-leitung", Role::Management, "geschaeftsfuehrung"),
                mapping("lage-stadt", Role::Analyst, "stadt"),
            ],
        }
    }

    #[test]
    fn the_first_mapping_that_holds_decides_and_without_one_nobody_is_let_in() {
        let provider = SingleSignOn::new(terms()).unwrap();
        let role = |claims: Value| {
            let claims = claims.as_object().cloned().unwrap();
            provider.0.mapping_of(&claims).map(|mapping| mapping.role)
        };
        assert_eq!(
            role(json!({"groups": ["lage-stadt", "lage-leitung"]})),
            Some(Role::Management)
        );
        assert_eq!(role(json!({"groups": "lage-stadt"})), Some(Role::Analyst));
        for claims in [
            json!({}),
            json!({"groups": []}),
            json!({"groups": ["LAGE-STADT", "lage-stadt "]}),
            json!({"groups": {"lage-stadt": true}}),
            json!({"roles": ["lage-stadt"]}),
        ] {
            assert_eq!(role(claims.clone()), None, "{claims}");
        }
    }

    #[test]
    fn terms_that_cannot_work_are_refused_with_their_key() {
        let wrong = |change: fn(&mut SingleSignOnTerms), key: &str| {
            let mut terms = terms();
            change(&mut terms);
            let problem = SingleSignOn::new(terms).unwrap_err();
            assert!(problem.contains(key), "{problem}");
        };
        wrong(|terms| terms.issuer = "login".to_owned(), "`issuer`");
        wrong(
            |terms| terms.issuer = "http://login.stadt.example".to_owned(),
            "https://",
        );
        wrong(|terms| terms.address = String::new(), "`address`");
        wrong(|terms| terms.mappings.clear(), "[[auth.oidc.mapping]]");
        let provider = SingleSignOn::new(terms()).unwrap();
        assert_eq!(
            provider.0.redirect.as_str(),
            "https://lage.stadt.example/sign-in/oidc/callback"
        );
    }
}
