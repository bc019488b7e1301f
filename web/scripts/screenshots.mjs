import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch, url } from '../e2e/browser.mjs';
import { DESKTOP, Lagebild, PHONE } from '../e2e/driver.mjs';
import { mailOfTheDemo } from './mail.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));

/** What the README and the guides show (all, or those named as arguments): a name, how the page is opened, and the way to what is to be seen. */
const SHOTS = [
  { name: 'sign-in', signIn: false },
  { name: 'desktop-light' },
  { name: 'desktop-dark', dark: true },
  { name: 'hotspot-light', steps: openFirstHotspot },
  { name: 'figures-dark', dark: true, path: '/?panel=figures&period=90' },
  { name: 'phone-light', viewport: PHONE, touch: true },
  { name: 'phone-dark', viewport: PHONE, touch: true, dark: true, steps: (lagebild) => lagebild.openTab('hotspots') },
  { name: 'published-partner', role: 'demo-partner', steps: untilPublished },
  { name: 'published-guest', role: 'demo-guest', steps: untilPublished },
  { name: 'published-management-dark', role: 'demo-management', dark: true, steps: untilPublished },
  { name: 'published-phone', role: 'demo-partner', viewport: PHONE, touch: true, steps: untilPublished },
  { name: 'alerts', role: 'demo-police', steps: openAlert },
  { name: 'alerts-phone', role: 'demo-police', viewport: PHONE, touch: true, steps: toAlerts },
  { name: 'alerts-inbox', role: 'demo-city', steps: toAlerts },
  { name: 'alerts-silence', role: 'demo-police', steps: toSilence },
  { name: 'alerts-workbench', role: 'demo-police', steps: tryRule },
  { name: 'alerts-workbench-phone', role: 'demo-police', viewport: PHONE, touch: true, steps: tryRule },
  { name: 'audit', role: 'demo-auditor', steps: (lagebild) => lagebild.at('audit-entry').first().waitFor() },
];

async function openFirstHotspot(lagebild) {
  await lagebild.hotspotRows().first().click();
  await lagebild.at('show-on-map').click();
  await lagebild.page.waitForFunction(() => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-zoom')) > 12);
}

async function toAlerts(lagebild) {
  await lagebild.page.evaluate(() => (location.hash = '#alerts'));
  await lagebild.at('alert-row').first().waitFor();
}

async function openAlert(lagebild) {
  await toAlerts(lagebild);
  await lagebild.at('alert-row').first().click();
  await lagebild.at('alert-text').waitFor();
}

async function toSilence(lagebild) {
  await openAlert(lagebild);
  await lagebild.at('alert-silence').click();
  await lagebild.at('silence-reason').fill('Gemeinsame Streife ist eingeplant');
}

async function tryRule(lagebild) {
  await toAlerts(lagebild);
  await lagebild.at('alerts-subscriptions').click();
  await lagebild.at('rule-trial').locator('summary').click();
  await lagebild.at('rule-category').selectOption('kfz_delikt');
  await lagebild.at('rule-at-least').fill('12');
  await lagebild.at('rule-run').click();
  await lagebild.at('trial-count').waitFor();
  await lagebild.at('rule-trial').scrollIntoViewIfNeeded();
}

/** The demo publishes its closed weeks soon after it is ready. */
async function untilPublished(lagebild) {
  while (!(await lagebild.at('total').isVisible())) {
    await lagebild.page.reload();
    await lagebild.page.locator('[data-testid=total], [data-testid=not-published]').first().waitFor();
  }
  await lagebild.figuresAreSettled();
}

async function take(browser, { name, signIn = true, role = 'demo-analyst', steps, ...options }) {
  const lagebild = await Lagebild.open(browser, { viewport: DESKTOP, ...options });
  if (signIn) {
    await lagebild.signInAs(role);
    if (await lagebild.at('map').isVisible()) await lagebild.mapIsDrawn();
    await steps?.(lagebild);
    if (await lagebild.at('map').isVisible()) await lagebild.mapIsDrawn();
  } else {
    await lagebild.at('sign-in').waitFor();
  }
  await lagebild.page.evaluate(() => document.fonts.ready);
  await lagebild.page.screenshot({ path: `${FOLDER}${name}.png` });
  await lagebild.close();
  console.log(`docs/screenshots/${name}.png`);
}

/** The mail as a program shows it: who, to whom, what about, and the HTML part. */
async function takeMail(browser, name, viewport) {
  const { from, to, subject, html } = await mailOfTheDemo();
  const page = await browser.newPage({ viewport });
  const plain = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  await page.setContent(html);
  await page.evaluate(
    (lines) => {
      document.body.insertAdjacentHTML('afterbegin', `<pre style="font: inherit; border-bottom: 1px solid; padding-bottom: 8px; white-space: pre-wrap">${lines}</pre>`);
      document.body.style.font = '16px/1.5 sans-serif';
    },
    plain(`Von: ${from}\nAn: ${to}\nBetreff: ${subject}`),
  );
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  await page.close();
  console.log(`docs/screenshots/${name}.png`);
}

await mkdir(FOLDER, { recursive: true });
console.log(`taking pictures of ${url}`);
const browser = await launch();
try {
  const wanted = process.argv.slice(2);
  for (const shot of SHOTS) if (wanted.length === 0 || wanted.includes(shot.name)) await take(browser, shot);
  if (wanted.length === 0 || wanted.includes('alerts-mail')) await takeMail(browser, 'alerts-mail', { width: 720, height: 420 });
} finally {
  await browser.close();
}
