import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

/** Windows that lie wholly in the past, so that the live feed adds nothing between two looks. */
function pastWeek() {
  const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  return `from=${day(60)}&to=${day(53)}`;
}

for (const filter of ['', '&kind=complaint', '&kind=incident&weekday=5,6,7', '&hour=22-5']) {
  behaviour(`the table holds as many reports as the figures count (${filter || 'no filter'})`, { path: `/?${pastWeek()}${filter}&panel=figures` }, async (lagebild) => {
    await lagebild.signInAs('demo-analyst');
    await lagebild.at('total').waitFor();
    await lagebild.figuresAreSettled();
    const total = await lagebild.total();
    assert.ok(total > 0, 'there is something to count');

    await lagebild.openTab('table');
    assert.equal(await lagebild.allRows(), total);
    assert.equal(await lagebild.at('report-row').count(), total);
  });
}
