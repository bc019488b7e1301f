import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('the window is compared with the one before and with the year before, in figures and on the map', { path: '/?panel=figures' }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('layer-switch').getByRole('button').click();
  await lagebild.at('surface-difference').check();
  await lagebild.at('legend-difference').waitFor();
  assert.equal(lagebild.search().get('surface'), 'difference');
  await lagebild.at('legend-difference').getByText('unverändert').waitFor();
  const previous = await lagebild.at('legend-difference').innerText();

  await lagebild.at('compare-figures-year').click();
  assert.equal(lagebild.search().get('compare'), 'year');
  await page.waitForFunction((before) => document.querySelector('[data-testid=legend-difference]')?.innerText !== before, previous);
  await lagebild.mapIsDrawn();

  await page.goBack();
  await page.goBack();
  await lagebild.at('legend-cells').waitFor();
});

behaviour('what is compared adds up to what the figures say of the window before', { path: '/?panel=figures&from=2026-09-01&to=2026-09-29' }, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.at('total').waitFor();
  const answer = (window) => lagebild.ask(`/api/v1/lage?${window}`);
  const now = await answer('from=2026-09-01&to=2026-09-29');
  assert.equal((await answer('from=2026-08-04&to=2026-09-01')).total, now.previous_total);
  assert.equal((await answer('from=2025-09-01&to=2025-09-29')).total, now.year_before_total);
});

behaviour('the playback goes through time until it is stopped', { still: false }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('play').click();
  await page.waitForFunction(() => location.search.includes('from='));
  const first = lagebild.search().get('from');
  await page.waitForFunction((from) => new URLSearchParams(location.search).get('from') > from, first);
  await lagebild.at('play').click();
  await page.locator('[data-testid=playback][data-playing=false]').waitFor();
  await page.goBack();
  await page.waitForFunction(() => !location.search.includes('from='));
});

behaviour('whoever wants no motion goes through time step by step', {}, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  assert.equal(await lagebild.at('play').count(), 0);
  const before = await lagebild.at('timeline-window').innerText();
  await lagebild.at('step-earlier').focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction((text) => document.querySelector('[data-testid=timeline-window]')?.innerText !== text, before);
});

behaviour('the calendar shows the year, and a week of it becomes the period by key', { path: '/?panel=figures' }, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.at('figures-calendar').waitFor();
  await lagebild.at('calendar-switch').focus();
  await lagebild.page.keyboard.press('Enter');
  await lagebild.at('figures-calendar').locator('tbody button').nth(3).press('Enter');
  await lagebild.page.waitForFunction(() => location.search.includes('from='));
});
