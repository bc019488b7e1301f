import { addDays, dayOf, lastDayBefore, ZONE } from '../days';
import type { Day } from '../state';

export const LOCALE = 'de-DE';

const INTEGER = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const ONE_DIGIT = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 });
const CHANGE = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
const SIGNED = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0, signDisplay: 'exceptZero' });
const SIGNIFICANT = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 2 });
const DATE = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, day: '2-digit', month: '2-digit', year: 'numeric' });
const DATE_SHORT = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, day: '2-digit', month: '2-digit' });
const TIME = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, hour: '2-digit', minute: '2-digit' });
const MONTH = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, month: 'short', year: 'numeric' });
const MONTH_NAME = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, month: 'short' });
const WEEKDAY_LONG = new Intl.DateTimeFormat(LOCALE, { timeZone: 'UTC', weekday: 'long' });
const WEEKDAY_SHORT = new Intl.DateTimeFormat(LOCALE, { timeZone: 'UTC', weekday: 'short' });

/** Noon keeps a calendar day the same day in every European zone. */
function noon(day: Day): Date {
  return new Date(`${day}T12:00:00Z`);
}

/** A Monday, from which the names of the weekdays are taken. */
const A_MONDAY = Date.UTC(2024, 0, 1);

/** `61 204`: revisions are identifiers, grouped for the eye by a narrow space rather than the point of a quantity. */
export function revision(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export const integer = (value: number): string => INTEGER.format(value);
export const decimal = (value: number): string => ONE_DIGIT.format(value);
export const percent = (share: number): string => PERCENT.format(share);
export const signed = (value: number): string => SIGNED.format(value).replace('-', '−');
export const change = (share: number): string => CHANGE.format(share).replace('-', '−');

/** `0,0003`, or `unter 0,0001` where more digits would feign precision. */
export function pValue(value: number): string {
  return value < 0.0001 ? `unter ${SIGNIFICANT.format(0.0001)}` : SIGNIFICANT.format(value);
}

export const day = (value: Day): string => DATE.format(noon(value));
export const date = (instant: string): string => DATE.format(new Date(instant));
export const time = (instant: string): string => TIME.format(new Date(instant));
export const dateTime = (instant: string): string => `${date(instant)}, ${time(instant)}`;
/** Reads a date as it is written here: `1.11.2026`, `01.11.26`. Null when it is none. */
export function parseDay(written: string): Day | null {
  const match = /^\s*(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})\s*$/.exec(written);
  if (!match) return null;
  const [, date = '', month = '', year = ''] = match;
  const value = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const real = !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) && new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);
  return real ? value : null;
}

export const monthName = (value: Day): string => MONTH_NAME.format(noon(value)).replace('.', '');
export const monthOf = (value: Day): string => MONTH.format(noon(value));

/** A window of whole days with an exclusive end, as people write it: `18.10.–08.11.2026`. */
export function days(from: Day, to: Day): string {
  const last = addDays(to, -1);
  if (last <= from) return day(from);
  const start = from.slice(0, 4) === last.slice(0, 4) ? DATE_SHORT.format(noon(from)) : day(from);
  return `${start}–${day(last)}`;
}

export function daysShort(fromInstant: string, toInstant: string): string {
  return `${DATE_SHORT.format(new Date(fromInstant))}–${DATE_SHORT.format(noon(lastDayBefore(toInstant)))}`;
}

/** When something happened: a minute, a span within a day, or whole days. */
export function occurred(fromInstant: string, toInstant: string): string {
  const length = Date.parse(toInstant) - Date.parse(fromInstant);
  if (length <= 60_000) return dateTime(fromInstant);
  const from = dayOf(fromInstant);
  const last = lastDayBefore(toInstant);
  if (from === last) {
    const wholeDay = time(fromInstant) === '00:00' && length >= 23 * 3_600_000;
    return wholeDay ? day(from) : `${date(fromInstant)}, ${time(fromInstant)}–${time(toInstant)}`;
  }
  if (length < 36 * 3_600_000) return `${dateTime(fromInstant)} bis ${dateTime(toInstant)}`;
  return days(from, addDays(last, 1));
}

export const weekday = (number: number): string =>
  WEEKDAY_LONG.format(new Date(A_MONDAY + (number - 1) * 86_400_000));
export const weekdayShort = (number: number): string =>
  WEEKDAY_SHORT.format(new Date(A_MONDAY + (number - 1) * 86_400_000)).replace('.', '');

/** `250 m`, `1,2 km`. */
export function distance(metres: number): string {
  return metres < 1000 ? `${integer(metres)} m` : `${decimal(metres / 1000)} km`;
}

/** A span of days in the unit people would use: `3 Wochen`, `2 Monaten` is left to the sentence around it. */
export function spanOfDays(count: number): { count: number; unit: 'day' | 'week' | 'month' | 'year' } {
  if (count < 14) return { count: Math.max(1, Math.round(count)), unit: 'day' };
  if (count < 60) return { count: Math.round(count / 7), unit: 'week' };
  if (count < 700) return { count: Math.round(count / 30.44), unit: 'month' };
  return { count: Math.round((count / 365.25) * 10) / 10, unit: 'year' };
}
