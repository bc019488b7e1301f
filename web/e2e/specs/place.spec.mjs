import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('a place on the map says what is counted there, by whom, and where it is', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.cellsAreDrawn();
  await lagebild.clickMap(0.45, 0.42);
  await lagebild.at('place-owners').waitFor();
  const card = await lagebild.at('place-card').innerText();
  const [total] = card.match(/^[\d.]+/) ?? [];
  const counts = [...(await lagebild.at('place-owners').innerText()).matchAll(/(?:Stadt|Polizei) ([\d.]+)/g)].map(([, count]) => Number(count.replace('.', '')));
  assert.equal(counts.reduce((sum, count) => sum + count, 0), Number(total.replace('.', '')), 'city and police make the whole');
  assert.match(await lagebild.at('place-utm').innerText(), /^4\d\d\s\d{3}, 5\s7\d\d\s\d{3}$/);

  await lagebild.at('place-profile').click();
  await lagebild.at('area-total').waitFor();
  assert.ok(lagebild.search().get('profile'));
  const inside = Number(await lagebild.at('area-total').getAttribute('data-total'));
  await lagebild.at('area-filter').click();
  await lagebild.at('back').click();
  await lagebild.openTab('figures');
  await lagebild.at('total').waitFor();
  await lagebild.figuresAreSettled();
  assert.ok(Math.abs((await lagebild.total()) - inside) <= 3, 'but for what came in meanwhile, the profile counts what its filter counts');
});

behaviour('the place in the middle of the map is read by key', {}, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await page.keyboard.press('o');
  await lagebild.at('place-card').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.closest('[data-testid=place-card]') !== null), true, 'the focus goes along');
  await page.keyboard.press('Enter');
  await lagebild.at('place-card').waitFor({ state: 'detached' });
});

behaviour('a dark map is printed light', { dark: true }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await page.evaluate(() => {
    window.print = () => {
      window.printedTheme = document.querySelector('[data-testid=map]').getAttribute('data-map-theme');
    };
  });
  await lagebild.at('print').click();
  await page.waitForFunction(() => window.printedTheme !== undefined);
  assert.equal(await page.evaluate(() => window.printedTheme), 'light');
  await page.locator('[data-testid=map][data-map-theme=dark]').waitFor();
});
