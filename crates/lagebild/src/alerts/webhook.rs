//! Webhooks, as Standard Webhooks 1.0 has them.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use jiff::Timestamp;
use lagebild_store::Delivery;
use serde_json::json;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::{StatusCode, Uri, header};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::sending::Outcome;
use super::signature::{Secret, signature};

/// Longest time for one try, from the name's address to the end of the answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Longest pause that a receiver may ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(24);

/// A receiver's program.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    agent: Agent,
    url: String,
    secrets: Vec<Secret>,
    /// Where people reach the server.
    address: String,
}

impl Webhook {
    pub(crate) fn new(url: String, secrets: Vec<Secret>, allow_private: bool, address: String) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            // A receiver that has moved says so to the operator, not to us.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("lagebild")
            .build();
        let resolver = Guard {
            resolver: DefaultResolver::default(),
            allow_private,
        };
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), resolver),
            url,
            secrets,
            address,
        }
    }

    /// Tries once. Blocks: not for the threads that answer requests.
    pub(crate) fn send(&self, delivery: &Delivery, now: Timestamp) -> Outcome {
        let body = body(delivery, &self.address);
        let timestamp = now.as_second();
        let sent = self
            .agent
            .post(&self.url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", &delivery.id)
            .header("webhook-timestamp", timestamp.to_string())
            .header(
                "webhook-signature",
                signature(&self.secrets, &delivery.id, timestamp, body.as_bytes()),
            )
            .send(body.as_bytes());
        match sent {
            Ok(answer) => outcome(
                answer.status(),
                answer
                    .headers()
                    .get(header::RETRY_AFTER)
                    .and_then(|value| value.to_str().ok()),
            ),
            // The error's own words may hold the address, and an address may hold a key.
            Err(error) => Outcome::Failed {
                problem: match error {
                    ureq::Error::Timeout(_) => "the receiver did not answer in time",
                    ureq::Error::HostNotFound => {
                        "the receiver's name is not known, or its address is not allowed"
                    }
                    ureq::Error::Io(_) | ureq::Error::ConnectionFailed => "the receiver cannot be reached",
                    ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "no secure connection to the receiver",
                    _ => "the request failed",
                }
                .to_owned(),
                retry_after: None,
            },
        }
    }
}

/// What an answer means.
fn outcome(status: StatusCode, retry_after: Option<&str>) -> Outcome {
    if status.is_success() {
        Outcome::Taken
    } else if status == StatusCode::GONE {
        Outcome::Gone("the receiver answered 410: it wants nothing more".to_owned())
    } else {
        let seconds = retry_after
            .and_then(|text| text.trim().parse().ok())
            .map(Duration::from_secs);
        Outcome::Failed {
            problem: format!("the receiver answered {}", status.as_u16()),
            retry_after: seconds.map(|pause| pause.min(LONGEST_RETRY_AFTER)),
        }
    }
}

/// The body: thin, so that what is told is fetched, authorised and logged. The same at every try.
fn body(delivery: &Delivery, address: &str) -> String {
    let alerts: Vec<serde_json::Value> = delivery
        .message
        .items
        .iter()
        .map(|item| {
            let content = &item.content;
            let mut alert = json!({
                "id": item.alert,
                "event": item.kind,
                "subject": content.subject,
                "headline": content.headline,
                "url": format!("{address}/#alert={}", item.alert),
                "api": format!("{address}/api/v1/alerts/{}", item.alert),
            });
            let released = [
                ("kind", json!(content.kind)),
                ("state", json!(content.state)),
                ("area", json!(content.district)),
                ("place", json!(content.place)),
            ];
            if let Some(fields) = alert.as_object_mut() {
                let told = released.into_iter().filter(|(_, value)| !value.is_null());
                fields.extend(told.map(|(name, value)| (name.to_owned(), value)));
            }
            alert
        })
        .collect();
    json!({
        "type": format!("alert.{}", delivery.message.kind),
        "timestamp": delivery.created_at,
        "data": { "organisation": delivery.message.organisation, "alerts": alerts },
    })
    .to_string()
}

/// Refuses addresses of this machine and of private networks; the connection goes to the address that was looked at.
struct Guard {
    resolver: DefaultResolver,
    allow_private: bool,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard")
            .field("allow_private", &self.allow_private)
            .finish_non_exhaustive()
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolver.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        let is_allowed = |at: &&SocketAddr| self.allow_private || is_public(at.ip());
        for at in found.iter().filter(is_allowed) {
            allowed.push(*at);
        }
        if allowed.is_empty() {
            Err(ureq::Error::HostNotFound)
        } else {
            Ok(allowed)
        }
    }
}

/// False for every address that the outside cannot have: loopback, private, link-local, shared, documentation, reserved.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            let is_benchmark = a == 198 && (18..20).contains(&b);
            let is_assigned = a == 192 && b == 0 && c == 0;
            !(ip.is_loopback()
                || ip.is_private()
                || ip.is_link_local()
                || ip.is_broadcast()
                || ip.is_documentation()
                || ip.is_unspecified()
                || a == 0
                || a >= 224
                || is_shared
                || is_benchmark
                || is_assigned)
        }
        IpAddr::V6(ip) => {
            if let Some(mapped) = embedded(ip) {
                return is_public(IpAddr::V4(mapped));
            }
            // Only 2000::/3 is given out; of it 2001:db8::/32 is for documents.
            let [first, second, ..] = ip.segments();
            (first & 0xe000) == 0x2000 && !(first == 0x2001 && second == 0xdb8)
        }
    }
}

/// The IPv4 address within an IPv6 one: mapped, translated (`64:ff9b::/96`) or 6to4.
fn embedded(ip: Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let segments = ip.segments();
    let [a, b, c, d] = [
        segments[6] >> 8,
        segments[6] & 0xff,
        segments[7] >> 8,
        segments[7] & 0xff,
    ];
    let of = |a: u16, b: u16, c: u16, d: u16| std::net::Ipv4Addr::new(a as u8, b as u8, c as u8, d as u8);
    match segments {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(of(a, b, c, d)),
        [0x2002, high, low, ..] => Some(of(high >> 8, high & 0xff, low >> 8, low & 0xff)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_sent_to() {
        for (ip, is_allowed) in [
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.31.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::1", false),
            ("::", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("::ffff:127.0.0.1", false),
            ("64:ff9b::a00:1", false),
            ("2002:7f00:1::", false),
            ("2001:db8::1", false),
            ("ff02::1", false),
            ("93.184.216.34", true),
            ("2606:2800:220:1::1", true),
        ] {
            assert_eq!(is_public(ip.parse().unwrap()), is_allowed, "{ip}");
        }
    }

    #[test]
    fn an_answer_says_whether_to_try_again() {
        let failed = |problem: &str, pause: Option<u64>| Outcome::Failed {
            problem: problem.to_owned(),
            retry_after: pause.map(Duration::from_secs),
        };
        assert_eq!(outcome(StatusCode::NO_CONTENT, None), Outcome::Taken);
        assert!(matches!(outcome(StatusCode::GONE, None), Outcome::Gone(_)));
        for (status, after, expected) in [
            (301, None, failed("the receiver answered 301", None)),
            (429, Some("7"), failed("the receiver answered 429", Some(7))),
            (
                503,
                Some("999999999"),
                failed("the receiver answered 503", Some(86_400)),
            ),
            (500, Some("soon"), failed("the receiver answered 500", None)),
        ] {
            assert_eq!(outcome(StatusCode::from_u16(status).unwrap(), after), expected);
        }
    }
}
