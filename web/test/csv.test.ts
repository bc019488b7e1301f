import { describe, expect, it } from 'vitest';
import type { Report, Taxonomy } from '../src/api/types';
import { csvOf } from '../src/data/csv';
import { fileName, tableOf } from '../src/data/report-list';

describe('a CSV file', () => {
  it('quotes what would break it, and begins with a mark for spreadsheets', () => {
    expect(csvOf([['a', 'b'], ['x;y', 'say "so"\nthen'], [1, 7.5]])).toBe('\uFEFFa;b\r\n"x;y";"say ""so""\nthen"\r\n1;7.5\r\n');
  });

  it('keeps a spreadsheet from running what a citizen wrote', () => {
    expect(csvOf([['=HYPERLINK("http://x")'], ['+49 2381'], ['@x'], ['-1']])).toBe(
      `\uFEFF"'=HYPERLINK(""http://x"")"\r\n'+49 2381\r\n'@x\r\n'-1\r\n`,
    );
  });
});

describe('the list of reports as a table', () => {
  const report = {
    id: 7,
    source: 'stadt',
    external_id: null,
    kind: 'complaint',
    category: 'wilder_muell',
    theme: 'sauberkeit',
    prevention: 'ordnung',
    occurred_from: '2026-11-01T08:00:00Z',
    occurred_to: '2026-11-01T08:01:00Z',
    reported_at: null,
    status: 'open',
    geometry: { type: 'Point', coordinates: [9, 51] },
    precision: 'point',
    precision_m: 10,
    place: 'Bahnhofsvorplatz',
    area: 'mitte',
    text: 'Frau M. sagt',
    weight: 1,
    linked: [],
    sequence: 4,
  } as unknown as Report;
  const taxonomy = {
    themes: [{ id: 'sauberkeit', label: 'Sauberkeit', prevention: null }],
    categories: [{ id: 'wilder_muell', label: 'Wilder Müll' }],
    sources: [],
    preventions: [],
  } as unknown as Taxonomy;

  const table = (demo: boolean) => tableOf({ reports: [report, { ...report, id: 8, geometry: null }], revision: 61 }, { taxonomy, areas: [], demo });

  it('has a cell for each column in each row, names where they are known, and the place in both systems', () => {
    const [head, first, second] = table(false);
    expect(first).toHaveLength(head?.length ?? 0);
    expect(second).toHaveLength(head?.length ?? 0);
    expect(first).toEqual(expect.arrayContaining([7, 'Sauberkeit', 'Wilder Müll', 'stadt', 9, 51, 500_000, 5_649_825]));
  });

  it('marks each row with the revision, and in the demo as invented', () => {
    expect(table(true).slice(1).map((row) => row.slice(-2))).toEqual([[61, 'erfundene Demodaten'], [61, 'erfundene Demodaten']]);
    expect(table(false)[1]?.slice(-2)).toEqual([61, '']);
  });

  it('leaves out the words of those who reported', () => {
    expect(JSON.stringify(table(false))).not.toContain('Frau M.');
  });

  it('is kept in a file that names window and revision', () => {
    expect(fileName('2026-10-26', '2026-11-22', 61)).toBe('lagebild-2026-10-26-2026-11-22-revision-61.csv');
  });
});
