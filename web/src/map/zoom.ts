/** The H3 resolution at which the server counts cells for a tile of this zoom (fixed by the contract). */
export function cellResolution(zoom: number): number {
  const tile = Math.floor(zoom);
  if (tile <= 8) return 6;
  if (tile <= 10) return 7;
  if (tile <= 12) return 8;
  return tile <= 14 ? 9 : 10;
}
