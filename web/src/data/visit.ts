/** How far someone had read: when, and the revision that the page then showed. */
export interface Mark {
  at: string;
  revision: number;
}

/** A look away that is shorter than this belongs to the same visit. */
const PAUSE_MS = 30 * 60_000;

interface Kept {
  /** Where the visit before this one ended. */
  since: Mark | null;
  last: Mark;
}

/** Remembers on this device where the last visit ended, apart for each role that uses it. */
export class Visits {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly #key: string;
  #since: Mark | null = null;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>, role: string) {
    this.#storage = storage;
    this.#key = `lagebild.visit.${role}`;
  }

  /** Begins a visit, or goes on with it after a short pause; answers where the one before it ended. */
  begin(now: Date): Mark | null {
    const kept = keptIn(this.#storage.getItem(this.#key));
    const continues = kept !== null && now.getTime() - Date.parse(kept.last.at) < PAUSE_MS;
    this.#since = continues ? kept.since : (kept?.last ?? null);
    return this.#since;
  }

  leave(mark: Mark): void {
    this.#storage.setItem(this.#key, JSON.stringify({ since: this.#since, last: mark } satisfies Kept));
  }
}

function keptIn(text: string | null): Kept | null {
  try {
    const { since, last } = JSON.parse(text ?? 'null') as { since?: unknown; last?: unknown };
    return isMark(last) ? { last, since: isMark(since) ? since : null } : null;
  } catch {
    return null;
  }
}

function isMark(value: unknown): value is Mark {
  const { at, revision } = (value ?? {}) as Record<string, unknown>;
  return typeof at === 'string' && !Number.isNaN(Date.parse(at)) && typeof revision === 'number';
}
