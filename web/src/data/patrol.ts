import type { Hotspot } from '../api/types';
import { pathLength_m, type LngLat } from '../geometry';

/** More places than this are no patrol; and the shortest way through them would take long to find. */
export const MOST_STOPS = 10;

/** Hours of a day, the second excluded; 22 to 2 runs over midnight. */
export interface BusySpan {
  from: number;
  to: number;
  /** Of all reports, 0 to 1. */
  share: number;
}

/** A hotspot that a patrol goes to. */
export interface Stop {
  id: string;
  place: LngLat;
  hotspot: Hotspot;
}

export function stopOf(hotspot: Hotspot): Stop {
  const [lng = 0, lat = 0] = hotspot.center.coordinates;
  return { id: hotspot.id, place: [lng, lat], hotspot };
}

/** The stops of these ids, in their order; an id that is not known leaves no gap. */
export function stopsOf(ids: readonly string[], hotspots: readonly Hotspot[]): Stop[] {
  return ids.flatMap((id) => {
    const hotspot = hotspots.find((known) => known.id === id);
    return hotspot ? [stopOf(hotspot)] : [];
  });
}

/** How far it is as the crow flies, one place after the other. */
export function wayLength_m(stops: readonly { place: LngLat }[]): number {
  return pathLength_m(stops.map(({ place }) => place));
}

/**
 * The stops in the order that makes the way through all of them shortest: exact, by trying every order that is not already
 * longer than the best. The way may begin and end anywhere; of its two directions it takes the one that begins with the
 * stop that stands earlier in the list.
 */
export function shortestWay<S extends { place: LngLat }>(stops: readonly S[]): S[] {
  const steps_m = new Map(stops.map((from) => [from, new Map(stops.map((to) => [to, wayLength_m([from, to])]))]));
  const step_m = (from: S | undefined, to: S): number => (from && steps_m.get(from)?.get(to)) ?? 0;
  let best: readonly S[] = stops;
  let shortest_m = Infinity;

  function goOn(way: readonly S[], left: readonly S[], length_m: number): void {
    if (length_m >= shortest_m) return;
    if (left.length === 0) {
      best = way;
      shortest_m = length_m;
    }
    const last = way.at(-1);
    const nearestFirst = [...left].sort((a, b) => step_m(last, a) - step_m(last, b));
    for (const next of nearestFirst) goOn([...way, next], left.filter((stop) => stop !== next), length_m + step_m(last, next));
  }

  goOn([], stops, 0);
  const position = (stop: S | undefined): number => (stop ? stops.indexOf(stop) : 0);
  return position(best[0]) > position(best.at(-1)) ? [...best].reverse() : [...best];
}

/** Puts a stop in where it lengthens the way least, so that an order made by hand stays. */
export function withStop<S extends { place: LngLat }>(stops: readonly S[], added: S): S[] {
  const ways = Array.from({ length: stops.length + 1 }, (_, at) => [...stops.slice(0, at), added, ...stops.slice(at)]);
  return ways.reduce((best, way) => (wayLength_m(way) <= wayLength_m(best) ? way : best), [added, ...stops]);
}

/** Moves one stop up (`-1`) or down (`1`) the list. */
export function moved(ids: readonly string[], id: string, by: 1 | -1): string[] {
  const from = ids.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= ids.length) return [...ids];
  const rest = ids.filter((other) => other !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

/** Reports by hour of the day over several places, each place counting the same; empty when none knows its hours. */
export function hoursTogether(places: readonly (readonly number[])[]): number[] {
  const shares = places
    .map((hours) => ({ hours, total: hours.reduce((sum, count) => sum + count, 0) }))
    .filter(({ hours, total }) => hours.length === 24 && total > 0)
    .map(({ hours, total }) => hours.map((count) => count / total));
  if (shares.length === 0) return [];
  return Array.from({ length: 24 }, (_, hour) => shares.reduce((sum, share) => sum + (share[hour] ?? 0), 0) / shares.length);
}

/** The span of so many hours that holds most of the reports; the earliest of several that hold the same. */
export function busiestSpan(hours: readonly number[], length: number): BusySpan | null {
  const total = hours.reduce((sum, count) => sum + count, 0);
  if (hours.length !== 24 || total <= 0) return null;
  const held = (from: number): number =>
    Array.from({ length }, (_, step) => hours[(from + step) % 24] ?? 0).reduce((sum, count) => sum + count, 0);
  const from = Array.from({ length: 24 }, (_, hour) => hour).reduce((best, hour) => (held(hour) > held(best) + 1e-9 ? hour : best), 0);
  return { from, to: (from + length) % 24, share: held(from) / total };
}
