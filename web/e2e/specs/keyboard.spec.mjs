import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('the inbox can be read with the keyboard alone', {}, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.hotspotRows().first().waitFor();
  const ids = await lagebild.hotspotRows().evaluateAll((rows) => rows.map((row) => row.getAttribute('data-hotspot')));
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-hotspot'));

  await page.keyboard.press('j');
  assert.equal(await focused(), ids[0]);
  if (ids.length > 1) {
    await page.keyboard.press('j');
    assert.equal(await focused(), ids[1]);
    await page.keyboard.press('k');
  }
  await page.keyboard.press('Enter');
  await lagebild.at('hotspot-story').waitFor();
  await page.keyboard.press('Escape');
  await lagebild.at('hotspot-list').waitFor();
});

behaviour('every place of the page has its key', {}, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();

  await page.keyboard.press('t');
  await lagebild.at('report-table').waitFor();
  await page.keyboard.press('z');
  await lagebild.at('figures').waitFor();
  await page.keyboard.press('h');
  await lagebild.at('hotspot-list').waitFor();

  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement?.id === 'search');
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await page.waitForFunction(() => document.activeElement?.closest('#filters') !== null);

  await page.keyboard.press('?');
  await lagebild.at('help-dialog').waitFor();
  await page.keyboard.press('Escape');
  await lagebild.at('help-dialog').waitFor({ state: 'detached' });

  await page.keyboard.press('p');
  await lagebild.at('reading').waitFor({ state: 'hidden' });
  assert.ok(await lagebild.at('legend').isVisible(), 'the legend stays for the projector');
  assert.ok(await lagebild.at('stand').isVisible(), 'the stand of the data stays');
  assert.equal(await lagebild.at('layer-switch').count(), 0, 'all else makes way for the map');
  await page.keyboard.press('Escape');
  await lagebild.at('reading').waitFor();
});

behaviour('whoever looks for a place finds it', {}, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  const before = Number(await lagebild.at('map').getAttribute('data-zoom'));
  await page.keyboard.press('/');
  await page.keyboard.type('Heess');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    (zoom) => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-zoom')) > zoom,
    before,
  );
  await lagebild.mapIsDrawn();
});
