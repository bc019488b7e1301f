export type Bounds = [west: number, south: number, east: number, north: number];
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
export function middleOf(shape: Shape): [number, number] {
  const largest = ringsOf(shape).reduce<Ring>((best, ring) => (Math.abs(area(ring)) > Math.abs(area(best)) ? ring : best), []);
  return centroid(largest);
}

function area(ring: Ring): number {
  return edges(ring).reduce((sum, [x1, y1, x2, y2]) => sum + (x1 * y2 - x2 * y1) / 2, 0);
}

function centroid(ring: Ring): [number, number] {
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
