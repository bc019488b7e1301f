import {
  AttributionControl,
  GeoJSONSource,
  Map as MapLibre,
  ScaleControl,
  setWorkerUrl,
  VectorTileSource,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  type MapTouchEvent,
  type PointLike,
  type StyleSpecification,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Kind, Status } from '../api/types';
import { boxBetween, type Bounds, type LngLat } from '../geometry';
import type { Camera } from '../state';
import { mapImages } from './images';
import { FRESH_RING } from './layers/fresh';
import { mapStyle, type MapContent } from './style';

setWorkerUrl(new URL(workerUrl, location.href).href);

/** Something on the map under the pointer. */
export type Hit =
  | { kind: 'hotspot'; id: string }
  | { kind: 'report'; id: number; report: Kind; category: string; status: Status; day: string }
  | { kind: 'cell'; h3: string; count: number | null }
  | { kind: 'district'; id: string };

/** Tiles with very many points hold a sample of them. */
export interface Thinned {
  shown: number;
  of: number;
}

export type MapState = 'loading' | 'busy' | 'idle';

export interface MapEvents {
  camera(camera: Camera): void;
  zoom(zoom: number): void;
  hover(hit: Hit | null, at: { x: number; y: number }): void;
  pick(hit: Hit | null, at: { x: number; y: number }, place: LngLat): void;
  /** While drawing a box: as it grows, and when it is done. */
  box(box: Bounds, done: boolean): void;
  /** While measuring: the next point of the way. */
  point(place: LngLat): void;
  state(state: MapState): void;
  /** What the cells that are drawn count together, once everything is drawn. */
  counted(total: number): void;
  /** How many points of a crowded view are drawn, once everything is drawn; null when it is all of them. */
  thinned(points: Thinned | null): void;
  fault(message: string): void;
}

/** What a pointer does on the map. */
export type PointerTool = 'look' | 'box' | 'measure';

const PULSE_MS = 1400;
const TOUCH = 6;
const HOME_MARGIN = 12;
const FRAME_MARGIN = 64;
const CELLS = 'cells';
const REPORTS = 'reports';
const HIT_LAYERS = ['reports-point', 'fresh-point', 'hotspots-sign', 'hotspots-area', 'cells-fill', 'cells-suppressed', 'areas-counted', 'areas-suppressed'];

/** The one owner of the MapLibre map: plain data go in, plain events come out. */
export class LagebildMap {
  readonly #map: MapLibre;
  readonly #events: MapEvents;
  #content: MapContent;
  #style: StyleSpecification;
  #ready = false;
  #pulse = 0;
  #tool: PointerTool = 'look';
  #corner: LngLat | null = null;

  constructor(container: HTMLElement, content: MapContent, start: Camera | Bounds, words: Record<string, string>, events: MapEvents) {
    this.#content = content;
    this.#events = events;
    this.#style = mapStyle(content);
    this.#map = new MapLibre({
      container,
      style: this.#style,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      minZoom: 8,
      maxZoom: 18,
      fadeDuration: prefersStill() ? 0 : 150,
      locale: words,
      ...startOf(start),
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new AttributionControl({ compact: false }), 'bottom-right');
    this.#map.addControl(new ScaleControl({ unit: 'metric', maxWidth: 96 }), 'bottom-right');
    for (const { name, data, pixelRatio, width, height } of mapImages()) {
      this.#map.addImage(name, { width, height, data }, { pixelRatio });
    }
    this.#listen();
    if (Array.isArray(start)) this.#map.fitBounds(start, { padding: this.#around(HOME_MARGIN), animate: false });
    events.zoom(this.#map.getZoom());
  }

  update(content: MapContent): void {
    const before = this.#content;
    this.#content = content;
    if (this.#ready) {
      this.#apply();
      this.#busy();
    }
    if (content.fresh.length > before.fresh.length) this.#startPulse();
  }

  zoomBy(step: number): void {
    this.#map.zoomTo(this.#map.getZoom() + step, { animate: !prefersStill() });
  }

  frame(bounds: Bounds, margin_px = FRAME_MARGIN): void {
    this.#map.fitBounds(bounds, { padding: this.#around(margin_px), maxZoom: 15.5, animate: !prefersStill(), duration: 700 });
  }

  home(bounds: Bounds): void {
    this.frame(bounds, HOME_MARGIN);
  }

  moveTo({ lng, lat, zoom }: Camera): void {
    this.#map.easeTo({ center: [lng, lat], zoom, animate: !prefersStill(), duration: 700 });
  }

