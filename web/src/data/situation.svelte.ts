import type { StyleSpecification } from '@maplibre/maplibre-gl-style-spec';
import { api, type Query } from '../api/client';
import { follow, type Connection } from '../api/stream';
import type { Area, Basemap, Cell, Hotspot, Lage, LiveReport, Me, Span, Taxonomy } from '../api/types';
import { quantileClasses, type CountClass } from '../map/quantiles';
import { endAfter } from '../days';
import { isInPeriod, passes, queryOf, restrictionsOf, windowOf } from '../query';
import type { Filter } from '../state';
import { atMostEvery } from './pace';
import { inOrderOfUrgency } from './hotspots';
import { Resource } from './resource.svelte';

const FRESH_MS = 6000;
const TILES_MS = 1000;
const FIGURES_MS = 1000;
const HISTORY_MS = 15_000;
const CELL_PAGES = 4;

/** What the page knows of the city: the server's answers, kept up to date by its events. */
export class Situation {
  readonly taxonomy = new Resource<Taxonomy>();
  readonly areas = new Resource<readonly Area[]>();
  readonly basemap = new Resource<{ basemap: Basemap; style: StyleSpecification | null }>();
  readonly lage = new Resource<Lage>();
  /** The same filter over all the time there is: what the time strip shows. */
  readonly history = new Resource<Lage>();
  readonly hotspots = new Resource<readonly Hotspot[]>();
  readonly classes = new Resource<{ classes: readonly CountClass[]; suppressed: number }>();

  #me = $state.raw<Me | null>(null);
  #filter = $state.raw<Filter | null>(null);
  #resolution = $state(8);
  #connection = $state<Connection>('closed');
  #tileRevision = $state(0);
  #revision = $state(0);
  #fresh = $state.raw<readonly LiveReport[]>([]);
  #newest = $state.raw<LiveReport | null>(null);
  #unseen = $state(0);
  #reading = $state.raw<GeoJSON.Point | null>(null);
  #stop: (() => void) | null = null;

