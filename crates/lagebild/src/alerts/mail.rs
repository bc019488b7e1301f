//! Mails: German, short, with a link and without a picture.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use lagebild_domain::alert::{Item, MessageKind};
use lagebild_store::Delivery;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};

use super::config::{Security, SmtpSection};
use super::sending::Outcome;
use crate::failure::Failure;

/// Longest time for one step of the talk with the mail server.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The mail server, and who writes.
#[derive(Debug, Clone)]
pub(crate) struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
    /// Where people reach the server.
    address: String,
    city: String,
}

impl Mailer {
    pub(crate) fn new(
        section: &SmtpSection,
        base: &Path,
        sender: &str,
        address: String,
        city: String,
    ) -> Result<Self, Failure> {
        let bad = |problem: String| Failure::usage(format!("[alerts.smtp]: {problem}"));
        let parameters = || TlsParameters::new(section.host.clone()).map_err(|error| bad(error.to_string()));
        let mut builder = SmtpTransport::builder_dangerous(&section.host).timeout(Some(TIMEOUT));
        let (tls, port) = match section.tls {
            Security::Starttls => (Tls::Required(parameters()?), 587),
            Security::Tls => (Tls::Wrapper(parameters()?), 465),
            Security::None => (Tls::None, 25),
        };
        builder = builder.tls(tls).port(section.port.unwrap_or(port));
        if let Some(user) = &section.user {
            let file = section
                .password_file
                .as_ref()
                .ok_or_else(|| bad("`user` needs `password_file`".to_owned()))?;
            let path = base.join(file);
            let password = fs::read_to_string(&path)
                .map_err(|error| bad(format!("{} cannot be read ({error})", path.display())))?;
            builder = builder.credentials(Credentials::new(user.clone(), password.trim_end().to_owned()));
        }
        let from = sender
            .parse()
            .map_err(|_| bad(format!("[alerts] sender \"{sender}\" is no mail address")))?;
        Ok(Self {
            transport: builder.build(),
            from,
            address,
            city,
        })
    }

    /// Tries once. Blocks: not for the threads that answer requests.
    pub(crate) fn send(&self, to: &Mailbox, delivery: &Delivery) -> Outcome {
        let failed = |problem: &str| Outcome::Failed {
            problem: problem.to_owned(),
            retry_after: None,
        };
        let parts =
            MultiPart::alternative_plain_html(plain(delivery, &self.address), html(delivery, &self.address));
        let message = Message::builder()
            .from(self.from.clone())
            .to(to.clone())
            .subject(subject(delivery, &self.city))
            // The same at every try: mailboxes throw away what they have.
            .message_id(Some(format!("<{}@{}>", delivery.id, self.from.email.domain())))
            .multipart(parts);
        let Ok(message) = message else {
            return failed("the mail cannot be written");
        };
        match self.transport.send(&message) {
            Ok(_) => Outcome::Taken,
            // The server's words may name the mailbox.
            Err(error) if error.is_permanent() => failed("the mail server refused it for good"),
            Err(error) if error.is_timeout() => failed("the mail server did not answer in time"),
            Err(error) if error.is_transient() => failed("the mail server refused it for now"),
            Err(_) => failed("the mail server cannot be reached"),
        }
    }
}

/// Says how many, and of one only what it is, not where: subjects are read on the way.
fn subject(delivery: &Delivery, city: &str) -> String {
    let what = delivery.message.kind.label();
    match &delivery.message.items[..] {
        [only] => {
            let title = only.content.headline.split(':').next().unwrap_or_default();
            format!("Lagebild {city}: {}: {title}", only.kind.label())
        }
        several => format!("Lagebild {city}: {what}: {} Mitteilungen", several.len()),
    }
}

/// The alerts of a message, by what is said of them, what is new first.
fn by_kind(delivery: &Delivery) -> impl Iterator<Item = (MessageKind, Vec<&Item>)> {
    let items = &delivery.message.items;
    MessageKind::ALL.iter().filter_map(move |kind| {
        let of_kind: Vec<&Item> = items.iter().filter(|item| item.kind == *kind).collect();
        (!of_kind.is_empty()).then_some((*kind, of_kind))
    })
}

fn plain(delivery: &Delivery, address: &str) -> String {
    let mut text = String::new();
    for (kind, items) in by_kind(delivery) {
        // Writing to a text cannot fail.
        let _ = write!(text, "{}:\n\n", kind.label());
        for item in items {
            let _ = write!(
                text,
                "{}\n{address}/#alert={}\n\n",
                item.content.headline, item.alert
            );
        }
    }
    text.push_str(
        "Mehr steht im Lagebild; dort melden Sie zurück, dass Sie es gesehen haben.\n\
         Nur für den Dienstgebrauch. Nicht weiterleiten.\n",
    );
    text
}

fn html(delivery: &Delivery, address: &str) -> String {
    let mut text = String::from("<!doctype html><html lang=\"de\"><body>");
    for (kind, items) in by_kind(delivery) {
        let _ = write!(text, "<p>{}:</p><ul>", kind.label());
        for item in items {
            let _ = write!(
                text,
                "<li><a href=\"{}/#alert={}\">{}</a></li>",
                escaped(address),
                item.alert,
                escaped(&item.content.headline)
            );
        }
        text.push_str("</ul>");
    }
    text.push_str(
        "<p>Mehr steht im Lagebild; dort melden Sie zurück, dass Sie es gesehen haben.<br>\
         Nur für den Dienstgebrauch. Nicht weiterleiten.</p></body></html>",
    );
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
