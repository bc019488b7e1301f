//! What a document says, before it is set.

use jiff::civil::Date;
use lagebild_domain::german;
use serde::Serialize;
use serde::ser::Serializer;

/// A briefing: what stands on its pages, without how it looks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// What sort of document it is.
    pub title: String,
    /// What it speaks of: a period, a place.
    pub period: String,
    /// The city.
    pub city: String,
    /// For whom it was made.
    pub audience: String,
    /// Mark of confidentiality, on every page.
    pub mark: String,
    /// Faint words across every page.
    pub watermark: String,
    /// State of the data, on every page.
    pub stamp: String,
    /// Last day that it speaks of.
    #[serde(serialize_with = "as_parts")]
    pub as_of: Date,
    /// What must be known before reading, such as that the data are invented.
    pub notice: Option<String>,
    /// The picture in a few sentences.
    pub lead: Vec<String>,
    /// The rest.
    pub sections: Vec<Section>,
    /// True to set it tightly, for one page.
    pub is_one_page: bool,
}

/// A part with a heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What stands below.
    pub blocks: Vec<Block>,
    /// True to begin a new page.
    pub on_new_page: bool,
}

impl Section {
    /// A section that follows where there is room.
    pub fn new(title: &str, blocks: Vec<Block>) -> Self {
        Self {
            title: title.to_owned(),
            blocks,
            on_new_page: false,
        }
    }

    /// The same, on a page of its own.
    #[must_use]
    pub fn on_new_page(mut self) -> Self {
        self.on_new_page = true;
        self
    }
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Text {
        /// Its words.
        text: String,
    },
    /// A smaller heading.
    Heading {
        /// Its words.
        text: String,
    },
    /// A warning to be read with what stands before.
    Caution {
        /// Its words.
        text: String,
    },
    /// Points.
    List {
        /// One each.
        items: Vec<String>,
    },
    /// A few large figures side by side.
    Facts {
        /// The figures.
        facts: Vec<Fact>,
    },
    /// A table.
    Table(Table),
    /// A drawing.
    Figure(Figure),
    /// Two columns.
    Pair {
        /// Left.
        left: Vec<Block>,
        /// Right.
        right: Vec<Block>,
    },
}

impl Block {
    /// A paragraph.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// A smaller heading.
    pub fn heading(text: impl Into<String>) -> Self {
        Self::Heading { text: text.into() }
    }

    /// A warning.
    pub fn caution(text: impl Into<String>) -> Self {
        Self::Caution { text: text.into() }
    }
}

/// A large figure with its words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// The figure.
    pub value: Cell,
    /// What it counts.
    pub label: String,
    /// How sure it is, or what it is held against.
    pub note: String,
}

/// A drawing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// The drawing.
    pub svg: String,
    /// The same in words, for those who do not see it.
    pub alt: String,
    /// The line below it.
    pub caption: String,
}

/// A table: the same in every form, and a sheet of the workbook.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The line above it; also the sheet's name.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// How to read it.
    pub note: Option<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Its head.
    pub label: String,
    /// True where numbers stand below each other.
    pub is_number: bool,
    /// Its share of the width; numbers take what they need.
    pub share: u8,
}

impl Column {
    /// A column of words.
    pub fn words(label: &str, share: u8) -> Self {
        Self {
            label: label.to_owned(),
            is_number: false,
            share,
        }
    }

    /// A column of numbers.
    pub fn number(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            is_number: true,
            share: 0,
        }
    }
}

/// What stands in a field of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Words(String),
    /// A count.
    Count(u64),
    /// A number, shown with some decimals.
    Number {
        /// The number.
        value: f64,
        /// Decimals that are shown; the workbook keeps all.
        decimals: usize,
    },
    /// Nothing known.
    Unknown,
}

impl Cell {
    /// Words.
    pub fn words(text: impl Into<String>) -> Self {
        Self::Words(text.into())
    }

    /// In German.
    pub fn to_german(&self) -> String {
        match self {
            Self::Words(text) => text.clone(),
            Self::Count(count) => german::decimal(*count as f64, 0),
            Self::Number { value, decimals } => german::fixed(*value, *decimals),
            Self::Unknown => "–".to_owned(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_german())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over so")]
fn as_parts<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    (day.year(), day.month(), day.day()).serialize(serializer)
}

impl Document {
    /// Every table, in the order of the pages.
    pub(crate) fn tables(&self) -> Vec<&Table> {
        let mut found = Vec::new();
        for section in &self.sections {
            collect(&section.blocks, &mut found);
        }
        found
    }
}

fn collect<'a>(blocks: &'a [Block], found: &mut Vec<&'a Table>) {
    for block in blocks {
        match block {
            Block::Table(table) => found.push(table),
            Block::Pair { left, right } => {
                collect(left, found);
                collect(right, found);
            }
            _ => {}
        }
    }
}
