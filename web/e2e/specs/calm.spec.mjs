import assert from 'node:assert/strict';
import { DESKTOP, PHONE } from '../driver.mjs';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

/** Each page as it first stands: who opens it, and the way to it. */
const PAGES = [
  { name: 'the picture', role: 'demo-analyst', steps: (lagebild) => lagebild.hotspotRows().first().waitFor() },
  { name: 'the figures', role: 'demo-analyst', path: '/?panel=figures', steps: (lagebild) => lagebild.at('total').waitFor() },
  { name: 'the table', role: 'demo-analyst', path: '/?panel=table', steps: (lagebild) => lagebild.at('report-row').first().waitFor() },
  { name: 'the Streifenplan', role: 'demo-analyst', path: '/?plan=patrol', steps: (lagebild) => lagebild.at('patrol').waitFor() },
  { name: 'the sources', role: 'demo-city', page: '#quellen', steps: (lagebild) => lagebild.at('sources').locator('tbody tr').first().waitFor() },
  { name: 'the partnership', role: 'demo-management', page: '#partner', steps: (lagebild) => lagebild.at('partner-bundespolizei').waitFor() },
  { name: 'the alerts', role: 'demo-police', page: '#alerts', steps: (lagebild) => lagebild.at('alert-row').first().waitFor() },
  { name: 'published counts', role: 'demo-guest' },
  { name: 'the log', role: 'demo-auditor', steps: (lagebild) => lagebild.at('audit-entry').first().waitFor() },
  { name: 'a role without a release', role: 'demo-admin' },
];

for (const [width, options] of Object.entries({ 'a desk': { viewport: DESKTOP }, 'a phone': { viewport: PHONE, touch: true } })) {
  behaviour(`the sign-in lies calmly on ${width}`, options, async (lagebild) => {
    await lagebild.at('sign-in').waitFor();
    assert.deepEqual(await lagebild.untidy(), []);
  });

  for (const { name, role, path = '/', page, steps } of PAGES) {
    behaviour(`${name}: nothing is cut off or covered on ${width}`, { ...options, path }, async (lagebild) => {
      await lagebild.signInAs(role);
      if (page) await lagebild.page.evaluate((hash) => (location.hash = hash), page);
      await steps?.(lagebild);
      if (await lagebild.at('map').isVisible()) await lagebild.mapIsDrawn();
      assert.deepEqual(await lagebild.untidy(), []);
      await lagebild.picture(`${name.replaceAll(' ', '-')}-on-${width.replace('a ', '')}`);
    });
  }
}
