import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('the demo offers its roles and says that its data are invented', {}, async (lagebild) => {
  await lagebild.at('sign-in').waitFor();
  assert.match(await lagebild.at('demo-banner').innerText(), /erfundene Daten/);
  assert.ok((await lagebild.at('demo-roles').getByRole('button').count()) >= 5);
});

behaviour('an analyst signs in and sees the map and its hotspots', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.hotspotRows().first().waitFor();
  await lagebild.at('legend-cells').waitFor();
  assert.match(await lagebild.at('legend-cells').innerText(), /je Zelle/);
  assert.match(await lagebild.at('stand').innerText(), /Stand .*Revision/s);
  assert.match(await lagebild.at('demo-banner').innerText(), /erfundene Daten/);
});

behaviour('who keeps the installation is told that nothing is released to them', {}, async (lagebild) => {
  await lagebild.signInAs('demo-admin');
  assert.match(await lagebild.at('nothing-released').innerText(), /nichts freigegeben/);
});

behaviour('who signs out is asked to sign in again', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  await lagebild.at('sign-out').click();
  await lagebild.at('sign-in').waitFor();
  await lagebild.page.reload();
  await lagebild.at('sign-in').waitFor();
});
