import { api, type Query } from '../api/client';
import { listen, type Connection } from '../api/stream';
import type { Area, Cell, Hotspot, Lage, LiveReport, Me, Span, Taxonomy, WeeklyLayer } from '../api/types';
import { quantileClasses, type CountClass } from '../map/quantiles';
import { dayOf, endAfter } from '../days';
import { byCell, differenceClasses, differencesOf, type Difference, type DifferenceClass } from './differences';
import { comparedWindow, isInPeriod, passes, queryOf, restrictionsOf, windowOf, type Window } from '../query';
import { isPreset, type Filter, type PageState } from '../state';
import { loadBase, type Base } from './base';
import { atMostEvery } from './pace';
import { inOrderOfUrgency, seenIn } from './hotspots';
import { Resource } from './resource.svelte';

const FRESH_MS = 6000;
const TILES_MS = 1000;
const FIGURES_MS = 1000;
const HISTORY_MS = 15_000;

/** What of the page's state decides what is asked of the server. */
export type Question = Pick<PageState, 'filter' | 'surface' | 'compare'>;

/** What the page knows of the city: the server's answers, kept up to date by its events. */
export class Situation {
  readonly taxonomy = new Resource<Taxonomy>();
  readonly areas = new Resource<readonly Area[]>();
  readonly basemap = new Resource<Base>();
  readonly lage = new Resource<Lage>();
  /** The same filter over all the time there is: what the time strip shows. */
  readonly history = new Resource<Lage>();
  readonly hotspots = new Resource<readonly Hotspot[]>();
  /** What has been high for long, how places went, where repeats are likely; made once a week. */
  readonly weekly = new Resource<readonly WeeklyLayer[]>();
  /** The same filter over the window that is compared with; empty where the data do not reach back to it. */
  readonly compared = new Resource<Lage>();
  readonly classes = new Resource<{ classes: readonly CountClass[]; suppressed: number; total: number }>();
  readonly differences = new Resource<{ cells: ReadonlyMap<string, Difference>; classes: readonly DifferenceClass[] }>();

  #me = $state.raw<Me | null>(null);
  #question = $state.raw<Question | null>(null);
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
  get window(): Window | null {
    return this.#filter && windowOf(this.#filter.period, this.data);
  }
  /** The window that the chosen one is compared with; null where the data do not reach back to it. */
  get comparedWindow(): Window | null {
    const { window, data } = this;
    if (!window || !data || !this.#question) return null;
    const compared = comparedWindow(window, this.#question.compare);
    return compared.from >= dayOf(data.from) ? compared : null;
  }
  /** What there is now, or what there was in a window that the reader has chosen. */
  get hotspotsInPeriod(): readonly Hotspot[] {
    const all = this.hotspots.value ?? [];
    const period = this.#filter?.period;
    return !period || isPreset(period) ? all : seenIn(all, period.from, period.to);
  }
  /** The query whose cells hold all that is drawn: under a difference both windows. */
  get cellQuery(): Query {
    const { window, comparedWindow: compared } = this;
    if (this.#question?.surface !== 'difference' || !window || !compared) return this.query;
    return { ...this.query, from: compared.from, to: window.to };
  }
  get #filter(): Filter | null {
    return this.#question?.filter ?? null;
  }

  start(): void {
    void this.taxonomy.load(() => api.taxonomy());
    void this.areas.load(async () => (await api.areas()).items);
    void this.basemap.load(loadBase);
    this.loadHotspots();
    this.#loadWeekly();
    this.#stop = listen({
      connection: (state) => this.#connected(state),
      report: (report) => this.#hear(report),
      hotspot: (hotspot) => this.replaceHotspot(hotspot),
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
  ask(question: Question): void {
    const before = this.#question;
    this.#question = question;
    this.#loadFigures();
    this.#loadClasses();
    if (before && JSON.stringify(restrictionsOf(before.filter)) === JSON.stringify(restrictionsOf(question.filter))) return;
    this.#loadHistory();
    this.seen();
  }

  /** Cells are counted at the resolution that the map's zoom asks for. */
  countCellsAt(resolution: number): void {
    if (resolution === this.#resolution) return;
    this.#resolution = resolution;
    this.#loadClasses();
  }

  #loadWeekly(): void {
    void this.weekly.load(async (signal) => (await api.weeklyLayers(signal)).items);
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
    this.#loadWeekly();
  }

  #loadFigures(): void {
    if (!this.#filter) return;
    void this.lage.load((signal) => api.lage(this.query, signal));
    const { comparedWindow: compared, query } = this;
    if (compared) void this.compared.load((signal) => api.lage({ ...query, ...compared }, signal));
    else this.compared.clear();
  }

  #loadHistory(): void {
    const { data } = this;
    if (!this.#filter || !data) return;
    const window = windowOf({ preset: 'all' }, data);
    const query: Query = { ...window, ...restrictionsOf(this.#filter) };
    void this.history.load((signal) => api.lage(query, signal));
  }

  #loadClasses(): void {
    const { comparedWindow: compared, query } = this;
    const resolution = String(this.#resolution);
    const cells = async (of: Query, signal: AbortSignal): Promise<Cell[]> =>
      (await api.cells({ ...of, resolution }, signal)).items;
    void this.classes.load(async (signal) => {
      const items = await cells(query, signal);
      const counts = items.flatMap(({ count }) => (typeof count === 'number' ? [count] : []));
      const total = counts.reduce((sum, count) => sum + count, 0);
      return { classes: quantileClasses(counts), suppressed: items.length - counts.length, total };
    });
    if (this.#question?.surface !== 'difference' || !compared) {
      this.differences.clear();
      return;
    }
    void this.differences.load(async (signal) => {
      const [now, before] = await Promise.all([cells(query, signal), cells({ ...query, ...compared }, signal)]);
      const differences = differencesOf(now, before);
      return { cells: byCell(differences), classes: differenceClasses(differences) };
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

  replaceHotspot(hotspot: Hotspot): void {
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
