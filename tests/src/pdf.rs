//! Reading what a PDF says.

/// The words of a PDF, with single spaces.
///
/// # Panics
///
/// If it is none.
pub fn words_of(pdf: &[u8]) -> String {
    let text = pdf_extract::extract_text_from_mem(pdf).expect("a PDF");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
