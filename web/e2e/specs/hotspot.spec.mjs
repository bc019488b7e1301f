import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('a hotspot tells its story and leads to its place', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.hotspotRows().first().click();
  await lagebild.at('hotspot-story').waitFor();
  assert.ok((await lagebild.at('hotspot-explanation').innerText()).length > 20, 'a sentence');
  assert.match(await lagebild.at('hotspot-recurrence').innerText(), /durch Zufall/);
  assert.ok(lagebild.search().get('hotspot'));

  const before = Number(await lagebild.at('map').getAttribute('data-zoom'));
  await lagebild.at('show-on-map').click();
  await lagebild.page.waitForFunction(
    (zoom) => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-zoom')) > zoom,
    before,
  );
  await lagebild.mapIsDrawn();
  await lagebild.at('back').click();
  await lagebild.at('hotspot-list').waitFor();
});

behaviour('a report opens from the table and says where it comes from', { path: '/?panel=table' }, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.at('report-row').first().getByRole('button').click();
  await lagebild.at('report-provenance').waitFor();
  assert.match(await lagebild.at('report-provenance').innerText(), /Herkunft[\s\S]*Quelle/);
});
