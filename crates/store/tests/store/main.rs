//! The store on real databases: every test runs on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod accounts;
mod alerts;
mod audit_months;
mod followers;
mod hotspots;
mod nodes;
mod passes;
mod publications;
mod reports;
mod samples;
mod schema;
mod secrets;
mod site;
mod stamps;
mod views;
