import { ask, read, send, type Query } from './client';
import type { AlertDetail, AlertItem, Bulletin, Channel, Delivery, List, NewBulletin, NewSilence, NewSubscription, NewTrial, Outcome, Silence, Subscription, Trial } from './types';

const of = (id: string): string => `/alerts/${encodeURIComponent(id)}`;

/** What one's own organisation was told, what it answers, and how it wants to be told. */
export const alertsApi = {
  list: (query: Query, signal?: AbortSignal) => read<List<AlertItem>>('/alerts', query, signal),
  one: (id: string, signal?: AbortSignal) => read<AlertDetail>(of(id), {}, signal),
  acknowledge: (id: string, text: string | null) => send<AlertDetail>(`${of(id)}/ack`, { text }),
  assign: (id: string, office: string | null, text: string | null) => send<AlertDetail>(`${of(id)}/assign`, { office, text }),
  close: (id: string, outcome: Outcome, text: string | null) => send<AlertDetail>(`${of(id)}/close`, { outcome, text }),
  correct: (id: string, text: string) => send<AlertDetail>(`${of(id)}/correct`, { text }),
  recall: (id: string, text: string) => send<AlertDetail>(`${of(id)}/recall`, { text }),
  release: (id: string, organisation: string) => send<AlertDetail>(`${of(id)}/release`, { organisation }),
  silences: (signal?: AbortSignal) => read<List<Silence>>('/silences', {}, signal),
  silence: (wanted: NewSilence) => send<Silence>('/silences', wanted),
  endSilence: (id: string) => ask(`/silences/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  subscriptions: (signal?: AbortSignal) => read<List<Subscription>>('/subscriptions', {}, signal),
  subscribe: (wanted: NewSubscription) => send<Subscription>('/subscriptions', wanted),
  trial: (wanted: NewTrial) => send<Trial>('/subscriptions/trial', wanted),
  unsubscribe: (id: string) => ask(`/subscriptions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  channels: (signal?: AbortSignal) => read<List<Channel>>('/channels', {}, signal),
  deliveries: (signal?: AbortSignal) => read<List<Delivery>>('/deliveries', {}, signal),
  replay: (id: string) => send<Delivery>(`/deliveries/${encodeURIComponent(id)}/replay`),
  write: (bulletin: NewBulletin) => send<Bulletin>('/bulletins', bulletin),
};
