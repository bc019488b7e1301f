import assert from 'node:assert/strict';
import { PHONE } from '../driver.mjs';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('on a phone the map keeps the page and the list waits below it', { viewport: PHONE, touch: true }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width, 'nothing runs off the side');
  assert.equal(await lagebild.at('reading').getAttribute('data-sheet'), 'peek');

  await lagebild.at('menu').click();
  assert.ok(await lagebild.at('to-sources').isVisible(), 'the other pages wait in the menu');
  assert.match(await lagebild.at('who').innerText(), /Analyse/);
  assert.deepEqual(await lagebild.violations(), []);
  await page.keyboard.press('Escape');
  await lagebild.at('who').waitFor({ state: 'hidden' });

  await lagebild.openTab('hotspots');
  await lagebild.hotspotRows().first().click();
  await lagebild.at('hotspot-story').waitFor();
  await lagebild.at('show-on-map').click();
  await page.locator('[data-testid=reading][data-sheet=peek]').waitFor();

  await lagebild.at('open-filters').click();
  await lagebild.at('filter-kind-complaint').check();
  await lagebild.at('filters-done').click();
  await lagebild.at('chip-kind-complaint').waitFor();
  assert.equal(lagebild.search().get('kind'), 'complaint');
});

behaviour('a device that asks for dark gets dark, and the reader may choose otherwise', { dark: true }, async (lagebild) => {
  const theme = () => lagebild.page.evaluate(() => document.documentElement.dataset.theme);
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  assert.equal(await theme(), 'dark');
  await lagebild.at('theme').click();
  assert.equal(await theme(), 'light');
  await lagebild.page.reload();
  await lagebild.mapIsDrawn();
  assert.equal(await theme(), 'light');
});

for (const panel of ['figures', 'table']) {
  behaviour(`dark is accessible too: ${panel}`, { dark: true, path: `/?panel=${panel}&kind=incident` }, async (lagebild) => {
    await lagebild.signInAs('demo-analyst');
    await lagebild.mapIsDrawn();
    await lagebild.at(panel === 'table' ? 'report-row' : 'total').first().waitFor();
  });
}
