import type { Query } from './api/client';
import type { Category, LiveReport, Span } from './api/types';
import { addDays, dayOf, lastDayBefore, weekdayOf, ZONE } from './days';
import { DIMENSIONS, isPreset, type Day, type Filter, type Period } from './state';

export interface Window {
  from: Day;
  to: Day;
}

/** The whole days a period means, given what data there are. Null while that is unknown. */
export function windowOf(period: Period, data: Span | null): Window | null {
  if (!isPreset(period)) return { from: period.from, to: period.to };
  if (!data) return null;
  const from = dayOf(data.from);
  const to = addDays(lastDayBefore(data.to), 1);
  if (period.preset === 'all') return { from, to };
  const start = addDays(to, -Number(period.preset));
  return { from: start < from ? from : start, to };
}

/** The filter in the server's words. Without data to reckon from, the period is left to the server. */
export function queryOf(filter: Filter, data: Span | null): Query {
  return { ...periodQuery(filter.period, data), ...restrictionsOf(filter) };
}

export function restrictionsOf(filter: Filter): Query {
  const query: Record<string, string> = {};
  for (const dimension of DIMENSIONS) {
    if (filter[dimension].length > 0) query[dimension] = filter[dimension].join(',');
  }
  if (filter.hours) query.hour = `${String(filter.hours.from)}-${String(filter.hours.to)}`;
  return query;
}

function periodQuery(period: Period, data: Span | null): Query {
  const window = windowOf(period, data);
  return window ? { from: window.from, to: window.to } : {};
}

const HOUR = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', hourCycle: 'h23' });

/**
 * Whether a report heard live belongs to what is on the page, or null when what was told of it does not suffice
 * (source, status and area are not part of the event, theme and prevention only by its category).
 */
export function belongs(
  filter: Filter,
  window: Window | null,
  report: LiveReport,
  category: Pick<Category, 'theme' | 'prevention'> | null,
): boolean | null {
  const day = dayOf(report.occurred_from);
  if (!isPreset(filter.period) && window && (day < window.from || day >= window.to)) return false;
  if (filter.kind.length > 0 && !filter.kind.includes(report.kind)) return false;
  if (category && filter.theme.length > 0 && !filter.theme.includes(category.theme)) return false;
  if (category && filter.prevention.length > 0 && !filter.prevention.includes(category.prevention ?? '')) return false;
  if (filter.category.length > 0 && !filter.category.includes(report.category)) return false;
  if (filter.weekday.length > 0 && !filter.weekday.includes(String(weekdayOf(day)))) return false;
  if (filter.hours && !isWithin(filter.hours, Number(HOUR.format(new Date(report.occurred_from))))) return false;
  const untold = filter.source.length + filter.status.length + filter.area.length;
  const unexplained = category ? 0 : filter.theme.length + filter.prevention.length;
  return untold + unexplained > 0 ? null : true;
}

function isWithin(hours: { from: number; to: number }, hour: number): boolean {
  return hours.from <= hours.to
    ? hour >= hours.from && hour <= hours.to
    : hour >= hours.from || hour <= hours.to;
}
