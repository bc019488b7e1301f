/** Begins a file that spreadsheets are to read as UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';
/** What German spreadsheets take for the end of a cell. */
const SEPARATOR = ';';

/** A table as RFC 4180 has it, but with semicolons; the first row names the columns. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => row.map(cell).join(SEPARATOR) + '\r\n').join('');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = harmless(value);
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A spreadsheet runs what begins like a formula; an apostrophe makes it text (OWASP, CSV injection). */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
