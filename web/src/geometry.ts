export type Bounds = [west: number, south: number, east: number, north: number];
export type LngLat = [lng: number, lat: number];
type Shape = GeoJSON.Polygon | GeoJSON.MultiPolygon;
type Ring = GeoJSON.Position[];

export function boundsOf(shapes: readonly Shape[]): Bounds | null {
  let bounds: Bounds | null = null;
  for (const ring of shapes.flatMap(ringsOf)) {
    for (const [lng = 0, lat = 0] of ring) {
      bounds = bounds
        ? [Math.min(bounds[0], lng), Math.min(bounds[1], lat), Math.max(bounds[2], lng), Math.max(bounds[3], lat)]
        : [lng, lat, lng, lat];
    }
  }
  return bounds;
}

function ringsOf(shape: Shape): Ring[] {
  return shape.type === 'Polygon' ? shape.coordinates.slice(0, 1) : shape.coordinates.flatMap((part) => part.slice(0, 1));
}

/** The centroid of the largest outer ring: where a name is written. */
export function middleOf(shape: Shape): LngLat {
  const largest = ringsOf(shape).reduce<Ring>((best, ring) => (Math.abs(area(ring)) > Math.abs(area(best)) ? ring : best), []);
  return centroid(largest);
}

function area(ring: Ring): number {
  return edges(ring).reduce((sum, [x1, y1, x2, y2]) => sum + (x1 * y2 - x2 * y1) / 2, 0);
}

function centroid(ring: Ring): LngLat {
  const doubled = area(ring) * 6;
  if (doubled === 0) return [ring[0]?.[0] ?? 0, ring[0]?.[1] ?? 0];
  const [x, y] = edges(ring).reduce(
    ([sx, sy], [x1, y1, x2, y2]) => {
      const cross = x1 * y2 - x2 * y1;
      return [sx + (x1 + x2) * cross, sy + (y1 + y2) * cross];
    },
    [0, 0],
  );
  return [(x ?? 0) / doubled, (y ?? 0) / doubled];
}

function edges(ring: Ring): [number, number, number, number][] {
  return ring.slice(1).map((end, index) => {
    const start = ring[index] ?? end;
    return [start[0] ?? 0, start[1] ?? 0, end[0] ?? 0, end[1] ?? 0];
  });
}

/** The mean radius of the earth, as the International Union of Geodesy and Geophysics gives it. */
const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The length of the great circle between two points (haversine, on a sphere: good to about 0.5 %). */
export function distance_m(a: LngLat, b: LngLat): number {
  const [lng1, lat1, lng2, lat2] = [a[0], a[1], b[0], b[1]].map(radians) as [number, number, number, number];
  const h = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin((lng2 - lng1) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

export function pathLength_m(path: readonly LngLat[]): number {
  return path.slice(1).reduce((sum, point, index) => sum + distance_m(path[index] ?? point, point), 0);
}

/** The box between two opposite corners. */
export function boxBetween(a: LngLat, b: LngLat): Bounds {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}

/** How wide and high a box is, measured through its middle. */
export function boxSize_m([west, south, east, north]: Bounds): { width_m: number; height_m: number } {
  const middle = (south + north) / 2;
  return { width_m: distance_m([west, middle], [east, middle]), height_m: distance_m([west, south], [west, north]) };
}

export function boxOutline([west, south, east, north]: Bounds): GeoJSON.Polygon {
  return { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] };
}

export function isInside([lng, lat]: LngLat, shape: Shape): boolean {
  const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
  return polygons.some((rings) => rings.filter((ring) => crossings(ring, lng, lat) % 2 === 1).length % 2 === 1);
}

/** How many edges a ray from the point to the east crosses. */
function crossings(ring: Ring, lng: number, lat: number): number {
  return edges(ring).filter(
    ([x1, y1, x2, y2]) => y1 > lat !== y2 > lat && lng < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1),
  ).length;
}
