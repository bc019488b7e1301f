import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from '../browser.mjs';
import { Lagebild } from '../driver.mjs';
import { Installation, freePort } from '../installation.mjs';
import { startProvider } from '../oidc-provider.mjs';

let browser;
let installation;
let provider;

before(async () => {
  browser = await launch();
  const port = await freePort();
  installation = await Installation.open(`
[auth.oidc]
label = "Stadtkonto"
issuer = "http://127.0.0.1:${port}"
client_id = "lagebild"
client_secret = "only-for-this-test"
claim = "groups"
[[auth.oidc.mapping]]
value = "lage-stadt"
role = "analyst"
organisation = "stadt"
[[auth.oidc.mapping]]
value = "lage-presse"
role = "press"
organisation = "pressestellen"
`);
  provider = await startProvider(port, `${installation.url}/sign-in/oidc/callback`);
  await installation.serve();
});
after(async () => {
  installation?.close();
  provider?.close();
  await browser?.close();
});

/** Signs in at the provider as somebody, and gives the page as it then stands. */
async function signIn(name) {
  const page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  await page.goto(installation.url);
  await page.getByRole('link', { name: 'Mit Stadtkonto anmelden' }).click();
  await page.waitForURL(`${provider.issuer}/interaction/**`);
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.waitForURL(`${provider.issuer}/interaction/**`);
  await page.getByRole('button', { name: 'Continue' }).click();
  return page;
}

const me = async (page) => (await page.request.get(`${installation.url}/api/v1/me`)).json();

test('an analyst of the city signs in at the provider and sees the Lagebild', { timeout: 120_000 }, async () => {
  const page = await signIn('anna');
  const lagebild = new Lagebild(page);
  await lagebild.at('dashboard').waitFor();
  const { name, role, organisation } = await me(page);
  assert.deepEqual({ name, role, organisation }, { name: 'anna', role: 'analyst', organisation: 'stadt' });
  assert.equal(new URL(page.url()).search, '', 'neither code nor state stay in the address');
  const cookies = await page.context().cookies(installation.url);
  const session = cookies.find((cookie) => cookie.name === 'lagebild_session');
  assert.ok(session.httpOnly && session.sameSite === 'Strict');
  assert.ok(!cookies.some((cookie) => cookie.name === 'lagebild_oidc'), 'nothing is left of the sign-in');
  await page.context().close();
});

test('the groups at the provider decide about role and organisation', { timeout: 120_000 }, async () => {
  const page = await signIn('pia');
  await page.getByTestId('nothing-released').waitFor();
  const { role, organisation } = await me(page);
  assert.deepEqual({ role, organisation }, { role: 'press', organisation: 'pressestellen' });
  await page.context().close();
});

test('whom no mapping names is not let in, and told why', { timeout: 120_000 }, async () => {
  const page = await signIn('gerd');
  await page.getByText('nicht freigeschaltet').waitFor();
  assert.deepEqual(await new Lagebild(page).violations(), [], 'accessibility');
  assert.equal((await page.request.get(`${installation.url}/api/v1/me`)).status(), 401);
  await page.context().close();
});

test('an answer that this browser has not asked for opens nothing', { timeout: 120_000 }, async () => {
  const page = await (await browser.newContext()).newPage();
  const callback = `${installation.url}/sign-in/oidc/callback`;
  for (const words of ['', '?code=x&state=y', '?error=access_denied&state=y']) {
    const answer = await page.goto(callback + words);
    assert.equal(answer.status(), 401, words);
  }
  // Begun here, and brought back with the state of another sign-in.
  await page.goto(installation.url);
  await page.getByRole('link', { name: 'Mit Stadtkonto anmelden' }).click();
  await page.waitForURL(`${provider.issuer}/interaction/**`);
  const answer = await page.goto(`${callback}?code=x&state=of-another`);
  assert.equal(answer.status(), 401);
  assert.equal((await page.request.get(`${installation.url}/api/v1/me`)).status(), 401);
  await page.context().close();
});
