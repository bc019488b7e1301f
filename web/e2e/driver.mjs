import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { url } from './browser.mjs';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/**
 * Speaks the words of the Lagebild to the page, so that no spec has to know how the page is made. It also keeps watch:
 * whatever the page says on the console as an error, and whichever request leaves the server, is a fault.
 */
export class Lagebild {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.faults = [];
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.faults.push(`page: ${error.message}`));
    page.on('request', (request) => {
      const target = new URL(request.url());
      const own = target.origin === new URL(url).origin || ['data:', 'blob:'].includes(target.protocol);
      if (!own) this.faults.push(`request to ${target.host}`);
    });
  }

  static async open(browser, { viewport = DESKTOP, dark = false, still = true, touch = false, path = '/' } = {}) {
    const context = await browser.newContext({
      viewport,
      locale: 'de-DE',
      timezoneId: 'Europe/Berlin',
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: still ? 'reduce' : 'no-preference',
      hasTouch: touch,
      isMobile: touch,
    });
    const lagebild = new Lagebild(await context.newPage());
    await lagebild.page.goto(url + path);
    return lagebild;
  }

  async close() {
    await this.page.context().close();
  }

  at(testid) {
    return this.page.getByTestId(testid);
  }

  async signInAs(role) {
    await this.at(`role-${role}`).click();
    await this.page.locator('[data-testid=dashboard], [data-testid=published], [data-testid=nothing-released], [data-testid=audit]').waitFor();
  }

  async mapIsDrawn() {
    await this.page.waitForFunction(
      () => document.querySelector('[data-testid=map]')?.getAttribute('data-map-state') === 'idle',
      null,
      { timeout: 60_000 },
    );
  }

  async figuresAreSettled() {
    await this.page.waitForFunction(() => document.querySelector('[data-testid=figures]')?.getAttribute('aria-busy') === 'false');
  }

  async total() {
    return Number(await this.at('total').getAttribute('data-total'));
  }

  hotspotRows() {
    return this.at('hotspot-row');
  }

  async openTab(name) {
    await this.at(`tab-${name}`).click();
  }

  /** Folded lists are unfolded first. */
  async restrict(dimension, value) {
    const box = this.at(`filter-${dimension}-${value}`);
    if (!(await box.isVisible())) await this.at(`filter-${dimension}`).locator('summary').click();
    await box.check();
  }

  /** Corners as shares of the map's width and height. */
  async drawBox(x1, y1, x2, y2) {
    const { mouse } = this.page;
    const [from, to] = await Promise.all([this.#onMap(x1, y1), this.#onMap(x2, y2)]);
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
    await mouse.move(to.x, to.y);
    await mouse.up();
  }

  async clickMap(x, y) {
    const point = await this.#onMap(x, y);
    await this.page.mouse.click(point.x, point.y);
  }

  async #onMap(x, y) {
    const box = await this.at('map').boundingBox();
    return { x: box.x + x * box.width, y: box.y + y * box.height };
  }

  search() {
    return new URL(this.page.url()).searchParams;
  }

  /** Loads page after page until the table says that it is complete. */
  async allRows() {
    const table = this.at('report-table');
    await table.waitFor();
    for (;;) {
      await this.page.waitForFunction(() => document.querySelector('[data-testid=report-table]')?.getAttribute('aria-busy') === 'false');
      if ((await table.getAttribute('data-complete')) === 'true') return Number(await table.getAttribute('data-rows'));
      await this.at('table-more').click();
    }
  }

  /** Goes to an address within the page, as the back button does, and waits for figures and map to follow. */
  async goTo(search) {
    const wanted = new URLSearchParams(search);
    const isAnswer = (path) => (response) => {
      const { pathname, searchParams } = new URL(response.url());
      return pathname === path && [...wanted].every(([name, value]) => ['panel', 'map'].includes(name) || searchParams.get(name) === value);
    };
    const answers = ['/api/v1/lage', '/api/v1/cells'].map((path) => this.page.waitForResponse(isAnswer(path)));
    await this.page.evaluate((address) => {
      history.replaceState(null, '', `?${address}`);
      dispatchEvent(new PopStateEvent('popstate'));
    }, search);
    await Promise.all(answers);
    await this.at('total').waitFor();
    await this.figuresAreSettled();
    await this.mapIsDrawn();
  }

  /** What the cells on the map count together, once it is what is expected; else what it is after long waiting. */
  async countedOnMap(expected) {
    await this.page
      .waitForFunction((total) => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-cells-total')) === total, expected)
      .catch(() => undefined);
    return Number(await this.at('map').getAttribute('data-cells-total'));
  }

  /** The map with its cells, not only the land. */
  async cellsAreDrawn() {
    await this.page.waitForFunction(() => Number(document.querySelector('[data-testid=map]')?.getAttribute('data-cells-total')) > 0);
    await this.mapIsDrawn();
  }

  /** The rows of the exported file, without its first, which names the columns. */
  async exportedRows() {
    const saved = this.page.waitForEvent('download');
    await this.at('export').click();
    const file = await readFile(await (await saved).path(), 'utf8');
    await this.page.getByTestId('export-outcome').filter({ hasText: /\S/ }).waitFor();
    return file.trimEnd().split('\r\n').slice(1);
  }

  /** Keeps a picture of the page where `LAGEBILD_PICTURES` names a folder. */
  async picture(name) {
    const folder = process.env.LAGEBILD_PICTURES;
    if (folder) await this.page.screenshot({ path: `${folder}/${name}.png` });
  }

  /** What the server answers to whoever is signed in here. */
  async ask(path) {
    return (await this.page.request.get(url + path)).json();
  }

  /** What does not lie calmly on the page as it stands: runs off its side, is cut off in a bar, a heading or a control, or is covered. */
  async untidy() {
    await this.page.evaluate(() => document.fonts.ready);
    return this.page.evaluate(() => {
      const faults = [];
      if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} px wide`);
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const node = texts.currentNode;
        const owner = node.parentElement;
        const words = node.data.trim();
        if (!words || !owner.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || owner.closest('option, title, .skip') || getComputedStyle(owner).clipPath !== 'none') continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const rect = range.getBoundingClientRect();
        let clipped = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
        for (let box = owner; box && box !== document.body; box = box.parentElement) {
          if (getComputedStyle(box).overflow === 'visible') continue;
          const { left, top, right, bottom } = box.getBoundingClientRect();
          if (owner.closest('header, h1, h2, h3, button, a, label') && getComputedStyle(box).overflowX === 'hidden' && rect.right > right + 1) faults.push(`cut off: ${words}`);
          clipped = { left: Math.max(clipped.left, left), top: Math.max(clipped.top, top), right: Math.min(clipped.right, right), bottom: Math.min(clipped.bottom, bottom) };
        }
        const line = [...range.getClientRects()][0];
        if (!line) continue;
        const x = line.left + line.width / 2;
        const y = line.top + line.height / 2;
        if (x <= clipped.left || x >= clipped.right || y <= clipped.top || y >= clipped.bottom) continue;
        const top = document.elementFromPoint(x, y);
        // On a phone the sheet lies over the map, and is drawn up and down.
        if (top?.closest('[data-testid=reading]') && !owner.closest('[data-testid=reading]')) continue;
        if (top && !top.contains(owner) && !owner.contains(top) && getComputedStyle(owner).pointerEvents !== 'none') {
          faults.push(`covered by <${top.tagName.toLowerCase()} ${top.className?.baseVal ?? top.className}>: ${words}`);
        }
      }
      return faults;
    });
  }

  /** What axe finds wrong on the page as it stands. */
  async violations() {
    await this.page.evaluate(`${AXE}; undefined`);
    const { violations } = await this.page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }
}
