//! A document as one HTML file that needs nothing else.

use lagebild_domain::german;

use crate::document::{Block, Document, Figure, Table};
use crate::svg::escape_into;

const STYLE: &str = include_str!("briefing.css");

/// A document as HTML: one file, no script, nothing loaded.
pub fn html(document: &Document) -> String {
    let mut page = Page::default();
    page.raw("<!doctype html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n<title>");
    page.words(&format!("{}: {}", document.title, document.period));
    page.raw("</title>\n<style>\n");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n<body>\n<header>\n");
    page.element("p", "mark", &document.mark);
    page.element("h1", "", &document.title);
    page.element("p", "period", &document.period);
    if let Some(notice) = &document.notice {
        page.element("p", "notice", notice);
    }
    page.raw("</header>\n<main>\n");
    if !document.lead.is_empty() {
        page.raw("<ol class=\"lead\">\n");
        for sentence in &document.lead {
            page.element("li", "", sentence);
        }
        page.raw("</ol>\n");
    }
    for section in &document.sections {
        page.raw("<section>\n");
        page.element("h2", "", &section.title);
        page.blocks(&section.blocks);
        page.raw("</section>\n");
    }
    page.raw("</main>\n<footer>\n");
    let day = german::date(document.as_of);
    page.element(
        "p",
        "",
        &format!(
            "Lagebild {} · Für: {} · {} · Stand {day}",
            document.city, document.audience, document.stamp
        ),
    );
    page.raw("</footer>\n</body>\n</html>\n");
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    drawings: usize,
}

impl Page {
    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn words(&mut self, words: &str) {
        escape_into(&mut self.text, words);
    }

    fn element(&mut self, name: &str, class: &str, words: &str) {
        self.raw("<");
        self.raw(name);
        if !class.is_empty() {
            self.raw(" class=\"");
            self.raw(class);
            self.raw("\"");
        }
        self.raw(">");
        self.words(words);
        self.raw("</");
        self.raw(name);
        self.raw(">\n");
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Text { text } => self.element("p", "", text),
                Block::Heading { text } => self.element("h3", "", text),
                Block::Caution { text } => {
                    self.raw("<p class=\"caution\"><strong>Vorsicht:</strong> ");
                    self.words(text);
                    self.raw("</p>\n");
                }
                Block::List { items } => {
                    self.raw("<ul>\n");
                    for item in items {
                        self.element("li", "", item);
                    }
                    self.raw("</ul>\n");
                }
                Block::Facts { facts } => {
                    self.raw("<dl class=\"facts\">\n");
                    for fact in facts {
                        self.raw("<div>\n");
                        self.element("dt", "", &fact.label);
                        self.element("dd", "value", &fact.value.to_german());
                        self.element("dd", "note", &fact.note);
                        self.raw("</div>\n");
                    }
                    self.raw("</dl>\n");
                }
                Block::Table(table) => self.table(table),
                Block::Figure(figure) => self.figure(figure),
                Block::Pair { left, right } => {
                    self.raw("<div class=\"pair\">\n<div>\n");
                    self.blocks(left);
                    self.raw("</div>\n<div>\n");
                    self.blocks(right);
                    self.raw("</div>\n</div>\n");
                }
            }
        }
    }

    fn table(&mut self, table: &Table) {
        // A wide table scrolls in its own box, which the keyboard can reach.
        self.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
        self.words(&table.title);
        self.raw("\">\n<table>\n<caption>");
        self.words(&table.title);
        self.raw("</caption>\n<thead><tr>\n");
        for column in &table.columns {
            let class = if column.is_number { " class=\"number\"" } else { "" };
            self.raw(&format!("<th scope=\"col\"{class}>"));
            self.words(&column.label);
            self.raw("</th>\n");
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            self.raw("<tr>");
            for (index, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                let class = if column.is_number { " class=\"number\"" } else { "" };
                let (open, close) = if index == 0 {
                    (format!("<th scope=\"row\"{class}>"), "</th>")
                } else {
                    (format!("<td{class}>"), "</td>")
                };
                self.raw(&open);
                self.words(&cell.to_german());
                self.raw(close);
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>\n</div>\n");
        if let Some(note) = &table.note {
            self.element("p", "note", note);
        }
    }

    fn figure(&mut self, figure: &Figure) {
        self.drawings += 1;
        self.raw("<figure>\n<div role=\"img\" aria-label=\"");
        self.words(&figure.alt);
        self.raw("\">");
        // Names within a drawing hold for the whole page: two maps must not share them.
        let own = format!("frame-{}", self.drawings);
        self.raw(
            &figure
                .svg
                .replacen("<svg ", "<svg aria-hidden=\"true\" ", 1)
                .replace("id=\"frame\"", &format!("id=\"{own}\""))
                .replace("url(#frame)", &format!("url(#{own})")),
        );
        self.raw("</div>\n<figcaption>");
        self.words(&figure.caption);
        self.raw("</figcaption>\n</figure>\n");
    }
}
