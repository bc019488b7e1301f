import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('a box drawn on the map narrows figures, table and address, and can be taken back', { path: '/?panel=figures' }, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('total').waitFor();
  await lagebild.figuresAreSettled();
  const all = await lagebild.total();

  await lagebild.at('tool-box').click();
  await lagebild.at('sketch-bar').waitFor();
  await lagebild.drawBox(0.35, 0.35, 0.6, 0.6);
  await lagebild.at('chip-bbox').waitFor();
  assert.equal(await lagebild.at('sketch-bar').count(), 0, 'the tool is put away when the box is drawn');
  const [west, south, east, north] = lagebild.search().get('bbox').split(',').map(Number);
  assert.ok(west < east && south < north);

  await page.waitForFunction((before) => Number(document.querySelector('[data-testid=total]')?.getAttribute('data-total')) < before, all);
  const inside = await lagebild.total();
  assert.ok(inside > 0, 'the middle of the city is not empty');

  await page.goBack();
  await lagebild.at('chip-bbox').waitFor({ state: 'detached' });
  await page.waitForFunction((before) => Number(document.querySelector('[data-testid=total]')?.getAttribute('data-total')) >= before, all);
});

behaviour('what can be seen of the map becomes the filter without a pointer', {}, async (lagebild) => {
  const { page } = lagebild;
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('tool-box').focus();
  await page.keyboard.press('Enter');
  await lagebild.at('take-view').focus();
  await page.keyboard.press('Enter');
  await lagebild.at('chip-bbox').waitFor();

  await lagebild.at('tool-box').focus();
  await page.keyboard.press('Enter');
  await lagebild.at('sketch-bar').waitFor();
  await page.keyboard.press('Escape');
  await lagebild.at('sketch-bar').waitFor({ state: 'detached' });
  await lagebild.at('chip-bbox').waitFor();
});

behaviour('a way is measured by pointer and by key', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('tool-measure').click();
  await lagebild.clickMap(0.4, 0.4);
  await lagebild.clickMap(0.6, 0.4);
  await lagebild.at('measured').waitFor();
  assert.match(await lagebild.at('measured').innerText(), /^\d+,\d km$/);
  const before = await lagebild.at('measured').innerText();
  await lagebild.at('measure-middle').press('Enter');
  await lagebild.page.waitForFunction((text) => document.querySelector('[data-testid=measured]')?.textContent !== text, before);
});
