import assert from 'node:assert/strict';
import { behaviour, useBrowser } from '../helper.mjs';

useBrowser();

const PATIENCE_MS = 90_000;

/** The page notes when the stream tells of a report, and when that report stands on the page. */
function watchReports() {
  const heard = new Map();
  window.reportDelays = [];
  const Source = window.EventSource;
  window.EventSource = class extends Source {
    constructor(...address) {
      super(...address);
      this.addEventListener('report', ({ data }) => heard.set(String(JSON.parse(data).id), performance.now()));
    }
  };
  const look = () => {
    const newest = document.querySelector('[data-testid=live-pill]')?.getAttribute('data-newest');
    const marked = Number(document.querySelector('[data-testid=map]')?.getAttribute('data-fresh-count')) > 0;
    if (newest && marked && heard.has(newest)) {
      window.reportDelays.push(performance.now() - heard.get(newest));
      heard.delete(newest);
    }
    requestAnimationFrame(look);
  };
  look();
}

behaviour('a new report stands on an open page without being asked for', { path: '/' }, async (lagebild, running) => {
  await lagebild.page.addInitScript(watchReports);
  await lagebild.page.reload();
  await lagebild.signInAs('demo-analyst');
  await lagebild.page.locator('[data-testid=connection][data-connection=live]').waitFor();
  await lagebild.page.waitForFunction(() => window.reportDelays.length > 0, null, { timeout: PATIENCE_MS });
  const [delay] = await lagebild.page.evaluate(() => window.reportDelays);
  // A figure to read, not a limit: how fast it is depends on what else the machine does.
  running.diagnostic(`a report stands on the page ${String(Math.round(delay))} ms after it was told of`);
  assert.ok(Number(await lagebild.at('live-pill').getAttribute('data-count')) >= 1);
  await lagebild.at('live-announcement').filter({ hasText: /neue Meldung/ }).waitFor({ state: 'attached' });
});

behaviour('the map takes up a new revision without being asked', {}, async (lagebild) => {
  await lagebild.signInAs('demo-analyst');
  await lagebild.mapIsDrawn();
  const before = Number(await lagebild.at('map').getAttribute('data-tile-revision'));
  await lagebild.page.waitForFunction(
    (revision) => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-tile-revision')) > revision,
    before,
    { timeout: PATIENCE_MS },
  );
  await lagebild.mapIsDrawn();
});
