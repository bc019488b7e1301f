import type { Query } from './api/client';
import type { LiveReport, Span } from './api/types';
import { addDays, dayOf, daysBetween, lastDayBefore, weekdayOf, yearBefore, ZONE } from './days';
import type { Bounds } from './geometry';
import { DIMENSIONS, isPreset, type Compare, type Day, type Filter, type Hours, type Period } from './state';

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

/** The window that another is compared with. */
export function comparedWindow({ from, to }: Window, compare: Compare): Window {
  if (compare === 'year') return { from: yearBefore(from), to: yearBefore(to) };
  return { from: addDays(from, -daysBetween(from, to)), to: from };
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
  if (filter.bbox) query.bbox = filter.bbox.join(',');
  return query;
}

function periodQuery(period: Period, data: Span | null): Query {
  const window = windowOf(period, data);
  return window ? { from: window.from, to: window.to } : {};
}

const HOUR = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', hourCycle: 'h23' });

/** Whether a report heard live passes the restrictions of the filter, whatever its window. */
export function passes(filter: Filter, report: LiveReport, prevention: string | null): boolean {
  const day = dayOf(report.occurred_from);
  const asked: [readonly string[], string | null][] = [
    [filter.kind, report.kind],
    [filter.source, report.source],
    [filter.status, report.status],
    [filter.theme, report.theme],
    [filter.category, report.category],
    [filter.prevention, prevention],
    [filter.area, report.area],
    [filter.weekday, String(weekdayOf(day))],
  ];
  if (asked.some(([wanted, value]) => wanted.length > 0 && (value === null || !wanted.includes(value)))) return false;
  if (filter.hours && !isWithin(filter.hours, Number(HOUR.format(new Date(report.occurred_from))))) return false;
  return filter.bbox === null || (report.geometry !== null && liesIn(filter.bbox, report.geometry.coordinates));
}

/** Whether it falls into the window. A preset moves along with the newest report, so that it always does. */
export function isInPeriod(period: Period, report: LiveReport): boolean {
  if (isPreset(period)) return true;
  const day = dayOf(report.occurred_from);
  return day >= period.from && day < period.to;
}

function isWithin(hours: Hours, hour: number): boolean {
  return hours.from <= hours.to
    ? hour >= hours.from && hour <= hours.to
    : hour >= hours.from || hour <= hours.to;
}

function liesIn([west, south, east, north]: Bounds, [lng = 0, lat = 0]: GeoJSON.Position): boolean {
  return lng >= west && lng <= east && lat >= south && lat <= north;
}
