//! Would it have been right? A walk through history and its scores.

mod html;
mod plot;
mod score;

pub(crate) use html::page;
pub(crate) use score::{Planted, ProfileScore, Scoring, score};
