import assert from 'node:assert/strict';
import { PHONE } from '../driver.mjs';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

const WORDS = ['Nach dem Spiel ziehen Gruppen zum Bahnhof.', 'Am Kanal brennt ein Container.', 'Die Ampel am Ring ist ausgefallen.'];
const row = (lagebild, words) => lagebild.at('alert-row').filter({ hasText: words });

async function toAlerts(lagebild, part) {
  await lagebild.page.evaluate(() => (location.hash = '#alerts'));
  await lagebild.at('alerts').waitFor();
  if (part) await lagebild.at(`alerts-${part}`).click();
}

async function changeRole(lagebild, role) {
  await lagebild.at('sign-out').click();
  await lagebild.signInAs(role);
}

/** As a program of this organisation sends it; the alert that tells it. */
async function tell(lagebild, token, body) {
  const answer = await lagebild.page.request.post(new URL('/api/v1/bulletins', lagebild.page.url()).href, {
    headers: { authorization: `Bearer ${token}` },
    data: body,
  });
  assert.equal(answer.status(), 201, await answer.text());
  return (await answer.json()).alert;
}

behaviour('the city tells the police at once, the police answers, and both see the answer', { patience_ms: 180_000 }, async (lagebild) => {
  await lagebild.signInAs('demo-city');
  await toAlerts(lagebild, 'write');
  await lagebild.at('bulletin-event').fill(WORDS[0]);
  await lagebild.at('bulletin-area').selectOption('mitte');
  await lagebild.at('bulletin-to-polizei').check();
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.picture('alerts-write');
  await lagebild.at('bulletin-send').click();
  await lagebild.at('alert-list').waitFor();

  await changeRole(lagebild, 'demo-police');
  await toAlerts(lagebild);
  await lagebild.page.locator('[data-testid=alert-row][data-subject=bulletin][data-state=open]').first().click();
  await lagebild.at('alert-text').filter({ hasText: WORDS[0] }).waitFor();
  assert.match(await lagebild.at('alert-state').innerText(), /Sofortmeldung, offen/);
  await lagebild.at('alert-ack').click();
  await lagebild.at('alert-reply').fill('Streife ist unterwegs');
  await lagebild.at('alert-save').click();
  await lagebild.page.locator('[data-testid=alert-story][data-state=acknowledged]').waitFor();
  await lagebild.at('alert-assign').click();
  await lagebild.at('alert-office').fill('Wache Hamm');
  await lagebild.at('alert-save').click();
  await lagebild.at('alert-state').filter({ hasText: 'zuständig: Wache Hamm' }).waitFor();
  await lagebild.at('alert-why').locator('summary').click();
  assert.ok((await lagebild.at('alert-why').getByRole('listitem').count()) > 0, 'a reason');
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.picture('alerts-story');
  await lagebild.at('alert-close').click();
  await lagebild.at('alert-outcome').selectOption('measure');
  await lagebild.at('alert-reply').fill('Gruppen getrennt');
  await lagebild.at('alert-save').click();
  await lagebild.page.locator('[data-testid=alert-story][data-state=closed]').waitFor();
  const address = lagebild.page.url();

  await changeRole(lagebild, 'demo-city');
  await lagebild.page.goto(address);
  await lagebild.at('alert-history').filter({ hasText: 'Gruppen getrennt' }).waitFor();
  assert.match(await lagebild.at('alert-history').innerText(), /gesehen\s+Streife ist unterwegs/);
  assert.match(await lagebild.at('alert-receivers').innerText(), /Polizei[^:]*: abgeschlossen, Maßnahme ergriffen, Wache Hamm/);
});

behaviour('a request to talk has a topic of the list, a district, an office and a day, and no words of its own', {}, async (lagebild) => {
  await lagebild.signInAs('demo-police');
  await toAlerts(lagebild, 'write');
  await lagebild.at('bulletin-talk').click();
  assert.equal(await lagebild.at('bulletin').locator('textarea').count(), 0);
  await lagebild.at('bulletin-topic').selectOption('social_tension');
  await lagebild.at('bulletin-area').selectOption('herringen');
  await lagebild.at('bulletin-contact').fill('Leitungsstab');
  await lagebild.at('bulletin-send').click();
  await lagebild.at('bulletin').getByRole('alert').filter({ hasText: 'mindestens eine Stelle' }).waitFor();
  await lagebild.at('bulletin-to-stadt').check();
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.at('bulletin-send').click();
  await row(lagebild, 'Gesprächsbitte').first().waitFor();
});

behaviour('whoever sent it takes it back for all, with the reason', {}, async (lagebild) => {
  await lagebild.signInAs('demo-city');
  const id = await tell(lagebild, 'demo-city', { event: WORDS[1], area: 'herringen', receivers: ['polizei'] });
  await lagebild.page.evaluate((alert) => (location.hash = `#alert=${alert}`), id);
  await lagebild.at('alert-recall').click();
  await lagebild.at('alert-reply').fill('Verwechslung des Ortes');
  await lagebild.at('alert-save').click();
  await lagebild.at('alert-history').filter({ hasText: 'Verwechslung des Ortes' }).waitFor();
});

