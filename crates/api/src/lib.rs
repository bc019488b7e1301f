#![doc = include_str!("../README.md")]

mod app;
mod problem;
mod query;
mod routes;
mod seer;
mod web;

pub use app::{App, Basemap, DEMO_ROLES, DemoRole};
pub use routes::{CategoryPart, HotspotItem, StreamItem, openapi, router};
