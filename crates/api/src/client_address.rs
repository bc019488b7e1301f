//! The address that a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::app::App;

/// The client's address: that of the connection, or what a proxy of ours says. Anybody else's word on it is not believed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| {
            peer.ip().to_canonical()
        });
        Ok(Self(client_of(peer, &app.proxies, &parts.headers)))
    }
}

/// Behind proxies of ours the client is the last address of the chain that is none of them.
fn client_of(peer: IpAddr, proxies: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    if !proxies.contains(&peer) {
        return peer;
    }
    let chain = headers.get_all("x-forwarded-for").iter().rev();
    let addresses = chain
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','))
        .map_while(|address| address.trim().parse::<IpAddr>().ok());
    addresses
        .map(|address| address.to_canonical())
        .find(|address| !proxies.contains(address))
        .unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [ip("127.0.0.1"), ip("10.0.0.9")];
        let client = |peer: &str, said: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in said {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            client_of(ip(peer), &proxies, &headers)
        };
        assert_eq!(
            client("192.0.2.7", &["203.0.113.1"]),
            ip("192.0.2.7"),
            "a stranger's word"
        );
        assert_eq!(client("127.0.0.1", &["203.0.113.1"]), ip("203.0.113.1"));
        assert_eq!(
            client("127.0.0.1", &["1.1.1.1, 203.0.113.1, 10.0.0.9"]),
            ip("203.0.113.1"),
            "what the client itself put before it is not believed"
        );
        assert_eq!(
            client("127.0.0.1", &["1.1.1.1", "203.0.113.1"]),
            ip("203.0.113.1")
        );
        assert_eq!(client("127.0.0.1", &["nonsense"]), ip("127.0.0.1"));
        assert_eq!(client("127.0.0.1", &[]), ip("127.0.0.1"));
    }
}
