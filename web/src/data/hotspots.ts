import type { Hotspot, HotspotState } from '../api/types';
import { dayOf } from '../days';
import type { Day } from '../state';

/** The inbox begins with what is new, and within a state with what chance explains least. */
const ORDER: readonly HotspotState[] = ['emerging', 'confirmed', 'persistent', 'cooling', 'closed', 'dismissed'];
const PAST: readonly HotspotState[] = ['closed', 'dismissed'];

export function inOrderOfUrgency(hotspots: readonly Hotspot[]): Hotspot[] {
  return [...hotspots].sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
      (b.recurrence_interval_days ?? 0) - (a.recurrence_interval_days ?? 0) ||
      b.observed - b.expected - (a.observed - a.expected) ||
      a.id.localeCompare(b.id),
  );
}

/** Those that had been found by the end of the window and were still seen in it. */
export function seenIn(hotspots: readonly Hotspot[], from: Day, to: Day): Hotspot[] {
  return hotspots.filter(({ first_seen, last_seen }) => dayOf(first_seen) < to && dayOf(last_seen) >= from);
}

export function isPast({ state }: Hotspot): boolean {
  return PAST.includes(state);
}

/** The neighbour in the list; from nowhere, `1` leads to the first and `-1` to the last. */
export function neighbour(hotspots: readonly Hotspot[], id: string | null, step: 1 | -1): Hotspot | null {
  const at = hotspots.findIndex((hotspot) => hotspot.id === id);
  if (at < 0) return (step === 1 ? hotspots[0] : hotspots.at(-1)) ?? null;
  return hotspots[Math.min(Math.max(at + step, 0), hotspots.length - 1)] ?? null;
}
