import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

/** Five minutes of an analyst's morning. `LAGEBILD_PICTURES=FOLDER` keeps a picture of each step. */
behaviour('an analyst finds the emerging Angstraum, understands it, compares it, confirms it and hands it over', { patience_ms: 240_000 }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  const angstraum = page.locator('[data-testid=hotspot-row][data-kind=angstraum][data-state=emerging]').first();
  await angstraum.waitFor();
  const id = await angstraum.getAttribute('data-hotspot');
  await lagebild.picture('walk-1-inbox');

  await angstraum.click();
  await lagebild.at('hotspot-story').waitFor();
  assert.match(await lagebild.at('hotspot-kind').innerText(), /Angstraum/);
  assert.match(await lagebild.at('hotspot-recurrence').innerText(), /durch Zufall/);
  await lagebild.at('show-on-map').click();
  await page.waitForFunction(() => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-zoom')) > 12);
  await lagebild.mapIsDrawn();
  await lagebild.picture('walk-2-why');

  await lagebild.at('use-window').click();
  await lagebild.at('tool-box').click();
  await lagebild.at('take-view').click();
  await lagebild.at('chip-bbox').waitFor();
  await lagebild.openTab('figures');
  await lagebild.at('compare-figures-year').click();
  await lagebild.at('total').waitFor();
  await lagebild.figuresAreSettled();
  const total = await lagebild.total();
  assert.ok(total > 0, 'the place has reports in the window of the finding');
  await lagebild.at('layer-switch').getByRole('button').click();
  await lagebild.at('surface-difference').check();
  await lagebild.at('legend-difference').waitFor();
  await lagebild.at('layer-switch').getByRole('button').first().click();
  await page.waitForFunction(() => document.querySelector('[data-testid=legend-difference] tbody tr'));
  await lagebild.mapIsDrawn();
  await lagebild.picture('walk-3-year-before');

  await lagebild.openTab('table');
  assert.equal(await lagebild.allRows(), total);
  assert.equal((await lagebild.exportedRows()).length, total);
  await lagebild.picture('walk-4-list');

  await lagebild.openTab('hotspots');
  await page.locator(`[data-testid=hotspot-row][data-hotspot="${id}"]`).click();
  await lagebild.at('review-confirm').click();
  await lagebild.at('review-reopen').waitFor();
  await lagebild.at('review-assign').click();
  await lagebild.at('review-text').fill('Ordnungsamt');
  await lagebild.at('review-save').click();
  await lagebild.at('hotspot-office').waitFor();
  assert.match(await lagebild.at('hotspot-state').innerText(), /bestätigt/);
  await lagebild.picture('walk-5-confirmed');

  await lagebild.at('views').locator('summary').click();
  await lagebild.at('view-name').fill('Angstraum, Übergabe');
  await lagebild.at('view-save').click();
  await lagebild.at('view-open').waitFor();
  const address = page.url();
  await page.goto(address);
  await lagebild.at('chip-bbox').waitFor();
  await lagebild.mapIsDrawn();
  await lagebild.at('hotspot-office').waitFor();
  await lagebild.picture('walk-6-handed-over');
  await lagebild.at('review-give-back').click();
  await lagebild.at('hotspot-office').waitFor({ state: 'detached' });
  await lagebild.at('review-reopen').click();
  await lagebild.at('review-confirm').waitFor();
  await lagebild.openTab('table');
  assert.equal(await lagebild.allRows(), total, 'whoever is given the address sees the same');
});
