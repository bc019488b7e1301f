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
