import { addDays, dayOf, lastDayBefore, ZONE } from '../days';
import type { Day } from '../state';

/** What the form of numbers and dates needs to know of a language. */
export interface Manner {
  locale: string;
  /** `under 0.0001` */
  under: string;
  /** Between two moments: `22.11.2026, 14:32 bis 23.11.2026, 02:00`. */
  until: string;
  /** After the hours of a span: `22–6 Uhr`. */
  clock: string;
}

/** A Monday, from which the names of the weekdays are taken. */
const A_MONDAY = Date.UTC(2024, 0, 1);

/** Noon keeps a calendar day the same day in every European zone. */
function noon(day: Day): Date {
  return new Date(`${day}T12:00:00Z`);
}

/** `61 204`: revisions are identifiers, grouped for the eye by a narrow space rather than the point of a quantity. */
function revision(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** Reads a date as it is written, day first: `1.11.2026`, `01.11.26`, `1/11/2026`. Null when it is none. */
function parseDay(written: string): Day | null {
  const match = /^\s*(\d{1,2})[./](\d{1,2})[./](\d{2}|\d{4})\s*$/.exec(written);
  if (!match) return null;
  const [, date = '', month = '', year = ''] = match;
  const value = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const real = !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) && new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);
  return real ? value : null;
}

/** A span of days in the unit people would use: `3 Wochen`, `2 Monaten` is left to the sentence around it. */
function spanOfDays(count: number): { count: number; unit: 'day' | 'week' | 'month' | 'year' } {
  if (count < 14) return { count: Math.max(1, Math.round(count)), unit: 'day' };
  if (count < 60) return { count: Math.round(count / 7), unit: 'week' };
  if (count < 700) return { count: Math.round(count / 30.44), unit: 'month' };
  return { count: Math.round((count / 365.25) * 10) / 10, unit: 'year' };
}

/** Numbers, dates and spans as they are written in a language. */
export function formatIn({ locale, under, until, clock }: Manner) {
  const INTEGER = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const ONE_DIGIT = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const PERCENT = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const CHANGE = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const SIGNED = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const SIGNIFICANT = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
  const DEGREES = new Intl.NumberFormat(locale, { minimumFractionDigits: 5, maximumFractionDigits: 5 });
  const DATE = new Intl.DateTimeFormat(locale, { timeZone: ZONE, day: '2-digit', month: '2-digit', year: 'numeric' });
  const DATE_SHORT = new Intl.DateTimeFormat(locale, { timeZone: ZONE, day: '2-digit', month: '2-digit' });
  const TIME = new Intl.DateTimeFormat(locale, { timeZone: ZONE, hour: '2-digit', minute: '2-digit' });
  const MONTH = new Intl.DateTimeFormat(locale, { timeZone: ZONE, month: 'short', year: 'numeric' });
  const MONTH_NAME = new Intl.DateTimeFormat(locale, { timeZone: ZONE, month: 'short' });
  const WEEKDAY_LONG = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'long' });
  const WEEKDAY_SHORT = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' });
  const aDayOfWeek = (number: number): Date => new Date(A_MONDAY + (number - 1) * 86_400_000);

  const integer = (value: number): string => INTEGER.format(value);
  const decimal = (value: number): string => ONE_DIGIT.format(value);
  const day = (value: Day): string => DATE.format(noon(value));
  const date = (instant: string): string => DATE.format(new Date(instant));
  const time = (instant: string): string => TIME.format(new Date(instant));
  const dateTime = (instant: string): string => `${date(instant)}, ${time(instant)}`;

  /** A window of whole days with an exclusive end, as people write it: `18.10.–08.11.2026`. */
  function days(from: Day, to: Day): string {
    const last = addDays(to, -1);
    if (last <= from) return day(from);
    const start = from.slice(0, 4) === last.slice(0, 4) ? DATE_SHORT.format(noon(from)) : day(from);
    return `${start}–${day(last)}`;
  }

  /** When something happened: a minute, a span within a day, or whole days. */
  function occurred(fromInstant: string, toInstant: string): string {
    const length = Date.parse(toInstant) - Date.parse(fromInstant);
    if (length <= 60_000) return dateTime(fromInstant);
    const from = dayOf(fromInstant);
    const last = lastDayBefore(toInstant);
    if (from === last) {
      const wholeDay = time(fromInstant) === '00:00' && length >= 23 * 3_600_000;
      return wholeDay ? day(from) : `${date(fromInstant)}, ${time(fromInstant)}–${time(toInstant)}`;
    }
    if (length < 36 * 3_600_000) return `${dateTime(fromInstant)} ${until} ${dateTime(toInstant)}`;
    return days(from, addDays(last, 1));
  }

  return {
    integer,
    decimal,
    revision,
    /** `418 453`: a coordinate is no quantity either. */
    metres: (value: number): string => revision(Math.round(value)),
    percent: (share: number): string => PERCENT.format(share),
    signed: (value: number): string => SIGNED.format(value).replace('-', '−'),
    change: (share: number): string => CHANGE.format(share).replace('-', '−'),
    /** `0,0003`, or `unter 0,0001` where more digits would feign precision. */
    pValue: (value: number): string =>
      value < 0.0001 ? `${under} ${SIGNIFICANT.format(0.0001)}` : SIGNIFICANT.format(value),
    /** Degrees to about a metre: `51,68060`. */
    degrees: (value: number): string => DEGREES.format(value),
    /** `250 m`, `1,2 km`. */
    distance: (metres: number): string => (metres < 1000 ? `${integer(metres)} m` : `${decimal(metres / 1000)} km`),
    day,
    date,
    time,
    dateTime,
    days,
    daysShort: (fromInstant: string, toInstant: string): string =>
      `${DATE_SHORT.format(new Date(fromInstant))}–${DATE_SHORT.format(noon(lastDayBefore(toInstant)))}`,
    occurred,
    hours: (from: number, to: number): string => `${String(from)}–${String(to)}${clock}`,
    parseDay,
    monthOf: (value: Day): string => MONTH.format(noon(value)),
    monthName: (value: Day): string => MONTH_NAME.format(noon(value)).replace('.', ''),
    weekday: (number: number): string => WEEKDAY_LONG.format(aDayOfWeek(number)),
    weekdayShort: (number: number): string => WEEKDAY_SHORT.format(aDayOfWeek(number)).replace('.', ''),
    spanOfDays,
  };
}
