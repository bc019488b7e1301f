import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';
import { Lagebild } from './driver.mjs';

const PATIENCE_MS = 120_000;
let browser;

/** Call once in each spec file. */
export function useBrowser() {
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());
}

/**
 * One behaviour of the page. At its end axe must find nothing wrong with the page as it then stands, the console must
 * be free of errors, and no request may have left the server. `refused` allows for the browser's own note of a 403.
 * The steps get the test too, for figures to be read: `running.diagnostic(…)`.
 */
export function behaviour(name, { refused = false, patience_ms = PATIENCE_MS, ...options }, steps) {
  test(name, { timeout: patience_ms }, async (running) => {
    const lagebild = await Lagebild.open(browser, options);
    try {
      await steps(lagebild, running);
      assert.deepEqual(await lagebild.violations(), [], 'accessibility');
      const faults = lagebild.faults.filter((fault) => !(refused && fault.includes('403')));
      assert.deepEqual(faults, [], 'a clean console and no request elsewhere');
    } finally {
      await lagebild.close();
    }
  });
}
