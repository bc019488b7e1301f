import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('the page speaks English when asked, keeps what it shows, and goes back to German', { path: '/?panel=figures&kind=incident&surface=difference' }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('language').click();
  await page.locator('html[lang=en]').waitFor();
  await lagebild.at('total').waitFor();
  await lagebild.figuresAreSettled();
  await lagebild.mapIsDrawn();
  assert.match(await lagebild.at('total').innerText(), /^\d[\d,]* reports$/);
  assert.equal(lagebild.search().get('kind'), 'incident');
  assert.match(await lagebild.at('legend-difference').innerText(), /Change in each cell/);
  assert.match(await lagebild.at('demo-banner').innerText(), /invented data/);
  assert.deepEqual(await lagebild.violations(), []);

  await lagebild.openTab('hotspots');
  await lagebild.hotspotRows().first().click();
  assert.match(await lagebild.at('hotspot-explanation').innerText(), /^Within [\d.,]+ k?m of “.+” there were \d+ \w+, [\d.]+ expected/);
  for (const caution of await lagebild.at('hotspot-cautions').getByRole('listitem').all()) {
    assert.equal(await caution.getAttribute('lang'), 'de', 'what stays German says so');
  }
  await lagebild.openTab('figures');

  await lagebild.at('language').click();
  await page.locator('html[lang=de]').waitFor();
  await lagebild.at('total').waitFor();
  assert.match(await lagebild.at('total').innerText(), /Meldungen$/);
});
