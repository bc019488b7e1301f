import { api, type Query } from '../api/client';
import type { Source } from '../api/types';
import type { LngLat } from '../geometry';
import { H3_EDGE_M } from '../map/zoom';

export interface OwnerCount {
  owner: string;
  count: number;
}

/** A cell's farthest corner lies two edges away; cells differ in size by a fifth or so. */
const REACH_IN_EDGES = 2.6;
const METRES_A_DEGREE = 111_195;

/** A box that surely holds the whole cell in which the place lies, as the filter word `bbox`. */
export function boxAround([lng, lat]: LngLat, resolution: number): string {
  const reach = (REACH_IN_EDGES * (H3_EDGE_M[resolution] ?? 0)) / METRES_A_DEGREE;
  const wide = reach / Math.cos((lat * Math.PI) / 180);
  return [lng - wide, lat - reach, lng + wide, lat + reach].map((degrees) => degrees.toFixed(6)).join(',');
}

/** Where what a cell counts comes from: how much by each owner of sources, the most first. */
export async function countsByOwner(
  cell: { h3: string; place: LngLat; resolution: number },
  query: Query,
  sources: readonly Source[],
  signal: AbortSignal,
): Promise<OwnerCount[]> {
  const wanted = query.source?.split(',') ?? sources.map(({ id }) => id);
  const owners = [...new Set(sources.filter(({ id }) => wanted.includes(id)).map(({ owner }) => owner))];
  const counts = owners.map(async (owner): Promise<OwnerCount> => {
    const own = sources.filter((source) => source.owner === owner && wanted.includes(source.id)).map(({ id }) => id);
    const box = query.bbox ?? boxAround(cell.place, cell.resolution);
    const { items } = await api.cells({ ...query, source: own.join(','), bbox: box, resolution: String(cell.resolution) }, signal);
    return { owner, count: items.find(({ h3 }) => h3 === cell.h3)?.count ?? 0 };
  });
  return (await Promise.all(counts)).filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}