behaviour('a silence is made of an alert, with a reason and an end, and ends early', {}, async (lagebild) => {
  await lagebild.signInAs('demo-police');
  const id = await tell(lagebild, 'demo-city', { event: WORDS[2], area: 'pelkum', receivers: ['polizei'] });
  await lagebild.page.evaluate((alert) => (location.hash = `#alert=${alert}`), id);
  await lagebild.at('alert-silence').click();
  await lagebild.at('silence-area').locator('option:checked').filter({ hasText: 'Pelkum' }).waitFor({ state: 'attached' });
  await lagebild.at('silence-days').selectOption({ label: '1 Tag' });
  await lagebild.at('silence-reason').fill('Ampel wird repariert');
  await lagebild.at('silence-save').click();
  const silence = lagebild.page.locator('[data-testid=silence-row][data-state=active]').filter({ hasText: 'Ampel wird repariert' });
  await silence.waitFor();
  assert.match(await silence.innerText(), /Pelkum/);
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.picture('alerts-silences');
  await silence.getByTestId('silence-end').click();
  await silence.waitFor({ state: 'detached' });
});

behaviour('a subscription says what is told by which way, and is taken back', {}, async (lagebild) => {
  await lagebild.signInAs('demo-city');
  await toAlerts(lagebild, 'subscriptions');
  await lagebild.at('subscription-new').click();
  await lagebild.at('subscription-name').fill('Probe für die Leitstelle');
  await lagebild.at('subscription-subject-hotspot').check();
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.picture('alerts-subscriptions');
  await lagebild.at('subscription-save').click();
  const line = lagebild.page.locator('[data-subscription=probe-fuer-die-leitstelle]');
  await line.waitFor();
  assert.match(await line.innerText(), /Hotspot\s+nur diese Seite\s+sofort/);
  await line.getByTestId('subscription-delete').click();
  await line.waitFor({ state: 'detached' });
  await lagebild.at('alerts-deliveries').click();
  await lagebild.at('deliveries').waitFor();
});

behaviour('what was just told counts on every page, without asking again', {}, async (lagebild) => {
  const listed = lagebild.page.waitForResponse((response) => new URL(response.url()).pathname === '/api/v1/alerts');
  await lagebild.signInAs('demo-police');
  await (await listed).finished();
  await lagebild.page.locator('[data-connection=live]').waitFor();
  const counted = async () => Number((await lagebild.at('alerts-unanswered').count()) && (await lagebild.at('alerts-unanswered').innerText()).match(/\d+/)[0]);
  const before = await counted();
  await tell(lagebild, 'demo-city', { event: 'Sperrung am Westentor', area: 'mitte', receivers: ['polizei'] });
  await lagebild.page.waitForFunction(
    (old) => Number(/\d+/.exec(document.querySelector('[data-testid=alerts-unanswered]')?.textContent ?? '')?.[0] ?? 0) > old,
    before,
  );
});

behaviour('on a phone the list makes way for the alert that is read', { viewport: PHONE, touch: true }, async (lagebild) => {
  await lagebild.signInAs('demo-partner');
  const id = await tell(lagebild, 'demo-city', { event: 'Gleise am Bahnhof gesperrt', area: 'mitte', receivers: ['bundespolizei'] });
  await toAlerts(lagebild);
  await lagebild.page.locator(`[data-alert="${id}"]`).click();
  await lagebild.at('alert-text').filter({ hasText: 'Gleise' }).waitFor();
  await lagebild.at('alert-list').waitFor({ state: 'hidden' });
  assert.deepEqual(await lagebild.untidy(), []);
  await lagebild.picture('alerts-phone');
  await lagebild.at('alert-story').getByTestId('back').click();
  await lagebild.at('alert-list').waitFor();
});

/** The alert of this organisation about a hotspot of this kind; waits until it was told. */
async function alertAbout(lagebild, token, kind, isMeant = () => true) {
  const headers = { authorization: `Bearer ${token}` };
  for (;;) {
    const answer = await lagebild.page.request.get(new URL('/api/v1/alerts?limit=1000', lagebild.page.url()).href, { headers });
    assert.equal(answer.status(), 200, await answer.text());
    const found = (await answer.json()).items.find((alert) => alert.kind === kind && isMeant(alert));
    if (found) return found;
    await lagebild.page.waitForResponse(() => true, { timeout: 500 }).catch(() => undefined);
  }
}

