import assert from 'node:assert/strict';
import { PHONE } from '../driver.mjs';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

const order = (lagebild) => lagebild.at('patrol-stop').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-hotspot')));
const metres = async (lagebild) => Number(await lagebild.at('patrol-way').getAttribute('data-metres'));

behaviour('a patrol is planned through what is new, ordered by hand and by way, and handed over by its address', {}, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.hotspotRows().first().waitFor();
  await page.keyboard.press('s');
  await lagebild.at('patrol-take-newest').click();
  await lagebild.at('patrol-way').waitFor();
  const shortest = await order(lagebild);
  assert.ok(shortest.length >= 3, 'the demo has at least its three planted hotspots');
  assert.equal(await lagebild.at('patrol-shortest').count(), 0, 'what was taken is in its shortest order');
  assert.match(await lagebild.at('patrol-hours').innerText(), /% der Meldungen fallen auf \d+ bis \d+ Uhr/);
  const way = await metres(lagebild);

  await lagebild.at('patrol-later').first().click();
  const [first, second, ...others] = shortest;
  assert.deepEqual(await order(lagebild), [second, first, ...others]);
  assert.ok((await metres(lagebild)) > way, 'every other order is longer');
  assert.deepEqual(lagebild.search().get('stops').split(','), [second, first, ...others]);
  await lagebild.picture('patrol');

  await page.goto(page.url());
  await lagebild.at('patrol-stop').first().waitFor();
  assert.deepEqual(await order(lagebild), [second, first, ...others], 'whoever is given the address sees the same plan');
  await lagebild.at('patrol-shortest').click();
  assert.equal(await metres(lagebild), way);

  await lagebild.at('patrol-remove').first().click();
  assert.equal((await order(lagebild)).length, shortest.length - 1);
  await page.goBack();
  await lagebild.at('patrol-stop').nth(shortest.length - 1).waitFor();
});

behaviour('a hotspot is put on the patrol from its story, and the plan prints without its buttons', {}, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.hotspotRows().first().click();
  await lagebild.at('on-patrol').click();
  assert.equal(await lagebild.at('on-patrol').getAttribute('aria-pressed'), 'true');
  await lagebild.at('back').click();
  await lagebild.at('open-patrol').click();
  await lagebild.at('patrol-stop').first().waitFor();
  assert.equal(await lagebild.at('patrol-stop').count(), 1);
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.getByText('Beteiligte Stellen').isVisible(), 'room to write');
  assert.ok(await lagebild.at('patrol-stop').isVisible());
  assert.ok(await lagebild.at('map').isVisible());
  assert.equal(await lagebild.at('patrol-remove').isVisible(), false);
  await page.emulateMedia({ media: 'screen' });
});

behaviour('the plan can be read and changed on a phone in the dark', { viewport: PHONE, touch: true, dark: true, path: '/?plan=patrol' }, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('patrol-choose').first().check();
  await lagebild.at('patrol-stop').waitFor();
  assert.equal(await lagebild.page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
});
