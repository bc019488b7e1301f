import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('what is high for long is drawn in place of the cells, explained, and told by district', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('weekly-layers').locator('summary').click();
  assert.match(await lagebild.at('weekly-layers').innerText(), /Mitte \d+/);
  await lagebild.at('weekly-show').first().click();
  await lagebild.at('legend-weekly').waitFor();
  assert.equal(lagebild.search().get('weekly'), await lagebild.at('legend-weekly').getAttribute('data-layer'));
  assert.match(await lagebild.at('legend-weekly').innerText(), /der Filter gilt hier nicht/);
  await lagebild.mapIsDrawn();
  await lagebild.picture('weekly');
  assert.deepEqual(await lagebild.violations(), []);

  await lagebild.at('layer-switch').getByRole('button').click();
  await lagebild.at('surface-counts').check();
  await lagebild.at('legend-cells').waitFor();
  assert.equal(lagebild.search().get('weekly'), null);
});
