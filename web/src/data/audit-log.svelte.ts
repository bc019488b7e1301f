import { api, type Query } from '../api/client';
import type { AuditEntry } from '../api/types';
import { Resource } from './resource.svelte';

/** What is looked for in the log; empty words mean all. */
export interface AuditSearch {
  organisation: string;
  action: string;
  text: string;
}

/** The entries of the audit log that fit a search, newest first, page by page. */
export class AuditLog {
  readonly pages = new Resource<{ entries: readonly AuditEntry[]; next: string | null }>();

  #search: AuditSearch = { organisation: '', action: '', text: '' };

  find(search: AuditSearch): void {
    this.#search = search;
    void this.pages.load(async (signal) => {
      const { items, next } = await api.audit(this.#query(null), signal);
      return { entries: items, next };
    });
  }

  more(): void {
    const known = this.pages.value;
    if (!known?.next) return;
    const { entries, next } = known;
    void this.pages.load(async (signal) => {
      const page = await api.audit(this.#query(next), signal);
      return { entries: [...entries, ...page.items], next: page.next };
    });
  }

  #query(next: string | null): Query {
    const words = Object.entries(this.#search).filter(([, word]) => word.trim() !== '');
    return { ...Object.fromEntries(words.map(([name, word]) => [name, word.trim()])), ...(next ? { next } : {}) };
  }
}
