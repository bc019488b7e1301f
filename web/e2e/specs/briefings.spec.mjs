import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

behaviour('an analyst orders the week for the steering group, sees it become ready and opens it', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.at('to-briefings').click();
  await lagebild.at('briefing-audience').selectOption('lenkungsgruppe');
  await lagebild.at('briefing-kind').selectOption('weekly');
  await lagebild.at('briefing-order').click();
  const row = lagebild.page.locator('[data-testid="briefing"][data-status="ready"]').first();
  await row.waitFor();
  assert.match(await row.innerText(), /Wochenlage[\s\S]*Lenkungsgruppe[\s\S]*Veröffentlichung/);
  const address = await row.getByText('HTML').getAttribute('href');
  const pdf = await lagebild.page.request.get(new URL(address.replace('.html', '.pdf'), lagebild.page.url()).href);
  assert.equal(pdf.headers()['content-type'], 'application/pdf');
  assert.equal((await pdf.body()).subarray(0, 8).toString(), '%PDF-1.7');
  // Here the behaviour ends, so axe looks at the document itself.
  await lagebild.page.goto(new URL(address, lagebild.page.url()).href);
  assert.match(await lagebild.page.locator('h1').innerText(), /Wochenlage/);
});
