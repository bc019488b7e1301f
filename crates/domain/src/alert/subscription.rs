//! Who wants to be told of what, by which way and when.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{Facts, Subject, Why};
use crate::german;
use crate::hotspot::{HotspotKind, HotspotState};
use crate::slug::{AreaId, ChannelId, OrganisationId, SubscriptionId, ThemeId};

/// By which way messages go.
///
/// ```
/// use lagebild_domain::alert::Channel;
///
/// assert_eq!("inbox".parse(), Ok(Channel::Inbox));
/// assert_eq!("mail:leitstelle".parse::<Channel>().unwrap().to_string(), "mail:leitstelle");
/// assert!("fax:leitstelle".parse::<Channel>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Channel {
    /// The page, and nothing besides.
    Inbox,
    /// A mailbox of the configuration.
    Mail(ChannelId),
    /// An endpoint of the configuration.
    Webhook(ChannelId),
}

/// Not a way that messages go by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a channel; give inbox, mail:NAME or webhook:NAME with a name of the configuration")]
pub struct InvalidChannel;

impl FromStr for Channel {
    type Err = InvalidChannel;
    fn from_str(text: &str) -> Result<Self, InvalidChannel> {
        let named = |name: &str| ChannelId::new(name).map_err(|_| InvalidChannel);
        match text.split_once(':') {
            None if text == "inbox" => Ok(Self::Inbox),
            Some(("mail", name)) => Ok(Self::Mail(named(name)?)),
            Some(("webhook", name)) => Ok(Self::Webhook(named(name)?)),
            _ => Err(InvalidChannel),
        }
    }
}

impl TryFrom<String> for Channel {
    type Error = InvalidChannel;
    fn try_from(text: String) -> Result<Self, InvalidChannel> {
        text.parse()
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> Self {
        channel.to_string()
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inbox => f.write_str("inbox"),
            Self::Mail(name) => write!(f, "mail:{name}"),
            Self::Webhook(name) => write!(f, "webhook:{name}"),
        }
    }
}

/// Hours of a day in Berlin, from the first to before the second, over midnight where the second is smaller: `22-6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    from: i8,
    to: i8,
}

/// Not a span of hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a span of hours; give two different ones from 0 to 23, such as 22-6")]
pub struct InvalidHours;

impl TryFrom<String> for Hours {
    type Error = InvalidHours;
    fn try_from(text: String) -> Result<Self, InvalidHours> {
        let hour = |text: &str| text.trim().parse().ok().filter(|hour| (0..24).contains(hour));
        let (from, to) = text.split_once('-').ok_or(InvalidHours)?;
        match (hour(from), hour(to)) {
            (Some(from), Some(to)) if from != to => Ok(Self { from, to }),
            _ => Err(InvalidHours),
        }
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        format!("{}-{}", hours.from, hours.to)
    }
}

impl Hours {
    /// The end of the hours that this moment lies in; the moment itself where it lies outside.
    fn end_after(self, now: Timestamp) -> Timestamp {
        let hour = now.to_zoned(german::zone()).hour();
        let is_in = if self.from < self.to {
            (self.from..self.to).contains(&hour)
        } else {
            hour >= self.from || hour < self.to
        };
        if is_in { next_hour(now, self.to) } else { now }
    }
}

/// The next time in Berlin that this hour begins.
fn next_hour(now: Timestamp, hour: i8) -> Timestamp {
    let today = german::day_of(now);
    let time = Time::new(hour, 0, 0, 0).unwrap_or(Time::midnight());
    let days = [today, today.saturating_add(1.day())];
    let starts = days.into_iter().filter_map(|day| {
        let zoned = day.to_datetime(time).to_zoned(german::zone()).ok()?;
        Some(zoned.timestamp())
    });
    starts.into_iter().find(|start| *start > now).unwrap_or(now)
}

/// What an organisation, or an office of it, wants to be told, and how. Empty lists want everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The office, or another name for people.
    #[serde(default)]
    pub label: String,
    /// The way.
    pub channel: Channel,
    /// Sorts of alerts.
    #[serde(default)]
    pub subjects: BTreeSet<Subject>,
    /// Kinds of hotspots.
    #[serde(default)]
    pub kinds: BTreeSet<HotspotKind>,
    /// States of hotspots in which it begins.
    #[serde(default)]
    pub states: BTreeSet<HotspotState>,
    /// Themes, of which one must be among the hotspot's.
    #[serde(default)]
    pub themes: BTreeSet<ThemeId>,
    /// Districts.
    #[serde(default)]
    pub areas: BTreeSet<AreaId>,
    /// Least relative risk of a hotspot.
    #[serde(default)]
    pub least_relative_risk: f64,
    /// Hours in which nothing is sent; it is sent when they end.
    #[serde(default)]
    pub quiet_hours: Option<Hours>,
    /// Hour of a daily message with everything new; without it, all is sent at once.
    #[serde(default)]
    pub digest_hour: Option<u8>,
    /// Minutes without an answer after which it is passed on …
    #[serde(default)]
    pub escalate_after_minutes: Option<u32>,
    /// … by this way.
    #[serde(default)]
    pub escalate_to: Option<Channel>,
}

impl Subscription {
    /// What is wrong with it, in words.
    ///
    /// # Errors
    /// The problem.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.digest_hour.is_some_and(|hour| hour > 23) {
            return Err("`digest_hour` is an hour from 0 to 23");
        }
        if !(self.least_relative_risk.is_finite() && self.least_relative_risk >= 0.0) {
            return Err("`least_relative_risk` must be 0 or more");
        }
        if self.escalate_after_minutes.is_some() != self.escalate_to.is_some() {
            return Err("`escalate_after_minutes` and `escalate_to` go together");
        }
        if self.label.chars().count() > 80 || self.label.chars().any(char::is_control) {
            return Err("`label` has at most 80 characters and no control characters");
        }
        Ok(())
    }

    /// Whether these facts are wanted.
    ///
    /// # Errors
    /// [`Why`] not.
    pub fn admits(&self, facts: &Facts) -> Result<(), Why> {
        if !self.subjects.is_empty() && !self.subjects.contains(&facts.subject) {
            return Err(Why::OtherSubject);
        }
        let Some(kind) = facts.kind else {
            return Ok(());
        };
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            return Err(Why::OtherKind);
        }
        if !self.states.is_empty() && facts.state.is_none_or(|state| !self.states.contains(&state)) {
            return Err(Why::OtherState);
        }
        if !self.themes.is_empty() && !facts.themes.iter().any(|theme| self.themes.contains(theme)) {
            return Err(Why::OtherTheme);
        }
        let is_here = |district| self.areas.contains(district);
        if !self.areas.is_empty() && !facts.district.as_ref().is_some_and(is_here) {
            return Err(Why::OtherArea);
        }
        if facts.relative_risk.unwrap_or(f64::MAX) < self.least_relative_risk {
            return Err(Why::TooWeak);
        }
        Ok(())
    }

    /// When a message that is decided on now is to be sent.
    pub fn send_at(&self, now: Timestamp) -> Timestamp {
        let hour = self.digest_hour.and_then(|hour| i8::try_from(hour).ok());
        let at = hour.map_or(now, |hour| next_hour(now, hour));
        self.quiet_hours.map_or(at, |quiet| quiet.end_after(at))
    }
}
