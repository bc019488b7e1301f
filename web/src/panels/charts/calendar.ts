import type { DayCounts } from '../../api/types';
import { addDays, daysBetween, weekdayOf } from '../../days';
import { quantileClasses, type CountClass } from '../../map/quantiles';
import type { Window } from '../../query';
import type { Day } from '../../state';

export interface CalendarDay {
  day: Day;
  /** 1 is Monday. */
  weekday: number;
  count: number;
  /** The step of the scale, 0 for none to 5 for most. */
  step: number;
}

export interface Calendar {
  /** Weeks of up to seven days, Monday first. */
  weeks: CalendarDay[][];
  classes: CountClass[];
}

const WEEKS = 53;

/** The year that ends with the window (with the data, where the window ends later). */
export function calendarOf(days: readonly DayCounts[], window: Window): Calendar {
  const end = days.at(-1)?.day;
  const last = end === undefined || end < window.to ? end : addDays(window.to, -1);
  if (last === undefined) return { weeks: [], classes: [] };
  const monday = addDays(last, 1 - weekdayOf(last));
  const first = addDays(monday, -7 * (WEEKS - 1));
  const shown = days
    .filter(({ day }) => day >= first && day <= last)
    .map(({ day, complaint, incident, perception }) => ({ day, count: Math.round(complaint + incident + perception) }));
  const classes = quantileClasses(shown.map(({ count }) => count));
  const weeks: CalendarDay[][] = [];
  for (const { day, count } of shown) {
    const index = Math.floor(daysBetween(first, day) / 7) - Math.floor(daysBetween(first, shown[0]?.day ?? first) / 7);
    (weeks[index] ??= []).push({ day, weekday: weekdayOf(day), count, step: stepOf(count, classes) });
  }
  return { weeks, classes };
}

/** With fewer classes the strong steps are kept: the highest is always the darkest. */
function stepOf(count: number, classes: readonly CountClass[]): number {
  const at = classes.findIndex(({ to }) => count <= to);
  return count <= 0 || at < 0 ? 0 : 5 - classes.length + at + 1;
}

export function busiestDay({ weeks }: Calendar): CalendarDay | null {
  return weeks.flat().reduce<CalendarDay | null>((best, day) => (day.count > (best?.count ?? 0) ? day : best), null);
}

/** The week in which each month begins, for its name. */
export function monthStarts({ weeks }: Calendar): { week: number; day: Day }[] {
  return weeks.flatMap((week, index) => {
    const first = week.find(({ day }) => day.endsWith('-01'));
    return first ? [{ week: index, day: first.day }] : [];
  });
}
