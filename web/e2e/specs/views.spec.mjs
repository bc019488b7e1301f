import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('a view is saved under a name, comes back with its filter, and can be deleted', { path: '/?kind=incident&period=90' }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('views').locator('summary').click();
  await lagebild.at('view-name').fill('Vorfälle im Quartal');
  await page.keyboard.press('Enter');
  await lagebild.at('view-open').waitFor();

  await lagebild.at('filters-reset').click();
  await lagebild.at('period-28').click();
  await page.reload();
  await lagebild.at('dashboard').waitFor();
  await lagebild.mapIsDrawn();
  await lagebild.at('views').locator('summary').click();
  await lagebild.at('view-open').click();
  await lagebild.at('chip-kind-incident').waitFor();
  assert.equal(lagebild.search().get('period'), '90');

  await page.getByRole('button', { name: 'Ansicht löschen: Vorfälle im Quartal' }).click();
  await lagebild.at('view-open').waitFor({ state: 'detached' });
});

behaviour('who comes back is told what has changed since', {}, async (lagebild) => {
  const { page } = lagebild;
  const before = new Date(Date.now() - 3 * 86_400_000).toISOString();
  await page.evaluate((at) => {
    const mark = { since: null, last: { at, revision: 1 } };
    localStorage.setItem('lagebild.visit.analyst', JSON.stringify(mark));
  }, before);
  await page.reload();
  await lagebild.signInAs('demo-analyst');
  await lagebild.at('since-last-visit').waitFor();
  assert.match(await lagebild.at('since-last-visit').innerText(), /Seit Ihrem letzten Besuch[\s\S]*Meldungen von seither/);
  await lagebild.mapIsDrawn();
  assert.deepEqual(await lagebild.violations(), []);

  await lagebild.at('visit-show').click();
  await lagebild.at('report-row').first().waitFor();
  assert.equal(lagebild.search().get('from'), await page.evaluate((at) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' }).format(new Date(at)), before));
});

behaviour('the map goes along when a step is taken back', { path: '/?map=11.00/51.68000/7.82000' }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('period-7').click();
  await lagebild.hotspotRows().first().click();
  await lagebild.at('show-on-map').click();
  await page.waitForFunction(() => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-zoom')) > 12);
  await lagebild.mapIsDrawn();
  await page.goBack();
  await page.waitForFunction(() => Math.abs(Number(document.querySelector('[data-testid=map]')?.getAttribute('data-zoom')) - 11) < 0.05);
  await lagebild.mapIsDrawn();
});
