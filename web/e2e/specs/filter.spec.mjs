import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('the filter is in the address, and the back button takes it back', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.restrict('kind', 'incident');
  await lagebild.at('chip-kind-incident').waitFor();
  assert.equal(lagebild.search().get('kind'), 'incident');

  await lagebild.at('period-7').click();
  assert.equal(lagebild.search().get('period'), '7');

  await lagebild.page.goBack();
  assert.equal(lagebild.search().get('period'), null);
  assert.equal(lagebild.search().get('kind'), 'incident');
  await lagebild.page.goBack();
  await lagebild.at('chip-kind-incident').waitFor({ state: 'detached' });
  assert.equal(await lagebild.at('filter-kind-incident').isChecked(), false);
});

behaviour('an address with a filter opens with that filter', { path: '/?kind=complaint&weekday=5,6&hour=18-21&panel=figures' }, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  for (const chip of ['kind-complaint', 'weekday-5', 'weekday-6', 'hours']) await lagebild.at(`chip-${chip}`).waitFor();
  await lagebild.at('chip-hours').click();
  await lagebild.at('chip-hours').waitFor({ state: 'detached' });
  assert.equal(lagebild.search().get('hour'), null);
  await lagebild.at('filters-reset').click();
  await lagebild.at('chips').waitFor({ state: 'detached' });
});

behaviour('the time strip can be worked by keys', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  const before = await lagebild.at('timeline-window').innerText();
  await lagebild.at('timeline-brush').focus();
  await lagebild.page.keyboard.press('Shift+ArrowLeft');
  await lagebild.page.waitForFunction(() => location.search.includes('from='));
  assert.notEqual(await lagebild.at('timeline-window').innerText(), before);
});
