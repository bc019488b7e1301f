import { alertsApi } from '../api/alerts';
import { Problem } from '../api/problem';
import { listen } from '../api/stream';
import type { AlertDetail, AlertItem, Me } from '../api/types';
import { text } from '../text';
import { atMostEvery } from './pace';
import { Resource } from './resource.svelte';

const REFRESH_MS = 1000;
/** Whoever sees published counts only has no stream, and asks. */
const ASK_MS = 60_000;
/** Roles that are told and answer; the others have no part in alerts. */
const TAKING_PART: readonly string[] = ['analyst', 'management', 'partner', 'guest'];

/** Guests read what they are told, and set and write nothing. */
export const mayWish = ({ role }: Me): boolean => role !== 'guest';
export const takesPart = ({ role, preview }: Me): boolean => !preview && TAKING_PART.includes(role);
export const isOpen = ({ state }: AlertItem): boolean => state === 'open' || state === 'acknowledged';

/** What one's own organisation was told: on every page of it, for the count in the bar and for notices of the browser. */
class Alerts {
  readonly pages = new Resource<{ items: readonly AlertItem[]; next: string | null }>();
  readonly story = new Resource<AlertDetail>();
  #wanted: string | null = null;
  /** What had been told when last asked; null before the first answer. */
  #known: ReadonlySet<string> | null = null;
  #stop: (() => void) | null = null;
  readonly #refresh = atMostEvery(REFRESH_MS, () => this.load());

  get unanswered(): number {
    return this.pages.value?.items.filter(({ state }) => state === 'open').length ?? 0;
  }

  start(me: Me): void {
    this.stop();
    if (!takesPart(me)) return;
    this.load();
    if (me.sight !== 'record') {
      const asking = setInterval(() => this.load(), ASK_MS);
      this.#stop = () => clearInterval(asking);
      return;
    }
    this.#stop = listen({
      alert: (alert) => {
        this.#refresh();
        if (alert.id === this.#wanted) this.open(alert.id);
      },
      reload: () => this.#refresh(),
    });
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#refresh.stop();
    this.pages.clear();
    this.story.clear();
    this.#known = null;
  }

  load(): void {
    void this.pages.load(async (signal) => {
      const { items, next } = await alertsApi.list({}, signal);
      for (const alert of items) if (this.#known?.has(alert.id) === false && alert.state === 'open') this.#announce(alert);
      this.#known = new Set([...(this.#known ?? []), ...items.map(({ id }) => id)]);
      return { items, next };
    });
  }

  more(): void {
    const known = this.pages.value;
    if (!known?.next) return;
    const { items, next } = known;
    void this.pages.load(async (signal) => {
      const page = await alertsApi.list({ next }, signal);
      return { items: [...items, ...page.items], next: page.next };
    });
  }

  open(id: string): void {
    if (id !== this.#wanted) this.story.clear();
    this.#wanted = id;
    void this.story.load((signal) => alertsApi.one(id, signal));
  }

  /** An answer; null when it was taken, else what hindered it. */
  async answer(ask: Promise<AlertDetail>): Promise<Problem | null> {
    try {
      const after = await ask;
      void this.story.load(() => Promise.resolve(after));
      this.pages.change(({ items, next }) => ({ items: items.map((item) => (item.id === after.id ? after : item)), next }));
      return null;
    } catch (reason) {
      return reason instanceof Problem ? reason : new Problem(0, String(reason));
    }
  }

  /** Only what is new, and only the line that the page shows too: a notice may stand on a locked screen. */
  #announce(alert: AlertItem): void {
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    const notice = new Notification(text.alerts.notice, { body: text.alerts.subject[alert.subject], tag: alert.id });
    notice.onclick = () => {
      window.focus();
      location.hash = addressOf(alert.id);
      notice.close();
    };
  }
}

/** The page of one alert; messages link to it by this address too. */
export const addressOf = (id: string): string => `#alert=${id}`;

export const alerts = new Alerts();
