import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';
import { randomFilters } from '../random-filters.mjs';

useBrowser();

/** `LAGEBILD_FILTERS=200 LAGEBILD_SEED=7` draws more of them, or others. */
const COUNT = Number(process.env.LAGEBILD_FILTERS ?? 6);
const SEED = Number(process.env.LAGEBILD_SEED ?? 8);
/** So far out that all reports within the city's margin are in sight. */
const FAR = 'map=9.00/51.67000/7.82000';

behaviour(
  `map, figures, table and export count the same under ${String(COUNT)} random filters`,
  { path: `/?panel=figures&${FAR}`, viewport: { width: 1200, height: 640 }, patience_ms: 60_000 + COUNT * 20_000 },
  async (lagebild) => {
    await lagebild.signInAs('demo-analyst');
    await lagebild.mapIsDrawn();
    const taxonomy = await lagebild.ask('/api/v1/taxonomy');
    const { items: areas } = await lagebild.ask('/api/v1/areas');
    let reports = 0;
    for (const filter of randomFilters(COUNT, SEED, { taxonomy, areas })) {
      await lagebild.goTo(`${filter}&panel=figures&${FAR}`);
      const figures = await lagebild.total();
      await lagebild.openTab('table');
      const rows = await lagebild.allRows();
      const exported = figures === 0 ? [] : await lagebild.exportedRows();
      const placed = exported.filter((row) => /;(genauer Ort|Straße);/.test(row)).length;
      const drawn = await lagebild.countedOnMap(placed);
      assert.deepEqual(
        { figures, rows, exported: exported.length, drawn },
        { figures, rows: figures, exported: figures, drawn: placed },
        filter,
      );
      reports += figures;
    }
    assert.ok(reports > 0, 'not all filters were empty');
    console.log(`# ${String(COUNT)} filters, ${String(reports)} reports`);
  },
);
