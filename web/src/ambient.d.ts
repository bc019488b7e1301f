declare module 'maplibre-gl/dist/maplibre-gl-worker.mjs?url' {
  const url: string;
  export default url;
}

declare module 'utm' {
  /** Coordinates in the zone that is asked for, even where another would be nearer. */
  export function fromLatLon(
    latitude: number,
    longitude: number,
    forceZoneNum?: number,
  ): { easting: number; northing: number; zoneNum: number; zoneLetter: string };
}
