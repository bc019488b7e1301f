import type { Area, Basemap, Hotspot } from '../api/types';
import { boundsOf, middleOf, type Bounds } from '../geometry';

export interface Place {
  kind: 'place' | 'area' | 'hotspot' | 'road';
  name: string;
  id: string;
  bounds: Bounds | null;
  at: [number, number];
}

const MOST = 8;

/** The names that can be looked for: districts, hotspots, and what the base map names. */
export function placesOf(areas: readonly Area[], hotspots: readonly Hotspot[], basemap: Basemap | null): Place[] {
  const named: Place[] = [
    ...hotspots.map(({ id, place, geometry, center }) => ({
      kind: 'hotspot' as const,
      name: place,
      id,
      bounds: boundsOf([geometry]),
      at: pair(center.coordinates),
    })),
    ...areas
      .filter(({ kind }) => kind === 'district')
      .map(({ id, name, geometry }) => ({ kind: 'area' as const, name, id, bounds: boundsOf([geometry]), at: middleOf(geometry) })),
    ...(basemap?.features?.features ?? []).flatMap(fromBase),
  ];
  const seen = new Set<string>();
  return named.filter(({ kind, name }) => {
    const key = `${kind}/${name}`;
    return !seen.has(key) && seen.add(key);
  });
}

function fromBase({ properties, geometry }: GeoJSON.Feature): Place[] {
  const fields = (properties ?? {}) as Record<string, unknown>;
  const name = fields.name;
  if (typeof name !== 'string' || name === '') return [];
  if (fields.class === 'place' && geometry.type === 'Point') {
    return [{ kind: 'place', name, id: name, bounds: null, at: pair(geometry.coordinates) }];
  }
  if ((fields.class === 'road_main' || fields.class === 'road_minor') && geometry.type === 'LineString') {
    const middle = geometry.coordinates[Math.floor(geometry.coordinates.length / 2)];
    return middle ? [{ kind: 'road', name, id: name, bounds: null, at: pair(middle) }] : [];
  }
  return [];
}

function pair([lng = 0, lat = 0]: GeoJSON.Position): [number, number] {
  return [lng, lat];
}

/** Names that begin with what was typed come first, then those that contain it. */
export function find(places: readonly Place[], typed: string): Place[] {
  const wanted = fold(typed);
  if (wanted === '') return [];
  return places
    .map((place) => ({ place, at: fold(place.name).indexOf(wanted) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => Number(a.at > 0) - Number(b.at > 0) || a.place.name.localeCompare(b.place.name, 'de'))
    .slice(0, MOST)
    .map(({ place }) => place);
}

function fold(name: string): string {
  return name
    .trim()
    .toLocaleLowerCase('de')
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replaceAll('straße', 'str')
    .replaceAll('strasse', 'str')
    .replaceAll('str.', 'str');
}
