import assert from 'node:assert/strict';
import { PHONE } from '../driver.mjs';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

const TITLE = 'Begehung und Reinigung (Test)';
const card = (lagebild, title) => lagebild.at('project-card').filter({ hasText: title }).first();

async function toProjects(lagebild) {
  await lagebild.page.evaluate(() => (location.hash = '#projekte'));
  await lagebild.at('project-board').waitFor();
}

async function changeRole(lagebild, role) {
  await lagebild.at('sign-out').click();
  await lagebild.signInAs(role);
}

/** Takes a step of the project as a role, and waits until it shows. */
async function takeAs(lagebild, role, step, status) {
  await changeRole(lagebild, role);
  await toProjects(lagebild);
  await card(lagebild, TITLE).click();
  await lagebild.at(step).click();
  await lagebild.page.locator(`[data-testid=project-story][data-status=${status}]`).waitFor();
}

behaviour('a project goes from a hotspot through the bodies to its first measure', { patience_ms: 240_000 }, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.hotspotRows().first().click();
  await lagebild.at('hotspot-story').waitFor();
  await lagebild.at('propose-project').click();
  await lagebild.page.waitForFunction(() => document.querySelector('[data-testid=project-title]')?.value !== '');
  await lagebild.at('project-title').fill(TITLE);
  await lagebild.at('project-theme').selectOption('sauberkeit');
  await lagebild.at('project-lead').selectOption('stadt');
  await lagebild.at('project-with-polizei').check();
  await lagebild.at('project-goal').fill('Weniger Müll');
  await lagebild.at('project-indicator').fill('Meldungen je Woche');
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.at('project-save').click();
  await lagebild.page.locator('[data-testid=project-story][data-status=proposed]').waitFor();
  await lagebild.at('step-agree').click();
  await lagebild.page.locator('[data-testid=project-story][data-status=in_decision]').waitFor();

  await takeAs(lagebild, 'demo-management', 'step-agree', 'in_decision');
  await lagebild.at('step-agree-stadt').waitFor();
  await takeAs(lagebild, 'demo-steering', 'step-agree-stadt', 'in_decision');
  await takeAs(lagebild, 'demo-steering', 'step-agree-polizei', 'decided');
  await takeAs(lagebild, 'demo-analyst', 'step-start', 'running');
  assert.equal(await lagebild.at('step').count(), 5);

  await lagebild.at('measure-new').click();
  await lagebild.at('measure-kind').selectOption('cleaning');
  await lagebild.at('measure-title').fill('Reinigung am Freitag');
  await lagebild.at('measure-from').fill('2035-01-05');
  await lagebild.at('measure-to').fill('2035-02-05');
  assert.deepEqual(await lagebild.violations(), []);
  await lagebild.at('measure-save').click();
  await lagebild.at('measure').filter({ hasText: 'Reinigung am Freitag' }).waitFor();
  await lagebild.at('show-effect').click();
  await lagebild.at('effect-verdict').filter({ hasText: 'noch nicht begonnen' }).waitFor();
  await lagebild.at('note-text').fill('Auftakt mit dem Ordnungsamt');
  await lagebild.at('note-save').click();
  await lagebild.at('note').filter({ hasText: 'Auftakt mit dem Ordnungsamt' }).waitFor();
});

behaviour('the effect that was planted at the Stadthafen is found, with its caution', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await toProjects(lagebild);
  await card(lagebild, 'Stadthafen am Abend').click();
  await lagebild.at('show-effect').click();
  const verdict = lagebild.at('effect-verdict');
  await verdict.waitFor();
  assert.match(await verdict.innerText(), /Meldungen weniger[\s\S]*beweist sie aber nicht/);
  assert.match(await lagebild.at('effect-figures').innerText(), /WDD[\s\S]*95 %/);
  await lagebild.at('effect-plot').waitFor();
  await lagebild.picture('projects-effect');
});

behaviour('on a phone the board and a project fit, and a partner sees only its own', { viewport: PHONE, touch: true }, async (lagebild) => {
  await lagebild.signInAs('demo-partner');
  await toProjects(lagebild);
  assert.equal(await lagebild.at('project-card').filter({ hasText: 'Sauberer Ortskern' }).count(), 0);
  await card(lagebild, 'Stadthafen am Abend').click();
  await lagebild.at('project-story').waitFor();
  assert.equal(await lagebild.at('show-effect').count(), 0, 'no figures beyond the gate');
  const { scroll, width } = await lagebild.page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: innerWidth }));
  assert.ok(scroll <= width, `${scroll} in ${width}`);
});
