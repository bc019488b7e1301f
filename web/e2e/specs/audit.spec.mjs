import assert from 'node:assert/strict';
import { PHONE } from '../driver.mjs';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

/** Somebody has looked at what is not released to them, a moment ago. */
async function withARefusal(lagebild) {
  await lagebild.page.request.get(new URL('/api/v1/hotspots', lagebild.page.url()).href, {
    headers: { authorization: 'Bearer demo-guest' },
  });
  await lagebild.signInAs('demo-auditor');
}

behaviour('an auditor finds who was refused what', {}, async (lagebild) => {
  await withARefusal(lagebild);
  const entries = lagebild.at('audit-entry');
  for (;;) {
    await lagebild.at('audit-action').selectOption('refused');
    await lagebild.at('audit-text').fill('hotspots');
    await lagebild.at('audit-organisation').fill('gast');
    await lagebild.at('audit-search').click();
    await lagebild.page.waitForLoadState('networkidle');
    if ((await entries.count()) > 0) break;
  }
  assert.match(await entries.first().innerText(), /Gast.*verweigert.*\/api\/v1\/hotspots/s);
  await lagebild.picture('audit');
});

behaviour('the log is read on a phone', { viewport: PHONE, touch: true }, async (lagebild) => {
  await withARefusal(lagebild);
  await lagebild.at('audit-entry').first().waitFor();
  await lagebild.picture('audit-phone');
});
