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

behaviour('an analyst notes beside a hotspot, hands it to an office and takes a word back', {}, async (lagebild) => {
  await lagebild.signInAs('demo-city');
  await lagebild.hotspotRows().first().click();
  await lagebild.at('hotspot-review').waitFor();
  await lagebild.at('hotspot-curve').waitFor();
  await lagebild.at('review-confirm').click();
  await lagebild.at('review-reopen').waitFor();
  assert.match(await lagebild.at('hotspot-state').innerText(), /bestätigt/i);
  await lagebild.at('review-note').click();
  await lagebild.at('review-text').fill('Mit dem Ordnungsamt gesprochen');
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.at('review-save').click();
  await lagebild.page.getByText('Mit dem Ordnungsamt gesprochen').waitFor();
  assert.match(await lagebild.at('hotspot-reviews').innerText(), /stadt: bestätigt/);
  await lagebild.at('review-assign').click();
  await lagebild.at('review-text').fill('Ordnungsamt');
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.at('review-save').click();
  await lagebild.at('hotspot-office').waitFor();
  assert.match(await lagebild.at('hotspot-office').innerText(), /Zuständig: Ordnungsamt/);
  await lagebild.at('review-give-back').click();
  await lagebild.at('hotspot-office').waitFor({ state: 'detached' });
  await lagebild.at('review-reopen').click();
  await lagebild.at('review-confirm').waitFor();
  await lagebild.at('hotspot-reports').locator('summary').click();
  await lagebild.at('hotspot-reports').getByRole('listitem').first().waitFor();
  assert.deepEqual(await lagebild.violations(), []);
});

behaviour('early detection says how often it was wrong, profile by profile', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  const rates = lagebild.at('alarm-rates');
  await rates.locator('summary').click();
  const { items } = await lagebild.ask('/api/v1/detection-profiles');
  assert.ok(items.length > 0, 'the demo looks by several profiles');
  for (const { id, alarms, dismissed } of items) {
    const line = rates.locator(`[data-profile="${id}"]`);
    assert.match(await line.innerText(), new RegExp(`${alarms} Alarme? in [\\s\\S]*${dismissed} verworfen`));
  }
  await lagebild.picture('alarm-rates');
});

behaviour('a report opens from the table and says where it comes from', { path: '/?panel=table' }, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.at('report-row').first().getByRole('button').click();
  await lagebild.at('report-provenance').waitFor();
  assert.match(await lagebild.at('report-provenance').innerText(), /Herkunft[\s\S]*Quelle/);
});