  /** Shows the place where it is not already shown. */
  goTo(camera: Camera): void {
    const { lng, lat } = this.#map.getCenter();
    const zoom = this.#map.getZoom();
    if (Math.abs(lng - camera.lng) + Math.abs(lat - camera.lat) < 1e-4 && Math.abs(zoom - camera.zoom) < 0.02) return;
    if (!this.#map.isMoving()) this.#map.jumpTo({ center: [camera.lng, camera.lat], zoom: camera.zoom });
  }

  use(tool: PointerTool): void {
    this.#tool = tool;
    this.#corner = null;
    this.#map.getCanvas().style.cursor = tool === 'look' ? '' : 'crosshair';
  }

  /** What can be seen, without what lies over the map's lower edge on small screens. */
  view(): Bounds {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const { bottom } = this.#around(0);
    return boxBetween(this.#placeAt({ x: 0, y: 0 }), this.#placeAt({ x: clientWidth, y: clientHeight - bottom }));
  }

  /** The same as a click into the middle of the map, for keyboards. */
  pickMiddle(): void {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const point = { x: clientWidth / 2, y: clientHeight / 2 };
    this.#events.pick(this.#hitAt(point), point, this.middle());
  }

  /** Resolves when everything that was last given is drawn. */
  drawn(): Promise<void> {
    return new Promise((done) => {
      void this.#map.once('idle', () => done());
      this.#map.triggerRepaint();
    });
  }

  middle(): LngLat {
    const { lng, lat } = this.#map.getCenter();
    return [lng, lat];
  }

  /** Draws at once, so that the canvas holds a picture when the browser prints it. */
  redraw(): void {
    this.#map.redraw();
  }

  remove(): void {
    cancelAnimationFrame(this.#pulse);
    this.#map.remove();
  }

  /** Room on every side, and what lies over the map's lower edge on small screens. */
  #around(margin_px: number): { top: number; left: number; right: number; bottom: number } {
    const covered = Number.parseFloat(getComputedStyle(this.#map.getContainer()).getPropertyValue('--covered-below')) || 0;
    return { top: margin_px, left: margin_px, right: margin_px, bottom: margin_px + covered };
  }

  #listen(): void {
    const map = this.#map;
    map.once('style.load', () => {
      this.#ready = true;
      askAtNearestZoom(map.getSource(CELLS));
      this.#apply();
    });
    map.on('idle', () => {
      this.#events.counted(this.#countedInCells());
      this.#events.thinned(this.#thinnedPoints());
      this.#events.state('idle');
    });
    map.on('dataloading', () => this.#busy());
    map.on('dataabort', () => this.#busy());
    map.on('movestart', () => this.#busy());
    map.on('zoom', () => this.#events.zoom(map.getZoom()));
    map.on('moveend', () => {
      const { lng, lat } = map.getCenter();
      this.#events.camera({ lng, lat, zoom: map.getZoom() });
      this.#events.zoom(map.getZoom());
    });
    map.on('mousemove', (event: MapMouseEvent) => {
      if (this.#tool !== 'look') return;
      const hit = this.#hitAt(event.point);
      map.getCanvas().style.cursor = hit ? 'pointer' : '';
      this.#events.hover(hit, event.point);
    });
    map.on('mouseout', () => this.#events.hover(null, { x: 0, y: 0 }));
    map.on('click', ({ point, lngLat }: MapMouseEvent) => {
      const place: LngLat = [lngLat.lng, lngLat.lat];
      if (this.#tool === 'measure') this.#events.point(place);
      if (this.#tool === 'look') this.#events.pick(this.#hitAt(point), point, place);
    });
    this.#listenForBoxes();
    map.on('error', ({ error }) => this.#events.fault(error.message));
  }

  /** Only a drawing ends in `idle`: a loading that was given up, or brought nothing new, would leave the map busy for ever. */
  #busy(): void {
    this.#events.state('busy');
    this.#map.triggerRepaint();
  }

  /** A cell that several tiles touch counts once. */
  #countedInCells(): number {
    const counts = new Map<string, number>();
    for (const { properties } of this.#map.querySourceFeatures(CELLS, { sourceLayer: CELLS })) {
      const { h3, count } = properties as { h3: string; count?: number };
      counts.set(h3, count ?? 0);
    }
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  #thinnedPoints(): Thinned | null {
    const tiles = this.#map.getSource(REPORTS) ? this.#map.querySourceFeatures(REPORTS, { sourceLayer: 'thinned' }) : [];
    const sum = (name: keyof Thinned): number => tiles.reduce((total, { properties }) => total + Number(properties[name]), 0);
    return tiles.length > 0 ? { shown: sum('shown'), of: sum('of') } : null;
  }

  #listenForBoxes(): void {
    const start = (event: MapMouseEvent | MapTouchEvent): void => {
      if (this.#tool !== 'box') return;
      event.preventDefault();
      this.#corner = [event.lngLat.lng, event.lngLat.lat];
    };
    const move = (done: boolean) => ({ lngLat }: MapMouseEvent | MapTouchEvent): void => {
      const corner = this.#corner;
      if (!corner) return;
      if (done) this.#corner = null;
      this.#events.box(boxBetween(corner, [lngLat.lng, lngLat.lat]), done);
    };
    this.#map.on('mousedown', start);
    this.#map.on('touchstart', start);
    this.#map.on('mousemove', move(false));
    this.#map.on('touchmove', move(false));
    this.#map.on('mouseup', move(true));
    this.#map.on('touchend', move(true));
  }

  #placeAt({ x, y }: { x: number; y: number }): LngLat {
    const { lng, lat } = this.#map.unproject([x, y]);
    return [lng, lat];
  }

  #hitAt({ x, y }: { x: number; y: number }): Hit | null {
    const layers = HIT_LAYERS.filter((id) => this.#map.getLayer(id));
    const box: [PointLike, PointLike] = [
      [x - TOUCH, y - TOUCH],
      [x + TOUCH, y + TOUCH],
    ];
    const near = this.#map.queryRenderedFeatures(box, { layers: layers.filter((id) => id.endsWith('-point')) });
    const under = this.#map.queryRenderedFeatures([x, y], { layers });
    const found = [...near, ...under];
    for (const layer of HIT_LAYERS) {
      const feature = found.find((candidate) => candidate.layer.id === layer);
      const hit = feature && hitOf(feature);
      if (hit) return hit;
    }
    return null;
  }

  /**
   * Tiles and data are handed over in place, so that what is drawn stays until the new is there; only a change of
   * layers goes through MapLibre's own comparison of styles.
   */
  #apply(): void {
    const map = this.#map;
    const before = this.#style;
    const next = mapStyle(this.#content);
    this.#style = next;
    for (const [id, specification] of Object.entries(next.sources)) {
      const source = map.getSource(id);
      const old = before.sources[id];
      if (source instanceof VectorTileSource && specification.type === 'vector' && specification.tiles) {
        const known = old?.type === 'vector' ? old.tiles?.[0] : undefined;
        if (known !== specification.tiles[0]) source.setTiles(specification.tiles);
      }
      if (source instanceof GeoJSONSource && specification.type === 'geojson' && typeof specification.data === 'object') {
        const known = old?.type === 'geojson' ? old.data : undefined;
        if (!sameData(known, specification.data)) source.setData(specification.data);
      }
    }
    if (!sameData(before.layers, next.layers) || foreignChanged(before, next)) {
      map.setStyle(next, { diff: true, validate: false });
    }
  }

  /** Lets the ring round a fresh report widen once; for readers who want no motion it just stands there. */
  #startPulse(): void {
    if (prefersStill()) return;
    cancelAnimationFrame(this.#pulse);
    const begin = performance.now();
    const step = (now: number): void => {
      if (!this.#map.getLayer(FRESH_RING)) return;
      const share = Math.min(1, (now - begin) / PULSE_MS);
      this.#map.setPaintProperty(FRESH_RING, 'circle-radius', 8 + 10 * easeOut(share), { validate: false });
      if (share < 1) this.#pulse = requestAnimationFrame(step);
    };
    this.#pulse = requestAnimationFrame(step);
  }
}

function startOf(start: Camera | Bounds): { center: [number, number]; zoom: number } | { bounds: Bounds } {
  return Array.isArray(start)
    ? { bounds: start }
    : { center: [start.lng, start.lat], zoom: start.zoom };
}

/** MapLibre takes the tile zoom below for vector sources; this one takes the nearest (see `cellTileZoom`). */
function askAtNearestZoom(source: unknown): void {
  if (source instanceof VectorTileSource) Object.assign(source, { roundZoom: true });
}

function hitOf({ id, layer, properties }: MapGeoJSONFeature): Hit | null {
  const text = (name: string): string => String((properties as Record<string, unknown>)[name] ?? '');
  if (layer.id.startsWith('areas-')) return { kind: 'district', id: text('area') };
  if (layer.id.startsWith('hotspots-')) return { kind: 'hotspot', id: text('hotspot') };
  if (layer.id.endsWith('-point')) {
    return {
      kind: 'report',
      id: Number(id),
      report: text('kind') as Kind,
      category: text('category'),
      status: text('status') as Status,
      day: text('day'),
    };
  }
  const suppressed = text('suppressed') === 'true';
  return { kind: 'cell', h3: text('h3'), count: suppressed ? null : Number(text('count')) };
}

function foreignChanged(before: StyleSpecification, next: StyleSpecification): boolean {
  return before.glyphs !== next.glyphs || before.sprite !== next.sprite || Object.keys(before.sources).join() !== Object.keys(next.sources).join();
}

function sameData(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

const easeOut = (share: number): number => 1 - (1 - share) ** 3;

function prefersStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
