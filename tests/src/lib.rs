#![doc = include_str!("../README.md")]
#![expect(
    clippy::missing_panics_doc,
    reason = "helpers of tests: every surprise is a failed test, and so a panic"
)]
#![expect(
    clippy::return_self_not_must_use,
    reason = "an expectation is often all that a test wants of an answer"
)]

mod binary;
mod client;
pub mod database;
pub mod dice;
mod events;
mod installation;
pub mod musterstadt;
pub mod pdf;
mod postgres;
mod receiver;
mod run;
pub mod scripted;
mod second_factor;
mod server;
mod shared_data;
mod tile;
mod wait;

pub use binary::{lagebild, workspace};
pub use client::{Answer, Client};
pub use events::{EventStream, StreamEvent};
pub use installation::Installation;
pub use postgres::{Durability, Postgres};
pub use receiver::{Hook, HookReceiver, MailServer};
pub use run::{Counts, Finished, run};
pub use second_factor::totp_code;
pub use server::Server;
pub use shared_data::shared_data;
pub use tile::{Tile, TileFeature};
pub use wait::until;
