#![doc = include_str!("../README.md")]

mod change;
mod document;
mod html;
mod map;
mod pdf;
mod svg;
mod trend;
mod xlsx;

pub use change::Change;
pub use document::{Block, Cell, Column, Document, Fact, Figure, Section, Table};
pub use html::html;
pub use map::{Ground, Map, MapCell, MapDistrict, MapMark};
pub use pdf::{NotSet, pdf};
pub use trend::{Bar, Trend, usual_range};
pub use xlsx::{NotWritten, xlsx};
