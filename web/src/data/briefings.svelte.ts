import { api } from '../api/client';
import type { Audience, Briefing, NewBriefing } from '../api/types';
import { Resource } from './resource.svelte';

/** How often it is looked how far the ordered ones are, while any is not finished. */
const PAUSE_MS = 1000;

/** The briefings that one may read, the newest first, and for whom one may order. */
export class Briefings {
  readonly everything = new Resource<{ briefings: readonly Briefing[]; audiences: readonly Audience[] }>();

  #timer: ReturnType<typeof setTimeout> | undefined;

  load(): void {
    void this.#read();
  }

  /** Orders one; it stands first in the list at once. */
  async order(briefing: NewBriefing): Promise<void> {
    const ordered = await api.orderBriefing(briefing);
    this.everything.change((known) => ({ ...known, briefings: [ordered, ...known.briefings] }));
    this.#watch();
  }

  /** Nobody looks any more. */
  leave(): void {
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    await this.everything.load(async (signal) => {
      const [briefings, audiences] = await Promise.all([api.briefings(signal), api.briefingAudiences(signal)]);
      return { briefings: briefings.items, audiences: audiences.items };
    });
    this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#timer);
    const isWaiting = this.everything.value?.briefings.some(isUnfinished) ?? false;
    if (isWaiting) this.#timer = setTimeout(() => void this.#read(), PAUSE_MS);
  }
}

export function isUnfinished(briefing: Briefing): boolean {
  return briefing.status === 'queued' || briefing.status === 'writing';
}
