import assert from 'node:assert/strict';
import { PHONE } from '../driver.mjs';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

/** The demo publishes its closed weeks soon after it is ready. */
async function publishedFor(lagebild, role) {
  await lagebild.signInAs(role);
  for (;;) {
    await lagebild.page.locator('[data-testid=total], [data-testid=not-published]').first().waitFor();
    if (await lagebild.at('total').isVisible()) break;
    await lagebild.page.reload();
  }
  await lagebild.figuresAreSettled();
  await lagebild.mapIsDrawn();
}

behaviour('a partner reads published cells, and no control asks for more than is published', {}, async (lagebild) => {
  await publishedFor(lagebild, 'demo-partner');
  assert.match(await lagebild.at('published-word').innerText(), /Veröffentlichte Wochenzahlen.*ab 5 Meldungen.*nicht null/s);
  assert.match(await lagebild.at('legend-published').innerText(), /je Zelle.*zu wenige, nicht null/s);
  for (const control of ['layer-switch', 'tab-hotspots', 'tab-table', 'search', 'timeline', 'export', 'tool-box']) {
    assert.equal(await lagebild.at(control).count(), 0, control);
  }
  const { items } = await lagebild.ask('/api/v1/publications');
  const weeks = items.slice(-4);
  assert.equal(await lagebild.total(), weeks.reduce((sum, { total }) => sum + total, 0), 'four weeks as they were published');
  await lagebild.picture('published-partner');
});

behaviour('a guest sees districts where counts are published by district only', {}, async (lagebild) => {
  await publishedFor(lagebild, 'demo-guest');
  assert.match(await lagebild.at('legend-published').innerText(), /je Stadtbezirk/);
  const before = await lagebild.total();
  await lagebild.at('period-365').click();
  await lagebild.page.waitForFunction((old) => Number(document.querySelector('[data-testid=total]')?.getAttribute('data-total')) > old, before);
  await lagebild.restrict('kind', 'complaint');
  await lagebild.figuresAreSettled();
  await lagebild.picture('published-guest');
});

behaviour('management reads published counts by night', { dark: true }, async (lagebild) => {
  await publishedFor(lagebild, 'demo-management');
  await lagebild.picture('published-management-dark');
});

behaviour('published counts are read on a phone', { viewport: PHONE, touch: true }, async (lagebild) => {
  await publishedFor(lagebild, 'demo-partner');
  await lagebild.at('published-word').waitFor();
  await lagebild.picture('published-phone');
  await lagebild.at('total').scrollIntoViewIfNeeded();
  await lagebild.picture('published-phone-figures');
});
