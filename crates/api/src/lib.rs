#![doc = include_str!("../README.md")]

mod alert_facts;
mod alerting;
mod app;
mod attendance;
mod audit;
mod cap_document;
mod client_address;
mod coding;
mod doorkeeper;
mod intake;
mod kept_tiles;
mod problem;
mod query;
mod routes;
mod seer;
mod single_sign_on;
mod web;

pub use alert_facts::{HeldRule, hotspot_occurrence, hotspots};
pub use alerting::{Alerting, ChannelOf};
pub use app::{App, Basemap, DEMO_ROLES, DemoRole};
pub use attendance::Attendance;
pub use audit::AuditTrail;
pub use cap_document::{CapDocument, CapIssue};
pub use doorkeeper::Doorkeeper;
pub use intake::{Feed, FeedHealth, Intake};
pub use kept_tiles::KeptTiles;
pub use routes::{AlertItem, CategoryPart, HotspotItem, StreamItem, openapi, router};
pub use single_sign_on::{Mapping, SingleSignOn, SingleSignOnTerms};
