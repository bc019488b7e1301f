/** Cells are asked for at the nearest tile zoom, not the one below: half a step before it the finer cells read better. */
export function cellTileZoom(zoom: number): number {
  return Math.round(zoom);
}

/** The H3 resolution at which the server counts cells for the tiles that the map asks for at this zoom (fixed by the contract). */
export function cellResolution(zoom: number): number {
  const tile = cellTileZoom(zoom);
  if (tile <= 8) return 6;
  if (tile <= 10) return 7;
  if (tile <= 12) return 8;
  return tile <= 14 ? 9 : 10;
}

/** Edge lengths of H3 cells in metres, by resolution (h3geo.org, average hexagon edge length). */
export const H3_EDGE_M: Readonly<Record<number, number>> = { 6: 3724.5, 7: 1406.5, 8: 531.4, 9: 200.8, 10: 75.9 };
