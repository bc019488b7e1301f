import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { launch } from '../browser.mjs';
import { Lagebild } from '../driver.mjs';
import { Installation } from '../installation.mjs';

const PASSWORD = 'zwölf Möwen im Regen';
let browser;
let installation;
let factor;

before(async () => {
  browser = await launch();
  installation = await Installation.open('');
  const add = (name, role) =>
    installation.run(['user', 'add', '--name', name, '--label', name, '--role', role, '--organisation', 'stadt'], `${PASSWORD}\n`);
  add('anna', 'analyst');
  factor = new URL(add('chef', 'admin').trim()).searchParams.get('secret');
  await installation.serve();
});
after(async () => {
  installation?.close();
  await browser?.close();
});

/** RFC 6238, as an authenticator app reckons it. */
function codeOfNow(secret) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(step).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

async function onThePage(steps) {
  const page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  const lagebild = new Lagebild(page);
  try {
    await page.goto(installation.url);
    await page.getByLabel('Benutzername').waitFor();
    await steps(page, lagebild);
    assert.deepEqual(await lagebild.violations(), [], 'accessibility');
  } finally {
    await page.context().close();
  }
}

async function give(page, name, password) {
  await page.getByLabel('Benutzername').fill(name);
  await page.getByLabel('Passwort').fill(password);
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
}

test('a wrong password is told in words, the right one opens the Lagebild', { timeout: 120_000 }, async () => {
  await onThePage(async (page, lagebild) => {
    await give(page, 'anna', 'etwas ganz anderes');
    await page.getByRole('alert').filter({ hasText: 'Name oder Passwort' }).waitFor();
    assert.deepEqual(await lagebild.violations(), [], 'accessibility of the page with its message');
    await give(page, 'anna', PASSWORD);
    await lagebild.at('dashboard').waitFor();
  });
});

test('whoever has a second factor is asked for its code', { timeout: 120_000 }, async () => {
  await onThePage(async (page, lagebild) => {
    await give(page, 'chef', PASSWORD);
    const code = page.getByLabel('Code');
    await code.waitFor();
    assert.ok(await code.evaluate((field) => field === document.activeElement), 'the field for the code has the focus');
    await code.fill('000000');
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'Code' }).waitFor();
    await code.fill(codeOfNow(factor));
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await lagebild.at('nothing-released').waitFor();
  });
});

test('whoever guesses is told how long to wait', { timeout: 120_000 }, async () => {
  await onThePage(async (page) => {
    for (let tries = 0; tries < 8; tries += 1) {
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await give(page, 'berta', `falsches Passwort ${tries}`);
      if ((await answered).status() === 429) break;
    }
    await page.getByRole('alert').filter({ hasText: /Sekunde/ }).waitFor();
  });
});