  readonly #refreshTiles = atMostEvery(TILES_MS, () => {
    this.#tileRevision = this.#revision;
  });
  readonly #refreshFigures = atMostEvery(FIGURES_MS, () => this.#loadFigures());
  readonly #refreshHistory = atMostEvery(HISTORY_MS, () => {
    this.#loadHistory();
    this.#loadClasses();
  });

  constructor(me: Me) {
    this.#me = me;
    this.#revision = me.revision ?? 0;
    this.#tileRevision = me.revision ?? 0;
  }

  get me(): Me {
    return this.#me as Me;
  }
  get data(): Span | null {
    return this.me.data;
  }
  get connection(): Connection {
    return this.#connection;
  }
  get revision(): number {
    return this.#revision;
  }
  get tileRevision(): number {
    return this.#tileRevision;
  }
  get fresh(): readonly LiveReport[] {
    return this.#fresh;
  }
  get newest(): LiveReport | null {
    return this.#newest;
  }
  get unseen(): number {
    return this.#unseen;
  }
  /** Where the report lies that is being read, for the map to mark. */
  get reading(): GeoJSON.Point | null {
    return this.#reading;
  }
  set reading(place: GeoJSON.Point | null) {
    this.#reading = place;
  }
  get query(): Query {
    return this.#filter ? queryOf(this.#filter, this.data) : {};
  }

  start(): void {
    void this.taxonomy.load(() => api.taxonomy());
    void this.areas.load(async () => (await api.areas()).items);
    void this.basemap.load(async () => {
      const basemap = await api.basemap();
      return { basemap, style: basemap.style ? await foreignStyle(basemap.style) : null };
    });
    this.loadHotspots();
    if (this.me.sight !== 'record') return;
    this.#stop = follow({
      connection: (state) => this.#connected(state),
      report: (report) => this.#hear(report),
      hotspot: (hotspot) => this.#replace(hotspot),
      revision: (revision) => this.#advance(revision),
      reload: () => this.retry(),
    });
  }

  stop(): void {
    this.#stop?.();
    this.#refreshTiles.stop();
    this.#refreshFigures.stop();
    this.#refreshHistory.stop();
  }

  /** The question the reader asks now. */
  ask(filter: Filter): void {
    const before = this.#filter;
    this.#filter = filter;
    this.#loadFigures();
    this.#loadClasses();
    if (before && JSON.stringify(restrictionsOf(before)) === JSON.stringify(restrictionsOf(filter))) return;
    this.#loadHistory();
    this.seen();
  }

  /** Cells are counted at the resolution that the map's zoom asks for. */
  countCellsAt(resolution: number): void {
    if (resolution === this.#resolution) return;
    this.#resolution = resolution;
    this.#loadClasses();
  }

  loadHotspots(): void {
    void this.hotspots.load(async (signal) => inOrderOfUrgency((await api.hotspots(signal)).items));
  }

  seen(): void {
    this.#unseen = 0;
  }

  retry(): void {
    this.#loadFigures();
    this.#loadHistory();
    this.#loadClasses();
    this.loadHotspots();
  }

  #loadFigures(): void {
    if (this.#filter) void this.lage.load((signal) => api.lage(this.query, signal));
  }

  #loadHistory(): void {
    const { data } = this;
    if (!this.#filter || !data) return;
    const window = windowOf({ preset: 'all' }, data);
    const query: Query = { ...window, ...restrictionsOf(this.#filter) };
    void this.history.load((signal) => api.lage(query, signal));
  }

  #loadClasses(): void {
    const query: Query = { ...this.query, resolution: String(this.#resolution) };
    void this.classes.load(async (signal) => {
      const cells = await allCells(query, signal);
      const counts = cells.flatMap(({ count, suppressed }) => (suppressed || typeof count !== 'number' ? [] : [count]));
      return { classes: quantileClasses(counts), suppressed: cells.length - counts.length };
    });
  }

  #connected(state: Connection): void {
    const recovered = state === 'live' && this.#connection === 'interrupted';
    this.#connection = state;
    if (recovered) this.retry();
  }

  /** What the filter leaves out only moves the state of the data; it is neither announced nor marked on the map. */
  #hear(report: LiveReport): void {
    this.#extendData(report.occurred_from);
    const prevention = this.taxonomy.value?.categories.find(({ id }) => id === report.category)?.prevention ?? null;
    if (!this.#filter || !passes(this.#filter, report, prevention)) return;
    this.#refreshHistory();
    if (!isInPeriod(this.#filter.period, report)) return;
    this.#refreshFigures();
    this.#unseen += 1;
    this.#newest = report;
    this.#fresh = [...this.#fresh, report];
    setTimeout(() => {
      this.#fresh = this.#fresh.filter((other) => other !== report);
    }, FRESH_MS);
  }

  #extendData(instant: string): void {
    const { me } = this;
    const end = endAfter(instant);
    if (me.data && Date.parse(end) > Date.parse(me.data.to)) this.#me = { ...me, data: { ...me.data, to: end } };
  }

  #replace(hotspot: Hotspot): void {
    this.hotspots.change((known) =>
      inOrderOfUrgency([...known.filter(({ id }) => id !== hotspot.id), hotspot]),
    );
  }

  #advance(revision: number): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    this.#refreshTiles();
  }
}

async function allCells(query: Query, signal: AbortSignal): Promise<Cell[]> {
  const cells: Cell[] = [];
  let next: string | null = null;
  for (let page = 0; page < CELL_PAGES; page += 1) {
    const list: { items: Cell[]; next: string | null } = await api.cells(next ? { ...query, next } : query, signal);
    cells.push(...list.items);
    next = list.next;
    if (!next) break;
  }
  return cells;
}

async function foreignStyle(url: string): Promise<StyleSpecification | null> {
  const response = await fetch(url);
  return response.ok ? ((await response.json()) as StyleSpecification) : null;
}
