import { api } from '../api/client';
import { Problem } from '../api/problem';
import type { HeldRow, SourceHealth, TakenIn, UnknownWord } from '../api/types';
import { Resource } from './resource.svelte';

/** Rows of one source in quarantine, page by page. */
export interface Held {
  source: string;
  rows: readonly HeldRow[];
  next: string | null;
}

/** How the feeds fare, what of them is not in the picture, and what mends it. */
export class Sources {
  readonly health = new Resource<readonly SourceHealth[]>();
  readonly words = new Resource<readonly UnknownWord[]>();
  readonly held = new Resource<Held>();
  #outcome = $state.raw<TakenIn | Problem | null>(null);
  #working = $state(false);

  /** What the last step did, or why it could not. */
  get outcome(): TakenIn | Problem | null {
    return this.#outcome;
  }

  get working(): boolean {
    return this.#working;
  }

  load(): void {
    void this.health.load(async (signal) => (await api.sources(signal)).items);
    void this.words.load(async (signal) => (await api.unknownCategories(signal)).items);
  }

  open(source: string): void {
    void this.held.load(async (signal) => {
      const { items, next } = await api.quarantine({ source }, signal);
      return { source, rows: items, next };
    });
  }

  more(): void {
    const known = this.held.value;
    if (!known?.next) return;
    const { source, rows, next } = known;
    void this.held.load(async (signal) => {
      const page = await api.quarantine({ source, next }, signal);
      return { source, rows: [...rows, ...page.items], next: page.next };
    });
  }

  replay(source: string): Promise<void> {
    return this.#step(() => api.replay(source));
  }

  map(word: UnknownWord, category: string): Promise<void> {
    return this.#step(() => api.mapCategory(word.source, word.word, category));
  }

  discard(row: HeldRow, reason: string): Promise<void> {
    return this.#step(async () => {
      await api.discard(row.id, reason);
      return null;
    });
  }

  async #step(take: () => Promise<TakenIn | null>): Promise<void> {
    this.#working = true;
    try {
      this.#outcome = await take();
    } catch (reason) {
      this.#outcome = reason instanceof Problem ? reason : new Problem(0, String(reason));
    }
    this.#working = false;
    this.load();
    const open = this.held.value;
    if (open) this.open(open.source);
  }
}
