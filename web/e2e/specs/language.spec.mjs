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

  await lagebild.at('language').click();
  await page.locator('html[lang=de]').waitFor();
  await lagebild.at('total').waitFor();
  assert.match(await lagebild.at('total').innerText(), /Meldungen$/);
});
