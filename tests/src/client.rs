//! Requests.

use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, Request};

/// Longest wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Someone who asks a server.
#[derive(Debug, Clone)]
pub struct Client {
    base: String,
    headers: Vec<(String, String)>,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Client {
    /// Someone without a sign-in.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            headers: Vec::new(),
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    /// The same with a token.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// GET.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    /// GET of JSON that must be there.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        self.get(path).has_status(200).json()
    }

    /// The items of a list that must be there and be whole.
    #[track_caller]
    pub fn items(&self, path: &str) -> Vec<Value> {
        let list = self.json(path);
        assert_eq!(list["next"], Value::Null, "{path}: there is more");
        list["items"].as_array().expect("a list has items").clone()
    }

    /// A request with a JSON body, or none.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        self.ask(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// The same; `None` where no answer comes.
    pub fn try_send(&self, method: &str, path: &str, body: Option<&str>) -> Option<Answer> {
        self.ask(method, path, body).ok()
    }

    fn ask(&self, method: &str, path: &str, body: Option<&str>) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let agent = agent(Some(TIMEOUT));
        let response = match body {
            Some(body) => {
                let request = request
                    .header("content-type", "application/json")
                    .body(body.to_owned());
                agent.run(request.expect("a request"))
            }
            None => agent.run(request.body(()).expect("a request")),
        };
        let mut response = response?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_vec()?,
        })
    }

    /// GET whose body is read as it comes.
    pub fn open(&self, path: &str) -> ureq::http::Response<ureq::Body> {
        let mut request = Request::builder().uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        agent(None)
            .run(request.body(()).expect("a request"))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

fn agent(timeout: Option<Duration>) -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(timeout)
        .proxy(None)
        .build()
        .new_agent()
}

impl Answer {
    /// The answer must have this status.
    #[track_caller]
    pub fn has_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// A header's value; empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The answer must be problem details of this status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert!(
            problem["type"].is_string() && problem["title"].is_string(),
            "{problem}"
        );
        assert!(
            !problem["detail"].as_str().unwrap_or_default().is_empty(),
            "{problem}"
        );
        problem
    }
}
