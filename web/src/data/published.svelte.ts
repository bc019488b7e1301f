import { api, type Query } from '../api/client';
import type { Area, Cell, Lage, Me, Publication, Taxonomy } from '../api/types';
import { quantileClasses, type CountClass } from '../map/quantiles';
import type { Window } from '../query';
import type { Filter } from '../state';
import { weeksOf } from '../weeks';
import { loadBase, type Base } from './base';
import { Resource } from './resource.svelte';

/** What is published to an organisation that sees no records: counts of closed weeks, which do not change any more. */
export class Published {
  readonly taxonomy = new Resource<Taxonomy>();
  readonly areas = new Resource<readonly Area[]>();
  readonly base = new Resource<Base>();
  readonly publications = new Resource<readonly Publication[]>();
  readonly lage = new Resource<Lage>();
  /** Empty where counts are published by district only. */
  readonly cells = new Resource<readonly Cell[]>();

  #filter = $state.raw<Filter | null>(null);

  constructor(readonly me: Me) {}

  /** The published weeks that are asked for. */
  get window(): Window | null {
    const mondays = (this.publications.value ?? []).map(({ monday }) => monday);
    return this.#filter && weeksOf(this.#filter.period, mondays);
  }

  /** The filter in the server's words, as far as counts are published by them. */
  get query(): Query | null {
    const { window } = this;
    const filter = this.#filter;
    if (!window || !filter) return null;
    const words = (['kind', 'theme', 'area'] as const).filter((word) => filter[word].length > 0);
    return { ...window, ...Object.fromEntries(words.map((word) => [word, filter[word].join(',')])) };
  }

  /** The newest publication's number: tiles are asked anew when it moves. */
  get number(): number {
    return this.publications.value?.at(-1)?.number ?? 0;
  }

  /** No smaller count is told in the weeks that are asked for. */
  get smallestCount(): number {
    const { window } = this;
    const asked = (this.publications.value ?? []).filter(({ monday }) => window && monday >= window.from && monday < window.to);
    return Math.max(0, ...asked.map(({ smallest_count }) => smallest_count));
  }

  get byCell(): boolean {
    return (this.cells.value?.length ?? 0) > 0;
  }

  /** Counts by district, where they are not published by cell. */
  get districts(): Readonly<Record<string, number>> | null {
    const { lage, cells } = this;
    if (!lage.value || cells.value === null || this.byCell) return null;
    return Object.fromEntries(lage.value.by_area.flatMap(({ area, count }) => (area ? [[area, count]] : [])));
  }

  get classes(): readonly CountClass[] {
    const counts = this.byCell ? (this.cells.value ?? []).map(({ count }) => count ?? 0) : Object.values(this.districts ?? {});
    return quantileClasses(counts);
  }

  start(): void {
    void this.taxonomy.load(() => api.taxonomy());
    void this.areas.load(async () => (await api.areas()).items);
    void this.base.load(loadBase);
    void this.refresh();
    document.addEventListener('visibilitychange', this.#lookAgain);
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#lookAgain);
  }

  ask(filter: Filter): void {
    this.#filter = filter;
    this.#load();
  }

  async refresh(): Promise<void> {
    await this.publications.load(async (signal) => (await api.publications(signal)).items);
    this.#load();
  }

  /** A new week is published now and then; who comes back to the page sees it. */
  readonly #lookAgain = (): void => {
    if (document.visibilityState === 'visible') void this.refresh();
  };

  #load(): void {
    const { query } = this;
    if (!query) return;
    void this.lage.load((signal) => api.lage(query, signal));
    void this.cells.load(async (signal) => (await api.cells(query, signal)).items);
  }
}
