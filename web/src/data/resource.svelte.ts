import { Problem } from '../api/problem';

/** One thing asked of the server: its last good answer, and how the newest question stands. */
export class Resource<T> {
  #value = $state.raw<T | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #loading = $state(false);
  #pending: AbortController | null = null;

  get value(): T | null {
    return this.#value;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** Nothing to show yet: the place for a skeleton. */
  get waiting(): boolean {
    return this.#loading && this.#value === null;
  }

  /** There is something to show, but the newest question went unanswered. */
  get stale(): boolean {
    return this.#problem !== null && this.#value !== null;
  }

  /** Asks anew; an answer to an older question is dropped. */
  async load(ask: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#pending?.abort();
    const pending = new AbortController();
    this.#pending = pending;
    this.#loading = true;
    try {
      const value = await ask(pending.signal);
      if (this.#pending !== pending) return;
      this.#value = value;
      this.#problem = null;
    } catch (reason) {
      if (this.#pending !== pending) return;
      this.#problem = reason instanceof Problem ? reason : new Problem(0, String(reason));
      if (this.#problem.kind === 'forbidden') this.#value = null;
    }
    this.#loading = false;
    this.#pending = null;
  }

  change(update: (value: T) => T): void {
    if (this.#value !== null) this.#value = update(this.#value);
  }

  clear(): void {
    this.#pending?.abort();
    this.#pending = null;
    this.#value = null;
    this.#problem = null;
    this.#loading = false;
  }
}
