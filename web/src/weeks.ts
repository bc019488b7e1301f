import { addDays, weekdayOf } from './days';
import type { Window } from './query';
import { isPreset, type Day, type Period, type Preset } from './state';

/** The Monday of the week that a day lies in. */
export function mondayOf(day: Day): Day {
  return addDays(day, 1 - weekdayOf(day));
}

/** How many weeks a preset means. */
const WEEKS: Record<Exclude<Preset, 'all'>, number> = { '7': 1, '28': 4, '90': 13, '365': 52 };

/** The whole weeks that a period means, of those that are published; null before the first is. */
export function weeksOf(period: Period, mondays: readonly Day[]): Window | null {
  const first = mondays[0];
  const last = mondays.at(-1);
  if (first === undefined || last === undefined) return null;
  if (!isPreset(period)) return { from: mondayOf(period.from), to: mondayOf(addDays(period.to, 6)) };
  const to = addDays(last, 7);
  if (period.preset === 'all') return { from: first, to };
  const from = addDays(to, -7 * WEEKS[period.preset]);
  return { from: from < first ? first : from, to };
}
