/** The wire shapes of the server. */

export type Kind = 'complaint' | 'incident' | 'perception';
export type Status = 'open' | 'in_progress' | 'closed' | 'rejected';
export type Prevention = 'kriminal' | 'verkehr' | 'ordnung' | 'staedtebau';
export type Precision = 'point' | 'street' | 'cell' | 'area' | 'none';
export type Sight = 'record' | 'aggregate';
export type HotspotKind = 'beschwerdehotspot' | 'brennpunkt' | 'angstraum' | 'unfallhaeufung';
export type HotspotState = 'emerging' | 'confirmed' | 'persistent' | 'cooling' | 'closed' | 'dismissed';

export interface DemoRole {
  token: string;
  label: string;
  description: string;
}

export interface Session {
  city: string;
  demo: boolean;
  demo_roles: DemoRole[];
  signed_in: boolean;
}

export interface Span {
  from: string;
  to: string;
}

export interface Me {
  name: string;
  role: string;
  organisation: string;
  sight: Sight;
  city: string;
  demo: boolean;
  revision: number;
  data: Span | null;
}

export interface Labelled {
  id: string;
  label: string;
}

export interface Theme extends Labelled {
  prevention: string | null;
}

export interface Category extends Labelled {
  theme: string;
  prevention: string | null;
  origin: 'reported' | 'control';
}

export interface Source extends Labelled {
  owner: string;
  kind: Kind;
}

export interface Taxonomy {
  preventions: Labelled[];
  themes: Theme[];
  categories: Category[];
  sources: Source[];
}

export interface List<T> {
  items: T[];
  next: string | null;
  revision: number;
}

export interface Area {
  id: string;
  name: string;
  kind: 'district' | 'municipality';
  geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon;
}

export interface Basemap {
  style: string | null;
  attribution: string;
  fictional: boolean;
  features: GeoJSON.FeatureCollection;
}

export type DayCounts = Record<Kind, number> & { day: string };

export interface Lage {
  window: Span;
  total: number;
  previous_total: number;
  year_before_total: number | null;
  by_kind: { kind: Kind; count: number }[];
  by_theme: { theme: string; count: number }[];
  by_area: { area: string | null; name: string; count: number }[];
  by_day: DayCounts[];
  by_hour_of_week: number[];
  hours_unknown: number;
  suppressed: number;
  revision: number;
}

export interface Report {
  id: number;
  source: string;
  external_id?: string | null;
  kind: Kind;
  category: string;
  theme: string;
  prevention: string | null;
  occurred_from: string;
  occurred_to: string;
  reported_at: string | null;
  status: Status;
  geometry: GeoJSON.Point | null;
  precision: Precision;
  precision_m: number | null;
  place: string | null;
  area: string | null;
  text: string | null;
  weight: number;
  linked: number[];
  sequence: number;
}

export interface Cell {
  h3: string;
  count?: number;
  suppressed: boolean;
}

export interface StreamShare {
  stream: string;
  observed: number;
  expected: number;
  share: number;
}

export interface Hotspot {
  id: string;
  kind: HotspotKind;
  state: HotspotState;
  geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon;
  center: GeoJSON.Point;
  radius_m: number;
  place: string;
  first_seen: string;
  last_seen: string;
  window_from: string;
  window_to: string;
  observed: number;
  expected: number;
  relative_risk: number;
  p_value: number;
  recurrence_interval_days: number;
  streams: StreamShare[];
  method: string;
  parameters: Record<string, unknown>;
  seed: number;
  explanation: string;
  cautions: string[];
  revision: number;
}

export interface HotspotMoment {
  at: string;
  state: HotspotState;
  observed: number;
  expected: number;
  p_value: number;
  revision: number;
}

export interface LiveReport {
  id: number;
  kind: Kind;
  category: string;
  theme: string;
  occurred_from: string;
  geometry: GeoJSON.Point | null;
  sequence: number;
}
