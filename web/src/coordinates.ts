import { fromLatLon } from 'utm';
import type { LngLat } from './geometry';

const ZONE = 32;

/**
 * ETRS89 / UTM zone 32N (EPSG:25832), in metres, from WGS 84 taken as equal to ETRS89: between the two lies less than a
 * metre, which no report is placed to.
 */
export function utm32Of([lng, lat]: LngLat): { easting_m: number; northing_m: number } {
  const { easting, northing } = fromLatLon(lat, lng, ZONE);
  return { easting_m: easting, northing_m: northing };
}
