import type { Day } from './state';

const DAY_MS = 86_400_000;

/** The time zone in which the city reckons its days. */
export const ZONE = 'Europe/Berlin';

const CALENDAR = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit' });

export function dayOf(instant: string | Date): Day {
  return CALENDAR.format(typeof instant === 'string' ? new Date(instant) : instant);
}

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

/** The same day of the year before; 29 February becomes the 28th, as on the server. */
export function yearBefore(day: Day): Day {
  const same = `${String(Number(day.slice(0, 4)) - 1).padStart(4, '0')}${day.slice(4)}`;
  return same.endsWith('02-29') ? same.replace(/29$/, '28') : same;
}

/** How many days lie between two days; negative when `to` is before `from`. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The last day that has a moment before the instant: where a window with an exclusive end really ends. */
export function lastDayBefore(instant: string): Day {
  return dayOf(new Date(Date.parse(instant) - 1));
}

/** The exclusive end that just takes the instant in. */
export function endAfter(instant: string): string {
  return new Date(Date.parse(instant) + 1).toISOString();
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** The weekday from 1 (Monday) to 7. */
export function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}
