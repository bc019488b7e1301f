import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch, url } from '../e2e/browser.mjs';
import { DESKTOP, Lagebild, PHONE } from '../e2e/driver.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));

/** What the README shows: a name, how the page is opened, and the way to what is to be seen. */
const SHOTS = [
  { name: 'sign-in', signIn: false },
  { name: 'desktop-light' },
  { name: 'desktop-dark', dark: true },
  { name: 'hotspot-light', steps: openFirstHotspot },
  { name: 'figures-dark', dark: true, path: '/?panel=figures&period=90' },
  { name: 'phone-light', viewport: PHONE, touch: true },
  { name: 'phone-dark', viewport: PHONE, touch: true, dark: true, steps: (lagebild) => lagebild.openTab('hotspots') },
];

async function openFirstHotspot(lagebild) {
  await lagebild.hotspotRows().first().click();
  await lagebild.at('show-on-map').click();
  await lagebild.page.waitForFunction(() => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-zoom')) > 12);
}

async function take(browser, { name, signIn = true, steps, ...options }) {
  const lagebild = await Lagebild.open(browser, { viewport: DESKTOP, ...options });
  if (signIn) {
    await lagebild.signInAs('demo-analyst');
    await lagebild.mapIsDrawn();
    await steps?.(lagebild);
    await lagebild.mapIsDrawn();
  } else {
    await lagebild.at('sign-in').waitFor();
  }
  await lagebild.page.evaluate(() => document.fonts.ready);
  await lagebild.page.screenshot({ path: `${FOLDER}${name}.png` });
  await lagebild.close();
  console.log(`docs/screenshots/${name}.png`);
}

await mkdir(FOLDER, { recursive: true });
console.log(`taking pictures of ${url}`);
const browser = await launch();
try {
  for (const shot of SHOTS) await take(browser, shot);
} finally {
  await browser.close();
}
