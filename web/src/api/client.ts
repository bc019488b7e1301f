import { Problem, problemOf } from './problem';
import type {
  Area,
  Audience,
  AuditEntry,
  Basemap,
  Body,
  Briefing,
  Cell,
  DataNotice,
  DetectionProfile,
  HeldRow,
  Hotspot,
  HotspotMoment,
  HotspotReview,
  Lage,
  List,
  Me,
  NewBriefing,
  Partner,
  Publication,
  Release,
  Report,
  ReviewAction,
  Session,
  SourceHealth,
  TakenIn,
  SignIn,
  Taxonomy,
  UnknownWord,
  WeeklyLayer,
} from './types';

/** A filter as the server reads it: the contract's words, ready for the query. */
export type Query = Readonly<Record<string, string>>;

const BASE = '/api/v1';

export async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(BASE + path, { credentials: 'same-origin', ...init });
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw new Problem(0, 'no answer');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function read<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const search = new URLSearchParams(query).toString();
  const response = await ask(search ? `${path}?${search}` : path, signal ? { signal } : undefined);
  return (await response.json()) as T;
}

export async function send<T>(path: string, body?: object): Promise<T> {
  const response = await ask(path, {
    method: 'POST',
    ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as T;
}

export const api = {
  session: () => read<Session>('/session'),
  signIn: async (how: SignIn) => {
    const response = await ask('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(how),
    });
    return (await response.json()) as Me;
  },
  signOut: () => ask('/session', { method: 'DELETE' }),
  me: () => read<Me>('/me'),
  taxonomy: () => read<Taxonomy>('/taxonomy'),
  areas: () => read<List<Area>>('/areas'),
  basemap: () => read<Basemap>('/basemap'),
  lage: (query: Query, signal?: AbortSignal) => read<Lage>('/lage', query, signal),
  reports: (query: Query, signal?: AbortSignal) => read<List<Report>>('/reports', query, signal),
  report: (id: number, signal?: AbortSignal) => read<Report>(`/reports/${String(id)}`, {}, signal),
  cells: (query: Query, signal?: AbortSignal) => read<List<Cell>>('/cells', query, signal),
  publications: (signal?: AbortSignal) => read<List<Publication>>('/publications', {}, signal),
  hotspots: (signal?: AbortSignal) => read<List<Hotspot>>('/hotspots', {}, signal),
  hotspotHistory: (id: string, signal?: AbortSignal) =>
    read<List<HotspotMoment>>(`/hotspots/${encodeURIComponent(id)}/history`, {}, signal),
  hotspotReports: (id: string, signal?: AbortSignal) =>
    read<List<Report>>(`/hotspots/${encodeURIComponent(id)}/reports`, {}, signal),
  hotspotReviews: (id: string, signal?: AbortSignal) =>
    read<List<HotspotReview>>(`/hotspots/${encodeURIComponent(id)}/reviews`, {}, signal),
  review: async (id: string, action: ReviewAction, text?: string) => {
    const response = await ask(`/hotspots/${encodeURIComponent(id)}/review`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(text ? { action, text } : { action }),
    });
    return (await response.json()) as Hotspot;
  },
  sources: (signal?: AbortSignal) => read<List<SourceHealth>>('/sources', {}, signal),
  unknownCategories: (signal?: AbortSignal) => read<List<UnknownWord>>('/unknown-categories', {}, signal),
  mapCategory: (source: string, word: string, category: string) =>
    send<TakenIn>(`/sources/${encodeURIComponent(source)}/categories`, { word, category }),
  replay: (source: string) => send<TakenIn>(`/sources/${encodeURIComponent(source)}/replay`),
  quarantine: (query: Query, signal?: AbortSignal) => read<List<HeldRow>>('/quarantine', query, signal),
  discard: (id: string, reason: string) =>
    ask(`/quarantine/${encodeURIComponent(id)}/discard`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ reason }),
    }),
  partners: (signal?: AbortSignal) => read<List<Partner>>('/partners', {}, signal),
  bodies: (signal?: AbortSignal) => read<List<Body>>('/bodies', {}, signal),
  releases: (signal?: AbortSignal) => read<List<Release>>('/releases', {}, signal),
  preview: async (organisation: string | null) => {
    const response = await ask('/session/preview', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ organisation }),
    });
    return (await response.json()) as Me;
  },
  briefings: (signal?: AbortSignal) => read<List<Briefing>>('/briefings', {}, signal),
  briefingAudiences: (signal?: AbortSignal) => read<List<Audience>>('/briefing-audiences', {}, signal),
  orderBriefing: (briefing: NewBriefing) => send<Briefing>('/briefings', briefing),
  audit: (query: Query, signal?: AbortSignal) => read<List<AuditEntry>>('/audit', query, signal),
  dataNotices: (signal?: AbortSignal) => read<List<DataNotice>>('/data-notices', {}, signal),
  detectionProfiles: (signal?: AbortSignal) => read<List<DetectionProfile>>('/detection-profiles', {}, signal),
  weeklyLayers: (signal?: AbortSignal) => read<List<WeeklyLayer>>('/weekly-layers', {}, signal),
};

/** The tile template of a layer under a filter; `revision` only breaks caches. */
export function tileTemplate(origin: string, layer: string, query: Query, revision: number): string {
  const search = new URLSearchParams({ ...query, v: String(revision) }).toString();
  return `${origin}/tiles/${layer}/{z}/{x}/{y}?${search}`;
}
