import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('the management sees who belongs to the partnership and what is released', {}, async (lagebild) => {
  await lagebild.signInAs('demo-management');
  await lagebild.at('open-partnership').click();
  const row = lagebild.at('partner-bundespolizei');
  await row.waitFor();
  assert.match(await row.innerText(), /Kooperationspartner[\s\S]*01\.03\.2023/);
  assert.match(await lagebild.at('release-stadt-an-gast').innerText(), /nach 14 Tagen[\s\S]*keine unter 10/);
  await lagebild.at('back').click();
  await lagebild.at('published').waitFor();
});

behaviour('the management looks at what a partner sees, and comes back', {}, async (lagebild) => {
  await lagebild.signInAs('demo-management');
  await lagebild.at('open-partnership').click();
  await lagebild.at('preview-stadt-an-bundespolizei').click();
  await lagebild.at('preview').filter({ hasText: 'was Bundespolizei sieht' }).waitFor();
  const seen = await lagebild.ask('/api/v1/lage');
  const partner = await fetch(`${new URL(lagebild.page.url()).origin}/api/v1/lage`, { headers: { authorization: 'Bearer demo-partner' } });
  assert.deepEqual(seen, await partner.json(), 'the same as the partner gets');
  await lagebild.at('preview-end').click();
  await lagebild.at('preview').waitFor({ state: 'detached' });
  assert.equal((await lagebild.ask('/api/v1/me')).organisation, 'geschaeftsfuehrung');
});
