//! Problem details (RFC 9457): every error that leaves the server.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lagebild_domain::{InvalidFilter, Withheld};
use lagebild_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

const MEDIA_TYPE: &str = "application/problem+json";

/// An error, in words for people. Never carries internals or personal data.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Kind of problem; `about:blank` when the status says it all, `/problems/second-factor` when the code is missing.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What is wrong here and what would do.
    detail: String,
    /// The query parameter at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// Seconds to wait, for the header.
    #[serde(skip)]
    retry_after_s: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            parameter: None,
            retry_after_s: None,
        }
    }

    /// The password is right, and the account has a second factor.
    pub(crate) fn second_factor(detail: &str) -> Self {
        Self {
            kind: "/problems/second-factor",
            ..Self::new(StatusCode::UNAUTHORIZED, detail)
        }
    }

    pub(crate) fn wait(time: Duration) -> Self {
        let seconds = time.as_secs() + 1;
        let detail = format!("Too many tries; try again in {seconds} s.");
        Self {
            retry_after_s: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail)
        }
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Sign in first: POST /api/v1/session, or send an Authorization: Bearer header.",
        )
    }

    pub(crate) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            parameter: Some(name.into()),
            ..Self::new(StatusCode::BAD_REQUEST, detail)
        }
    }
}

/// Gives an error that the framework answered in plain text the form of all others. Pages for people stay what they are.
pub(crate) async fn dress(response: Response) -> Response {
    let is_dressed = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes() == MEDIA_TYPE.as_bytes() || kind.as_bytes().starts_with(b"text/html")
    });
    if !response.status().is_client_error() || is_dressed {
        return response;
    }
    Problem::new(response.status(), "The request cannot be understood.").into_response()
}

impl From<InvalidFilter> for Problem {
    fn from(error: InvalidFilter) -> Self {
        Self::parameter(error.parameter, error.problem)
    }
}

impl From<Withheld> for Problem {
    fn from(withheld: Withheld) -> Self {
        Self::new(StatusCode::FORBIDDEN, format!("Not released: {withheld}."))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // Logged once, here; the client learns nothing of the database.
        tracing::error!(%error, "the store failed to answer");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The store does not answer; try again later.",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer realm=\"lagebild\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
