import { api, type Query } from '../api/client';
import type { Area, Report, Taxonomy } from '../api/types';
import { utm32Of } from '../coordinates';
import type { LngLat } from '../geometry';
import { text } from '../text';

const PAGE = '1000';

export interface ReportList {
  reports: Report[];
  /** The state of the data that the list began with. */
  revision: number;
}

/** The whole list under a query, page after page. */
export async function allReports(query: Query, signal: AbortSignal, progress: (loaded: number) => void): Promise<ReportList> {
  const reports: Report[] = [];
  let revision = 0;
  let next: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof api.reports>> = await api.reports(
      next === null ? { ...query, limit: PAGE } : { ...query, limit: PAGE, next },
      signal,
    );
    if (next === null) revision = page.revision;
    reports.push(...page.items);
    progress(reports.length);
    next = page.next;
  } while (next !== null);
  return { reports, revision };
}

interface Names {
  taxonomy: Taxonomy | null;
  areas: readonly Area[];
  demo: boolean;
}

/**
 * The list as rows of a table, with a first row of names. Each row carries the revision and, in the demo, the mark that
 * it is invented, so that a row that is copied elsewhere keeps them. The reports' own words stay out: they may speak of people.
 */
export function tableOf({ reports, revision }: ReportList, { taxonomy, areas, demo }: Names): (string | number)[][] {
  const columns = text.export.columns;
  const note = demo ? text.export.invented : '';
  const labelIn = (list: readonly { id: string; label: string }[] | undefined, wanted: string | null | undefined): string =>
    list?.find(({ id }) => id === wanted)?.label ?? wanted ?? '';
  const rows = reports.map((report): (string | number)[] => [
    report.id,
    report.external_id ?? '',
    labelIn(taxonomy?.sources, report.source),
    text.kind[report.kind].one,
    labelIn(taxonomy?.themes, report.theme),
    labelIn(taxonomy?.categories, report.category),
    report.occurred_from,
    report.occurred_to,
    report.reported_at ?? '',
    text.status[report.status],
    report.place ?? '',
    areas.find(({ id }) => id === report.area)?.name ?? report.area ?? '',
    text.precision[report.precision],
    ...placeCells(report.geometry),
    revision,
    note,
  ]);
  return [columns, ...rows];
}

function placeCells(point: GeoJSON.Point | null): (string | number)[] {
  if (!point) return ['', '', '', ''];
  const at = point.coordinates as LngLat;
  const { easting_m, northing_m } = utm32Of(at);
  return [at[0], at[1], Math.round(easting_m), Math.round(northing_m)];
}

/** `lagebild-2026-10-26-2026-11-22-revision-60444.csv` */
export function fileName(from: string, last: string, revision: number): string {
  return `lagebild-${from}-${last}-revision-${String(revision)}.csv`;
}
