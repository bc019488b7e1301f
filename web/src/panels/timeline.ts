import type { DayCounts, Kind } from '../api/types';
import { addDays, daysBetween, weekdayOf, yearBefore } from '../days';
import type { Window } from '../query';
import type { Day } from '../state';

export type Unit = 'day' | 'week' | 'month';

export interface Bin {
  from: Day;
  to: Day;
  counts: Record<Kind, number>;
  total: number;
}

const NARROWEST_BAR = 3;

/** The finest unit whose bars can still be told apart. */
export function unitFor(days: number, width: number): Unit {
  if (width / days >= NARROWEST_BAR) return 'day';
  if ((width / days) * 7 >= NARROWEST_BAR) return 'week';
  return 'month';
}

export function binsOf(days: readonly DayCounts[], unit: Unit): Bin[] {
  const bins: Bin[] = [];
  for (const { day, complaint, incident, perception } of days) {
    const start = startOf(day, unit);
    let bin = bins.at(-1);
    if (bin === undefined || startOf(bin.from, unit) !== start) {
      bin = { from: day, to: day, counts: { complaint: 0, incident: 0, perception: 0 }, total: 0 };
      bins.push(bin);
    }
    bin.to = addDays(day, 1);
    bin.counts.complaint += complaint;
    bin.counts.incident += incident;
    bin.counts.perception += perception;
    bin.total += complaint + incident + perception;
  }
  return bins;
}

/** What each bin counted in the same days a year before; null where the data do not reach back to all of them. */
export function ghostOf(days: readonly DayCounts[], bins: readonly Bin[]): (number | null)[] {
  const totals = new Map(days.map(({ day, complaint, incident, perception }) => [day, complaint + incident + perception]));
  return bins.map(({ from, to }) => {
    let sum = 0;
    for (let day = from; day < to; day = addDays(day, 1)) {
      const before = totals.get(yearBefore(day));
      if (before === undefined) return null;
      sum += before;
    }
    return sum;
  });
}

function startOf(day: Day, unit: Unit): Day {
  if (unit === 'day') return day;
  return unit === 'week' ? addDays(day, 1 - weekdayOf(day)) : `${day.slice(0, 7)}-01`;
}

/** The scale between days and pixels, whole days only. */
export function dayScale(span: Window, width: number): { x: (day: Day) => number; day: (x: number) => Day } {
  const days = Math.max(1, daysBetween(span.from, span.to));
  return {
    x: (day) => (daysBetween(span.from, day) / days) * width,
    day: (x) => addDays(span.from, Math.round((Math.min(Math.max(x, 0), width) / width) * days)),
  };
}

/** Months that begin within the span, thinned so that their names have room. */
export function monthTicks(span: Window, width: number, room = 56): Day[] {
  const months: Day[] = [];
  for (let day = `${span.from.slice(0, 7)}-01`; day < span.to; day = `${addDays(day, 32).slice(0, 7)}-01`) {
    if (day >= span.from) months.push(day);
  }
  const perMonth = width / Math.max(1, months.length);
  const step = [1, 2, 3, 6, 12].find((count) => count * perMonth >= room) ?? 12;
  return months.filter((day) => (Number(day.slice(5, 7)) - 1) % step === 0);
}

export type Edge = 'from' | 'to' | 'both';

/** Moves an edge of the window, or all of it, within the span; a window is never shorter than a day. */
export function shift(window: Window, edge: Edge, days: number, span: Window): Window {
  if (edge === 'from') {
    return { ...window, from: clamp(addDays(window.from, days), span.from, addDays(window.to, -1)) };
  }
  if (edge === 'to') {
    return { ...window, to: clamp(addDays(window.to, days), addDays(window.from, 1), span.to) };
  }
  const least = daysBetween(window.from, span.from);
  const most = daysBetween(window.to, span.to);
  const by = Math.max(Math.min(days, most), Math.min(least, 0));
  return { from: addDays(window.from, by), to: addDays(window.to, by) };
}

function clamp(day: Day, least: Day, most: Day): Day {
  if (day < least) return least;
  return day > most ? most : day;
}

/** The window between two days in either order, at least a day long. */
export function windowBetween(a: Day, b: Day): Window {
  const [from, to] = a <= b ? [a, b] : [b, a];
  return { from, to: to === from ? addDays(from, 1) : to };
}