behaviour('the planted Angstraum is told to city and police while it emerges, and to nobody else', {}, async (lagebild) => {
  for (const role of ['demo-city', 'demo-police']) {
    const told = await alertAbout(lagebild, role, 'angstraum');
    assert.match(told.headline, /^Angstraum/);
  }
  const headers = { authorization: 'Bearer demo-partner' };
  const answer = await lagebild.page.request.get(new URL('/api/v1/alerts?limit=1000', lagebild.page.url()).href, { headers });
  assert.ok((await answer.json()).items.every((alert) => alert.kind !== 'angstraum'), 'an Angstraum is released one by one');
});

behaviour('a Brennpunkt that a person confirms reaches the Bundespolizei with the released fields, is acknowledged there, and both sides see it', { patience_ms: 240_000 }, async (lagebild) => {
  const { page } = lagebild;
  const at = (path) => page.locator(path);
  const known = await alertAbout(lagebild, 'demo-police', 'brennpunkt', (alert) => alert.state === 'open' && alert.hotspot !== null && ['mitte', 'uentrop'].includes(alert.area));
  await lagebild.signInAs('demo-analyst');
  await at(`[data-testid=hotspot-row][data-hotspot="${known.hotspot}"]`).click();
  await lagebild.at('review-confirm').click();
  await lagebild.at('review-reopen').waitFor();

  const told = await alertAbout(lagebild, 'demo-partner', 'brennpunkt', (alert) => alert.id === known.id && alert.state === 'open');
  // Released are the name of the place and the days; kind, state and district go with every alert. Nothing else does.
  assert.equal(told.place, known.place);
  assert.ok(told.from !== null && told.to !== null, 'the days');
  for (const field of ['observed', 'expected', 'geometry', 'hotspot']) assert.equal(told[field], null, field);
  assert.doesNotMatch(told.text, /erwartet|Meldungen/);

  await changeRole(lagebild, 'demo-partner');
  await page.evaluate((alert) => (location.hash = `#alert=${alert}`), told.id);
  await lagebild.at('alert-text').waitFor();
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.at('alert-ack').click();
  await lagebild.at('alert-reply').fill('Streife unterrichtet');
  await lagebild.at('alert-save').click();
  await at('[data-testid=alert-story][data-state=acknowledged]').waitFor();
  await lagebild.picture('alerts-partner');

  await changeRole(lagebild, 'demo-police');
  await page.evaluate((alert) => (location.hash = `#alert=${alert}`), told.id);
  await lagebild.at('alert-history').filter({ hasText: 'Streife unterrichtet' }).waitFor();
  assert.match(await lagebild.at('alert-receivers').innerText(), /Bundespolizei[^:]*: gesehen/);
  await lagebild.picture('alerts-both-sides');

  // The word is taken back: so is what the partner was told.
  const reopened = await page.request.post(new URL(`/api/v1/hotspots/${known.hotspot}/review`, page.url()).href, {
    headers: { authorization: 'Bearer demo-analyst' },
    data: { action: 'reopen', text: 'Probe' },
  });
  assert.ok(reopened.ok(), await reopened.text());
  await alertAbout(lagebild, 'demo-partner', 'brennpunkt', (alert) => alert.id === known.id && alert.state === 'recalled');
});

behaviour('whoever sent it puts it right for all', {}, async (lagebild) => {
  await lagebild.signInAs('demo-city');
  await toAlerts(lagebild);
  const id = await tell(lagebild, 'demo-city', { event: 'Sperrung an der Oststraße', area: 'mitte', receivers: ['polizei'] });
  await lagebild.page.evaluate((alert) => (location.hash = `#alert=${alert}`), id);
  await lagebild.at('alert-correct').click();
  await lagebild.at('alert-reply').fill('Gesperrt ist die Weststraße.');
  await lagebild.at('alert-save').click();
  await lagebild.at('alert-history').filter({ hasText: 'berichtigt' }).waitFor();
  const told = await alertAbout(lagebild, 'demo-police', null, (alert) => alert.id === id && alert.correction !== null);
  assert.match(told.text, /^Berichtigung: Gesperrt ist die Weststraße\./);
});

behaviour('a rule and a subscription are tried on the past before they go live', {}, async (lagebild) => {
  await lagebild.signInAs('demo-police');
  await toAlerts(lagebild, 'subscriptions');
  await lagebild.at('rule-trial').locator('summary').click();
  await lagebild.at('rule-category').selectOption('fahrraddiebstahl');
  await lagebild.at('rule-at-least').fill('10');
  await lagebild.at('rule-run').click();
  await lagebild.at('trial-count').waitFor();
  assert.match(await lagebild.at('trial-count').innerText(), /^Vom .* bis zum /);
  await lagebild.at('subscription-new').click();
  await lagebild.at('subscription-subject-hotspot').check();
  await lagebild.at('subscription-trial').click();
  await lagebild.at('subscription-form').getByTestId('trial-alert').first().waitFor();
  assert.deepEqual(await lagebild.violations(), []);
  assert.deepEqual(await lagebild.untidy(), []);
  await lagebild.picture('alerts-workbench');
});
